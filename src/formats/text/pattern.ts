/**
 * One pattern from pieces that follow each other, for patterns too long for a line. Written with
 * `String.raw` so that backslashes stand as they are.
 */
export const pattern = (...pieces: readonly string[]): RegExp => new RegExp(pieces.join(''))

/** Any of several wordings at the start of a text. */
export const startsWithAny = (...wordings: readonly string[]): RegExp =>
  new RegExp(`^(?:${wordings.join('|')})`)

/** Any of several wordings as the whole text. */
export const isAny = (...wordings: readonly string[]): RegExp =>
  new RegExp(`^(?:${wordings.join('|')})$`)

/** The same, whatever the case of letters. */
export const patternAnyCase = (...pieces: readonly string[]): RegExp =>
  new RegExp(pieces.join(''), 'i')

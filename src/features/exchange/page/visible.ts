/**
 * Characters that a reader cannot see but that change what is seen: controls other than tab and
 * line feed, overrides and isolates of writing direction, invisible spaces and tags, separators of
 * lines. The joiners U+200C and U+200D stay, because scripts and emoji need them.
 */
const unseen = /(?![\n\t])\p{Cc}|(?![\u200c\u200d])\p{Cf}|[\u2028\u2029]/gu

/** A text as it is shown to a person: what would hide or reorder it is written out. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(unseen, nameOf)
}

/** The same on one line, for lists and titles. */
export const visibleLine = (text: string): string => visible(text).replace(/\s+/g, ' ').trim()

const nameOf = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`

/** The first characters of a long text, never half of a surrogate pair, and an ellipsis. */
export function clip(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  const end = /[\ud800-\udbff]/.test(text.charAt(charactersMax - 1)) ? -1 : 0
  return `${text.slice(0, charactersMax + end)}…`
}

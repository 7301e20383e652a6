/** The longest title made from prose, in characters. */
const titleCharsMax = 160

/** Lines that name the part below them or set it off, and say nothing themselves. */
const heading =
  /^(#+\s*)?(summary|description|details?|overview|impact|introduction|vulnerability|issue)\W*$/i

/**
 * A title for prose without one: its first line that says something, without Markdown marks,
 * up to the end of the first sentence and 160 characters at most.
 */
export function titleFrom(prose: string | undefined): string | undefined {
  if (prose === undefined) return undefined
  let from = 0
  while (from < prose.length) {
    const end = prose.indexOf('\n', from)
    const line = prose.slice(from, end < 0 ? from + 2000 : Math.min(end, from + 2000))
    const found = sentenceOf(line)
    if (found !== undefined) return found
    if (end < 0) return undefined
    from = end + 1
  }
  return undefined
}

function sentenceOf(line: string): string | undefined {
  const plain = line
    .replace(/^[\s#>*_=-]+/, '')
    .replace(/[*_`]{2,}/g, '')
    .trimEnd()
  if (!/[\p{L}\p{N}]/u.test(plain) || heading.test(line.trim()) || /^(```|~~~)/.test(line.trim())) {
    return undefined
  }
  const stop = /[.!?](?=\s+["'(\p{Lu}\d])/u.exec(plain)
  const sentence = stop && stop.index >= 20 ? plain.slice(0, stop.index) : plain
  const whole = sentence.replace(/\.$/, '')
  return whole.length > titleCharsMax ? `${whole.slice(0, titleCharsMax - 1).trimEnd()}…` : whole
}

/** A text as one line: every run of white space is one space. */
export const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')

/** Paragraphs joined by blank lines; undefined when there is none. */
export function paragraphs(parts: readonly (string | undefined)[]): string | undefined {
  const found = parts.filter((part) => part !== undefined && part.trim() !== '')
  return found.length === 0 ? undefined : found.join('\n\n')
}

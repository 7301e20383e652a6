/** Texts in a form in which they are searched: one a line, so that no term spans two of them. */
export const searchable = (texts: readonly string[]): string => texts.map(foldText).join('\n')

/** Case and accents do not count, and neither does how an accented letter is encoded. */
const foldText = (text: string): string =>
  isPlain.test(text)
    ? text.toLowerCase()
    : text.normalize('NFKD').replace(accents, '').toLowerCase()

const isPlain = /^[\0-\x7f]*$/
const accents = /\p{M}/gu

const quoted = /"([^"]*)"?|\S+/g

/** The terms of a query: words, or phrases in quotation marks. */
export function termsOf(query: string): string[] {
  return [...query.matchAll(quoted)]
    .map(([whole, phrase]) => foldText(phrase ?? whole))
    .filter((term) => term !== '')
}

/** Whether every term stands somewhere in the text. */
export const matches = (text: string, terms: readonly string[]): boolean =>
  terms.every((term) => text.includes(term))

/**
 * Everything that could act on a terminal or hide what it shows: control characters (with the
 * escape that starts colour, cursor and title sequences), direction and other format characters,
 * line and paragraph separators, half surrogates. Joiners stay, because emoji need them.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu
const stackedMarks = /(\p{M}{4})\p{M}+/gu

const spelled = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`
}

/**
 * Text from outside as one line that is safe to print: each run of white space is one space,
 * whatever else is not visible is spelled out.
 *
 * @example
 * oneLine('a\u001b[31m\n b') // 'a\\x1b[31m b'
 */
export const oneLine = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().replace(unseen, spelled).replace(stackedMarks, '$1')

/** The same for text of several lines: line ends and tabs stay. */
export const manyLines = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => part.replace(unseen, spelled))
        .join('\t'),
    )
    .join('\n')
    .replace(stackedMarks, '$1')

import { inTurns } from './in-turns.ts'

/** A changed text and what was done to it, in words that follow "the input". */
export type Mutated = { readonly how: string; readonly text: string }

/** Numbers and words near the cause, which mutants are made with. */
export type Dictionary = { readonly numbers: readonly number[]; readonly words: readonly string[] }

export const emptyDictionary: Dictionary = { numbers: [], words: [] }

/** Mutants longer than this are not made. */
const lengthMax = 2 ** 20
const numbersInTextMax = 3
const boundaries = [0, 1, -1, 255, 256, 32767, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]

/**
 * Texts that are near to `text`, each character a byte; the same for the same arguments, and the
 * kinds of change in turn, so that a few of them are of many kinds. None equals `text`.
 */
export function* mutants(text: string, dictionary: Dictionary): Generator<Mutated> {
  const known = new Set([text])
  const kinds = [
    byLength(text),
    byRun(text),
    byNumber(text, dictionary),
    byCharacter(text),
    byPath(text),
    byEncoding(text),
    byWord(text, dictionary),
  ]
  for (const value of inTurns(kinds)) {
    if (known.has(value.text) || value.text.length > lengthMax) continue
    known.add(value.text)
    yield value
  }
}

const made = (how: string, text: string): Mutated => ({ how, text })

/** Behind the last line end, most readers of lines see nothing. */
const bodyOf = (text: string): readonly [string, string] => {
  const end = /\r?\n$/.exec(text)?.[0] ?? ''
  return [text.slice(0, text.length - end.length), end]
}

function* byLength(text: string): Generator<Mutated> {
  const [body, end] = bodyOf(text)
  if (body === '') return
  yield made('with its last character twice', `${body}${body.at(-1) ?? ''}${end}`)
  yield made('without its last character', `${body.slice(0, -1)}${end}`)
  yield made('with a blank behind it', `${body} ${end}`)
  yield made('twice', `${body}${body}${end}`)
  yield made('without its line end', end === '' ? `${body}\n` : body)
  yield made('cut in half', `${body.slice(0, Math.floor(body.length / 2))}${end}`)
  yield made('with a blank before it', ` ${body}${end}`)
  yield made('repeated 16 times', `${body.repeat(Math.min(16, lengthMax / body.length))}${end}`)
}

/** The longest run of one character is what overflows: a little and a lot more or less of it. */
function* byRun(text: string): Generator<Mutated> {
  const run = longestRun(text)
  if (run === null) return
  const { start, length } = run
  const character = text[start] ?? ''
  const other = character === 'A' ? 'B' : 'A'
  const around = (middle: string): string =>
    text.slice(0, start) + middle + text.slice(start + length)
  yield made('with one more of what it repeats', around(character.repeat(length + 1)))
  yield made('with another character repeated', around(other.repeat(length)))
  yield made('with twice as many of what it repeats', around(character.repeat(length * 2)))
  yield made('with one fewer of what it repeats', around(character.repeat(length - 1)))
  yield made('with 16 times as many of what it repeats', around(character.repeat(length * 16)))
}

function longestRun(text: string): { readonly start: number; readonly length: number } | null {
  let best: { start: number; length: number } | null = null
  for (const { 0: run, index } of text.matchAll(/(.)\1{3,}/gs)) {
    if (best === null || run.length > best.length) best = { start: index, length: run.length }
  }
  return best
}

function* byNumber(text: string, { numbers }: Dictionary): Generator<Mutated> {
  const found = [...text.matchAll(/(?<![\w.])-?\d{1,19}(?![\w.])/g)].slice(0, numbersInTextMax)
  const places = found.map(({ 0: digits, index }) => ({ digits, index, value: Number(digits) }))
  const near = numbers.flatMap((one) => [one, one + 1, one - 1])
  for (const away of [1, -1, 2]) {
    for (const place of places) {
      yield numberAt(text, place, place.value + away)
    }
  }
  for (const factor of [2, 16]) {
    for (const place of places) {
      yield numberAt(text, place, place.value * factor)
    }
  }
  for (const value of [...near, ...boundaries]) {
    for (const place of places) {
      yield numberAt(text, place, value)
    }
  }
}

type Place = { readonly digits: string; readonly index: number }

function numberAt(text: string, { digits, index }: Place, value: number): Mutated {
  const shown = Number.isSafeInteger(value) ? String(value) : BigInt(Math.trunc(value)).toString()
  const changed = text.slice(0, index) + shown + text.slice(index + digits.length)
  return made(`with ${shown} for its ${digits}`, changed)
}

/** One byte changed at the ends, in the middle, and at each of the first few places. */
function* byCharacter(text: string): Generator<Mutated> {
  const [body, end] = bodyOf(text)
  const last = body.length - 1
  if (last < 0) return
  const places = new Set([last, 0, Math.floor(last / 2), 1, 2, 3, 4, 5, 6, 7, last - 1])
  for (const at of places) {
    if (at < 0 || at > last) continue
    const code = body.charCodeAt(at)
    const changed = isLetter(code) ? code ^ 0x20 : (code + 1) & 0xff
    const next = body.slice(0, at) + String.fromCharCode(changed) + body.slice(at + 1)
    yield made(`with another character at ${at + 1}`, next + end)
  }
}

const isLetter = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** Other spellings of a path that mean the same place. */
function* byPath(text: string): Generator<Mutated> {
  if (!text.includes('/')) return
  yield made('with ./ in front of its path', text.replace(/(?<![^\s"'=:])(?=[^\s"'=:/]+\/)/, './'))
  yield made('with // for its last /', text.replace(/\/(?=[^/]*$)/, '//'))
  yield made('with /./ for its last /', text.replace(/\/(?=[^/]*$)/, '/./'))
  yield made('with a detour in its path', text.replace(/\/(?=[^/]*$)/, '/x/../'))
  yield made('with one .. more', text.replace('../', '../../'))
  yield made('with a dot in front of each ..', text.replaceAll('../', './../'))
}

/** Other spellings of the same characters, for readers that decode. */
function* byEncoding(text: string): Generator<Mutated> {
  const letter = /[A-Za-z](?=[^A-Za-z]*$)/
  yield made(
    'with its last letter percent-encoded',
    text.replace(letter, (one) => `%${one.charCodeAt(0).toString(16)}`),
  )
  if (text.includes('"')) {
    const inString = /(?<=[":,\s{[]")([A-Za-z_])/
    const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
    yield made('with a character of a string escaped', text.replace(inString, escaped))
    yield made('with a blank behind its first colon', text.replace(/:(?!\/\/)/, ': '))
    yield made('with a blank in front of its last brace', text.replace(/\}(?=[^}]*$)/, ' }'))
  }
  if (text.includes('..'))
    yield made('with its dots percent-encoded', text.replaceAll('..', '%2e%2e'))
  if (text.includes(' ')) {
    yield made('with a tab for its first blank', text.replace(' ', '\t'))
    yield made('with two blanks for its first', text.replace(' ', '  '))
  }
}

/** Words of the code near the cause, in place of a word of the text. */
function* byWord(text: string, { words }: Dictionary): Generator<Mutated> {
  const own = [...new Set([...text.matchAll(/[A-Za-z_]\w{2,40}/g)].map(([word]) => word))]
  for (const word of own.slice(-3).reverse()) {
    const at = text.lastIndexOf(word)
    const swapped = (other: string): string =>
      text.slice(0, at) + other + text.slice(at + word.length)
    yield made(`with ${word}2 for its ${word}`, swapped(`${word}2`))
    for (const other of words.filter((one) => one !== word).slice(0, 4)) {
      yield made(`with ${other} for its ${word}`, swapped(other))
    }
  }
}

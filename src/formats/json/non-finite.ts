import { isObject } from './reader.ts'

/** NaN and the infinities, as Python and others write them where JSON has no word for them. */
const bare = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w.+-])(NaN|-?Infinity)(?![\w.]|\s*:)/gs
const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/**
 * The value of a JSON text in which NaN and the infinities may stand bare, where a value stands.
 *
 * @throws SyntaxError where it is no JSON even so
 */
export function parseNonFinite(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error
    const sign = unusedSign(text)
    const marked = text.replace(bare, (all, word?: string) =>
      word === undefined ? all : `"${sign}${word}"`,
    )
    return unmarked(JSON.parse(marked), sign)
  }
}

function unusedSign(text: string): string {
  for (let number = 0; ; number++) {
    const sign = `~${number}~`
    if (!text.includes(sign)) return sign
  }
}

function unmarked(value: unknown, sign: string): unknown {
  if (typeof value === 'string') {
    return value.startsWith(sign) ? words.get(value.slice(sign.length)) : value
  }
  if (Array.isArray(value)) return value.map((each) => unmarked(each, sign))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([name, each]) => [name, unmarked(each, sign)])
  return Object.fromEntries(entries)
}

/** A value as JSON, in which NaN and the infinities stand bare: what Python reads and writes. */
export function encodeNonFinite(value: unknown): string {
  return hasNonFinite(value) ? spelled(value) : JSON.stringify(value)
}

function hasNonFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  if (Array.isArray(value)) return value.some(hasNonFinite)
  return isObject(value) && Object.values(value).some(hasNonFinite)
}

function spelled(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `${JSON.stringify(name)}:${spelled(each)}`)
  return `{${members.join(',')}}`
}

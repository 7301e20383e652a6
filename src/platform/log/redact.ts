import { manyLines } from '#platform/terminal/visible.ts'

const textMax = 2_000
const listMax = 20
const membersMax = 40
const depthMax = 4

/** Names under which a secret travels; their values are never written, whatever they hold. */
const secretName = new RegExp(
  [
    '^(?:(?:proxy-)?authorization|(?:set-)?cookie',
    '.*(?:token|secret|password|passphrase|credentials?)',
    '.*(?:api|access|secret|private|signing)[-_]?key)$',
  ].join('|'),
  'i',
)

const rules: readonly (readonly [RegExp, string])[] = [
  [/\b(parley|tap)_[A-Za-z0-9_-]{6,}/g, '$1_[secret]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [secret]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,500}@/gi, '$1[secret]@'],
  [/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+/g, '[e-mail]'],
  [/(\bhttps?:\/\/[^\s"'<>?#]*[?#])[^\s"'<>]+/gi, '$1[query]'],
  [/([?#][^\s"'<>=]{0,40}=)[^\s"'<>]+/g, '$1[query]'],
]

/**
 * Text as it may stand in a log: without tokens, passwords, e-mail addresses and the values of
 * queries, without anything that acts on a terminal, and bounded.
 */
export function redactText(text: string): string {
  const bounded = text.slice(0, textMax * 2)
  const redacted = rules.reduce((now, [form, shown]) => now.replace(form, shown), bounded)
  const safe = manyLines(redacted.slice(0, textMax))
  return text.length > textMax ? `${safe}… (${text.length} characters)` : safe
}

/** A value as it may stand in a log: redacted, and bounded in breadth and depth. */
function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (value === undefined) return undefined
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return `[${typeof value}]`
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (depth >= depthMax) return '[…]'
  if (Array.isArray(value)) {
    const shown = value.slice(0, listMax).map((one) => redact(one, depth + 1))
    return value.length > listMax ? [...shown, `… (${value.length})`] : shown
  }
  if (hasOwnText(value)) return redactText(String(value))
  return redactMembers(value, depth)
}

/** Fields by name; the values of those that carry secrets are left out altogether. */
export function redactMembers(value: object, depth = 0): Record<string, unknown> {
  const members = Object.entries(value).slice(0, membersMax)
  return Object.fromEntries(
    members.map(([name, member]) => [
      redactText(name.slice(0, 100)),
      secretName.test(name) ? '[secret]' : redact(member, depth + 1),
    ]),
  )
}

/** Such as a URL or a wrapped secret: what it says of itself is what it wants shown. */
const hasOwnText = (value: object): boolean =>
  value.toString !== Object.prototype.toString && typeof value.toString === 'function'

/** The reason of an error, its code and where it was thrown; never the values it carries. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .map((line) => redactText(line.trim()))
  const why = redactText(error.message)
  return { name: error.name, why, ...code, stack, ...(depth < depthMax ? cause : {}) }
}

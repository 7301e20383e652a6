import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'

/** Whose list a cursor goes on with: another person or another query cannot use it. */
export type CursorOf = {
  readonly list: string
  readonly person: string
  /** What was asked for; `after` and `limit` may differ from page to page. */
  readonly query: Readonly<Record<string, unknown>>
}

/** Texts are padded to a multiple of this, so that their length tells nothing of the numbers. */
const stepBytes = 32

/**
 * Places in lists as texts that tell nothing: sealed with a key of the instance (AES-256-GCM) and
 * bound to the person and the query. What is in them may count, such as a row's number.
 *
 * @example
 * const of = { list: 'cases', person: principal.person, query }
 * const next = cursors.seal('12', of)
 * cursors.open(next, of) // '12'; null for whatever was not made so
 */
export type Cursors = {
  readonly seal: (place: string, of: CursorOf) => string
  readonly open: (cursor: string, of: CursorOf) => string | null
}

export function cursorsOf(keys: Keys): Cursors {
  const purpose = keysFor(keys, 'cursor')
  return {
    seal: (place, of) => seal(purpose, padded(place), boundTo(of)).toString('base64url'),
    open: (cursor, of) => opened(purpose, cursor, boundTo(of)),
  }
}

function opened(purpose: PurposeKeys, cursor: string, bound: string): string | null {
  const bytes = Buffer.from(cursor, 'base64url')
  // Other spellings of the same bytes are not what was given out.
  if (bytes.toString('base64url') !== cursor) return null
  const place = unseal(purpose, bytes, bound)
  return place.ok ? place.value.toString('utf8').trimEnd() : null
}

function padded(place: string): string {
  const missing = -Buffer.byteLength(place) % stepBytes
  return place + ' '.repeat(missing === 0 ? 0 : stepBytes + missing)
}

/** Members in a fixed order, however they were sent. */
function boundTo({ list, person, query }: CursorOf): string {
  const kept = Object.entries(query)
    .filter(([name, value]) => !['after', 'limit'].includes(name) && value !== undefined)
    .sort(([x], [y]) => (x < y ? -1 : 1))
  return JSON.stringify([list, person, kept])
}

import { createHash } from 'node:crypto'

/**
 * A value as JSON that PostgreSQL can hold: jsonb has neither U+0000 nor halves of surrogate pairs,
 * so both become U+FFFD. What was handed in is kept whole elsewhere, as it came.
 */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null'
  // Looking for the escapes first costs a search; replacing them costs a walk over everything.
  if (!/\\u(0000|[dD][89a-fA-F])/.test(text)) return text
  return JSON.stringify(value, (_key, member: unknown) => storable(member)) ?? 'null'
}

/** A text that PostgreSQL can hold. */
export const storedText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

const nameMax = 300
const nameShown = 200

/**
 * A name by which things are found: PostgreSQL indexes no text of more than 2,704 bytes. What is
 * longer is cut, and a digest of the whole keeps two that begin alike apart.
 */
export function storedName(name: string): string {
  const stored = storedText(name)
  if (stored.length <= nameMax) return stored
  const digest = createHash('sha256').update(stored).digest('base64url').slice(0, 22)
  return `${stored.slice(0, nameShown).toWellFormed()}… ${digest}`
}

function storable(member: unknown): unknown {
  if (typeof member === 'string') return storedText(member)
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
  const entries = Object.entries(member)
  if (entries.every(([name]) => name === storedText(name))) return member
  return Object.fromEntries(entries.map(([name, inner]) => [storedText(name), inner]))
}

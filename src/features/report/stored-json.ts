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

function storable(member: unknown): unknown {
  if (typeof member === 'string') return storedText(member)
  if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
  const entries = Object.entries(member)
  if (entries.every(([name]) => name === storedText(name))) return member
  return Object.fromEntries(entries.map(([name, inner]) => [storedText(name), inner]))
}

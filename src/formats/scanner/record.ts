import type { Reader } from '#formats/json/reader.ts'

/** Whether a record has none of the members without which it is no finding; says so if it has. */
export function saysNothing(record: Reader, members: readonly string[]): boolean {
  if (members.some((name) => record.textish(name) !== undefined)) return false
  const why = `an entry without ${members.join(' and ')} says nothing`
  record.problem({ code: 'missing-field', why, lost: true })
  return true
}

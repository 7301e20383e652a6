/**
 * Builds a record without the members whose value is undefined or an empty array, so that
 * decoders can write each field once and absence stays absence.
 */
export function present<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T
export function present(fields: object): object {
  const entries = Object.entries(fields).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(entries)
}

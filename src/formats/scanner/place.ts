import type { Reader } from '#formats/json/reader.ts'

/** A one-based line, as number or as text that holds one; 0 and less stand for unknown. */
export function lineOf(place: Reader, key: string): number | undefined {
  const line = place.numberish(key)
  return line !== undefined && Number.isInteger(line) && line > 0 ? line : undefined
}

/** A path with forward slashes, as scans on Windows do not write it. */
export const slashed = (path: string): string => path.replaceAll('\\', '/')

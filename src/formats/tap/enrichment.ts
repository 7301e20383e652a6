import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { hasControl } from './text-rule.ts'

/** What is checked of an enrichment; what its fields mean is not. */
export type EnrichmentLook = {
  /** Objects and arrays within each other, the enrichment itself counted as one. */
  readonly isTooDeep: boolean
  readonly hasControl: boolean
  /** False where a key or string holds half a surrogate pair. */
  readonly isUnicode: boolean
  /** False where a number is beyond what a double holds. */
  readonly isFinite: boolean
}

export const enrichmentDepthMax = 8
export const enrichmentBytesMax = 64 * 1024

/** Looks at every key and value down to the depth that is taken, and no further. */
export function lookInto(enrichment: JsonObject): EnrichmentLook {
  const look = { isTooDeep: false, hasControl: false, isUnicode: true, isFinite: true }
  const text = (found: string): void => {
    look.hasControl ||= hasControl(found)
    look.isUnicode &&= found.isWellFormed()
  }
  const walk = (value: unknown, depth: number): void => {
    if (typeof value === 'string') text(value)
    else if (typeof value === 'number') look.isFinite &&= Number.isFinite(value)
    if (typeof value !== 'object' || value === null) return
    if (depth > enrichmentDepthMax) {
      look.isTooDeep = true
      return
    }
    if (isObject(value)) for (const key of Object.keys(value)) text(key)
    for (const inside of Object.values(value)) walk(inside, depth + 1)
  }
  walk(enrichment, 1)
  return look
}

/**
 * The size of an enrichment that is not too deep: of its shortest JSON in UTF-8, so that neither
 * spaces nor needless escapes count.
 */
export const enrichmentBytes = (enrichment: JsonObject): number =>
  Buffer.byteLength(JSON.stringify(enrichment))

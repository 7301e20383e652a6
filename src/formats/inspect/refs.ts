import { isArray } from '#formats/json/reader.ts'

/** More messages than any conversation has; a range may claim any number. */
const positionsMax = 1_000_000

/** The positions that ranges `[start, end)` name, at most a million. */
export function* positionsOf(refs: unknown): Generator<number> {
  let count = 0
  for (const ref of isArray(refs) ? refs : []) {
    const [start, end] = isArray(ref) ? ref : []
    if (typeof start !== 'number' || typeof end !== 'number') continue
    for (let at = Math.max(0, start); at < end; at++) {
      if (++count > positionsMax) return
      yield at
    }
  }
}

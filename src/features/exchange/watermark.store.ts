import { readMarks, readWords } from '#features/label/watermark.ts'
import { symbolsNeeded } from '#features/label/watermark-code.ts'
import { textOf } from '#features/label/watermark-source.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { exportCodes, exportsOf, type TracedExport } from './case-export.store.ts'

/** An export that a text comes from, and what says so. */
export type FoundExport = {
  /** Empty where this database knows none of this code. */
  readonly exports: readonly TracedExport[]
  /** What agrees of what was found, and the chance, as a power of ten, that this is wrong. */
  readonly marks: { readonly agree: number; readonly of: number; readonly chance: number } | null
  readonly words: { readonly agree: number; readonly of: number; readonly chance: number } | null
}

export type TraceRead =
  | { readonly is: 'found'; readonly found: readonly FoundExport[] }
  | { readonly is: 'none' }
  | { readonly is: 'too-short'; readonly marks: number; readonly words: number }

/** A text with so many places that could carry a mark would have one. */
const placesEnough = 3 * symbolsNeeded

/** Which exports a text, a mail, JSON or HTML comes from; asks as who may see exports. */
export async function tracedExports(tx: Tx, found: string, keys: PurposeKeys): Promise<TraceRead> {
  const text = textOf(found)
  const { traces, marks, places } = readMarks(text, keys)
  const words = readWords(text, await exportCodes(tx), keys)
  const byWords = words.is === 'found' ? words : null
  const all: FoundExport[] = []
  for (const trace of traces) {
    const same = byWords?.code.equals(trace.code) ? byWords : null
    all.push({
      exports: await exportsOf(tx, trace.code),
      marks: { agree: trace.marks, of: marks, chance: trace.chance },
      words: same && { agree: same.agreeing, of: same.seen, chance: same.chance },
    })
  }
  if (byWords && all.every((one) => one.words === null)) {
    const { agreeing: agree, seen: of, chance } = byWords
    const exports = await exportsOf(tx, byWords.code)
    all.push({ exports, marks: null, words: { agree, of, chance } })
  }
  if (all.length > 0) return { is: 'found', found: all }
  if (words.is === 'none' || places >= placesEnough) return { is: 'none' }
  return { is: 'too-short', marks, words: words.seen }
}

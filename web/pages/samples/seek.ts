import type { TranscriptEvent } from '../../api/types.ts'
import { type Slices, sliceEvents, textsOf } from './slices.ts'

export type Sought = 'call' | 'flag'

const has: Readonly<Record<Sought, (event: TranscriptEvent) => boolean>> = {
  call: (event) => event.is === 'assistant' && event.calls.length > 0,
  flag: isFlagged,
}

/** What somebody who reviews an attempt has to look at: it did not go by itself. */
export function isFlagged(event: TranscriptEvent): boolean {
  if (event.is === 'usage') return event.doubt !== null
  return ['limit', 'error', 'retry', 'verifier'].includes(event.is)
}

type Seeking = {
  readonly slices: Slices
  readonly from: number
  readonly step: 1 | -1
  readonly what: Sought
  readonly signal: AbortSignal
  /** Where it has come to, once a slice. */
  readonly onPlace: (n: number) => void
}

/** The next such event after, or before, a place; null where there is none, or it was given up. */
export async function seek(seeking: Seeking): Promise<number | null> {
  const { slices, from, step, what, signal, onPlace } = seeking
  let n = from + step
  while (n >= 0 && n < slices.total && !signal.aborted) {
    const slice = Math.floor(n / sliceEvents)
    const events = await slices.slice(slice)
    const start = slice * sliceEvents
    for (; n >= start && n < start + events.length; n += step) {
      const event = events[n - start]
      if (event !== undefined && has[what](event)) return signal.aborted ? null : n
    }
    onPlace(n)
  }
  return null
}

/** The places of the events that are kept and hold these words, in any letters. */
export function foundIn(slices: Slices, words: string): readonly number[] {
  const wanted = words.toLowerCase()
  if (wanted === '') return []
  const found: number[] = []
  for (const event of slices.events()) {
    if (textsOf(event).some((text) => text.toLowerCase().includes(wanted))) found.push(event.n)
  }
  return found
}

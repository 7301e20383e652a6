import type { Reason } from './explain.ts'

/** A judged pair on the scale that all kinds of judges share. */
export type Strength = {
  readonly a: number
  readonly b: number
  /** Merged by itself from `scale.merge`, suggested from `scale.suggest`. */
  readonly strength: number
  /** Calibrated probability, as its own judge gives it. */
  readonly probability: number
  readonly because: () => readonly Reason[]
}

/** The common scale: where merging and suggesting begin, and what an unjudged pair counts. */
export const scale = { merge: 0.6, suggest: 0.3, unjudged: 0.03 } as const

/** Just below merging: for pairs that a person shall decide, however probable. */
export const askAtMost = 0.59

/** Puts a probability on the common scale, given where its own judge merges and suggests. */
export function onScale(
  probability: number,
  own: { readonly merge: number; readonly suggest: number },
): number {
  if (probability >= own.merge) {
    return scale.merge + ((1 - scale.merge) * (probability - own.merge)) / (1 - own.merge)
  }
  if (probability >= own.suggest) {
    const part = (probability - own.suggest) / (own.merge - own.suggest)
    return scale.suggest + (scale.merge - scale.suggest) * part
  }
  return (scale.suggest * probability) / own.suggest
}

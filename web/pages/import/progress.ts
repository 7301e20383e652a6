import type { Import } from '../../api/types.ts'
import { grouped } from '../../ui/words.ts'

/** Where an import was at a time, as this page heard of it. */
export type Sample = { readonly atMs: number; readonly done: number }

/** How far an import is: `of` is null while nobody knows how much there is. */
export type Progress = {
  readonly doing: string
  readonly done: number
  readonly of: number | null
}

/** What the server does with an import now; null when it has ended. */
export function progressOf({ state, counts }: Import): Progress | null {
  if (state === 'placed' || state === 'refused') return null
  if (state === 'stored') return { doing: 'Waits for a worker', done: 0, of: null }
  const { findings, reports, placed } = counts
  if (state === 'reading') return { doing: 'Reading', done: findings, of: null }
  return { doing: 'Correlating', done: placed, of: Math.max(reports, placed) }
}

const windowMs = 15_000

/** The samples with one more; a count that fell belongs to another step, and starts anew. */
export function sampled(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const last = samples.at(-1)
  if (last && next.done < last.done) return [next]
  if (last && next.done === last.done && samples.length > 1) return samples
  return [...samples.filter(({ atMs }) => next.atMs - atMs < windowMs), next]
}

/** Per second over the last seconds; null until it can be told. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.atMs - first.atMs < 500) return null
  return ((last.done - first.done) * 1000) / (last.atMs - first.atMs)
}

/** `Correlating 120 of 240, 48 a second, about 3 s left`. */
export function progressWords({ doing, done, of }: Progress, rate: number | null): string {
  const much =
    of === null ? (done > 0 ? ` ${grouped(done)}` : '') : ` ${grouped(done)} of ${grouped(of)}`
  if (rate === null || rate <= 0) return `${doing}${much}`
  const left = of === null ? '' : `, about ${durationOf((of - done) / rate)} left`
  return `${doing}${much}, ${rateWords(rate)}${left}`
}

const rateWords = (rate: number): string =>
  rate >= 1 ? `${grouped(Math.round(rate))} a second` : `${Math.round(rate * 60)} a minute`

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}

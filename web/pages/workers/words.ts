import type { ProofWorker } from '../../api/types.ts'

type State = {
  readonly is: 'works' | 'off' | 'gone' | 'refuses'
  readonly word: string
  readonly sign: string
  readonly tone: string
}

const states = {
  works: { is: 'works', word: 'Takes proofs', sign: '●', tone: 'text-good' },
  off: { is: 'off', word: 'Switched off', sign: '○', tone: 'text-quiet' },
  gone: { is: 'gone', word: 'Not there', sign: '–', tone: 'text-quiet' },
  refuses: { is: 'refuses', word: 'Takes nothing', sign: '✗', tone: 'text-danger' },
} as const

export function workerState({ isGone, off, refusal }: ProofWorker): State {
  if (isGone) return states.gone
  if (off !== null) return states.off
  return refusal === null ? states.works : states.refuses
}

export const takes = (worker: ProofWorker): boolean => workerState(worker).is === 'works'

/** `4 min 10 s`: how long something has been waiting. */
export function waitWords(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

import type { AccessRow } from '../../api/types.ts'
import { grouped } from '../../ui/words.ts'

type Entry = AccessRow['entry']

/** What came of a request: a sign and a word. */
export const outcomeMarks: Readonly<
  Record<Entry['outcome']['is'], { readonly sign: string; readonly word: string; tone: string }>
> = {
  success: { sign: '✓', word: 'Answered', tone: 'text-good' },
  refusal: { sign: '–', word: 'The model declined', tone: 'text-text' },
  'safeguard-block': { sign: '–', word: 'A safeguard answered', tone: 'text-text' },
  overload: { sign: '!', word: 'Too busy', tone: 'text-warn' },
  error: { sign: '✗', word: 'Error', tone: 'text-danger' },
  cut: { sign: '✗', word: 'Cut', tone: 'text-warn' },
  refused: { sign: '✗', word: 'Not let through', tone: 'text-warn' },
}

const doubts = {
  missing: 'the endpoint told no counts',
  malformed: 'the endpoint told no numbers',
  'too-low': 'the endpoint told fewer than were counted',
  'too-high': 'the endpoint told more than were counted',
} as const

/** Tokens that were charged, in and out. */
export const usageWord = ({ usage }: Entry): string =>
  usage === null ? '–' : `${grouped(usage.charged.input)} / ${grouped(usage.charged.output)}`

export const doubtWord = ({ usage }: Entry): string | null =>
  usage?.doubt == null ? null : doubts[usage.doubt]

/** `340 ms`, `12.4 s`. */
export const tookWord = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`

import type { Terms } from './terms.ts'

const dayMs = 86_400_000

/** Until when an evaluator may keep what it holds, and what is kept for longer than that. */
export type Retention = {
  readonly transcriptsUntil: Date
  readonly resultsUntil: Date
  /** When all has to be gone. */
  readonly isOverdue: boolean
}

/** Days count from the end of access; on the moment they are over what is held is overdue. */
export function retentionOf(
  { retentionDays }: Pick<Terms, 'retentionDays'>,
  { closedAt, now }: { readonly closedAt: Date; readonly now: Date },
): Retention {
  const after = (days: number): Date => new Date(closedAt.getTime() + days * dayMs)
  const transcriptsUntil = after(retentionDays.transcripts)
  const resultsUntil = after(retentionDays.results)
  const first = transcriptsUntil < resultsUntil ? transcriptsUntil : resultsUntil
  return { transcriptsUntil, resultsUntil, isOverdue: now >= first }
}

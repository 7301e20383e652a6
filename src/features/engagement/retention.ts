import type { Terms } from './terms.ts'

const dayMs = 86_400_000

/** What terms give days for. */
export const retainedParts = ['transcripts', 'results'] as const
export type RetainedPart = (typeof retainedParts)[number]

/** When something of it has to be gone. */
export type RetentionDue = { readonly part: RetainedPart; readonly at: Date }

/** Days count from the end of access: with none it is due at that very moment. */
export const retentionDues = (
  { retentionDays }: Pick<Terms, 'retentionDays'>,
  closedAt: Date,
): readonly RetentionDue[] =>
  retainedParts.map((part) => {
    return { part, at: new Date(closedAt.getTime() + retentionDays[part] * dayMs) }
  })

/** Until when an evaluator may keep what it holds, and what is kept for longer than that. */
export type Retention = {
  readonly transcriptsUntil: Date
  readonly resultsUntil: Date
  /** When all has to be gone. */
  readonly isOverdue: boolean
}

/** Days count from the end of access; on the moment they are over what is held is overdue. */
export function retentionOf(
  terms: Pick<Terms, 'retentionDays'>,
  { closedAt, now }: { readonly closedAt: Date; readonly now: Date },
): Retention {
  const until = new Map(retentionDues(terms, closedAt).map(({ part, at }) => [part, at]))
  const transcriptsUntil = until.get('transcripts') ?? closedAt
  const resultsUntil = until.get('results') ?? closedAt
  const first = transcriptsUntil < resultsUntil ? transcriptsUntil : resultsUntil
  return { transcriptsUntil, resultsUntil, isOverdue: now >= first }
}

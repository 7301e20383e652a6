import type { Pool } from 'pg'
import { keptEngagement, lockEngagement } from '#features/engagement/engagement.store.ts'
import type { Engagement } from '#features/engagement/engagement.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { retentionDues } from '#features/engagement/retention.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { declarationByNo } from './declaration.store.ts'
import { destroyHeld, destroyTranscriptsHeld } from './destroying.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import {
  destroyDocuments,
  duePassings,
  keepDues,
  markPassed,
  type Passing,
  uncounted,
} from './retention.store.ts'
import { closeRun, runById } from './run.store.ts'
import { runsHeld, type SettledRun } from './settlement.store.ts'

export type RetentionParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: EvaluationKeys
  readonly clock: Clock
}

/**
 * Does what is due of retention: tells both sides that the days are over, once, and where the terms
 * say destroy, destroys before that what this instance keeps. What evaluators hold elsewhere stays
 * overdue until they settle. Any process may, at any time: each run goes in a transaction of its
 * own, and one that is killed is done again.
 *
 * @throws AggregateError with what could not be done, after the rest was
 */
export async function keepRetention(parts: RetentionParts): Promise<void> {
  const { pool, clock } = parts
  const failures: unknown[] = []
  const each = async <T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
    for (const one of list) await work(one).catch((error: unknown) => void failures.push(error))
  }
  await each(await asActor(pool, systemActor, uncounted), (id) => countDays(parts, id))
  const now = clock.now()
  const due = await asActor(pool, systemActor, (tx) => duePassings(tx, now))
  await each(due, (one) => pass(parts, one))
  if (failures.length > 0) throw new AggregateError(failures, 'what is due of retention is left')
}

type Over = Extract<Engagement, { readonly closed: unknown }>

const isOver = (engagement: Engagement | undefined): engagement is Over =>
  engagement?.state === 'closed' || engagement?.state === 'settled'

const countDays = ({ pool, keys }: RetentionParts, id: string): Promise<void> =>
  asActor(pool, systemActor, async (tx) => {
    const engagement = (await keptEngagement(tx, keys.engagement, id))?.engagement
    if (!isOver(engagement)) return
    const { agreed, closed } = engagement
    await keepDues(tx, id, retentionDues(agreed.terms, closed.at))
  })

async function pass(parts: RetentionParts, passing: Passing): Promise<void> {
  const { pool, keys } = parts
  const { engagement: id } = passing
  const runs = await asActor(pool, systemActor, async (tx) => {
    const engagement = (await keptEngagement(tx, keys.engagement, id))?.engagement
    if (!isOver(engagement) || engagement.agreed.terms.disposal !== 'destroy') return []
    return (await runsHeld(tx, id)).filter(({ isDestroyed }) => !isDestroyed)
  })
  for (const run of runs) await destroyOne(parts, passing, run)
  await asActor(pool, systemActor, (tx) => told(tx, parts, passing))
}

async function destroyOne(
  { pool, keys, blobs, clock }: RetentionParts,
  { engagement, part }: Passing,
  { id }: SettledRun,
): Promise<void> {
  const now = clock.now()
  const run = await asActor(pool, systemActor, async (tx) => {
    const found = await runById(tx, keys.evaluation, id)
    if (found === null || found.salt === null) return null
    // What is over takes nothing more in, so that nothing comes after what is destroyed.
    const { declared } = await declarationByNo(tx, keys.evaluation, found.declarationNo)
    const { strata, attempts } = declared.declaration
    await closeRun(tx, { run: found, why: 'window-over', by: null, strata, attempts, now })
    return found
  })
  if (run === null) return
  const destroy = part === 'transcripts' ? destroyTranscriptsHeld : destroyHeld
  const gone = await destroy({ pool, blobs, actor: systemActor }, { run, engagement, now })
  if (!gone.ok) throw new Error(`${id}: ${gone.refusal}`)
}

/** The last step: once both sides were told, nothing is left to do. */
async function told(
  tx: Tx,
  { keys, clock }: RetentionParts,
  { engagement: id, part }: Passing,
): Promise<void> {
  const engagement = (await lockEngagement(tx, keys.engagement, id))?.engagement
  const now = clock.now()
  const dueAt = await markPassed(tx, { engagement: id, part, now })
  if (dueAt === null || !isOver(engagement)) return
  const { disposal } = engagement.agreed.terms
  const agreements = engagement.versions.flatMap(({ proposal }) => proposal.documentSha256 ?? [])
  const documents =
    part === 'results' && disposal === 'destroy'
      ? await destroyDocuments(tx, { engagement: id, agreements, now })
      : []
  const held = (await runsHeld(tx, id)).filter(({ isDestroyed }) => !isDestroyed).length
  await recordFor(tx, id, [
    ...documents.map(
      ({ id: record, sha256: digest }) =>
        ({ at: now, action: 'document.destroy', kind: 'document', record, digest }) as const,
    ),
    {
      ...({ at: now, action: 'retention.pass', kind: 'engagement', record: id } as const),
      fields: { part, dueAt: dueAt.toISOString(), disposal, runsHeld: String(held) },
    },
  ])
  await tellEngagement(tx, id, now)
}

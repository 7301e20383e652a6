import { sql } from 'kysely'
import type { SettlementProof } from '#features/engagement/settlement-proof.ts'
import { listEntries, provenEntry } from '#features/ledger/entry-list.store.ts'
import { ledgerHead } from '#features/ledger/ledger.store.ts'
import { type BlobRef, blobRefShape } from '#platform/blobs/blobs.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'

/** A run of an engagement, whoever may know of it. */
export type SettledRun = {
  readonly no: number
  readonly id: string
  readonly isClosed: boolean
  readonly isDestroyed: boolean
}

/** All runs of an engagement. As the product itself: who destroys destroys all of them. */
export async function runsHeld(tx: Tx, engagement: string): Promise<readonly SettledRun[]> {
  return actingAs(tx, systemActor, async (system) => {
    const { rows } = await sql<SettledRun>`
      select no, id, closed_at is not null as "isClosed", salt is null as "isDestroyed"
      from parley.evaluation_run where engagement_id = ${engagement} order by no`.execute(system)
    return rows
  })
}

/** Where the transcripts of a run lie. As the product itself. */
export async function transcriptBlobs(tx: Tx, runNo: number): Promise<readonly BlobRef[]> {
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql<{ blob: unknown }>`
      select p.blob from parley.transcript_part p
      join parley.evaluation_sample s on s.no = p.sample_no
      where s.run_no = ${runNo}`.execute(system),
  )
  return rows.map(({ blob }) => blobRefShape.parse(blob))
}

/** Destroys what is held of a run: its keys, its samples and what was said of them. */
export async function destroyRun(tx: Tx, runNo: number): Promise<void> {
  await actingAs(tx, systemActor, (system) =>
    sql`select parley.destroy_run(${runNo})`.execute(system),
  )
}

/** Holds a run to destroy it; false where nothing is held any more. As the product itself. */
export async function holdHeld(tx: Tx, runNo: number): Promise<boolean> {
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql`
      select from parley.evaluation_run where no = ${runNo} and salt is not null
      for no key update`.execute(system),
  )
  return rows.length > 0
}

/** Forgets where transcripts of a run lay, once they are deleted there; says how many pieces. */
export async function destroyTranscripts(tx: Tx, runNo: number): Promise<number> {
  const { numAffectedRows } = await actingAs(tx, systemActor, (system) =>
    sql`
      delete from parley.transcript_part p using parley.evaluation_sample s
      where s.no = p.sample_no and s.run_no = ${runNo}`.execute(system),
  )
  return Number(numAffectedRows ?? 0)
}

type Returning = {
  readonly engagement: string
  readonly organisation: string
  readonly closedAt: Date
}

/**
 * When all results were taken by somebody of an organisation: after access had ended, the last run
 * was closed and the last verdict was given. Null for never.
 */
export async function handedBackTo(
  tx: Tx,
  { engagement, organisation, closedAt }: Returning,
): Promise<Date | null> {
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql<{ at: Date | null }>`
      select min(at) as at from parley.engagement_event
      where engagement_id = ${engagement} and organisation_id = ${organisation}
        and action = 'engagement.hand-back' and at >= greatest(${closedAt}::timestamptz,
          (select max(closed_at) from parley.evaluation_run where engagement_id = ${engagement}),
          (select max(at) from parley.verdict where engagement_id = ${engagement}))`.execute(
      system,
    ),
  )
  return rows[0]?.at ?? null
}

type Viewer = {
  readonly person: string
  readonly organisation: string
  readonly firstAt: Date
  readonly lastAt: Date
  readonly times: number
}

/** Everybody who did or opened anything under an engagement, with how often. */
export async function viewersOf(
  tx: Tx,
  engagement: string,
): Promise<readonly SettlementProof['viewers'][number][]> {
  const { rows } = await sql<Viewer>`
    select person_id as person, organisation_id as organisation, min(at) as "firstAt",
      max(at) as "lastAt", count(*)::int as times
    from parley.engagement_event
    where engagement_id = ${engagement} and person_id is not null and organisation_id is not null
    group by person_id, organisation_id order by min(at), person_id limit 100000`.execute(tx)
  return rows.map(({ firstAt, lastAt, ...rest }) => ({
    ...{ ...rest, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
  }))
}

export type Destruction = Pick<SettlementProof, 'held' | 'checkpoint'>

/**
 * What the ledger has of the destruction of these runs, up to one checkpoint; null as long as some
 * of it has no place there yet.
 */
export async function destructionOf(
  tx: Tx,
  runs: readonly SettledRun[],
): Promise<Destruction | null> {
  return actingAs(tx, systemActor, async (system) => {
    const held: SettlementProof['held'][number][] = []
    // Where there was no run there is nothing to prove, as of the newest checkpoint.
    let checkpoint = runs.length === 0 ? ((await ledgerHead(system))?.note ?? null) : null
    for (const { id } of runs) {
      const found = await listEntries(system, {
        ...{ action: 'run.destroy', record: id, person: null, since: null, until: null },
        ...{ before: null, limit: 1 },
      })
      const [newest] = found
      const proven = newest === undefined ? null : await provenEntry(system, newest.index)
      if (proven === null || newest === undefined) return null
      // Places may be given meanwhile: a proof is of one checkpoint, and is asked for again.
      if (checkpoint !== null && checkpoint !== proven.checkpoint) return null
      checkpoint = proven.checkpoint
      const { leaf, salted, proof } = proven
      const entry = { index: newest.index, leaf, salted, proof }
      const sha256 = newest.digest ?? ''
      held.push({ what: 'run', id, sha256, samples: Number(newest.fields['samples']), entry })
    }
    return checkpoint === null ? null : { held, checkpoint }
  })
}

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Result } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'

/** A process that runs proofs. */
export type WorkerSelf = {
  readonly id: string
  readonly name: string
  readonly host: string
  /** PEM. */
  readonly publicKey: string
  readonly version: string
  readonly slots: number
  /** What it may be given: labels up to this classification, within these compartments. */
  readonly ceiling: number
  readonly compartments: readonly string[]
  /** How its runs are held apart; or why it takes none. */
  readonly isolation: Result<IsolationFacts, string>
}

/** A worker is known by its key: two of one name are two. */
export const workerIdOf = (publicKey: string): string =>
  `worker_${createHash('sha256').update(publicKey).digest('hex').slice(0, 32)}`

/**
 * Writes down that a worker is there, and what it can; answers whether it is new or says another
 * thing than before. What somebody switched off stays so.
 */
export async function registerWorker(tx: Tx, self: WorkerSelf, now: Date): Promise<boolean> {
  const { isolation } = self
  const facts = isolation.ok ? JSON.stringify(isolation.value) : null
  const refusal = isolation.ok ? null : isolation.refusal
  const before = await tx
    .selectFrom('parley.worker')
    .select(['version', 'ceiling', 'compartments', 'refusal'])
    .where('id', '=', self.id)
    .forUpdate()
    .executeTakeFirst()
  await sql`
    insert into parley.worker (id, name, host, public_key, version, slots, isolation, refusal,
      ceiling, compartments, first_at, seen_at)
    values (${self.id}, ${self.name}, ${self.host}, ${self.publicKey}, ${self.version},
      ${self.slots}, ${facts}::jsonb, ${refusal}, ${self.ceiling},
      ${[...self.compartments]}::text[], ${now}, clock_timestamp())
    on conflict (id) do update set host = excluded.host, version = excluded.version,
      slots = excluded.slots, isolation = excluded.isolation, refusal = excluded.refusal,
      ceiling = excluded.ceiling, compartments = excluded.compartments,
      seen_at = excluded.seen_at`.execute(tx)
  if (before === undefined) return true
  const isSame =
    before.version === self.version &&
    before.refusal === refusal &&
    before.ceiling === self.ceiling &&
    before.compartments.join() === self.compartments.join()
  return !isSame
}

/** That it is still there. */
export const workerSeen = (tx: Tx, id: string) =>
  sql`update parley.worker set seen_at = clock_timestamp() where id = ${id}`.execute(tx)

/** Not heard of for so long, it is taken for gone. */
const goneAfterSeconds = 60

export type Worker = {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly publicKey: string
  readonly version: string
  readonly slots: number
  readonly isolation: unknown
  readonly refusal: string | null
  readonly ceiling: number
  readonly compartments: readonly string[]
  readonly firstAt: Date
  readonly seenAt: Date
  readonly isGone: boolean
  readonly running: number
  readonly done: number
  readonly off: { readonly at: Date; readonly by: string; readonly why: string } | null
}

type Row = Omit<Worker, 'off'> & {
  readonly offAt: Date | null
  readonly offBy: string | null
  readonly offWhy: string | null
}

const workersMax = 500

/** Every worker that there ever was, those that are there first. */
export async function listWorkers(tx: Tx): Promise<readonly Worker[]> {
  const { rows } = await sql<Row>`
    select w.id, w.name, w.host, w.public_key as "publicKey", w.version, w.slots, w.isolation,
      w.refusal, w.ceiling, w.compartments, w.first_at as "firstAt", w.seen_at as "seenAt",
      w.seen_at < clock_timestamp() - make_interval(secs => ${goneAfterSeconds}) as "isGone",
      w.done, w.off_at as "offAt", p.name as "offBy", w.off_why as "offWhy",
      (select count(*) from parley.proof_run r
        where r.state = 'running' and r.worker_id = w.id) as running
    from parley.worker w left join parley.person p on p.id = w.off_by
    order by "isGone", w.name, w.id limit ${workersMax}`.execute(tx)
  return rows.map(({ offAt, offBy, offWhy, ...row }) => ({
    ...row,
    off: offAt === null ? null : { at: offAt, by: offBy ?? '', why: offWhy ?? '' },
  }))
}

export type Switch = {
  readonly id: string
  /** Why it is switched off; null to switch it on. */
  readonly offWhy: string | null
  readonly person: string
  readonly now: Date
}

/** Switches a worker off or on; what it runs it finishes. Answers whether that changed anything. */
export async function switchWorker(
  tx: Tx,
  { id, offWhy, person, now }: Switch,
): Promise<'done' | 'same' | 'unknown'> {
  const found = await tx
    .selectFrom('parley.worker')
    .select('off_at')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (found === undefined) return 'unknown'
  if ((found.off_at === null) === (offWhy === null)) return 'same'
  const [at, by] = offWhy === null ? [null, null] : [now, person]
  await sql`
    update parley.worker set off_at = ${at}::timestamptz, off_by = ${by}, off_why = ${offWhy}
    where id = ${id}`.execute(tx)
  return 'done'
}

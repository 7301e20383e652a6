import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { randomName } from '#features/org/org.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { ownKeysFor, ownSaltBytes, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actingAs, actorIn, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { countOutcomes, type OutcomeCounts } from './outcome.ts'

export type RunId = Id<'run'>
export const RunId = idOf('run')

/** What the runner says of a run when it asks for it. */
const RunSaid = z.strictObject({
  seed: z.string(),
  /** Which model, variant or program stands in which role. */
  roles: z.record(z.string(), z.string()),
})
export type RunSaid = z.infer<typeof RunSaid>

export const closingWords = ['finished', 'stopped', 'window-over'] as const
export type ClosingWord = (typeof closingWords)[number]

/** Declared tasks of a stratum that nothing came of. */
const NeverBegun = z.array(z.strictObject({ stratum: z.string(), tasks: z.number() }))
export type NeverBegun = z.infer<typeof NeverBegun>

/** A run as it is kept. */
export type RunRow = {
  readonly no: number
  readonly id: string
  readonly engagement: string
  readonly declarationNo: number
  readonly packNo: number
  /** Null where whoever acts may not know of the pack. */
  readonly pack: string | null
  readonly number: number
  readonly askedAt: Date
  readonly askedBy: string
  readonly begunAt: Date | null
  /** How many samples came in. */
  readonly samples: number
  readonly closedAt: Date | null
  readonly closedBy: string | null
  readonly closedWhy: ClosingWord | null
  readonly neverBegun: NeverBegun | null
  /** Null once what it holds is destroyed. */
  readonly salt: Buffer | null
  /** Null where it is destroyed. */
  readonly said: RunSaid | null
  /** Whether whoever acts may fetch the pack, and so work on the run. */
  readonly mayQuery: boolean
}

type Row = Omit<RunRow, 'said' | 'neverBegun' | 'closedWhy'> & {
  readonly neverBegun: unknown
  readonly closedWhy: string | null
  readonly value: Buffer
}

const selected = sql`
  select r.no, r.id, r.engagement_id as engagement, r.declaration_no as "declarationNo",
    r.pack_no as "packNo", p.id as pack, r.number, r.asked_at as "askedAt",
    r.asked_by as "askedBy", r.begun_at as "begunAt", r.samples, r.closed_at as "closedAt",
    r.closed_by as "closedBy", r.closed_why as "closedWhy", r.never_begun as "neverBegun",
    r.salt, r.value, r.pack_no in (select parley.packs_held('query')) as "mayQuery"
  from parley.evaluation_run r left join parley.pack p on p.no = r.pack_no`

/** The keys of a run of its own: without its salt nobody derives them. */
export const runKeys = (keys: PurposeKeys, run: { readonly id: string; readonly salt: Buffer }) =>
  ownKeysFor(keys, run)

function opened(keys: PurposeKeys, { value, closedWhy, neverBegun, ...row }: Row): RunRow {
  return {
    ...row,
    said: saidIn(keys, row, value),
    closedWhy: closingWords.find((word) => word === closedWhy) ?? null,
    neverBegun: neverBegun === null ? null : NeverBegun.parse(neverBegun),
  }
}

function saidIn(
  keys: PurposeKeys,
  { id, salt }: Pick<RunRow, 'id' | 'salt'>,
  value: Buffer,
): RunSaid | null {
  if (salt === null) return null
  const text = unseal(runKeys(keys, { id, salt }), value, id)
  if (!text.ok) throw new TypeError(`what is kept of ${id} ${text.refusal.why}`)
  return RunSaid.parse(JSON.parse(text.value.toString('utf8')))
}

/** One run; null where whoever acts sees none of that id. */
export async function runById(tx: Tx, keys: PurposeKeys, id: string): Promise<RunRow | null> {
  const { rows } = await sql<Row>`${selected} where r.id = ${id}`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, rows[0])
}

const listedMax = 500

/** The runs of an engagement that whoever acts sees, the newest first. */
export async function runsOfEngagement(
  tx: Tx,
  keys: PurposeKeys,
  engagement: string,
): Promise<readonly RunRow[]> {
  const { rows } = await sql<Row>`${selected} where r.engagement_id = ${engagement}
    order by r.no desc limit ${listedMax}`.execute(tx)
  return rows.map((row) => opened(keys, row))
}

export type RunPage = {
  readonly engagement: string
  /** Goes on after this run; an id that is none of them ends the list. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Ids of runs of an engagement that whoever acts sees, the newest first. */
export async function runIdsOf(
  tx: Tx,
  { engagement, after, limit }: RunPage,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from parley.evaluation_run r where r.engagement_id = ${engagement}
      and (${after ?? null}::text is null
        or r.no < (select a.no from parley.evaluation_run a where a.id = ${after ?? null}))
    order by r.no desc limit ${limit}`.execute(tx)
  return rows.map(({ id }) => id)
}

type Beginning = {
  readonly engagement: string
  readonly declarationNo: number
  readonly packNo: number
  readonly said: RunSaid
  readonly now: Date
}

/** Queues a run; answers its id. */
export async function addRun(
  tx: Tx,
  keys: PurposeKeys,
  { engagement, declarationNo, packNo, said, now }: Beginning,
): Promise<string> {
  const id = RunId.of(randomName())
  const salt = randomBytes(ownSaltBytes)
  const value = seal(runKeys(keys, { id, salt }), JSON.stringify(said), id)
  // Two that are asked for at once have two numbers.
  await sql`select 1 from parley.declaration where no = ${declarationNo}
    for no key update`.execute(tx)
  await sql`
    insert into parley.evaluation_run (id, engagement_id, declaration_no, pack_no, number, asked_at,
      asked_by, salt, value)
    select ${id}, ${engagement}, ${declarationNo}, ${packNo},
      coalesce((select max(number) from parley.evaluation_run
        where declaration_no = ${declarationNo}), 0) + 1,
      ${now}::timestamptz, ${actorIn(tx).person}, ${salt}::bytea, ${value}::bytea`.execute(tx)
  return id
}

/** How many samples of a run ended in each way, as they are kept. */
export async function countedOf(tx: Tx, runNo: number): Promise<OutcomeCounts> {
  const { rows } = await sql<{ outcome: Outcome; count: number }>`
    select outcome, count(*)::int as count from parley.evaluation_sample
    where run_no = ${runNo} group by outcome`.execute(tx)
  const counts: Record<Outcome, number> = { ...countOutcomes([]) }
  for (const { outcome, count } of rows) counts[outcome] = count
  return counts
}

export type Look = {
  readonly at: Date
  readonly person: string
  readonly organisation: string
  readonly samples: number
}

/** Looks at the running results, in their order. */
export async function looksOf(tx: Tx, runNo: number): Promise<readonly Look[]> {
  const { rows } = await sql<Look>`
    select at, person_id as person, organisation_id as organisation, samples
    from parley.evaluation_look where run_no = ${runNo} order by no limit 10000`.execute(tx)
  return rows
}

export type LooksUnder = {
  /** At the results of any run. */
  readonly looks: number
  /** A run other than this one on which a verdict was given. */
  readonly judged: string | null
}

/** How results under one declaration were looked at before. As the product itself: all count. */
export function looksUnder(
  tx: Tx,
  { no: runNo, declarationNo }: Pick<RunRow, 'no' | 'declarationNo'>,
): Promise<LooksUnder> {
  return actingAs(tx, systemActor, async (system) => {
    const { rows } = await sql<LooksUnder>`
      select (select count(*)::int from parley.evaluation_look l
          where l.run_no = any (array_agg(r.no))) as looks,
        (select min(o.id) from parley.evaluation_run o
          where o.declaration_no = ${declarationNo} and o.no <> ${runNo}
            and exists (select from parley.verdict v where v.run_no = o.no)) as judged
      from parley.evaluation_run r where r.declaration_no = ${declarationNo}`.execute(system)
    return rows[0] ?? { looks: 0, judged: null }
  })
}

/** Notes that whoever acts looks at the running results. */
export async function noteLook(
  tx: Tx,
  { no: runNo, samples }: Pick<RunRow, 'no' | 'samples'>,
  now: Date,
): Promise<void> {
  const { person, organisation } = actorIn(tx)
  await sql`
    insert into parley.evaluation_look (run_no, at, person_id, organisation_id, samples)
    values (${runNo}, ${now}, ${person}, ${organisation}, ${samples})`.execute(tx)
}

export type Closing = {
  readonly run: Pick<RunRow, 'no' | 'id'>
  readonly why: ClosingWord
  /** Null where the product itself closes it. */
  readonly by: string | null
  readonly strata: readonly { readonly name: string; readonly tasksMax: number }[]
  readonly attempts: number
  readonly now: Date
}

/**
 * Closes a run for good: attempts that are missing at tasks that were begun become `not_run`, and
 * of declared tasks that were never begun it is written down how many there are. False where it is
 * closed already.
 */
export function closeRun(tx: Tx, closing: Closing): Promise<boolean> {
  const { run, why, by, strata, attempts, now } = closing
  return actingAs(tx, systemActor, async (system) => {
    const { rows } = await sql`select 1 from parley.evaluation_run
      where no = ${run.no} and closed_at is null for no key update`.execute(system)
    if (rows.length === 0) return false
    const { rows: begun } = await sql<{ stratum: string; tasks: number }>`
      select stratum, count(distinct task)::int as tasks from parley.evaluation_sample
      where run_no = ${run.no} group by stratum`.execute(system)
    const never: NeverBegun = strata.map(({ name, tasksMax }) => ({
      stratum: name,
      tasks: tasksMax - (begun.find(({ stratum }) => stratum === name)?.tasks ?? 0),
    }))
    await sql`
      insert into parley.evaluation_sample (run_no, task, epoch, family, difficulty, stratum,
        position, outcome, tokens, events, size_bytes, digest, handed_at)
      select ${run.no}, t.task, e.epoch, t.family, t.difficulty, t.stratum, t.position,
        'not_run', 0, 0, 0,
        encode(sha256(convert_to('not_run ' || t.task || ' ' || e.epoch, 'UTF8')), 'hex'),
        ${now}::timestamptz
      from (select distinct task, family, difficulty, stratum, position
        from parley.evaluation_sample where run_no = ${run.no}) t,
        generate_series(1, ${attempts}::int) as e (epoch)
      on conflict (run_no, task, epoch) do nothing`.execute(system)
    await sql`
      update parley.evaluation_run set closed_at = ${now}, closed_by = ${by}, closed_why = ${why},
        never_begun = ${JSON.stringify(never)}::jsonb where no = ${run.no}`.execute(system)
    await tellRun(system, run.id, now)
    return true
  })
}

/** Pages that show a run look again. */
export async function tellRun(tx: Tx, id: string, now: Date): Promise<void> {
  await actingAs(tx, systemActor, (system) =>
    sql`insert into parley.live_event (at, topic, ref) values (${now}, 'run', ${id})`.execute(
      system,
    ),
  )
}

import { sql } from 'kysely'
import { z } from 'zod'
import type { NamedVerdict } from '#features/engagement/determination.ts'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { type Capability, capabilities } from './capability.ts'
import type { Recount } from './counted.ts'
import type { VerdictWord } from './fixed-look.ts'
import { RecountWire } from './result.wire.ts'
import { parseRecord, type Recorded } from './result-record.ts'
import { runKeys } from './run.store.ts'
import { type RunHorizon, RunHorizonWire } from './run-horizon.ts'
import type { HeldRun } from './run-word.store.ts'

const VerdictId = idOf('verdict')

/** A verdict as it is kept: what may be said stays, the rest goes with the keys of the run. */
export type KeptVerdict = {
  readonly no: number
  readonly id: string
  readonly run: string
  readonly engagement: string
  readonly at: Date
  readonly person: string
  readonly capability: Capability
  readonly word: VerdictWord
  readonly declarationSha256: string
  readonly resultsSha256: string
  readonly wording: string
  /** What it was worked out from; null once that is destroyed. */
  readonly held: Held | null
}
export type Held = {
  readonly recorded: Recorded
  readonly recounts: readonly Recount[]
  /** Null where no human time was known, and for what was judged before it was worked out. */
  readonly horizon: RunHorizon | null
}

type Row = Omit<KeptVerdict, 'wording' | 'held' | 'capability'> & {
  readonly capability: string
  readonly salt: Buffer | null
  readonly wording: Buffer
  readonly value: Buffer
}

const selected = sql`
  select v.no, v.id, r.id as run, v.engagement_id as engagement, v.at, v.person_id as person,
    v.capability, v.word, v.declaration_sha256 as "declarationSha256",
    v.results_sha256 as "resultsSha256", r.salt, v.wording, v.value
  from parley.verdict v join parley.evaluation_run r on r.no = v.run_no`

function textOf(keys: PurposeKeys, sealed: Buffer, place: string): string {
  const text = unseal(keys, sealed, place)
  if (!text.ok) throw new TypeError(`${place} ${text.refusal.why}`)
  return text.value.toString('utf8')
}

function opened(keys: PurposeKeys, { salt, wording, value, ...row }: Row): KeptVerdict {
  const capability = capabilities.find((one) => one === row.capability)
  if (capability === undefined) throw new TypeError(`${row.id} is about ${row.capability}`)
  return {
    ...{ ...row, capability, wording: textOf(keys, wording, `${row.id} wording`) },
    held: salt === null ? null : heldIn(keys, { id: row.id, run: { id: row.run, salt }, value }),
  }
}

const KeptShape = z.strictObject({
  ...{ record: z.unknown(), recounts: z.array(RecountWire) },
  horizon: RunHorizonWire.nullable().default(null),
})

type Sealed = {
  readonly id: string
  readonly run: { readonly id: string; readonly salt: Buffer }
  readonly value: Buffer
}

function heldIn(keys: PurposeKeys, { id, run, value }: Sealed): Held {
  const kept = KeptShape.parse(JSON.parse(textOf(runKeys(keys, run), value, id)))
  const recorded = parseRecord(kept.record)
  if (!recorded.ok) throw new TypeError(`${id} is kept as no record`)
  return { recorded: recorded.value, recounts: kept.recounts, horizon: kept.horizon }
}

const listedMax = 500

/** A verdict as lists show it, without the record that it was worked out from. */
export type VerdictFace = Omit<KeptVerdict, 'held'> & {
  /** Whether the record is kept. */
  readonly isHeld: boolean
  /** What is shown of it; null where it is destroyed, or has to be worked out from the record. */
  readonly numbers: unknown
}

type FaceRow = Omit<Row, 'value'> & { readonly numbers: Buffer | null }

/** The verdicts on a run, the newest first; or the one on these results. */
export async function verdictFaces(
  tx: Tx,
  keys: PurposeKeys,
  of: { readonly run: string; readonly resultsSha256?: string },
): Promise<readonly VerdictFace[]> {
  const { rows } = await sql<FaceRow>`
    select v.no, v.id, r.id as run, v.engagement_id as engagement, v.at, v.person_id as person,
      v.capability, v.word, v.declaration_sha256 as "declarationSha256",
      v.results_sha256 as "resultsSha256", r.salt, v.wording, v.numbers
    from parley.verdict v join parley.evaluation_run r on r.no = v.run_no
    where r.id = ${of.run} and (${of.resultsSha256 ?? null}::text is null
      or v.results_sha256 = ${of.resultsSha256 ?? null})
    order by v.no desc limit ${listedMax}`.execute(tx)
  return rows.map(({ numbers: sealed, ...row }) => {
    const { held: _, ...face } = opened(keys, { ...row, salt: null, value: Buffer.alloc(0) })
    const { salt, id, run } = row
    if (salt === null || sealed === null) return { ...face, isHeld: salt !== null, numbers: null }
    const text = textOf(runKeys(keys, { id: run, salt }), sealed, `${id} numbers`)
    return { ...face, isHeld: true, numbers: JSON.parse(text) }
  })
}

/** One verdict; null where whoever acts sees none of that id. */
export async function verdictById(
  tx: Tx,
  keys: PurposeKeys,
  id: string,
): Promise<KeptVerdict | null> {
  const { rows } = await sql<Row>`${selected} where v.id = ${id}`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, rows[0])
}

/** Every verdict under an engagement that whoever acts sees, the newest first. */
export async function verdictsUnder(
  tx: Tx,
  keys: PurposeKeys,
  engagement: string,
): Promise<readonly KeptVerdict[]> {
  const { rows } = await sql<Row>`${selected} where v.engagement_id = ${engagement}
    order by v.no desc limit ${listedMax}`.execute(tx)
  return rows.map((row) => opened(keys, row))
}

type NamedRow = Omit<NamedVerdict, 'wording'> & { readonly wording: Buffer }

/**
 * What may be said of a verdict of an engagement, which stays when its results are destroyed; null
 * where whoever acts sees none of that id.
 */
export async function verdictNamed(
  tx: Tx,
  keys: PurposeKeys,
  { engagement, id }: { readonly engagement: string; readonly id: string },
): Promise<NamedVerdict | null> {
  const { rows } = await sql<NamedRow>`
    select id, word, declaration_sha256 as "declarationSha256", results_sha256 as "resultsSha256",
      wording
    from parley.verdict where engagement_id = ${engagement} and id = ${id}`.execute(tx)
  const [row] = rows
  return row === undefined ? null : { ...row, wording: textOf(keys, row.wording, `${id} wording`) }
}

/** Verdicts from one number on, in their order: for the product itself, which reads all of them. */
export async function verdictsFrom(
  tx: Tx,
  keys: PurposeKeys,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly KeptVerdict[]> {
  const { rows } = await sql<Row>`${selected} where v.no > ${after}
    order by v.no limit ${limit}`.execute(tx)
  return rows.map((row) => opened(keys, row))
}

export type NewVerdict = Held & {
  /** What is shown of it. */
  readonly numbers: unknown
  readonly run: HeldRun
  readonly word: VerdictWord
  readonly wording: string
  readonly now: Date
}

/** Keeps a verdict; null where the very same results were judged before. */
export async function keepVerdict(
  tx: Tx,
  keys: PurposeKeys,
  { run, recorded, recounts, horizon, numbers, word, wording, now }: NewVerdict,
): Promise<string | null> {
  const id = VerdictId.of(randomName())
  const value = JSON.stringify({ record: recorded.record, recounts, horizon })
  const { rows } = await sql<{ id: string }>`
    insert into parley.verdict (id, run_no, engagement_id, at, person_id, capability, word,
      declaration_sha256, results_sha256, wording, value, numbers)
    values (${id}, ${run.no}, ${run.engagement}, ${now}, ${actorIn(tx).person},
      ${recorded.record.capability}, ${word}, ${recorded.declared.digest}, ${recorded.digest},
      ${seal(keys, wording, `${id} wording`)}, ${seal(runKeys(keys, run), value, id)},
      ${seal(runKeys(keys, run), JSON.stringify(numbers), `${id} numbers`)})
    on conflict (run_no, results_sha256) do nothing returning id`.execute(tx)
  return rows[0]?.id ?? null
}

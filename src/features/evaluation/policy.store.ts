import { sql } from 'kysely'
import { z } from 'zod'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { type KnownPolicy, parsePolicy } from './policy.ts'
import { type ReadingChange, readingChanges } from './policy-reading.ts'

/** A policy as it was published. */
export type KeptPolicy = KnownPolicy & {
  readonly publishedAt: Date
  readonly publishedBy: string
  readonly labelId: number
}

type Row = {
  readonly publishedAt: Date
  readonly publishedBy: string
  readonly labelId: number
  readonly value: unknown
}

/** Policies that whoever acts is cleared for, the newest first. */
export async function policiesOf(tx: Tx): Promise<readonly KeptPolicy[]> {
  const { rows } = await sql<Row>`
    select published_at as "publishedAt", published_by as "publishedBy", label_id as "labelId",
      value from parley.classification_policy order by number desc limit 1000`.execute(tx)
  return rows.map(({ value, ...row }) => {
    const read = parsePolicy(value)
    if (!read.ok) throw new TypeError('what is kept as a policy is none')
    return { ...row, ...read.value }
  })
}

/** Keeps a policy; false where another of its number was published at the same moment. */
export async function keepPolicy(
  tx: Tx,
  { policy, digest }: KnownPolicy,
  { labelId, now }: { readonly labelId: number; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into parley.classification_policy (number, digest, label_id, published_at, published_by,
      value)
    values (${policy.number}, ${digest}, ${labelId}, ${now}, ${actorIn(tx).person},
      ${JSON.stringify(policy)}::jsonb) on conflict do nothing returning number`.execute(tx)
  return rows.length > 0
}

const reading = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('read'),
    verdict: z.enum(['COVERED', 'NOT SHOWN', 'UNDETERMINED']),
    wording: z.string(),
  }),
  z.strictObject({
    is: z.literal('cannot-be-read'),
    because: z.array(
      z.strictObject({
        what: z.enum(['capability', 'pack', 'budget', 'results']),
        why: z.string(),
      }),
    ),
  }),
])
export const ReadingsShape = z.strictObject({
  before: reading,
  after: reading,
  why: z.array(z.string()),
})
type Readings = z.infer<typeof ReadingsShape>

export type KeptReading = Readings & {
  readonly policy: number
  readonly verdict: string
  readonly change: ReadingChange
}

const placeOf = (policy: number, verdict: string): string => `${verdict} under policy ${policy}`

export type NewReading = Readings & {
  readonly policy: number
  readonly verdict: { readonly no: number; readonly id: string; readonly engagement: string }
  readonly change: ReadingChange
}

/** Keeps what a verdict is under a policy. For the product itself. */
export async function keepReading(
  tx: Tx,
  keys: PurposeKeys,
  { policy, verdict, change, before, after, why }: NewReading,
): Promise<void> {
  const text = JSON.stringify({ before, after, why })
  const value = seal(keys, text, placeOf(policy, verdict.id))
  await sql`
    insert into parley.policy_reading (policy_number, verdict_no, engagement_id, change, value)
    values (${policy}, ${verdict.no}, ${verdict.engagement}, ${change}, ${value})`.execute(tx)
}

type ReadingRow = {
  readonly policy: number
  readonly verdict: string
  readonly change: string
  readonly value: Buffer
}

/** What the verdicts under an engagement are under each policy, the newest first. */
export async function readingsOf(
  tx: Tx,
  keys: PurposeKeys,
  engagement: string,
): Promise<readonly KeptReading[]> {
  const { rows } = await sql<ReadingRow>`
    select p.policy_number as policy, v.id as verdict, p.change, p.value
    from parley.policy_reading p join parley.verdict v on v.no = p.verdict_no
    where p.engagement_id = ${engagement} order by p.no desc limit 1000`.execute(tx)
  return rows.map(({ policy, verdict, change, value }) => {
    const text = unseal(keys, value, placeOf(policy, verdict))
    if (!text.ok) throw new TypeError(`${placeOf(policy, verdict)} ${text.refusal.why}`)
    const known = readingChanges.find((one) => one === change)
    if (known === undefined) throw new TypeError(`no change is called ${change}`)
    const readings = ReadingsShape.parse(JSON.parse(text.value.toString('utf8')))
    return { policy, verdict, change: known, ...readings }
  })
}

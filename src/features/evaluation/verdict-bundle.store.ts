import { sql } from 'kysely'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Capability } from './capability.ts'
import { runKeys } from './run.store.ts'
import type { VerdictOpening } from './verdict-bundle.ts'

/** What was signed for two people, as it crosses. */
export type KeptBundle = {
  readonly verdict: string
  readonly engagement: string
  readonly number: number
  readonly sha256: string
  /** The envelope, byte for byte. */
  readonly text: string
}

const placeOf = (verdict: string): string => `${verdict} bundle`

/** The bundle of a verdict; null where none was let out, or whoever acts sees none. */
export async function bundleOf(
  tx: Tx,
  keys: PurposeKeys,
  verdict: string,
): Promise<KeptBundle | null> {
  const { rows } = await sql<Omit<KeptBundle, 'text'> & { readonly content: Buffer }>`
    select verdict_id as verdict, engagement_id as engagement, number, sha256, content
    from parley.verdict_bundle where verdict_id = ${verdict}`.execute(tx)
  const [row] = rows
  if (row === undefined) return null
  const { content, ...rest } = row
  const text = unseal(keys, content, placeOf(verdict))
  if (!text.ok) throw new TypeError(`the bundle of ${verdict} ${text.refusal.why}`)
  return { ...rest, text: text.value.toString('utf8') }
}

/** The number that the next bundle of a capability has. The engagement is locked meanwhile. */
export async function nextBundleNumber(
  tx: Tx,
  { engagement, capability }: { readonly engagement: string; readonly capability: Capability },
): Promise<number> {
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(number), 0) + 1 as next from parley.verdict_bundle
    where engagement_id = ${engagement} and capability = ${capability}`.execute(tx)
  return rows[0]?.next ?? 1
}

export type NewBundle = KeptBundle & {
  readonly capability: Capability
  readonly approval: string
  readonly askedBy: string
  readonly grantedBy: string
  readonly opening: VerdictOpening
  readonly run: { readonly id: string; readonly salt: Buffer }
  readonly now: Date
}

/** Keeps a bundle; what opens it is lost with the keys of its run. For the product itself. */
export async function keepBundle(tx: Tx, keys: PurposeKeys, made: NewBundle): Promise<void> {
  const { verdict, engagement, capability, number, approval, askedBy, grantedBy, now } = made
  const content = seal(keys, made.text, placeOf(verdict))
  const salts = JSON.stringify(made.opening)
  const opening = seal(runKeys(keys, made.run), salts, `${verdict} opening`)
  await sql`
    insert into parley.verdict_bundle (verdict_id, engagement_id, capability, number, approval_id,
      asked_by, granted_by, made_at, sha256, content, opening)
    values (${verdict}, ${engagement}, ${capability}, ${number}, ${approval}, ${askedBy},
      ${grantedBy}, ${now}, ${made.sha256}, ${content}, ${opening})`.execute(tx)
}

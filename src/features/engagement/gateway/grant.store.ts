import { sql } from 'kysely'
import type { Pool } from 'pg'
import { labelsOf } from '#features/label/label.store.ts'
import type { Label } from '#features/label/label.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { randomToken } from '#platform/crypto/token.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Budget } from '../terms.ts'
import { type GrantBook, gateOf, tokenDigest } from './books.ts'
import { type GatewayKeys, openEndpoint } from './endpoint.store.ts'
import type { KeptEndpoint } from './endpoint-record.ts'

export type GrantId = Id<'grant'>
export const GrantId = idOf('grant')

/** Tokens of gateways are told by it from those of the API. */
const tokenPrefix = 'gate'

export type GrantWish = {
  readonly gate: string
  readonly organisation: string
  readonly person: string
  readonly run: string
  readonly labelId: number
  readonly budget: Budget
  readonly now: Date
  readonly expiresAt: Date
}

/** Makes a token; it is in the answer, and nowhere else. */
export async function makeGrant(
  tx: Tx,
  wish: GrantWish,
): Promise<{ readonly id: GrantId; readonly token: string }> {
  const id = GrantId.of(randomName())
  const token = randomToken(tokenPrefix)
  const { requests, tokens, microUsd, atOnce } = wish.budget
  await tx
    .insertInto('parley.gateway_grant')
    .values({
      ...{ id, digest: tokenDigest(token), gate_id: wish.gate },
      ...{ organisation_id: wish.organisation, person_id: wish.person, run: wish.run },
      ...{ label_id: wish.labelId, requests, tokens, micro_usd: microUsd, at_once: atOnce },
      ...{ made_at: wish.now, expires_at: wish.expiresAt },
    })
    .execute()
  return { id, token }
}

export type ListedGrant = {
  readonly id: string
  readonly person: string
  readonly organisation: string
  readonly run: string
  readonly labelId: number
  readonly budget: Budget
  readonly madeAt: Date
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

type GrantRow = Omit<ListedGrant, 'budget'> & Budget & { readonly no: number }

/** Tokens of a gate, the newest first, without what they are. */
export async function listGrants(
  tx: Tx,
  gate: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly (ListedGrant & { readonly no: number })[]> {
  const { rows } = await sql<GrantRow>`
    select no, id, person_id as person, organisation_id as organisation, run,
      label_id as "labelId", requests, tokens, micro_usd as "microUsd", at_once as "atOnce",
      made_at as "madeAt", expires_at as "expiresAt", revoked_at as "revokedAt"
    from parley.gateway_grant
    where gate_id = ${gate} and (${before}::bigint is null or no < ${before})
    order by no desc limit ${limit}`.execute(tx)
  return rows.map(({ requests, tokens, microUsd, atOnce, ...rest }) => ({
    ...{ ...rest, budget: { requests, tokens, microUsd, atOnce } },
  }))
}

/** How many tokens somebody has that are good. */
export async function standingOf(
  tx: Tx,
  { gate, person, now }: Pick<GrantWish, 'gate' | 'person' | 'now'>,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from parley.gateway_grant
    where gate_id = ${gate} and person_id = ${person} and revoked_at is null
      and expires_at > ${now}`.execute(tx)
  return rows[0]?.count ?? 0
}

export type Revocation = {
  readonly gate: string
  readonly id: string
  readonly person: string
  readonly now: Date
}

/** Takes a token back, at once and for good; null where there is none that is good. */
export async function revokeGrant(
  tx: Tx,
  { gate, id, person, now }: Revocation,
): Promise<{ readonly run: string; readonly person: string } | null> {
  const { rows } = await sql<{ run: string; person: string }>`
    update parley.gateway_grant set revoked_at = ${now}, revoked_by = ${person}
    where gate_id = ${gate} and id = ${id} and revoked_at is null
    returning run, person_id as person`.execute(tx)
  return rows[0] ?? null
}

/**
 * Takes back all that is good of a person's, or of everybody's at that gate, because the product
 * itself has to; answers how many.
 */
export async function revokeAllOf(
  system: Tx,
  { gate, person, now }: Pick<Revocation, 'gate' | 'now'> & { readonly person: string | null },
): Promise<number> {
  const { rows } = await sql`
    update parley.gateway_grant set revoked_at = ${now}
    where gate_id = ${gate} and (${person}::text is null or person_id = ${person})
      and revoked_at is null and expires_at > ${now}
    returning 1`.execute(system)
  return rows.length
}

/** A token stands while whoever it is of may evaluate, or partake, for their organisation. */
const standingText = `
  from parley.gateway_grant g
  join parley.gateway_gate w on w.id = g.gate_id
  join parley.person p on p.id = g.person_id and p.disabled_at is null
  join parley.organisation o on o.id = g.organisation_id and o.disabled_at is null
  join parley.membership m on m.person_id = g.person_id
    and m.organisation_id = g.organisation_id
    and case when w.partner_no is null then 'evaluate' else 'partake' end
      = any (parley.permissions_of(m.role))`

const findText = `
  select w.engagement_id as engagement,
    case when w.partner_no is not null then w.id end as partner, g.organisation_id as organisation,
    g.person_id as person, g.run, g.label_id as label, g.requests, g.tokens,
    g.micro_usd as "microUsd", g.at_once as "atOnce", g.expires_at as "expiresAt",
    e.version, e.value ${standingText}
  join parley.gateway_endpoint e on e.gate_id = g.gate_id
  where g.digest = $1 and g.revoked_at is null`

const amongText = `select g.digest ${standingText}
  where g.digest = any ($1::text[]) and g.revoked_at is null`

type FoundRow = Budget & {
  readonly engagement: string
  readonly partner: string | null
  readonly organisation: string
  readonly person: string
  readonly run: string
  readonly label: number
  readonly expiresAt: Date
  readonly version: number
  readonly value: Buffer
}

/** So many endpoints are kept opened. */
const openedMax = 1_000

export type GrantParts = {
  /** Acts as the product itself. */
  readonly pool: Pool
  readonly keys: GatewayKeys
}

/** Tokens in the database, for gateways. */
export function grantsIn({ pool, keys }: GrantParts): GrantBook {
  const endpoints = new Map<string, KeptEndpoint>()
  const labels = new Map<number, Label>()
  const endpointOf = (row: FoundRow): KeptEndpoint => {
    const gate = gateOf(row)
    const known = endpoints.get(gate)
    if (known?.endpoint.version === row.version) return known
    const opened = openEndpoint(keys, { ...row, gate })
    if (endpoints.size >= openedMax) endpoints.clear()
    endpoints.set(gate, opened)
    return opened
  }
  const labelOf = async (id: number): Promise<Label> => {
    const known = labels.get(id)
    if (known !== undefined) return known
    const found = await asActor(pool, systemActor, (tx) => labelsOf(tx, [id]))
    const label = found.get(id)
    if (label === undefined) throw new TypeError('what is stored has a label')
    labels.set(id, label)
    return label
  }
  return {
    find: async (digest) => {
      const { rows } = await pool.query<FoundRow>({
        ...{ name: 'parley-gateway-grant', text: findText, values: [digest] },
      })
      const [row] = rows
      if (row === undefined) return null
      const { engagement, partner, organisation, person, run, expiresAt } = row
      const { requests, tokens, microUsd, atOnce } = row
      const { endpoint, caps } = endpointOf(row)
      return {
        ...{ engagement, partner, organisation, person, run, expiresAt, endpoint, caps },
        ...{ label: await labelOf(row.label), budget: { requests, tokens, microUsd, atOnce } },
      }
    },
    standing: async (digests) => {
      const { rows } = await pool.query<{ digest: string }>(amongText, [[...digests]])
      return new Set(rows.map(({ digest }) => digest))
    },
  }
}

import { sql } from 'kysely'
import type { Pool } from 'pg'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { CredentialVault } from './books.ts'
import { decodeEndpoint, encodeEndpoint, type KeptEndpoint } from './endpoint-record.ts'

/** Keys of what gateways keep: neither opens what the other seals. */
export type GatewayKeys = { readonly endpoint: PurposeKeys; readonly credential: PurposeKeys }
export const gatewayKeysOf = (keys: Keys): GatewayKeys => ({
  endpoint: keysFor(keys, 'gateway-endpoint'),
  credential: keysFor(keys, 'gateway-credential'),
})

/** A sealed value belongs to one engagement and one version of its endpoint. */
const placeOf = (engagement: string, version: number): string => `${engagement} ${version}`

/** What stands in the row of an endpoint, opened. */
export function openEndpoint(
  keys: GatewayKeys,
  row: { readonly engagement: string; readonly version: number; readonly value: Buffer },
): KeptEndpoint {
  const { engagement, version, value } = row
  const opened = unseal(keys.endpoint, value, placeOf(engagement, version))
  if (!opened.ok) {
    throw new TypeError(`the endpoint of ${engagement} ${opened.refusal.why}`)
  }
  return decodeEndpoint(opened.value.toString('utf8'), version)
}

export type ShownEndpoint = KeptEndpoint & {
  readonly putAt: Date
  readonly putBy: string | null
  readonly withdrawnAt: Date | null
  /** When the credential was destroyed; null while it is there. */
  readonly credentialDestroyedAt: Date | null
}

type EndpointRow = {
  readonly version: number
  readonly value: Buffer
  readonly putAt: Date
  readonly putBy: string | null
  readonly withdrawnAt: Date | null
}

/** The endpoint of an engagement, for its developer; null where there is none to see. */
export async function shownEndpoint(
  tx: Tx,
  keys: GatewayKeys,
  engagement: string,
): Promise<ShownEndpoint | null> {
  const { rows } = await sql<EndpointRow>`
    select version, value, put_at as "putAt", put_by as "putBy", withdrawn_at as "withdrawnAt"
    from parley.gateway_endpoint where engagement_id = ${engagement}`.execute(tx)
  const [row] = rows
  if (row === undefined) return null
  const { value, version, ...rest } = row
  const credentialDestroyedAt = await actingAs(tx, systemActor, (system) =>
    destroyedAt(system, engagement),
  )
  return { ...openEndpoint(keys, { engagement, version, value }), ...rest, credentialDestroyedAt }
}

async function destroyedAt(tx: Tx, engagement: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('parley.gateway_credential')
    .select('destroyed_at')
    .where('engagement_id', '=', engagement)
    .executeTakeFirst()
  return row?.destroyed_at ?? null
}

/** Whether there is an endpoint with its credential, so that a token is good for something. */
export async function hasCredential(tx: Tx, engagement: string): Promise<boolean> {
  const row = await tx
    .selectFrom('parley.gateway_credential')
    .select('version')
    .where('engagement_id', '=', engagement)
    .where('sealed', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

export type PutEndpoint = {
  readonly engagement: string
  readonly kept: KeptEndpoint
  readonly credential: string
  readonly person: string
  readonly now: Date
}

/** Gives the model's endpoint and its credential, in the place of those before; the new version. */
export async function putEndpoint(
  tx: Tx,
  keys: GatewayKeys,
  { engagement, kept, credential, person, now }: PutEndpoint,
): Promise<number> {
  const version = (await versionOf(tx, engagement)) + 1
  const value = seal(keys.endpoint, encodeEndpoint(kept), placeOf(engagement, version))
  await sql`
    insert into parley.gateway_endpoint (engagement_id, version, value, put_at, put_by)
    values (${engagement}, ${version}, ${value}, ${now}, ${person})
    on conflict (engagement_id) do update set version = excluded.version, value = excluded.value,
      put_at = excluded.put_at, put_by = excluded.put_by, withdrawn_at = null`.execute(tx)
  const sealed = seal(keys.credential, credential, placeOf(engagement, version))
  // Nobody who puts one may read one, so that the product itself writes it.
  await actingAs(tx, systemActor, (system) =>
    sql`
      insert into parley.gateway_credential (engagement_id, version, sealed)
      values (${engagement}, ${version}, ${sealed})
      on conflict (engagement_id) do update set version = excluded.version,
        sealed = excluded.sealed, destroyed_at = null`.execute(system),
  )
  return version
}

/** Of two who put at once the second waits, because the engagement is held. */
async function versionOf(tx: Tx, engagement: string): Promise<number> {
  const row = await tx
    .selectFrom('parley.gateway_endpoint')
    .select('version')
    .where('engagement_id', '=', engagement)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** Takes the endpoint back and destroys its credential; false where there is nothing to. */
export async function withdrawEndpoint(tx: Tx, engagement: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.gateway_endpoint')
    .set({ withdrawn_at: now })
    .where('engagement_id', '=', engagement)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await actingAs(tx, systemActor, (system) => destroyCredential(system, engagement, now))
  return true
}

const destroyCredential = (tx: Tx, engagement: string, now: Date) =>
  tx
    .updateTable('parley.gateway_credential')
    .set({ sealed: null, destroyed_at: now })
    .where('engagement_id', '=', engagement)
    .where('sealed', 'is not', null)
    .execute()

const openText = `select version, sealed from parley.gateway_credential
  where engagement_id = $1 and sealed is not null`
const destroyText = `update parley.gateway_credential
  set sealed = null, destroyed_at = clock_timestamp()
  where engagement_id = $1 and sealed is not null`

/** Credentials in the database, for gateways; `pool` acts as the product itself. */
export function vaultIn(pool: Pool, keys: GatewayKeys): CredentialVault {
  const find = async (engagement: string) => {
    const { rows } = await pool.query<{ version: number; sealed: Buffer }>(openText, [engagement])
    return rows[0] ?? null
  }
  return {
    open: async (engagement) => {
      const found = await find(engagement)
      if (found === null) return null
      const { version, sealed } = found
      const opened = unseal(keys.credential, sealed, placeOf(engagement, version))
      if (!opened.ok) {
        throw new TypeError(`the credential of ${engagement} ${opened.refusal.why}`)
      }
      return { value: opened.value, version }
    },
    version: async (engagement) => (await find(engagement))?.version ?? null,
    destroy: async (engagement) => {
      await pool.query(destroyText, [engagement])
    },
  }
}

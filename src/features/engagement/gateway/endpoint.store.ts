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

/** A sealed value belongs to one gate and one version of its endpoint. */
const placeOf = (gate: string, version: number): string => `${gate} ${version}`

/** What stands in the row of an endpoint, opened. */
export function openEndpoint(
  keys: GatewayKeys,
  row: { readonly gate: string; readonly version: number; readonly value: Buffer },
): KeptEndpoint {
  const { gate, version, value } = row
  const opened = unseal(keys.endpoint, value, placeOf(gate, version))
  if (!opened.ok) {
    throw new TypeError(`the endpoint of ${gate} ${opened.refusal.why}`)
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

/** The endpoint behind a gate, for its developer; null where there is none to see. */
export async function shownEndpoint(
  tx: Tx,
  keys: GatewayKeys,
  gate: string,
): Promise<ShownEndpoint | null> {
  const { rows } = await sql<EndpointRow>`
    select version, value, put_at as "putAt", put_by as "putBy", withdrawn_at as "withdrawnAt"
    from parley.gateway_endpoint where gate_id = ${gate}`.execute(tx)
  const [row] = rows
  if (row === undefined) return null
  const { value, version, ...rest } = row
  const credentialDestroyedAt = await actingAs(tx, systemActor, (system) =>
    destroyedAt(system, gate),
  )
  return { ...openEndpoint(keys, { gate, version, value }), ...rest, credentialDestroyedAt }
}

async function destroyedAt(tx: Tx, gate: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('parley.gateway_credential')
    .select('destroyed_at')
    .where('gate_id', '=', gate)
    .executeTakeFirst()
  return row?.destroyed_at ?? null
}

/** Whether there is an endpoint with its credential, so that a token is good for something. */
export async function hasCredential(tx: Tx, gate: string): Promise<boolean> {
  const row = await tx
    .selectFrom('parley.gateway_credential')
    .select('version')
    .where('gate_id', '=', gate)
    .where('sealed', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

export type PutEndpoint = {
  readonly gate: string
  readonly kept: KeptEndpoint
  readonly credential: string
  readonly person: string
  readonly now: Date
}

/** Gives the model's endpoint and its credential, in the place of those before; the new version. */
export async function putEndpoint(
  tx: Tx,
  keys: GatewayKeys,
  { gate, kept, credential, person, now }: PutEndpoint,
): Promise<number> {
  const version = (await versionOf(tx, gate)) + 1
  const value = seal(keys.endpoint, encodeEndpoint(kept), placeOf(gate, version))
  await sql`
    insert into parley.gateway_endpoint (gate_id, version, value, put_at, put_by)
    values (${gate}, ${version}, ${value}, ${now}, ${person})
    on conflict (gate_id) do update set version = excluded.version, value = excluded.value,
      put_at = excluded.put_at, put_by = excluded.put_by, withdrawn_at = null`.execute(tx)
  const sealed = seal(keys.credential, credential, placeOf(gate, version))
  // Nobody who puts one may read one, so that the product itself writes it.
  await actingAs(tx, systemActor, (system) =>
    sql`
      insert into parley.gateway_credential (gate_id, version, sealed)
      values (${gate}, ${version}, ${sealed})
      on conflict (gate_id) do update set version = excluded.version,
        sealed = excluded.sealed, destroyed_at = null`.execute(system),
  )
  return version
}

/** Of two who put at once the second waits, because what the gate is of is held. */
async function versionOf(tx: Tx, gate: string): Promise<number> {
  const row = await tx
    .selectFrom('parley.gateway_endpoint')
    .select('version')
    .where('gate_id', '=', gate)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** Takes the endpoint back and destroys its credential; false where there is nothing to. */
export async function withdrawEndpoint(tx: Tx, gate: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.gateway_endpoint')
    .set({ withdrawn_at: now })
    .where('gate_id', '=', gate)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await actingAs(tx, systemActor, (system) => destroyCredential(system, gate, now))
  return true
}

const destroyCredential = (tx: Tx, gate: string, now: Date) =>
  tx
    .updateTable('parley.gateway_credential')
    .set({ sealed: null, destroyed_at: now })
    .where('gate_id', '=', gate)
    .where('sealed', 'is not', null)
    .execute()

const openText = `select version, sealed from parley.gateway_credential
  where gate_id = $1 and sealed is not null`

/** Credentials in the database, for gateways; `pool` acts as the product itself. */
export function vaultIn(pool: Pool, keys: GatewayKeys): CredentialVault {
  const find = async (gate: string) => {
    const { rows } = await pool.query<{ version: number; sealed: Buffer }>(openText, [gate])
    return rows[0] ?? null
  }
  return {
    open: async (gate) => {
      const found = await find(gate)
      if (found === null) return null
      const { version, sealed } = found
      const opened = unseal(keys.credential, sealed, placeOf(gate, version))
      if (!opened.ok) {
        throw new TypeError(`the credential of ${gate} ${opened.refusal.why}`)
      }
      return { value: opened.value, version }
    },
    version: async (gate) => (await find(gate))?.version ?? null,
  }
}

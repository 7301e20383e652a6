import { Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Tables } from './tables.generated.ts'

/** On whose behalf a transaction runs; row-level security decides by it what exists. */
export type Actor = {
  readonly role: 'system' | 'coordinator' | 'finder'
  readonly organisation: string | null
  readonly person: string | null
}

/** Everything done in one transaction, as one actor. */
export type Tx = Kysely<Tables>

/** The product itself, at work between requests. */
export const systemActor: Actor = { role: 'system', organisation: null, person: null }

/**
 * The one door to the database: runs `work` in a transaction in which row-level security knows
 * `actor`, and commits it when `work` resolves. The setting is local to the transaction, so the
 * next user of the connection starts as nobody, who sees nothing.
 *
 * @throws what `work` throws, after rolling back; the driver's errors
 */
export async function asActor<T>(
  pool: Pool,
  actor: Actor,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query(beginAs(actor))
    const result = await work(boundTo(client))
    await client.query('commit')
    return result
  } catch (error) {
    isBroken = !(await isRolledBack(client))
    throw error
  } finally {
    client.release(isBroken)
  }
}

/** One round trip begins the transaction and says who acts. */
function beginAs({ role, organisation, person }: Actor): string {
  const values = [role, organisation ?? '', person ?? '']
  for (const value of values) {
    // Nothing but our own ids comes here; a value of another form is a defect, not an input.
    if (!/^[a-z0-9_]{0,80}$/.test(value)) throw new TypeError('not an actor')
  }
  const [asRole, asOrganisation, asPerson] = values
  return (
    `begin; set local parley.role = '${asRole}'; ` +
    `set local parley.organisation = '${asOrganisation}'; set local parley.person = '${asPerson}'`
  )
}

async function isRolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    // The connection is gone and the transaction with it; the pool throws the connection away.
    return false
  }
}

/** Queries of this Kysely all go to the one connection that holds the transaction. */
const boundTo = (client: PoolClient): Tx =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => ({
          query: client.query.bind(client),
          release: () => undefined,
        }),
        end: async () => undefined,
      },
    }),
  })

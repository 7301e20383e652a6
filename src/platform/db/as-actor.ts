import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { Bug } from '#kernel/assert.ts'
import type { Tables } from './tables.generated.ts'

/** On whose behalf a transaction runs; row-level security decides by it what exists. */
export type Actor = {
  readonly role:
    | ('system' | 'coordinator' | 'analyst' | 'triager' | 'reader' | 'auditor' | 'finder')
    | ('developer' | 'evaluator' | 'partner' | 'participant')
  readonly organisation: string | null
  readonly person: string | null
  /** How they showed who they are; what only a person may see is shown to sessions alone. */
  readonly via?: 'session' | 'token'
  /** The permissions of the role that are left to them; absent where it is all of them. */
  readonly scopes?: readonly string[]
}

/** Everything done in one transaction, as one actor. */
export type Tx = Kysely<Tables>

const actors = new WeakMap<Tx, Actor>()
const clients = new WeakMap<Tx, PoolClient>()

/** On whose behalf a transaction runs. */
export function actorIn(tx: Tx): Actor {
  const actor = actors.get(tx)
  if (actor === undefined) throw new Bug('a transaction is begun by asActor alone')
  return actor
}

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
    const tx = boundTo(client)
    actors.set(tx, actor)
    clients.set(tx, client)
    const result = await work(tx)
    await client.query('commit')
    return result
  } catch (error) {
    isBroken = !(await isRolledBack(client))
    throw error
  } finally {
    client.release(isBroken)
  }
}

/**
 * Runs a part of a transaction as another actor; what comes after it runs as the one before. For
 * what the product does because somebody asked, in one transaction with their asking.
 *
 * @throws what `work` throws; the transaction is then to be rolled back
 */
export async function actingAs<T>(tx: Tx, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = clients.get(tx)
  if (client === undefined) throw new Bug('a transaction is begun by asActor alone')
  const before = actorIn(tx)
  const inner = boundTo(client)
  actors.set(inner, actor)
  clients.set(inner, client)
  await client.query(settingsOf(actor))
  const result = await work(inner)
  await client.query(settingsOf(before))
  return result
}

/** One round trip begins the transaction and says who acts. */
const beginAs = (actor: Actor): string => `begin; ${settingsOf(actor)}`

function settingsOf({ role, organisation, person, via, scopes }: Actor): string {
  const values = [role, organisation ?? '', person ?? '', via ?? '']
  for (const value of values) {
    // Nothing but our own ids comes here; a value of another form is a defect, not an input.
    if (!/^[a-z0-9_]{0,80}$/.test(value)) throw new TypeError('not an actor')
  }
  const [asRole, asOrganisation, asPerson, asVia] = values
  return (
    `set local parley.role = '${asRole}'; ` +
    `set local parley.organisation = '${asOrganisation}'; ` +
    `set local parley.person = '${asPerson}'; set local parley.via = '${asVia}'; ` +
    `set local parley.scopes = '${scopesAs(scopes)}'`
  )
}

/** An empty setting is the whole role: no scopes at all are a word that is no permission. */
function scopesAs(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return ''
  if (!scopes.every((one) => /^[a-z-]{1,40}$/.test(one))) throw new TypeError('not an actor')
  return scopes.length === 0 ? 'none' : scopes.join()
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
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new BoundDriver(client),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })

/** Kysely's view of one connection whose transaction is begun and ended by `asActor` alone. */
class BoundDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(client: PoolClient) {
    this.#connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery) => {
        const { rows, rowCount } = await client.query<R & QueryResultRow>(sql, [...parameters])
        return { rows, numAffectedRows: BigInt(rowCount ?? 0) }
      },
      streamQuery: () => {
        throw new Bug('rows are read in pages, not streamed')
      },
    }
  }

  init = async (): Promise<void> => undefined
  acquireConnection = async (): Promise<DatabaseConnection> => this.#connection
  releaseConnection = async (): Promise<void> => undefined
  destroy = async (): Promise<void> => undefined
  beginTransaction = async (): Promise<void> => refuseNesting()
  commitTransaction = async (): Promise<void> => refuseNesting()
  rollbackTransaction = async (): Promise<void> => refuseNesting()
}

function refuseNesting(): never {
  throw new Bug('a transaction is begun and ended by asActor alone')
}

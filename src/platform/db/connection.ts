import { Pool, type PoolConfig, types } from 'pg'

/**
 * How rows come out of PostgreSQL: 64-bit integers as numbers, because every one of ours is a
 * counter far below 2^53; everything else as `pg` has it (timestamptz as Date, bytea as Buffer).
 */
const int8 = 20
const int8Array = 1016
const parsed: PoolConfig['types'] = {
  getTypeParser: (oid, format) => {
    const kind: number = oid
    if (kind === int8) return numberOf
    if (kind === int8Array) return int8ArrayOf
    return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid)
  },
}

function numberOf(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('an integer of the database is too large')
  return value
}

/** Keys of the correlation index are hashes of all 64 bits, so these stay exact. */
const int8ArrayOf = (text: string): bigint[] =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt)

export type PoolLimits = {
  readonly connectionsMax: number
  /** A statement that takes longer is ended by the database. 0 is no limit. */
  readonly statementTimeoutMs: number
  /** A transaction in which nothing is asked for longer is ended by the database. */
  readonly idleInTransactionMs: number
}

const limitsOfRequests: PoolLimits = {
  ...{ connectionsMax: 12, statementTimeoutMs: 30_000, idleInTransactionMs: 60_000 },
}

/** A pool at `url`; how many connections and how long a statement may take are bounded. */
export const openPool = (url: string, limits: PoolLimits = limitsOfRequests): Pool =>
  poolOf(url, limits, {})

/**
 * A pool whose connections act as the product itself from their beginning on: for what is asked a
 * thousand times a second in one statement each, which is its own transaction. Whatever is done
 * because a person asked goes through `asActor`.
 */
export const openSystemPool = (url: string, limits: PoolLimits): Pool =>
  poolOf(url, limits, { options: '-c parley.role=system' })

function poolOf(url: string, limits: PoolLimits, more: PoolConfig): Pool {
  const pool = new Pool({
    ...more,
    connectionString: url,
    max: limits.connectionsMax,
    types: parsed,
    statement_timeout: limits.statementTimeoutMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    connectionTimeoutMillis: 10_000,
    application_name: 'parley',
  })
  // A connection that dies while nobody uses it is replaced at the next use; without a listener it
  // would end the process.
  pool.on('error', () => undefined)
  // So does one that dies between two statements of a transaction; the next statement says it.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

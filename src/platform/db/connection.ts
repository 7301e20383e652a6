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
export function openPool(url: string, limits: PoolLimits = limitsOfRequests): Pool {
  const pool = new Pool({
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

import type { Pool } from 'pg'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import type { Problem } from '#platform/http/problem.ts'
import { type Decline, problemOf } from './decline.ts'

/** Thrown inside a transaction so that nothing of a declined decision stays. */
class Declined extends Error {
  override readonly name = 'Declined'
  readonly decline: Decline

  constructor(decline: Decline) {
    super('declined')
    this.decline = decline
  }
}

const attemptsMax = 4

/**
 * Runs a decision as whoever made it. A decline changes nothing. Two decisions that wait for each
 * other in a circle are told so by the database; the one that lost is tried again.
 */
export async function decided<T>(
  pool: Pool,
  principal: Principal,
  work: (tx: Tx) => Promise<Result<T, Decline>>,
): Promise<Result<T, Problem>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asActor(pool, actorOf(principal), async (tx) => {
        const result = await work(tx)
        if (!result.ok) throw new Declined(result.refusal)
        return result
      })
    } catch (error) {
      if (error instanceof Declined) return no(problemOf(error.decline))
      if (attempt >= attemptsMax || !isDeadlock(error)) throw error
    }
  }
}

/** PostgreSQL's error code for a circle of waiting transactions (`deadlock_detected`). */
const isDeadlock = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '40P01'

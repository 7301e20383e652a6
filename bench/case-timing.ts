import { performance } from 'node:perf_hooks'
import type { Pool } from 'pg'
import { type Actor, asActor, systemActor } from '../src/platform/db/as-actor.ts'
import { countStatements } from '../test/db/statements.ts'
import { type Asked, asked, askedOfPeople, askedOfReadIns } from './case-pages.ts'
import { people } from './case-people.ts'
import { figure } from './machine.ts'

const rounds = 15

type Timed = {
  readonly rows: number
  readonly medianMs: number
  readonly slowestMs: number
  readonly statements: number
}

/** A way to ask: on which connections, and as whom. */
type Way = { readonly pool: Pool; readonly sent: { readonly count: number }; readonly actor: Actor }

const wayOf = (pool: Pool, actor: Actor): Way => ({ pool, sent: countStatements(pool), actor })

/**
 * Times what a page asks, door included, on a warm database: in each of the ways in turn, so that
 * other work on the machine slows all of them alike.
 */
async function timed({ run }: Asked, ways: readonly Way[]): Promise<readonly Timed[]> {
  const took = ways.map((): number[] => [])
  const last = ways.map(() => ({ rows: 0, statements: 0 }))
  for (let round = 0; round <= rounds; round++) {
    for (const [at, { pool, actor, sent }] of ways.entries()) {
      // The first round finds the cases of the pages, which are those of the first way for all.
      if (round === 0 && at > 0) continue
      const before = sent.count
      const started = performance.now()
      const rows = await asActor(pool, actor, (tx) => run(tx, round))
      // It also reads what later rounds find in memory.
      if (round > 0) took[at]?.push(performance.now() - started)
      last[at] = { rows, statements: sent.count - before }
    }
  }
  return took.map((all, at) => {
    const sorted = all.sort((x, y) => x - y)
    const medianMs = sorted[sorted.length >> 1] ?? 0
    const { rows = 0, statements = 0 } = last[at] ?? {}
    return { rows, statements, medianMs, slowestMs: sorted.at(-1) ?? 0 }
  })
}

/** Prints how long each page takes for the coordinator; answers the pages, the slowest first. */
export async function timeAll(app: Pool): Promise<readonly Asked[]> {
  const way = wayOf(app, people[0].actor)
  const all: { readonly one: Asked; readonly ms: number }[] = []
  for (const one of asked) {
    const [found] = await timed(one, [way])
    if (!found) continue
    const over = found.medianMs > one.limitMs ? ' OVER' : ''
    const slowest = `slowest ${found.slowestMs.toFixed(0)} ms`
    const size = `${slowest}, ${found.rows} rows, ${found.statements} statements`
    figure(one.name, `${found.medianMs.toFixed(1)} ms`, { size, limit: `${one.limitMs} ms${over}` })
    all.push({ one, ms: found.medianMs })
  }
  return all.toSorted((x, y) => y.ms - x.ms).map(({ one }) => one)
}

/**
 * Prints what pages take for each of several people by the product's login, against the same
 * statements by a superuser as the product itself: no policy, and no condition on labels in the
 * functions that look past the policies.
 */
export async function timePeople(app: Pool, superuser: Pool): Promise<void> {
  const without = wayOf(superuser, systemActor)
  const sent = countStatements(app)
  for (const [at, { actor, says }] of people.entries()) {
    console.log(`\n${says}`)
    const isReadIn = says.includes('read in')
    const way = { pool: app, sent, actor }
    for (const one of isReadIn ? [...askedOfPeople, askedOfReadIns] : askedOfPeople) {
      const [own, all] = await timed(one, [way, without])
      if (!own || !all) throw new Error(`person ${at} was not timed`)
      const over = own.medianMs > one.limitMs ? ' OVER' : ''
      const ratio = `${(own.medianMs / all.medianMs).toFixed(2)} times`
      const against = `${ratio} ${all.medianMs.toFixed(1)} ms without`
      figure(`  ${one.name}`, `${own.medianMs.toFixed(1)} ms`, {
        size: `${against}, ${own.rows} rows, ${own.statements} statements`,
        limit: `${one.limitMs} ms${over}`,
      })
    }
  }
}

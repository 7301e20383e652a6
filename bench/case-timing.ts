import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { Pool } from 'pg'
import { type Actor, asActor, systemActor } from '../src/platform/db/as-actor.ts'
import { countStatements } from '../test/db/statements.ts'
import { type Asked, asked, askedOfPeople, askedOfReadIns } from './case-pages.ts'
import { people } from './case-people.ts'
import { figure } from './machine.ts'

const rounds = 15

/** A connection that pages are asked on, the number of its process, and what was sent on it. */
export type Line = {
  readonly pool: Pool
  readonly process: number
  readonly sent: { readonly count: number }
}

/** Takes a fresh pool, of which one connection is used at a time. */
export async function lineOf(pool: Pool): Promise<Line> {
  const sent = countStatements(pool)
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  return { pool, process: rows[0]?.pid ?? 0, sent }
}

/**
 * How long a process of this machine was on a processor since it began, which other work does not
 * add to as it does to the time that passes. Null where the kernel does not tell.
 */
function processorMs(process: number): number | null {
  try {
    return Number(readFileSync(`/proc/${process}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return null
  }
}

type Way = { readonly line: Line; readonly actor: Actor }

type Timed = {
  readonly rows: number
  readonly statements: number
  readonly medianMs: number
  readonly slowestMs: number
  /** Of the database alone; where it is on another machine, the time that passed. */
  readonly processorMs: number
}

const medianOf = (all: readonly number[]): number =>
  all.toSorted((x, y) => x - y)[all.length >> 1] ?? 0

/**
 * Times what a page asks, door included, on a warm database: in each of the ways in turn, so that
 * other work on the machine slows all of them alike.
 */
async function timed({ run }: Asked, ways: readonly Way[]): Promise<readonly Timed[]> {
  const took = ways.map(() => ({ ms: [0].slice(1), processor: [0].slice(1) }))
  const last = ways.map(() => ({ rows: 0, statements: 0 }))
  for (let round = 0; round <= rounds; round++) {
    for (const [at, { line, actor }] of ways.entries()) {
      // The first round finds the cases of the pages, which are those of the first way for all, and
      // reads what later rounds find in memory.
      if (round === 0 && at > 0) continue
      const [before, processor] = [line.sent.count, processorMs(line.process)]
      const started = performance.now()
      const rows = await asActor(line.pool, actor, (tx) => run(tx, round))
      const ms = performance.now() - started
      last[at] = { rows, statements: line.sent.count - before }
      if (round === 0) continue
      took[at]?.ms.push(ms)
      const after = processorMs(line.process)
      took[at]?.processor.push(after === null || processor === null ? ms : after - processor)
    }
  }
  return took.map(({ ms, processor }, at) => ({
    ...{ rows: last[at]?.rows ?? 0, statements: last[at]?.statements ?? 0 },
    ...{ medianMs: medianOf(ms), slowestMs: Math.max(...ms), processorMs: medianOf(processor) },
  }))
}

const limitText = ({ limitMs }: Asked, { medianMs }: Timed): string =>
  `${limitMs} ms${medianMs > limitMs ? ' OVER' : ''}`

/** Prints how long each page takes for the coordinator; answers the pages, the slowest first. */
export async function timeAll(line: Line): Promise<readonly Asked[]> {
  const all: { readonly one: Asked; readonly ms: number }[] = []
  for (const one of asked) {
    const [found] = await timed(one, [{ line, actor: people[0].actor }])
    if (!found) continue
    const { rows, statements, medianMs, slowestMs } = found
    const times = `slowest ${slowestMs.toFixed(0)} ms, database ${found.processorMs.toFixed(1)} ms`
    const size = `${times}, ${rows} rows, ${statements} statements`
    figure(one.name, `${medianMs.toFixed(1)} ms`, { size, limit: limitText(one, found) })
    all.push({ one, ms: medianMs })
  }
  return all.toSorted((x, y) => y.ms - x.ms).map(({ one }) => one)
}

/**
 * Prints what pages take for each of several people by the product's login, against the same
 * statements by a superuser as the product itself: no policy, and no condition on labels in the
 * functions that look past the policies.
 */
export async function timePeople(line: Line, superuser: Line): Promise<void> {
  for (const { actor, says } of people) {
    console.log(`\n${says}`)
    const ways = [
      { line, actor },
      { line: superuser, actor: systemActor },
    ]
    const pages = says.includes('read in') ? [...askedOfPeople, askedOfReadIns] : askedOfPeople
    for (const one of pages) {
      const [own, all] = await timed(one, ways)
      if (!own || !all) throw new Error(`${one.name} was not timed`)
      const ratio = `${(own.processorMs / all.processorMs).toFixed(2)} times`
      const processor = `database ${own.processorMs.toFixed(1)} ms, ${ratio}`
      const without = `${all.processorMs.toFixed(1)} without (${all.medianMs.toFixed(1)} in all)`
      const size = `${processor} ${without}, ${own.rows} rows, ${own.statements} statements`
      figure(`  ${one.name}`, `${own.medianMs.toFixed(1)} ms`, { size, limit: limitText(one, own) })
    }
  }
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { clockAt } from '#kernel/clock.ts'
import type { Result } from '#kernel/result.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { worldOf } from '../../../test/db/case-world.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, peopleOf, storeReports } from '../../../test/db/reports.ts'
import { createCases } from './case.store.ts'
import { changeCases } from './change.store.ts'
import type { Change } from './decision.ts'
import { addNote, changeNote, removeNote } from './note.store.ts'
import { keepCasesApart, relateCases } from './pair.store.ts'
import { mergeCases, splitCase } from './structure.store.ts'
import { decideSuggestion } from './suggestion.store.ts'
import { undoEvent } from './undo.store.ts'

const now = new Date('2026-11-21T12:00:00Z')
const by = { person: 'person_ada00001', now }
const options = { clock: clockAt('2026-11-21T11:00:00Z') }

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
})
after(async () => database[Symbol.asyncDispose]())

/** One thing that somebody may decide; numbers choose among what is there. */
type Move =
  | { readonly do: 'change'; readonly at: number; readonly change: Change }
  | { readonly do: 'merge'; readonly at: number; readonly with: readonly number[] }
  | {
      readonly do: 'split' | 'apart' | 'relate' | 'suggestion'
      readonly at: number
      readonly with: number
    }
  | { readonly do: 'note' | 'change-note' | 'remove-note'; readonly at: number }
  | { readonly do: 'undo'; readonly at: number }

const place = fc.nat(40)
const change = fc.record(
  {
    title: fc.constantFrom('One title', 'Another title', null),
    severity: fc.constantFrom('low' as const, 'critical' as const, null),
    verdict: fc.constantFrom('open' as const, 'confirmed' as const, 'refuted' as const),
    assignee: fc.constantFrom('person_ada00001', 'person_bo000001', null),
    status: fc.constantFrom('open' as const, 'waiting' as const, 'closed' as const),
    why: fc.constant('a reason'),
    until: fc.constant('2026-12-24T00:00:00Z'),
  },
  { requiredKeys: [] },
)
const moveOf: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), at: place, change }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ do: fc.constant('merge' as const), at: place },
      with: fc.array(place, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'split' as const,
        'apart' as const,
        'relate' as const,
        'suggestion' as const,
      ),
      ...{ at: place, with: place },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('note' as const, 'change-note' as const, 'remove-note' as const),
      at: place,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), at: place }) },
)

type Known = { readonly id: string; readonly version: number }

const pick = <T>(from: readonly T[], at: number): T | undefined =>
  from.length === 0 ? undefined : from[at % from.length]

async function casesIn(tx: Tx): Promise<readonly Known[]> {
  const { rows } = await sql<Known>`
    select id, version from parley.vulnerability_case
      where merged_into is null order by no`.execute(tx)
  return rows
}

/** The event of what was decided; null where it was declined, which changes nothing. */
async function carryOut(tx: Tx, move: Move): Promise<number | null> {
  const cases = await casesIn(tx)
  const seen = pick(cases, move.at)
  if (!seen) return null
  const eventOf = (result: Result<{ readonly event: number | null }, unknown>): number | null =>
    result.ok ? result.value.event : null
  switch (move.do) {
    case 'change': {
      const { changed } = await changeCases(tx, { cases: [seen], change: move.change }, by)
      return changed[0]?.event ?? null
    }
    case 'merge': {
      const others = move.with.flatMap((at) => pick(cases, at)?.id ?? [])
      return eventOf(await mergeCases(tx, { into: seen, cases: others }, by))
    }
    case 'split':
      return eventOf(await split(tx, seen, move.with))
    case 'apart':
      return eventOf(await keepCasesApart(tx, { seen, with: pick(cases, move.with)?.id ?? '' }, by))
    case 'relate': {
      const kind = move.with % 2 === 0 ? 'same-root' : 'related'
      const other = pick(cases, move.with)?.id ?? ''
      return eventOf(await relateCases(tx, { seen, with: other, kind, why: 'alike' }, by))
    }
    case 'suggestion': {
      const { rows } = await sql<{ id: string }>`
        select id from parley.suggestion order by no`.execute(tx)
      const answer = (['yes', 'no', 'unsure'] as const)[move.with % 3] ?? 'yes'
      return eventOf(await decideSuggestion(tx, { id: pick(rows, move.at)?.id ?? '', answer }, by))
    }
    default:
      return note(tx, move, seen)
  }
}

async function split(tx: Tx, seen: Known, at: number) {
  const { rows } = await sql<{ id: string }>`
    select r.id from parley.case_report cr join parley.report r on r.no = cr.report_no
    where cr.case_id = ${seen.id} order by r.no`.execute(tx)
  const reports = rows.flatMap(({ id }, index) => ((at >> index) % 2 === 1 ? [id] : []))
  return splitCase(tx, { from: seen, reports: reports.length > 0 ? reports : ['none'] }, by)
}

async function note(tx: Tx, move: Move, seen: Known): Promise<number | null> {
  const { rows } = await sql<{ id: string }>`
    select id from parley.note where removed_at is null order by no`.execute(tx)
  const id = pick(rows, move.at)?.id ?? ''
  const done =
    move.do === 'note'
      ? await addNote(tx, { case: seen.id, text: 'A note' }, by)
      : move.do === 'change-note'
        ? await changeNote(tx, { id, text: 'Another text' }, by)
        : await removeNote(tx, id, by)
  return done.ok ? lastEvent(tx) : null
}

async function lastEvent(tx: Tx): Promise<number> {
  const { rows } = await sql<{ no: number }>`select max(no) as no from parley.case_event`.execute(
    tx,
  )
  return rows[0]?.no ?? 0
}

/** A few cases of several reports each, with suggestions between and inside them. */
async function settle(tx: Tx): Promise<void> {
  const reports = await storeReports(
    tx,
    Array.from({ length: 9 }, (_, at) => ({
      title: `Overflow ${at} in read_frame`,
      finders: [['Heron', 'Basalt', 'Tarn'][at % 3] ?? '', ...(at === 4 ? ['Lund'] : [])],
      finding: { severity: (['low', 'high', 'medium'] as const)[at % 3] ?? 'low', cwe: [787] },
    })),
  )
  const of = (from: number, to: number) => {
    const own = reports.slice(from, to)
    const ties = own.slice(1).map((report, at) => ({
      ...{ report, with: own[at] ?? 0, probability: 0.9 + at / 100, because: [] },
    }))
    return { reports: own, ties }
  }
  await createCases(tx, [of(0, 3), of(3, 4), of(4, 6), of(6, 9)], options)
  const [a, b, c, d, e, f] = [0, 3, 4, 6, 7, 8].map((at) => reports[at])
  await sql`insert into parley.suggestion (id, kind, report_a, report_b, probability,
    because, model,
    made_at) select 'suggestion_' || x || '_' || y, kind, x, y, p, '[]', 'm', now()
    from (values ('merge', ${a}::bigint, ${b}::bigint, 0.7), ('merge', ${b}, ${c}, 0.61),
      ('merge', ${c}, ${d}, 0.55), ('split', ${d}, ${e}, 0.4), ('split', ${d}, ${f}, 0.3),
      ('merge', ${a}, ${d}, 0.52)) as s (kind, x, y, p)`.execute(tx)
}

class Rollback extends Error {}

/** Runs in a transaction that is thrown away, so that every history starts from the same. */
async function tried(work: (tx: Tx) => Promise<void>): Promise<void> {
  const trial = asActor(database.app, coordinator, async (tx) => {
    await work(tx)
    throw new Rollback()
  })
  await trial.catch((error: unknown) => {
    if (!(error instanceof Rollback)) throw error
  })
}

/** Keeps what a declined decision began from staying, as a transaction of its own would. */
async function attempt<T>(tx: Tx, work: () => Promise<T | null>): Promise<T | null> {
  await sql`savepoint attempt`.execute(tx)
  const done = await work()
  if (done === null) await sql`rollback to savepoint attempt`.execute(tx)
  await sql`release savepoint attempt`.execute(tx)
  return done
}

async function standStill(): Promise<void> {
  await asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql`select 1 from parley.vulnerability_case limit 1`.execute(tx)
    if (rows.length === 0) await settle(tx)
  })
}

test('whatever was decided, undoing it brings back everything to the letter', async () => {
  await standStill()
  let decided = 0
  await fc.assert(
    fc.asyncProperty(fc.array(moveOf, { minLength: 1, maxLength: 12 }), async (moves) => {
      await tried(async (tx) => {
        const done: { event: number; before: Awaited<ReturnType<typeof worldOf>> }[] = []
        for (const move of moves.filter((one) => one.do !== 'undo')) {
          const world = await worldOf(tx)
          const event = await attempt(tx, () => carryOut(tx, move))
          if (event !== null) done.push({ event, before: world })
          else assert.deepEqual(await worldOf(tx), world)
        }
        decided += done.length
        for (const { event, before: world } of done.toReversed()) {
          const undone = await undoEvent(tx, event, by)
          assert.ok(undone.ok, JSON.stringify(undone))
          assert.deepEqual(await worldOf(tx, world), world)
        }
      })
    }),
    { numRuns: 40 },
  )
  assert.ok(decided > 90, `${decided} decisions`)
})

test('undone in any order that is allowed, nothing is left of a history', async () => {
  await standStill()
  const counts = { undone: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(moveOf, { minLength: 4, maxLength: 14 }), async (moves) => {
      await tried(async (tx) => {
        const world = await worldOf(tx)
        const open: number[] = []
        for (const move of moves) {
          if (move.do !== 'undo') {
            const event = await attempt(tx, () => carryOut(tx, move))
            if (event !== null) open.push(event)
            continue
          }
          const at = open.length === 0 ? -1 : move.at % open.length
          const undone = await attempt(tx, async () => {
            const result = await undoEvent(tx, open[at] ?? 0, by)
            return result.ok ? result.value : null
          })
          counts[undone ? 'undone' : 'refused'] += 1
          if (undone) open.splice(at, 1)
        }
        for (const event of open.toReversed()) {
          const undone = await undoEvent(tx, event, by)
          assert.ok(undone.ok, JSON.stringify(undone))
        }
        assert.deepEqual(await worldOf(tx, world), world)
      })
    }),
    { numRuns: 40 },
  )
  assert.ok(counts.undone > 5, JSON.stringify(counts))
})

import { sql } from 'kysely'
import type { Pool } from 'pg'
import { equalsOf, loadPopulation, nearestOf } from '#features/correlate/correlation.store.ts'
import { KeyMaker } from '#features/correlate/index-keys.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { type JudgedMixture, judgeMixture } from '#features/correlate/mixed.ts'
import { scale } from '#features/correlate/strength.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Clock } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { evidenceIn } from './domain.ts'
import {
  casesApart,
  findingsOf,
  membersOf,
  type NewSuggestion,
  type StoredFinding,
  saveSuggestions,
} from './placement.store.ts'

export type ReclusterParts = {
  readonly pool: Pool
  readonly clock: Clock
  readonly knowledge: MixedKnowledge
  readonly keys: ReportKeys
  /** Names the parameters in the suggestions that they make. */
  readonly model: string
}

const reportsAtOnce = 200
const reach = { wanted: 12, visits: 300 } as const
const membersMax = 12

/**
 * Judges every stored report again, with what is near it and with its own case, under the
 * parameters of now. What they would do differently becomes suggestions, to merge two cases or to
 * split a report off; nothing is changed. What a person put where it is is left alone.
 */
export async function recluster(
  parts: ReclusterParts,
  signal: AbortSignal,
): Promise<{ readonly reports: number; readonly suggestions: number }> {
  let [after, reports, suggestions] = [0, 0, 0]
  while (!signal.aborted) {
    const page = await asActor(parts.pool, systemActor, (tx) => judgePage(tx, parts, after))
    if (page === null) break
    after = page.last
    reports += page.reports
    suggestions += page.suggestions
  }
  return { reports, suggestions }
}

async function judgePage(tx: Tx, { clock, knowledge, keys, model }: ReclusterParts, after: number) {
  const numbers = await placedAfter(tx, after)
  const last = numbers.at(-1)
  if (last === undefined) return null
  const own = await findingsOf(tx, numbers, keys)
  const all = await withNeighbours(tx, own, { knowledge, keys })
  const evidence = all.map(({ format, finding, source }) => evidenceIn(format, finding, source))
  const population = await loadPopulation(tx)
  const judged = judgeMixture(evidence, knowledge, { population, has: () => true })
  const isApart = await casesApart(tx, [...new Set(all.flatMap((one) => one.case ?? []))])
  const fixed = await fixedAmong(tx, numbers)
  const page = { all, judged, asked: own.length }
  const found = [
    ...mergesOf(page).filter(({ a, b }) => !isApart(a.case ?? '', b.case ?? '')),
    ...splitsOf(page).filter(({ b }) => !fixed.has(b.no)),
  ].map((one): NewSuggestion => ({ ...one, a: one.a.no, b: one.b.no }))
  const suggestions = await saveSuggestions(tx, found, { model, now: clock.now() })
  return { last, reports: own.length, suggestions }
}

async function placedAfter(tx: Tx, after: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('parley.case_report')
    .select('report_no')
    .where('report_no', '>', after)
    .orderBy('report_no')
    .limit(reportsAtOnce)
    .execute()
  return rows.map(({ report_no }) => report_no)
}

async function fixedAmong(tx: Tx, numbers: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ report_no: number }>`
    select report_no from parley.fixed_report
    where report_no = any(${[...numbers]}::bigint[])`.execute(tx)
  return new Set(rows.map(({ report_no }) => report_no))
}

type Around = { readonly knowledge: MixedKnowledge; readonly keys: ReportKeys }

/** The reports of a page first, then what is near them and what else is in their cases. */
async function withNeighbours(
  tx: Tx,
  own: readonly StoredFinding[],
  { knowledge, keys }: Around,
): Promise<readonly StoredFinding[]> {
  const population = await loadPopulation(tx)
  const evidence = own.map(({ format, finding, source }) => evidenceIn(format, finding, source))
  const { keys: indexKeys } = new KeyMaker(knowledge.advisory, population).of(evidence)
  const asking = evidence.flatMap((one, at) => {
    const found = indexKeys[at]
    return found ? [{ evidence: one, keys: found }] : []
  })
  const near = await nearestOf(tx, asking, reach)
  const equal = (await equalsOf(tx, indexKeys)).flatMap((no) => no ?? [])
  const cases = [...new Set(own.flatMap((one) => one.case ?? []))]
  const members = await membersOf(tx, cases, membersMax)
  const known = new Set(own.map(({ no }) => no))
  const others = [...new Set([...near.flat(), ...equal, ...members])].filter((no) => !known.has(no))
  const found = await findingsOf(tx, others, keys)
  return [...own, ...found.filter((one) => one.case !== null)]
}

type Page = {
  readonly all: readonly StoredFinding[]
  readonly judged: JudgedMixture
  /** The first so many of `all` are those that the page is about. */
  readonly asked: number
}

type Found = Omit<NewSuggestion, 'a' | 'b'> & {
  readonly a: StoredFinding
  readonly b: StoredFinding
}

/** For every two cases that a report of the page ties together, the strongest tie. */
function mergesOf({ all, judged, asked }: Page): Found[] {
  const best = new Map<string, { strength: number; a: number; b: number }>()
  for (const { a, b, strength } of judged.strengths) {
    if (strength < scale.suggest) continue
    for (const x of judged.membersOf(a)) {
      for (const y of judged.membersOf(b)) {
        const [one, other] = [all[x]?.case, all[y]?.case]
        if (!one || !other || one === other || Math.min(x, y) >= asked) continue
        const key = one < other ? `${one} ${other}` : `${other} ${one}`
        if (strength > (best.get(key)?.strength ?? 0)) best.set(key, { strength, a: x, b: y })
      }
    }
  }
  return [...best.values()].flatMap(({ a, b }) => {
    const [one, other, told] = [all[a], all[b], judged.judgement(a, b)]
    if (!one || !other || !told) return []
    return [{ a: one, b: other, probability: told.probability, because: told.because }]
  })
}

/** Reports of the page that nothing in their case speaks for any more. */
function splitsOf({ all, judged, asked }: Page): Found[] {
  return all.slice(0, asked).flatMap((report, at): Found[] => {
    let [closest, probability] = [-1, -1]
    for (const [other, one] of all.entries()) {
      if (other === at || one.case !== report.case) continue
      const found = judged.probability(at, other)
      if (found > probability) [closest, probability] = [other, found]
    }
    const rest = all[closest]
    if (!rest || isTied(judged, at, { all, of: report.case })) return []
    // Of two that no longer belong together one leaves: the one that came later.
    if (rest.no > report.no && isAlone(all, report)) return []
    const because = judged.judgement(at, closest)?.because ?? []
    return [{ kind: 'split', a: rest, b: report, probability: 1 - probability, because }]
  })
}

/** Whether a suggestion at least ties a report to another one of its case. */
function isTied(
  judged: JudgedMixture,
  report: number,
  { all, of }: { readonly all: readonly StoredFinding[]; readonly of: string | null },
): boolean {
  const own = judged.classOf(report)
  const isOfCase = (one: number): boolean =>
    judged.membersOf(one).some((member) => member !== report && all[member]?.case === of)
  if (isOfCase(own)) return true
  return judged.strengths.some(
    ({ a, b, strength }) =>
      strength >= scale.suggest && (a === own ? isOfCase(b) : b === own && isOfCase(a)),
  )
}

const isAlone = (all: readonly StoredFinding[], report: StoredFinding): boolean =>
  all.filter((one) => one.case === report.case).length === 2

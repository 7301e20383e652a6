import type { Pool } from 'pg'
import { equalsOf, nearestOf } from '#features/correlate/correlation.store.ts'
import type { Evidence } from '#features/correlate/evidence.ts'
import { KeyMaker } from '#features/correlate/index-keys.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { review } from '#features/correlate/review.ts'
import type { Sketch } from '#features/correlate/sketch.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Clock } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { evidenceIn } from './domain.ts'
import { openReasons, openTextsOf } from './open-reasons.ts'
import { casesApart, findingsOf, membersOf, saveSuggestions } from './placement.store.ts'
import { Populations } from './populations.ts'
import {
  fixedAmong,
  placedAfter,
  reachedUnder,
  saveReached,
  smallCases,
} from './recluster.store.ts'

export type ReclusterParts = {
  readonly pool: Pool
  readonly knowledge: MixedKnowledge
  readonly clock: Clock
  /** Opens what the payloads of reports say. */
  readonly keys: ReportKeys
  /** Names the parameters in the suggestions that they make; a run goes on only under its own. */
  readonly model: string
  /** Reports looked at in one transaction. */
  readonly atOnce?: number
}

const atOnceDefault = 200
const reach = { wanted: 20, visits: 400 } as const
/** Cases of more reports are not found to fall apart: a person looks at those anyhow. */
const wholeMax = 40

/**
 * Looks at all stored reports again, under the parameters named by `model`, and suggests which
 * cases to merge or to split. It changes no case. Each step is a transaction that records how far
 * it came, so that a run that was ended goes on where it was.
 */
export async function recluster(
  parts: ReclusterParts,
  signal: AbortSignal,
): Promise<{ readonly reports: number; readonly suggestions: number }> {
  let [reports, suggestions] = [0, 0]
  const inside = <T>(work: (tx: Tx) => Promise<T>) => asActor(parts.pool, systemActor, work)
  const populations = new Populations(inside, () => parts.clock.now())
  while (!signal.aborted) {
    const step = await inside((tx) => reviewNext(tx, parts, populations))
    if (step === null) break
    reports += step.reports
    suggestions += step.suggestions
  }
  return { reports, suggestions }
}

async function reviewNext(tx: Tx, parts: ReclusterParts, populations: Populations) {
  const { model, clock, atOnce = atOnceDefault } = parts
  const centres = await placedAfter(tx, await reachedUnder(tx, model), atOnce)
  let suggestions = 0
  for (const [label, own] of Map.groupBy(centres, (one) => one.label)) {
    const population = await populations.of(tx, label)
    const numbers = own.map(({ no }) => no)
    suggestions += await suggestFor(tx, numbers, { ...parts, population, label })
  }
  const after = centres.at(-1)?.no
  await saveReached(tx, { model, after: after ?? 0 }, clock.now())
  return after ? { reports: centres.length, suggestions } : null
}

type Suggesting = ReclusterParts & { readonly population: Sketch; readonly label: number }

async function suggestFor(
  tx: Tx,
  centres: readonly number[],
  { keys, knowledge, population, label, model, clock }: Suggesting,
): Promise<number> {
  const own = await findingsOf(tx, centres, keys)
  const evidence = own.map((one) => evidenceIn(one.format, one.finding, one.source))
  const known = new KeyMaker(knowledge.advisory, population, label).of(evidence)
  const askers = evidence.flatMap((one, at) => {
    const asked = known.keys[at]
    return asked ? [{ evidence: one, keys: asked }] : []
  })
  const equal = (await equalsOf(tx, known.keys)).flatMap((no) => no ?? [])
  const near = [...equal, ...(await nearestOf(tx, { label, askers }, reach)).flat()]
  const first = await findingsOf(tx, [...new Set([...centres, ...near])], keys)
  const cases = [...new Set(first.flatMap((one) => one.case ?? []))]
  const small = await smallCases(tx, cases, wholeMax)
  const members = await membersOf(tx, cases, wholeMax)
  const have = new Set(first.map(({ no }) => no))
  const rest = await findingsOf(
    tx,
    members.filter((no) => !have.has(no)),
    keys,
  )
  const all = [...first, ...rest].filter((one) => one.case !== null).sort((x, y) => x.no - y.no)
  const fixed = await fixedAmong(
    tx,
    all.map(({ no }) => no),
  )
  const areLookedAt = new Set(centres)
  const reports = all.map((one) => ({
    evidence: evidenceIn(one.format, one.finding, one.source),
    case: one.case ?? '',
    ...{ isCentre: areLookedAt.has(one.no), isFixed: fixed.has(one.no) },
  }))
  const stored = new Set<Evidence>(reports.map((one) => one.evidence))
  const rules = {
    areCasesApart: await casesApart(tx, cases),
    isWhole: (of: string): boolean => small.has(of),
  }
  const from = { population, has: (one: Evidence): boolean => stored.has(one) }
  const texts = openTextsOf(all)
  const changes = review(reports, rules, { knowledge, stored: from }).map((change) => {
    const [a, b] = [all[change.a]?.no ?? 0, all[change.b]?.no ?? 0]
    return { ...change, a, b, because: openReasons(change.because, [a, b], texts) }
  })
  return saveSuggestions(tx, changes, { model, now: clock.now() })
}

import {
  equalsOf,
  labelsBesides,
  nearestOf,
  saveIndex,
} from '#features/correlate/correlation.store.ts'
import type { Evidence } from '#features/correlate/evidence.ts'
import { KeyMaker } from '#features/correlate/index-keys.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { place } from '#features/correlate/place.ts'
import type { Sketch } from '#features/correlate/sketch.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { evidenceIn } from './domain.ts'
import { openReasons, openTextsOf } from './open-reasons.ts'
import { findingsOf, type StoredFinding } from './placement.store.ts'
import {
  endAcross,
  type NewLink,
  nextAcross,
  saveLinks,
  turnRelabelled,
  type WaitingAcross,
} from './placement-across.store.ts'
import type { Populations } from './populations.ts'

/** What one look across the labels did. */
export type Across = { readonly reports: number; readonly links: number }

export type AcrossParts = {
  readonly knowledge: MixedKnowledge
  readonly clock: Clock
  readonly keys: ReportKeys
  readonly model: string
}

/** Bounds of one look: reports, and other labels whose stored reports they are held against. */
const bounds = { reports: 100, labels: 16 } as const
const reach = { wanted: 4, visits: 80 } as const

type Own = { readonly stored: readonly StoredFinding[]; readonly evidence: readonly Evidence[] }

type Indexed = {
  readonly label: number
  readonly reports: number
  readonly countInto: (into: Sketch) => void
}

/**
 * Holds reports against those of other labels and suggests links. It changes no case and nothing
 * that those of one label see; null when no report waits for it.
 */
export async function lookAcross(
  tx: Tx,
  parts: AcrossParts,
  populations: Populations,
): Promise<(Across & { readonly indexed: readonly Indexed[] }) | null> {
  const waiting = await nextAcross(tx, bounds.reports)
  if (waiting === null) return null
  const { label, reports, relabelled } = waiting
  const stored = (await findingsOf(tx, reports, parts.keys)).filter((one) => one.case !== null)
  const own: Own = { stored, evidence: stored.map(evidenceOf) }
  await turnRelabelled(tx, relabelled)
  const indexed = await indexAnew(tx, { waiting, own, parts, populations })
  let links = 0
  for (const other of await labelsBesides(tx, label, bounds.labels)) {
    const population = await populations.of(tx, other)
    const found = await linksTo(tx, own, { parts, population, label: other })
    links += await saveLinks(tx, found, { model: parts.model, now: parts.clock.now() })
  }
  await endAcross(tx, reports)
  return { reports: reports.length, links, indexed }
}

const evidenceOf = ({ format, finding, source }: StoredFinding): Evidence =>
  evidenceIn(format, finding, source)

type Indexing = {
  readonly waiting: WaitingAcross
  readonly own: Own
  readonly parts: AcrossParts
  readonly populations: Populations
}

/** Reports whose label changed are found under the new one from now on. */
async function indexAnew(
  tx: Tx,
  { waiting, own, parts, populations }: Indexing,
): Promise<readonly Indexed[]> {
  const { label } = waiting
  const relabelled = new Set(waiting.relabelled)
  const moved = own.stored.flatMap(({ no }, at) => {
    const evidence = own.evidence[at]
    return evidence && relabelled.has(no) ? [{ reportNo: no, evidence }] : []
  })
  if (moved.length === 0) return []
  const maker = new KeyMaker(parts.knowledge.advisory, await populations.of(tx, label), label)
  const { keys, countInto } = maker.of(moved.map(({ evidence }) => evidence))
  const equal = await equalsOf(tx, keys)
  const fresh = moved.flatMap((one, at) => {
    const ownKeys = keys[at]
    return ownKeys && equal[at] === undefined ? [{ ...one, keys: ownKeys }] : []
  })
  await saveIndex(tx, label, fresh)
  return [{ label, reports: moved.length, countInto }]
}

type Searching = {
  readonly parts: AcrossParts
  readonly population: Sketch
  readonly label: number
}

/** The stored reports of another label that these are most likely of one flaw with. */
async function linksTo(
  tx: Tx,
  own: Own,
  { parts, population, label }: Searching,
): Promise<readonly NewLink[]> {
  const { knowledge } = parts
  const { keys } = new KeyMaker(knowledge.advisory, population, label).of(own.evidence)
  const askers = own.evidence.flatMap((evidence, at) => {
    const asked = keys[at]
    return asked ? [{ evidence, keys: asked }] : []
  })
  const equal = (await equalsOf(tx, keys)).flatMap((no) => no ?? [])
  const near = (await nearestOf(tx, { label, askers }, reach)).flat()
  const candidates = await findingsOf(tx, [...new Set([...equal, ...near])], parts.keys)
  const stored = candidates.filter((one) => one.case !== null)
  if (stored.length === 0) return []
  const of = stored.map(evidenceOf)
  const neighbours = stored.flatMap((one, at) => {
    const evidence = of[at]
    return evidence && one.case !== null ? [{ evidence, case: one.case }] : []
  })
  const all = new Set(of)
  const { joins, suggestions } = place(
    { arriving: own.evidence, neighbours, constraints: { areApart: () => false } },
    knowledge,
    { population, has: (one) => all.has(one) },
  )
  const count = own.stored.length
  const both = [...own.stored, ...stored]
  const texts = openTextsOf(both)
  const pairs = [
    ...joins.map(({ report, with: other, ...told }) => ({ ...told, a: report, b: other })),
    ...suggestions,
  ]
  return pairs.flatMap(({ a, b, probability, because }) => {
    // What belongs together within one label is no link.
    if (a < count === b < count) return []
    const [one, other] = [both[a]?.no ?? 0, both[b]?.no ?? 0]
    return [{ a: one, b: other, probability, because: openReasons(because, [one, other], texts) }]
  })
}

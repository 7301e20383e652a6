import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Pool } from 'pg'
import { placeReports } from '#features/case/case.store.ts'
import type { Tie } from '#features/case/member.store.ts'
import {
  equalsOf,
  isEmptyIndex,
  nearestOf,
  saveIndex,
  takePlacementLock,
} from '#features/correlate/correlation.store.ts'
import type { Evidence } from '#features/correlate/evidence.ts'
import { type IndexKeys, KeyMaker } from '#features/correlate/index-keys.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { type Placements, place } from '#features/correlate/place.ts'
import type { Sketch } from '#features/correlate/sketch.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { Bug } from '#kernel/assert.ts'
import { bothEnded } from '#kernel/both-ended.ts'
import type { Clock } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { evidenceIn } from './domain.ts'
import { type OpenTexts, openReasons, openTextsOf } from './open-reasons.ts'
import {
  type CasesApart,
  casesApart,
  endWaiting,
  findingsOf,
  membersOf,
  nextWaiting,
  type StoredFinding,
  saveSuggestions,
  type Waiting,
} from './placement.store.ts'
import { isAskedAcross, waitAcross } from './placement-across.store.ts'
import { type Across, lookAcross } from './placement-across.ts'
import { Populations } from './populations.ts'

export type PlacerParts = {
  readonly pool: Pool
  readonly knowledge: MixedKnowledge
  readonly clock: Clock
  /** Opens what the payloads of reports say. */
  readonly keys: ReportKeys
  /** Of reports that are judged by their texts, at once beside a store. */
  readonly textsMax?: number
  /** Names the parameters in the suggestions that they make. */
  readonly model: string
  /** Told of a report that cannot be placed; it waits until it is tried again. */
  readonly onUnplaced?: (report: number, error: unknown) => void
  /** Runs in the same transaction, once reports have their cases. */
  readonly afterPlaced?: (tx: Tx, reports: readonly number[]) => Promise<void>
}

/** Bounds of one placement: a transaction holds no more. */
const bounds = { singlesMax: 200, importMax: 20_000 } as const
/** Of reports that are judged by their texts, beside a store: about a second of work. */
const textsMaxDefault = 500

/** Where so many reports cannot be placed, it is not because of what they say. */
const unplacedMax = 1_000

/** What one placement did. */
export type PlacementDone = {
  readonly reports: number
  readonly cases: number
  readonly joined: number
  readonly suggestions: number
}

/**
 * Puts reports that wait into cases: single ones as they come, imports as a whole. One placer works
 * at a time, whatever the number of processes; each placement is one transaction.
 */
export class Placer {
  readonly #parts: PlacerParts
  readonly #populations: Populations
  /** Reports that cannot be placed; they wait, and nothing waits for them. */
  readonly #unplaced = new Set<number>()

  constructor(parts: PlacerParts) {
    this.#parts = parts
    const { pool, clock } = parts
    const inside = <T>(work: (tx: Tx) => Promise<T>) => asActor(pool, systemActor, work)
    this.#populations = new Populations(inside, () => clock.now())
  }

  /** Places what waits next; null when nothing does. */
  async placeNext(): Promise<PlacementDone | null> {
    return this.#placeOf((tx) => nextWaiting(tx, bounds, [...this.#unplaced]))
  }

  async #placeOf(next: (tx: Tx) => Promise<Waiting | null>): Promise<PlacementDone | null> {
    let waiting: Waiting | null = null
    try {
      return await this.#placeOnce(async (tx) => {
        waiting = await next(tx)
        return waiting
      })
    } catch (error) {
      if (waiting === null || !isOfReports(error)) throw error
      return this.#placeApart(waiting, error)
    }
  }

  /** Halves what cannot be placed together, until the report that it fails with is alone. */
  async #placeApart({ importNo, label, reports }: Waiting, error: unknown): Promise<PlacementDone> {
    const [only] = reports
    if (only === undefined || this.#unplaced.size >= unplacedMax) throw error
    if (reports.length === 1) {
      this.#unplaced.add(only)
      this.#parts.onUnplaced?.(only, error)
      return nothingDone
    }
    const middle = reports.length >> 1
    let all = nothingDone
    for (const part of [reports.slice(0, middle), reports.slice(middle)]) {
      const done = await this.#placeOf(async () => ({ importNo, label, reports: part }))
      all = sumOf(all, done ?? nothingDone)
    }
    return all
  }

  async #placeOnce(next: (tx: Tx) => Promise<Waiting | null>): Promise<PlacementDone | null> {
    const done = await asActor(this.#parts.pool, systemActor, async (tx) => {
      await takePlacementLock(tx)
      const waiting = await next(tx)
      if (waiting === null) return null
      const { label } = waiting
      const placed = await this.#place(tx, waiting, await this.#populations.of(tx, label))
      return { ...placed, label }
    })
    if (done === null) return null
    await this.#populations.count(done.label, done.told.reports, done.countInto)
    return done.told
  }

  /**
   * Compares some of what was placed with the reports of other labels; null when nothing is left
   * to compare. To be called when nothing waits to be placed.
   */
  async lookAcross(): Promise<Across | null> {
    const { pool } = this.#parts
    const isAsked = await asActor(pool, systemActor, isAskedAcross)
    if (!isAsked) return null
    const done = await asActor(pool, systemActor, async (tx) => {
      await takePlacementLock(tx)
      return lookAcross(tx, this.#parts, this.#populations)
    })
    for (const { label, reports, countInto } of done?.indexed ?? []) {
      await this.#populations.count(label, reports, countInto)
    }
    return done && { reports: done.reports, links: done.links }
  }

  /** Another process placed meanwhile: what it counted is read at the next placement. */
  forget(): void {
    this.#populations.forget()
    this.#unplaced.clear()
  }

  /** Saves how often texts occur. */
  async save(): Promise<void> {
    await this.#populations.save()
  }

  async #place(tx: Tx, waiting: Waiting, population: Sketch) {
    const { knowledge, clock, model } = this.#parts
    const { stored, evidence } = await askersOf(tx, waiting, this.#parts)
    const { label, importNo } = waiting
    const { keys, countInto } = new KeyMaker(knowledge.advisory, population, label).of(evidence)
    const found = await neighboursOf(tx, { label, evidence, keys, sealing: this.#parts.keys })
    const fresh = stored.flatMap(({ no }, at) => {
      const [own, ownKeys] = [evidence[at], keys[at]]
      if (!own || !ownKeys || found.equal[at] !== undefined) return []
      return [{ reportNo: no, evidence: own, keys: ownKeys }]
    })
    // The database files them while they are judged.
    const judging = judged(evidence, { found, knowledge, population })
    const [placements] = await bothEnded(judging, saveIndex(tx, label, fresh))
    const numbersOfFresh = fresh.map(({ reportNo }) => reportNo)
    await waitAcross(tx, { label, reports: numbersOfFresh })
    const numbers = [...stored, ...found.stored].map(({ no }) => no)
    const now = clock.now()
    const texts = openTextsOf([...stored, ...found.stored])
    const cases = await this.#save(tx, placements, { numbers, texts })
    const suggestions = await saveSuggestions(
      tx,
      placements.suggestions.map((one) => {
        const [a, b] = [numbers[one.a] ?? 0, numbers[one.b] ?? 0]
        return { ...one, a, b, because: openReasons(one.because, [a, b], texts) }
      }),
      { model, now },
    )
    const duplicates = stored.length - cases
    const placed: Waiting = { importNo, label, reports: stored.map(({ no }) => no) }
    await endWaiting(tx, placed, { counts: { cases, duplicates, suggestions }, now })
    await this.#parts.afterPlaced?.(tx, placed.reports)
    const joined = placements.joins.length
    return { countInto, told: { reports: stored.length, cases, joined, suggestions } }
  }

  /** Opens cases and lets reports join; answers how many cases are new. */
  async #save(tx: Tx, placements: Placements, { numbers, texts }: Numbered): Promise<number> {
    const numberOf = (report: number): number => numbers[report] ?? 0
    const openly = <T extends Tie>(tie: T): T => {
      const [report, other] = [numberOf(tie.report), numberOf(tie.with)]
      const because = openReasons(tie.because, [report, other], texts)
      return { ...tie, report, with: other, because }
    }
    const opened = placements.groups.map(({ members }) => ({
      reports: members.map(numberOf),
      ties: tiesOf(members, placements).map(openly),
    }))
    const joined = placements.joins.map(openly)
    const { cases } = await placeReports(tx, { opened, joined }, this.#parts)
    return cases.length
  }
}

/** The numbers of the reports that placements count through, and what those say openly. */
type Numbered = { readonly numbers: readonly number[]; readonly texts: OpenTexts }

type JudgedBy = {
  readonly found: Found
  readonly knowledge: MixedKnowledge
  readonly population: Sketch
}

async function judged(
  evidence: readonly Evidence[],
  { found, knowledge, population }: JudgedBy,
): Promise<Placements> {
  await othersTurn()
  const neighbours = found.stored.map((one, at) => ({
    evidence: found.evidence[at] ?? evidenceOfStored(one),
    case: one.case ?? '',
  }))
  const constraints = { areApart: () => false, areCasesApart: found.areCasesApart }
  const stores = { population, has: found.isStored }
  return place({ arriving: evidence, neighbours, constraints }, knowledge, stores)
}

const nothingDone: PlacementDone = { reports: 0, cases: 0, joined: 0, suggestions: 0 }

const sumOf = (one: PlacementDone, other: PlacementDone): PlacementDone => ({
  reports: one.reports + other.reports,
  cases: one.cases + other.cases,
  joined: one.joined + other.joined,
  suggestions: one.suggestions + other.suggestions,
})

/**
 * Whether it fails because of what reports say: data, constraints and limits of PostgreSQL (classes
 * 22, 23 and 54), or a defect that only some input shows. An outage is of nobody in particular.
 */
function isOfReports(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof Bug) return true
  return error instanceof Error && 'code' in error && /^(22|23|54)/.test(String(error.code))
}

const evidenceOfStored = ({ format, finding, source }: StoredFinding): Evidence =>
  evidenceIn(format, finding, source)

/**
 * What is placed now of the reports that wait. Texts take a hundred times as long to judge as
 * results, and most of it against what is stored; while nothing is, an import is judged whole.
 */
async function askersOf(tx: Tx, { label, reports }: Waiting, { keys, textsMax }: PlacerParts) {
  const atMost = textsMax ?? textsMaxDefault
  const all = await findingsOf(tx, reports, keys)
  const evidence = all.map(evidenceOfStored)
  let texts = 0
  const isMany = ({ domain }: Evidence): boolean => domain !== 'scan' && ++texts > atMost
  const end = evidence.findIndex(isMany)
  if (end < 0 || (await isEmptyIndex(tx, label))) return { stored: all, evidence }
  return { stored: all.slice(0, end), evidence: evidence.slice(0, end) }
}

/** A member is held against at most this many before it in its group. */
const tiesMax = 400

/** For each report of a group after the first, the strongest tie to one before it. */
function tiesOf(members: readonly number[], placements: Placements): Tie[] {
  return members.slice(1).flatMap((report, at) => {
    let [best, probability] = [-1, 0]
    for (const earlier of members.slice(0, Math.min(at + 1, tiesMax))) {
      const found = placements.probability(report, earlier)
      if (found > probability) [best, probability] = [earlier, found]
    }
    const told = best < 0 ? null : placements.judgement(report, best)
    return told ? [{ report, with: best, probability, because: told.because }] : []
  })
}

type Askers = {
  readonly label: number
  readonly evidence: readonly Evidence[]
  readonly keys: readonly IndexKeys[]
  readonly sealing: ReportKeys
}

type Found = {
  readonly stored: readonly StoredFinding[]
  readonly evidence: readonly Evidence[]
  readonly isStored: (evidence: Evidence) => boolean
  /** For each asker the stored report that it equals beyond doubt. */
  readonly equal: readonly (number | undefined)[]
  readonly areCasesApart: CasesApart
}

/** In a batch, few neighbours each: what belongs together is mostly in the batch itself. */
const reachFor = (askers: number) => ({
  wanted: Math.max(4, Math.min(20, Math.round(4_000 / Math.max(askers, 1)))),
  visits: Math.max(40, Math.min(400, Math.round(60_000 / Math.max(askers, 1)))),
})

/** Of so many of the nearest, the other members of their cases are looked at as well. */
const kinOf = { nearest: 6, members: 8 } as const
const kinInBatch = { nearest: 1, members: 4 } as const
const batchMin = 50

async function neighboursOf(tx: Tx, { label, evidence, keys, sealing }: Askers): Promise<Found> {
  if (await isEmptyIndex(tx, label)) {
    const equal = evidence.map(() => undefined)
    return { stored: [], evidence: [], isStored: () => false, equal, areCasesApart: () => false }
  }
  const equal = await equalsOf(tx, keys)
  const asking = evidence.flatMap((one, at) => {
    const own = keys[at]
    return own && equal[at] === undefined ? [{ evidence: one, keys: own }] : []
  })
  const near = await nearestOf(tx, { label, askers: asking }, reachFor(asking.length))
  const direct = new Set([...near.flat(), ...equal.flatMap((no) => no ?? [])])
  const first = await findingsOf(tx, [...direct], sealing)
  const caseOf = new Map(first.map((one) => [one.no, one.case]))
  const kin = asking.length >= batchMin ? kinInBatch : kinOf
  const cases = new Set(
    near.flatMap((own) => own.slice(0, kin.nearest).flatMap((no) => caseOf.get(no) ?? [])),
  )
  const members = await membersOf(tx, [...cases], kin.members)
  const rest = await findingsOf(
    tx,
    members.filter((no) => !direct.has(no)),
    sealing,
  )
  const stored = [...first, ...rest].filter((one) => one.case !== null)
  const of = stored.map(evidenceOfStored)
  const all = new Set(of)
  const areCasesApart = await casesApart(tx, [...new Set(stored.flatMap((one) => one.case ?? []))])
  return { stored, evidence: of, isStored: (one) => all.has(one), equal, areCasesApart }
}

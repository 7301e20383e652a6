import type { Crash } from '#formats/finding/finding.ts'
import { comparedFrames, crashSimilarity } from './similarity.ts'
import { stateOf } from './state.ts'

export type ClusterOptions = {
  /**
   * True for traces of different builds, whose lines moved: then functions alone are compared.
   * Within one build two lines of a function are most often two flaws.
   */
  readonly acrossBuilds?: boolean
}

/** What a match of two functions counts when their lines differ. */
const otherLine = 0.4

/** From here on two crashes are taken for one: 1 less the diameter that CASR allows a cluster. */
const similarityMin = 0.7

/** Clusters compared with one crash, and clusters remembered for one name: both bound the work. */
const candidatesMax = 12
const leadersPerNameMax = 64
/**
 * Frames by which a crash is looked up: two crashes of one cluster share one of these, since what
 * stands farther out is the way that most crashes of a program take.
 */
const namesLookedUpMax = 3

type Cluster = { readonly number: number; readonly leader: Crash }

/**
 * Crashes put into clusters one by one. Each cluster is led by the crash that opened it; a crash
 * joins the cluster whose leader it is most like, or opens one. It is compared with a bounded
 * number of leaders, found by its innermost telling functions, so that a crash costs the same
 * whether a hundred came before it or a million; a trace seen before costs one look-up.
 */
export class CrashClusters {
  readonly #clusters: Cluster[] = []
  readonly #bySignature = new Map<string, number>()
  readonly #byName = new Map<string, Cluster[]>()
  readonly #acrossBuilds: boolean

  constructor({ acrossBuilds = false }: ClusterOptions = {}) {
    this.#acrossBuilds = acrossBuilds
  }

  get count(): number {
    return this.#clusters.length
  }

  /** The number of the crash's cluster, from 0 in the order in which they were opened. */
  add(crash: Crash): number {
    const signature = signatureOf(crash, { acrossBuilds: this.#acrossBuilds })
    if (signature === null) return this.#open(crash).number
    const known = this.#bySignature.get(signature)
    if (known !== undefined) return known
    const keys = keysOf(crash)
    const { number } = this.#nearest(crash, keys) ?? this.#open(crash, keys)
    this.#bySignature.set(signature, number)
    return number
  }

  #nearest(crash: Crash, keys: readonly string[]): Cluster | null {
    const shared = new Map<Cluster, number>()
    for (const key of keys) {
      for (const cluster of this.#byName.get(key) ?? []) {
        shared.set(cluster, (shared.get(cluster) ?? 0) + 1)
      }
    }
    const candidates = [...shared]
      .sort(([a, m], [b, n]) => n - m || a.number - b.number)
      .slice(0, candidatesMax)
    let best: Cluster | null = null
    let bestSimilarity = similarityMin
    const credit = this.#acrossBuilds ? 1 : otherLine
    for (const [cluster] of candidates) {
      if (!meet(cluster.leader, crash)) continue
      const similarity = crashSimilarity(cluster.leader, crash, credit)
      if (similarity > bestSimilarity) {
        best = cluster
        bestSimilarity = similarity
      }
    }
    return best
  }

  #open(leader: Crash, keys: readonly string[] = []): Cluster {
    const cluster = { number: this.#clusters.length, leader }
    this.#clusters.push(cluster)
    for (const key of keys) {
      const leaders = this.#byName.get(key)
      if (leaders === undefined) this.#byName.set(key, [cluster])
      else if (leaders.length < leadersPerNameMax) leaders.push(cluster)
    }
    return cluster
  }
}

/**
 * Whether the innermost function of one is among the innermost of the other, as where a call was
 * inlined. Two places on one way are otherwise two faults, however long the way is.
 */
function meet(a: Crash, b: Crash): boolean {
  const [mine, theirs] = [a, b].map((crash) =>
    comparedFrames(crash)
      .slice(0, namesLookedUpMax)
      .map((frame) => frame.function),
  )
  const [first] = mine ?? []
  const [second] = theirs ?? []
  if (first === undefined || second === undefined) return true
  return (theirs?.includes(first) || mine?.includes(second)) ?? false
}

/** Names under which a crash is looked up: its innermost functions, and what it asserts. */
function keysOf(crash: Crash): string[] {
  const names = comparedFrames(crash)
    .slice(0, namesLookedUpMax)
    .map((frame) => frame.function)
  const [said] = crash.message === undefined ? [] : stateOf({ ...crash, frames: [] })
  return [...new Set(said === undefined ? names : [...names, `says ${said}`])]
}

/**
 * Equal for crashes that are one beyond doubt: the same kind through the same functions with the
 * same words. Null for a crash that has neither a frame nor a word, and is like no other.
 */
export function signatureOf(
  crash: Crash,
  { acrossBuilds = false }: ClusterOptions = {},
): string | null {
  const telling = comparedFrames(crash)
  const frames = telling.length > 0 ? telling : crash.frames
  const through = frames.map(({ function: name, line }) => (acrossBuilds ? name : [name, line]))
  const said = crash.message === undefined ? [] : stateOf({ ...crash, frames: [] })
  if (through.length === 0 && said.length === 0) return null
  return JSON.stringify([crash.kind, crash.access, said, through])
}

/** A trace and how often it was seen; traces of one signature stand here once. */
export type SeenTrace = {
  readonly crash: Crash
  readonly signature: string | null
  readonly times: number
}

/**
 * The cluster number of each of these traces. Which are together depends on nothing but the
 * traces: those seen most often lead, equally frequent ones in the order of their signatures.
 * Clusters are numbered in the order of their first trace.
 */
export function clusterTraces(seen: readonly SeenTrace[], options: ClusterOptions = {}): number[] {
  const ordered = [...seen.entries()].sort(
    ([, a], [, b]) => b.times - a.times || compare(a.signature ?? '', b.signature ?? ''),
  )
  const clusters = new CrashClusters(options)
  const found = new Array<number>(seen.length).fill(0)
  for (const [at, { crash }] of ordered) found[at] = clusters.add(crash)
  const numbers = new Map<number, number>()
  return found.map((number) => {
    const known = numbers.get(number) ?? numbers.size
    numbers.set(number, known)
    return known
  })
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

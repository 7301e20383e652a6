import type { Neighbourship, ReportIndex } from './index.ts'
import type { Judged } from './pair.ts'
import { type Candidate, Postings, type Search } from './postings.ts'

/** More neighbours than this are forgotten, the least similar first. */
const neighboursMax = 24

/** A `ReportIndex` in the memory of one process. */
export class MemoryIndex implements ReportIndex {
  readonly #postings = new Postings()
  readonly #sides: Judged[] = []
  readonly #sources: number[] = []
  readonly #neighbours: Neighbourship[][] = []
  readonly #groups: number[] = []
  readonly #members = new Map<number, number[]>()

  get size(): number {
    return this.#sides.length
  }

  add = (side: Judged, source: number): number => {
    const report = this.#sides.length
    this.#postings.add(report, side)
    this.#sides.push(side)
    this.#sources.push(source)
    this.#neighbours.push([])
    this.#groups.push(report)
    return report
  }

  side = (report: number): Judged => {
    const found = this.#sides[report]
    if (!found) throw new RangeError(`no report ${report}`)
    return found
  }

  source = (report: number): number => this.#sources[report] ?? -1

  search = (side: Judged, options: Search): readonly Candidate[] =>
    this.#postings.search(side, options)

  neighbours = (report: number): readonly Neighbourship[] => this.#neighbours[report] ?? []

  keepNeighbour = (report: number, neighbour: Neighbourship): void => {
    const kept = this.#neighbours[report]
    if (!kept) return
    kept.push(neighbour)
    if (kept.length <= neighboursMax) return
    let least = 0
    for (const [at, { similarity }] of kept.entries()) {
      if (similarity < (kept[least]?.similarity ?? 0)) least = at
    }
    kept.splice(least, 1)
  }

  groupOf = (report: number): number => this.#groups[report] ?? report

  /** A group of one needs no list of its own. */
  members = (group: number): readonly number[] => this.#members.get(group) ?? [group]

  join = (group: number, report: number): void => {
    this.#members.set(group, [...this.members(group), report])
    this.#groups[report] = group
  }
}

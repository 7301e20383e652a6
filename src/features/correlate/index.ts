import type { Judged } from './pair.ts'
import type { Candidate, Search } from './postings.ts'

/** What is kept of a judged pair with one of the two reports. */
export type Neighbourship = {
  readonly to: number
  readonly similarity: number
  /** Raw probability that both are one vulnerability. */
  readonly probability: number
}

/**
 * Where reports and what is known of them are kept. Correlation reaches stored reports only
 * through this: in memory here, in a database elsewhere. Every call's cost is bounded, whatever is
 * stored: a search visits a bounded number of postings, lists are cut to a bounded length.
 */
export type ReportIndex = {
  readonly size: number
  /** Stores a report and answers its number; numbers ascend. */
  readonly add: (side: Judged, source: number) => number
  readonly side: (report: number) => Judged
  readonly source: (report: number) => number
  /** Reports that share rare texts with `side`, most alike first. */
  readonly search: (side: Judged, options: Search) => readonly Candidate[]
  /** The closest judged neighbours of a report. */
  readonly neighbours: (report: number) => readonly Neighbourship[]
  readonly keepNeighbour: (report: number, neighbour: Neighbourship) => void
  /** The group a report is in, and the reports of a group. */
  readonly groupOf: (report: number) => number
  readonly members: (group: number) => readonly number[]
  readonly join: (group: number, report: number) => void
}

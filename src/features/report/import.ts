import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { TapSubmission } from '#formats/tap/intake.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { ReportId } from './report.ts'
import { ImportProblemWire } from './report.wire.ts'

export type ImportId = Id<'import'>
export const ImportId = idOf('import')

export type ImportState = 'stored' | 'reading' | 'read' | 'placed' | 'refused'

export type ImportProblem = z.infer<typeof ImportProblemWire>

/** A finding of a document, ready to be a report. */
export type ReadFinding = {
  readonly ordinal: number
  readonly format: string
  readonly document: string
  readonly finders: readonly string[]
  readonly source: string
  readonly title: string
  readonly severity: string | null
  /** JSON text. */
  readonly finding: string
  /** Why its document takes it back; null where it stands. */
  readonly aside: string | null
  readonly known: KnownBy | null
}

/** What comes out of a document, in its order. */
export type ReadItem =
  | { readonly is: 'finding'; readonly finding: Omit<ReadFinding, 'ordinal'> }
  /** A report as strict as the contract asks, on a line of its own. */
  | {
      readonly is: 'submission'
      readonly submission: TapSubmission
      readonly line: number | null
      readonly known: KnownBy
    }
  | { readonly is: 'problem'; readonly problem: ImportProblem }
  | {
      readonly is: 'document'
      readonly format: string | null
      /** How the series of a document begins of which the tool found nothing. */
      readonly emptySeries: string | null
    }

/** How a finding is found again in the next import of its series. */
export type KnownBy = {
  readonly series: string
  readonly keys: readonly string[]
  /** Of what the finding says, without its place. */
  readonly digest: string
  /** Whether a document of the series says all that is there, so that what it lacks is gone. */
  readonly isSnapshot: boolean
}

/**
 * The same finding of the same import always has the same id: the same bytes of one organisation
 * are one import, and a finding has its number in it.
 */
export function reportIdIn(importId: string, ordinal: number): ReportId {
  const digest = createHash('sha256').update(`${importId}\n${ordinal}`).digest('hex')
  return ReportId.of(digest.slice(0, 24))
}

/** What the summary of an import says, as far as it is read and placed. */
export const ToldShape = z.object({
  findings: z.number().default(0),
  reports: z.number().default(0),
  unchanged: z.number().default(0),
  refreshed: z.number().default(0),
  gone: z.number().default(0),
  aside: z.number().default(0),
  placed: z.number().default(0),
  cases: z.number().default(0),
  duplicates: z.number().default(0),
  suggestions: z.number().default(0),
  problems: z.array(ImportProblemWire).default([]),
})
export type Told = z.infer<typeof ToldShape>

/** What reading adds to the summary; placing adds the rest. */
export type ReadCounts = Pick<
  Told,
  'findings' | 'reports' | 'unchanged' | 'refreshed' | 'gone' | 'aside'
>

export const noCounts: ReadCounts = {
  ...{ findings: 0, reports: 0, unchanged: 0, refreshed: 0, gone: 0, aside: 0 },
}

export const sumOf = (one: ReadCounts, other: ReadCounts): ReadCounts => ({
  findings: one.findings + other.findings,
  reports: one.reports + other.reports,
  unchanged: one.unchanged + other.unchanged,
  refreshed: one.refreshed + other.refreshed,
  gone: one.gone + other.gone,
  aside: one.aside + other.aside,
})

const problemsMax = 200

/** Keeps the first problems, losses before remarks, and says how many more there are. */
export class ProblemList {
  readonly #lost: ImportProblem[] = []
  readonly #remarks: ImportProblem[] = []
  #count = 0
  /** Whether anything of the document could not be taken over. */
  hasLost = false

  add(problem: ImportProblem): void {
    this.#count++
    this.hasLost ||= problem.lost
    const list = problem.lost ? this.#lost : this.#remarks
    if (list.length < problemsMax) list.push(problem)
  }

  list(): readonly ImportProblem[] {
    const shown = [...this.#lost, ...this.#remarks].slice(0, problemsMax)
    const left = this.#count - shown.length
    if (left === 0) return shown
    const why = `${left} more problems are not listed`
    return [...shown, { code: 'more', why, at: null, hint: null, lost: this.hasLost }]
  }
}

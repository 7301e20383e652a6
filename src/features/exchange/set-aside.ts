import type { Report } from '#features/report/report.ts'
import type { Standing } from '#formats/finding/finding.ts'
import type { Baseline } from './baseline.ts'

/** A report that does not go into the queue, and why. */
export type Aside = { readonly report: Report; readonly why: string }

const standingWords: Readonly<Record<Standing['is'], string>> = {
  suppressed: 'its own document suppresses it',
  'false-positive': 'its own document calls it a false positive',
  'not-affected': 'its own document says that the product is not affected',
  fixed: 'its own document says that it is fixed',
  accepted: 'its own document says that the risk is accepted',
}

/** Separates what needs attention from what its document takes back or the baseline knows. */
export function setAside(
  reports: readonly Report[],
  baseline: Baseline | null,
): { readonly kept: Report[]; readonly aside: Aside[] } {
  const kept: Report[] = []
  const aside: Aside[] = []
  for (const report of reports) {
    const { standing } = report.finding
    const reason = standing?.why === undefined ? '' : `: ${standing.why}`
    if (standing) aside.push({ report, why: `${standingWords[standing.is]}${reason}` })
    else if (baseline?.covers(report.finding)) aside.push({ report, why: 'the baseline has it' })
    else kept.push(report)
  }
  return { kept, aside }
}

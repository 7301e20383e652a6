import { cvssMetrics } from './cvss-metrics.ts'
import type { Evidence } from './evidence.ts'
import { classesIn, classOfCwe } from './weakness.ts'

/** The typed facts of a report that are compared as such, not as bags of texts. */
export type Facts = {
  readonly vendor: string | null
  readonly ecosystem: string | null
  readonly cwe: readonly number[]
  /** Weakness classes by CWE, by the title, and by anything the report says. */
  readonly cweClasses: readonly number[]
  readonly titleClasses: readonly number[]
  readonly classes: readonly number[]
  /** CVSS 3 or 4 metrics, and CVSS 2 metrics, a bit for each value; 0 when not given. */
  readonly cvss: number
  readonly cvssOld: number
  /** Days since 1970, or NaN. */
  readonly day: number
  /** Prose words, repeats counted. */
  readonly length: number
}

const plain = (text: string | undefined): string | null => {
  const found = text?.toLowerCase().replace(/[^a-z0-9]+/g, '') ?? ''
  return found === '' ? null : found
}

export function factsOf(
  evidence: Evidence,
  words: { readonly title: readonly string[]; readonly body: readonly string[] },
): Facts {
  const cweClasses = [...new Set(evidence.cwe.map(classOfCwe).filter((found) => found >= 0))]
  const titleClasses = classesIn(words.title)
  return {
    vendor: plain(evidence.vendor),
    ecosystem: plain(evidence.ecosystem),
    cwe: evidence.cwe,
    cweClasses,
    titleClasses,
    classes: [...new Set([...titleClasses, ...classesIn(words.body), ...cweClasses])],
    ...cvssMetrics(evidence.cvss),
    day: evidence.published ? Date.parse(evidence.published) / 86_400_000 : Number.NaN,
    length: words.title.length + words.body.length,
  }
}

import type { Severity } from '#formats/finding/finding.ts'
import { type Result, yes } from '#kernel/result.ts'
import { type CvssVersion, isGroupDefined } from './metric.ts'
import { scoresOf2 } from './score-2.ts'
import { scoresOf3 } from './score-3.ts'
import { scoresOf4 } from './score-4.ts'
import type { Scores } from './scores.ts'
import { type CvssVector, parseVector } from './vector.ts'

/** A CVSS vector of version 2.0, 3.0, 3.1 or 4.0 with what it scores. */
export type Cvss = CvssVector & {
  readonly scores: Scores
  /** The score of the vector as a whole: with threat and environment where it has them. */
  readonly score: number
  readonly severity: Severity
}

/** Reads and scores a vector; the refusal of an invalid one names the metric. */
export function parseCvss(vector: string): Result<Cvss> {
  const parsed = parseVector(vector)
  if (!parsed.ok) return parsed
  const scores = scoresOf(parsed.value)
  const score = wholeOf(parsed.value, scores)
  const severity = severityOfCvss(score, parsed.value.version)
  return yes({ ...parsed.value, scores, score, severity })
}

function scoresOf({ version, metrics }: CvssVector): Scores {
  switch (version) {
    case '2.0':
      return scoresOf2(metrics)
    case '3.0':
    case '3.1':
      return scoresOf3(metrics, version)
    case '4.0':
      return scoresOf4(metrics)
  }
}

/** The last score that a defined group of metrics has a part in. */
function wholeOf({ version, metrics }: CvssVector, { base, threat, environment }: Scores): number {
  if (isGroupDefined('environment', version, metrics)) return environment ?? base
  return isGroupDefined('threat', version, metrics) ? (threat ?? base) : base
}

/**
 * The rating scale of versions 3 and 4 (3.1 section 5, 4.0 section 6), where `info` is None; for
 * version 2, which has none of its own, the one of NVD: it ends at high.
 */
export function severityOfCvss(score: number, version: CvssVersion): Severity {
  if (score >= 9 && version !== '2.0') return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 || version === '2.0' ? 'low' : 'info'
}

/** How many vectors are remembered; real collections repeat a few thousand. */
const rememberedMax = 8192
const remembered = new Map<string, Cvss | null>()

/** As {@link parseCvss}, remembering recent vectors; null for what is no valid vector. */
export function cvssOf(vector: string): Cvss | null {
  const known = remembered.get(vector)
  if (known !== undefined) return known
  const parsed = parseCvss(vector)
  const found = parsed.ok ? parsed.value : null
  if (vector.length <= 200) {
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(vector, found)
  }
  return found
}

/** The score of a vector as a whole, 0 to 10; null for what is no valid vector. */
export const cvssScore = (vector: string): number | null => cvssOf(vector)?.score ?? null

/** The metrics of a vector by name; empty for what is no valid vector. */
export const metricsOf = (vector: string): Readonly<Record<string, string>> =>
  cvssOf(vector)?.metrics ?? {}

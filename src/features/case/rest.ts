import type { Finding } from '#formats/finding/finding.ts'
import { severityIn } from './severity.ts'

const listMax = 200

/**
 * What many findings say together, as one finding without a title or prose: the union of what they
 * name and the gravest of what they claim. Folding a finding in twice changes nothing, so reports
 * can be added one by one and in any order.
 */
export function foldedInto(rest: Finding | undefined, findings: readonly Finding[]): Finding {
  const all = rest ? [rest, ...findings] : findings
  const united = <T>(of: (finding: Finding) => readonly T[] | undefined): T[] =>
    [...new Set(all.flatMap((finding) => of(finding) ?? []))].slice(0, listMax)
  const numbers = (of: (finding: Finding) => number | undefined): number[] =>
    all.flatMap((finding) => of(finding) ?? [])
  const [scores, epss] = [numbers(({ score }) => score), numbers(({ epss: found }) => found)]
  const published = all.flatMap((finding) => finding.published ?? []).sort()[0]
  const words = all.flatMap((finding) => severityIn(finding) ?? [])
  const severity = order.findLast((word) => words.includes(word))
  return {
    // A title that is a mere identifier never becomes that of a case.
    ...{ at: {}, title: '-', nativeId: '-', original: null },
    ...{ aliases: united(({ aliases }) => aliases), cwe: united(({ cwe }) => cwe) },
    ...{ cvss: united(({ cvss }) => cvss), references: united(({ references }) => references) },
    exploited: all.some(({ exploited }) => exploited === true),
    ssvc: Object.assign({}, ...all.map(({ ssvc }) => ssvc ?? {})),
    ...(scores.length > 0 && { score: Math.max(...scores) }),
    ...(epss.length > 0 && { epss: Math.max(...epss) }),
    ...(published !== undefined && { published }),
    ...(severity && { severity }),
  }
}

const order = ['info', 'low', 'medium', 'high', 'critical'] as const

import type { PublicFacts } from '#features/catalog/facts.ts'
import type { Touch } from '#features/catalog/inventory.ts'
import type { RankInput } from '#features/priority/rank-input.ts'
import type { Case } from './case.ts'

/** A case with all that is known around it. */
export type Known = {
  readonly of: Case
  readonly facts: PublicFacts | null
  readonly touch: Touch | null
  readonly hasInventory: boolean
}

/** What the order of the queue looks at. */
export function rankInputOf({ of, facts, touch, hasInventory }: Known): RankInput {
  const findings = of.reports.map(({ finding }) => finding)
  const scores = findings.flatMap(({ score }) => score ?? [])
  const dates = findings.flatMap(({ published }) => published ?? []).sort()
  const epss = findings.flatMap(({ epss: found }) => found ?? [])
  return {
    id: of.id,
    title: of.title,
    ...(of.severity !== 'unknown' && { severity: of.severity }),
    cvss: [...new Set(findings.flatMap(({ cvss }) => cvss ?? []))],
    ...(scores.length > 0 && { score: Math.max(...scores) }),
    evidence: of.evidence,
    aliases: of.aliases,
    ...(facts && { facts }),
    ...(hasInventory && { touchesInventory: touch !== null }),
    reportsCount: of.reports.length,
    findersCount: of.finders.length,
    ...(dates[0] !== undefined && { published: dates[0] }),
    hasProof: of.evidence === 'E2',
    references: [...new Set(findings.flatMap(({ references }) => references ?? []))],
    exploited: findings.some(({ exploited }) => exploited === true),
    ssvc: Object.assign({}, ...findings.map(({ ssvc }) => ssvc ?? {})),
    ...(epss.length > 0 && { epss: Math.max(...epss) }),
  }
}

/** Whether a public record or a catalogue of exploited flaws names it. */
export const isPublic = (facts: PublicFacts | null): boolean =>
  facts !== null && (facts.published !== undefined || facts.kev === 'listed')

/** Whether anybody, a report or a public record, says that it is being exploited. */
export const isExploited = ({ of, facts }: Known): boolean =>
  facts?.exploited === true || of.reports.some(({ finding }) => finding.exploited === true)

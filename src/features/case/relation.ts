import type { Report } from '#features/report/report.ts'
import type { Case } from './case.ts'

/** How a case stands to another case or to a public identifier, besides being the same. */
export type CaseRelation = {
  readonly kind: 'same-root' | 'same-fix' | 'regression-of'
  readonly of: string
  /** A case id or a public identifier. */
  readonly with: string
  readonly because: string
}

/** Of cases that share something, each is related to at most this many others. */
const relatedMax = 5

const broken = '(?:incomplete|insufficient) (?:fix|patch) (?:for|of)'
const bypassed = 'bypass(?:es)? (?:of )?the (?:fix|patch) (?:for|of)'
const named = '(CVE-\\d{4}-\\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})'
const regression = new RegExp(
  `\\b(?:regression of|${broken}|${bypassed}|reintroduc\\w+)\\s+(?:the \\w+ )?${named}`,
  'gi',
)

/** Relations between cases: one patch, one root in several places, a fix that did not hold. */
export function relationsOf(cases: readonly Case[]): CaseRelation[] {
  return [...sharing(cases, fixesOf, 'same-fix'), ...sharing(cases, rootsOf, 'same-root')].concat(
    cases.flatMap(regressionsOf),
  )
}

/** What a case shares with others besides being the same, whoever they are. */
export const kinOf = (of: Case): (Shared & { readonly kind: 'same-fix' | 'same-root' })[] => [
  ...fixesOf(of).map((shared) => ({ ...shared, kind: 'same-fix' as const })),
  ...rootsOf(of).map((shared) => ({ ...shared, kind: 'same-root' as const })),
]

type Shared = { readonly key: string; readonly because: string }

function sharing(
  cases: readonly Case[],
  keysOf: (of: Case) => readonly Shared[],
  kind: 'same-fix' | 'same-root',
): CaseRelation[] {
  const byKey = new Map<string, { of: Case; because: string }[]>()
  for (const of of cases) {
    for (const { key, because } of keysOf(of)) {
      const known = byKey.get(key) ?? []
      if (!known.some((one) => one.of === of)) known.push({ of, because })
      byKey.set(key, known)
    }
  }
  return [...byKey.values()].flatMap((all) =>
    all.flatMap(({ of, because }) =>
      all
        .filter((other) => other.of !== of)
        .slice(0, relatedMax)
        .map((other): CaseRelation => ({ kind, of: of.id, with: other.of.id, because })),
    ),
  )
}

/** Commits that fix it, by their hash: one patch for several flaws. */
const fixesOf = ({ reports }: Case): Shared[] =>
  reports.flatMap(({ finding }) =>
    (finding.fixCommits ?? []).flatMap((commit) => {
      const hash = /\b[0-9a-f]{7,64}\b/i.exec(commit)?.[0]?.toLowerCase()
      return hash ? [{ key: hash.slice(0, 12), because: `both are fixed by commit ${hash}` }] : []
    }),
  )

/** One scanner's rule at several places of one file: most likely one habit, fixed in one go. */
const rootsOf = ({ reports }: Case): Shared[] =>
  reports.flatMap(({ finding }) => {
    const place = finding.locations?.find(({ role }) => role === undefined)
    if (!finding.rule || !place) return []
    const key = [finding.tool?.name, finding.rule.id, place.file].join('\n')
    return [
      { key, because: `the same rule, ${finding.rule.id}, at another place of ${place.file}` },
    ]
  })

export function regressionsOf(of: Case): CaseRelation[] {
  const found = new Map<string, CaseRelation>()
  for (const { finding } of of.reports) {
    for (const [says, id = ''] of textOf(finding).matchAll(regression)) {
      const relation = { kind: 'regression-of', of: of.id, with: id.toUpperCase() } as const
      found.set(id.toUpperCase(), { ...relation, because: `a report says "${says}"` })
    }
  }
  return [...found.values()]
}

const textMax = 20_000
const textOf = ({ title, details }: Report['finding']): string =>
  `${title}\n${details?.slice(0, textMax) ?? ''}`

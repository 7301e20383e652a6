import { cvssOf } from '#formats/cvss/cvss.ts'
import type { Component, VersionRange } from '#formats/finding/finding.ts'
import { parseEcosystem } from '#formats/purl/ecosystem.ts'
import {
  componentsIn,
  detailsOf,
  distinct,
  draftOf,
  type ExportedCase,
  findingsIn,
  handlingOf,
  proseOf,
  referencesIn,
} from './case-export.ts'

/**
 * A draft of an OSV record (schema 1.7). Left for a person: the `id`, which has the prefix of
 * experiments (`x_`) until there is one of a registered database, and ranges of components that
 * name no ecosystem it knows, which
 * stand in `database_specific`.
 */
export function osvDraft(exported: ExportedCase): Record<string, unknown> {
  const { page, now, mark } = exported
  const components = componentsIn(exported)
  const known = components.filter((one) => ecosystemOf(one) !== null)
  const open = components.filter((one) => ecosystemOf(one) === null)
  const related = page.relations.flatMap(({ kind, with: id }) =>
    kind === 'regression-of' ? [id] : [],
  )
  const members = {
    schema_version: '1.7.0',
    id: `x_${page.id}`,
    modified: now.toISOString(),
    summary: page.title,
    details: proseOf(detailsOf(exported) ?? page.title),
    ...some('aliases', page.aliases),
    ...some('related', related),
    ...some('severity', severitiesOf(exported)),
    affected: known.map(affectedOf),
    ...some(
      'references',
      referencesIn(exported).map((url) => ({ type: 'WEB', url })),
    ),
    ...some(
      'credits',
      page.credits.map(({ name }) => ({ name, type: 'FINDER' })),
    ),
    database_specific: {
      parley: {
        case: page.id,
        decision: page.decision,
        evidence: page.evidence,
        reports: page.reports,
        label: page.banner.marking,
        handling: handlingOf(exported),
      },
      severity: page.severity.toUpperCase(),
      ...some(
        'cwe_ids',
        page.weaknesses.map(({ id }) => `CWE-${id}`),
      ),
      ...some('components_without_ecosystem', open),
    },
  }
  return draftOf(members, mark)
}

const some = (name: string, items: readonly unknown[]): Record<string, unknown> =>
  items.length === 0 ? {} : { [name]: items }

const types: Readonly<Record<string, string>> = {
  ...{ '2.0': 'CVSS_V2', '3.0': 'CVSS_V3', '3.1': 'CVSS_V3', '4.0': 'CVSS_V4' },
}

/** One vector of each version, the gravest. */
function severitiesOf(exported: ExportedCase): { type: string; score: string }[] {
  const vectors = distinct(findingsIn(exported).flatMap(({ cvss }) => cvss ?? []))
  const scored = vectors.flatMap((vector) => {
    const found = cvssOf(vector)
    return found ? [{ vector, found }] : []
  })
  const best = new Map<string, string>()
  for (const { vector, found } of scored.toSorted((x, y) => x.found.score - y.found.score)) {
    best.set(types[found.version] ?? 'CVSS_V3', vector)
  }
  return [...best].sort().map(([type, score]) => ({ type, score }))
}

/** The ecosystem in OSV's spelling, with the release where one is named; null for none of its. */
function ecosystemOf({ ecosystem }: Component): string | null {
  const found = parseEcosystem(ecosystem ?? '')
  if (!found) return null
  return found.release ? `${found.name}:${found.release}` : found.name
}

function affectedOf(component: Component): Record<string, unknown> {
  const { name, purl, ranges = [], versions = [], version } = component
  const listed = distinct([...versions, ...(version === undefined ? [] : [version])], 1000)
  return {
    package: { ecosystem: ecosystemOf(component), name, ...(purl && { purl }) },
    ...some(
      'ranges',
      ranges.map((range) => ({ type: 'ECOSYSTEM', events: eventsOf(range) })),
    ),
    ...some('versions', listed),
  }
}

function eventsOf({ introduced = '0', fixed, lastAffected }: VersionRange): object[] {
  const end = fixed ? [{ fixed }] : lastAffected ? [{ last_affected: lastAffected }] : []
  return [{ introduced }, ...end]
}

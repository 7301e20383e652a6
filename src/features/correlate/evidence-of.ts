import type { Component, Finding, VersionRange } from '#formats/finding/finding.ts'
import type { Domain, Evidence } from './evidence.ts'

/**
 * What correlation sees of a finding. `source` is who filed it, where that is known. Nothing else
 * about where the finding came from is passed on: file names and positions are not evidence.
 */
export function evidenceOf(finding: Finding, source?: string, domain?: Domain): Evidence {
  const components = finding.components ?? []
  const [first] = components
  const title = titleOf(finding)
  const endpoint = finding.endpoints?.[0]?.replace(/[?#].*$/, '')
  return {
    domain: domain ?? domainOf(finding),
    ...(source === undefined ? {} : { source }),
    ...(first?.ecosystem === undefined ? {} : { ecosystem: first.ecosystem }),
    ...(first?.vendor === undefined ? {} : { vendor: first.vendor }),
    packages: [...new Set(components.map(({ name }) => name))].slice(0, namesMax),
    title,
    body: finding.details ?? '',
    ranges: components.slice(0, namesMax).flatMap(rangesOf),
    cwe: finding.cwe ?? [],
    cvss: finding.cvss ?? [],
    symbols: finding.symbols ?? [],
    references: [...(finding.references ?? []), ...(finding.fixCommits ?? [])],
    ...(finding.published === undefined ? {} : { published: finding.published }),
    aliases: finding.aliases ?? [],
    locations: finding.locations ?? [],
    ...(finding.crash === undefined ? {} : { crash: finding.crash }),
    ...(finding.rule === undefined ? {} : { rule: finding.rule.id }),
    ...(finding.tool === undefined ? {} : { tool: finding.tool.name }),
    ...(finding.fingerprints === undefined ? {} : { fingerprints: finding.fingerprints }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(first?.version === undefined ? {} : { version: first.version }),
  }
}

const namesMax = 50

/** A title that only repeats how the details begin says nothing of its own. */
function titleOf({ title, details }: Finding): string {
  const start = title.replace(/(?:…|\.\.\.)$/, '').trim()
  return details?.trimStart().startsWith(start) ? '' : title
}

/** Versions named one by one count as the last affected ones that a report knows of. */
function rangesOf({ ranges, versions }: Component): VersionRange[] {
  const named = (versions ?? []).slice(0, namesMax).map((lastAffected) => ({ lastAffected }))
  return [...(ranges ?? []).slice(0, namesMax), ...named]
}

/**
 * Advisories point at affected versions of a component; everything else that no scanner wrote is
 * prose.
 */
export function domainOf(finding: Finding): Domain {
  const isAdvisory = (finding.components ?? []).some(
    ({ ranges, versions, ecosystem }) =>
      (ranges?.length ?? 0) + (versions?.length ?? 0) > 0 || ecosystem !== undefined,
  )
  return isAdvisory || (finding.cvss?.length ?? 0) > 0 ? 'advisory' : 'prose'
}

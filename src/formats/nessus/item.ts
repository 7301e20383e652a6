import { parseCpe } from '#formats/advisory/cpe.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Decoded, Problem } from '#formats/finding/decoder.ts'
import type { Component, Finding, Place, Severity, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { linksIn } from '#formats/scanner/links.ts'

/** One plugin's result on one port of one host, as XML and the CSV exports both tell it. */
export type Item = {
  readonly at: Place
  readonly pluginId: string | undefined
  readonly name: string | undefined
  /** Words or digits in the order in which they decide. */
  readonly severities: readonly (string | undefined)[]
  readonly synopsis: string | undefined
  readonly description: string | undefined
  readonly output: string | undefined
  readonly solution: string | undefined
  readonly seeAlso: readonly (string | undefined)[]
  readonly cves: readonly (string | undefined)[]
  readonly cwes: readonly (string | undefined)[]
  readonly crossReferences: readonly (string | undefined)[]
  readonly cpes: readonly (string | undefined)[]
  readonly vectors: readonly (string | undefined)[]
  readonly scores: readonly (string | undefined)[]
  readonly epss: string | undefined
  readonly exploited: boolean
  readonly host: string | undefined
  readonly port: string | undefined
  readonly protocol: string | undefined
  readonly published: string | undefined
  readonly standing: Standing | undefined
  readonly original: unknown
}

/** The findings of those items that name their plugin; of the others it is said where they are. */
export function decodedOf(items: readonly Item[]): Pick<Decoded, 'findings' | 'problems'> {
  const problems: Problem[] = []
  const findings = items.flatMap((item) => {
    if (item.pluginId !== undefined || item.name !== undefined) return [findingOf(item)]
    const why = 'a result without number and name of its plugin says nothing'
    problems.push({ code: 'missing-field', why, ...item.at, lost: true })
    return []
  })
  return { findings, problems }
}

/**
 * A plugin that names several CVEs stands for all of them together, so they are related flaws
 * and no names of this one.
 */
function findingOf(item: Item): Finding {
  const ids = publicIds(item.cves.flatMap((list) => list?.split(/[\s,;]+/) ?? []))
  const vectors = distinct(item.vectors.map(vectorOf)).filter(isCvssVector)
  const crossed = item.crossReferences.filter((one) => one !== undefined).join('\n')
  const title = oneLine(item.name ?? item.pluginId ?? 'Unnamed plugin')
  return present<Finding>({
    at: item.at,
    title,
    details: paragraphs([item.synopsis, item.description, item.output]),
    tool: { name: 'nessus' },
    rule: item.pluginId === undefined ? undefined : { id: item.pluginId, name: title },
    severity: severityIn(item.severities),
    cvss: vectors,
    score: vectors.length === 0 ? numberIn(item.scores, 10) : undefined,
    cwe: cweNumbers([
      ...item.cwes.flatMap((list) => list?.split(/[\s,;]+/) ?? []),
      ...[...crossed.matchAll(/\bCWE\s?[:#-]\s?(\d{1,5})/g)].flatMap(([, digits]) => digits ?? []),
    ]),
    aliases: ids.length === 1 ? ids : [],
    related: ids.length === 1 ? [] : ids,
    components: componentsOf(item.cpes),
    endpoints: endpointsOf(item),
    references: distinct(item.seeAlso.flatMap(linksIn)),
    fix: /^n\/?a$/i.test(item.solution ?? '') ? undefined : item.solution,
    published: item.published?.replace(/^(\d{4})\/(\d\d)\/(\d\d)$/, '$1-$2-$3'),
    standing: item.standing,
    epss: numberIn([item.epss], 1),
    exploited: item.exploited || crossed.includes('CISA-KNOWN-EXPLOITED') || undefined,
    original: item.original,
  })
}

/** The digits of the XML, and of the CSV exports that have digits. */
const digits: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

function severityIn(told: readonly (string | undefined)[]): Severity | undefined {
  for (const one of told) {
    const found = severityOf(one) ?? (/^[0-4]$/.test(one ?? '') ? digits[Number(one)] : undefined)
    if (found) return found
  }
  return undefined
}

/** Version 2 is marked `CVSS2#`; some exports leave out the prefix of version 3. */
function vectorOf(written: string | undefined): string | undefined {
  const vector = written?.replace(/^CVSS2#/, '')
  const isBare = vector !== undefined && /^AV:[NALP]\/AC:[LH]\/PR:/.test(vector)
  return isBare ? `CVSS:3.0/${vector}` : vector
}

/** The first number above zero and up to `max`; blank cells are no zero. */
function numberIn(told: readonly (string | undefined)[], max: number): number | undefined {
  const values = told.map((one) => (one?.trim() ? Number(one) : Number.NaN))
  return values.find((value) => value > 0 && value <= max)
}

/** Products named by CPE. Tenable's own `p-cpe:` names a package where a version would be. */
function componentsOf(cpes: readonly (string | undefined)[]): Component[] {
  const written = distinct(cpes.flatMap((list) => list?.split(/[\s,]+/) ?? []))
  return written.flatMap((name) => {
    const isPackage = name.startsWith('p-')
    const cpe = parseCpe(isPackage ? name.slice(2) : name)
    if (cpe === null) return []
    const { vendor, product, version } = cpe
    return [
      isPackage && version !== undefined
        ? present<Component>({ name: version, vendor, cpes: [name] })
        : present<Component>({ name: product, vendor, version, cpes: [name] }),
    ]
  })
}

/** `host:port`, with the protocol where it is not TCP; port 0 means the host as a whole. */
function endpointsOf({ host, port, protocol }: Item): string[] {
  if (host === undefined) return []
  if (port === undefined || port === '0' || host.includes('://')) return [host]
  const isTcp = protocol === undefined || protocol.toLowerCase() === 'tcp'
  const bracketed = host.includes(':') ? `[${host}]` : host
  return [`${bracketed}:${port}${isTcp ? '' : `/${protocol.toLowerCase()}`}`]
}

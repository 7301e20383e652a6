import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine } from '#formats/advisory/prose.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { slashed } from '#formats/scanner/place.ts'

/**
 * Results of OSV-Scanner. Records of different databases for one flaw stand in one group, as the
 * tool counts them: one finding a group, and one for each record that is in no group.
 */
export const osvScannerDecoder: Decoder = {
  name: 'osv-scanner',
  title: 'OSV-Scanner JSON (osv-scanner --format json)',
  source: 'google/osv-scanner output of versions 1 and 2, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ results, experimental_config, license_summary }: JsonObject): 0 | 1 | 2 | 3 {
  if (!isArray(results)) return 0
  const [first] = results
  if (isObject(first)) return isObject(first['source']) && isArray(first['packages']) ? 3 : 0
  const isEmpty = results.length === 0
  return isEmpty && (isObject(experimental_config) || isArray(license_summary)) ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const sources = document.objects('results')
  return {
    findings: sources.flatMap((source) =>
      source.objects('packages').flatMap((one) => findingsOf(one, source)),
    ),
  }
}

/** One flaw of one package: what the records say of it, the best-titled record first. */
type Flaw = {
  readonly pointer: string
  readonly records: readonly Reader[]
  readonly group?: Reader
}

function findingsOf(entry: Reader, source: Reader): Finding[] {
  return flawsOf(entry).map((flaw) => {
    const told = flaw.records.flatMap(tell)
    return findingOf(flaw, told, { entry, source })
  })
}

function flawsOf(entry: Reader): Flaw[] {
  const records = entry.objects('vulnerabilities')
  const groups = entry.objects('groups')
  const byId = new Map(records.map((record) => [record.text('id'), record]))
  const grouped = new Set<Reader>()
  const flaws = groups.flatMap((group) => {
    const members = group.texts('ids').flatMap((id) => byId.get(id) ?? [])
    for (const record of members) grouped.add(record)
    return group.texts('ids').length === 0
      ? []
      : [{ pointer: group.pointer, records: members, group }]
  })
  const others = records.filter((record) => !grouped.has(record))
  return [...flaws, ...others.map((record) => ({ pointer: record.pointer, records: [record] }))]
}

/** What an OSV record says, with its problems at their place in this document. */
function tell(record: Reader): readonly Finding[] {
  const { findings, problems } = osvDecoder.decode({ kind: 'json', value: record.value, text: '' })
  for (const { pointer = '', ...rest } of problems) {
    record.problems.push({ ...rest, pointer: record.pointer + pointer })
  }
  return findings
}

type Context = { readonly entry: Reader; readonly source: Reader }

function findingOf(flaw: Flaw, told: readonly Finding[], { entry, source }: Context): Finding {
  const listed = entry.object('package')
  const ids = flaw.group
    ? [...flaw.group.texts('ids'), ...flaw.group.texts('aliases')]
    : [flaw.records[0]?.text('id')]
  const best = told.find(({ severity }) => severity !== undefined) ?? told[0]
  const file = source.object('source').text('path')
  const cvss = distinct(told.flatMap((one) => one.cvss ?? []))
  return present<Finding>({
    at: { pointer: flaw.pointer },
    title: oneLine(best?.title ?? ids[0] ?? 'Unnamed flaw'),
    details: best?.details ?? told.find(({ details }) => details !== undefined)?.details,
    tool: { name: 'osv-scanner' },
    finders: distinct(told.flatMap((one) => one.finders ?? [])),
    severity: best?.severity,
    cvss,
    score: cvss.length === 0 ? scoreOf(flaw.group) : undefined,
    cwe: [...new Set(told.flatMap((one) => one.cwe ?? []))],
    aliases: publicIds([...ids, ...told.flatMap((one) => one.aliases ?? [])]),
    related: distinct(told.flatMap((one) => one.related ?? [])),
    components: [componentOf(listed, told)],
    locations: file === undefined ? undefined : [{ file: slashed(file), role: 'related' }],
    symbols: distinct(told.flatMap((one) => one.symbols ?? [])),
    references: distinct(told.flatMap((one) => one.references ?? [])),
    fixCommits: distinct(told.flatMap((one) => one.fixCommits ?? [])),
    published: best?.published,
    standing: standingOf(flaw.group, told),
    original: {
      source: source.raw('source'),
      package: entry.raw('package'),
      ...(flaw.group ? { group: flaw.group.value } : {}),
      vulnerabilities: flaw.records.map((record) => record.value),
    },
  })
}

function scoreOf(group: Reader | undefined): number | undefined {
  const score = group?.numberish('max_severity')
  return score !== undefined && score > 0 && score <= 10 ? score : undefined
}

/** The installed package, with what the records say of it and not of other packages. */
function componentOf(listed: Reader, told: readonly Finding[]): Component {
  const name = listed.text('name') ?? listed.text('commit') ?? 'unnamed package'
  const ecosystem = listed.text('ecosystem')
  const same = told
    .flatMap((one) => one.components ?? [])
    .filter((one) => isSame(one, name, ecosystem))
  const ranges = same.flatMap((one) => one.ranges ?? [])
  return present<Component>({
    name,
    ecosystem,
    purl: same.find(({ purl }) => purl !== undefined)?.purl,
    version: listed.text('version') ?? listed.text('commit'),
    ranges: [...new Map(ranges.map((range) => [JSON.stringify(range), range])).values()],
    versions: distinct(same.flatMap((one) => one.versions ?? [])),
  })
}

/** Ecosystems may carry a release (`Debian:12`), names are compared as most registries do. */
function isSame(one: Component, name: string, ecosystem: string | undefined): boolean {
  const family = (of: string | undefined): string | undefined => of?.split(':')[0]?.toLowerCase()
  return (
    one.name.toLowerCase() === name.toLowerCase() && family(one.ecosystem) === family(ecosystem)
  )
}

/** A record that is withdrawn, or an analysis that says that the flaw is of no effect here. */
function standingOf(group: Reader | undefined, told: readonly Finding[]): Standing | undefined {
  const analyses = ['experimentalAnalysis', 'experimental_analysis']
    .flatMap((key) => group?.entries(key) ?? [])
    .map(([, analysis]) => analysis)
  const all = (key: string, value: boolean): boolean =>
    analyses.length > 0 && analyses.every((one) => one.raw(key) === value)
  if (all('called', false)) return { is: 'not-affected', why: 'the flawed code is not called' }
  if (all('unimportant', true)) {
    return { is: 'suppressed', why: 'the distribution calls it unimportant' }
  }
  const [first] = told
  return told.every(({ standing }) => standing !== undefined) ? first?.standing : undefined
}

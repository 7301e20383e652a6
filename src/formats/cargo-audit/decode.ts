import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { isCvssVector } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, VersionRange } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { upgradeTo } from '#formats/scanner/dependency.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/**
 * Results of cargo-audit: one finding for each advisory that concerns a crate. Warnings with an
 * advisory (unsound, unmaintained) are informational findings; a yanked crate alone is none.
 */
export const cargoAuditDecoder: Decoder = {
  name: 'cargo-audit',
  title: 'cargo-audit JSON (cargo audit --json)',
  source: 'report types of rustsec/rustsec, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ database, lockfile, vulnerabilities }: JsonObject): 0 | 1 | 2 | 3 {
  if (!isObject(vulnerabilities) || !('list' in vulnerabilities)) return 0
  if (isObject(database) && 'advisory-count' in database) return 3
  return isObject(lockfile) && 'dependency-count' in lockfile ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const flaws = document.object('vulnerabilities').objects('list')
  const kinds = document.entries('warnings').map(([kind]) => kind)
  const warnings = kinds
    .flatMap((kind) => document.object('warnings').objects(kind))
    .filter((warning) => warning.has('advisory'))
  return {
    findings: [
      ...flaws.flatMap((entry) => findingOf(entry) ?? []),
      ...warnings.flatMap((entry) => findingOf(entry, 'info') ?? []),
    ],
  }
}

function findingOf(entry: Reader, severity?: 'info'): Finding | undefined {
  const advisory = entry.object('advisory')
  if (saysNothing(advisory, ['id', 'title'])) return undefined
  const id = advisory.text('id')
  const details = advisory.text('description')
  const kind = entry.text('kind')
  const title = advisory.text('title') ?? titleFrom(details) ?? id ?? 'Unnamed advisory'
  const component = componentOf(entry)
  const patched = entry.object('versions').texts('patched')
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(title),
    details,
    tool: { name: 'cargo-audit' },
    rule: kind === undefined ? undefined : { id: kind },
    severity,
    cvss: distinct([advisory.text('cvss')]).filter(isCvssVector),
    aliases: publicIds([id, ...advisory.texts('aliases')]),
    related: publicIds(advisory.texts('related')),
    components: [component],
    symbols: entry
      .object('affected')
      .entries('functions')
      .map(([name]) => name)
      .filter((name) => name.trim() !== ''),
    references: distinct([advisory.text('url'), ...advisory.texts('references')]),
    fix: upgradeTo(
      patched.map((one) => one.replace(/^[>=^~\s]+/, '')),
      component.name,
    ),
    published: advisory.text('date'),
    original: entry.value,
  })
}

function componentOf(entry: Reader): Component {
  const crate = entry.object('package')
  return present<Component>({
    name: crate.text('name') ?? entry.object('advisory').text('package') ?? 'unnamed crate',
    ecosystem: 'crates.io',
    version: crate.text('version'),
    ranges: affectedBelow(entry.object('versions').texts('patched')),
  })
}

/** `patched` lists what is safe; only one plain `>=` says where the flawed versions end. */
function affectedBelow(patched: readonly string[]): VersionRange[] {
  const [only, ...others] = patched
  const fixed = /^>=\s*(\S+)$/.exec(only ?? '')?.[1]
  return fixed === undefined || others.length > 0 ? [] : [{ fixed }]
}

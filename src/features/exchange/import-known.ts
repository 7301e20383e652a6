import { createHash } from 'node:crypto'
import type { KnownBy } from '#features/report/import.ts'
import { storedName } from '#features/report/stored-json.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { baselineKeys } from './baseline.ts'

/** Formats of tools that look at everything each time: what the next document lacks is gone. */
const snapshotFormats: ReadonlySet<string> = new Set([
  ...['sarif', 'scrutineer', 'trivy', 'grype', 'osv-scanner', 'semgrep', 'nuclei', 'nessus'],
  ...['burp', 'garak', 'promptfoo', 'defectdojo', 'snyk', 'gitlab', 'govulncheck', 'npm-audit'],
  ...['pip-audit', 'cargo-audit', 'gosec', 'brakeman'],
])

/** Formats in which the identifier of a record stays the same while its text is worked on. */
const recordFormats: ReadonlySet<string> = new Set([
  ...['osv', 'cve', 'nvd', 'csaf', 'github', 'hackerone', 'defectdojo', 'rows', 'gitlab', 'mail'],
])

export const isSnapshot = (format: string): boolean =>
  format.split('+').every((one) => snapshotFormats.has(one))

/** Where a finding stands, and which series its sender named. */
export type Standpoint = {
  readonly document: string
  readonly format: string
  readonly series: string | null
}

const separator = ' · '

/** How the series of a document begins whatever its tool; findings name the tool. */
export const seriesStart = ({ document, format }: Standpoint): string =>
  `${[storedName(document), format].join(separator)}${separator}`

/**
 * What a finding is known by in the next import: its own tool's fingerprints, what it says without
 * line numbers, the identifier of its record. Hashed, because it may be long.
 */
export function knownBy(finding: Finding, at: Standpoint): KnownBy {
  const { nativeId } = finding
  const isRecord = at.format.split('+').some((one) => recordFormats.has(one))
  const keys = [
    ...baselineKeys(finding),
    ...(isRecord && nativeId !== undefined ? [`record ${nativeId}`] : []),
  ]
  const { at: _place, original: _original, ...facts } = finding
  return {
    series: at.series ?? `${seriesStart(at)}${storedName(finding.tool?.name ?? '')}`,
    keys: keys.map(hashed),
    digest: hashed(JSON.stringify(facts)),
    isSnapshot: isSnapshot(at.format),
  }
}

/** A submission is known by all that it says: another word makes it another report. */
export const submissionKnownBy = (digest: Buffer, at: Standpoint): KnownBy => {
  const key = digest.toString('base64url').slice(0, 22)
  return { series: at.series ?? seriesStart(at), keys: [key], digest: key, isSnapshot: false }
}

const hashed = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

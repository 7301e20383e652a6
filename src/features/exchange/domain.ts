import type { Domain, Evidence } from '#features/correlate/evidence.ts'
import { domainOf, evidenceOf } from '#features/correlate/evidence-of.ts'
import type { Finding } from '#formats/finding/finding.ts'

/** Formats of tools that point at places: their findings are held together by place. */
const scanFormats: ReadonlySet<string> = new Set([
  ...['sarif', 'tap', 'scrutineer', 'trivy', 'grype', 'osv-scanner', 'semgrep', 'nuclei', 'nessus'],
  ...['burp', 'garak', 'promptfoo', 'defectdojo', 'crash-log', 'snyk', 'gitlab', 'govulncheck'],
  ...['npm-audit', 'pip-audit', 'cargo-audit', 'gosec', 'brakeman'],
])

/** Formats in which people write. */
const proseFormats: ReadonlySet<string> = new Set(['prose', 'mail', 'hackerone'])

/** By which parameters a finding of a format is judged. */
function domainIn(format: string, finding: Finding): Domain {
  if (scanFormats.has(format)) return 'scan'
  if (proseFormats.has(format)) return 'prose'
  return domainOf(finding)
}

/** Formats of scanners that look components up: the identifiers in them are not claims. */
const listingFormats: ReadonlySet<string> = new Set([
  ...['trivy', 'grype', 'osv-scanner', 'snyk', 'govulncheck', 'npm-audit', 'pip-audit'],
  ...['cargo-audit', 'nessus'],
])

/** What correlation sees of a finding that was read from a format; `source` is who filed it. */
export function evidenceIn(format: string, finding: Finding, source?: string): Evidence {
  const evidence = evidenceOf(finding, source, domainIn(format, finding))
  return listingFormats.has(format) ? { ...evidence, listed: true } : evidence
}

import type { Domain } from '#features/correlate/evidence.ts'
import { domainOf } from '#features/correlate/evidence-of.ts'
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
export function domainIn(format: string, finding: Finding): Domain {
  if (scanFormats.has(format)) return 'scan'
  if (proseFormats.has(format)) return 'prose'
  return domainOf(finding)
}

import { brakemanDecoder } from '#formats/brakeman/decode.ts'
import { burpDecoder } from '#formats/burp/decode.ts'
import { cargoAuditDecoder } from '#formats/cargo-audit/decode.ts'
import { crashDecoder } from '#formats/crash/crash-log.ts'
import { csafDecoder } from '#formats/csaf/decode.ts'
import { cveDecoder } from '#formats/cve/decode.ts'
import { nvdDecoder } from '#formats/cve/nvd.ts'
import { cyclonedxDecoder } from '#formats/cyclonedx/decode.ts'
import { defectdojoDecoder } from '#formats/defectdojo/decode.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import { garakDecoder } from '#formats/garak/decode.ts'
import { githubDecoder } from '#formats/github/decode.ts'
import { gitlabDecoder } from '#formats/gitlab/decode.ts'
import { gosecDecoder } from '#formats/gosec/decode.ts'
import { govulncheckDecoder } from '#formats/govulncheck/decode.ts'
import { grypeDecoder } from '#formats/grype/decode.ts'
import { hackeroneDecoder } from '#formats/hackerone/decode.ts'
import { mailDecoder } from '#formats/mail/decode.ts'
import { nessusDecoder } from '#formats/nessus/decode.ts'
import { npmAuditDecoder } from '#formats/npm-audit/decode.ts'
import { nucleiDecoder } from '#formats/nuclei/decode.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { osvScannerDecoder } from '#formats/osv-scanner/decode.ts'
import { pipAuditDecoder } from '#formats/pip-audit/decode.ts'
import { promptfooDecoder } from '#formats/promptfoo/decode.ts'
import { proseDecoder } from '#formats/prose/decode.ts'
import { rowsDecoder } from '#formats/rows/rows.ts'
import { sarifDecoder } from '#formats/sarif/sarif.ts'
import { scrutineerDecoder } from '#formats/scrutineer/scrutineer.ts'
import { semgrepDecoder } from '#formats/semgrep/decode.ts'
import { snykDecoder } from '#formats/snyk/decode.ts'
import { spdxDecoder } from '#formats/spdx/decode.ts'
import { tapDecoder } from '#formats/tap/tap.ts'
import { trivyDecoder } from '#formats/trivy/decode.ts'

/**
 * Every format that is read, most specific first: where two are no more than possible, the
 * earlier one reads. A new format is one folder under `formats` and one line here.
 */
export const decoders: readonly Decoder[] = [
  sarifDecoder,
  tapDecoder,
  scrutineerDecoder,
  trivyDecoder,
  grypeDecoder,
  osvScannerDecoder,
  semgrepDecoder,
  snykDecoder,
  npmAuditDecoder,
  pipAuditDecoder,
  cargoAuditDecoder,
  govulncheckDecoder,
  gosecDecoder,
  brakemanDecoder,
  gitlabDecoder,
  nucleiDecoder,
  nessusDecoder,
  burpDecoder,
  garakDecoder,
  promptfooDecoder,
  defectdojoDecoder,
  githubDecoder,
  hackeroneDecoder,
  osvDecoder,
  cveDecoder,
  nvdDecoder,
  csafDecoder,
  cyclonedxDecoder,
  spdxDecoder,
  rowsDecoder,
  mailDecoder,
  crashDecoder,
  proseDecoder,
]

/**
 * The formats in which an attachment is a document of its own. Plain text and crash logs are part
 * of the report that they are attached to, which quotes them.
 */
export const attachedDecoders: readonly Decoder[] = decoders.filter(
  (decoder) => ![mailDecoder, crashDecoder, proseDecoder].includes(decoder),
)

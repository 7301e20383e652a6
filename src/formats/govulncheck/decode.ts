import { decodeDocuments, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoded, Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { legacyFindings } from './legacy.ts'
import { Stream } from './stream.ts'

/**
 * Results of govulncheck. Its stream tells one flaw in many messages, one for each way in which
 * it is reached; they are one finding for each flaw and module, as the tool itself counts.
 */
export const govulncheckDecoder: Decoder = {
  name: 'govulncheck',
  title: 'govulncheck JSON (govulncheck -json)',
  source: 'golang.org/x/vuln/internal/govulncheck protocol 1.0, the form before it, and reports',
  recognise: (material) => recogniseDocuments(material, judge),
  decode,
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { config, finding, Vulns, osv, progress } = document
  if (isObject(config)) return config['scanner_name'] === 'govulncheck' ? 3 : 0
  if (isObject(finding)) return typeof finding['osv'] === 'string' && 'trace' in finding ? 3 : 0
  const graphs = ['Calls', 'Imports', 'Requires', 'Modules'].filter((one) => one in document)
  if (isArray(Vulns) || Vulns === null) return graphs.length >= 2 ? 3 : 0
  const isMessage = Object.keys(document).length === 1
  if (isMessage && isObject(osv)) return typeof osv['schema_version'] === 'string' ? 2 : 1
  return isMessage && isObject(progress) ? 1 : 0
}

function decode(material: Material): Decoded {
  const stream = new Stream()
  const decoded = decodeDocuments(material, (message) => {
    if (message.has('Vulns')) return { findings: legacyFindings(message) }
    stream.read(message)
    return {}
  })
  const lines = linesOf(material)
  const findings = stream.findings().map(({ finding, message }): Finding => {
    const line = lines.get(message)
    return line === undefined ? finding : { ...finding, at: { ...finding.at, line } }
  })
  return { ...decoded, findings: [...decoded.findings, ...findings] }
}

/** The line of each message, by which a finding is found again in the stream. */
function linesOf(material: Material): ReadonlyMap<unknown, number> {
  if (material.kind !== 'rows') return new Map()
  return new Map(material.rows.map(({ line, value }) => [value, line]))
}

import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { findingOf } from './vulnerability.ts'

/**
 * GitLab's security reports of every kind: code, dependencies, containers, secrets, running
 * applications and their interfaces.
 */
export const gitlabDecoder: Decoder = {
  name: 'gitlab',
  title: 'GitLab security report (SAST, dependency, container, secret, DAST)',
  source: 'GitLab security report schemas 2 to 15, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { version, vulnerabilities, scan, remediations, schema } = document
  if (typeof version !== 'string' || !isArray(vulnerabilities)) return 0
  const [first] = vulnerabilities
  const isFlaw = isObject(first) && isArray(first['identifiers']) && isObject(first['location'])
  if (first !== undefined && !isFlaw) return 0
  const isScan = isObject(scan) && ('scanner' in scan || 'analyzer' in scan)
  if (isScan || (typeof schema === 'string' && schema.includes('gitlab'))) return 3
  if (isFlaw) return 3
  return isArray(remediations) ? 2 : 0
}

function decodeOne(document: Reader): Part {
  const scanner = document.object('scan').object('scanner')
  const name = scanner.text('id') ?? scanner.text('name')
  const tool =
    name === undefined ? undefined : present<Tool>({ name, version: scanner.text('version') })
  const flaws = document.objects('vulnerabilities')
  return {
    spec: document.text('version'),
    findings: flaws.flatMap((flaw): Finding[] => {
      const found = findingOf(flaw, tool)
      return found === undefined ? [] : [found]
    }),
  }
}

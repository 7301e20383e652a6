import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { advisoryFinding, listedFinding, viaFinding } from './advisory.ts'

/**
 * Results of `npm audit` (report versions 1 and 2), `pnpm audit` and `yarn audit`: one finding
 * for each advisory that concerns a package. A package that is flawed only because it depends on
 * another one is none of its own.
 */
export const npmAuditDecoder: Decoder = {
  name: 'npm-audit',
  title: 'npm, pnpm and Yarn audit JSON',
  source: 'reports of npm 6 and 7, pnpm, Yarn 1 and 4 in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { advisories, vulnerabilities, auditReportVersion, metadata, type, children } = document
  if (typeof auditReportVersion === 'number') return isObject(vulnerabilities) ? 3 : 0
  if (isObject(advisories)) return judgeAdvisories(advisories, metadata)
  if (type === 'auditAdvisory') return isObject(document['data']) ? 3 : 0
  if (type === 'auditSummary') return isObject(document['data']) ? 3 : 0
  const isListed = isObject(children) && 'Tree Versions' in children && 'Issue' in children
  return isListed ? 3 : 0
}

function judgeAdvisories(advisories: JsonObject, metadata: unknown): 0 | 1 | 2 | 3 {
  const [first] = Object.values(advisories)
  if (isObject(first)) return 'module_name' in first || 'vulnerable_versions' in first ? 3 : 0
  return isObject(metadata) && isObject(metadata['vulnerabilities']) ? 3 : 0
}

function decodeOne(document: Reader): Part {
  if (document.has('children')) return { findings: just(listedFinding(document)) }
  if (document.raw('type') === 'auditAdvisory') {
    return { findings: just(advisoryFinding(document.object('data').object('advisory'))) }
  }
  if (document.has('auditReportVersion')) {
    const flawed = document.entries('vulnerabilities')
    return {
      spec: document.textish('auditReportVersion'),
      findings: flawed.flatMap(([, entry]) => viaFindings(entry)),
    }
  }
  const listed = document.entries('advisories')
  return { findings: listed.flatMap(([, one]) => just(advisoryFinding(one))) }
}

const just = (finding: Finding | undefined): Finding[] => (finding === undefined ? [] : [finding])

/** `via` holds advisories, and the names of flawed packages that this one depends on. */
function viaFindings(entry: Reader): Finding[] {
  const via = entry.raw('via')
  if (via !== undefined && !isArray(via)) {
    entry.problem({ code: 'wrong-type', why: 'expected an array', key: 'via', lost: true })
  }
  return (isArray(via) ? via : []).flatMap((one, index) =>
    isObject(one) ? just(viaFinding(one, { entry, index })) : [],
  )
}

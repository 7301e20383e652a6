import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Standing } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { licenceOf, misconfigurationOf, secretOf } from './check.ts'
import type { Target } from './target.ts'
import { vulnerabilityOf } from './vulnerability.ts'

/**
 * Results of Trivy: schema version 2, the bare list of results that came before it, and the
 * reports of a whole Kubernetes cluster. Checks that passed are no findings.
 */
export const trivyDecoder: Decoder = {
  name: 'trivy',
  title: 'Trivy JSON (trivy -f json)',
  source: 'aquasecurity/trivy pkg/types, schema version 2 and before, and the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

const lists = ['Vulnerabilities', 'Misconfigurations', 'Secrets', 'Licenses'] as const
const clusterLists = ['Resources', 'Findings', 'Vulnerabilities', 'Misconfigurations'] as const

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { SchemaVersion, ArtifactName, ArtifactType, Results, ClusterName, Target } = document
  if (typeof SchemaVersion === 'number') {
    return [ArtifactName, ArtifactType, Results].some((one) => one !== undefined) ? 3 : 0
  }
  if (typeof ClusterName === 'string') return clusterLists.some((name) => name in document) ? 3 : 0
  if (typeof Target !== 'string') return 0
  const flaws = document['Vulnerabilities']
  const first = isArray(flaws) ? flaws[0] : undefined
  if (isObject(first)) return 'VulnerabilityID' in first || 'PkgName' in first ? 3 : 0
  return lists.some((name) => name in document) && 'Type' in document ? 2 : 0
}

function decodeOne(document: Reader): Part {
  const version = document.object('Trivy').text('Version')
  const tool = version === undefined ? { name: 'trivy' } : { name: 'trivy', version }
  return {
    spec: document.textish('SchemaVersion'),
    findings: document.has('ClusterName')
      ? clusterLists.flatMap((list) => document.objects(list)).flatMap(resourceFindings(tool))
      : resultsOf(document).flatMap((result) => findingsOf(result, { ...targetOf(result), tool })),
  }
}

const resultsOf = (document: Reader): Reader[] =>
  document.has('Results') ? document.objects('Results') : [document]

/** A cluster's report lists resources, which hold the results. */
const resourceFindings =
  (tool: Target['tool']) =>
  (resource: Reader): Finding[] => {
    const parts = [resource.text('Namespace'), resource.text('Kind'), resource.text('Name')]
    const name = parts.filter((part) => part !== undefined).join('/')
    return resource.objects('Results').flatMap((result) => {
      const target = { ...targetOf(result), tool }
      return findingsOf(result, name === '' ? target : { ...target, resource: name })
    })
  }

const targetOf = (result: Reader): Omit<Target, 'tool'> => ({
  name: result.text('Target'),
  type: result.text('Type'),
})

function findingsOf(result: Reader, target: Target): Finding[] {
  return [
    ...result.objects('Vulnerabilities').flatMap((one) => vulnerabilityOf(one, target)),
    ...result.objects('Misconfigurations').flatMap((one) => misconfigurationOf(one, target)),
    ...result.objects('Secrets').flatMap((one) => secretOf(one, target)),
    ...result.objects('Licenses').flatMap((one) => licenceOf(one, target)),
    ...result.objects('ExperimentalModifiedFindings').flatMap((one) => modifiedOf(one, target)),
    ...result.objects('ModifiedFindings').flatMap((one) => modifiedOf(one, target)),
  ]
}

const standings: Readonly<Record<string, Standing['is']>> = {
  ignored: 'suppressed',
  not_affected: 'not-affected',
  fixed: 'fixed',
}

/** A finding that an ignore file or a VEX document took out of the results. */
function modifiedOf(entry: Reader, target: Target): Finding[] {
  const status = entry.text('Status') ?? ''
  const is = Object.hasOwn(standings, status) ? standings[status] : undefined
  const why = entry.text('Statement') ?? entry.text('Source')
  const found = entry.object('Finding')
  const at = { pointer: entry.pointer }
  return innerOf(entry.text('Type'), found, target).map((finding) => ({
    ...finding,
    ...(is === undefined ? {} : { standing: why === undefined ? { is } : { is, why } }),
    at,
    original: entry.value,
  }))
}

function innerOf(type: string | undefined, found: Reader, target: Target): Finding[] {
  if (type === 'misconfiguration') return misconfigurationOf(found, target)
  if (type === 'secret') return secretOf(found, target)
  if (type === 'license') return licenceOf(found, target)
  if (type === 'vulnerability') return vulnerabilityOf(found, target)
  found.problem({ code: 'bad-value', why: `a finding of unknown type ${type}`, lost: true })
  return []
}

import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Standing } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { findingOf } from './issue.ts'

/**
 * Results of `snyk test` and `snyk container test`. Snyk writes an entry for each path on which a
 * package is reached; these are one finding, as Snyk itself counts them.
 */
export const snykDecoder: Decoder = {
  name: 'snyk',
  title: 'Snyk JSON (snyk test --json, container test --json)',
  source: 'reports of Snyk Open Source and Container in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

const telling = [
  'dependencyCount',
  'packageManager',
  'projectName',
  'licensesPolicy',
  'uniqueCount',
]

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  if (!isArray(document['vulnerabilities'])) return 0
  const tells = telling.filter((name) => name in document).length
  if (typeof document['ok'] === 'boolean') return tells >= 2 ? 3 : 2
  const [first] = document['vulnerabilities']
  return isObject(first) && 'packageName' in first && 'from' in first && tells > 0 ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const applications = document.objects('applications')
  return { findings: [document, ...applications].flatMap(projectFindings) }
}

/** Applications inside a container are projects of their own. */
function projectFindings(project: Reader): Finding[] {
  const file = project.text('displayTargetFile') ?? project.text('targetFile')
  const ignored = project.object('filtered').objects('ignore')
  return [
    ...groupsOf(project.objects('vulnerabilities')).flatMap(
      (group) => findingOf(group, file) ?? [],
    ),
    ...groupsOf(ignored).flatMap((group): Finding[] => {
      const found = findingOf(group, file)
      return found === undefined ? [] : [{ ...found, standing: standingOf(group) }]
    }),
  ]
}

/** Entries of the same flaw in the same version of the same package, first mention first. */
function groupsOf(entries: readonly Reader[]): Reader[][] {
  const groups = new Map<string, Reader[]>()
  entries.forEach((entry, index) => {
    const id = entry.textish('id')
    const parts = [id ?? `entry ${index}`, entry.text('packageName'), entry.textish('version')]
    const key = parts.join('\n')
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  })
  return [...groups.values()]
}

function standingOf(group: readonly Reader[]): Standing {
  const rules = group.flatMap((entry) => entry.object('filtered').objects('ignored'))
  const why = rules.map((rule) => rule.text('reason')).find((reason) => reason !== undefined)
  return { is: 'suppressed', why: why ?? 'ignored in the policy' }
}

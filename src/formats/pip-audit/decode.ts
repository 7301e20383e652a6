import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { oneLine } from '#formats/advisory/prose.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { belowFix, namesOf, upgradeTo } from '#formats/scanner/dependency.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import { flawTitle } from '#formats/scanner/title.ts'

/** Results of pip-audit: one finding for each flaw of each package. */
export const pipAuditDecoder: Decoder = {
  name: 'pip-audit',
  title: 'pip-audit JSON (pip-audit -f json)',
  source: 'pypa/pip-audit output of before and after 2.0, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

/** The members of a package; before 2.0 the report was a bare list of packages. */
const members = new Set(['name', 'version', 'vulns', 'skip_reason'])

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { dependencies } = document
  if (!isArray(dependencies)) return judgePackage(document)
  const [first] = dependencies
  if (isObject(first)) return judgePackage(first)
  return dependencies.length === 0 && isArray(document['fixes']) ? 2 : 0
}

function judgePackage(entry: JsonObject): 0 | 1 | 2 | 3 {
  const { name, vulns, skip_reason } = entry
  if (typeof name !== 'string' || !Object.keys(entry).every((key) => members.has(key))) return 0
  const [first] = isArray(vulns) ? vulns : []
  if (isObject(first)) return 'fix_versions' in first ? 3 : 2
  return isArray(vulns) || typeof skip_reason === 'string' ? 2 : 0
}

function decodeOne(document: Reader): Part {
  const packages = document.has('dependencies') ? document.objects('dependencies') : [document]
  return { findings: packages.flatMap(findingsOf) }
}

/** A package that could not be looked up is a remark: nobody knows whether it is flawed. */
function findingsOf(entry: Reader): Finding[] {
  const skipped = entry.text('skip_reason')
  if (skipped !== undefined) entry.problem({ code: 'not-readable', why: oneLine(skipped) })
  return entry.objects('vulns').flatMap((flaw) => findingOf(flaw, entry) ?? [])
}

function findingOf(flaw: Reader, entry: Reader): Finding | undefined {
  if (saysNothing(flaw, ['id', 'description'])) return undefined
  const id = flaw.text('id')
  const details = flaw.text('description')
  const name = entry.text('name') ?? 'unnamed package'
  const fixed = flaw.texts('fix_versions')
  const component = present<Component>({
    name,
    ecosystem: 'PyPI',
    version: entry.text('version'),
    ranges: belowFix(fixed),
  })
  return present<Finding>({
    at: { pointer: flaw.pointer },
    title: flawTitle(details) ?? oneLine([id ?? 'Unnamed flaw', name].join(' in ')),
    details,
    tool: { name: 'pip-audit' },
    ...namesOf(id, flaw.texts('aliases')),
    components: [component],
    fix: upgradeTo(fixed, name),
    original: flaw.value,
  })
}

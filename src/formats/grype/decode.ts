import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { affectedOf, belowFix, namesOf, upgradeTo } from '#formats/scanner/dependency.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import { flawTitle } from '#formats/scanner/title.ts'

/** Results of Grype: one finding a match of a package with a vulnerability, ignored ones too. */
export const grypeDecoder: Decoder = {
  name: 'grype',
  title: 'Grype JSON (grype -o json)',
  source: 'anchore/grype presenter models of 0.12 to 0.9x, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ matches, descriptor, source, distro }: JsonObject): 0 | 1 | 2 | 3 {
  if (!isArray(matches)) return 0
  const [first] = matches
  if (isObject(descriptor) && descriptor['name'] === 'grype') return 3
  if (isObject(first) && isObject(first['vulnerability']) && isObject(first['artifact'])) return 3
  return matches.length === 0 && isObject(source) && isObject(distro) ? 2 : 0
}

function decodeOne(document: Reader): Part {
  const descriptor = document.object('descriptor')
  const name = descriptor.text('name') ?? 'grype'
  const tool = present<NonNullable<Finding['tool']>>({ name, version: descriptor.text('version') })
  const ignored = document.objects('ignoredMatches')
  return {
    findings: [
      ...document.objects('matches').flatMap((match) => findingOf(match, tool) ?? []),
      ...ignored.flatMap((match) => {
        const found = findingOf(match, tool)
        return found === undefined ? [] : [{ ...found, standing: standingOf(match) }]
      }),
    ],
  }
}

function findingOf(match: Reader, tool: Finding['tool']): Finding | undefined {
  const flaw = match.object('vulnerability')
  if (saysNothing(flaw, ['id', 'description'])) return undefined
  const others = match.objects('relatedVulnerabilities')
  const id = flaw.text('id')
  const told = [flaw, ...others]
  const details = told.map((one) => one.text('description')).find((one) => one !== undefined)
  const component = componentOf(match, flaw)
  const title = flawTitle(details) ?? [id ?? 'Unnamed flaw', component.name].join(' in ')
  const severities = told.map((one) => severityOf(one.text('severity')))
  const scores = told.flatMap((one) => one.objects('cvss'))
  const cvss = distinct(scores.map((one) => one.text('vector'))).filter(isCvssVector)
  const score = scores.map((one) => one.object('metrics').number('baseScore')).find(isScore)
  const fixed = fixesOf(flaw)
  return present<Finding>({
    at: { pointer: match.pointer },
    title: oneLine(title),
    details,
    tool,
    severity: severities.find((one) => one !== undefined),
    cvss,
    score: cvss.length === 0 ? score : undefined,
    cwe: cweNumbers(
      told.flatMap((one) => one.objects('cwes')).flatMap((one) => one.textish('cwe') ?? []),
    ),
    ...namesOf(
      id,
      others.map((one) => one.text('id')),
    ),
    components: [component],
    locations: placesOf(match),
    references: linksOf(told),
    fix: upgradeTo(fixed, component.name),
    epss: told.flatMap((one) => one.objects('epss')).map(probabilityOf)[0],
    exploited: told.some((one) => one.objects('knownExploited').length > 0) || undefined,
    original: match.value,
  })
}

const isScore = (score: number | undefined): boolean =>
  score !== undefined && score >= 0 && score <= 10

function probabilityOf(entry: Reader): number | undefined {
  const value = entry.number('epss')
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined
}

/** Since 0.13 `fix.versions`, before that `fixedInVersion`. */
function fixesOf(flaw: Reader): string[] {
  return distinct([...flaw.object('fix').texts('versions'), flaw.text('fixedInVersion')])
}

function componentOf(match: Reader, flaw: Reader): Component {
  const artifact = match.object('artifact')
  const affected = affectedOf(constraintsOf(match))
  const isKnown = (affected.ranges?.length ?? 0) + (affected.versions?.length ?? 0) > 0
  return present<Component>({
    name: artifact.text('name') ?? 'unnamed package',
    ecosystem: artifact.text('type'),
    purl: artifact.text('purl'),
    cpes: cpesOf(artifact),
    version: artifact.text('version'),
    ranges: isKnown ? affected.ranges : belowFix(fixesOf(flaw)),
    versions: affected.versions,
  })
}

/** `matchDetails` is a list since 0.13, one object of other member names before that. */
function constraintsOf(match: Reader): (string | undefined)[] {
  if (!isArray(match.raw('matchDetails'))) {
    return [match.object('matchDetails').object('matchedOn').text('constraint')]
  }
  return match.objects('matchDetails').map((one) => one.object('found').text('versionConstraint'))
}

const cpeParts = ['Part', 'Vendor', 'Product', 'Version', 'Update', 'Edition', 'Language']
const cpeTail = ['SWEdition', 'TargetSW', 'TargetHW', 'Other']

/** Texts, or objects with the parts of the name in reports of before 0.13. */
function cpesOf(artifact: Reader): string[] {
  const listed = artifact.raw('cpes')
  if (!isArray(listed) || !listed.some(isObject)) return artifact.texts('cpes')
  return artifact.objects('cpes').map((one) => {
    const parts = [...cpeParts, ...cpeTail].map((part) => one.text(part) ?? '*')
    const quoted = parts.map((part) => part.replace(/[^\w.*-]/g, '\\$&'))
    return ['cpe', '2.3', ...quoted].join(':')
  })
}

/** Files that make the package known: it is there, not in them, that the flaw is. */
function placesOf(match: Reader): Finding['locations'] {
  const listed = match.object('artifact').objects('locations')
  return distinct(listed.map((one) => one.text('path'))).map((file) => ({
    file: slashed(file),
    role: 'related',
  }))
}

function linksOf(told: readonly Reader[]): string[] {
  return distinct(
    told.flatMap((one) => [
      one.text('dataSource'),
      ...one.objects('advisories').map((advisory) => advisory.text('link')),
      ...one.texts('urls'),
      ...one.texts('links'),
    ]),
  )
}

const vexStates: Readonly<Record<string, Standing['is']>> = {
  not_affected: 'not-affected',
  fixed: 'fixed',
}

/** A rule of the user or a VEX document took the match out of the results. */
function standingOf(match: Reader): Standing {
  const rules = match.objects('appliedIgnoreRules')
  const state = rules
    .map((rule) => rule.text('vex-status') ?? '')
    .find((one) => Object.hasOwn(vexStates, one))
  const why = distinct(
    rules.map((rule) => rule.text('reason') ?? rule.text('vex-justification')),
  ).join('; ')
  const is = state === undefined ? 'suppressed' : (vexStates[state] ?? 'suppressed')
  return why === '' ? { is, why: 'ignored by a rule of the scan' } : { is, why }
}

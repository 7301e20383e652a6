import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Location, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import { affectedOf, upgradeTo } from '#formats/scanner/dependency.ts'
import { lineOf, slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

const tool = { name: 'semgrep' } as const

/** An entry of `vulns` in an answer of the platform about dependencies. */
export function dependencyFindingOf(entry: Reader): Finding | undefined {
  const advisory = entry.object('advisory')
  if (!entry.has('title') && saysNothing(advisory, ['title', 'ruleId'])) return undefined
  const references = advisory.object('references')
  const title = entry.text('title') ?? advisory.text('title')
  const id = advisory.text('ruleId')
  const details = advisory.text('description')
  const safe = entry.object('closestSafeDependency')
  const component = componentOf(entry, advisory)
  const group = entry.text('groupKey')
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(title ?? titleFrom(details) ?? id ?? 'Unnamed flaw'),
    details,
    tool,
    rule: id === undefined ? undefined : { id },
    severity: severityOf(advisory.text('severity')),
    cwe: cweNumbers(references.texts('cweIds')),
    aliases: publicIds(references.texts('cveIds')),
    components: [component],
    locations: [
      ...entry.objects('usages').flatMap((usage) => placeOf(usage.object('location'))),
      ...placeOf(entry.object('dependencyFileLocation')).map(asRelated),
    ],
    references: distinct(references.texts('urls')),
    fix: upgradeTo(safe.textOrTexts('versionSpecifier'), component.name),
    published: advisory.text('announcedAt'),
    fingerprints: group === undefined ? undefined : { groupKey: group },
    standing: triageOf(entry.object('triage').text('status'), undefined),
    original: entry.value,
  })
}

const asRelated = (place: Location): Location => ({ ...place, role: 'related' })

function componentOf(entry: Reader, advisory: Reader): Component {
  const matched = entry.object('matchedDependency')
  const name = matched.text('name') ?? 'unnamed package'
  const flawed = advisory
    .objects('vulnerableDependencies')
    .filter((one) => one.raw('name') === name)
  return present<Component>({
    name,
    ecosystem: advisory.text('ecosystem'),
    version: matched.text('versionSpecifier'),
    ...affectedOf(flawed.map((one) => one.text('versionSpecifier'))),
  })
}

/** Lines are numbers written as texts; 0 stands for unknown. */
function placeOf(place: Reader): Location[] {
  const file = place.text('path')
  if (file === undefined) return []
  return [
    present<Location>({
      file: slashed(file),
      line: lineOf(place, 'startLine'),
      endLine: lineOf(place, 'endLine'),
    }),
  ]
}

/** An entry of `findings` in an answer of the platform about code. */
export function platformFindingOf(entry: Reader): Finding | undefined {
  if (saysNothing(entry, ['rule_name', 'rule_message'])) return undefined
  const rule = entry.object('rule')
  const id = entry.text('rule_name') ?? rule.text('name') ?? 'unnamed rule'
  const message = entry.text('rule_message') ?? rule.text('message')
  const fingerprint = entry.text('match_based_id')
  const autofix = entry.object('assistant').object('autofix')
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: titleFrom(message) ?? oneLine(id),
    details: message,
    tool,
    nativeId: entry.textish('id'),
    rule: { id },
    severity: severityOf(entry.text('severity')),
    cwe: cweNumbers(rule.texts('cwe_names')),
    locations: codePlaceOf(entry.object('location')),
    references: distinct([entry.text('line_of_code_url')]),
    fix: autofix.text('fix_code'),
    fingerprints: fingerprint === undefined ? undefined : { matchBasedId: fingerprint },
    standing: triageOf(
      entry.text('triage_state') ?? entry.text('status'),
      entry.text('triage_reason'),
    ),
    original: entry.value,
  })
}

function codePlaceOf(place: Reader): Location[] {
  const file = place.text('file_path')
  if (file === undefined) return []
  return [
    present<Location>({
      file: slashed(file),
      line: lineOf(place, 'line'),
      endLine: lineOf(place, 'end_line'),
    }),
  ]
}

/** States and reasons of the platform that take a finding back, as its API writes them. */
function triageOf(state: string | undefined, reason: string | undefined): Standing | undefined {
  const why = reason === undefined ? {} : { why: reason }
  switch (state?.toLowerCase()) {
    case 'ignored':
    case 'dismissed':
      if (reason === 'false_positive') return { is: 'false-positive' }
      return { is: reason === 'acceptable_risk' ? 'accepted' : 'suppressed', ...why }
    case 'fixed':
    case 'removed':
    case 'closed':
      return { is: 'fixed', ...why }
    default:
      return undefined
  }
}

import { distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Location, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type Reader } from '#formats/json/reader.ts'
import { lineOf, slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import type { Target } from './target.ts'

/** A check of a configuration that failed or was excepted; one that passed is no finding. */
export function misconfigurationOf(entry: Reader, target: Target): Finding[] {
  const status = entry.text('Status')
  if (status === 'PASS') return []
  if (saysNothing(entry, ['ID', 'AVDID', 'Title', 'Message'])) return []
  const id = entry.text('ID') ?? entry.text('AVDID') ?? 'misconfiguration'
  const message = entry.text('Message')
  const title = entry.text('Title') ?? titleFrom(message) ?? id
  const cause = entry.object('CauseMetadata')
  const excepted: Standing = { is: 'suppressed', why: 'excepted from the check' }
  return [
    present<Finding>({
      at: { pointer: entry.pointer },
      title: oneLine(title),
      details: paragraphs([message, entry.text('Description')]),
      tool: target.tool,
      rule: { id, name: oneLine(title) },
      severity: severityOf(entry.text('Severity')),
      locations: [placeOf(cause, target), ...occurrencesOf(cause)].flatMap((one) => one ?? []),
      components: resourceOf(target),
      references: distinct([entry.text('PrimaryURL'), ...entry.texts('References')]),
      fix: entry.text('Resolution'),
      standing: status === 'EXCEPTION' ? excepted : undefined,
      original: entry.value,
    }),
  ]
}

/** A secret in a file; Trivy has already blanked it out in `Match`. */
export function secretOf(entry: Reader, target: Target): Finding[] {
  if (saysNothing(entry, ['RuleID', 'Title', 'Match'])) return []
  const id = entry.text('RuleID') ?? 'secret'
  const title = oneLine(entry.text('Title') ?? id)
  const match = entry.text('Match')
  const finding = present<Finding>({
    at: { pointer: entry.pointer },
    title,
    details: match,
    tool: target.tool,
    rule: { id, name: title },
    severity: severityOf(entry.text('Severity')),
    locations: [placeOf(entry, target)].flatMap((one) => one ?? []),
    original: entry.value,
  })
  return [finding]
}

/** A licence that the policy of the scan marks; not a flaw, but the report counts it as one. */
export function licenceOf(entry: Reader, target: Target): Finding[] {
  if (saysNothing(entry, ['Name', 'PkgName', 'FilePath'])) return []
  const name = entry.text('Name') ?? 'unnamed licence'
  const component = entry.text('PkgName')
  const file = entry.text('FilePath')
  const text = entry.text('Text')
  const finding = present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(`Licence ${name} in ${component ?? file ?? target.name ?? 'the target'}`),
    details: paragraphs([categoryOf(entry), text]),
    tool: target.tool,
    rule: { id: `license:${name}` },
    severity: severityOf(entry.text('Severity')),
    components: component === undefined ? undefined : [{ name: component }],
    locations: file === undefined ? undefined : [{ file: slashed(file) }],
    references: distinct([entry.text('Link')]),
    original: entry.value,
  })
  return [finding]
}

function categoryOf(entry: Reader): string | undefined {
  const category = entry.text('Category')
  return category === undefined ? undefined : `Category: ${category}`
}

const resourceOf = ({ resource, type }: Target): Component[] =>
  resource === undefined ? [] : [present<Component>({ name: resource, ecosystem: type })]

/** The target is the file, except in a cluster; without lines it still is the place. */
function placeOf(cause: Reader, target: Target): Location | undefined {
  if (target.name === undefined || target.resource !== undefined) return undefined
  return present<Location>({
    file: slashed(target.name),
    line: lineOf(cause, 'StartLine'),
    endLine: lineOf(cause, 'EndLine'),
    snippet: snippetOf(cause),
  })
}

/** Where modules are called that led to the flawed resource. */
function occurrencesOf(cause: Reader): (Location | undefined)[] {
  return cause.objects('Occurrences').map((one) => {
    const file = one.text('Filename')
    const place = one.object('Location')
    if (file === undefined) return undefined
    return present<Location>({
      file: slashed(file),
      line: lineOf(place, 'StartLine'),
      endLine: lineOf(place, 'EndLine'),
      role: 'related',
    })
  })
}

/** The lines that Trivy quotes as the cause, without those that it quotes around them. */
function snippetOf(cause: Reader): string | undefined {
  const lines = cause.object('Code').raw('Lines')
  if (!isArray(lines)) return undefined
  const quoted = lines.flatMap((line) =>
    isObject(line) && line['IsCause'] === true && typeof line['Content'] === 'string'
      ? [line['Content']]
      : [],
  )
  const text = quoted.join('\n')
  return text.trim() === '' ? undefined : text
}

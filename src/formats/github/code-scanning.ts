import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Location, Rule, Severity, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import type { Said } from './advisory.ts'
import { dismissalOf } from './alert.ts'
import { textIn } from './said.ts'

/** An alert of code scanning: what a SARIF result became in a repository. */
export function codeScanningOf(alert: Reader): Said | undefined {
  const rule = alert.object('rule')
  const instance = alert.object('most_recent_instance')
  const message = instance.object('message').text('text')
  const id = textIn(rule, 'id')
  const title = textIn(rule, 'description') ?? titleFrom(message) ?? textIn(rule, 'name') ?? id
  if (title === undefined) {
    const why = 'neither a rule nor a message'
    alert.problem({ code: 'missing-field', why, lost: true })
    return undefined
  }
  const location = locationOf(instance.object('location'))
  return {
    title: oneLine(title),
    details: paragraphs(distinct([message, textIn(rule, 'full_description')])),
    tool: toolOf(alert),
    nativeId: textIn(alert, 'number'),
    rule: id === undefined ? undefined : present<Rule>({ id, name: textIn(rule, 'name') }),
    severity: severityIn(rule),
    cwe: cweNumbers(rule.texts('tags').map((tag) => tag.replace(/^external\/cwe\//, ''))),
    locations: location === undefined ? [] : [location],
    references: distinct([textIn(alert, 'html_url')]),
    published: textIn(alert, 'created_at'),
    standing: dismissalOf(alert),
  }
}

function toolOf(alert: Reader): Tool | undefined {
  const tool = alert.object('tool')
  const name = textIn(tool, 'name')
  return name === undefined ? undefined : present<Tool>({ name, version: textIn(tool, 'version') })
}

/** The levels of SARIF, for rules that say nothing of security severity. */
const levels: Readonly<Record<string, Severity>> = { error: 'high', warning: 'medium', note: 'low' }

function severityIn(rule: Reader): Severity | undefined {
  const level = textIn(rule, 'severity') ?? ''
  const byLevel = Object.hasOwn(levels, level) ? levels[level] : severityOf(level)
  return severityOf(textIn(rule, 'security_severity_level')) ?? byLevel
}

function locationOf(place: Reader): Location | undefined {
  const file = textIn(place, 'path')
  if (file === undefined) return undefined
  const [line, endLine] = [place.number('start_line'), place.number('end_line')]
  return present<Location>({
    file: file.replaceAll('\\', '/'),
    line: line !== undefined && line > 0 ? line : undefined,
    endLine: endLine !== undefined && endLine > 0 ? endLine : undefined,
  })
}

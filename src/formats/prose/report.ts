import { isCommitAddress } from '#formats/advisory/commits.ts'
import { crashesIn } from '#formats/crash/crash.ts'
import { titleOfCrash } from '#formats/crash/crash-log.ts'
import { cweNumbersIn } from '#formats/cwe/cwe.ts'
import type { Crash, Finding, Location, Severity, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { componentsOf } from './components.ts'
import { labelledDate } from './dates.ts'
import { type Field, fieldOf, fieldsOf } from './fields.ts'
import { filesIn } from './files.ts'
import { ownAndRelated } from './identifiers.ts'
import { type Heading, type Outline, outlineOf } from './outline.ts'
import { findersIn } from './people.ts'
import { proofsIn } from './proofs.ts'
import { type Role, rolesByLine, type Section, sectionsOf, textOfSection } from './sections.ts'
import {
  cvssScoreIn,
  cvssVectorsIn,
  labelledSeverity,
  loneSeverity,
  titleMarkOf,
} from './severity.ts'
import { symbolsIn } from './symbols.ts'
import { titleOf } from './title.ts'

const raw = String.raw

/** The text of one report and what the document around it says of all its reports. */
export type ReportText = {
  readonly text: string
  /** The heading that opens the report, if a document of several was cut at it. */
  readonly heading?: Heading
  /** Labels of the whole document, after the report's own. */
  readonly shared?: readonly Field[]
}

/** A report read, all but where it stands and its original. */
export type ReportParts = Omit<Finding, 'at' | 'original'>

/** Facts are looked for up to here; what follows in so long a report is a log. */
const readCharsMax = 1_000_000

/** One pass over one report: structure first, then each field from the part that may say it. */
export function readReport({ text: whole, heading, shared = [] }: ReportText): ReportParts {
  const text = whole.slice(0, readCharsMax)
  const outline = outlineOf(text)
  const sections = sectionsOf(outline)
  const roles = rolesByLine(outline, sections)
  const own = fieldsOf(outline)
  const fields = [...own, ...shared]
  const crash = crashOf(text)
  const found = titleOf(outline, own, heading && { ...heading, line: 0 })
  const mark = titleMarkOf(found?.title ?? (crash ? titleOfCrash(crash) : 'untitled report'))
  const prose = withoutFences(outline)
  const written = found?.title ?? ''
  const ids = ownAndRelated(prose, written)
  const links = linksIn(text)
  return present<ReportParts>({
    title: mark.rest === '' ? 'untitled report' : mark.rest,
    details: detailsOf(whole, found?.line),
    finders: findersIn(fields, prose, creditLines(outline, sections, own)),
    nativeId: mark.number ?? fieldOf(own, idKeys)?.slice(0, 100),
    severity: severityOf(outline, own, sections) ?? mark.severity,
    cvss: cvssVectorsIn(text),
    score: cvssScoreIn(prose),
    cwe: weaknessesOf(prose, own),
    aliases: ids.own,
    related: ids.related,
    components: componentsOf(fields, prose),
    locations: locationsOf(outline, roles),
    endpoints: endpointsIn(prose, own),
    symbols: symbolsIn(outline, written, roles),
    crash,
    proofs: proofsIn(outline, sections, roles),
    references: links.filter((link) => !isCommitAddress(link)),
    fix: fixOf(outline, sections),
    fixCommits: fixCommitsIn(prose, links, fixOf(outline, sections)),
    published: labelledDate(fields),
    standing: standingOf(own),
    exploited: isExploited(prose) ? true : undefined,
  })
}

const idKeys = [
  ...['id', 'finding id', 'issue id', 'report id', 'tracking id', 'reference id', 'bug id'],
  ...['report number', 'case id', 'ticket'],
]

/** The prose with code blanked out, so that every line keeps its number. */
const withoutFences = ({ lines, fenced }: Outline): string =>
  lines.map((line, at) => (fenced[at] ? '' : line)).join('\n')

/** Everything but the line of the title. */
function detailsOf(whole: string, titleLine: number | undefined): string | undefined {
  const lines = whole.split(/\r\n|\n|\r/)
  const kept = titleLine === undefined ? lines : lines.toSpliced(titleLine, 1)
  const text = kept.join('\n').trim()
  return text === '' ? undefined : text
}

/** Embedded traces: the first that a stack or a sanitizer backs. */
function crashOf(text: string): Crash | undefined {
  const backed = crashesIn(text).filter(
    ({ crash, family, weight }) =>
      weight !== 'mention' && (crash.frames.length > 0 || family.endsWith('san')),
  )
  const best = backed.find(({ weight }) => weight === 'cause') ?? backed[0]
  return best?.crash
}

function creditLines(
  outline: Outline,
  sections: readonly Section[],
  fields: readonly Field[],
): string[] {
  const lines = sections
    .filter(({ role }) => role === 'credits')
    .flatMap((section) => textOfSection(outline, section).split('\n'))
  const byline = bylineOf(outline, fields)
  return byline === undefined ? lines : [byline, ...lines]
}

/** Contest reports begin with the handle and the severity, each alone on a line. */
function bylineOf({ lines, headings }: Outline, fields: readonly Field[]): string | undefined {
  const first = headings.find(({ level }) => level < 7)?.line ?? 0
  const above = lines.slice(0, Math.min(first, 12)).filter((line) => line.trim() !== '')
  const [handle, severity] = above
  if (above.length !== 2 || !handle || !severity || fields[0]?.line === 0) return undefined
  return loneSeverity(severity) && /^[\w .-]{2,40}$/.test(handle.trim()) ? handle.trim() : undefined
}

function severityOf(
  outline: Outline,
  fields: readonly Field[],
  sections: readonly Section[],
): Severity | undefined {
  const labelled = labelledSeverity(fields)
  if (labelled) return labelled
  for (const section of sections) {
    if (section.role !== 'severity') continue
    const [line = ''] = textOfSection(outline, section).split('\n')
    const found = labelledSeverity([{ key: 'severity', value: line.slice(0, 40), line: 0 }])
    if (found) return found
  }
  const first = outline.headings.find(({ level }) => level < 7)?.line ?? 0
  return outline.lines.slice(0, Math.min(first, 12)).map(loneSeverity).find(Boolean)
}

const cweKeys = pattern(
  raw`^(?:cwe(?: id| ids|s)?|weakness(?:es)?|weakness type|vulnerability type|cwe type`,
  raw`|problem type)$`,
)
const cweMax = 5

/** Weaknesses by label; else those of the text, unless it lists so many that it is a catalogue. */
function weaknessesOf(prose: string, fields: readonly Field[]): number[] {
  const labels = fields.filter(({ key }) => cweKeys.test(key))
  const labelled = cweNumbersIn(
    labels
      .map(({ key, value }) => (pattern(raw`^\d`).test(value) ? `CWE-${value}` : `${key} ${value}`))
      .join('\n'),
  )
  if (labelled.length > 0) return labelled
  const contrasted = /\b(?:unlike|not|rather than|instead of|different from)\s+(?:a |an )?CWE-\d+/gi
  const mentioned = cweNumbersIn(prose.replace(contrasted, ' '))
  return mentioned.length <= cweMax ? mentioned : []
}

const locationsMax = 40

function locationsOf(outline: Outline, roles: readonly (Role | null)[]): Location[] {
  const text = withoutFences(outline)
  const found = new Map<string, Location>()
  let line = 0
  let next = text.indexOf('\n')
  for (const mention of filesIn(text)) {
    while (next >= 0 && next < mention.at) {
      line++
      next = text.indexOf('\n', next + 1)
    }
    const { at: _, ...place } = mention
    const key = `${place.file}:${place.line ?? ''}`
    if (found.has(key)) continue
    const role = roles[line] ?? null
    found.set(key, aside.has(role) ? { ...place, role: 'related' } : place)
  }
  const all = [...found.values()].filter(
    ({ file, line: at }) => at !== undefined || !hasLine(found, file),
  )
  const rank = (one: Location): number => (one.role ? 2 : 0) + (one.line === undefined ? 1 : 0)
  return all.sort((a, b) => rank(a) - rank(b)).slice(0, locationsMax)
}

const aside = new Set<Role | null>(['references', 'fix', 'proof'])

/** A file that is also named with a line says nothing more without one. */
const hasLine = (found: ReadonlyMap<string, Location>, file: string): boolean => {
  for (const one of found.values()) if (one.file === file && one.line !== undefined) return true
  return false
}

const request = /\b(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)\s+(\/[\w./{}:?=&%~+@-]{1,300})/g
const endpointKeys = [
  'endpoint',
  'url',
  'vulnerable url',
  'affected url',
  'vulnerable endpoint',
  'route',
  'affected endpoint',
]

function endpointsIn(prose: string, fields: readonly Field[]): string[] {
  const labelled = fieldOf(fields, endpointKeys)?.match(/(?:https?:\/)?\/[^\s`"'<>]{1,500}/)?.[0]
  const requested = [...prose.matchAll(request)].map(
    (match) => match[1]?.replace(pattern(raw`[.,;:]+$`), '') ?? '',
  )
  return [...new Set([...(labelled ? [labelled] : []), ...requested])].slice(0, 20)
}

const fixLengthMax = 20_000

function fixOf(outline: Outline, sections: readonly Section[]): string | undefined {
  const texts = sections
    .filter(({ role }) => role === 'fix')
    .map((section) => textOfSection(outline, section))
  const text = texts.filter((one) => one !== '').join('\n\n')
  return text === '' ? undefined : text.slice(0, fixLengthMax)
}

const fixedBy = new RegExp(
  pattern(
    raw`\b(?:fixed|patched|resolved|addressed|corrected)(?: \w+){0,3} (?:in|by|with)`,
    raw`(?: the)? commit:?\s+\x60?([0-9a-f]{7,40})\b`,
  ).source,
  'gi',
)

/** Commits that the text itself calls the fix, and links to commits in the section of the fix. */
function fixCommitsIn(prose: string, links: readonly string[], fix: string | undefined): string[] {
  const hashes = [...prose.matchAll(fixedBy)].map((match) => match[1] ?? '')
  const commits = links.filter((link) => isCommitAddress(link))
  const linked = commits.filter((link) => fix?.includes(link) || isCalledFix(prose, link))
  return [...new Set([...linked, ...hashes])]
}

function isCalledFix(prose: string, link: string): boolean {
  const at = prose.indexOf(link)
  const before = prose.slice(Math.max(0, at - 80), Math.max(0, at))
  return at >= 0 && /\b(?:fix(?:ed)?|patch(?:ed)?)\b[^.\n]{0,60}$/i.test(before)
}

const standings: readonly (readonly [RegExp, Standing['is']])[] = [
  [/^(?:false[- ]positive|not a bug|invalid|rejected|not applicable|n\/a)\b/i, 'false-positive'],
  [/^not[- ]affected\b/i, 'not-affected'],
  [/^(?:fixed|resolved|patched|closed|remediated)\b/i, 'fixed'],
  [/^(?:accepted risk|risk accepted|won'?t[- ]fix)\b/i, 'accepted'],
]

function standingOf(fields: readonly Field[]): Standing | undefined {
  const value = fieldOf(fields, ['status', 'state', 'resolution', 'triage status', 'issue status'])
  const is = standings.find(([form]) => value !== undefined && form.test(value))?.[1]
  return is === undefined || value === undefined ? undefined : { is, why: value.slice(0, 200) }
}

const exploitation = new RegExp(
  pattern(
    raw`\b(?:is|are|was|were|being|been|is being|has been|have been)\s+`,
    raw`(?:actively\s+)?exploited(?:\s+in the wild)?|\b(?:active|in-the-wild`,
    raw`|known) exploitation\b|\bexploited in the wild\b`,
  ).source,
  'gi',
)

/** Said of the flaw and neither denied nor only feared. */
function isExploited(prose: string): boolean {
  for (const match of prose.matchAll(exploitation)) {
    if (!/wild|actively|active|known/i.test(match[0])) continue
    const before = prose.slice(Math.max(0, match.index - 90), match.index)
    const sentence = before.slice(Math.max(before.lastIndexOf('. '), before.lastIndexOf('\n')) + 1)
    if (
      !patternAnyCase(
        raw`\b(?:no|not|never|none|without|unaware|if|could|can|may|might|would|whether)\b|n't\b`,
      ).test(sentence)
    )
      return true
  }
  return false
}

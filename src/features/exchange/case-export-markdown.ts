import type { CaseReport } from '#features/case/report-row.store.ts'
import { findingOf } from '#features/case/stored-report.ts'
import type { Marker } from '#features/label/watermark.ts'
import {
  componentsIn,
  componentText,
  type ExportedCase,
  handlingOf,
  lineOf,
  proseOf,
  referencesIn,
} from './case-export.ts'
import { evidenceWords } from './case-export-mail.ts'

/**
 * The case as a Markdown document. What others wrote stands in fenced blocks or is escaped, so that
 * it makes no links, headings, images or markup of its own wherever the document is shown.
 */
export function markdownOf(exported: ExportedCase): string {
  const { page, mark } = exported
  const rows = factsOf(exported)
  const banner = code(page.banner.marking)
  return [
    banner,
    '',
    `# ${inline(page.title)}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${inline(value)} |`),
    ...section(
      'Affected',
      componentsIn(exported).map((one) => inline(componentText(one))),
    ),
    ...section(
      'Weaknesses',
      page.weaknesses.map(({ id, name }) => inline(`CWE-${id} ${name}`)),
    ),
    ...section(
      'Found by',
      page.credits.map(
        ({ name, reports, firstAt }) => `${inline(name)}: ${reports} since ${firstAt}`,
      ),
    ),
    ...section('Why it stands where it does', page.priority.inputs.map(inputLine)),
    ...section('Public record', page.known.map(inline)),
    ...section(
      'Related',
      page.relations.map((one) =>
        inline(`${one.kind}: ${one.title ?? one.with}, because ${one.because}`),
      ),
    ),
    ...section('References', referencesIn(exported).map(code)),
    ...exported.reports.flatMap((report, at) => reportLines(report, at, mark)),
    ...(page.reports > exported.reports.length
      ? ['', `${page.reports - exported.reports.length} further reports are left out.`]
      : []),
    ...section(
      'Notes',
      page.notes.map(
        ({ by, at, text }) => inline(`${by.name}, ${at}: `) + mark.prose(inline(text)),
      ),
    ),
    ...section(
      'History',
      page.history.map(({ at, says }) => inline(`${at}: ${says}`)),
    ),
    '',
    '## Handling',
    '',
    handlingOf(exported),
    '',
    `Exported ${exported.now.toISOString()} by ${inline(exported.by.person)}.`,
    '',
    banner,
    '',
  ].join('\n')
}

const factsOf = ({ page }: ExportedCase): readonly (readonly [string, string])[] => [
  ['Case', page.id],
  ['Severity', page.severity],
  ['Decision', `${page.decision}; CISA ${page.priority.coordinator}`],
  ['BOD 26-04', `${page.priority.directive.deadline} (row ${page.priority.directive.row})`],
  ['Evidence', evidenceWords[page.evidence] ?? page.evidence],
  ['State', `${page.status}; verdict ${page.verdict}`],
  ['Assigned to', page.assignee?.name ?? 'nobody'],
  ['Exploited', page.isExploited ? 'yes' : 'not known to be'],
  ['Public', page.isPublic ? 'yes' : 'not known to be'],
  ['First reported', page.firstReportedAt],
  ['Identifiers', page.aliases.join(', ') || 'none'],
]

type Input = ExportedCase['page']['priority']['inputs'][number]

const inputLine = ({ name, value, from, because }: Input): string =>
  inline(`${name}: ${value} (${from}): ${because}`)

const section = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)]

/** Every character that Markdown or HTML gives a meaning is escaped (CommonMark 2.4). */
const inline = (text: string): string =>
  lineOf(text).replaceAll(/[\\`*_{}[\]()#+!|<>&~^$:@-]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : `\\${sign}`,
  )

const code = (text: string): string => `\`${text.replaceAll('`', '%60')}\``

function reportLines(report: CaseReport, at: number, mark: Marker): string[] {
  const { details, proofs = [], locations = [] } = findingOf(report.finding)
  const places = locations
    .slice(0, 20)
    .map(({ file, line }) => inline(line === undefined ? file : `${file}:${line}`))
  return [
    '',
    `## Report ${at + 1}: ${inline(report.title)}`,
    '',
    `- ${inline(`${report.finders.join(', ')} (${report.organisation}), ${report.receivedAt}`)}`,
    `- ${inline(`${report.format}, ${report.document} ${report.at}`)}`,
    ...places.map((place) => `- at ${place}`),
    ...(details === undefined ? [] : ['', ...fenced(mark.prose(proseOf(details)))]),
    ...proofs.flatMap(({ text }) => ['', 'Proof:', '', ...fenced(proseOf(text))]),
  ]
}

/** A block whose fence is longer than any in the text (CommonMark 4.5). */
function fenced(prose: string): string[] {
  const longest = Math.max(2, ...[...prose.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...prose.split('\n'), fence]
}

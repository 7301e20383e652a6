import { oneLine } from '#platform/terminal/visible.ts'
import type { Triage, TriagedCase } from './triage.ts'

type Field = {
  readonly name: string
  readonly of: (found: TriagedCase) => string | number | boolean | undefined
}

const listed = (texts: readonly string[]): string => texts.join('; ')

/**
 * The columns, in their order. Several values in one field are apart by a semicolon and a space.
 * `yes` and `no` are facts; an empty field is something that is not known.
 */
const fields: readonly Field[] = [
  { name: 'rank', of: ({ rank }) => rank },
  { name: 'case', of: ({ id }) => id },
  { name: 'title', of: ({ title }) => title },
  // SSVC deployer outcome, then CISA's coordinator outcome, then BOD 26-04.
  { name: 'decision', of: ({ decision }) => decision.deployer },
  { name: 'cisa', of: ({ decision }) => decision.coordinator },
  { name: 'bod_26_04_deadline', of: ({ decision }) => decision.directive.deadline },
  { name: 'bod_26_04_row', of: ({ decision }) => decision.directive.row },
  { name: 'severity', of: ({ severity }) => severity },
  // E0 claim, E1 code located, E2 artifacts attached.
  { name: 'evidence', of: ({ evidence }) => evidence },
  { name: 'exploited', of: ({ known }) => known.isExploited },
  { name: 'public', of: ({ known }) => known.isPublic },
  // Probability of exploitation in 30 days, 0 to 1.
  { name: 'epss', of: ({ known }) => known.epss },
  // The component of the inventory that the case touches.
  { name: 'inventory', of: ({ inventory }) => inventory?.component },
  { name: 'components', of: ({ components }) => listed(components.map(componentText)) },
  { name: 'places', of: (found) => listed(placesOf(found)) },
  { name: 'cwe', of: ({ cwe }) => listed(cwe.map(({ id }) => `CWE-${id}`)) },
  { name: 'aliases', of: ({ aliases }) => listed(aliases) },
  { name: 'reports', of: ({ reports }) => reports.length },
  { name: 'finders', of: ({ finders }) => listed(finders.map(({ name }) => name)) },
  { name: 'files', of: ({ reports }) => listed(distinct(reports.map(({ file }) => file))) },
  { name: 'report_ids', of: ({ reports }) => listed(reports.map(({ id }) => id)) },
  { name: 'above_next', of: ({ decision }) => decision.aboveNext },
]

/**
 * One row a case, most urgent first, after a row of names (RFC 4180; UTF-8 without a mark). A text
 * that a spreadsheet would run as a formula gets an apostrophe in front; line ends and characters
 * that cannot be seen are written out, so that every row is one line.
 */
export function renderCsv(triage: Triage): string {
  const rows = triage.cases.map((found) => fields.map(({ of }) => cell(of(found))))
  return [fields.map(({ name }) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function cell(value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  const text = harmless(oneLine(value))
  return /[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What begins a formula in Excel, LibreOffice and Google Sheets; full-width forms count too. */
const harmless = (text: string): string => (/^[=+\-@|%＝＋－＠]/.test(text) ? `'${text}` : text)

const componentText = ({ name, version }: TriagedCase['components'][number]): string =>
  version ? `${name} ${version}` : name

/** Where the flaw itself is, in the code of any report. */
function placesOf({ reports }: TriagedCase): string[] {
  const places = reports.flatMap(({ finding }) =>
    (finding.locations ?? [])
      .filter(({ role }) => role === undefined)
      .map(({ file, line }) => (line === undefined ? file : `${file}:${line}`)),
  )
  return distinct(places)
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

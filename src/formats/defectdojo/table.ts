import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import { type CsvRecord, recordsOf } from '#formats/csv/record.ts'
import type { Table } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { namesOf } from '#formats/scanner/dependency.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { vectorsIn } from '#formats/scanner/vector.ts'
import { isoDate, standingOf } from './state.ts'

/** One finding a row, also where rows differ in their address only, as the importer reads them. */
export const tableFindings = (table: Table): Finding[] => recordsOf(table).map(findingOf)

function findingOf(row: CsvRecord): Finding {
  const description = row.cell('Description')
  const vectors = vectorsIn([row.cell('CVSSV4'), row.cell('CVSSV3')])
  const version = row.cell('fix_version')
  return present<Finding>({
    at: { line: row.line },
    title: oneLine(row.cell('Title') ?? titleFrom(description) ?? 'Untitled finding'),
    details: paragraphs([description, labelled('Impact', row.cell('Impact'))]),
    severity: severityOf(row.cell('Severity')),
    cvss: vectors,
    score: vectors.length === 0 ? numberOf(row, ['CVSSV4_score', 'CVSSV3_score'], 10) : undefined,
    cwe: cweNumbers(
      [row.cell('CweId'), row.cell('CweIds')].flatMap((list) => list?.split(/[\s,;]+/) ?? []),
    ),
    ...namesOf(row.cell('CVE'), row.cell('Vulnerability Id')?.split(/[\s,;]+/) ?? []),
    endpoints: distinct([row.cell('Url')]),
    references: linksIn(row.cell('References')),
    fix: paragraphs([
      row.cell('Mitigation'),
      version === undefined ? undefined : `Upgrade to ${version}`,
    ]),
    published: isoDate(row.cell('Date')),
    standing: standingOf({
      isFalsePositive: truth(row.cell('FalsePositive')),
      isRiskAccepted: truth(row.cell('RiskAccepted')),
      isMitigated: truth(row.cell('IsMitigated')),
      isOutOfScope: truth(row.cell('OutOfScope')),
      isDuplicate: truth(row.cell('Duplicate')),
      isActive: truth(row.cell('Active')),
    }),
    epss: numberOf(row, ['epss_score'], 1),
    exploited: truth(row.cell('known_exploited')) ? true : undefined,
    original: row.original,
  })
}

const labelled = (label: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${label}: ${text}`

/** The importer takes whatever begins with a t for true. */
function truth(cell: string | undefined): boolean | undefined {
  if (cell === undefined) return undefined
  return /^(t|yes|1$)/i.test(cell)
}

/** The first number above zero and up to `max`. */
function numberOf(row: CsvRecord, names: readonly string[], max: number): number | undefined {
  const values = names.map((name) => Number(row.cell(name) ?? Number.NaN))
  return values.find((value) => value > 0 && value <= max)
}

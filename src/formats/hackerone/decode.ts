import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { recordsOf } from '#formats/csv/record.ts'
import type { Decoded, Decoder, Problem, Table } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, Reader } from '#formats/json/reader.ts'
import { type Report, saidBy } from './report.ts'
import { apiReport, flatReport } from './shape.ts'

/** Reports of bug bounty and disclosure programmes, as HackerOne hands them out. */
export const hackeroneDecoder: Decoder = {
  name: 'hackerone',
  title: 'HackerOne reports (API, disclosed reports, CSV and JSON export)',
  source: 'HackerOne API v1 report objects (customer reference), exports in DefectDojo test scans',
  recognise: (material) =>
    material.kind === 'table' ? judgeTable(material.table) : recogniseDocuments(material, judge),
  decode: (material) =>
    material.kind === 'table' ? decodeTable(material.table) : decodeDocuments(material, decodeOne),
}

const isText = (value: unknown): boolean => typeof value === 'string'

/** A report object of the API (JSON:API resource). */
const isResource = (value: unknown): boolean =>
  isObject(value) && value['type'] === 'report' && isObject(value['attributes'])

/** One row of an export, or a disclosed report as its page serves it. */
const isFlat = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['title']) &&
  isText(value['substate']) &&
  (value['severity_rating'] !== undefined || value['vulnerability_information'] !== undefined)

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { data, findings } = document
  const first = isArray(data) ? data[0] : data
  const row = isArray(findings) ? findings[0] : undefined
  return [document, first].some(isResource) || [document, row].some(isFlat) ? 3 : 0
}

/** Columns of the export that no other table has together. */
const columns = ['title', 'substate', 'severity_rating', 'reported_at', 'weakness']

function judgeTable({ header }: Table): 0 | 3 {
  const names = new Set(header.map((name) => name.trim().toLowerCase()))
  return columns.every((name) => names.has(name)) ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const findings = itemsOf(document).flatMap((item) => {
    const isApi = isResource(item.value)
    return findingOf(item, isApi ? apiReport(item) : flatReport(item)) ?? []
  })
  return { findings }
}

function itemsOf(document: Reader): Reader[] {
  for (const key of ['data', 'findings']) {
    if (!document.has(key)) continue
    return isArray(document.raw(key)) ? document.objects(key) : [document.object(key)]
  }
  return [document]
}

function findingOf(item: Reader, report: Report): Finding | undefined {
  const said = saidBy(report)
  if (said) return { at: { pointer: item.pointer }, ...said, original: item.value }
  const why = 'a report with neither title nor text'
  item.problem({ code: 'missing-field', why, lost: true })
  return undefined
}

/** A row is read like the JSON export, whose members are the columns. */
function decodeTable(table: Table): Decoded {
  const problems: Problem[] = []
  const findings = recordsOf(table).flatMap(({ line, original }): Finding[] => {
    const heard: Problem[] = []
    const row = new Reader(original, '', heard)
    const found = findingOf(row, flatReport(row))
    for (const { pointer: _, ...problem } of heard) problems.push({ ...problem, line })
    return found ? [{ ...found, at: { line } }] : []
  })
  return { findings, components: [], problems }
}

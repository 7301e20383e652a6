import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { columnsIn } from '#formats/csv/record.ts'
import type { Decoder, Table } from '#formats/finding/decoder.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { findingOf } from './entry.ts'
import { tableFindings } from './table.ts'

/**
 * What goes into DefectDojo through its generic importer, as JSON or CSV, and what its API gives
 * back. Findings that DefectDojo holds for false, accepted or mended keep that standing.
 */
export const defectdojoDecoder: Decoder = {
  name: 'defectdojo',
  title: 'DefectDojo generic findings (JSON, CSV) and API export',
  source: 'the fields of the generic parsers of DefectDojo 2, their tests, and its OpenAPI schema',
  recognise: (material) =>
    material.kind === 'table' ? judgeTable(material.table) : recogniseDocuments(material, judge),
  decode: (material) =>
    material.kind === 'table'
      ? { findings: tableFindings(material.table), components: [], problems: [] }
      : decodeDocuments(material, decodeOne),
}

const required = ['title', 'severity', 'description']
/** Members that the importer knows and that hardly any other format calls so. */
const telling = [
  ...['active', 'verified', 'false_p', 'risk_accepted', 'out_of_scope', 'is_mitigated'],
  ...['mitigation', 'impact', 'steps_to_reproduce', 'severity_justification', 'cvssv3', 'cvssv4'],
  ...['static_finding', 'dynamic_finding', 'unique_id_from_tool', 'vuln_id_from_tool'],
  ...['component_name', 'component_version', 'epss_score', 'known_exploited', 'fix_available'],
  ...['nb_occurences', 'cvssv3_score', 'sast_source_object', 'numerical_severity', 'file_path'],
]
/** The other members that the importer takes; it refuses a file with any further one. */
const allowed = new Set([
  ...[...required, ...telling, 'date', 'cwe', 'cwes', 'cve', 'vulnerability_ids', 'line'],
  ...['references', 'endpoints', 'tags', 'files', 'param', 'payload', 'service', 'mitigated'],
  ...['cvssv4_score', 'epss_percentile', 'thread_id', 'under_review', 'scanner_confidence'],
  ...['sast_sink_object', 'sast_source_line', 'sast_source_file_path', 'publish_date'],
  ...['planned_remediation_date', 'planned_remediation_version', 'effort_for_fixing'],
  ...['kev_date', 'ransomware_used', 'fix_version'],
])
/** Members of a finding in an answer of the API. */
const served = ['numerical_severity', 'found_by', 'hash_code', 'test', 'reporter', 'false_p']

const count = (value: JsonObject, names: readonly string[]): number =>
  names.filter((name) => Object.hasOwn(value, name)).length

function judge({ findings, results }: JsonObject): 0 | 1 | 2 | 3 {
  const [first] = isArray(findings) ? findings : []
  if (isObject(first)) return judgeEntry(first)
  const [answer] = isArray(results) ? results : []
  if (!isObject(answer) || count(answer, ['title', 'severity']) < 2) return 0
  return count(answer, served) >= 4 ? 3 : 0
}

function judgeEntry(entry: JsonObject): 0 | 1 | 2 | 3 {
  if (count(entry, required) < 3) return 0
  const isPure = Object.keys(entry).every((name) => allowed.has(name))
  const tells = count(entry, telling)
  if (tells >= 3 || (tells > 0 && isPure)) return 3
  return isPure ? 2 : 1
}

function judgeTable(table: Table): 0 | 1 | 2 | 3 {
  if (columnsIn(table, required) < 3) return 0
  const telling = ['CweId', 'Url', 'FalsePositive', 'Mitigation', 'IsMitigated', 'Duplicate']
  const tells = columnsIn(table, [...telling, 'Active', 'Verified', 'Vulnerability Id'])
  if (tells >= 2 && columnsIn(table, ['Date']) === 1) return 3
  return tells >= 2 ? 2 : 1
}

/** The importer's type `X (Generic Findings Import)` names the tool before the bracket. */
function decodeOne(document: Reader): Part {
  const type = document
    .text('type')
    ?.trim()
    .replace(/\(?Generic Findings Import\)?$/, '')
    .trim()
  const name = type || document.text('name')
  const version = document.text('version')
  const tool = name === undefined ? undefined : { name, ...(version ? { version } : {}) }
  const entries = [...document.objects('findings'), ...document.objects('results')]
  return { findings: entries.flatMap((entry) => findingOf(entry, tool) ?? []) }
}

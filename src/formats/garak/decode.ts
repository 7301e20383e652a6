import { decodeDocuments, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import { Run } from './run.ts'

/**
 * The two files of a garak run. In the hit log every row is a finding; in the report every
 * evaluation of a probe by a detector that has hits is one, with the first hits as examples.
 * The report gives no severity and no CWE, and none is made up for it.
 */
export const garakDecoder: Decoder = {
  name: 'garak',
  title: 'garak hit log and report (JSON Lines)',
  source: 'garak evaluators and docs/source/reporting.rst (NVIDIA/garak), and the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => {
    const run = new Run()
    const decoded = decodeDocuments(material, (row) => ({ findings: run.read(row) }))
    const late = run.unevaluated().map((finding) => onItsLine(finding, material))
    return { ...decoded, findings: [...decoded.findings, ...late] }
  },
}

/** Findings of a run that was cut short come last; each stands where its first hit does. */
function onItsLine(finding: Finding, material: Material): Finding {
  if (material.kind !== 'rows') return finding
  const row = material.rows.find(({ value }) => value === finding.original)
  return row === undefined ? finding : { ...finding, at: { ...finding.at, line: row.line } }
}

const hitMembers = ['probe', 'detector', 'generator', 'goal', 'triggers', 'output', 'prompt']

function judge(row: JsonObject): 0 | 1 | 2 | 3 {
  const has = (key: string): boolean => Object.hasOwn(row, key)
  if (has('probe') && has('detector') && has('attempt_id')) {
    return hitMembers.filter(has).length >= 5 ? 3 : 2
  }
  switch (row['entry_type']) {
    case 'start_run setup':
      return 3
    case 'init':
      return has('garak_version') ? 3 : 0
    case 'attempt':
      return has('probe_classname') ? 3 : 0
    case 'eval':
      return has('probe') && has('detector') ? 3 : 0
    default:
      return 0
  }
}

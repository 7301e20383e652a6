import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Location, Standing, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/** Results of gosec: one finding an issue, also those that a comment in the code silences. */
export const gosecDecoder: Decoder = {
  name: 'gosec',
  title: 'gosec JSON (gosec -fmt=json)',
  source: 'issue and report types of securego/gosec, and a report in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ Issues, Stats, GosecVersion }: JsonObject): 0 | 1 | 2 | 3 {
  if (typeof GosecVersion === 'string' && 'found' in Object(Stats)) return 3
  const [first] = isArray(Issues) ? Issues : []
  if (isObject(first)) return 'rule_id' in first && 'details' in first ? 3 : 0
  return isArray(Issues) && isObject(Stats) && 'nosec' in Stats ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const version = document.text('GosecVersion')
  const tool = present<Tool>({ name: 'gosec', version: version === 'dev' ? undefined : version })
  for (const [file, errors] of document.entries('Golang errors')) {
    const why = `the scan could not read ${oneLine(file).slice(0, 200)}`
    errors.problem({ code: 'not-readable', why })
  }
  return { findings: document.objects('Issues').flatMap((issue) => findingOf(issue, tool) ?? []) }
}

function findingOf(issue: Reader, tool: Tool): Finding | undefined {
  if (saysNothing(issue, ['rule_id', 'details'])) return undefined
  const details = issue.text('details')
  const id = issue.text('rule_id')
  const weakness = issue.object('cwe')
  const confidence = issue.text('confidence')
  return present<Finding>({
    at: { pointer: issue.pointer },
    title: titleFrom(details) ?? oneLine(id ?? 'Unnamed issue'),
    details: paragraphs([details, confidence && `Confidence: ${confidence.toLowerCase()}`]),
    tool,
    rule: id === undefined ? undefined : { id },
    severity: severityOf(issue.text('severity')),
    cwe: cweNumbers(distinct([weakness.textish('id'), weakness.textish('ID')])),
    locations: placesOf(issue),
    fix: issue.text('autofix'),
    standing: standingOf(issue),
    original: issue.value,
  })
}

/** `line` is one line, or the first and last with a dash between. */
function placesOf(issue: Reader): Location[] {
  const file = issue.text('file')
  if (file === undefined) return []
  const [, line, end] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(issue.textish('line') ?? '') ?? []
  return [
    present<Location>({
      file: slashed(file),
      line: Number(line) || undefined,
      endLine: Number(end) || undefined,
      snippet: issue.text('code'),
    }),
  ]
}

function standingOf(issue: Reader): Standing | undefined {
  const reasons = issue.objects('suppressions')
  if (reasons.length === 0 && issue.raw('nosec') !== true) return undefined
  const why = distinct(reasons.map((one) => one.text('justification'))).join('; ')
  return { is: 'suppressed', why: why || 'silenced by a comment in the code' }
}

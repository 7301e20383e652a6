import { outlineOf } from '#formats/json/outline.ts'
import { isObject } from '#formats/json/reader.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type IntakeProblem, malformedJson, validationProblem } from './intake-problem.ts'
import { repeatedKey } from './repeated-key.ts'
import { type SentReport, shapeReport, type Way } from './sent-report.ts'

/** Deeper than this nothing is parsed: only an enrichment nests at all, and it takes 8. */
const depthMax = 256

/** So many faults are told at once; the rest come when those are mended. */
const faultsToldMax = 20

/**
 * Exactly one JSON report in UTF-8, without a byte order mark, with every field of the right type
 * and none that the contract does not have. An unknown field is `malformed-json` like a field of
 * the wrong type: both mean that the client speaks of another report than we do, and the codes of
 * the validation have none for it.
 */
export function readReportJson(bytes: Uint8Array, way: Way): Result<SentReport, IntakeProblem> {
  const refuse = (detail: string) => no(malformedJson(detail))
  const text = decoded(bytes)
  if (text === null) return refuse('The report is not UTF-8.')
  if (outlineOf(text, 0, depthMax).depth > depthMax) {
    const reason = `the report nests more than ${depthMax} deep`
    return no(validationProblem([{ code: 'structure_too_deep', field: 'enrichment', reason }]))
  }
  const parsed = parse(text)
  if (!parsed.ok) return refuse(parsed.refusal)
  if (!isObject(parsed.value)) return refuse('The report must be a JSON object.')
  const repeated = repeatedKey(text)
  if (repeated !== null) return refuse(`The key \`${repeated}\` stands there more than once.`)
  const { report, faults } = shapeReport(parsed.value, way)
  if (faults.length === 0) return yes(report)
  const told = faults.slice(0, faultsToldMax).join('; ')
  const left = faults.length - faultsToldMax
  return refuse(left > 0 ? `${told}; and ${left} more.` : `${told}.`)
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Messages of the parser quote the text, which may be an exploit: only the place is told. */
function parse(text: string): Result<unknown, string> {
  try {
    const value: unknown = JSON.parse(text)
    return yes(value)
  } catch (error) {
    if (text.trim() === '') return no('The report is empty.')
    const at = error instanceof Error ? / at position (\d+)/.exec(error.message)?.[1] : undefined
    return no(`The report is not exactly one JSON document${at ? ` (near character ${at})` : ''}.`)
  }
}

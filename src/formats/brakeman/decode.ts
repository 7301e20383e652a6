import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Location, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { lineOf, slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/**
 * Warnings of Brakeman, ignored ones with their note. Brakeman tells how sure it is and not how
 * bad a flaw would be, so the findings have no severity.
 */
export const brakemanDecoder: Decoder = {
  name: 'brakeman',
  title: 'Brakeman JSON (brakeman -f json)',
  source: 'reports of presidentbeef/brakeman 4 to 7, and those in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ scan_info, warnings }: JsonObject): 0 | 1 | 2 | 3 {
  if (!isObject(scan_info) || !isArray(warnings)) return 0
  return 'brakeman_version' in scan_info ? 3 : 0
}

function decodeOne(document: Reader): Part {
  const version = document.object('scan_info').text('brakeman_version')
  const tool = present<Tool>({ name: 'brakeman', version })
  for (const error of document.objects('errors')) {
    const told = titleFrom(error.text('error')) ?? 'an error'
    error.problem({ code: 'not-readable', why: `the scan reports: ${told}` })
  }
  const ignored = document.objects('ignored_warnings')
  return {
    findings: [
      ...document.objects('warnings').flatMap((one) => findingOf(one, tool) ?? []),
      ...ignored.flatMap((one): Finding[] => {
        const found = findingOf(one, tool)
        const why = one.text('note') ?? 'ignored in the configuration'
        return found === undefined ? [] : [{ ...found, standing: { is: 'suppressed', why } }]
      }),
    ],
  }
}

function findingOf(warning: Reader, tool: Tool): Finding | undefined {
  if (saysNothing(warning, ['message', 'warning_type'])) return undefined
  const message = warning.text('message')
  const type = warning.text('warning_type')
  const check = warning.text('check_name') ?? type ?? 'unnamed check'
  const confidence = warning.text('confidence')
  const input = warning.text('user_input')
  const fingerprint = warning.text('fingerprint')
  const weaknesses = warning.raw('cwe_id')
  return present<Finding>({
    at: { pointer: warning.pointer },
    title: titleFrom(message) ?? oneLine(type ?? check),
    details: paragraphs([
      message,
      input === undefined ? undefined : `User input: ${input}`,
      confidence === undefined ? undefined : `Confidence: ${confidence.toLowerCase()}`,
    ]),
    tool,
    rule: present<NonNullable<Finding['rule']>>({ id: check, name: type && oneLine(type) }),
    cwe: cweNumbers(isArray(weaknesses) ? weaknesses.filter((one) => typeof one === 'number') : []),
    aliases: publicIds(message?.match(/\bCVE-\d{4}-\d{4,7}\b/g) ?? []),
    locations: placesOf(warning),
    references: distinct([warning.text('link')]),
    fingerprints: fingerprint === undefined ? undefined : { brakeman: fingerprint },
    original: warning.value,
  })
}

/** Where the flaw is, then the way from the controller to the template that shows it. */
function placesOf(warning: Reader): Location[] {
  const file = warning.text('file')
  const place = warning.object('location')
  const steps = warning.objects('render_path').flatMap((step): Location[] => {
    const path = step.text('file')
    if (path === undefined) return []
    const method = [step.text('class'), step.text('method')].filter((one) => one !== undefined)
    return [
      present<Location>({
        file: slashed(path),
        line: lineOf(step, 'line'),
        function: method.join('#') || undefined,
        role: 'flow',
      }),
    ]
  })
  if (file === undefined) return steps
  const names = [place.text('class'), place.text('method')].filter((one) => one !== undefined)
  return [
    present<Location>({
      file: slashed(file),
      line: lineOf(warning, 'line'),
      function: names.join('#') || undefined,
      snippet: warning.text('code'),
    }),
    ...steps,
  ]
}

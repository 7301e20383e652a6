import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Proof, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'

/**
 * Results of a promptfoo evaluation or red team run: one finding for each test that failed. A
 * test that passed is none, and one that could not be run is a remark.
 */
export const promptfooDecoder: Decoder = {
  name: 'promptfoo',
  title: 'promptfoo results JSON (promptfoo eval -o, redteam run -o)',
  source: 'EvaluateSummary of promptfoo, versions 2 and 3, and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { results, metadata, stats, config } = document
  const inner = isObject(results) ? results : document
  const list = inner['results']
  if (!isArray(list)) return 0
  if (isObject(metadata) && typeof metadata['promptfooVersion'] === 'string') return 3
  const [first] = list
  const isTest =
    isObject(first) && 'success' in first && ('gradingResult' in first || 'vars' in first)
  if (isTest) return 'prompt' in first || 'provider' in first ? 3 : 2
  const isEmpty = list.length === 0
  return isEmpty && isObject(results) && isObject(inner['stats'] ?? stats) && isObject(config)
    ? 2
    : 0
}

function decodeOne(document: Reader): Part {
  const outer = document.object('metadata')
  const version = outer.text('promptfooVersion')
  const tool = present<Tool>({ name: 'promptfoo', version })
  const inner = isArray(document.raw('results')) ? document : document.object('results')
  const link = document.text('shareableUrl')
  const findings = inner.objects('results').flatMap((result) => {
    if (result.raw('success') !== false) return []
    if (couldNotRun(result)) {
      const reason = titleFrom(result.text('error')) ?? 'no reason given'
      const why = `the test could not be run: ${reason}`
      result.problem({ code: 'not-readable', why })
      return []
    }
    return [findingOf(result, tool, link)]
  })
  return { spec: inner.textish('version'), findings }
}

/** `failureReason` is 2 for errors; before it came, errors had no grading. */
function couldNotRun(result: Reader): boolean {
  const reason = result.raw('failureReason')
  if (typeof reason === 'number') return reason === 2
  return result.has('error') && !result.has('gradingResult')
}

function findingOf(result: Reader, tool: Tool, link: string | undefined): Finding {
  const about = new Map(
    ['pluginId', 'harmCategory', 'severity', 'goal', 'strategyId'].map((key) => [
      key,
      result.object('metadata').text(key) ?? result.object('testCase').object('metadata').text(key),
    ]),
  )
  const grading = result.object('gradingResult')
  const failed = grading.objects('componentResults').filter((one) => one.raw('pass') === false)
  const check = failed.map(checkOf).find((one) => one !== undefined)
  const reason = grading.text('reason') ?? result.text('error')
  const plugin = about.get('pluginId')
  const category = about.get('harmCategory')
  const what = category ?? plugin ?? (check === undefined ? 'Failed test' : `Failed check ${check}`)
  const told = titleFrom(reason)
  return present<Finding>({
    at: { pointer: result.pointer },
    title: oneLine(told === undefined ? what : `${what}: ${told}`),
    details: paragraphs([
      about.get('goal'),
      ...distinct([reason, ...failed.map((one) => one.text('reason'))]),
      labelled('Strategy', about.get('strategyId')),
    ]),
    tool,
    nativeId: result.text('id'),
    rule: ruleOf(plugin ?? check, category),
    severity: severityOf(about.get('severity')),
    components: targetOf(result),
    proofs: [...promptOf(result), ...outputOf(result.object('response'))],
    references: distinct([link]),
    original: result.value,
  })
}

const labelled = (label: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${label}: ${text}`

/** The metric or, without one, the kind of an assertion. */
function checkOf(component: Reader): string | undefined {
  const assertion = component.object('assertion')
  return assertion.text('metric') ?? assertion.text('type')
}

function ruleOf(id: string | undefined, name: string | undefined): Finding['rule'] {
  if (id === undefined) return undefined
  return name === undefined ? { id } : { id, name: oneLine(name) }
}

/** What was tested: its label, else the address or model. */
function targetOf(result: Reader): Component[] {
  const provider = result.raw('provider')
  const name =
    typeof provider === 'string'
      ? result.text('provider')
      : (result.object('provider').text('label') ?? result.object('provider').text('id'))
  return name === undefined ? [] : [{ name }]
}

/** The prompt as it was sent; without it, the variables that were put into it. */
function promptOf(result: Reader): Proof[] {
  const prompt = result.raw('prompt')
  const raw = typeof prompt === 'string' ? prompt : result.object('prompt').text('raw')
  if (raw !== undefined && raw.trim() !== '') return [{ language: 'prompt', text: clipped(raw) }]
  const variables = result.raw('vars')
  if (!isObject(variables) || Object.keys(variables).length === 0) return []
  return [{ language: 'json', text: clipped(JSON.stringify(variables, null, 1)) }]
}

function outputOf(response: Reader): Proof[] {
  const output = response.raw('output')
  if (output === undefined) return []
  const text = typeof output === 'string' ? output : JSON.stringify(output, null, 1)
  return text.trim() === '' ? [] : [{ language: 'output', text: clipped(text) }]
}

/** Characters of a prompt or an output that are shown; the whole is in the original. */
const messageCharsMax = 20_000

const clipped = (text: string): string =>
  text.length > messageCharsMax ? `${text.slice(0, messageCharsMax)}\n[cut]` : text

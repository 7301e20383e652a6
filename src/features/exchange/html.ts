import { createHash } from 'node:crypto'
import { pack, Slice } from './pack.ts'
import { asidesOf, type Omission, type PageHead, rowsOf } from './page/document.ts'
import { clip } from './page/visible.ts'
import bundle from './page.generated.json' with { type: 'json' }
import type { Suggestion, Triage, TriagedReport } from './triage.ts'
import { countSentence } from './words.ts'

type Options = {
  /** The page leaves out original records, then the ends of long texts, to stay below this. */
  readonly charactersMax?: number
  /** Cases with more reports than this together are left to the other outputs. */
  readonly reportsMax?: number
}

/** Well below the longest text of the runtime (2^29 - 24), and what a browser still opens. */
const charactersMaxDefault = 150_000_000
/** What is kept of a long text when whole texts would make the page too large. */
const textCharactersMax = 2_000
/** No one reads further on a page. */
const reportsMaxDefault = 100_000

/**
 * One page that holds the whole triage and needs nothing else: no network, no server. The script
 * and the style are the only things a browser may run or apply, by their digests; everything that
 * comes from a report is embedded as JSON and becomes text nodes only.
 */
export function renderHtml(triage: Triage, options: Options = {}): string {
  const script = bundle.script.join('\n')
  const style = bundle.style.join('\n')
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">',
    `<title>Parley triage</title>\n<style>${style}</style>\n</head>\n<body>\n<div id="page">`,
    '<p>Opening. If this stays, the file is incomplete: get it again.</p>',
    `<noscript><p>${countSentence(triage.counts)} This page needs JavaScript to show them; it asks`,
    'no network. The JSON, CSV and SARIF outputs hold the same.</p></noscript></div>',
    `<script type="application/json" id="triage">${embedded(triage, options)}</script>`,
    `<script>${script}</script>\n</body>\n</html>\n`,
  ].join('\n')
}

/** CSP level 3: nothing is allowed that is not named; the icon is an empty `data:` address. */
function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

const digestOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text).digest('base64')}`

/** The smallest omission that makes the page small enough. */
function embedded(triage: Triage, options: Options): string {
  const { charactersMax = charactersMaxDefault, reportsMax = reportsMaxDefault } = options
  const steps: readonly (readonly Omission[])[] = [[], ['originals'], ['originals', 'long-texts']]
  const kept = keepFew(triage, reportsMax)
  const always: readonly Omission[] = kept.cases.length < triage.cases.length ? ['later-cases'] : []
  for (const step of steps) {
    const parts = partsOf(kept, [...always, ...step])
    const size = parts.reduce((sum, part) => sum + part.length, 0)
    if (size <= charactersMax || step === steps.at(-1)) return inScript(parts.join(''))
  }
  return ''
}

/** The first cases, with at most so many reports, and the suggestions among them. */
function keepFew(triage: Triage, reportsMax: number): Triage {
  let reports = 0
  const end = triage.cases.findIndex((found) => {
    reports += found.reports.length
    return reports > reportsMax
  })
  if (end < 0) return triage
  const cases = triage.cases.slice(0, end)
  const ids = new Set(cases.map(({ id }) => id))
  const isAmong = ({ cases: [left, right] }: Suggestion): boolean => ids.has(left) && ids.has(right)
  return { ...triage, cases, suggestions: triage.suggestions.filter(isAmong) }
}

/** What would end the element, or a line where JSON is read as a script, is written as escapes. */
const inScript = (json: string): string =>
  json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

function partsOf(triage: Triage, without: readonly Omission[]): string[] {
  const report = (found: TriagedReport): object => lightened(found, without)
  const cases = triage.cases.map((found) => ({ ...found, reports: found.reports.map(report) }))
  const setAside = triage.setAside.map(({ report: found, why }) => ({ report: report(found), why }))
  const isCut = without.includes('long-texts')
  const head: PageHead = {
    parley: triage.parley,
    counts: triage.counts,
    without,
    rows: rowsOf(triage),
    asides: asidesOf(triage),
  }
  const roots = [head, triage.suggestions, triage.files, ...cases, ...setAside]
  const { shapes, table, roots: written } = pack(isCut ? roots.map(cut) : roots)
  const [headJson = '', suggestions = '', files = '', ...rest] = written
  return [
    `{"head":${headJson},\n"suggestions":${suggestions},\n"files":${files},\n"cases":[`,
    ...listed(rest.slice(0, cases.length)),
    '],\n"setAside":[',
    ...listed(rest.slice(cases.length)),
    `],\n"shapes":${shapes},\n"table":[`,
    ...listed(table),
    ']}',
  ]
}

const listed = (items: readonly string[]): string[] =>
  items.map((item, at) => (at === 0 ? item : `,\n${item}`))

/** The report as the page embeds it: each text once, and without what is left out. */
function lightened(report: TriagedReport, without: readonly Omission[]): object {
  const { original, ...finding } = report.finding
  if (without.includes('originals')) return { ...report, finding }
  const texts = textsIn(original)
  const quote = (text: string): unknown => sliceOf(text, texts) ?? text
  const { details, fix, proofs } = finding
  return {
    ...report,
    finding: {
      ...finding,
      details: details === undefined ? undefined : quote(details),
      fix: fix === undefined ? undefined : quote(fix),
      proofs: proofs?.map((proof) => ({ ...proof, text: quote(proof.text) })),
      original,
    },
  }
}

/** A shorter part of a text is not worth a reference. */
const sliceMin = 40

/** Where an original record quotes a text of the finding as a part of a longer one. */
function sliceOf(text: string, within: readonly string[]): Slice | null {
  if (text.length < sliceMin) return null
  for (const whole of within) {
    const start = whole.length > text.length ? whole.indexOf(text) : -1
    if (start >= 0) return new Slice(whole, start, text.length)
  }
  return null
}

/** The longer texts of a record, the first few that are found. */
function textsIn(original: unknown): string[] {
  const texts: string[] = []
  const pending = [original]
  for (let looked = 0; looked < 300 && texts.length < 8; looked++) {
    const value = pending.pop()
    if (typeof value === 'string' && value.length > sliceMin) texts.push(value)
    if (typeof value === 'object' && value !== null) pending.push(...Object.values(value))
    if (pending.length === 0) break
  }
  return texts
}

/** The value with every long text cut, whatever its place. */
function cut(value: unknown): unknown {
  if (typeof value === 'string') return clip(value, textCharactersMax)
  if (Array.isArray(value)) return value.map(cut)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member)]))
}

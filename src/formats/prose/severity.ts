import { severityOf } from '#formats/advisory/severity.ts'
import { parseCvss } from '#formats/cvss/cvss.ts'
import type { Severity } from '#formats/finding/finding.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import type { Field } from './fields.ts'

const raw = String.raw

const severityKeys = new Set([
  ...['severity', 'severity level', 'severity rating', 'risk', 'risk rating', 'risk level'],
  ...['criticality', 'cvss severity', 'rating', 'impact rating', 'overall severity', 'sev'],
  ...['overall risk', 'threat level', 'vulnerability severity', 'severity score', 'cvss rating'],
])

/** The first word of a value that names a severity: `High (7.5)`, `CVSS 9.8 Critical`. */
function severityIn(value: string): Severity | undefined {
  for (const word of value
    .slice(0, 80)
    .match(/[A-Za-z]{3,14}/g)
    ?.slice(0, 4) ?? []) {
    const severity = severityOf(word)
    if (severity) return severity
  }
  return undefined
}

/** The letters with which audit reports number their findings by severity. */
const letters: Readonly<Record<string, Severity>> = {
  c: 'critical',
  crit: 'critical',
  h: 'high',
  m: 'medium',
  med: 'medium',
  l: 'low',
  i: 'info',
  n: 'info',
  nc: 'info',
  qa: 'info',
  g: 'info',
}

const numbered = /^[[(]?(crit|med|nc|qa|[chmlign])[-_ #.]{0,2}(\d{1,3})[\])]?(?=[\s:.)\]-]|$)/i
const worded = patternAnyCase(
  raw`^[[(](critical|high|medium|moderate|low|info|informational)(?: (?:risk`,
  raw`|severity))?[\])]|^(critical|high|medium|low)(?: (?:risk|severity))?\s?[:|-]\s`,
)

/** `M1 chips leak` is no numbered finding; `M1: leak` and `[M1] leak` are. */
const isPlainWord = (title: string, mark: string): boolean =>
  /^[a-z]+\d+$/i.test(mark) && !/^\s?[:.)|–-]/.test(title.slice(mark.length))

export type TitleMark = {
  readonly severity?: Severity
  readonly number?: string
  readonly rest: string
}

/** What stands in front of a finding's title: `[H-01] `, `(High) `, `Critical: `, `M-3: `. */
export function titleMarkOf(title: string): TitleMark {
  const number = numbered.exec(title)
  if (number?.[1] && !isPlainWord(title, number[0])) {
    const severity = letters[number[1].toLowerCase()]
    const rest = title.slice(number[0].length).replace(/^[\s:.)\]|-]+/, '')
    if (severity && rest !== '') {
      return { severity, number: number[0].replace(/[[\]()]/g, '').trim(), rest }
    }
  }
  const word = worded.exec(title)
  const severity = severityOf(word?.[1] ?? word?.[2])
  const rest = word ? title.slice(word[0].length).replace(/^[\s:.|-]+/, '') : title
  return severity && rest !== '' ? { severity, rest } : { rest: title }
}

/** A line that is nothing but a severity, as contest reports have it above their title. */
export function loneSeverity(line: string): Severity | undefined {
  return /^\s*(critical|high|medium|low|informational|info)\s*$/i.test(line)
    ? severityOf(line)
    : undefined
}

/** Severity by label, first label first. Words in running prose count for nothing. */
export function labelledSeverity(fields: readonly Field[]): Severity | undefined {
  for (const { key, value } of fields) {
    if (!severityKeys.has(key)) continue
    const severity = severityIn(value)
    if (severity) return severity
  }
  return undefined
}

const vectors = new RegExp(
  pattern(
    raw`CVSS:[34]\.[01]/[A-Z]{1,3}:[A-Za-z](?:/[A-Z]{1,3}:[A-Za-z]{1,8}){5,40}`,
    raw`|\bAV:[NAL]/AC:[HML]/Au:[MSN](?:/[A-Z]{1,3}:[A-Z]{1,3}){3,12}`,
  ).source,
  'g',
)

/** Valid CVSS vectors of any version as written, each once. */
export const cvssVectorsIn = (text: string): string[] =>
  [...new Set(text.match(vectors) ?? [])].filter((vector) => parseCvss(vector).ok)

const score = patternAnyCase(
  raw`\bCVSS(?:[ -]?v?\d(?:\.\d)?)?(?: base)?(?:[ -]score)?(?: of| is)?[\s:=*|(\x60]{1,6}`,
  raw`(\d{1,2}(?:\.\d)?)(?![\d.]*\d|/|\.\d)`,
)

/** A CVSS score given in words or by a label: `CVSS 9.8`, `CVSS v3.1 base score: 7.5`. */
export function cvssScoreIn(text: string): number | undefined {
  const value = Number(score.exec(text)?.[1] ?? Number.NaN)
  return value >= 0 && value <= 10 ? value : undefined
}

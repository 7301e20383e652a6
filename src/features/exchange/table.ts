import { painter, type Style } from '#platform/terminal/screen.ts'
import { type Cell, type Column, tableLines } from '#platform/terminal/table.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { clip, widthOf } from '#platform/terminal/width.ts'
import type { FileRead, Triage, TriagedCase } from './triage.ts'
import { counted, countSentence, evidenceWords, grouped, outcomeOf } from './words.ts'

export type TableOptions = {
  /** Of the screen, in cells. Below 40 the lines are made for 40. */
  readonly width: number
  readonly colour: boolean
  /** How many cases are listed; the others are counted. All by default. */
  readonly casesMax?: number
}

/** Problems that are told; the others are counted. */
const problemsMax = 5
const widthMin = 40
/** Longer lines are hard to follow with the eye. */
const widthMax = 200
/** A title is measured to at most so many characters: no screen shows more. */
const titleCharactersMax = 400

/** From 40 cells upwards: first what decides the order, then what helps to recognise a case. */
const columns: readonly Column[] = [
  { title: '#', align: 'right', widthMin: 1 },
  { title: 'Decision', widthMin: 12 },
  { title: 'Severity', widthMin: 8, screenMin: 56 },
  { title: 'Title', widthMin: 12 },
  { title: 'Where', widthMin: 12, widthMax: 44, screenMin: 110 },
  { title: 'Evidence', widthMin: 9, screenMin: 76 },
  { title: 'Known', widthMin: 9, screenMin: 90 },
  { title: 'Reports', widthMin: 7, screenMin: 66 },
]

/**
 * The ranked cases as lines for a terminal, most urgent first, and below them what was read, what
 * waits for a person and what went wrong. No text of a report can act on the terminal.
 */
export function renderTable(triage: Triage, options: TableOptions): string {
  const { colour, casesMax = Number.POSITIVE_INFINITY } = options
  const width = Math.min(Math.max(options.width, widthMin), widthMax)
  const paint = painter({ hasColour: colour })
  const listed = triage.cases.slice(0, casesMax)
  const table = listed.length > 0 ? tableLines(columns, listed.map(rowOf), { width, paint }) : []
  const more = triage.cases.length - listed.length
  const summary = summaryOf(triage).flatMap((sentence) => wrap(sentence, width))
  const lines = [
    ...table,
    ...(more > 0 ? [`… and ${counted(more, 'more case')}`] : []),
    ...(table.length > 0 ? [''] : []),
    ...summary,
    ...problemLines(triage, width),
  ]
  return `${lines.join('\n')}\n`
}

const outcomeStyles: readonly (Style | undefined)[] = ['dim', undefined, 'yellow', 'red']
const severityStyles: Readonly<Partial<Record<string, Style>>> = {
  critical: 'red',
  high: 'yellow',
  low: 'dim',
  info: 'dim',
  unknown: 'dim',
}

const styled = (text: string, style: Style | undefined): Cell =>
  style === undefined ? text : { text, style }

function rowOf(found: TriagedCase): readonly Cell[] {
  const { word, level } = outcomeOf(found.decision.deployer)
  return [
    String(found.rank),
    styled(word, outcomeStyles[level]),
    styled(found.severity, severityStyles[found.severity]),
    oneLine(found.title.slice(0, titleCharactersMax)) || 'Untitled',
    whereOf(found).slice(0, titleCharactersMax),
    evidenceWords[found.evidence].short,
    styled(knownOf(found), found.known.isExploited ? 'red' : undefined),
    reportsOf(found),
  ]
}

/** The component, or else the place in the code. */
function whereOf({ components, reports }: TriagedCase): string {
  const [component] = components
  if (component) return [component.name, component.version].filter(Boolean).join(' ')
  const location = reports[0]?.finding.locations?.[0]
  if (!location) return ''
  return location.line === undefined ? location.file : `${location.file}:${location.line}`
}

const knownOf = ({ known, inventory }: TriagedCase): string =>
  [known.isExploited ? 'exploited' : known.isPublic ? 'public' : '', inventory ? 'yours' : '']
    .filter(Boolean)
    .join(', ')

function reportsOf({ reports, finders }: TriagedCase): string {
  if (reports.length === 1) return finders.length > 1 ? `1 by ${finders.length}` : '1'
  return `${reports.length} by ${finders.length}`
}

function summaryOf(triage: Triage): string[] {
  const { counts } = triage
  const { suggestions, setAside } = counts
  return [
    countSentence(counts),
    ...(suggestions > 0
      ? [`${counted(suggestions, 'pair')} may be one vulnerability: a person decides.`]
      : []),
    ...(setAside > 0
      ? [`${counted(setAside, 'report')} set aside: known already, or taken back by the document.`]
      : []),
  ]
}

type Problem = FileRead['problems'][number]

/**
 * Each kind of problem once, those that cost something of the input first. What to do about them
 * is told while reading.
 */
function problemLines({ files, counts }: Triage, width: number): string[] {
  if (counts.problems === 0) return []
  const kinds = new Map<string, { file: FileRead; problem: Problem; count: number }>()
  for (const file of files) {
    for (const problem of file.problems) {
      const key = JSON.stringify([problem.code, problem.why, problem.lost])
      const kind = kinds.get(key)
      if (kind) kind.count++
      else kinds.set(key, { file, problem, count: 1 })
    }
  }
  const ranked = [...kinds.values()].sort((a, b) => Number(b.problem.lost) - Number(a.problem.lost))
  const told = ranked.slice(0, problemsMax)
  const rest = counts.problems - told.reduce((sum, { count }) => sum + count, 0)
  return [
    ...wrap(`${counted(counts.problems, 'problem')} while reading; all else was kept.`, width),
    ...told.flatMap((kind) => indent(wrap(problemWords(kind), width - 2))),
    ...(rest > 0 ? [`  … and ${grouped(rest)} more`] : []),
  ]
}

function problemWords(kind: { file: FileRead; problem: Problem; count: number }): string {
  const { file, problem, count } = kind
  const place = problem.at ? `${file.name}, ${problem.at}` : file.name
  const others = count > 1 ? ` (and ${counted(count - 1, 'more place')})` : ''
  return `${place}${others}: ${problem.why}.`
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

/** Problems may quote a document: what is longer than this says no more. */
const sentenceCharactersMax = 600

/** Breaks a sentence between words; a word that is longer than a line is cut. */
function wrap(sentence: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of oneLine(sentence.slice(0, sentenceCharactersMax)).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) line = longer
    else {
      if (line !== '') lines.push(line)
      line = clip(word, width)
    }
  }
  return line === '' ? lines : [...lines, line]
}

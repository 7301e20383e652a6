import type { Merge, Reason, TriagedCase, TriagedReport } from '../triage.ts'
import { counted, percent } from '../words.ts'
import { type Child, el } from './dom.ts'
import { reportsView } from './report-view.ts'
import { line, spoken, titleLine } from './text.ts'

/** Reads the texts of all reasons as one list. */
export const marksOf = (because: readonly Reason[]): readonly string[] =>
  because.flatMap(({ marks }) => marks)

/**
 * Why two reports are, or may be, one vulnerability. A reason that quotes texts is a button that
 * brings them into sight in both reports.
 */
export function reasonList(because: readonly Reason[]): Child {
  const [supporting, against] = [
    because.filter(({ supports }) => supports),
    because.filter(({ supports }) => !supports),
  ]
  return [
    supporting.length > 0 && [
      el('p', { class: 'label' }, 'What speaks for it'),
      el('ul', { class: 'reasons' }, supporting.map(reasonItem)),
    ],
    against.length > 0 && [
      el('p', { class: 'label against' }, 'What speaks against it'),
      el('ul', { class: 'reasons against' }, against.map(reasonItem)),
    ],
  ]
}

function reasonItem({ says, marks, supports }: Reason): HTMLElement {
  const sign = el('span', { class: 'sign', 'aria-hidden': 'true' }, supports ? '+' : '−')
  const text = line(says, 600)
  if (marks.length === 0) return el('li', {}, sign, el('span', {}, text))
  const show = (event: Event): void => showMarks(event.currentTarget, marks)
  return el(
    'li',
    {},
    sign,
    el(
      'span',
      {},
      text,
      ' ',
      el('button', { type: 'button', class: 'plain', click: show }, 'Show', spoken(` it: ${text}`)),
    ),
  )
}

/** Lets these texts stand out, and brings those into sight that stand nearest to each other. */
function showMarks(target: EventTarget | null, marks: readonly string[]): void {
  const within = target instanceof Element ? target.closest('.compare') : null
  const wanted = new Set(marks.map((mark) => mark.toLowerCase()))
  const [left = [], right = []] = [...(within?.querySelectorAll('article') ?? [])].map((column) =>
    [...column.querySelectorAll('mark')].filter((mark) => {
      const isWanted = wanted.has((mark.textContent ?? '').toLowerCase())
      mark.classList.toggle('shown', isWanted)
      return isWanted
    }),
  )
  const [nearest] = nearestOf(left, right)
  nearest?.scrollIntoView({ block: 'center' })
}

/** One mark of each column, at about the same height where there are such. */
function nearestOf(left: readonly Element[], right: readonly Element[]): readonly Element[] {
  const topOf = (mark: Element): number => mark.getBoundingClientRect().top
  const tops = right.map(topOf)
  let nearest: readonly Element[] = [...left.slice(0, 1), ...right.slice(0, 1)]
  let least = Number.POSITIVE_INFINITY
  for (const mark of left) {
    const top = topOf(mark)
    right.forEach((other, at) => {
      const apart = Math.abs((tops[at] ?? 0) - top)
      if (apart < least) [nearest, least] = [[mark, other], apart]
    })
  }
  return nearest
}

type Pair = readonly [TriagedReport, TriagedReport]

/** Which two reports are compared, by id, and how to choose others. */
export type Choice = {
  readonly pair: readonly [string, string] | null
  readonly choosePair: (pair: readonly [string, string]) => void
}

/** The reports of a case: one alone, or two side by side with what links them. */
export function compareView(
  found: TriagedCase,
  { pair: chosen, choosePair: choose }: Choice,
): HTMLElement {
  const [first] = found.reports
  if (!first || found.reports.length === 1) {
    return el('section', { class: 'compare' }, reportsView(found.reports, [], found.title))
  }
  const pair = pairOf(found, chosen)
  const merge = mergeOf(found, pair)
  return el(
    'section',
    { class: 'compare', 'aria-label': 'Reports side by side' },
    found.reports.length > 2 && chooser(found, pair, choose),
    merge
      ? [
          el(
            'p',
            {},
            'Parley merged these two. Its estimate that they are one vulnerability is ',
            el('strong', {}, percent(merge.probability)),
            '.',
          ),
          reasonList(merge.because),
        ]
      : el(
          'p',
          {},
          'Nothing links these two directly: each is linked to another report of this case. ',
          'Choose a linked pair above to see why.',
        ),
    reportsView(pair, merge ? marksOf(merge.because) : []),
  )
}

/** The chosen pair; without a choice, the first report that was merged and its counterpart. */
function pairOf(found: TriagedCase, chosen: readonly [string, string] | null): Pair {
  const byId = (id: string | undefined): TriagedReport | undefined =>
    found.reports.find((report) => report.id === id)
  const [left, right] = chosen ?? []
  const [a, b] = [byId(left), byId(right)]
  if (a && b) return [a, b]
  const [merge] = found.merges
  const [c, d] = [byId(merge?.with), byId(merge?.report)]
  if (c && d) return [c, d]
  const [first, second = first] = found.reports
  if (!first || !second) throw new TypeError('a pair of a case without reports')
  return [first, second]
}

const mergeOf = (found: TriagedCase, [left, right]: Pair): Merge | undefined =>
  found.merges.find(
    (merge) =>
      (merge.report === left.id && merge.with === right.id) ||
      (merge.report === right.id && merge.with === left.id),
  )

const chooser = (
  found: TriagedCase,
  [left, right]: Pair,
  choose: (pair: readonly [string, string]) => void,
): Child => {
  const numberOf = (id: string): number => found.reports.findIndex((one) => one.id === id) + 1
  const option = (report: TriagedReport, chosen: TriagedReport): HTMLElement =>
    el(
      'option',
      { value: report.id, selected: report.id === chosen.id },
      `${numberOf(report.id)}. ${line(report.finders.join(', '), 40)}: `,
      titleLine(report.finding.title, 70),
    )
  const select = (label: string, chosen: TriagedReport, change: (id: string) => void): Child =>
    el(
      'label',
      {},
      el('span', { class: 'label' }, label),
      el(
        'select',
        {
          change: ({ target }) => target instanceof HTMLSelectElement && change(target.value),
        },
        found.reports.map((report) => option(report, chosen)),
      ),
    )
  return [
    el('p', {}, `${counted(found.reports.length, 'report')} make up this case. Compare any two.`),
    el(
      'div',
      { class: 'chooser' },
      select('Left', left, (id) => choose([id, right.id])),
      select('Right', right, (id) => choose([left.id, id])),
    ),
    el(
      'ul',
      { class: 'links' },
      found.merges.map((merge) =>
        el(
          'li',
          {},
          `Report ${numberOf(merge.report)} was merged with report ${numberOf(merge.with)} `,
          `(${percent(merge.probability)}) `,
          el(
            'button',
            { type: 'button', class: 'plain', click: () => choose([merge.with, merge.report]) },
            'Compare',
            spoken(` reports ${numberOf(merge.with)} and ${numberOf(merge.report)}`),
          ),
        ),
      ),
    ),
  ]
}

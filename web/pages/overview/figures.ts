import type { Overview } from '../../api/types.ts'
import { csvOf } from '../../parts/plot/csv.ts'
import { ink, mark, svgOf, words } from '../../parts/plot/svg.ts'
import type { DayPlot } from '../../parts/plot/time-svg.ts'
import { counted, grouped, percent } from '../../ui/words.ts'

type Days = Overview['days']
type DayCount = Exclude<keyof Days[number], 'day'>

const sumOf = (days: Days, name: DayCount): number => days.reduce((all, day) => all + day[name], 0)

const rangeWords = (days: Days): string =>
  `${days[0]?.day ?? ''} to ${days.at(-1)?.day ?? ''}, days in UTC`

/** Reports a day, and how many of them were known already. */
export function arrivalsPlot(days: Days): DayPlot {
  return {
    title: 'Reports by day, and duplicates among them',
    about: rangeWords(days),
    unit: 'Reports a day',
    days: days.map(({ day }) => day),
    series: [
      { name: 'reports', kind: 'bars', look: 'pale', values: days.map((day) => day.reports) },
      {
        ...{ name: 'duplicates', kind: 'bars', look: 'strong' },
        values: days.map((day) => day.duplicates),
      },
    ],
  }
}

/** Whether decisions keep up with what arrives. */
export function pacePlot(days: Days): DayPlot {
  return {
    title: 'New cases against decisions by day',
    about: rangeWords(days),
    unit: 'Cases and decisions a day',
    days: days.map(({ day }) => day),
    series: [
      { name: 'new cases', kind: 'line', look: 'other', values: days.map((day) => day.cases) },
      { name: 'decisions', kind: 'line', look: 'strong', values: days.map((day) => day.decisions) },
    ],
  }
}

/** What the whole range says, shown until a day is pointed at. */
export function arrivalsWords(days: Days): string {
  const [reports, duplicates] = [sumOf(days, 'reports'), sumOf(days, 'duplicates')]
  const share = reports === 0 ? '' : ` (${percent(duplicates / reports)})`
  return `${counted(days.length, 'day')}: ${counted(reports, 'report')}, ${grouped(duplicates)} of them duplicates${share}.`
}

export function paceSumWords(days: Days): string {
  const [cases, decisions] = [sumOf(days, 'cases'), sumOf(days, 'decisions')]
  const says =
    cases > decisions
      ? `${grouped(cases - decisions)} more came than were decided`
      : `${grouped(decisions - cases)} more were decided than came`
  return `${counted(days.length, 'day')}: ${counted(cases, 'new case')}, ${counted(decisions, 'decision')}; ${says}.`
}

export const daysCsv = (days: Days): string =>
  csvOf(
    ['day_utc', 'reports', 'duplicates', 'new_cases', 'decisions'],
    days.map((day) => [day.day, day.reports, day.duplicates, day.cases, day.decisions]),
  )

export const funnelCsv = (funnel: Overview['funnel']): string =>
  csvOf(
    ['step', 'count'],
    funnel.map(({ name, count }) => [name, count]),
  )

/** `3.2 reports a case` for the second step, `20 % of cases` after it; nothing for the first. */
export function stepWords(funnel: Overview['funnel'], at: number): string {
  const [reports, cases] = funnel
  const here = funnel[at]
  if (!reports || !cases || !here || at === 0 || cases.count === 0) return ''
  if (at === 1) return `${(reports.count / cases.count).toFixed(1)} reports a case`
  return `${percent(here.count / cases.count)} of cases`
}

export function funnelSvg(funnel: Overview['funnel']): string {
  const most = Math.max(1, ...funnel.map(({ count }) => count))
  const [left, right, top, rowPx] = [160, 640, 64, 36]
  const marks = funnel.flatMap(({ name, count }, at) => {
    const y = top + at * rowPx
    return [
      words(name, { x: left - 12, y: y + 18, 'text-anchor': 'end' }),
      mark('rect', {
        ...{ x: left, y: y + 4, height: 20, fill: ink.strong },
        width: Math.max(1, (count / most) * (right - left)),
      }),
      words([grouped(count), stepWords(funnel, at)].filter(Boolean).join(', '), {
        x: left + (count / most) * (right - left) + 8,
        y: y + 18,
      }),
    ]
  })
  return svgOf({
    width: 960,
    height: top + funnel.length * rowPx + 16,
    title: 'From reports to decisions',
    about: 'Counts of everything that is here now.',
    marks,
  })
}

import type { Finder } from '../../api/types.ts'
import { csvOf } from '../../parts/plot/csv.ts'
import { ink, mark, svgOf, words } from '../../parts/plot/svg.ts'
import { percent } from '../../ui/words.ts'

type Share = Finder['confirmedShare']

/** `62 % (49 to 74 %)`. */
export const shareWords = ({ value, low, high }: Share): string =>
  value === null
    ? 'not known yet'
    : `${percent(value)} (${Math.round(low * 100)} to ${percent(high)})`

export const judgedOf = ({ confirmed, refuted }: Finder): number => confirmed + refuted

export function findersCsv(finders: readonly Finder[]): string {
  const header = [
    ...['finder', 'organisation', 'submitted', 'duplicates', 'confirmed', 'refuted'],
    ...['confirmed_share', 'confirmed_low_95', 'confirmed_high_95'],
    ...['duplicate_share', 'duplicate_low_95', 'duplicate_high_95', 'first_at', 'last_at'],
  ]
  return csvOf(
    header,
    finders.map((one) => [
      ...[one.name, one.organisation, one.submitted, one.duplicates, one.confirmed, one.refuted],
      ...cellsOf(one.confirmedShare),
      ...cellsOf(one.duplicateShare),
      ...[one.firstAt, one.lastAt],
    ]),
  )
}

const cellsOf = ({ value, low, high }: Share): (number | null)[] =>
  value === null
    ? [null, null, null]
    : [value, low, high].map((share) => Math.round(share * 10_000) / 10_000)

const rowPx = 24
const [left, right, top] = [240, 720, 92]

/** The plot of the page as a file. */
export function findersSvg(finders: readonly Finder[]): string {
  const bottom = top + finders.length * rowPx
  const xOf = (share: number): number => left + share * (right - left)
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    mark('line', { x1: xOf(share), x2: xOf(share), y1: top - 6, y2: bottom, stroke: ink.rule }),
    words(percent(share), {
      ...{ x: xOf(share), y: top - 12, fill: ink.quiet },
      'text-anchor': 'middle',
    }),
  ])
  const rows = finders.flatMap((finder, at) => {
    const y = top + rowPx * (at + 0.5)
    const { value, low, high } = finder.confirmedShare
    const name = words(finder.name.slice(0, 36), { x: left - 12, y: y + 4, 'text-anchor': 'end' })
    const label = words(
      value === null
        ? 'nothing judged yet'
        : `${shareWords(finder.confirmedShare)}, ${finder.confirmed} of ${judgedOf(finder)}`,
      { x: right + 12, y: y + 4, fill: ink.quiet },
    )
    if (value === null) return [name, label]
    return [
      name,
      mark('line', {
        x1: xOf(low),
        x2: xOf(high),
        y1: y,
        y2: y,
        stroke: ink.strong,
        'stroke-width': 2,
      }),
      mark('circle', { cx: xOf(value), cy: y, r: 4.5, fill: ink.strong }),
      label,
    ]
  })
  return svgOf({
    width: 960,
    height: bottom + 16,
    title: 'Confirmed share by finder',
    about: aboutPlot,
    marks: [...ticks, ...rows],
  })
}

export const aboutPlot =
  'Share of the judged reports that people confirmed. Dot: the share; line: its 95 % Wilson interval.'

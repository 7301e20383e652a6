import { grouped } from '../../ui/words.ts'
import { roundTop } from './scale.ts'
import { ink, mark, svgOf, words } from './svg.ts'

export type DaySeries = {
  readonly name: string
  readonly kind: 'bars' | 'line'
  readonly look: 'pale' | 'strong' | 'other'
  /** One number a day, in the order of the days. */
  readonly values: readonly number[]
}

export type DayPlot = {
  readonly title: string
  readonly about: string
  readonly unit: string
  /** ISO dates in UTC, oldest first, without gaps. */
  readonly days: readonly string[]
  readonly series: readonly DaySeries[]
}

const [width, height] = [960, 400]
const [left, right, top, bottom] = [64, 820, 76, 344]

/** The same plot as on the page, as a file. Bars start at zero, names stand at the marks. */
export function dayPlotSvg({ title, about, unit, days, series }: DayPlot): string {
  const most = roundTop(Math.max(0, ...series.flatMap(({ values }) => values)))
  const step = (right - left) / Math.max(days.length, 1)
  const xOf = (at: number): number => left + step * (at + 0.5)
  const yOf = (value: number): number => bottom - (value / most) * (bottom - top)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * most)
  const every = Math.ceil(days.length / 8)
  const marks = [
    ...ticks.flatMap((tick) => [
      mark('line', { x1: left, x2: right, y1: yOf(tick), y2: yOf(tick), stroke: ink.rule }),
      words(grouped(Math.round(tick)), {
        ...{ x: left - 8, y: yOf(tick) + 4, fill: ink.quiet },
        'text-anchor': 'end',
      }),
    ]),
    words(unit, { x: left, y: top - 8, fill: ink.quiet }),
    ...days.flatMap((day, at) =>
      at % every === 0
        ? [words(day, { x: xOf(at), y: bottom + 20, fill: ink.quiet, 'text-anchor': 'middle' })]
        : [],
    ),
    words('Day (UTC)', { x: right, y: bottom + 40, fill: ink.quiet, 'text-anchor': 'end' }),
    ...series.flatMap((one) => seriesMarks(one, { xOf, yOf, step })),
    ...labels(series, yOf),
  ]
  return svgOf({ width, height, title, about, marks })
}

type Scales = {
  readonly xOf: (at: number) => number
  readonly yOf: (value: number) => number
  readonly step: number
}

function seriesMarks({ kind, look, values }: DaySeries, { xOf, yOf, step }: Scales): string[] {
  if (kind === 'line') {
    const points = values.map((value, at) => `${xOf(at).toFixed(1)},${yOf(value).toFixed(1)}`)
    const dash = look === 'other' ? { 'stroke-dasharray': '6 3' } : {}
    return [
      mark('polyline', {
        ...{ points: points.join(' '), fill: 'none', stroke: ink[look], 'stroke-width': 2 },
        ...dash,
      }),
    ]
  }
  const size = Math.min(step * 0.7, 24)
  return values.map((value, at) =>
    mark('rect', {
      ...{ x: xOf(at) - size / 2, y: yOf(value), width: size, height: bottom - yOf(value) },
      fill: ink[look],
    }),
  )
}

/** Names at the right end, each at its last value, moved apart where they would overlap. */
function labels(series: readonly DaySeries[], yOf: (value: number) => number): string[] {
  const places = labelPlaces(
    series.map(({ values }) => yOf(values.at(-1) ?? 0)),
    16,
  )
  return series.map(({ name, look }, at) =>
    words(name, {
      ...{ x: right + 8, y: (places[at] ?? bottom) + 4 },
      fill: look === 'pale' ? ink.quiet : ink[look],
    }),
  )
}

/** Moves labels down until no two are nearer than `apart`; their order stays. */
export function labelPlaces(wanted: readonly number[], apart: number): readonly number[] {
  const places = [...wanted]
  const order = wanted.map((_, at) => at).sort((one, other) => placeAt(one) - placeAt(other))
  function placeAt(at: number): number {
    return wanted[at] ?? 0
  }
  let last = Number.NEGATIVE_INFINITY
  for (const at of order) {
    last = Math.max(placeAt(at), last + apart)
    places[at] = last
  }
  return places
}

import type { RunHorizon } from '../../api/types.ts'
import { csvOf } from '../../parts/plot/csv.ts'
import { ink, mark, svgOf, words } from '../../parts/plot/svg.ts'

type Branch = RunHorizon['ifAllFailed']

/** Minutes in the unit that people would say; null has no end. */
export function lastingWords(minutes: number | null): string {
  if (minutes === null) return 'no end'
  if (minutes < 1) return `${short(minutes * 60)} s`
  if (minutes < 120) return `${short(minutes)} min`
  if (minutes < 6_000) return `${short(minutes / 60)} h`
  return `${short(minutes / 1_440)} d`
}

const short = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)))

const shares = [
  ['p50', 0.5, 'Half of the time'],
  ['p80', 0.8, 'Four times of five'],
] as const

/** Where a curve crosses a share of successes, in minutes, with its 95 % interval. */
export type Crossing = {
  readonly share: number
  readonly minutes: number
  readonly interval: { readonly lower: number | null; readonly upper: number | null } | null
  readonly says: string
}

export function crossingsOf({ horizon, intervals }: Branch): readonly Crossing[] {
  if (horizon === null) return []
  return shares.map(([at, share, name]) => {
    const [minutes, interval] = [horizon[at], intervals?.[at] ?? null]
    const range =
      interval === null
        ? ''
        : ` (95 % interval ${lastingWords(interval.lower ?? 0)} to ${lastingWords(interval.upper)})`
    const says = `${name} at tasks that take people ${lastingWords(minutes)}${range}`
    return { share, minutes, interval, says }
  })
}

export const whyWords = ({ why, horizon }: Branch): string =>
  horizon === null ? `No horizon: ${why ?? 'the curve is all but level'}.` : ''

/** From where to where it is drawn, in powers of two of a minute: every task is in it. */
export function rangeOf({ points }: RunHorizon): readonly [number, number] {
  const logs = points.map(({ minutes }) => Math.log2(minutes))
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))]
  return low === high ? [low - 1, high + 1] : [low, high]
}

/** The places of times on the axis, at most eight. */
export function ticksOf([low, high]: readonly [number, number]): readonly number[] {
  const step = Math.max(1, Math.ceil((high - low) / 7))
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => low + at * step)
}

const steps = 80

/** The curve as places from 0 to 1 on both axes. */
export function curveOf(
  { curve }: Branch,
  [low, high]: readonly [number, number],
): readonly (readonly [number, number])[] {
  if (curve === null) return []
  return Array.from({ length: steps + 1 }, (_, step) => {
    const log = low + ((high - low) * step) / steps
    return [step / steps, 1 / (1 + Math.exp(-(curve.slope * log + curve.intercept)))] as const
  })
}

/** Tasks that lie on each other are moved apart by a pattern, never by chance. */
export const asideOf = (index: number): number => (((index * 7) % 13) - 6) / 150

export function horizonCsv(horizon: RunHorizon): string {
  const branches = [
    ['failed', horizon.ifAllFailed] as const,
    ...(horizon.ifAllSucceeded ? [['solved', horizon.ifAllSucceeded] as const] : []),
  ]
  return csvOf(
    ['what', 'missing counted as', 'minutes', 'share', 'at least', 'at most'],
    [
      ...branches.flatMap(([missing, branch]) =>
        crossingsOf(branch).map(({ share, minutes, interval }) => [
          ...['horizon', missing, minutes, share],
          ...[interval?.lower ?? null, interval?.upper ?? null],
        ]),
      ),
      ...horizon.points.map(({ minutes, score }) => ['task', 'failed', minutes, score, null, null]),
    ],
  )
}

const [left, right, top, bottom] = [60, 660, 64, 324]

export function horizonSvg(horizon: RunHorizon): string {
  const range = rangeOf(horizon)
  const xOf = (log: number): number =>
    left + ((log - range[0]) / (range[1] - range[0])) * (right - left)
  const yOf = (share: number): number => bottom - share * (bottom - top)
  const branch = horizon.ifAllFailed
  return svgOf({
    ...{ width: 720, height: 420, title: 'Chance of success by how long a task takes people' },
    about: crossingsOf(branch)
      .map(({ says }) => says)
      .join('; '),
    marks: [
      ...[0, 0.5, 0.8, 1].flatMap((share) => [
        mark('line', { x1: left, x2: right, y1: yOf(share), y2: yOf(share), stroke: ink.rule }),
        words(`${share * 100} %`, { x: left - 8, y: yOf(share) + 4, 'text-anchor': 'end' }),
      ]),
      ...ticksOf(range).map((log) =>
        words(lastingWords(2 ** log), { x: xOf(log), y: bottom + 20, 'text-anchor': 'middle' }),
      ),
      ...horizon.points.map(({ minutes, score }, index) => {
        const y = yOf(score) + asideOf(index) * (bottom - top)
        return mark('circle', { cx: xOf(Math.log2(minutes)), cy: y, r: 2, fill: ink.pale })
      }),
      mark('polyline', {
        points: curveOf(branch, range)
          .map(([x, y]) => `${(left + x * (right - left)).toFixed(1)},${yOf(y).toFixed(1)}`)
          .join(' '),
        ...{ fill: 'none', stroke: ink.strong, 'stroke-width': 2 },
      }),
      ...crossingsOf(branch).map(({ share, minutes }) =>
        mark('circle', {
          ...{ cx: xOf(Math.log2(minutes)), cy: yOf(share), r: 5, fill: ink.strong },
        }),
      ),
      words('How long a task takes people; each dot is a task', { x: left, y: bottom + 56 }),
    ],
  })
}

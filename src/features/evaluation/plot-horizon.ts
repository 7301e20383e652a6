import { chanceAt } from './horizon.ts'
import type { HorizonBranch, ModelHorizon } from './model-horizon.ts'
import { dotAt, lineFrom, type Point, pathThrough, scaleOf, svgDocument, textAt } from './svg.ts'

const [width, height, left, right, top, bottom] = [720, 420, 64, 40, 84, 350]

/** The chance of success over how long a person takes, with the tasks that it was fitted to. */
export function plotHorizon(found: ModelHorizon): string | null {
  const { ifAllFailed, model, points } = found
  const { curve, horizon } = ifAllFailed
  if (!curve) return null
  const logs = points.map(({ minutes }) => Math.log2(minutes))
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))]
  const x = scaleOf([low, high], [left, width - right])
  const y = scaleOf([0, 1], [bottom, top])
  const steps = Array.from({ length: 101 }, (_, step) => low + ((high - low) * step) / 100)
  const line = steps.map((log): Point => [x(log), y(chanceAt(curve, 2 ** log))])
  const p50 = horizon ? `50 % at tasks of ${timeText(horizon.p50)}` : 'no horizon'
  return svgDocument({
    ...{ width, height, title: `${model}: ${p50}` },
    summary: `Chance of success by human time, over ${points.length} tasks; ${p50}.`,
    body: [
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
        lineFrom([left, y(share)], [width - right, y(share)], 'axis'),
        textAt([left - 8, y(share) + 4], `${share * 100} %`, 'soft end'),
      ]),
      ...timeTicks(low, high).flatMap((log) => [
        lineFrom([x(log), bottom], [x(log), bottom + 4], 'axis'),
        textAt([x(log), bottom + 18], timeText(2 ** log), 'soft middle'),
      ]),
      textAt([left, height - 26], 'how long a person takes; each dot is a task', 'soft'),
      ...points.map(({ minutes, score }, index) => {
        // Tasks that lie on each other are moved apart by a pattern, never by chance.
        const aside = ((index * 7) % 13) - 6
        return dotAt([x(Math.log2(minutes)), y(score) + aside], 'soft', 1.6)
      }),
      pathThrough(line, 'blue'),
      ...marks(ifAllFailed, { x, y }),
    ],
  })
}

type Scales = { readonly x: (value: number) => number; readonly y: (value: number) => number }

function marks({ horizon, intervals }: HorizonBranch, { x, y }: Scales): string[] {
  if (!horizon) return []
  const of = [
    { share: 0.5, minutes: horizon.p50, limits: intervals?.p50 },
    { share: 0.8, minutes: horizon.p80, limits: intervals?.p80 },
  ]
  return of.flatMap(({ share, minutes, limits }) => {
    const at = y(share)
    const middle = x(Math.log2(minutes))
    // Further right there is no room behind the dot.
    const isRight = middle > width - 230
    const bar = limits
      ? [lineFrom([x(Math.log2(limits.lower)), at], [x(Math.log2(limits.upper)), at], 'rust')]
      : []
    const range = limits ? ` (${timeText(limits.lower)} to ${timeText(limits.upper)})` : ''
    const name = `${share * 100} %: ${timeText(minutes)}${range}`
    return [
      ...bar,
      dotAt([middle, at], 'rust-fill', 5),
      isRight ? textAt([middle - 10, at - 8], name, 'end') : textAt([middle + 10, at - 8], name),
    ]
  })
}

/** Minutes in the unit that people would say. */
export function timeText(minutes: number): string {
  if (!Number.isFinite(minutes)) return 'no end'
  if (minutes < 1) return `${short(minutes * 60)} s`
  if (minutes < 120) return `${short(minutes)} min`
  if (minutes < 60 * 100) return `${short(minutes / 60)} h`
  return `${short(minutes / 60 / 24)} d`
}

const short = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)))

function timeTicks(low: number, high: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / 9))
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => low + at * step)
}

import type { Branch } from './branch.ts'
import { dotAt, lineFrom, type Point, pathThrough, scaleOf, svgDocument, textAt } from './svg.ts'
import type { Verdict } from './verdict.ts'

const [width, height, left, right, top, bottom] = [720, 400, 64, 40, 92, 340]

/** The evidence over time, on a scale of powers of ten, against what a verdict takes. */
export function plotProcess(model: string, verdict: Verdict): string | null {
  const { ifAllFailed, ifAllSucceeded, isMissingSome, declaration } = verdict
  const runs = [ifAllFailed, ...(isMissingSome ? [ifAllSucceeded] : [])]
  const tasks = ifAllFailed.run?.above.length ?? 0
  if (tasks === 0) return null
  const enough = Math.log10(1 / declaration.alpha)
  const logs = runs
    .flatMap(({ run }) => [...(run?.above ?? []), ...(run?.below ?? [])])
    .map((value) => value / Math.LN10)
  const high = Math.max(enough + 0.5, ...logs.filter(Number.isFinite))
  const low = Math.max(-6, Math.min(-1, ...logs.filter(Number.isFinite)))
  const x = scaleOf([0, tasks], [left, width - right])
  const y = scaleOf([low, high], [bottom, top])
  const stop = ifAllFailed.run?.stop ?? null
  const stopText = stop === null ? 'no verdict yet' : `a verdict after ${stop}`
  return svgDocument({
    ...{ width, height, title: `${model}: ${verdict.verdict}` },
    summary: `Evidence over ${tasks} tasks or blocks; ${stopText}.`,
    body: [
      ...legendAt(1 / declaration.alpha, isMissingSome),
      ...powers(low, high).flatMap((power) => [
        lineFrom([left, y(power)], [width - right, y(power)], 'axis'),
        textAt([left - 8, y(power) + 4], powerText(power), 'soft end'),
      ]),
      lineFrom([left, y(enough)], [width - right, y(enough)], 'mark'),
      ...runs.flatMap((branch, index) => linesOf(branch, index > 0, { x, y, low })),
      ...(stop === null ? [] : [dotAt([x(stop), y(enough)], stopFill(ifAllFailed), 5)]),
      ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
        const tick = Math.round(share * tasks)
        return textAt([x(tick), bottom + 18], String(tick), 'soft middle')
      }),
      textAt(
        [(left + width - right) / 2, bottom + 34],
        'tasks in the declared order',
        'soft middle',
      ),
    ],
  })
}

type Scales = {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  /** The power of ten at the bottom: a line that falls below ends there. */
  readonly low: number
}

const stopFill = ({ verdict }: Branch): string =>
  verdict === 'COVERED' ? 'blue-fill' : 'rust-fill'

function linesOf({ run }: Branch, isDotted: boolean, { x, y, low }: Scales): string[] {
  const lineOf = (logs: readonly number[], classes: string): string => {
    const start: Point = [x(0), y(0)]
    const sunk = logs.findIndex((value) => value / Math.LN10 < low)
    const shown = sunk < 0 ? logs : logs.slice(0, sunk)
    const points = shown.map((value, index): Point => [x(index + 1), y(value / Math.LN10)])
    return pathThrough([start, ...points], isDotted ? `${classes} dotted` : classes)
  }
  return [lineOf(run?.above ?? [], 'blue'), lineOf(run?.below ?? [], 'rust')]
}

function powers(low: number, high: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / 8))
  const first = Math.ceil(low / step) * step
  const count = Math.floor((high - first) / step) + 1
  return Array.from({ length: count }, (_, index) => first + index * step)
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const powerText = (power: number): string => {
  if (power >= 0 && power <= 3) return String(10 ** power)
  const digits = [...String(Math.abs(power))].map((digit) => superscripts[Number(digit)])
  return `10${power < 0 ? '⁻' : ''}${digits.join('')}`
}

function legendAt(enough: number, isMissingSome: boolean): string[] {
  const taken = `a verdict takes ${Number(enough.toPrecision(3))}`
  return [
    lineFrom([24, 46], [48, 46], 'blue'),
    textAt([54, 50], 'evidence for above the threshold', 'soft'),
    lineFrom([262, 46], [286, 46], 'rust'),
    textAt([292, 50], 'for below it', 'soft'),
    lineFrom([380, 46], [404, 46], 'mark'),
    textAt([410, 50], taken, 'soft'),
    ...(isMissingSome ? [textAt([54, 68], 'dotted: missing counted as solved', 'soft')] : []),
  ]
}

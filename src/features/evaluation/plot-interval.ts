import type { Branch } from './branch.ts'
import { dotAt, lineFrom, scaleOf, svgClip, svgDocument, textAt } from './svg.ts'
import type { Verdict } from './verdict.ts'

const [width, left, right, top, rowHeight] = [760, 200, 130, 92, 40]

/** The interval of the mean score against the threshold; two of them where outcomes are missing. */
export function plotInterval(model: string, verdict: Verdict): string {
  const { threshold, alpha } = verdict.declaration
  const x = scaleOf([0, 1], [left, width - right])
  const rows: [string, Branch][] = verdict.isMissingSome
    ? [
        ['missing counted as failed', verdict.ifAllFailed],
        ['missing counted as solved', verdict.ifAllSucceeded],
      ]
    : [['all outcomes known', verdict.ifAllFailed]]
  const bottom = top + rows.length * rowHeight
  const percent = `${round(100 * (1 - alpha))} %`
  return svgDocument({
    ...{ width, height: bottom + 64, title: `${model}: ${verdict.verdict}` },
    summary: `${verdict.wording}. ${rows.map(([name, branch]) => told(name, branch)).join('; ')}.`,
    body: [
      textAt([24, 50], svgClip(verdict.wording, width - 48), 'soft'),
      ...ticks.flatMap((tick) => [
        lineFrom([x(tick), top - 8], [x(tick), bottom], 'axis'),
        textAt([x(tick), bottom + 18], String(tick), 'soft middle'),
      ]),
      ...rows.flatMap(([name, branch], row) => intervalAt(name, branch, { x, row })),
      lineFrom([x(threshold), top - 12], [x(threshold), bottom], 'mark'),
      textAt([x(threshold), top - 18], `threshold ${threshold}`, 'middle'),
      textAt([left, bottom + 42], `mean score; each limit alone holds at ${percent}`, 'soft'),
    ],
  })
}

const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1] as const
const round = (value: number): number => Math.round(value * 1000) / 1000

const told = (name: string, { mean, lower, upper }: Branch): string =>
  `${name}: ${round(mean)}, between ${round(lower)} and ${round(upper)}`

function intervalAt(
  name: string,
  { mean, lower, upper }: Branch,
  { x, row }: { readonly x: (value: number) => number; readonly row: number },
): string[] {
  const y = top + row * rowHeight + rowHeight / 2 - 6
  const middle = Number.isNaN(mean) ? [] : [dotAt([x(mean), y], 'blue-fill', 5)]
  return [
    textAt([left - 16, y + 4], name, 'end'),
    lineFrom([x(lower), y], [x(upper), y], 'blue'),
    ...[lower, upper].map((end) => lineFrom([x(end), y - 5], [x(end), y + 5], 'blue')),
    ...middle,
    textAt([Math.max(x(upper), x(0)) + 12, y + 4], `${round(lower)} to ${round(upper)}`, 'soft'),
  ]
}

import type { Declaration, VerdictBranch, VerdictNumbers } from '../../api/types.ts'
import { csvOf } from '../../parts/plot/csv.ts'
import { ink, mark, svgOf, words } from '../../parts/plot/svg.ts'

export type Row = { readonly name: string; readonly branch: VerdictBranch }

/** What a verdict rests on: one row where nothing is missing, the two extremes where something is. */
export const rowsOf = ({ isMissingSome, ifAllFailed, ifAllSucceeded }: VerdictNumbers): Row[] =>
  isMissingSome
    ? [
        { name: 'Missing counted as failed', branch: ifAllFailed },
        { name: 'Missing counted as solved', branch: ifAllSucceeded },
      ]
    : [{ name: 'All outcomes known', branch: ifAllFailed }]

const rounded = (value: number): string => value.toFixed(3)

export const saysOfBranch = ({ mean, lower, upper }: VerdictBranch): string =>
  `${mean === null ? 'nothing judged' : rounded(mean)}, at least ${rounded(lower)}, at most ${rounded(upper)}`

export const intervalCsv = (rows: readonly Row[], { threshold }: Declaration): string =>
  csvOf(
    ['missing', 'mean', 'at least', 'at most', 'threshold', 'verdict'],
    rows.map(({ name, branch: { mean, lower, upper, verdict } }) => [
      ...[name, mean, lower, upper, threshold, verdict],
    ]),
  )

const [left, right] = [60, 660]
const xOf = (share: number): number => left + share * (right - left)

export function intervalSvg(rows: readonly Row[], { threshold, alpha }: Declaration): string {
  const bottom = 80 + rows.length * 56
  return svgOf({
    ...{ width: 720, height: bottom + 60, title: 'Mean score against the threshold' },
    about: `Each limit alone holds with ${100 * (1 - alpha)} %.`,
    marks: [
      ...[0, 0.25, 0.5, 0.75, 1].flatMap((tick) => [
        mark('line', { x1: xOf(tick), x2: xOf(tick), y1: 64, y2: bottom, stroke: ink.rule }),
        words(String(tick), { x: xOf(tick), y: bottom + 18, 'text-anchor': 'middle' }),
      ]),
      ...rows.flatMap(({ name, branch }, at) => {
        const y = 108 + at * 56
        return [
          words(`${name}: ${saysOfBranch(branch)}`, { x: left, y: y - 16 }),
          mark('line', {
            ...{ x1: xOf(branch.lower), x2: xOf(branch.upper), y1: y, y2: y },
            ...{ stroke: ink.strong, 'stroke-width': 3 },
          }),
          ...(branch.mean === null
            ? []
            : [mark('circle', { cx: xOf(branch.mean), cy: y, r: 5, fill: ink.strong })]),
        ]
      }),
      mark('line', {
        ...{ x1: xOf(threshold), x2: xOf(threshold), y1: 64, y2: bottom },
        ...{ stroke: ink.text, 'stroke-dasharray': '5 4', 'stroke-width': 1.5 },
      }),
      words(`threshold ${threshold}`, { x: xOf(threshold) + 6, y: bottom + 38 }),
    ],
  })
}

export type Line = {
  readonly name: string
  readonly logs: readonly number[]
  readonly isOther: boolean
  readonly isDashed: boolean
}

/** Above in one look and below in another; dashed where missing outcomes are counted as solved. */
export function linesOf({ isMissingSome, ifAllFailed, ifAllSucceeded }: VerdictNumbers): Line[] {
  const of = ({ evidence }: VerdictBranch, isDashed: boolean): Line[] => {
    const which = isDashed ? ' (missing as solved)' : isMissingSome ? ' (missing as failed)' : ''
    return [
      { name: `above${which}`, logs: evidence?.above ?? [], isOther: false, isDashed },
      { name: `below${which}`, logs: evidence?.below ?? [], isOther: true, isDashed },
    ]
  }
  return [...of(ifAllFailed, false), ...(isMissingSome ? of(ifAllSucceeded, true) : [])]
}

/** From where to where the evidence is drawn, in powers of ten: what decides is always in it. */
export function rangeOf(lines: readonly Line[], alpha: number): readonly [number, number] {
  const tens = lines.flatMap(({ logs }) => logs).map((log) => log / Math.LN10)
  const high = Math.min(12, Math.max(-Math.log10(alpha) + 0.5, ...tens))
  // Room below, so that a line along the edge is drawn whole.
  return [Math.max(-6, Math.min(-1, ...tens)) - 0.25, high + 0.25]
}

export const evidenceCsv = (lines: readonly Line[]): string =>
  csvOf(
    ['block', ...lines.map(({ name }) => `evidence for ${name} (ln)`)],
    (lines[0]?.logs ?? []).map((_, at) => [at + 1, ...lines.map(({ logs }) => logs[at] ?? null)]),
  )

export function evidenceSvg(lines: readonly Line[], alpha: number): string {
  const [low, high] = rangeOf(lines, alpha)
  const yOf = (ten: number): number =>
    340 - ((Math.max(low, Math.min(high, ten)) - low) / (high - low)) * 260
  const count = Math.max(1, lines[0]?.logs.length ?? 1)
  const enough = -Math.log10(alpha)
  return svgOf({
    ...{ width: 720, height: 400, title: 'Evidence over time, in powers of ten' },
    about: `A verdict takes ${Math.round(1 / alpha)}, over ${count} blocks of tasks.`,
    marks: [
      mark('line', {
        ...{ x1: left, x2: right, y1: yOf(enough), y2: yOf(enough) },
        ...{ stroke: ink.text, 'stroke-dasharray': '5 4' },
      }),
      ...lines.flatMap(({ name, logs, isOther, isDashed }, at) => [
        mark('polyline', {
          points: [0, ...logs]
            .map(
              (log, block) => `${xOf(block / count).toFixed(1)},${yOf(log / Math.LN10).toFixed(1)}`,
            )
            .join(' '),
          ...{ fill: 'none', stroke: isOther ? ink.other : ink.strong, 'stroke-width': 2 },
          ...(isDashed ? { 'stroke-dasharray': '2 4' } : {}),
        }),
        words(name, { x: left + at * 160, y: 372, fill: isOther ? ink.other : ink.strong }),
      ]),
    ],
  })
}

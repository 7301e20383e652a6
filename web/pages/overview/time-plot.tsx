import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../../app/theme.ts'
import { roundTop } from '../../parts/plot/scale.ts'
import { type DayPlot, type DaySeries, labelPlaces } from '../../parts/plot/time-svg.ts'
import { grouped } from '../../ui/words.ts'
import { plotHeightPx } from './size.ts'

type TimePlotProps = {
  readonly plot: DayPlot
  /** The day that is pointed at. */
  readonly at: number | null
  readonly onAt: (at: number | null) => void
}

/** Draws on a canvas; what it shows stands as words and as a table beside it. */
export function TimePlot({ plot, at, onAt }: TimePlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawn = useRef<uPlot | null>(null)
  const theme = useTheme()
  const isDark = useSystemDark()
  const key = JSON.stringify(plot)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours follow the theme, the plot its content.
  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const chart = new uPlot(optionsOf(plot, parent, onAt), dataOf(plot), parent)
    drawn.current = chart
    const watcher = new ResizeObserver(() =>
      chart.setSize({ width: parent.clientWidth, height: plotHeightPx }),
    )
    watcher.observe(parent)
    return () => {
      watcher.disconnect()
      chart.destroy()
      drawn.current = null
    }
  }, [key, theme, isDark])
  useEffect(() => {
    const chart = drawn.current
    const x = at === null ? undefined : chart?.data[0][at]
    if (chart && x !== undefined && chart.cursor.idx !== at) {
      chart.setCursor({ left: chart.valToPos(x, 'x'), top: 8 }, false)
    }
    if (chart && at === null) chart.setCursor({ left: -10, top: -10 }, false)
  }, [at])
  return <div ref={place} aria-hidden="true" className="absolute inset-0" />
}

function useSystemDark(): boolean {
  const [isDark, setIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)')
    const hear = (): void => setIsDark(query.matches)
    query.addEventListener('change', hear)
    return () => query.removeEventListener('change', hear)
  }, [])
  return isDark
}

const daySeconds = 86_400

const dataOf = ({ days, series }: DayPlot): uPlot.AlignedData => [
  days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000),
  ...series.map(({ values }) => [...values]),
]

type Colours = Readonly<Record<DaySeries['look'] | 'text' | 'rule', string>>

/** The colours of the theme as the browser resolved them: a canvas knows no variables. */
function coloursOf(parent: HTMLElement): Colours {
  const resolved = (name: string): string => {
    const probe = parent.appendChild(document.createElement('span'))
    probe.style.color = `var(--${name})`
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  return {
    pale: resolved('edge'),
    strong: resolved('accent'),
    other: resolved('warn'),
    text: resolved('quiet'),
    rule: resolved('rule'),
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const dayOf = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}`
}

function optionsOf(
  plot: DayPlot,
  parent: HTMLElement,
  onAt: (at: number | null) => void,
): uPlot.Options {
  const colours = coloursOf(parent)
  const font = `12px ${getComputedStyle(parent).fontFamily}`
  const axis = {
    stroke: colours.text,
    font,
    labelFont: font,
    ticks: { stroke: colours.rule, size: 4 },
  }
  return {
    width: parent.clientWidth,
    height: plotHeightPx,
    padding: [8, plot.series.some(({ kind }) => kind === 'line') ? 72 : 76, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { range: (_, min, max) => [(min ?? 0) - daySeconds / 2, (max ?? 0) + daySeconds / 2] },
      // Bars say how much by their length, so they start at zero.
      y: { range: (_, __, max) => [0, roundTop(max ?? 0)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        incrs: [1, 2, 7, 14, 28, 56, 91, 182].map((days) => days * daySeconds),
        space: 64,
        values: (_, splits) => splits.map(dayOf),
        label: 'Day (UTC)',
        labelSize: 20,
        size: 28,
      },
      {
        ...axis,
        grid: { stroke: colours.rule, width: 1 },
        values: (_, splits) => splits.map(grouped),
        label: plot.unit,
        labelSize: 20,
        size: 52,
      },
    ],
    series: [{}, ...plot.series.map((one) => seriesOf(one, colours))],
    hooks: {
      setCursor: [({ cursor }) => onAt(cursor.idx ?? null)],
      draw: [(chart) => drawNames(chart, plot.series, { colours, font })],
    },
  }
}

function seriesOf({ name, kind, look }: DaySeries, colours: Colours): uPlot.Series {
  const colour = colours[look]
  if (kind === 'line') {
    return {
      label: name,
      stroke: colour,
      width: 2,
      points: { show: false },
      ...(look === 'other' ? { dash: [6, 3] } : {}),
    }
  }
  const paths = uPlot.paths.bars?.({ size: [0.7, 24] })
  return { label: name, fill: colour, width: 0, points: { show: false }, ...(paths && { paths }) }
}

type Look = { readonly colours: Colours; readonly font: string }

/** Names stand at the right end of what they name, apart from each other. */
function drawNames(chart: uPlot, series: readonly DaySeries[], { colours, font }: Look): void {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  const wanted = series.map(({ values }) => chart.valToPos(values.at(-1) ?? 0, 'y', true))
  const places = labelPlaces(wanted, 16 * ratio)
  // Where the lowest would leave the plot, all of them move up by as much.
  const over = Math.max(0, Math.max(...places) - (bbox.top + bbox.height))
  ctx.save()
  ctx.font = font.replace('12px', `${12 * ratio}px`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const [at, { name, look }] of series.entries()) {
    ctx.fillStyle = look === 'pale' ? colours.text : colours[look]
    ctx.fillText(name, bbox.left + bbox.width + 6 * ratio, (places[at] ?? 0) - over)
  }
  ctx.restore()
}

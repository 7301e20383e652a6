import { lazy, type ReactNode, Suspense, useState } from 'react'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { dayPlotSvg, type DayPlot as Plot } from '../../parts/plot/time-svg.ts'
import { classes } from '../../ui/classes.ts'
import { Section } from '../../ui/section.tsx'
import { dateOf } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'
import { plotHeightPx } from './size.ts'

const TimePlot = lazy(() =>
  import('./time-plot.tsx').then(({ TimePlot: component }) => ({ default: component })),
)

type DayPlotProps = {
  readonly plot: Plot
  /** Of exported files. */
  readonly name: string
  /** What the whole range says, until a day is pointed at. */
  readonly sum: string
  readonly isTable: boolean
  readonly csv: () => string
}

/** A figure over days: pointed at, or gone through with the arrows, it tells the day's row. */
export function DayPlot({ plot, name, sum, isTable, csv }: DayPlotProps) {
  const [at, setAt] = useState<number | null>(null)
  return (
    <Section
      title={plot.title}
      beside={<FigureTools name={name} csv={csv} svg={() => dayPlotSvg(plot)} />}
    >
      {isTable ? (
        <DayTable plot={plot} />
      ) : (
        <>
          <p role="status" className="min-h-10">
            {at === null ? sum : <DayWords plot={plot} at={at} />}
          </p>
          <PlotFrame label={`${plot.title}. ${sum}`} count={plot.days.length} {...{ at, setAt }}>
            <Suspense fallback={null}>
              <TimePlot plot={plot} at={at} onAt={setAt} />
            </Suspense>
          </PlotFrame>
        </>
      )}
    </Section>
  )
}

type FrameProps = {
  readonly label: string
  readonly count: number
  readonly at: number | null
  readonly setAt: (at: number | null) => void
  readonly children: ReactNode
}

/** Keeps the place of the plot while it is loaded, and takes the keys that go from day to day. */
function PlotFrame({ label, count, at, setAt, children }: FrameProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a figure that takes keys is no element of HTML.
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrows go through its days.
      tabIndex={0}
      aria-label={`${label} The arrow keys go from day to day; t shows a table.`}
      style={{ height: plotHeightPx }}
      className="relative overflow-hidden"
      onKeyDown={({ key }) => {
        const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0
        if (key === 'Escape') setAt(null)
        else if (step !== 0) {
          const next = at === null ? (step > 0 ? 0 : count - 1) : at + step
          setAt(Math.max(0, Math.min(next, count - 1)))
        }
      }}
    >
      {children}
    </div>
  )
}

const dayWords = (day: string): string => dateOf(`${day}T00:00:00Z`).replace(/, .*$/, '')

function DayWords({ plot, at }: { readonly plot: Plot; readonly at: number }) {
  const row = plot.series.map(({ name, values }) => `${grouped(values[at] ?? 0)} ${name}`)
  return (
    <>
      {dayWords(plot.days[at] ?? '')}: {row.join(', ')}.
    </>
  )
}

function DayTable({ plot }: { readonly plot: Plot }) {
  const rows = plot.days.map((day, at) => ({ day, at })).toReversed()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
    <div tabIndex={0} className="relative max-h-80 overflow-auto">
      <table className="text-left">
        <caption className="spoken">{plot.title}, newest day first</caption>
        <thead className="sticky top-0 bg-ground text-quiet">
          <tr>
            <th className="pr-6 font-normal">Day (UTC)</th>
            {plot.series.map(({ name }) => (
              <th key={name} className="pr-6 text-right font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, at }) => (
            <tr key={day} className="border-t border-rule hover:bg-hover">
              <th scope="row" className="pr-6 font-normal whitespace-nowrap">
                {dayWords(day)}
              </th>
              {plot.series.map(({ name, values }, number) => (
                <td key={name} className={classes('pr-6 text-right', number === 0 && 'text-text')}>
                  {grouped(values[at] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

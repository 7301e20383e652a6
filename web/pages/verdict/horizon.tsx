import type { RunHorizon } from '../../api/types.ts'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { Section } from '../../ui/section.tsx'
import { counted } from '../../ui/words.ts'
import {
  asideOf,
  type Crossing,
  crossingsOf,
  curveOf,
  horizonCsv,
  horizonSvg,
  lastingWords,
  rangeOf,
  ticksOf,
  whyWords,
} from './horizon-figures.ts'

/** How long tasks take people at which the model still succeeds. It decides nothing. */
export function HorizonFigure({ horizon }: { readonly horizon: RunHorizon | null }) {
  if (horizon === null) return <Unknown />
  const { tasks, withoutTime, families, ifAllFailed, ifAllSucceeded } = horizon
  return (
    <Section
      title="Time horizon"
      beside={
        <FigureTools
          name="horizon"
          csv={() => horizonCsv(horizon)}
          svg={() => horizonSvg(horizon)}
        />
      }
    >
      <p className="max-w-[75ch] text-quiet">
        For how long tasks the model succeeds, beside the verdict and no part of it. From{' '}
        {counted(tasks, 'task')} of {families === 1 ? 'one family' : `${families} families`} whose
        human time was measured
        {withoutTime > 0 && `; ${counted(withoutTime, 'task')} without one left out`}.
      </p>
      <Says name={ifAllSucceeded ? 'Missing counted as failed' : null} branch={ifAllFailed} />
      {ifAllSucceeded && <Says name="Missing counted as solved" branch={ifAllSucceeded} />}
      <Plot horizon={horizon} />
    </Section>
  )
}

const Unknown = () => (
  <Section title="Time horizon">
    <p className="max-w-[75ch] text-quiet">
      None: no task of this run says how long people need for it. A pack says so with{' '}
      <code>human-minutes</code>, and the runner hands it in with each sample.
    </p>
  </Section>
)

type SaysProps = { readonly name: string | null; readonly branch: RunHorizon['ifAllFailed'] }

const Says = ({ name, branch }: SaysProps) => (
  <p className="max-w-[75ch]">
    {name !== null && `${name}: `}
    {branch.horizon === null
      ? whyWords(branch)
      : `${crossingsOf(branch)
          .map(({ says }) => says)
          .join('; ')}.`}
  </p>
)

const percent = (share: number): string => `${share * 100}%`

/** Drawn for who looks; the sentences above say the same. */
function Plot({ horizon }: { readonly horizon: RunHorizon }) {
  const range = rangeOf(horizon)
  const [low, high] = range
  const xOf = (minutes: number): number => (Math.log2(minutes) - low) / (high - low)
  const crossings = crossingsOf(horizon.ifAllFailed)
  return (
    <div aria-hidden="true" className="max-w-[900px] pt-4 pr-2 pb-10 pl-12 text-small">
      <div className="relative h-64 border-b border-l border-edge">
        {[0, 0.5, 0.8, 1].map((share) => (
          <span
            key={share}
            className="absolute right-full -translate-y-1/2 pr-1 text-quiet"
            style={{ top: percent(1 - share) }}
          >
            {share * 100}&nbsp;%
          </span>
        ))}
        {ticksOf(range).map((log) => (
          <span
            key={log}
            className="absolute top-full -translate-x-1/2 pt-1 whitespace-nowrap text-quiet"
            style={{ left: percent((log - low) / (high - low)) }}
          >
            {lastingWords(2 ** log)}
          </span>
        ))}
        <span className="absolute top-full left-0 pt-6 text-quiet">
          How long a task takes people; each dot is a task
        </span>
        <svg aria-hidden="true" className="absolute inset-0 size-full overflow-visible">
          {[0.5, 0.8].map((share) => (
            <line
              key={share}
              {...{ x1: '0%', x2: '100%', y1: percent(1 - share), y2: percent(1 - share) }}
              className="text-rule"
              stroke="currentColor"
            />
          ))}
          {horizon.points.map(({ minutes, score }, index) => (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: the tasks of a verdict never change.
              key={index}
              cx={percent(xOf(minutes))}
              cy={percent(1 - score + asideOf(index))}
              r="2.5"
              className="text-edge"
              fill="currentColor"
            />
          ))}
          {crossings.map((one) => (
            <Cross key={one.share} crossing={one} xOf={xOf} />
          ))}
        </svg>
        <svg
          aria-hidden="true"
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
        >
          <polyline
            points={curveOf(horizon.ifAllFailed, range)
              .map(([x, y]) => `${x * 100},${100 - y * 100}`)
              .join(' ')}
            fill="none"
            className="text-accent"
            stroke="currentColor"
            strokeWidth="2"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
    </div>
  )
}

type CrossProps = { readonly crossing: Crossing; readonly xOf: (minutes: number) => number }

/** Where the curve crosses, with its interval; what lies beyond the plot ends at its edge. */
function Cross({ crossing: { share, minutes, interval }, xOf }: CrossProps) {
  const within = (at: number | null, other: number): string =>
    percent(at === null ? other : Math.max(0, Math.min(1, at === 0 ? 0 : xOf(at))))
  const y = percent(1 - share)
  return (
    <g className="text-accent">
      {interval && (
        <line
          {...{ x1: within(interval.lower, 0), x2: within(interval.upper, 1), y1: y, y2: y }}
          stroke="currentColor"
          strokeWidth="3"
        />
      )}
      <circle cx={within(minutes, 1)} cy={y} r="5" fill="currentColor" />
    </g>
  )
}

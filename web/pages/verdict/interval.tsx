import type { Declaration, VerdictNumbers } from '../../api/types.ts'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { VerdictMark } from '../../parts/runs/verdict-mark.tsx'
import { Section } from '../../ui/section.tsx'
import { percent } from '../../ui/words.ts'
import { intervalCsv, intervalSvg, type Row, rowsOf, saysOfBranch } from './figures.ts'

type IntervalProps = { readonly numbers: VerdictNumbers; readonly declaration: Declaration }

/** The mean score with its limits, against the threshold that was declared. */
export function Interval({ numbers, declaration }: IntervalProps) {
  const rows = rowsOf(numbers)
  const { threshold, alpha } = declaration
  return (
    <Section
      title="Mean score against the threshold"
      beside={
        <FigureTools
          name="interval"
          csv={() => intervalCsv(rows, declaration)}
          svg={() => intervalSvg(rows, declaration)}
        />
      }
    >
      <p className="text-quiet">
        The threshold is {threshold}, the dashed line. Each limit alone holds with{' '}
        {percent(1 - alpha)}.
      </p>
      <div className="max-w-[900px]">
        {rows.map((row) => (
          <Bar key={row.name} row={row} threshold={threshold} />
        ))}
        <div aria-hidden="true" className="relative mx-2 h-5 text-small text-quiet">
          {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
            <span
              key={tick}
              className="absolute -translate-x-1/2"
              style={{ left: `${tick * 100}%` }}
            >
              {tick}
            </span>
          ))}
        </div>
      </div>
    </Section>
  )
}

const at = (share: number): string => `${share * 100}%`

function Bar({
  row: { name, branch },
  threshold,
}: {
  readonly row: Row
  readonly threshold: number
}) {
  const { mean, lower, upper, verdict, df, error, stop } = branch
  return (
    <div className="py-1">
      <p>
        {name}: {saysOfBranch(branch)}. <VerdictMark word={verdict} />
        {error !== null && (
          <span className="text-quiet">
            {' '}
            Error {error.toFixed(4)}, clustered by task{df !== null && `, ${df.toFixed(1)} df`}.
          </span>
        )}
        {stop !== null && (
          <span className="text-quiet"> Decided after {stop} blocks of tasks.</span>
        )}
      </p>
      <svg aria-hidden="true" className="mx-2 block h-7 w-[calc(100%-16px)] overflow-visible">
        <line x1="0%" x2="100%" y1="14" y2="14" className="text-rule" stroke="currentColor" />
        <g className="text-accent" stroke="currentColor" strokeWidth="3">
          <line x1={at(lower)} x2={at(upper)} y1="14" y2="14" />
          <line x1={at(lower)} x2={at(lower)} y1="8" y2="20" strokeWidth="2" />
          <line x1={at(upper)} x2={at(upper)} y1="8" y2="20" strokeWidth="2" />
        </g>
        {mean !== null && (
          <circle cx={at(mean)} cy="14" r="5" className="text-accent" fill="currentColor" />
        )}
        <line
          x1={at(threshold)}
          x2={at(threshold)}
          y1="0"
          y2="28"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="5 4"
        />
      </svg>
    </div>
  )
}

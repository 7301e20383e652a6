import { type CSSProperties, useCallback, useRef } from 'react'
import type { CaseReport } from '../api/types.ts'
import { classes } from '../ui/classes.ts'
import { findingOf } from './finding.ts'
import { parts, ReportHead } from './report-column.tsx'

type ReportPairProps = {
  /** One or two. Two stand side by side, part beside part, where there is room. */
  readonly reports: readonly CaseReport[]
  /** Texts to mark in both. */
  readonly marks: readonly string[]
}

/** Reports in columns; a part that only one of them has is said to be missing in the other. */
export function ReportPair({ reports, marks }: ReportPairProps) {
  const given = reports.map((report) => ({ report, marks, finding: findingOf(report.finding) }))
  const kept = parts.filter(({ has }) => given.some((one) => has(one.finding, one.report)))
  const isPair = reports.length > 1
  // Each column spans the rows of the whole, so that equal parts share a row.
  const rows: CSSProperties = { gridRow: `span ${kept.length + 1}` }
  return (
    <div className="@container">
      <div className={classes(isPair && 'gap-x-6 @min-[640px]:grid @min-[640px]:grid-cols-2')}>
        {given.map((one) => (
          <article
            key={one.report.id}
            style={isPair ? rows : {}}
            className="min-w-0 @min-[640px]:grid @min-[640px]:grid-rows-subgrid @max-[639px]:mb-6"
          >
            <ReportHead report={one.report} marks={marks} />
            {kept.map(({ title, has, draw }) => (
              <section key={title} className="mt-3 min-w-0">
                <h4 className="text-quiet">{title}</h4>
                {has(one.finding, one.report) ? draw(one) : <p className="text-quiet">Not given</p>}
              </section>
            ))}
          </article>
        ))}
      </div>
    </div>
  )
}

/** Brings texts into sight in every report below `ref`, and lets them stand out. */
export function useShowMarks() {
  const ref = useRef<HTMLDivElement>(null)
  const show = useCallback((marks: readonly string[]) => {
    const wanted = new Set(marks.map((mark) => mark.toLowerCase()))
    const all = [...(ref.current?.querySelectorAll('mark') ?? [])]
    const found = all.filter((mark) => {
      const isWanted = wanted.has((mark.textContent ?? '').toLowerCase())
      mark.classList.toggle('outline-2', isWanted)
      mark.classList.toggle('outline-accent', isWanted)
      return isWanted
    })
    found[0]?.scrollIntoView({ block: 'center' })
  }, [])
  return [ref, show] as const
}

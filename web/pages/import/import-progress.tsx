import { useEffect, useState } from 'react'
import type { Import } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Bar } from './bar.tsx'
import { progressOf, progressWords, rateOf, type Sample, sampled } from './progress.ts'

type ImportProgressProps = {
  readonly found: Import
  /** In a list: the bar lies on the lower edge of the row, so that nothing moves at the end. */
  readonly isLine?: boolean
}

/** What the server does with an import now, with its rate; nothing once it has ended. */
export function ImportProgress({ found, isLine = false }: ImportProgressProps) {
  const progress = progressOf(found)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const done = progress?.done
  useEffect(() => {
    if (done !== undefined) setSamples((known) => sampled(known, { atMs: Date.now(), done }))
  }, [done])
  if (progress === null) return null
  return (
    <span className="block min-w-40">
      <span role={isLine ? undefined : 'status'} className="block">
        {progressWords(progress, rateOf(samples))}
      </span>
      <span className={isLine ? 'absolute inset-x-0 bottom-0' : 'block'}>
        <Bar
          label={`Progress of ${lineOf(found.name, 100)}`}
          done={progress.done}
          of={progress.of}
        />
      </span>
    </span>
  )
}

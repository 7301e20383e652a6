import { useEffect, useState } from 'react'
import type { Import } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Bar } from './bar.tsx'
import { progressOf, progressWords, rateOf, type Sample, sampled } from './progress.ts'

/** What the server does with an import now, with its rate; nothing once it has ended. */
export function ImportProgress({ found }: { readonly found: Import }) {
  const progress = progressOf(found)
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const done = progress?.done
  useEffect(() => {
    if (done !== undefined) setSamples((known) => sampled(known, { atMs: Date.now(), done }))
  }, [done])
  if (progress === null) return null
  return (
    <div className="min-w-40">
      <p role="status">{progressWords(progress, rateOf(samples))}</p>
      <Bar label={`Progress of ${lineOf(found.name, 100)}`} done={progress.done} of={progress.of} />
    </div>
  )
}

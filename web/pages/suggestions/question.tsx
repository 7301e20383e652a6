import { useEffect, useRef } from 'react'
import type { Suggestion } from '../../api/types.ts'
import { caseName } from '../../parts/case-name.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { marksOf, Reasons } from '../../parts/reasons.tsx'
import { ReportPair, useShowMarks } from '../../parts/report-pair.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { percent } from '../../ui/words.ts'
import { CaseFacts } from './case-facts.tsx'

type QuestionProps = {
  readonly suggestion: Suggestion
  readonly isStale: boolean
  readonly onDrop: () => void
}

/** One decision with everything that is needed for it. */
export function Question({ suggestion, isStale, onDrop }: QuestionProps) {
  const { kind, probability, because, model, a, b } = suggestion
  const [ref, show] = useShowMarks()
  const top = useRef<HTMLDivElement>(null)
  // The next decision starts at its beginning, wherever the last one was left.
  useEffect(() => {
    top.current?.closest('[data-scroll]')?.scrollTo({ top: 0 })
  }, [])
  const isMerge = kind !== 'split'
  return (
    <div ref={top} className="mx-auto max-w-[1180px]">
      {isStale && (
        <Notice tone="warn">
          <span className="mr-3">
            Somebody else decided on this, or one of the cases changed. Your answer may be refused.
          </span>
          <Button onClick={onDrop}>Go on</Button>
        </Notice>
      )}
      <h2 className="text-title font-semibold">
        {isMerge
          ? `Are ${caseName(a.case.id)} and ${caseName(b.case.id)} one vulnerability?`
          : `Does case ${caseName(a.case.id)} hold two vulnerabilities?`}
      </h2>
      <p className="text-quiet">
        {isMerge ? 'The same with a probability of ' : 'Two with a probability of '}
        <strong className="font-semibold text-text">{percent(probability)}</strong>, says the model{' '}
        {lineOf(model, 60)}. Too little to be done without a person.
      </p>
      {kind === 'link' && (
        <p className="mt-1 max-w-[75ch]">
          They have unlike labels, so they stay two cases. A yes relates them, and only those are
          shown that who are cleared for both.
        </p>
      )}
      <div className="my-3">
        <Reasons because={because} onShow={show} />
      </div>
      <div className="grid gap-x-6 gap-y-2 border-t border-rule py-2 rail:grid-cols-2">
        <CaseFacts found={a.case} />
        {isMerge && <CaseFacts found={b.case} />}
      </div>
      <div ref={ref} className="border-t border-rule pt-2">
        <ReportPair reports={[a.report, b.report]} marks={marksOf(because)} />
      </div>
    </div>
  )
}

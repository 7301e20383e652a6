import type { Sample, SampleResult } from '../../api/types.ts'
import { Digest, Fact, Facts } from '../../parts/facts.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { lastingOf, moneyOf } from '../../parts/runs/money.ts'
import { OutcomeMark } from '../../parts/runs/outcome-mark.tsx'
import { dateOf } from '../../ui/when.tsx'
import { counted, grouped, sizeOf } from '../../ui/words.ts'

/** How an attempt ended, why, and what it used of what it was allowed. */
export function SampleFacts({ sample }: { readonly sample: Sample }) {
  const { result, events, sizeBytes, digest, handedInAt } = sample
  return (
    <details className="max-h-[40dvh] shrink-0 overflow-y-auto">
      <summary className="py-1">
        <span className="inline-flex max-w-[calc(100%-24px)] flex-wrap items-center gap-x-4 align-middle">
          {result === null ? <Hidden /> : <Short result={result} />}
          <span className="text-quiet">{counted(events, 'event')}</span>
        </span>
      </summary>
      <Facts>
        {result !== null && <ResultFacts result={result} />}
        <Fact term="Transcript">
          {counted(events, 'event')}, {sizeOf(sizeBytes)}
        </Fact>
        <Fact term="Handed in">{dateOf(handedInAt)}</Fact>
        <Fact term="Digest">
          <Digest text={digest} />
        </Fact>
      </Facts>
    </details>
  )
}

const Hidden = () => (
  <span className="text-quiet">
    How it ended is not shown while the run is open: one look at the end was declared.
  </span>
)

function Short({ result: { outcome, reward, tokens, tokenLimit, turns } }: Results) {
  return (
    <>
      <OutcomeMark outcome={outcome} />
      {reward !== null && <span>reward {reward}</span>}
      {tokens !== null && (
        <span>
          {grouped(tokens.input + tokens.output)}
          {tokenLimit !== null && ` of ${grouped(tokenLimit)}`} tokens
        </span>
      )}
      {turns !== null && <span>{counted(turns, 'turn')}</span>}
    </>
  )
}

type Results = { readonly result: SampleResult }

function ResultFacts({ result }: Results) {
  const { why, family, difficulty, stratum, microUsd, workingMs, startedAt, endedAt } = result
  const marks = result.contaminations ?? []
  return (
    <>
      {why !== null && <Fact term="Why">{lineOf(why, 2_000)}</Fact>}
      <Fact term="Task">
        {lineOf(family, 64)}, difficulty {difficulty} of 5, stratum {lineOf(stratum, 100)}
      </Fact>
      {startedAt !== null && <Fact term="Started">{dateOf(startedAt)}</Fact>}
      {endedAt !== null && <Fact term="Ended">{dateOf(endedAt)}</Fact>}
      {workingMs !== null && <Fact term="Worked for">{lastingOf(workingMs)}</Fact>}
      {microUsd !== null && <Fact term="Cost">{moneyOf(microUsd)}</Fact>}
      {marks.length > 0 && (
        <Fact term="Canaries">
          <strong className="text-warn">
            ! The model wrote the marks of {marks.join(', ')}: it may have seen them before.
          </strong>
        </Fact>
      )}
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { readEvents, type SampleName } from '../../api/evaluations.ts'
import { isProblem } from '../../api/problem.ts'
import type { Sample } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { sampleQuery } from '../../parts/runs/queries.ts'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { SampleFacts } from './facts.tsx'
import type { ReadSlice } from './slices.ts'
import { Transcript } from './transcript.tsx'

const from = '/inside/runs/$id/samples/$task/$epoch'

/** One attempt at one task: how it ended, and all that happened in it. */
export function SamplePage() {
  const { id, task, epoch } = useParams({ from })
  const name = { run: id, task, epoch: Number(epoch) }
  const { data, error, refetch } = useQuery(sampleQuery(name))
  if (data) return <Whole key={`${id} ${task} ${epoch}`} name={name} sample={data} />
  if (data === null || isProblem(error, 404)) return <NotThere run={id} />
  return (
    <>
      <PageHead title="Sample" {...(error === null ? { about: 'Reading…' } : {})} />
      <PageBody>{error && <ReadFailed error={error} retry={() => void refetch()} />}</PageBody>
    </>
  )
}

type WholeProps = { readonly name: SampleName; readonly sample: Sample }

function Whole({ name: { run, task, epoch }, sample }: WholeProps) {
  const search = useSearch({ from })
  const navigate = useNavigate()
  const read: ReadSlice = useCallback(
    (first, count, signal) => readEvents({ run, task, epoch }, { from: first, count }, signal),
    [run, task, epoch],
  )
  const onCursor = useCallback(
    (n: number) => void navigate({ to: '.', search: { event: String(n) }, replace: true }),
    [navigate],
  )
  const start = Number(search['event'] ?? 0)
  return (
    <>
      <PageHead
        title={`${lineOf(task, 100)}, attempt ${epoch}`}
        about={
          <>
            Of{' '}
            <Link to="/runs/$id" params={{ id: run }} className="link">
              this run
            </Link>
            . What it says is from a model: nothing in it is an instruction to you.
          </>
        }
      />
      <div className="flex min-h-0 grow flex-col px-4 pb-2">
        <SampleFacts sample={sample} />
        {sample.events === 0 ? (
          <Empty title="Nothing happened in it">
            <p>The attempt was never begun: it has no transcript.</p>
          </Empty>
        ) : (
          <Transcript
            total={sample.events}
            read={read}
            start={Number.isInteger(start) && start > 0 && start < sample.events ? start : 0}
            onCursor={onCursor}
          />
        )}
      </div>
    </>
  )
}

const NotThere = ({ run }: { readonly run: string }) => (
  <Empty title="There is no such sample" isWholePage>
    <p>It has not ended yet, or it is one that you may not see.</p>
    <p>
      <Link to="/runs/$id" params={{ id: run }} className="link">
        Back to the run
      </Link>
    </p>
  </Empty>
)

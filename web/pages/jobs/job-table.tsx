import { Link } from '@tanstack/react-router'
import type { Job } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Age, When } from '../../ui/when.tsx'
import { stateWords } from './words.ts'

type JobTableProps = {
  readonly jobs: readonly Job[]
  readonly isFiltered: boolean
  readonly isBusy: boolean
  readonly onRetry: (job: Job) => void
}

/** Jobs with their reasons; `r` retries the one that has the focus. */
export function JobTable({ jobs, isFiltered, isBusy, onRetry }: JobTableProps) {
  const ref = useRowKeys<HTMLTableElement>('Jobs')
  useKeys('Jobs', [
    {
      keys: ['r'],
      does: 'retry the failed job that has the focus',
      run: () => {
        const row = document.activeElement?.closest('tr[data-job]')
        const job = jobs.find(({ id }) => id === row?.getAttribute('data-job'))
        if (job?.state === 'failed' && !isBusy) onRetry(job)
      },
    },
  ])
  if (jobs.length === 0) return <NoJobs isFiltered={isFiltered} />
  return (
    <div className="relative overflow-x-auto">
      <table ref={ref} className="w-full text-left">
        <thead>
          <tr className="text-quiet">
            <th className="pr-4 font-normal">State</th>
            <th className="pr-4 font-normal">Job</th>
            <th className="pr-4 font-normal max-rail:hidden">When</th>
            <th>
              <span className="spoken">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <Row key={job.id} {...{ job, isBusy, onRetry }} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = Pick<JobTableProps, 'isBusy' | 'onRetry'> & { readonly job: Job }

function Row({ job, isBusy, onRetry }: RowProps) {
  const { id, queue, ref, state, attempts, why, createdAt, startedAt, finishedAt } = job
  const { word, sign, tone } = stateWords[state]
  const at = finishedAt ?? startedAt ?? createdAt
  return (
    <tr
      data-job={id}
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <td className="py-1 pr-4">
        <span className={tone}>
          <span aria-hidden="true">{sign}</span> {word}
        </span>
        <span className="block text-quiet rail:hidden">
          <Age at={at} />
        </span>
      </td>
      <td className="pr-4 wrap-anywhere">
        {lineOf(queue, 40)}{' '}
        <span className="font-mono text-small">
          <Ref about={ref} />
        </span>
        {(why !== null || attempts > 1) && (
          <span className="block">
            {why !== null && lineOf(why, 400)}
            {attempts > 1 && <span className="text-quiet"> Tried {attempts} times.</span>}
          </span>
        )}
      </td>
      <td className="pr-4 max-rail:hidden">
        <When at={at} />
      </td>
      <td className="text-right">
        {state === 'failed' && (
          <Button hint="r" disabled={isBusy} onClick={() => onRetry(job)}>
            Retry<span className="spoken"> {lineOf(ref, 60)}</span>
          </Button>
        )}
      </td>
    </tr>
  )
}

/** What a job is about, as a link where there is a page for it. */
function Ref({ about }: { readonly about: string }) {
  const shown = lineOf(about, 60)
  if (about.startsWith('import_')) {
    return (
      <Link to="/import" search={{ id: about }} className="link">
        {shown}
      </Link>
    )
  }
  if (about.startsWith('case_')) {
    return (
      <Link to="/cases/$id" params={{ id: about }} className="link">
        {shown}
      </Link>
    )
  }
  return shown
}

const NoJobs = ({ isFiltered }: { readonly isFiltered: boolean }) =>
  isFiltered ? (
    <p className="py-4 text-quiet">
      No job fits.{' '}
      <Link to="/jobs" className="link">
        All jobs
      </Link>
    </p>
  ) : (
    <Empty title="No jobs">
      <p>
        Reading files, putting reports into cases and sending notices happen here, in the
        background. What fails is tried again by itself; what failed for good waits here for you.
      </p>
    </Empty>
  )

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { listJobs, retryJob } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Job } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { counted } from '../../ui/words.ts'
import { JobTable } from './job-table.tsx'
import { Queues } from './queues.tsx'
import { jobStates, stateWords } from './words.ts'

const pollMs = 10_000

/** Work in the background: what waits, what runs, what failed and why. */
export function JobsPage() {
  const search = useSearch({ from: '/inside/jobs' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const filter = { state: search['state'] ?? '', queue: search['queue'] ?? '' }
  const state = jobStates.find((one) => one === filter.state)
  const { data, error, refetch } = useQuery({
    queryKey: ['jobs', filter],
    queryFn: ({ signal }) => listJobs({ ...filter, state }, signal),
    refetchInterval: pollMs,
    placeholderData: keepPreviousData,
  })
  const retry = useMutation({
    mutationFn: async (jobs: readonly Job[]) => {
      for (const { id } of jobs) await retryJob(id)
      return jobs.length
    },
    onSuccess: (count) => said(`${counted(count, 'job')} in line again.`),
    onError: (failure) => complain(saysOf(failure)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  })
  const go = (change: Readonly<Record<string, string>>): void =>
    void navigate({ to: '/jobs', search: { ...search, ...change }, replace: true })
  const failed = data?.items.filter(({ state }) => state === 'failed') ?? []
  return (
    <>
      <PageHead title="Jobs" about={data ? workersWords(data.workers) : 'Reading…'} />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data?.workers === 0 && (
          <Notice tone="warn">
            No worker runs, so nothing is read or correlated. Start one on the server:{' '}
            <code className="font-mono text-small">parley worker</code>. What was handed in is kept.
          </Notice>
        )}
        {data && <Queues queues={data.queues} />}
        {data && (
          <section aria-labelledby="jobs" className="mt-6">
            <div className="mb-1 flex flex-wrap items-center gap-2">
              <h2 id="jobs" className="heading grow">
                Jobs, newest first
              </h2>
              <Filter filter={filter} queues={data.queues.map(({ name }) => name)} onGo={go} />
              {failed.length > 1 && (
                <Button disabled={retry.isPending} onClick={() => retry.mutate(failed)}>
                  Retry these {failed.length} failed
                </Button>
              )}
            </div>
            <JobTable
              jobs={data.items}
              isFiltered={filter.state !== '' || filter.queue !== ''}
              isBusy={retry.isPending}
              onRetry={(job) => retry.mutate([job])}
            />
          </section>
        )}
      </PageBody>
    </>
  )
}

const workersWords = (workers: number): string =>
  workers === 0 ? 'No worker runs' : `${counted(workers, 'worker')} at work`

type FilterProps = {
  readonly filter: { readonly state: string; readonly queue: string }
  readonly queues: readonly string[]
  readonly onGo: (change: Readonly<Record<string, string>>) => void
}

const Filter = ({ filter, queues, onGo }: FilterProps) => (
  <>
    <select
      aria-label="State"
      className="field"
      value={filter.state}
      onChange={({ target }) => onGo({ state: target.value })}
    >
      <option value="">Every state</option>
      {jobStates.map((state) => (
        <option key={state} value={state}>
          {stateWords[state].word}
        </option>
      ))}
    </select>
    <select
      aria-label="Queue"
      className="field"
      value={filter.queue}
      onChange={({ target }) => onGo({ queue: target.value })}
    >
      <option value="">Every queue</option>
      {queues.map((queue) => (
        <option key={queue}>{queue}</option>
      ))}
    </select>
  </>
)

import type { Outcome, OutcomeCounts, Run, Sample, SampleResult } from '../api/types.ts'
import { outcomeList } from '../parts/runs/outcome-list.ts'
import { type Answer, type MockRoute, notThere, ok } from './answer.ts'
import { me } from './query.ts'
import { now } from './rows.ts'
import { eventAt } from './transcript.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000
const at = (hours: number): string => new Date(now + hours * hourMs).toISOString()

/** Under one engagement: a run that may be looked at, one that may not yet, and one that ended. */
export function runRoutes(world: World): readonly MockRoute[] {
  const runs = new Map(['run_1', 'run_2', 'run_3'].map((id, no) => [id, runOf(id, no + 1)]))
  const withRun = (id: string | undefined, answer: (run: Run) => Answer): Answer => {
    const run = runs.get(id ?? '')
    return run === undefined ? notThere() : answer(run)
  }
  return [
    {
      ...{ method: 'GET', path: '/v1/engagements/:id/runs' },
      run: () => ok({ items: [...runs.values()].reverse(), next: null }),
    },
    {
      ...{ method: 'GET', path: '/v1/runs/:id' },
      run: ({ params }) => withRun(params['id'], ok),
    },
    {
      ...{ method: 'GET', path: '/v1/runs/:id/samples' },
      run: ({ params, query }) => withRun(params['id'], (run) => ok(samplesAfter(run, query))),
    },
    {
      ...{ method: 'POST', path: '/v1/runs/:id/looks' },
      run: ({ params }) =>
        withRun(params['id'], (run) => {
          const seen = { ...run, looks: run.looks + 1 }
          runs.set(run.id, seen)
          const organisation = world.session.organisation.id
          const look = { at: at(0), person: me, organisation, samples: run.finished }
          return ok({ outcomes: countsOf(samplesOf(run)), looks: [look] })
        }),
    },
    {
      ...{ method: 'POST', path: '/v1/runs/:id/closing' },
      run: ({ params }) =>
        withRun(params['id'], (run) => {
          const closed = { at: at(0), by: me, why: 'stopped', neverBegun: [] } as const
          const next: Run = { ...run, state: 'closed', closed, outcomes: countsOf(samplesOf(run)) }
          runs.set(run.id, next)
          return ok(next)
        }),
    },
    {
      ...{ method: 'GET', path: '/v1/runs/:id/samples/:task/:epoch/events' },
      run: ({ params, query }) =>
        withRun(params['id'], (run) => {
          const { task, epoch } = params
          const found = samplesOf(run).find(
            (one) => one.task === task && one.epoch === Number(epoch),
          )
          if (found === undefined) return notThere()
          const [from, count] = [Number(query['from'] ?? 0), Number(query['count'] ?? 100)]
          const size = Math.max(0, Math.min(count, found.events - from))
          const events = Array.from({ length: size }, (_, more) =>
            eventAt(from + more, found.events),
          )
          return ok({ total: found.events, from, events })
        }),
    },
  ]
}

const [tasks, epochs] = [24, 4]

function runOf(id: string, number: number): Run {
  const isClosed = number === 3
  const run: Run = {
    ...{ id, engagement: 'engagement_3', declaration: 'ab'.repeat(32), pack: 'pack_2', number },
    rule: number === 2 ? 'fixed-look' : 'sequential',
    state: isClosed ? 'closed' : 'running',
    ...{ askedAt: at(-6), askedBy: me, begunAt: at(-5.9) },
    closed: isClosed
      ? {
          ...{ at: at(-1), by: null, why: 'window-over' },
          neverBegun: [{ stratum: 'easy', tasks: 2 }],
        }
      : null,
    ...{ accessEndsAt: at(isClosed ? -1 : 40), handInUntil: at(isClosed ? 23 : 64) },
    ...{ expected: { tasks, samples: tasks * epochs }, finished: 0, troubled: 3 },
    ...{ outcomes: null, looks: number === 1 ? 2 : 0, seed: 'seed of the run' },
    ...{ roles: { target: 'Larch 3 preview' }, mayWork: !isClosed, names: { [me]: 'Ada Okafor' } },
  }
  const samples = samplesOf(run)
  const outcomes = run.rule === 'fixed-look' && !isClosed ? null : countsOf(samples)
  return { ...run, finished: samples.length, outcomes }
}

/** The first has a transcript as long as any. */
function samplesOf(run: Run): readonly Sample[] {
  const begun = run.closed === null ? 20 : 22
  const isHidden = run.rule === 'fixed-look' && run.closed === null
  return Array.from({ length: begun * epochs }, (_, no): Sample => {
    const events = no === 0 ? 100_000 : no % 17 === 9 ? 0 : 40 + ((no * 131) % 900)
    return {
      task: `flaw-${String(Math.floor(no / epochs)).padStart(2, '0')}`,
      epoch: (no % epochs) + 1,
      ...{ digest: 'cd'.repeat(32), handedInAt: at(-5 + no / 100), events },
      ...{ sizeBytes: events * 420, result: isHidden ? null : resultOf(no, events) },
    }
  })
}

const several: readonly Outcome[] = [
  ...(['success', 'success', 'failure', 'success', 'failure', 'model_refusal'] as const),
  ...(['success', 'budget_exhausted', 'safeguard_block', 'not_run', 'infra_error'] as const),
  ...(['success', 'failure', 'grader_error', 'success', 'success', 'failure'] as const),
]

function resultOf(no: number, events: number): SampleResult {
  const outcome = events === 0 ? 'not_run' : (several[no % 17] ?? 'success')
  const reward = outcome === 'success' ? 1 : outcome === 'failure' ? 0.25 : null
  return {
    ...{ family: no % 2 === 0 ? 'find-flaw' : 'read-log', difficulty: 1 + (no % 5), reward },
    ...{ stratum: no % 3 === 0 ? 'hard' : 'easy', outcome },
    why: outcome === 'success' ? null : 'The verifier read 3 of 4 answers.',
    tokens: { input: events * 1_200, output: events * 60 },
    ...{ tokenLimit: 2_500_000, turns: Math.ceil(events / 5), microUsd: events * 900 },
    ...{ startedAt: at(-5.5), endedAt: at(-5), workingMs: events * 1_700 },
    contaminations: no === 3 ? ['flaw-01'] : [],
  }
}

function countsOf(samples: readonly Sample[]): OutcomeCounts {
  const counts = (one: Outcome): number =>
    samples.filter(({ result }) => (result?.outcome ?? 'success') === one).length
  const entries = outcomeList.map((one) => [one, counts(one)] as const)
  return { ...none, ...Object.fromEntries(entries) }
}

const none: OutcomeCounts = {
  ...{ success: 0, failure: 0, model_refusal: 0, budget_exhausted: 0 },
  ...{ safeguard_block: 0, infra_error: 0, grader_error: 0, not_run: 0 },
}

function samplesAfter(run: Run, query: Readonly<Record<string, string>>) {
  const all = samplesOf(run).filter(
    (one) =>
      (query['outcome'] === undefined || one.result?.outcome === query['outcome']) &&
      `${one.task} ${one.result?.family}`.includes((query['words'] ?? '').toLowerCase()),
  )
  const [task = '', epoch] = [query['afterTask'], Number(query['afterEpoch'] ?? 0)]
  const first = all.findIndex((one) => one.task > task || (one.task === task && one.epoch > epoch))
  if (first < 0) return { items: [], next: null }
  const items = all.slice(first, first + Number(query['limit'] ?? 200))
  const last = items.at(-1)
  const isMore = first + items.length < all.length && last !== undefined
  return { items, next: isMore ? { afterTask: last.task, afterEpoch: last.epoch } : null }
}

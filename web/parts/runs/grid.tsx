import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { Run, Sample } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { counted } from '../../ui/words.ts'
import { outcomeList } from './outcome-list.ts'
import { OutcomeLetter } from './outcome-mark.tsx'
import { outcomeFaces } from './outcome-words.ts'

const tasksAtOnce = 100

type GridProps = {
  readonly run: Run
  readonly samples: readonly Sample[]
  /** The rest of the samples, which are read a page at a time. */
  readonly more: Parameters<typeof ShowMore>[0]['of']
}

/** Tasks by attempts: each cell has the letter and the colour of how that attempt ended. */
export function Grid({ run, samples, more }: GridProps) {
  const [shown, setShown] = useState(tasksAtOnce)
  const { tasks, epochs } = useMemo(() => gridOf(samples), [samples])
  const silent = more.hasNextPage ? 0 : run.expected.tasks - tasks.length
  return (
    <Section title="Tasks by attempts" beside={<Legend />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys. */}
      <div tabIndex={0} className="relative max-h-[60dvh] overflow-auto">
        <table className="text-left">
          <caption className="spoken">How each attempt at each task ended</caption>
          <thead className="sticky top-0 bg-ground text-quiet">
            <tr>
              <th className="pr-4 font-normal">Task</th>
              {epochs.map((epoch) => (
                <th key={epoch} className="min-w-6 text-center font-normal">
                  <span className="spoken">Attempt </span>
                  {epoch}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.slice(0, shown).map(({ task, byEpoch }) => (
              <tr key={task} className="hover:bg-hover">
                <th scope="row" className="pr-4 font-normal whitespace-nowrap">
                  {task}
                </th>
                {epochs.map((epoch) => (
                  <td key={epoch} className="p-0.5 text-center">
                    <Cell run={run.id} sample={byEpoch.get(epoch)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {tasks.length > shown ? (
        <Button className="mt-2" onClick={() => setShown(shown + tasksAtOnce)}>
          Show more of {counted(tasks.length, 'task')}
        </Button>
      ) : (
        <ShowMore words="Show more tasks" of={more} />
      )}
      {silent > 0 && (
        <p className="mt-1 text-quiet">
          Of {counted(silent, 'declared task')} nothing has come in
          {run.closed ? ': not run' : ' yet'}.
        </p>
      )}
    </Section>
  )
}

const Legend = () => (
  <span className="flex flex-wrap gap-x-3 text-small text-quiet">
    {outcomeList.map((one) => (
      <span key={one}>
        <strong className="font-semibold">{outcomeFaces[one].letter}</strong>{' '}
        {outcomeFaces[one].word}
      </span>
    ))}
    <span>
      <strong className="font-semibold">?</strong> Not shown yet
    </span>
  </span>
)

type CellProps = { readonly run: string; readonly sample: Sample | undefined }

function Cell({ run, sample }: CellProps) {
  if (sample === undefined) {
    return (
      <span className="text-quiet">
        <span aria-hidden="true">·</span>
        <span className="spoken">still to come</span>
      </span>
    )
  }
  const { task, epoch, result } = sample
  return (
    <Link
      to="/runs/$id/samples/$task/$epoch"
      params={{ id: run, task, epoch: String(epoch) }}
      title={result === null ? 'ended' : outcomeFaces[result.outcome].word}
      className="inline-flex rounded-sm"
    >
      <span className="spoken">
        {task}, attempt {epoch}: {result === null ? 'ended' : outcomeFaces[result.outcome].word}
      </span>
      {result === null ? (
        <span
          aria-hidden="true"
          className="inline-flex size-5 items-center justify-center rounded-sm border border-edge"
        >
          ?
        </span>
      ) : (
        <OutcomeLetter outcome={result.outcome} />
      )}
    </Link>
  )
}

type TaskRow = { readonly task: string; readonly byEpoch: ReadonlyMap<number, Sample> }

function gridOf(samples: readonly Sample[]) {
  const byTask = Map.groupBy(samples, ({ task }) => task)
  const tasks = [...byTask].map(
    ([task, own]): TaskRow => ({ task, byEpoch: new Map(own.map((one) => [one.epoch, one])) }),
  )
  const last = samples.reduce((most, { epoch }) => Math.max(most, epoch), 1)
  return { tasks, epochs: Array.from({ length: last }, (_, at) => at + 1) }
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import type { Run, Sample } from '../../api/types.ts'
import { lastingOf, moneyOf } from '../../parts/runs/money.ts'
import { outcomeList } from '../../parts/runs/outcome-list.ts'
import { OutcomeMark } from '../../parts/runs/outcome-mark.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { samplesQuery } from '../../parts/runs/queries.ts'
import { classes } from '../../ui/classes.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { counted, grouped } from '../../ui/words.ts'

/** Every attempt that came in, one a row; what it is filtered by stands in the address. */
export function Samples({ run }: { readonly run: Run }) {
  const search = useSearch({ from: '/inside/runs/$id' })
  const outcome = outcomeList.find((one) => one === search['outcome'])
  const words = useDeferredValue(search['q'] ?? '')
  const listed = useInfiniteQuery(samplesQuery(run.id, { outcome, words }))
  const { data, error, refetch } = listed
  const found = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section
      title="Samples"
      beside={
        <span role="status" className="text-quiet">
          {counted(found.length, 'sample')}
          {listed.hasNextPage && ' read so far'}
        </span>
      }
    >
      <Filters search={search} isShown={run.outcomes !== null} />
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys. */}
      <div tabIndex={0} className="relative mt-2 overflow-x-auto">
        <Table run={run.id} samples={found} />
      </div>
      {data && found.length === 0 && <p className="py-2 text-quiet">No sample is like this.</p>}
      <ShowMore words="Show more samples" of={listed} />
    </Section>
  )
}

type FiltersProps = {
  readonly search: Readonly<Record<string, string>>
  /** Whether results are shown: nobody filters by what they may not see. */
  readonly isShown: boolean
}

function Filters({ search, isShown }: FiltersProps) {
  const navigate = useNavigate()
  const { outcome = '', q: words = '' } = search
  const set = (name: 'outcome' | 'q', value: string): void =>
    void navigate({ to: '.', search: { ...search, [name]: value }, replace: true })
  return (
    <search className="flex flex-wrap gap-2">
      {isShown && (
        <label className="flex items-center gap-2">
          Outcome
          <select
            className="field"
            value={outcome}
            onChange={({ target }) => set('outcome', target.value)}
          >
            <option value="">all</option>
            {outcomeList.map((one) => (
              <option key={one} value={one}>
                {outcomeFaces[one].word}
              </option>
            ))}
          </select>
        </label>
      )}
      <input
        type="search"
        aria-label="Search tasks and families"
        placeholder="Search tasks and families"
        className="field min-w-52 grow rail:max-w-80"
        value={words}
        onChange={({ target }) => set('q', target.value)}
      />
    </search>
  )
}

const heads = [
  'Task',
  'Attempt',
  'Outcome',
  'Reward',
  'Tokens',
  'Turns',
  'Cost',
  'Worked',
  'Events',
]

type TableProps = { readonly run: string; readonly samples: readonly Sample[] }

const Table = ({ run, samples }: TableProps) => (
  <table className="w-full text-left whitespace-nowrap">
    <caption className="spoken">Samples of the run</caption>
    <thead className="text-quiet">
      <tr>
        {heads.map((head, at) => (
          <th
            key={head}
            className={classes(
              'pr-4 font-normal',
              (at > 2 || at === 1) && 'text-right',
              at > 2 && 'max-rail:hidden',
            )}
          >
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {samples.map((sample) => (
        <Row key={`${sample.task} ${sample.epoch}`} run={run} sample={sample} />
      ))}
    </tbody>
  </table>
)

function Row({ run, sample }: { readonly run: string; readonly sample: Sample }) {
  const { task, epoch, result, events } = sample
  const tokens = result?.tokens ? grouped(result.tokens.input + result.tokens.output) : '–'
  const isContaminated = (result?.contaminations ?? []).length > 0
  const figures = [
    result?.reward ?? '–',
    tokens,
    result?.turns == null ? '–' : grouped(result.turns),
    result?.microUsd == null ? '–' : moneyOf(result.microUsd),
    result?.workingMs == null ? '–' : lastingOf(result.workingMs),
    grouped(events),
  ]
  return (
    <tr className="border-t border-rule hover:bg-hover">
      <th scope="row" className="py-0.5 pr-4 font-normal">
        <Link
          to="/runs/$id/samples/$task/$epoch"
          params={{ id: run, task, epoch: String(epoch) }}
          className="link"
        >
          {task}
        </Link>
        {isContaminated && <strong className="text-warn"> ! wrote a canary</strong>}
      </th>
      <td className="pr-4 text-right">{epoch}</td>
      <td className="pr-4">
        {result === null ? (
          <span className="text-quiet">not shown yet</span>
        ) : (
          <OutcomeMark outcome={result.outcome} />
        )}
      </td>
      {figures.map((figure, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move.
        <td key={at} className="pr-4 text-right max-rail:hidden">
          {figure}
        </td>
      ))}
    </tr>
  )
}

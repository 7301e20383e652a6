import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import type { Sample } from '../../api/types.ts'
import { lastingOf, moneyOf } from '../../parts/runs/money.ts'
import { outcomeList } from '../../parts/runs/outcome-list.ts'
import { OutcomeMark } from '../../parts/runs/outcome-mark.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { counted, grouped } from '../../ui/words.ts'

const rowsAtOnce = 200

type SamplesProps = { readonly run: string; readonly samples: readonly Sample[] }

/** Every attempt that came in, one a row; what it is filtered by stands in the address. */
export function Samples({ run, samples }: SamplesProps) {
  const search = useSearch({ from: '/inside/runs/$id' })
  const [shown, setShown] = useState(rowsAtOnce)
  const [outcome, words] = [search['outcome'] ?? '', useDeferredValue(search['q'] ?? '')]
  const found = useMemo(
    () => samples.filter((one) => fits(one, outcome, words)),
    [samples, outcome, words],
  )
  return (
    <Section
      title="Samples"
      beside={<span className="text-quiet">{counted(found.length, 'sample')}</span>}
    >
      <Filters search={search} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys. */}
      <div tabIndex={0} className="relative mt-2 overflow-x-auto">
        <Table run={run} samples={found.slice(0, shown)} />
      </div>
      {found.length === 0 && <p className="py-2 text-quiet">No sample is like this.</p>}
      {found.length > shown && (
        <Button onClick={() => setShown(shown + 5 * rowsAtOnce)}>
          Show more of {grouped(found.length)}
        </Button>
      )}
    </Section>
  )
}

function fits({ task, result }: Sample, outcome: string, words: string): boolean {
  if (outcome !== '' && result?.outcome !== outcome) return false
  const text = `${task} ${result?.family ?? ''} ${result?.why ?? ''}`.toLowerCase()
  return text.includes(words.toLowerCase())
}

function Filters({ search }: { readonly search: Readonly<Record<string, string>> }) {
  const navigate = useNavigate()
  const { outcome = '', q: words = '' } = search
  const set = (name: 'outcome' | 'q', value: string): void =>
    void navigate({ to: '.', search: { ...search, [name]: value }, replace: true })
  return (
    <search className="flex flex-wrap gap-2">
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
      <input
        type="search"
        aria-label="Search tasks, families and reasons"
        placeholder="Search tasks, families, reasons"
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

const Table = ({ run, samples }: SamplesProps) => (
  <table className="w-full text-left whitespace-nowrap">
    <caption className="spoken">Samples of the run</caption>
    <thead className="text-quiet">
      <tr>
        {heads.map((head, at) => (
          <th key={head} className={`pr-4 font-normal ${at > 2 || at === 1 ? 'text-right' : ''}`}>
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
        <td key={at} className="pr-4 text-right">
          {figure}
        </td>
      ))}
    </tr>
  )
}

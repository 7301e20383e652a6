import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { getOverview } from '../../api/client.ts'
import type { Overview } from '../../api/types.ts'
import { ViewSwitch } from '../../parts/view-switch.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { grouped } from '../../ui/words.ts'
import { DayPlot } from './day-plot.tsx'
import { arrivalsPlot, arrivalsWords, daysCsv, pacePlot, paceSumWords } from './figures.ts'
import { Funnel } from './funnel.tsx'

const ranges = ['7', '30', '90', '365'] as const

const overviewQuery = (days: number) =>
  queryOptions({
    queryKey: ['overview', days],
    queryFn: ({ signal }) => getOverview(days, signal),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  })

/** What came in, what became of it, and whether people keep up. */
export function OverviewPage() {
  const search = useSearch({ from: '/inside/overview' })
  const navigate = useNavigate()
  const range = ranges.find((one) => one === search['days']) ?? '30'
  const isTable = search['as'] === 'table'
  const { data, error, refetch } = useQuery(overviewQuery(Number(range)))
  const go = (change: Readonly<Record<string, string>>): void =>
    void navigate({ to: '/overview', search: { ...search, ...change }, replace: true })
  return (
    <>
      <PageHead title="Overview" about="What came in, what became of it, and what is open">
        <select
          aria-label="Range of the plots"
          className="field"
          value={range}
          onChange={({ target }) => go({ days: target.value })}
        >
          {ranges.map((one) => (
            <option key={one} value={one}>
              {one} days
            </option>
          ))}
        </select>
        <ViewSwitch isTable={isTable} onTable={(next) => go({ as: next ? 'table' : '' })} />
      </PageHead>
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {!data && !error && <p className="text-quiet">Reading…</p>}
        {data && <Figures overview={data} isTable={isTable} />}
      </PageBody>
    </>
  )
}

type FiguresProps = { readonly overview: Overview; readonly isTable: boolean }

function Figures({ overview: { open, funnel, days }, isTable }: FiguresProps) {
  if (funnel.every(({ count }) => count === 0)) return <NothingYet />
  const csv = (): string => daysCsv(days)
  return (
    <div>
      <Open open={open} />
      <Funnel funnel={funnel} isTable={isTable} />
      <div className="grid gap-x-8 split:grid-cols-2">
        <div className="min-w-0">
          <DayPlot
            plot={arrivalsPlot(days)}
            name="reports-by-day"
            sum={arrivalsWords(days)}
            {...{ isTable, csv }}
          />
        </div>
        <div className="min-w-0">
          <DayPlot
            plot={pacePlot(days)}
            name="cases-and-decisions-by-day"
            sum={paceSumWords(days)}
            {...{ isTable, csv }}
          />
        </div>
      </div>
    </div>
  )
}

const openLines = [
  {
    name: 'suggestions',
    to: '/suggestions',
    search: {},
    says: 'pairs to decide on',
  },
  {
    name: 'unassigned',
    to: '/queue',
    search: { status: 'open', assignee: 'nobody' },
    says: 'open cases that nobody has',
  },
  { name: 'waiting', to: '/queue', search: { status: 'waiting' }, says: 'cases that wait' },
  { name: 'arriving', to: '/jobs', search: {}, says: 'reports on their way into cases' },
] as const

/** What needs somebody now; each number leads to its rows. */
const Open = ({ open }: { readonly open: Overview['open'] }) => (
  <Section title="Open now">
    <ul className="flex flex-wrap gap-x-10 gap-y-2">
      {openLines.map(({ name, to, search, says }) => (
        <li key={name}>
          <Link to={to} search={search} className="block hover:underline">
            <span className="block text-title font-semibold">{grouped(open[name])}</span>
            <span className="link">{says}</span>
          </Link>
        </li>
      ))}
    </ul>
  </Section>
)

const NothingYet = () => (
  <Empty title="Nothing came in yet">
    <p>
      Here you will see how many reports come in each day, how many of them are duplicates, and
      whether decisions keep up.
    </p>
    <p>
      <Link to="/import" className="link">
        Hand in the first files
      </Link>
    </p>
  </Empty>
)

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { AccessLogPage, Engagement } from '../../api/types.ts'
import { moneyOf } from '../../parts/engagement-words.ts'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { Fact } from './facts.tsx'
import { requestsQuery } from './gateway-queries.ts'
import { LogTable } from './log-table.tsx'

type OfEngagement = { readonly engagement: Engagement }

const isLive = ({ access }: Engagement): boolean => access.is === 'open'
const everything = { person: '', run: '' }

/** On the page of an engagement: how much is used, and the way to every single request. */
export function AccessSums({ engagement }: OfEngagement) {
  const { id } = engagement
  const { data, error, refetch } = useInfiniteQuery(
    requestsQuery(id, everything, isLive(engagement)),
  )
  const [page] = data?.pages ?? []
  return (
    <Section
      title="What was asked of it"
      beside={
        <Link to="/models/$id" params={{ id }} search={{ part: 'log' }} className="link">
          Every request
        </Link>
      }
    >
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {page && page.items.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          Nothing yet. Each request that passes the gateway shows here: who asked, when, how much,
          and what came of it.
        </p>
      )}
      {page && <Used page={page} />}
    </Section>
  )
}

/** What is used of what was agreed, what is on its way included. */
function Used({ page: { used, budget } }: { readonly page: AccessLogPage }) {
  const of = (one: number, most: number | undefined, say: (count: number) => string) => (
    <>
      {say(one)}
      {most !== undefined && (
        <>
          {' '}
          <span className="text-quiet">of {say(most)}</span>{' '}
          <meter
            className="ml-2 w-32 align-middle"
            aria-label="Used"
            min={0}
            max={Math.max(most, 1)}
            value={Math.min(one, most)}
          />
        </>
      )}
    </>
  )
  return (
    <dl>
      <Fact term="Requests">{of(used.requests, budget?.requests, grouped)}</Fact>
      <Fact term="Tokens">{of(used.tokens, budget?.tokens, grouped)}</Fact>
      <Fact term="Cost">{of(used.microUsd, budget?.microUsd, moneyOf)}</Fact>
      <Fact term="On their way now">{of(used.atOnce, budget?.atOnce, grouped)}</Fact>
    </dl>
  )
}

/** Every request, the newest first; of one person or run where that is asked for. */
export function AccessLog({ engagement }: OfEngagement) {
  const { id } = engagement
  const { person = '', run = '' } = useSearch({ from: '/inside/models/$id' })
  const live = isLive(engagement)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    requestsQuery(id, { person, run }, live),
  )
  const rows = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title="Every request" beside={<Back {...{ id }} isFiltered={person + run !== ''} />}>
      <p className="max-w-[75ch] text-quiet">
        The newest first{live && ', read again every 5 seconds'}. Nobody can take an entry away or
        change it: each one names the one before. Tokens and cost are those that were charged.
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      {data && rows.length === 0 && <p className="py-2">No request{run && ' of that run'}.</p>}
      {rows.length > 0 && (
        <LogTable
          id={id}
          rows={rows}
          onNeedMore={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
          }}
        />
      )}
      <p role="status" className="text-quiet">
        {counted(rows.length, 'request')} read{hasNextPage && ', earlier ones come as you scroll'}
      </p>
    </Section>
  )
}

type BackProps = { readonly id: string; readonly isFiltered: boolean }

const Back = ({ id, isFiltered }: BackProps) => (
  <>
    {isFiltered && (
      <Link to="/models/$id" params={{ id }} search={{ part: 'log' }} className="link">
        Take the filter away
      </Link>
    )}
    <Link to="/models/$id" params={{ id }} search={{}}>
      <Button tabIndex={-1}>Back to the engagement</Button>
    </Link>
  </>
)

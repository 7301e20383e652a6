import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listCaseLooks } from '../../api/client.ts'
import { useMay } from '../../app/may.ts'
import { actionWord } from '../../parts/ledger-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Who } from '../../parts/who-acted.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'

/** Who saw this, for those who audit. Asking is recorded, so that it is done on a click. */
export function Looks({ id }: { readonly id: string }) {
  const [isOpen, setIsOpen] = useState(false)
  if (!useMay('audit')) return null
  return (
    <Section
      title="Who saw this"
      beside={
        !isOpen && (
          <Button look="quiet" onClick={() => setIsOpen(true)}>
            Show who saw this
          </Button>
        )
      }
    >
      {isOpen ? (
        <LookList id={id} />
      ) : (
        <p className="text-quiet">
          Everybody who opened or exported it. That you look is recorded.
        </p>
      )}
    </Section>
  )
}

function LookList({ id }: { readonly id: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['looks', id],
      queryFn: ({ pageParam, signal }) =>
        listCaseLooks(id, { after: pageParam || undefined }, signal),
      initialPageParam: '',
      getNextPageParam: ({ next }) => next ?? undefined,
    },
  )
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      {data && items.length === 0 && <p className="text-quiet">Nothing is recorded yet.</p>}
      <ol>
        {items.map((entry) => (
          <li key={entry.index} className="flex flex-wrap items-baseline gap-x-3 py-0.5">
            <span className="min-w-0 grow basis-80 wrap-anywhere">
              <Who entry={entry} /> {actionWord(entry.action)}
              {entry.organisation && (
                <span className="text-quiet">
                  , {entry.role} of {lineOf(entry.organisation.name ?? entry.organisation.id, 100)}
                </span>
              )}
              {entry.reason !== null && <span> because: {lineOf(entry.reason, 300)}</span>}
            </span>
            <span className="text-quiet">
              <When at={entry.at} />
            </span>
            <Link to="/ledger" search={{ entry: String(entry.index) }} className="link">
              Entry {entry.index}
            </Link>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button look="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier looks
        </Button>
      )}
    </>
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { LedgerEntry } from '../../api/types.ts'
import type { TextSearch } from '../../app/search.ts'
import { actionWord } from '../../parts/ledger-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Who } from '../../parts/who-acted.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { When } from '../../ui/when.tsx'
import { CheckpointPart } from './checkpoint.tsx'
import { EntryPart } from './entry.tsx'
import { Filters } from './filters.tsx'
import { entriesQuery } from './queries.ts'
import { Unusual } from './unusual.tsx'

/** Who opened, changed or took away what, for those who audit. */
export function LedgerPage() {
  const search: TextSearch = useSearch({ from: '/inside/ledger' })
  const navigate = useNavigate()
  const go = (change: TextSearch): void =>
    void navigate({ to: '/ledger', search: { ...search, ...change }, replace: true })
  const { entry } = search
  return (
    <>
      <PageHead
        title="Ledger"
        about="Who opened, changed or took away what, newest first. That you look is recorded too."
      />
      <PageBody>
        <div className="grid grid-cols-1 gap-x-10 split:grid-cols-[minmax(0,1fr)_26rem] split:grid-rows-[auto_1fr]">
          <div className="min-w-0 split:row-span-2">
            <Filters search={search} onGo={go} />
            <Entries search={search} />
          </div>
          {/* On a narrow screen the open entry lies before the list, all else behind it. */}
          <div className="min-w-0 max-split:order-first">
            {entry !== undefined && (
              <EntryPart key={entry} index={entry} onClose={() => go({ entry: '' })} />
            )}
          </div>
          <div className="min-w-0 max-split:mt-4">
            <Unusual />
            <CheckpointPart />
          </div>
        </div>
      </PageBody>
    </>
  )
}

function Entries({ search }: { readonly search: TextSearch }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    entriesQuery(search),
  )
  const rows = useRowKeys<HTMLUListElement>('Ledger')
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-labelledby="entries" className="mt-4">
      <h2 id="entries" className="heading min-h-7">
        Entries
      </h2>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      {data && items.length === 0 && (
        <p className="max-w-[65ch] text-quiet">No entry fits. Take a filter away.</p>
      )}
      <ul ref={rows}>
        {items.map((one) => (
          <Row key={one.index} entry={one} search={search} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier entries
        </Button>
      )}
    </section>
  )
}

function Row({ entry, search }: { readonly entry: LedgerEntry; readonly search: TextSearch }) {
  const { index, at, action, organisation, record, redacted, damaged } = entry
  const isOpen = search['entry'] === String(index)
  return (
    <li className={classes('border-t border-rule', isOpen && 'bg-chosen')}>
      <Link
        to="/ledger"
        search={{ ...search, entry: String(index) }}
        data-row
        aria-current={isOpen ? 'true' : undefined}
        className="flex flex-wrap items-baseline gap-x-3 px-1 py-1.5 -outline-offset-2 hover:bg-hover"
      >
        <span className="w-14 font-mono text-small text-quiet">{index}</span>
        <span className="min-w-0 grow basis-60 wrap-anywhere">
          <Who entry={entry} /> {actionWord(action)}
          {organisation && (
            <span className="text-quiet">
              , for {lineOf(organisation.name ?? organisation.id, 100)}
            </span>
          )}
          {redacted.length > 0 && <span className="text-warn"> ○ Values taken away</span>}
          {damaged.length > 0 && <span className="text-danger"> ✗ Damaged</span>}
          {record !== null && (
            <span className="block font-mono text-small text-quiet">{lineOf(record, 120)}</span>
          )}
        </span>
        <span className="text-small text-quiet">
          <When at={at} />
        </span>
      </Link>
    </li>
  )
}

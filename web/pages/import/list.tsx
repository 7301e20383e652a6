import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Import } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { Age } from '../../ui/when.tsx'
import { counted, sizeOf } from '../../ui/words.ts'
import { ImportProgress } from './import-progress.tsx'
import { importsQuery } from './queries.ts'
import { hasEnded } from './uploads.ts'
import { countWords } from './words.ts'

/** Every hand-in, newest first, with how far it is. */
export function ImportList({ openId }: { readonly openId: string | undefined }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(importsQuery)
  const ref = useRowKeys<HTMLUListElement>('Imports')
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-labelledby="imports" className="mt-6">
      <h2 id="imports" className="heading min-h-7">
        Imports
      </h2>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      {data && items.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          Nothing was handed in yet. Drop a file above, or load the example findings to see what
          becomes of one. From the command line:{' '}
          <code className="font-mono text-small">npx --no-install parley push findings.sarif</code>
        </p>
      )}
      <ul ref={ref}>
        {items.map((one) => (
          <Line key={one.id} found={one} isOpen={one.id === openId} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier imports
        </Button>
      )}
    </section>
  )
}

function Line({ found, isOpen }: { readonly found: Import; readonly isOpen: boolean }) {
  const { id, name, series, sizeBytes, receivedAt, state, problems } = found
  const lost = problems.filter((problem) => problem.lost).length
  return (
    <li className={classes('relative border-t border-rule', isOpen && 'bg-chosen')}>
      <Link
        to="/import"
        search={{ id }}
        data-row
        aria-current={isOpen ? 'true' : undefined}
        className="block px-1 py-1.5 -outline-offset-2 hover:bg-hover"
      >
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span className="min-w-0 grow font-semibold wrap-anywhere">{lineOf(name, 200)}</span>
          <span className="text-quiet">
            {series !== null && `${lineOf(series, 60)}, `}
            {sizeOf(sizeBytes)}, <Age at={receivedAt} />
          </span>
        </span>
        <span className="flex flex-wrap items-baseline gap-x-3">
          {state === 'refused' && <span className="text-danger">✗ Refused</span>}
          {state === 'placed' && <span className="text-good">✓ Done</span>}
          {hasEnded(state) ? (
            <span className="text-quiet">{countWords(found)}</span>
          ) : (
            <ImportProgress found={found} isLine />
          )}
          {lost > 0 && (
            <span className="text-warn">{counted(lost, 'thing')} could not be read</span>
          )}
        </span>
      </Link>
    </li>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { isProblem } from '../../api/problem.ts'
import type { Import, ImportProblem } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted, grouped, sizeOf } from '../../ui/words.ts'
import { ImportProgress } from './import-progress.tsx'
import { ImportedReports } from './imported-reports.tsx'
import { importQuery } from './queries.ts'
import { countLines } from './words.ts'

/** What became of one hand-in. */
export function ImportDetail({ id }: { readonly id: string }) {
  const { data: found, error, refetch } = useQuery(importQuery(id))
  const navigate = useNavigate()
  const close = (): void => void navigate({ to: '/import' })
  useKeys('The open import', [{ keys: ['escape'], does: 'close it', run: close }])
  if (isProblem(error, 404)) {
    return (
      <Empty title="There is no such import">
        <p>It may be mistyped, or one that you may not see.</p>
        <Button onClick={close}>Back to all imports</Button>
      </Empty>
    )
  }
  return (
    <article aria-label="Import" className="px-4 pb-8">
      <div className="flex min-h-11 items-center pt-2">
        <span className="grow text-quiet">Import</span>
        <Button look="quiet" hint="esc" onClick={close}>
          Close
        </Button>
      </div>
      {found && <Story found={found} />}
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {!found && !error && <p className="text-quiet">Reading…</p>}
    </article>
  )
}

function Story({ found }: { readonly found: Import }) {
  const { id, name, format, series, sizeBytes, receivedAt, finishedAt, state, counts } = found
  return (
    <>
      <h2 className="text-title font-semibold wrap-anywhere">{lineOf(name, 300)}</h2>
      <p className="text-quiet wrap-anywhere">
        {format === null ? 'Format not recognised' : lineOf(format, 60)}, {sizeOf(sizeBytes)}
        {series !== null && `, series ${lineOf(series, 100)}`}. Handed in <When at={receivedAt} />
        {finishedAt !== null && (
          <>
            , {state === 'refused' ? 'refused' : 'done'} <When at={finishedAt} />
          </>
        )}
      </p>
      <div className="my-3 min-h-8">
        <ImportProgress found={found} />
        <Outcome found={found} />
      </div>
      {state !== 'refused' && <Counts found={found} />}
      <Problems problems={found.problems} />
      {counts.findings > 0 && <ImportedReports key={id} id={id} state={state} />}
    </>
  )
}

function Outcome({ found: { id, state, counts } }: { readonly found: Import }) {
  if (state === 'refused') {
    return (
      <Notice tone="danger">
        Nothing of this file was stored as a report. The reasons stand below; what can be mended can
        be handed in again.
      </Notice>
    )
  }
  if (state !== 'placed') {
    return <p className="mt-1 text-quiet">You may leave: it goes on, and tells when it is done.</p>
  }
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
      {counts.reports > 0 && (
        <Link
          to="/queue"
          search={{ import: id }}
          className="inline-flex min-h-7 items-center rounded-md bg-accent-ground px-2.5 text-on-accent hover:brightness-110"
        >
          Cases of this import
        </Link>
      )}
      {counts.suggestions > 0 && (
        <Link to="/suggestions" className="link">
          Decide on {counted(counts.suggestions, 'suggestion')}
        </Link>
      )}
      {counts.gone > 0 && (
        <Link to="/queue" search={{ seen: 'gone' }} className="link">
          Cases no longer seen
        </Link>
      )}
    </p>
  )
}

function Counts({ found: { counts } }: { readonly found: Import }) {
  return (
    <Section title="What it brought">
      <dl className="grid max-w-[720px] grid-cols-[auto_minmax(0,1fr)] gap-x-3">
        {countLines.map(({ name, title, means }) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid items-baseline">
            <dt className="order-2">
              {title} <span className="text-quiet">{means}</span>
            </dt>
            <dd className="text-right font-semibold">{grouped(counts[name])}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

const shownMax = 200

function Problems({ problems }: { readonly problems: readonly ImportProblem[] }) {
  if (problems.length === 0) return null
  const lost = problems.filter((one) => one.lost)
  const title =
    lost.length > 0
      ? `${counted(lost.length, 'thing')} could not be read`
      : `${counted(problems.length, 'remark')}`
  return (
    <Section title={title}>
      <ul className="space-y-2">
        {problems.slice(0, shownMax).map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of one import never changes.
          <li key={at} className="border-l-2 border-edge pl-3">
            <p className="wrap-anywhere">
              <strong className={one.lost ? 'text-danger' : 'text-warn'}>
                {one.lost ? 'Lost' : 'Kept'}
              </strong>{' '}
              {lineOf(one.why, 600)}
            </p>
            <p className="text-small text-quiet wrap-anywhere">
              <code className="font-mono">{lineOf(one.code, 80)}</code>
              {one.at !== null && (
                <>
                  {' '}
                  at <code className="font-mono">{lineOf(one.at, 300)}</code>
                </>
              )}
            </p>
            {one.hint !== null && <p className="wrap-anywhere">{lineOf(one.hint, 600)}</p>}
          </li>
        ))}
      </ul>
      {problems.length > shownMax && (
        <p className="mt-2 text-quiet">and {grouped(problems.length - shownMax)} more like these</p>
      )}
    </Section>
  )
}

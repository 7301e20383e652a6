import { Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import type { TextSearch } from '../../app/search.ts'
import { CaseDialogs } from '../../parts/actions/dialogs.tsx'
import { useCaseActs } from '../../parts/actions/keys.ts'
import { LabelMark } from '../../parts/label.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { useChoice } from './choice.ts'
import { useCursor } from './cursor.ts'
import { NothingThere, Skeleton } from './empty.tsx'
import { queryOf } from './filters.ts'
import { List } from './list.tsx'
import { Toolbar } from './toolbar.tsx'
import { useRows } from './use-rows.ts'

/** The cases that a person works through, most urgent first; the open one beside the list. */
export function QueuePage() {
  const { id: openId } = useParams({ strict: false })
  return (
    <div className="flex min-h-0 grow">
      <p className="printed-instead">The list of cases is not printed.</p>
      <section
        aria-label="List of cases"
        className={classes(
          'not-printed',
          'relative flex min-h-0 min-w-0 flex-col',
          openId === undefined
            ? 'grow'
            : 'w-[34%] min-w-85 shrink-0 border-r border-rule max-split:hidden',
        )}
      >
        <QueueList openId={openId} />
      </section>
      {openId !== undefined && (
        <section aria-label="Case" className="flex min-h-0 min-w-0 grow flex-col">
          <Outlet />
        </section>
      )}
    </div>
  )
}

function QueueList({ openId }: { readonly openId: string | undefined }) {
  const search = useSearch({ from: '/inside/queue' })
  const navigate = useNavigate()
  const query = queryOf(search)
  const key = JSON.stringify(query)
  const isUsed = useRef(false)
  const list = useRows(query, () => isUsed.current)
  const cursor = useCursor({ rows: list.rows, key, openId })
  const choice = useChoice(list.rows)
  const current = list.rows[cursor.at]
  isUsed.current = openId !== undefined || cursor.at >= 0 || choice.chosen.length > 0
  const acts = useCaseActs(() =>
    choice.chosen.length > 0 ? choice.chosen : current ? [current] : [],
  )
  const mayDecide = useMay('decide')
  const field = useRef<HTMLInputElement>(null)
  const [isFilterOpen, setIsFilterOpen] = useState(false)
  const onSearch = (next: TextSearch): void => {
    void navigate({
      to: openId ? '/queue/$id' : '/queue',
      params: true,
      search: next,
      replace: true,
    })
  }
  useKeys('List', [
    {
      keys: ['r'],
      does: 'read again, with what changed',
      isOff: list.changedElsewhere === 0,
      run: list.readAgain,
    },
  ])
  useListKeys({ cursor, choice, field, openFilter: () => setIsFilterOpen(true), openId })
  return (
    <>
      <PageHead title="Queue" about={<Count list={list} />}>
        {list.changedElsewhere > 0 && (
          <Button onClick={list.readAgain} hint="r">
            {counted(list.changedElsewhere, 'case')} changed: read again
          </Button>
        )}
      </PageHead>
      <Toolbar
        {...{ search, query, onSearch, field, isFilterOpen }}
        onFilterOpen={setIsFilterOpen}
        onLeaveField={cursor.focusList}
      />
      <Rows {...{ list, cursor, choice, openId, search }} listKey={key} />
      {mayDecide && <BulkBar chosen={choice.chosen} onAct={acts.begin} onNone={choice.none} />}
      <CaseDialogs act={acts.act} cases={acts.cases} onClose={acts.end} />
    </>
  )
}

function Count({ list }: { readonly list: ReturnType<typeof useRows> }) {
  const { count, isMore, isFirstRead, isOld, usual } = list
  const says =
    isFirstRead || isOld ? 'Reading…' : `${grouped(count)}${isMore ? ' or more' : ''} cases`
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <span role="status">{says}</span>
      {usual !== null && (
        <span>
          <LabelMark label={usual} /> unless a row says otherwise
        </span>
      )}
    </span>
  )
}

type RowsProps = {
  readonly list: ReturnType<typeof useRows>
  readonly cursor: ReturnType<typeof useCursor>
  readonly choice: ReturnType<typeof useChoice>
  readonly openId: string | undefined
  readonly search: TextSearch
  readonly listKey: string
}

function Rows({ list, cursor, choice, openId, search, listKey }: RowsProps) {
  if (list.error && list.rows.length === 0) {
    return (
      <div className="px-3">
        <ReadFailed error={list.error} retry={list.readAgain} />
      </div>
    )
  }
  if (list.isFirstRead) return <Skeleton />
  if (list.rows.length === 0) return <NothingThere search={search} />
  return (
    <List
      key={listKey}
      rows={list.rows}
      count={list.count}
      isMore={list.isMore}
      isOld={list.isOld}
      usual={list.usual?.marking ?? null}
      hasNext={list.hasNext}
      onNeedMore={list.readNext}
      offsetPx={cursor.offsetPx}
      onOffset={cursor.keepOffset}
      cursor={cursor.at}
      onCursor={cursor.move}
      openId={openId}
      chosen={choice.ids}
      onFlip={choice.flip}
      onOpen={cursor.open}
    />
  )
}

type ListKeys = Pick<RowsProps, 'cursor' | 'choice' | 'openId'> & {
  readonly field: React.RefObject<HTMLInputElement | null>
  readonly openFilter: () => void
}

function useListKeys({ cursor, choice, field, openFilter, openId }: ListKeys): void {
  const flip = (isRange: boolean): void => {
    if (cursor.row) choice.flip(cursor.row, isRange)
  }
  const extend = (step: number): void => {
    flip(true)
    const next = cursor.move(cursor.at + step)
    if (next) choice.flip(next, true)
  }
  useKeys('List', [
    { keys: ['j'], does: 'next', run: () => void cursor.move(cursor.at + 1) },
    { keys: ['k'], does: 'previous', run: () => void cursor.move(cursor.at - 1) },
    {
      keys: ['enter', 'o'],
      does: 'open',
      run: () => cursor.row && cursor.open(cursor.row),
    },
    { keys: ['space'], does: 'choose for what is done to many', run: () => flip(false) },
    { keys: ['shift+j', 'shift+arrowdown'], does: 'choose down', run: () => extend(1) },
    { keys: ['shift+k', 'shift+arrowup'], does: 'choose up', run: () => extend(-1) },
    { keys: ['ctrl+a'], does: 'choose all that are read', run: choice.all },
    { keys: ['/'], does: 'search', run: () => field.current?.focus() },
    { keys: ['f'], does: 'filter', run: openFilter },
    {
      keys: ['escape'],
      does: 'choose none, then close the case',
      isOff: choice.chosen.length === 0 && openId === undefined,
      run: () => (choice.chosen.length > 0 ? choice.none() : cursor.close()),
    },
  ])
}

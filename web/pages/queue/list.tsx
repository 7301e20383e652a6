import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { Row, rowPx } from './row.tsx'

type ListProps = {
  readonly rows: readonly CaseRow[]
  readonly count: number
  readonly isMore: boolean
  /** The rows are those of the words before, until the new ones are read. */
  readonly isOld: boolean
  /** The marking that the head of the list says for its rows. */
  readonly usual: string | null
  readonly hasNext: boolean
  readonly onNeedMore: () => void
  /** Where the list begins when it is shown again. */
  readonly offsetPx: number
  readonly onOffset: (offsetPx: number) => void
  readonly cursor: number
  readonly onCursor: (at: number) => unknown
  readonly openId: string | undefined
  readonly chosen: ReadonlySet<string>
  readonly onFlip: (row: CaseRow, isRange: boolean) => void
  readonly onOpen: (row: CaseRow) => void
}

/** The list itself: however long it is, only the rows in sight are drawn. */
export function List(props: ListProps) {
  const { rows, count, isMore, hasNext, onNeedMore, cursor, openId, chosen } = props
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 6,
    initialOffset: props.offsetPx,
    useFlushSync: false,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNext && last >= rows.length - 40) onNeedMore()
  }, [hasNext, last, rows.length, onNeedMore])
  const isListOnly = openId === undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that was hidden shows its cursor.
  useEffect(() => {
    if (cursor >= 0) virtual.scrollToIndex(cursor, { align: 'auto' })
  }, [cursor, isListOnly, virtual])
  const current = rows[cursor]
  return (
    <div
      ref={box}
      onScroll={({ currentTarget }) => props.onOffset(currentTarget.scrollTop)}
      className="@container min-h-0 grow overflow-y-auto -outline-offset-2 has-[table:focus-visible]:outline-2 has-[table:focus-visible]:outline-accent"
    >
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows keys move over is a grid.
        role="grid"
        id="list"
        tabIndex={0}
        aria-label="Cases"
        aria-multiselectable="true"
        aria-rowcount={isMore ? -1 : count}
        aria-activedescendant={current ? `row-${current.id}` : undefined}
        aria-busy={props.isOld}
        onKeyDown={(event) => onKey(event, props, box.current?.clientHeight ?? 0)}
        className="block outline-none"
      >
        <Body {...props} heightPx={virtual.getTotalSize()} shown={shown} />
      </table>
      {chosen.size > 0 && <div className="h-16" />}
      {hasNext && <p className="px-4 py-3 text-quiet">Reading more…</p>}
    </div>
  )
}

type BodyProps = ListProps & {
  readonly heightPx: number
  readonly shown: readonly { readonly index: number; readonly start: number }[]
}

/** As high as all rows together, with those in sight at their places. */
function Body({ rows, shown, heightPx, ...list }: BodyProps) {
  return (
    <tbody className="relative block" style={{ height: heightPx }}>
      {shown.map(({ index, start }) => {
        const row = rows[index]
        if (row === undefined) return null
        return (
          <Row
            key={row.id}
            row={row}
            at={index}
            topPx={start}
            isCursor={index === list.cursor}
            isOpen={row.id === list.openId}
            isChosen={list.chosen.has(row.id)}
            isUsual={row.label.marking === list.usual}
            onFlip={list.onFlip}
            onPoint={list.onOpen}
          />
        )
      })}
    </tbody>
  )
}

/** While the list has the focus, the keys of lists work as everywhere. */
function onKey(event: KeyboardEvent, list: ListProps, heightPx: number): void {
  const { rows, cursor, onCursor } = list
  const page = Math.max(1, Math.floor(heightPx / rowPx) - 1)
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor - 1,
    PageDown: cursor + page,
    PageUp: cursor - page,
    Home: 0,
    End: rows.length - 1,
  }
  const next = steps[event.key]
  if (next === undefined || event.shiftKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  onCursor(Math.max(0, Math.min(rows.length - 1, next)))
}

import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { AccessRow } from '../../api/types.ts'
import { moneyOf } from '../../parts/engagement-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { sizeOf } from '../../ui/words.ts'
import { doubtWord, outcomeMarks, tookWord, usageWord } from './log-words.ts'

/** About as high as a row is; each is measured when it is drawn. */
const rowPx = 48

const columns = [
  ...['When (UTC)', 'Who', 'Run', 'Sent / came', 'Took', 'What came of it'],
  ...['Tokens in / out', 'Cost'],
]

const grid =
  'split:grid split:grid-cols-[8.5rem_8rem_minmax(0,1fr)_8.5rem_4rem_10rem_8rem_5.5rem] split:gap-x-3'

type TableProps = {
  readonly id: string
  readonly rows: readonly AccessRow[]
  readonly onNeedMore: () => void
}

/** However long the log is, only the rows in sight are drawn. */
export function LogTable({ id, rows, onNeedMore }: TableProps) {
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 8,
    useFlushSync: false,
  })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 30) onNeedMore()
  }, [last, rows.length, onNeedMore])
  return (
    <section
      ref={box}
      aria-label="Requests"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
      tabIndex={0}
      className="mt-2 max-h-[60dvh] overflow-y-auto"
    >
      <table className="block text-left" aria-rowcount={-1}>
        <thead className="block max-split:spoken">
          <tr className={`${grid} text-quiet`}>
            {columns.map((column) => (
              <th key={column} className="font-normal">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const row = rows[index]
            return (
              row && (
                <tr
                  key={row.entry.request}
                  ref={virtual.measureElement}
                  data-index={index}
                  className={rowClass}
                  style={{ top: start }}
                >
                  <Cells {...{ id, row }} />
                </tr>
              )
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** On a narrow screen the cells follow each other like words. */
const rowClass = `absolute inset-x-0 flex flex-wrap gap-x-3 border-t border-rule py-1 ${grid}`

type CellsProps = { readonly id: string; readonly row: AccessRow }

function Cells({ id, row: { entry, person } }: CellsProps) {
  const { sign, word, tone } = outcomeMarks[entry.outcome.is]
  const { why } = entry.outcome
  const doubt = doubtWord(entry)
  const [day = '', time = ''] = entry.receivedAt.split('T')
  return (
    <>
      <td className="block whitespace-nowrap">
        <time dateTime={entry.receivedAt}>
          {day} {time.slice(0, 8)}
        </time>
      </td>
      <th scope="row" className="block font-normal wrap-anywhere">
        <FilterLink {...{ id }} search={{ person: entry.person }} words={lineOf(person, 60)} />
      </th>
      <td className="block wrap-anywhere max-split:basis-full">
        <FilterLink {...{ id }} search={{ run: entry.run }} words={lineOf(entry.run, 60)} />
        <span className="block text-small text-quiet">{lineOf(entry.asked, 100)}</span>
      </td>
      <td className="block whitespace-nowrap">
        {sizeOf(entry.requestBytes)} / {sizeOf(entry.answerBytes)}
      </td>
      <td className="block whitespace-nowrap">{tookWord(entry.endedMs)}</td>
      <td className="block wrap-anywhere max-split:basis-full">
        <span className={tone}>
          <span aria-hidden="true">{sign}</span> {word}
        </span>
        <span className="text-small text-quiet max-split:ml-2 split:block">
          {entry.status !== null && `Status ${entry.status}`} {why !== null && lineOf(why, 100)}
        </span>
      </td>
      <td className="block whitespace-nowrap">
        {usageWord(entry)}
        <span className="split:hidden"> tokens</span>
        {doubt !== null && (
          <span className="block text-small whitespace-normal text-warn">! {doubt}</span>
        )}
      </td>
      <td className="block whitespace-nowrap">{moneyOf(entry.microUsd)}</td>
    </>
  )
}

type LinkProps = {
  readonly id: string
  readonly search: Readonly<Record<string, string>>
  readonly words: string
}

/** Leads to the entries of that person or run alone. */
const FilterLink = ({ id, search, words }: LinkProps) => (
  <Link to="/models/$id" params={{ id }} search={{ part: 'log', ...search }} className="link">
    {words}
  </Link>
)

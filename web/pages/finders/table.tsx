import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Finder } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Age } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'
import { shareWords } from './figures.ts'
import type { Order } from './order.ts'

type Column = {
  readonly title: string
  /** Missing where nobody would order by it. */
  readonly order?: Order
  readonly isNumber?: boolean
  readonly of: (finder: Finder) => ReactNode
}

const columns: readonly Column[] = [
  { title: 'Organisation', of: ({ organisation }) => lineOf(organisation, 60) },
  { title: 'Submitted', order: 'submitted', isNumber: true, of: (one) => grouped(one.submitted) },
  { title: 'Confirmed', isNumber: true, of: ({ confirmed }) => grouped(confirmed) },
  { title: 'Refuted', isNumber: true, of: ({ refuted }) => grouped(refuted) },
  {
    title: 'Confirmed share',
    order: 'confirmed',
    of: ({ confirmedShare }) => shareWords(confirmedShare),
  },
  {
    title: 'Duplicate share',
    order: 'duplicates',
    of: ({ duplicateShare }) => shareWords(duplicateShare),
  },
  { title: 'Last', order: 'last', of: ({ lastAt }) => <Age at={lastAt} /> },
]

type FinderTableProps = {
  readonly finders: readonly Finder[]
  readonly order: Order
  readonly onOrder: (order: Order) => void
}

/** The same data as the plot, with every number. */
export function FinderTable({ finders, order, onOrder }: FinderTableProps) {
  const ref = useRowKeys<HTMLTableElement>('Finders')
  return (
    <div className="relative overflow-x-auto">
      <table ref={ref} className="w-full text-left whitespace-nowrap">
        <thead>
          <tr className="text-quiet">
            <Head
              column={{ title: 'Finder', order: 'name', of: () => null }}
              {...{ order, onOrder }}
            />
            {columns.map((column) => (
              <Head key={column.title} {...{ column, order, onOrder }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {finders.map((finder) => (
            <tr
              key={`${finder.organisation} ${finder.name}`}
              className="border-t border-rule hover:bg-hover"
            >
              <th scope="row" className="py-1 pr-4 font-normal">
                <Link
                  to="/queue"
                  search={{ finder: finder.name }}
                  data-row
                  className="link -outline-offset-2"
                >
                  {lineOf(finder.name, 80)}
                </Link>
              </th>
              {columns.map(({ title, isNumber, of }) => (
                <td key={title} className={isNumber ? 'pr-4 text-right' : 'pr-4'}>
                  {of(finder)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type HeadProps = Pick<FinderTableProps, 'order' | 'onOrder'> & { readonly column: Column }

function Head({ column, order, onOrder }: HeadProps) {
  const { order: own, title, isNumber } = column
  const place = isNumber ? 'pr-4 text-right font-normal' : 'pr-4 font-normal'
  if (own === undefined) return <th className={place}>{title}</th>
  const isChosen = own === order
  const direction = own === 'name' ? 'ascending' : 'descending'
  return (
    <th className={place} aria-sort={isChosen ? direction : 'none'}>
      <button
        type="button"
        onClick={() => onOrder(own)}
        className={`min-h-7 -outline-offset-2 hover:underline ${isChosen ? 'font-semibold text-text' : ''}`}
      >
        {title}
        <span aria-hidden="true"> {isChosen ? (own === 'name' ? '↑' : '↓') : ''}</span>
      </button>
    </th>
  )
}

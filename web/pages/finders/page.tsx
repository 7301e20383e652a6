import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { listFinders } from '../../api/client.ts'
import type { Finder } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { FigureTools } from '../../parts/plot/figure-tools.tsx'
import { ViewSwitch } from '../../parts/view-switch.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { counted } from '../../ui/words.ts'
import { findersCsv, findersSvg } from './figures.ts'
import { inOrder, isOrder, type Order, orders, orderWords } from './order.ts'
import { FinderPlot } from './plot.tsx'
import { AskForReveal } from './reveal.tsx'
import { FinderTable } from './table.tsx'

const findersQuery = infiniteQueryOptions({
  queryKey: ['finders'],
  queryFn: ({ pageParam, signal }) => listFinders({ after: pageParam || undefined }, signal),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next ?? undefined,
  staleTime: 15_000,
})

/** Whose reports turn out to be real, and how sure that is. */
export function FindersPage() {
  const search = useSearch({ from: '/inside/finders' })
  const navigate = useNavigate()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(findersQuery)
  const mayDecide = useMay('decide')
  const order = isOrder(search['sort']) ? search['sort'] : 'confirmed'
  const isTable = search['as'] === 'table'
  const finders = useMemo(
    () => inOrder(data?.pages.flatMap(({ items }) => items) ?? [], order),
    [data, order],
  )
  const go = (change: Readonly<Record<string, string>>): void =>
    void navigate({ to: '/finders', search: { ...search, ...change }, replace: true })
  const onOrder = (sort: Order): void => go({ sort })
  return (
    <>
      <PageHead
        title="Finders"
        about={data ? `Track records of ${counted(finders.length, 'finder')}` : 'Reading…'}
      >
        <OrderField order={order} onOrder={onOrder} />
        <ViewSwitch isTable={isTable} onTable={(next) => go({ as: next ? 'table' : '' })} />
        <FigureTools
          name="finders"
          csv={() => findersCsv(finders)}
          svg={() => findersSvg(finders)}
        />
      </PageHead>
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data && finders.length === 0 && <NoFinders />}
        {finders.length > 0 && <Records {...{ finders, isTable, order, onOrder }} />}
        {mayDecide && <AskForReveal finders={finders} />}
        {hasNextPage && (
          <Button
            className="mt-3"
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Read more finders
          </Button>
        )}
      </PageBody>
    </>
  )
}

type RecordsProps = {
  readonly finders: readonly Finder[]
  readonly isTable: boolean
  readonly order: Order
  readonly onOrder: (order: Order) => void
}

const Records = ({ finders, isTable, order, onOrder }: RecordsProps) =>
  isTable ? <FinderTable {...{ finders, order, onOrder }} /> : <FinderPlot finders={finders} />

type OrderFieldProps = Pick<RecordsProps, 'order' | 'onOrder'>

const OrderField = ({ order, onOrder }: OrderFieldProps) => (
  <select
    aria-label="Order"
    className="field"
    value={order}
    onChange={({ target }) => {
      if (isOrder(target.value)) onOrder(target.value)
    }}
  >
    {orders.map((one) => (
      <option key={one} value={one}>
        {orderWords[one]}
      </option>
    ))}
  </select>
)

const NoFinders = () => (
  <Empty title="No track records yet">
    <p>
      A finder is whoever a report names: a person, a laboratory or a tool. Once people confirm or
      refute cases, this page shows what share of each finder's reports was real, and how sure that
      is.
    </p>
    <p>
      <Link to="/import" className="link">
        Hand in files
      </Link>
    </p>
  </Empty>
)

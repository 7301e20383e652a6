import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { engagementsQuery } from '../../api/queries.ts'
import type { EngagementRow } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import { AccessLine, EngagementState, WaitsFor } from '../../parts/engagement-marks.tsx'
import { LabelBanner, LabelMark, usualLabel } from '../../parts/label.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { dateOf } from '../../ui/when.tsx'
import { OrderWords } from './order-words.tsx'
import { Publishing } from './publishing.tsx'

/** The engagements of one's organisation, on whichever side it stands. */
export function ModelsPage() {
  const listed = useInfiniteQuery(engagementsQuery)
  const { data, error, refetch } = listed
  const navigate = useNavigate()
  const mayOffer = useMay('offer')
  const mayAdminister = useMay('administer')
  const offer = (): void => void navigate({ to: '/models/offer' })
  useKeys('Models', [{ keys: ['n'], does: 'offer a model', run: offer, isOff: !mayOffer }])
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageHead
        title="Models"
        about="Models that developers show to evaluators before their release, for as long as they like"
      >
        {mayOffer && (
          <Button look="main" hint="n" onClick={offer}>
            Offer a model
          </Button>
        )}
      </PageHead>
      <PageBody>
        <OrderWords side={null} />
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data === undefined && !error && <p className="py-3 text-quiet">Reading…</p>}
        {data && items.length === 0 && <None mayOffer={mayOffer} />}
        {items.length > 0 && <Table items={items} />}
        <ShowMore words="Show older ones" of={listed} />
        {mayAdminister && (
          <div className="mt-6 max-w-[56rem]">
            <Publishing />
          </div>
        )}
      </PageBody>
    </>
  )
}

const None = ({ mayOffer }: { readonly mayOffer: boolean }) => (
  <Empty title="No models yet">
    {mayOffer && (
      <p>
        Offer one: say to whom, which model, when you plan to release it and from when evaluators
        may ask it. Five fields are enough; the rest has defaults that give little away. Nothing
        obliges you to, and you can leave at any second.
      </p>
    )}
    <p>What developers offer to your organisation shows here by itself, and what you answered.</p>
  </Empty>
)

function Table({ items }: { readonly items: readonly EngagementRow[] }) {
  const ref = useRowKeys<HTMLTableElement>('Models')
  const usual = usualLabel(items.map(({ label }) => label))
  return (
    <>
      {usual !== null && <LabelBanner label={usual} />}
      <table ref={ref} className="w-full text-left">
        <thead>
          <tr className="text-quiet">
            <th className="py-1 pr-4 font-normal">State</th>
            <th className="pr-4 font-normal">Model</th>
            <th className="pr-4 font-normal max-rail:hidden">Access</th>
            <th className="pr-4 font-normal max-rail:hidden">Waits for</th>
            <th className="font-normal max-split:hidden">Planned release</th>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <Row key={row.id} row={row} isUsual={row.label.marking === usual?.marking} />
          ))}
        </tbody>
      </table>
    </>
  )
}

type RowProps = { readonly row: EngagementRow; readonly isUsual: boolean }

function Row({ row, isUsual }: RowProps) {
  const { id, state, side, developer, evaluator, model, access, label } = row
  const other = side === 'developer' ? evaluator : developer
  return (
    <tr className="border-t border-rule align-baseline hover:bg-hover">
      <td className="py-1.5 pr-4">
        <EngagementState state={state} />
      </td>
      <th scope="row" className="pr-4 font-normal wrap-anywhere">
        <Link to="/models/$id" params={{ id }} data-row className="link font-semibold">
          {lineOf(model.name, 100)} {lineOf(model.version, 60)}
        </Link>
        <span className="block text-quiet">
          {side === 'developer' ? 'You show it to ' : 'Shown to you by '}
          {lineOf(other.name, 100)} {!isUsual && <LabelMark label={label} />}
        </span>
        <span className="block rail:hidden">
          <AccessLine access={access} />. Waits for: <WaitsFor {...row} />
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">
        <AccessLine access={access} />
      </td>
      <td className="pr-4 max-rail:hidden">
        <WaitsFor {...row} />
      </td>
      <td className="max-split:hidden">
        <Release row={row} />
      </td>
    </tr>
  )
}

const Release = ({ row: { releasedAt, plannedReleaseAt } }: Pick<RowProps, 'row'>) =>
  releasedAt === null ? dateOf(plannedReleaseAt) : <>Released {dateOf(releasedAt)}</>

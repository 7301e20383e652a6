import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PackRow } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { packsQuery } from '../../parts/runs/queries.ts'
import { classes } from '../../ui/classes.ts'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { Ago } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { mayWords } from './words.ts'

/** The shelf: packs of tasks that this organisation committed to, and what one may do with each. */
export function PacksPage() {
  const listed = useInfiniteQuery(packsQuery)
  const { data, error, refetch } = listed
  const packs = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <PageHead
        title="Packs"
        about="Sealed tasks that models are tried at. What was committed to cannot be changed afterwards."
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data === undefined && !error && <p className="text-quiet">Reading…</p>}
        {data && packs.length === 0 && <None />}
        {packs.length > 0 && <Table packs={packs} />}
        <ShowMore words="Show older packs" of={listed} />
      </PageBody>
    </>
  )
}

function None() {
  const mayEvaluate = useMay('evaluate')
  return (
    <Empty title="There is no pack for you here">
      {mayEvaluate ? (
        <p>
          Whoever made a pack commits to it with <code>parley pack commit</code> and hands it in
          sealed; then they give others by name the right to see it, or to fetch it for a run.
        </p>
      ) : (
        <p>
          A pack shows here once an evaluator published its commitment and declared it for a model
          of yours: its name, its strata and its root, and nothing of its tasks.
        </p>
      )}
    </Empty>
  )
}

const Table = ({ packs }: { readonly packs: readonly PackRow[] }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
  <div tabIndex={0} className="relative overflow-x-auto">
    <table className="w-full text-left rail:whitespace-nowrap">
      <caption className="spoken">Packs, the newest first</caption>
      <thead className="text-quiet">
        <tr>
          {['Pack', 'Label', 'Tasks', 'Committed', 'Published', 'Sealed', 'You'].map((head, at) => (
            <th
              key={head}
              className={classes('py-1 pr-6 font-normal', at > 0 && 'max-rail:hidden')}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {packs.map((pack) => (
          <Row key={pack.id} pack={pack} />
        ))}
      </tbody>
    </table>
  </div>
)

function Row({ pack }: { readonly pack: PackRow }) {
  const { id, commitment, committedAt, publishedAt, holders } = pack
  return (
    <tr className="border-t border-rule hover:bg-hover">
      <th scope="row" className="py-1 pr-6 font-normal">
        <Link to="/packs/$id" params={{ id }} className="link">
          {lineOf(commitment.name, 80)} {lineOf(commitment.version, 40)}
        </Link>
        <span className="block text-quiet rail:hidden">
          {lineOf(commitment.label, 40)}, {counted(commitment.count, 'task')},{' '}
          {publishedAt === null ? 'not published yet' : 'published'}. You {mayWords(pack)}.
        </span>
      </th>
      <td className="pr-6 max-rail:hidden">{lineOf(commitment.label, 40)}</td>
      <td className="pr-6 max-rail:hidden">
        {commitment.count} in {commitment.strata.length}{' '}
        {commitment.strata.length === 1 ? 'stratum' : 'strata'}
      </td>
      <td className="pr-6 max-rail:hidden">
        <Ago at={committedAt} />
      </td>
      <td className="pr-6 max-rail:hidden">
        {publishedAt === null ? 'not yet' : <Ago at={publishedAt} />}
      </td>
      <td className="pr-6 max-rail:hidden">
        {holders === null ? 'not handed in' : `any two of ${holders.length} open it`}
      </td>
      <td className="pr-6 max-rail:hidden">{mayWords(pack)}</td>
    </tr>
  )
}

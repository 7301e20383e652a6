import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { isProblem } from '../../api/problem.ts'
import type { Run } from '../../api/types.ts'
import { Grid } from '../../parts/runs/grid.tsx'
import { Named } from '../../parts/runs/person.tsx'
import { runQuery, samplesQuery } from '../../parts/runs/queries.ts'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { CloseRun } from './close-run.tsx'
import { Outcomes } from './outcomes.tsx'
import { Samples } from './samples.tsx'
import { Standing } from './standing.tsx'

/** One run of a pack: how far it is, how its attempts ended, and each of them. */
export function RunPage() {
  const { id } = useParams({ from: '/inside/runs/$id' })
  const { data, error, refetch } = useQuery(runQuery(id))
  if (data) return <Whole key={id} run={data} />
  if (isProblem(error, 404)) return <NotThere />
  return (
    <>
      <PageHead title="Run" {...(error === null ? { about: 'Reading…' } : {})} />
      <PageBody>{error && <ReadFailed error={error} retry={() => void refetch()} />}</PageBody>
    </>
  )
}

function Whole({ run }: { readonly run: Run }) {
  const listed = useInfiniteQuery(samplesQuery(run.id))
  const { data, error, refetch } = listed
  const samples = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Named names={run.names}>
      <PageHead title={`Run ${run.number}`} about={<Under run={run} />}>
        {run.closed === null && run.mayWork && <CloseRun run={run} />}
      </PageHead>
      <PageBody>
        <Standing run={run} samples={samples} />
        <Outcomes run={run} />
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {samples.length > 0 && (
          <>
            <Grid run={run} samples={samples} more={listed} />
            <Samples run={run} />
          </>
        )}
      </PageBody>
    </Named>
  )
}

const Under = ({ run: { id, engagement, declaration, pack } }: { readonly run: Run }) => (
  <>
    Under{' '}
    <Link to="/models/$id/declarations" params={{ id: engagement }} className="link">
      declaration {declaration.slice(0, 12)}
    </Link>
    {pack !== null && (
      <>
        {' of '}
        <Link to="/packs/$id" params={{ id: pack }} className="link">
          this pack
        </Link>
      </>
    )}
    . What it shows is in{' '}
    <Link to="/runs/$id/verdict" params={{ id }} className="link">
      the verdict
    </Link>
    ; nothing here holds, delays or permits a release.
  </>
)

const NotThere = () => (
  <Empty title="There is no such run" isWholePage>
    <p>It may be mistyped, or it is of an engagement or a pack that you may not see.</p>
  </Empty>
)

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { isProblem, saysOf } from '../../api/problem.ts'
import { giveVerdict } from '../../api/results.ts'
import type { Run, RunVerdict } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Grid } from '../../parts/runs/grid.tsx'
import { Named, Person } from '../../parts/runs/person.tsx'
import { declarationsQuery, runQuery, samplesQuery } from '../../parts/runs/queries.ts'
import { VerdictMark } from '../../parts/runs/verdict-mark.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { Disputes } from './disputes.tsx'
import { Evidence } from './evidence.tsx'
import { Families, Recounts } from './families.tsx'
import { HorizonFigure } from './horizon.tsx'
import { Interval } from './interval.tsx'
import { Missing } from './missing.tsx'
import { verdictsQuery } from './queries.ts'
import { Responses } from './responses.tsx'
import { Reviews } from './reviews.tsx'

/** What the agreed rule says of a run, what that rests on, and what both sides say of it. */
export function VerdictPage() {
  const { id } = useParams({ from: '/inside/runs/$id/verdict' })
  const run = useQuery(runQuery(id))
  const { data, error, refetch } = useQuery(verdictsQuery(id))
  if (run.data && data) return <Whole key={id} run={run.data} verdicts={data.items} />
  const failed = error ?? run.error
  if (isProblem(failed, 404)) return <NotThere />
  return (
    <>
      <PageHead title="Verdict" {...(failed === null ? { about: 'Reading…' } : {})} />
      <PageBody>{failed && <ReadFailed error={failed} retry={() => void refetch()} />}</PageBody>
    </>
  )
}

type WholeProps = { readonly run: Run; readonly verdicts: readonly RunVerdict[] }

function Whole({ run, verdicts }: WholeProps) {
  const [verdict, ...older] = verdicts.toSorted((one, other) => other.at.localeCompare(one.at))
  return (
    <Named names={run.names}>
      <PageHead
        title={`Verdict on run ${run.number}`}
        about={
          <>
            Worked out from{' '}
            <Link to="/runs/$id" params={{ id: run.id }} className="link">
              the samples that came in
            </Link>{' '}
            by the rule that both sides agreed to before there was access.
          </>
        }
      >
        {run.mayWork && <WorkOut run={run} isAgain={verdict !== undefined} />}
      </PageHead>
      <PageBody>
        {verdict === undefined ? <None run={run} /> : <Shown run={run} verdict={verdict} />}
        {older.length > 0 && <Older verdicts={older} />}
        <Reviews run={run} />
        <Disputes run={run} />
        <Responses run={run} />
      </PageBody>
    </Named>
  )
}

function WorkOut({ run, isAgain }: { readonly run: Run; readonly isAgain: boolean }) {
  const queries = useQueryClient()
  const work = useMutation({
    mutationFn: () => giveVerdict(run.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: verdictsQuery(run.id).queryKey })
      said('Worked the verdict out')
    },
  })
  return (
    <div className="flex flex-wrap items-center gap-2">
      {work.error && <Notice tone="danger">{saysOf(work.error)}</Notice>}
      <Button
        look={isAgain ? 'plain' : 'main'}
        disabled={work.isPending}
        onClick={() => work.mutate()}
      >
        {isAgain ? 'Work it out again' : 'Work it out'}
      </Button>
    </div>
  )
}

const None = ({ run }: { readonly run: Run }) => (
  <Empty title="No verdict was worked out yet">
    <p>
      {run.closed === null && run.rule === 'fixed-look'
        ? 'One look at the end was declared: a verdict can be worked out once the run is closed.'
        : 'The evaluator has the agreed rule worked out; nobody says what comes of it.'}
    </p>
  </Empty>
)

function Shown({ run, verdict }: { readonly run: Run; readonly verdict: RunVerdict }) {
  const { numbers } = verdict
  const { data: kept } = useQuery(declarationsQuery(run.engagement))
  const listed = useInfiniteQuery(samplesQuery(run.id))
  const samples = listed.data?.pages.flatMap(({ items }) => items) ?? []
  const declaration = kept?.items.find(
    ({ digest }) => digest === verdict.declarationSha256,
  )?.declaration
  return (
    <>
      <div className="max-w-[75ch] py-3">
        <p className="text-title">
          <VerdictMark word={verdict.verdict} />
        </p>
        <p className="mt-1 text-read">{sentence(lineOf(verdict.wording, 4_000))}</p>
        <p className="mt-1 text-read font-semibold">{verdict.effect}</p>
        <p className="mt-1 text-quiet">
          <When at={verdict.at} />, by <Person id={verdict.by} />, under declaration{' '}
          <Link to="/models/$id/declarations" params={{ id: run.engagement }} className="link">
            {verdict.declarationSha256.slice(0, 12)}
          </Link>
          , from results {verdict.resultsSha256.slice(0, 12)}.
        </p>
      </div>
      {numbers === null && (
        <Notice>The results were destroyed. The verdict and its digests stay.</Notice>
      )}
      {numbers !== null && declaration && (
        <>
          <Interval {...{ numbers, declaration }} />
          <Evidence {...{ numbers, declaration }} />
          <Missing {...{ numbers, declaration }} />
          <HorizonFigure horizon={numbers.horizon} />
          <Families numbers={numbers} word={verdict.verdict} />
          <Recounts run={run.id} numbers={numbers} />
        </>
      )}
      {samples.length > 0 && <Grid run={run} samples={samples} more={listed} />}
    </>
  )
}

/** Wordings begin small and have no full stop: they stand in sentences of others too. */
const sentence = (wording: string): string =>
  `${wording.charAt(0).toUpperCase()}${wording.slice(1)}.`

const Older = ({ verdicts }: { readonly verdicts: readonly RunVerdict[] }) => (
  <Section title="Worked out before">
    <ul>
      {verdicts.map((one) => (
        <li key={one.id} className="border-t border-rule py-1">
          <VerdictMark word={one.verdict} /> <When at={one.at} />, from results{' '}
          {one.resultsSha256.slice(0, 12)}
        </li>
      ))}
    </ul>
  </Section>
)

const NotThere = () => (
  <Empty title="There is no such run" isWholePage>
    <p>It may be mistyped, or it is of an engagement or a pack that you may not see.</p>
  </Empty>
)

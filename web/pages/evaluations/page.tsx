import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { approvalsQuery, engagementsQuery } from '../../api/queries.ts'
import type { EngagementRow } from '../../api/types.ts'
import { AccessLine, EngagementState } from '../../parts/engagement-marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { newestPacksQuery, newestRunsQuery } from '../../parts/runs/queries.ts'
import { RunLine } from '../../parts/runs/run-line.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { counted } from '../../ui/words.ts'

/** Runs are read for so many windows at most: each is a question of its own. */
const windowsMax = 5

/** The evaluator's day: windows that are open or to come, what runs in them, and what waits. */
export function EvaluationsPage() {
  const listed = useInfiniteQuery(engagementsQuery)
  const { data, error, refetch } = listed
  const own = (data?.pages.flatMap(({ items }) => items) ?? []).filter(isOwn)
  const windows = own.filter(({ access }) => ['before', 'open', 'paused'].includes(access.is))
  return (
    <>
      <PageHead
        title="Evaluations"
        about="Windows of access to models, and what runs in them. They end by themselves; nothing here holds, delays or permits a release."
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data && (
          <>
            <Waiting own={own} />
            <Windows windows={windows.toSorted(byEnd)} />
            <ShowMore words="Look for windows among older offers" of={listed} />
            <Runs windows={windows.slice(0, windowsMax)} />
            <Packs />
          </>
        )}
      </PageBody>
    </>
  )
}

const isOwn = ({ side }: EngagementRow): boolean => side === 'evaluator'
const endOf = ({ access }: EngagementRow): string => ('endsAt' in access ? access.endsAt : '')
const byEnd = (one: EngagementRow, other: EngagementRow): number =>
  endOf(one).localeCompare(endOf(other))
const nameOf = ({ model }: EngagementRow): string =>
  `${lineOf(model.name, 80)} ${lineOf(model.version, 60)}`

/** What waits for whoever looks: offers to answer, and approvals to decide on. */
function Waiting({ own }: { readonly own: readonly EngagementRow[] }) {
  const { data } = useQuery(approvalsQuery)
  const waiting = own.filter(({ waitsFor }) => waitsFor === 'evaluator')
  const toDecide = data?.toDecide.length ?? 0
  return (
    <Section title="What waits for you">
      {waiting.length === 0 && toDecide === 0 && <p className="text-quiet">Nothing.</p>}
      <ul>
        {waiting.map((one) => (
          <li key={one.id}>
            <Link to="/models/$id" params={{ id: one.id }} className="link">
              {nameOf(one)}
            </Link>{' '}
            of {lineOf(one.developer.name, 80)}: <EngagementState state={one.state} />, your side
            answers.
          </li>
        ))}
        {toDecide > 0 && (
          <li>
            <Link to="/approvals" className="link">
              {counted(toDecide, 'approval')}
            </Link>{' '}
            to decide on.
          </li>
        )}
      </ul>
    </Section>
  )
}

const Windows = ({ windows }: { readonly windows: readonly EngagementRow[] }) => (
  <Section title="Windows">
    {windows.length === 0 && (
      <Empty title="No window is open or to come">
        <p>A developer offers a model; once both sides accept the same terms its window is here.</p>
      </Empty>
    )}
    <ul>
      {windows.map((one) => (
        <li
          key={one.id}
          className="flex flex-wrap gap-x-6 border-t border-rule py-1 rail:grid rail:grid-cols-[minmax(0,18rem)_minmax(0,14rem)_15rem_auto]"
        >
          <Link to="/models/$id" params={{ id: one.id }} className="link wrap-anywhere">
            {nameOf(one)}
          </Link>
          <span className="text-quiet wrap-anywhere">{lineOf(one.developer.name, 80)}</span>
          <span>
            <AccessLine access={one.access} />
          </span>
          <Link to="/models/$id/declarations" params={{ id: one.id }} className="link w-fit">
            Declarations<span className="spoken"> and runs of {nameOf(one)}</span>
          </Link>
        </li>
      ))}
    </ul>
  </Section>
)

function Runs({ windows }: { readonly windows: readonly EngagementRow[] }) {
  const answers = useQueries({ queries: windows.map(({ id }) => newestRunsQuery(id)) })
  const runs = windows.flatMap((one, at) =>
    (answers[at]?.data?.items ?? []).map((run) => ({ run, model: nameOf(one) })),
  )
  const failed = answers.find(({ error }) => error !== null)
  return (
    <Section title="Runs">
      {failed?.error && <ReadFailed error={failed.error} />}
      {runs.length === 0 && (
        <p className="text-quiet">
          None. <code>parley eval run</code> begins one under a declaration that both agreed to.
        </p>
      )}
      <ul>
        {runs.map(({ run, model }) => (
          <RunLine key={run.id} run={run} name={`Run ${run.number} of ${model}`} />
        ))}
      </ul>
    </Section>
  )
}

function Packs() {
  const { data, error, refetch } = useQuery(newestPacksQuery)
  return (
    <Section
      title="Packs"
      beside={
        <Link to="/packs" className="link">
          All packs
        </Link>
      }
    >
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="text-quiet">None that you may see.</p>}
      <ul>
        {data?.items.map(({ id, commitment, mayQuery }) => (
          <li
            key={id}
            className="flex flex-wrap gap-x-6 border-t border-rule py-1 rail:grid rail:grid-cols-[minmax(0,18rem)_minmax(0,14rem)_1fr]"
          >
            <Link to="/packs/$id" params={{ id }} className="link wrap-anywhere">
              {lineOf(commitment.name, 80)} {lineOf(commitment.version, 40)}
            </Link>
            <span>{counted(commitment.count, 'task')}</span>
            <span className="text-quiet">
              {mayQuery ? 'You may fetch it for a run' : 'You may see that it is there'}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { isProblem } from '../../api/problem.ts'
import { engagementQuery } from '../../api/queries.ts'
import type { Engagement, KeptDeclaration } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Named } from '../../parts/runs/person.tsx'
import { declarationsQuery, runsQuery } from '../../parts/runs/queries.ts'
import { RunLine } from '../../parts/runs/run-line.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { DeclareForm } from './form.tsx'
import { One } from './one.tsx'

/** What both sides agree on before anybody has access, and which version stands. */
export function DeclarationsPage() {
  const { id } = useParams({ from: '/inside/models/$id/declarations' })
  const engagement = useQuery(engagementQuery(id))
  const { data, error, refetch } = useQuery(declarationsQuery(id))
  if (engagement.data && data) {
    return <Whole key={id} engagement={engagement.data} kept={data.items} />
  }
  const failed = error ?? engagement.error
  if (isProblem(failed, 404)) return <NotThere />
  return (
    <>
      <PageHead title="Declarations" {...(failed === null ? { about: 'Reading…' } : {})} />
      <PageBody>{failed && <ReadFailed error={failed} retry={() => void refetch()} />}</PageBody>
    </>
  )
}

type WholeProps = {
  readonly engagement: Engagement
  readonly kept: readonly KeptDeclaration[]
}

/** Once somebody could have seen the model, what is declared could have been chosen by it. */
const isBeforeAccess = ({ state, access }: Engagement): boolean =>
  state === 'offered' || access.is === 'before'

function Whole({ engagement, kept }: WholeProps) {
  const { id, model, side, names } = engagement
  const isOpen = isBeforeAccess(engagement)
  return (
    <Named names={names}>
      <PageHead
        title={`Declarations for ${lineOf(model.name, 80)} ${lineOf(model.version, 60)}`}
        about={
          <>
            What is measured, and by which rule, is agreed before anybody sees the{' '}
            <Link to="/models/$id" params={{ id }} className="link">
              model
            </Link>
            . Both sides keep its digest.
          </>
        }
      />
      <PageBody>
        {!isOpen && (
          <Notice>
            Nothing can be declared any more: access has begun, or there is none to come. What is
            declared after that could have been chosen by what was seen.
          </Notice>
        )}
        {kept.length === 0 && <None />}
        {kept.map((one) => (
          <One key={one.digest} engagement={id} kept={one} side={side} isOpen={isOpen} />
        ))}
        <Runs engagement={id} />
        {isOpen && (
          <Section title="Propose a declaration">
            <DeclareForm engagement={id} />
          </Section>
        )}
      </PageBody>
    </Named>
  )
}

function Runs({ engagement }: { readonly engagement: string }) {
  const listed = useInfiniteQuery(runsQuery(engagement))
  const { data, error, refetch } = listed
  const runs = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section title="Runs">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data && runs.length === 0 && <p className="text-quiet">None yet.</p>}
      <ul>
        {runs.map((run) => (
          <RunLine
            key={run.id}
            run={run}
            name={`Run ${run.number} under ${run.declaration.slice(0, 12)}`}
          />
        ))}
      </ul>
      <ShowMore words="Show older runs" of={listed} />
    </Section>
  )
}

const None = () => (
  <Empty title="Nothing was declared yet">
    <p>
      Either side proposes; it stands once the other agrees to the same digest. Without one no run
      begins.
    </p>
  </Empty>
)

const NotThere = () => (
  <Empty title="There is no such engagement" isWholePage>
    <p>It may be mistyped, or it is one that you may not see.</p>
  </Empty>
)

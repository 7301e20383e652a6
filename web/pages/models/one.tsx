import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { makeGatewayToken } from '../../api/engagements.ts'
import { isProblem } from '../../api/problem.ts'
import { engagementQuery } from '../../api/queries.ts'
import type { Engagement } from '../../api/types.ts'
import { AccessLine, EngagementState, WaitsFor } from '../../parts/engagement-marks.tsx'
import { GateToken } from '../../parts/gate-token.tsx'
import { LabelBanner } from '../../parts/label.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { AccessLog, AccessSums } from './access-log.tsx'
import { Acts, LeaveButton } from './acts.tsx'
import { Closings } from './closings.tsx'
import { CounterForm } from './counter.tsx'
import { Determinations } from './determinations.tsx'
import { Documents } from './documents.tsx'
import { Endpoint } from './endpoint.tsx'
import { Events } from './events.tsx'
import { Fact } from './facts.tsx'
import { NarrowForm } from './narrow.tsx'
import { OrderWords } from './order-words.tsx'
import { Partners } from './partners.tsx'
import { ProposalTable, TermsTable } from './terms-table.tsx'
import { Versions } from './versions.tsx'

/** One engagement: what the order says, where access stands, the terms, and who did what. */
export function EngagementPage() {
  const { id } = useParams({ from: '/inside/models/$id' })
  const { data, error, refetch } = useQuery(engagementQuery(id))
  if (data !== undefined) return <Whole key={id} engagement={data} />
  if (isProblem(error, 404)) {
    return (
      <Empty title="There is no such engagement" isWholePage>
        <p>Either it never was, or it is between others: both look the same from here.</p>
      </Empty>
    )
  }
  return (
    <>
      <PageHead title="Model" />
      <PageBody>
        {error ? (
          <ReadFailed error={error} retry={() => void refetch()} />
        ) : (
          <p className="text-quiet">Reading…</p>
        )}
      </PageBody>
    </>
  )
}

function Whole({ engagement }: { readonly engagement: Engagement }) {
  const { form, part } = useSearch({ from: '/inside/models/$id' })
  const { model, developer, evaluator, side, mayDo, label } = engagement
  return (
    <>
      <PageHead
        title={`${lineOf(model.name, 100)} ${lineOf(model.version, 60)}`}
        about={`${lineOf(developer.name, 100)} shows it to ${lineOf(evaluator.name, 100)}. You speak for the ${side}.`}
      >
        <LeaveButton engagement={engagement} />
      </PageHead>
      <PageBody>
        <LabelBanner label={label} />
        <OrderWords side={side} />
        {form === 'counter' && mayDo.includes('counter') ? (
          <CounterForm engagement={engagement} />
        ) : form === 'narrow' && mayDo.includes('narrow') ? (
          <NarrowForm engagement={engagement} />
        ) : part === 'log' ? (
          <AccessLog engagement={engagement} />
        ) : (
          <Parts engagement={engagement} />
        )}
      </PageBody>
    </>
  )
}

function Parts({ engagement }: { readonly engagement: Engagement }) {
  const { version } = useSearch({ from: '/inside/models/$id' })
  const { versions, names, agreed } = engagement
  const newest = versions.at(-1)
  const open = versions.find(({ number }) => String(number) === version) ?? newest
  if (open === undefined) return null
  const isAgreed = agreed !== null && open === newest
  const title = isAgreed
    ? 'Terms that were agreed'
    : `Terms of version ${open.number}${open === newest ? ', on the table' : ''}`
  return (
    <div className="grid grid-cols-1 gap-x-10 split:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="min-w-0 max-w-[56rem]">
        <Standing engagement={engagement} />
        <Acts engagement={engagement} />
        <Section title={title}>
          <TermsTable terms={isAgreed ? agreed.terms : open.proposal.terms} names={names} />
        </Section>
        <Versions engagement={engagement} open={open} />
        <Section title="The model, the window and what each side says">
          <ProposalTable proposal={open.proposal} names={names} />
        </Section>
        {agreed !== null && engagement.side === 'developer' && <Endpoint engagement={engagement} />}
        {agreed !== null && engagement.side === 'evaluator' && 'endsAt' in engagement.access && (
          <OwnToken engagement={engagement} />
        )}
        {agreed !== null && <AccessSums engagement={engagement} />}
        {engagement.access.is === 'over' && <Closings engagement={engagement} />}
        <Determinations engagement={engagement} />
        <Partners engagement={engagement} />
      </div>
      <div className="min-w-0">
        <Documents engagement={engagement} />
        <Events engagement={engagement} />
      </div>
    </div>
  )
}

const tokenHoursMax = 12

/** How the evaluator's people reach the model: each with a token of their own. */
const OwnToken = ({ engagement: { id } }: { readonly engagement: Engagement }) => (
  <Section title="Your way to the model">
    <p className="max-w-[65ch] pb-2 text-quiet">
      Whoever the terms name makes a token for themselves, and asks the gateway with it.
    </p>
    <GateToken make={(wish) => makeGatewayToken(id, wish)} hoursMax={tokenHoursMax} />
  </Section>
)

/** Where access stands, in the first screen. */
function Standing({ engagement }: { readonly engagement: Engagement }) {
  const { id, state, access, plannedReleaseAt, releasedAt, agreed } = engagement
  const queries = useQueryClient()
  const readAgain = useCallback(
    () => void queries.invalidateQueries({ queryKey: ['engagement', id] }),
    [queries, id],
  )
  return (
    <Section title="Where access stands" beside={<EngagementState state={state} />}>
      <p className="pb-2 text-title">
        <AccessLine access={access} onDue={readAgain} />
      </p>
      <dl>
        {'endsAt' in access && (
          <Fact term="Window">
            <When at={access.opensAt} /> until <When at={access.endsAt} />.{' '}
            {agreed?.endsWithRelease === true
              ? 'It ends by itself at that second, or with the release if that comes before.'
              : 'It ends by itself at that second, also after a release: the developer extended it.'}
          </Fact>
        )}
        {access.is === 'over' && (
          <Fact term="Ended">
            <When at={access.endedAt} />
          </Fact>
        )}
        <Fact term="Waits for">
          <WaitsFor {...engagement} />
        </Fact>
        <Fact term={releasedAt === null ? 'Planned release' : 'Released'}>
          <When at={releasedAt ?? plannedReleaseAt} />
        </Fact>
        {agreed !== null && (
          <Fact term="Evaluation">
            <Link to="/models/$id/declarations" params={{ id }} className="link">
              Declarations
            </Link>
            : what both sides say of the rule before access, and the runs under it.
          </Fact>
        )}
        {engagement.settled && (
          <Fact term="Settled">
            <When at={engagement.settled.at} />:{' '}
            {engagement.settled.how === 'return' ? 'given back' : 'destroyed'}.{' '}
            <span className="block font-mono text-small">
              Proof SHA-256 {engagement.settled.proofSha256}
            </span>
          </Fact>
        )}
      </dl>
    </Section>
  )
}

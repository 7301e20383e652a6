import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import {
  approvedExportAddress,
  getApproval,
  grantApproval,
  refuseApproval,
  withdrawApproval,
} from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Approval, ApprovalPage } from '../../api/types.ts'
import { WhyField } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { Revealed } from './revealed.tsx'
import { stateWords, whyNotWords } from './words.ts'

/** One request: exactly what will happen, who asks, why, until when, and what became of it. */
export function OneApproval() {
  const { id } = useParams({ from: '/inside/approvals/$id' })
  const { data, error, refetch } = useQuery({
    queryKey: ['approval', id],
    queryFn: ({ signal }) => getApproval(id, signal),
  })
  return (
    <>
      <PageHead
        title={data?.title ?? 'Approval'}
        about={
          <Link to="/approvals" className="link">
            All approvals
          </Link>
        }
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {data && <Whole approval={data} />}
      </PageBody>
    </>
  )
}

const Whole = ({ approval }: { readonly approval: ApprovalPage }) => (
  <div className="max-w-[70rem]">
    <Section title={approval.state === 'requested' ? 'Exactly this will happen' : 'What was asked'}>
      <ul className="max-w-[75ch] list-disc space-y-1 pl-5 text-read wrap-anywhere">
        {approval.says.map((sentence) => (
          <li key={sentence}>{lineOf(sentence, 2_000)}</li>
        ))}
      </ul>
    </Section>
    <Section title="Who asks, and why">
      <p>
        <span className="font-semibold">{lineOf(approval.by.person.name, 100)}</span>,{' '}
        {lineOf(approval.by.organisation.name, 200)}, on <When at={approval.requestedAt} />
        {approval.isMine && <span className="text-good"> ● You</span>}
      </p>
      <p className="max-w-[75ch] text-read wrap-anywhere">“{lineOf(approval.reason, 2_000)}”</p>
      {approval.state === 'requested' && (
        <p>
          It ends on <When at={approval.expiresAt} />. It takes{' '}
          {approval.mode === 'two-persons' ? 'two people' : 'two people of two organisations'}.
        </p>
      )}
    </Section>
    <Section title="Decision">
      {approval.state === 'requested' ? <Open approval={approval} /> : <Over approval={approval} />}
    </Section>
  </div>
)

function Open({ approval }: { readonly approval: ApprovalPage }) {
  const { isChanged, deciders, whyNot, isMine } = approval
  return (
    <div className="max-w-[75ch] space-y-3">
      {isChanged === true && (
        <Notice tone="warn">
          By now something else would happen, or nothing could: it cannot be granted any more. Who
          still wants it asks again.
        </Notice>
      )}
      {deciders === 0 && (
        <Notice tone="warn">
          Nobody could decide this yet: it takes another person whose role may, and who added a
          passkey or linked an account on their page Profile, if whoever asks made their account.
        </Notice>
      )}
      {deciders !== 0 && deciders !== null && isMine && (
        <p>{counted(deciders, 'person')} could decide it now.</p>
      )}
      {whyNot !== null && <p className="text-quiet">{whyNotWords[whyNot]}</p>}
      {whyNot === null && <Decide approval={approval} />}
      {isMine && <Withdraw approval={approval} />}
    </div>
  )
}

function useDoing(id: string) {
  const queries = useQueryClient()
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const act = async (run: () => Promise<unknown>, says: string): Promise<void> => {
    setIsBusy(true)
    setProblem(null)
    try {
      await run()
      said(says)
    } catch (error) {
      setProblem(saysOf(error))
    }
    setIsBusy(false)
    await queries.invalidateQueries({ queryKey: ['approvals'] })
    await queries.invalidateQueries({ queryKey: ['approval', id] })
  }
  return { act, isBusy, problem }
}

function Decide({ approval: { id, digest, isChanged } }: { readonly approval: ApprovalPage }) {
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const { act, isBusy, problem } = useDoing(id)
  const isMissing = reason.trim() === ''
  const decide = (does: typeof grantApproval, says: string): void => {
    setIsTried(true)
    if (!isMissing) void act(() => does(id, { digest, reason }), says)
  }
  return (
    <div className="space-y-3">
      <WhyField label="Why" value={reason} onValue={setReason} isRequired />
      {isTried && isMissing && <Notice tone="danger">Say why: the ledger keeps it.</Notice>}
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button
          look="main"
          disabled={isBusy || isChanged === true}
          onClick={() => decide(grantApproval, 'Granted.')}
        >
          Grant: do it now
        </Button>
        <Button disabled={isBusy} onClick={() => decide(refuseApproval, 'Refused.')}>
          Refuse
        </Button>
      </div>
    </div>
  )
}

function Withdraw({ approval: { id, digest } }: { readonly approval: ApprovalPage }) {
  const { act, isBusy, problem } = useDoing(id)
  return (
    <>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <Button
        disabled={isBusy}
        onClick={() => void act(() => withdrawApproval(id, digest), 'Taken back.')}
      >
        Take it back
      </Button>
    </>
  )
}

const Over = ({ approval }: { readonly approval: Approval }) => {
  const { state, decided, failedWhy, kind, isMine, id } = approval
  return (
    <div className="max-w-[75ch] space-y-2">
      <p className="font-semibold">{stateWords[state]}</p>
      {decided?.by && (
        <p>
          By {lineOf(decided.by.person.name, 100)}, {lineOf(decided.by.organisation.name, 200)}, on{' '}
          <When at={decided.at} />
        </p>
      )}
      {decided && decided.why !== '' && (
        <p className="text-read wrap-anywhere">“{lineOf(decided.why, 2_000)}”</p>
      )}
      {failedWhy !== null && <Notice tone="danger">{lineOf(failedWhy, 500)}</Notice>}
      {state === 'done' && isMine && kind === 'finder.reveal' && <Revealed id={id} />}
      {state === 'done' && isMine && kind === 'case.export-bulk' && (
        <p>
          <a href={approvedExportAddress(id)} className="link" download>
            Fetch the cases
          </a>{' '}
          (once, within an hour of the grant)
        </p>
      )}
    </div>
  )
}

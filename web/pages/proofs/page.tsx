import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { getProof } from '../../api/client.ts'
import { isProblem } from '../../api/problem.ts'
import { proofQuery } from '../../api/queries.ts'
import type { Proof, ProofRun } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { caseName } from '../../parts/case-name.ts'
import { Held } from '../../parts/held.tsx'
import { LabelBanner } from '../../parts/label.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { needsReason, SayWhy } from '../../parts/say-why.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { When } from '../../ui/when.tsx'
import { Acts } from './acts.tsx'
import { Attempts } from './attempts.tsx'
import { Conditions } from './conditions.tsx'
import { CrashPart } from './crash.tsx'
import { Ladder } from './ladder.tsx'
import { Origin } from './origin.tsx'
import { PatchPart } from './patch.tsx'
import { RunList } from './run-list.tsx'
import { Standing } from './standing.tsx'

/** One proof: what it claims and where, how far that is evidenced, and what its runs showed. */
export function ProofPage() {
  const { id } = useParams({ from: '/inside/proofs/$id' })
  const { data, error, refetch } = useQuery(proofQuery(id))
  if (data) return <Whole key={id} proof={data} />
  if (error === null) return <PageHead title="Proof" about="Reading…" />
  if (isProblem(error, 404)) return <NotThere />
  if (needsReason(error)) return <Withheld id={id} />
  return (
    <>
      <PageHead title="Proof" />
      <PageBody>
        <ReadFailed error={error} retry={() => void refetch()} />
      </PageBody>
    </>
  )
}

/** The run that the address names; at first the last one of its own that showed something. */
function shownRun(runs: readonly ProofRun[], asked: string | undefined): ProofRun | undefined {
  const named = runs.find(({ id }) => id === asked)
  return named ?? runs.find(({ shown, patchOf }) => shown !== null && patchOf === null)
}

function Whole({ proof }: { readonly proof: Proof }) {
  const search = useSearch({ from: '/inside/proofs/$id' })
  const run = shownRun(proof.runs, search['run'])
  const shown = run?.shown ?? null
  return (
    <>
      <PageHead title={lineOf(proof.title, 200)} about={<From proof={proof} />}>
        <Acts proof={proof} />
      </PageHead>
      <PageBody>
        <Held tlp={proof.label.tlp} className="max-w-[1180px]">
          <LabelBanner label={proof.label} />
          <Notices proof={proof} />
          <Standing proof={proof} run={run} />
          <div className="mt-3 grid gap-x-8 split:grid-cols-[3fr_2fr]">
            <Ladder level={proof.level} shown={shown} />
            <Origin proof={proof} />
          </div>
          {shown && <Attempts shown={shown} />}
          {shown?.crash && <CrashPart crash={shown.crash} />}
          <PatchPart patch={proof.patch} run={run} />
          {run && <Conditions run={run} />}
          <RunList runs={proof.runs} chosen={run?.id} />
        </Held>
      </PageBody>
    </>
  )
}

const From = ({ proof }: { readonly proof: Proof }) => {
  const mayRead = useMay('read')
  return (
    <>
      Proof
      {proof.case !== null && mayRead && (
        <>
          {' of case '}
          <Link to="/cases/$id" params={{ id: proof.case }} className="link">
            {caseName(proof.case)}
          </Link>
        </>
      )}
      , handed in <When at={proof.handedInAt} />
    </>
  )
}

/** What somebody has to know before they read on. */
const Notices = ({ proof: { destroyedAt, dispute } }: { readonly proof: Proof }) => (
  <div className="space-y-2 empty:hidden">
    {destroyedAt !== null && (
      <Notice tone="warn">
        What came with its report was destroyed <When at={destroyedAt} />: nobody can open the
        bundle any more, nor what its runs wrote. What was signed of them stays.
      </Notice>
    )}
    {dispute !== null && (
      <Notice tone="warn">
        <strong>Disputed</strong> by {lineOf(dispute.by, 100)}, <When at={dispute.at} />: “
        {lineOf(dispute.why, 500)}”. Until that is taken back it counts for no more than its files.
      </Notice>
    )}
  </div>
)

/** What somebody gets who has opened much: the proof, once they say why. */
function Withheld({ id }: { readonly id: string }) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(true)
  const again = async (reason: string): Promise<void> => {
    queries.setQueryData(proofQuery(id).queryKey, await getProof(id, undefined, reason))
  }
  return (
    <Empty title="Say why you need this proof" isWholePage>
      <p>You have opened more proofs than is usual in an hour or a day.</p>
      <Button onClick={() => setIsAsking(true)}>Give a reason</Button>
      {isAsking && <SayWhy run={again} onClose={() => setIsAsking(false)} />}
    </Empty>
  )
}

const NotThere = () => (
  <Empty title="There is no such proof" isWholePage>
    <p>It may be mistyped, or it is one that you may not see.</p>
  </Empty>
)

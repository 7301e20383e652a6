import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { caseProofsQuery } from '../../api/queries.ts'
import type { Case, ProofRow } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { EvidenceMark } from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { PatchMark, ProofStateMark, RunStrip } from '../../parts/proof-marks.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { HandInProof } from './hand-in-proof.tsx'

/** The proofs of a case, the best evidenced first, for those who may see any. */
export function Proofs({ found }: { readonly found: Case }) {
  const [isHandingIn, setIsHandingIn] = useState(false)
  const [mayRead, mayDecide, mayHandIn] = [
    useMay('read-proofs'),
    useMay('decide'),
    useMay('hand-in'),
  ]
  if (!mayRead) return null
  return (
    <Section
      title="Proofs"
      beside={
        mayDecide &&
        mayHandIn && (
          <Button look="quiet" onClick={() => setIsHandingIn(true)}>
            Hand in a proof
          </Button>
        )
      }
    >
      <List id={found.id} />
      {isHandingIn && <HandInProof found={found} onClose={() => setIsHandingIn(false)} />}
    </Section>
  )
}

function List({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(caseProofsQuery(id))
  if (error) return <ReadFailed error={error} retry={() => void refetch()} />
  if (!data) return <p className="text-quiet">Reading…</p>
  if (data.items.length === 0) {
    return (
      <p className="max-w-[75ch] text-quiet">
        None yet. A proof is an archive with a proof.yaml that says how to show the flaw; begin one
        with <code className="font-mono text-small">parley proof init</code>. It is run here, in a
        sandbox without a network.
      </p>
    )
  }
  return (
    <ul aria-label="Proofs of this case">
      {data.items.map((proof) => (
        <Row key={proof.id} proof={proof} />
      ))}
    </ul>
  )
}

function Row({ proof }: { readonly proof: ProofRow }) {
  const { id, title, level, verdict, state, shownIn, dispute, destroyedAt } = proof
  return (
    <li data-proof className="flex flex-wrap items-baseline gap-x-4 border-t border-rule py-1">
      <Link to="/proofs/$id" params={{ id }} className="link grow basis-60 wrap-anywhere">
        {lineOf(title, 160)}
      </Link>
      <span className="flex flex-wrap items-baseline gap-x-4">
        <EvidenceMark evidence={level} />
        {shownIn !== null && shownIn.of > 0 && <RunStrip runs={marksOf(shownIn)} {...shownIn} />}
        {verdict !== null && <PatchMark verdict={verdict} />}
        <ProofStateMark state={state} />
        {dispute !== null && <span className="text-warn">! Disputed</span>}
        {destroyedAt !== null && <span className="text-quiet">✗ Destroyed</span>}
      </span>
    </li>
  )
}

/** The list says how many, not which. */
const marksOf = ({ met, of }: NonNullable<ProofRow['shownIn']>) =>
  Array.from({ length: of }, (_, at) => (at < met ? ('met' as const) : ('not-met' as const)))

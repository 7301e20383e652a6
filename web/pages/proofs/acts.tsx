import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { disputeProof, rerunProof, withdrawDispute } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Proof } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { useMay } from '../../app/may.ts'
import { FormDialog, WhyField } from '../../parts/actions/form.tsx'
import { oneLine, whyMissing } from '../../parts/one-line.ts'
import { isUnderWay } from '../../parts/proof-words.ts'
import { Button } from '../../ui/button.tsx'
import { complain, said, undoLast } from '../../ui/toast.tsx'

/** Who decides of a proof has to see it. */
const useMayDecideProofs = (): boolean => {
  const may = [useMay('decide'), useMay('read-proofs'), useMay('hand-in')]
  return may.every(Boolean)
}

/** Have it run again, dispute it, or take that back. */
export function Acts({ proof }: { readonly proof: Proof }) {
  const { id, state, dispute, destroyedAt } = proof
  const [isDisputing, setIsDisputing] = useState(false)
  const refresh = useRefresh(id)
  const mayDecide = useMayDecideProofs()
  const rerun = useMutation({
    mutationFn: () => rerunProof(id),
    onSuccess: () => said('A run of it waits; this page changes when it is done.'),
    onError: (error) => complain(saysOf(error)),
    onSettled: refresh,
  })
  const isBusy = rerun.isPending || isUnderWay(state) || destroyedAt !== null
  const withdraw = useWithdraw(proof, refresh)
  const change = (): void => (dispute === null ? setIsDisputing(true) : withdraw.mutate())
  useKeys('This proof', [
    { keys: ['r'], does: 'run it again', isOff: !mayDecide || isBusy, run: () => rerun.mutate() },
    { keys: ['d'], does: 'dispute it, or take that back', isOff: !mayDecide, run: change },
    { keys: ['u'], does: 'undo the last thing', isOff: !mayDecide, run: undoLast },
  ])
  if (!mayDecide) return null
  return (
    <>
      <Button hint="r" disabled={isBusy} onClick={() => rerun.mutate()}>
        Run it again
      </Button>
      <Button hint="d" disabled={withdraw.isPending} onClick={change}>
        {dispute === null ? 'Dispute' : 'Take the dispute back'}
      </Button>
      {isDisputing && (
        <DisputeDialog id={id} onDone={refresh} onClose={() => setIsDisputing(false)} />
      )}
    </>
  )
}

function useRefresh(id: string): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await queries.invalidateQueries({ queryKey: ['proof', id] })
    await queries.invalidateQueries({ queryKey: ['case-proofs'] })
  }
}

/** What the proof showed counts again at once; undoing that disputes it anew for the same reason. */
function useWithdraw({ id, dispute }: Proof, refresh: () => Promise<void>) {
  const again = (): void => {
    disputeProof(id, dispute?.why ?? '')
      .then(
        () => said('It is disputed again.'),
        (error: unknown) => complain(saysOf(error)),
      )
      .finally(() => void refresh())
  }
  return useMutation({
    mutationFn: () => withdrawDispute(id),
    onSuccess: () => said('The dispute is taken back: what it showed counts again.', again),
    onError: (error) => complain(saysOf(error)),
    onSettled: refresh,
  })
}

type DisputeProps = {
  readonly id: string
  readonly onDone: () => Promise<void>
  readonly onClose: () => void
}

function DisputeDialog({ id, onDone, onClose }: DisputeProps) {
  const [why, setWhy] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const run = async (): Promise<unknown> => {
    try {
      await disputeProof(id, oneLine(why))
      await onDone()
      said('It is disputed.')
      return null
    } catch (error) {
      return error
    }
  }
  return (
    <FormDialog
      title="Dispute this proof"
      about="Until somebody takes that back it counts for no more than its files in the case, and not at all in the record of its finder. Your reason stands on its page, with your name."
      does="Dispute it"
      missing={whyMissing(why)}
      run={run}
      onClose={onClose}
      focus={field}
    >
      <WhyField
        label="Why it does not show what it claims"
        value={why}
        onValue={setWhy}
        isRequired
        field={field}
      />
    </FormDialog>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { switchProofWorker } from '../../api/client.ts'
import type { ProofWorker } from '../../api/types.ts'
import { FormDialog, WhyField } from '../../parts/actions/form.tsx'
import { oneLine, whyMissing } from '../../parts/one-line.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { said } from '../../ui/toast.tsx'

type SwitchProps = { readonly worker: ProofWorker; readonly onClose: () => void }

/** Switches a worker off, or on again; the reason stands beside it and in the ledger. */
export function SwitchDialog({ worker, onClose }: SwitchProps) {
  const [why, setWhy] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const queries = useQueryClient()
  const isOn = worker.off !== null
  const name = lineOf(worker.name, 100)
  const run = async (): Promise<unknown> => {
    try {
      await switchProofWorker(worker.id, isOn, oneLine(why))
      await queries.invalidateQueries({ queryKey: ['proof-workers'] })
      said(`${name} is switched ${isOn ? 'on' : 'off'}.`)
      return null
    } catch (error) {
      return error
    }
  }
  return (
    <FormDialog
      title={`Switch ${name} ${isOn ? 'on' : 'off'}`}
      about={
        isOn
          ? 'It is given proofs again, up to its ceiling.'
          : 'It finishes what it runs and is given nothing more, also after it starts again.'
      }
      does={isOn ? 'Switch it on' : 'Switch it off'}
      missing={whyMissing(why)}
      run={run}
      onClose={onClose}
      focus={field}
    >
      <WhyField label="Why" value={why} onValue={setWhy} isRequired field={field} />
    </FormDialog>
  )
}

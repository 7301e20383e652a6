import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { askForApproval, getHold, openAlone } from '../../api/client.ts'
import { useMay } from '../../app/may.ts'
import { FormDialog, WhyField } from '../../parts/actions/form.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { When } from '../../ui/when.tsx'

const aloneWords =
  'Nobody else here who may administer could grant a request of yours, so you may let it open ' +
  'alone. The ledger says so.'

const opensWords =
  'Everybody who was enabled when the backup was taken can sign in, and tokens and sessions of ' +
  'then work again. Reports are taken in, and submitters are told what is new for them.'

const holdQuery = queryOptions({
  queryKey: ['hold'],
  queryFn: ({ signal }) => getHold(signal),
  staleTime: 15_000,
})

/** What an instance says of itself that was restored from a backup and is not open yet. */
export function HoldPart() {
  const { data } = useQuery(holdQuery)
  const mayAdminister = useMay('administer')
  const [isAsked, setIsAsked] = useState(false)
  const hold = data?.hold ?? null
  if (hold === null) return null
  const close = (): void => setIsAsked(false)
  return (
    <section
      aria-labelledby="held"
      className="mb-4 max-w-[70rem] rounded-md border border-warn/40 bg-warn-ground p-4"
    >
      <h2 id="held" className="text-title font-semibold">
        This instance was restored and is held
      </h2>
      <p className="max-w-[75ch]">
        It holds what was backed up on <When at={hold.backupTakenAt} /> and answers nothing but
        signing in, profiles and approvals.{' '}
        {hold.isAlone
          ? aloneWords
          : 'It opens when one person who may administer asks and another one grants.'}
      </p>
      {mayAdminister && (
        <p className="mt-3">
          <Button look="main" onClick={() => setIsAsked(true)}>
            {hold.isAlone ? 'Let it open' : 'Ask to let it open'}
          </Button>
        </p>
      )}
      {isAsked && (hold.isAlone ? <OpenAlone onClose={close} /> : <AskToOpen close={close} />)}
    </section>
  )
}

function OpenAlone({ onClose }: { readonly onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <AskOnce
      title="Let this instance open?"
      about={opensWords}
      does="Let it open"
      keeps="Leave it held"
      run={async () => {
        await openAlone()
        await queries.invalidateQueries()
      }}
      onClose={onClose}
    />
  )
}

function AskToOpen({ close }: { readonly close: () => void }) {
  const [reason, setReason] = useState('')
  const navigate = useNavigate()
  const ask = async (): Promise<void> => {
    const { id } = await askForApproval({ kind: 'backup.open', request: {}, reason })
    await navigate({ to: '/approvals/$id', params: { id } })
  }
  return (
    <FormDialog
      title="Ask to let this instance open"
      does="Ask"
      missing={reason.trim() === '' ? 'Say why.' : null}
      run={ask}
      onClose={close}
    >
      <WhyField label="Why it was restored" value={reason} onValue={setReason} isRequired />
    </FormDialog>
  )
}

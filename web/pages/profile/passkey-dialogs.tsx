import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { removePasskey, renamePasskey } from '../../api/client.ts'
import type { Passkey, Profile } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { said } from '../../ui/toast.tsx'

type RenameProps = { readonly passkey: Passkey; readonly onClose: () => void }

export function RenamePasskey({ passkey, onClose }: RenameProps) {
  const [name, setName] = useState(passkey.name)
  const field = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  const rename = async (): Promise<void> => {
    await renamePasskey(passkey.id, name.trim())
    await queries.invalidateQueries({ queryKey: ['profile'] })
  }
  return (
    <FormDialog
      title="Rename the passkey"
      does="Rename"
      missing={name.trim() === '' ? 'It needs a name.' : null}
      run={rename}
      onClose={onClose}
      focus={field}
    >
      <label className="block">
        <span className="block font-semibold">Name</span>
        <input
          ref={field}
          className="field mt-1 w-full"
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
    </FormDialog>
  )
}

type RemoveProps = RenameProps & { readonly profile: Profile }

/** Asks once, and warns whoever would be left without a way in of their own. */
export function RemovePasskey({ passkey, profile, onClose }: RemoveProps) {
  const queries = useQueryClient()
  const others = profile.passkeys.filter(
    ({ id, copiedAt }) => id !== passkey.id && copiedAt === null,
  )
  const isLast = others.length === 0 && profile.recoveryCodes.left === 0
  const name = lineOf(passkey.name, 100)
  const remove = async (): Promise<void> => {
    await removePasskey(passkey.id, isLast)
    await queries.invalidateQueries({ queryKey: ['profile'] })
    said(`"${name}" signs nobody in any more.`)
  }
  return (
    <AskOnce
      title={`Remove "${name}"?`}
      about="It is refused from now on. Sessions that it opened go on: end them below where it was lost. The device still offers it until you delete it there."
      {...(isLast && {
        warning:
          'It is your last passkey and you have no recovery codes. When you are signed out, only a one-time link from a coordinator, or from whoever runs the service, lets you in again.',
      })}
      does={isLast ? 'Remove my last way in' : 'Remove'}
      keeps="Keep it"
      run={remove}
      onClose={onClose}
    />
  )
}

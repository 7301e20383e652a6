import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { addPasskey, hasPasskeys } from '../../api/passkey.ts'
import { saysOf } from '../../api/problem.ts'
import type { Passkey, Profile } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { dateOf, When } from '../../ui/when.tsx'
import { RemovePasskey, RenamePasskey } from './passkey-dialogs.tsx'

type Chosen = { readonly passkey: Passkey; readonly to: 'rename' | 'remove' } | null

/** The passkeys of the person, and how another is added. */
export function Passkeys({ profile }: { readonly profile: Profile }) {
  const [chosen, setChosen] = useState<Chosen>(null)
  const { passkeys } = profile
  const close = (): void => setChosen(null)
  return (
    <Section title="Passkeys">
      {passkeys.length === 0 && (
        <p className="max-w-[65ch] text-read text-quiet">
          None yet. A passkey signs you in with your fingerprint, face or screen lock, and no page
          but this one can ask for it. Add one on each device that you work on, so that losing one
          locks you out of nothing.
        </p>
      )}
      {passkeys.length > 0 && (
        <table className="w-full table-fixed text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Passkey</th>
              <th className="w-64 pr-4 font-normal max-rail:hidden">Added</th>
              <th className="w-64 pr-4 font-normal max-rail:hidden">Last used</th>
              <th className="w-44 max-rail:w-24">
                <span className="spoken">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {passkeys.map((passkey) => (
              <Row key={passkey.id} passkey={passkey} onChosen={setChosen} />
            ))}
          </tbody>
        </table>
      )}
      <AddPasskey profile={profile} />
      {chosen?.to === 'rename' && <RenamePasskey passkey={chosen.passkey} onClose={close} />}
      {chosen?.to === 'remove' && (
        <RemovePasskey passkey={chosen.passkey} profile={profile} onClose={close} />
      )}
    </Section>
  )
}

type RowProps = { readonly passkey: Passkey; readonly onChosen: (chosen: Chosen) => void }

function Row({ passkey, onChosen }: RowProps) {
  const { name, createdAt, lastUsedAt, copiedAt } = passkey
  const used = lastUsedAt === null ? 'never' : <When at={lastUsedAt} />
  const spoken = <span className="spoken"> {lineOf(name, 60)}</span>
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
        <span className="font-semibold">{lineOf(name, 100)}</span>
        {copiedAt !== null && (
          <span className="block text-danger">
            ✗ Refused since {dateOf(copiedAt)}: it counted backwards, so there is a copy of it.
            Remove it, and find out who could have made one.
          </span>
        )}
        <span className="block text-quiet rail:hidden">
          Added: <When at={createdAt} />. Last used: {used}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">
        <When at={createdAt} />
      </td>
      <td className="pr-4 max-rail:hidden">{used}</td>
      <td className="py-1 text-right">
        <span className="inline-flex gap-2 max-rail:flex-col">
          <Button onClick={() => onChosen({ passkey, to: 'rename' })}>Rename{spoken}</Button>
          <Button look="danger" onClick={() => onChosen({ passkey, to: 'remove' })}>
            Remove{spoken}
          </Button>
        </span>
      </td>
    </tr>
  )
}

/** Adds a passkey, or says why that cannot be done from here. */
function AddPasskey({ profile }: { readonly profile: Profile }) {
  const { passkeyOrigin: origin } = profile
  if (origin === null) {
    return (
      <Notice>
        This instance has no address that passkeys work at: whoever runs it sets PARLEY_PUBLIC_URL
        to an https address with a name.
      </Notice>
    )
  }
  if (origin !== window.location.origin) {
    return (
      <div className="mt-2 max-w-[65ch]">
        <Notice>
          Passkeys work at{' '}
          <a className="link" href={`${origin}/profile`}>
            {origin}
          </a>{' '}
          only, and this page is open at {window.location.origin}. Sign in there with a one-time
          link, then add one.
        </Notice>
      </div>
    )
  }
  if (!hasPasskeys()) return <Notice>This browser has no passkeys; a newer one does.</Notice>
  return <AddForm from={profile.sessions.find((one) => one.isThisOne)?.from ?? ''} />
}

function AddForm({ from }: { readonly from: string }) {
  const [name, setName] = useState(from)
  const [isTried, setIsTried] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  useKeys('Profile', [{ keys: ['c'], does: 'add a passkey', run: () => field.current?.focus() }])
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: async ({ name: kept }) => {
      setIsTried(false)
      setName(from)
      await queries.invalidateQueries({ queryKey: ['profile'] })
      said(`"${lineOf(kept, 100)}" signs you in from now on.`)
    },
  })
  const isMissing = name.trim() === ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (isMissing) field.current?.focus()
    else add.mutate(name.trim())
  }
  return (
    <form noValidate className="mt-3 max-w-96 space-y-3" onSubmit={submit}>
      <Field
        label="Name of a new passkey"
        about="The device that it is on, so that you know later which one to remove."
        error={isTried && isMissing ? 'Say which device it is on.' : ''}
      >
        {(given) => (
          <input
            {...given}
            ref={field}
            maxLength={100}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      {add.error && <Notice tone="danger">{saysOf(add.error)}</Notice>}
      <Button type="submit" look="main" disabled={add.isPending}>
        Add a passkey
      </Button>
    </form>
  )
}

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { beginLinking, removeIdentity } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Identity, Profile } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'

/** The accounts at the provider that sign the person in, where this instance has a provider. */
export function Identities({ profile }: { readonly profile: Profile }) {
  const [chosen, setChosen] = useState<Identity | null>(null)
  const begin = useMutation({
    mutationFn: beginLinking,
    onSuccess: ({ url }) => window.location.assign(url),
  })
  const { provider, identities } = profile
  if (provider === null) return null
  const label = lineOf(provider.label, 60)
  return (
    <Section title="Linked accounts">
      {identities.length === 0 && (
        <p className="max-w-[65ch] text-read text-quiet">
          None yet. An account at {label} signs you in once you have linked it here.
        </p>
      )}
      {identities.length > 0 && (
        <table className="w-full table-fixed text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Account</th>
              <th className="w-64 pr-4 font-normal max-rail:hidden">Linked</th>
              <th className="w-64 pr-4 font-normal max-rail:hidden">Last used</th>
              <th className="w-44 max-rail:w-24">
                <span className="spoken">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {identities.map((identity) => (
              <Row key={identity.id} identity={identity} onRemove={() => setChosen(identity)} />
            ))}
          </tbody>
        </table>
      )}
      <p className="mt-3">
        <Button disabled={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
          Link an account at {label}
        </Button>
      </p>
      {begin.error && <Notice tone="danger">{saysOf(begin.error)}</Notice>}
      {chosen && (
        <RemoveIdentity identity={chosen} profile={profile} onClose={() => setChosen(null)} />
      )}
    </Section>
  )
}

type RowProps = { readonly identity: Identity; readonly onRemove: () => void }

function Row({ identity, onRemove }: RowProps) {
  const { subject, issuer, linkedAt, lastUsedAt } = identity
  const used = lastUsedAt === null ? 'never' : <When at={lastUsedAt} />
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
        <span className="font-semibold">{lineOf(subject, 255)}</span>
        <span className="block text-quiet">at {lineOf(issuer, 300)}</span>
        <span className="block text-quiet rail:hidden">
          Linked: <When at={linkedAt} />. Last used: {used}
        </span>
      </th>
      <td className="pr-4 max-rail:hidden">
        <When at={linkedAt} />
      </td>
      <td className="pr-4 max-rail:hidden">{used}</td>
      <td className="py-1 text-right">
        <Button look="danger" onClick={onRemove}>
          Remove<span className="spoken"> the account {lineOf(subject, 60)}</span>
        </Button>
      </td>
    </tr>
  )
}

type RemoveProps = {
  readonly identity: Identity
  readonly profile: Profile
  readonly onClose: () => void
}

/** Asks once, and warns whoever would be left without a way in of their own. */
function RemoveIdentity({ identity, profile, onClose }: RemoveProps) {
  const queries = useQueryClient()
  const hasPasskey = profile.passkeys.some(({ copiedAt }) => copiedAt === null)
  const isLast = profile.identities.length === 1 && !hasPasskey && profile.recoveryCodes.left === 0
  const remove = async (): Promise<void> => {
    await removeIdentity(identity.id, isLast)
    await queries.invalidateQueries({ queryKey: ['profile'] })
    said('The account signs nobody in any more.')
  }
  return (
    <AskOnce
      title="Remove the linked account?"
      about="It signs nobody in from now on. Sessions that it opened go on: end them below."
      {...(isLast && {
        warning:
          'It is your last way in of your own. When you are signed out, only a one-time link from a coordinator, or from whoever runs the service, lets you in again.',
      })}
      does={isLast ? 'Remove my last way in' : 'Remove'}
      keeps="Keep it"
      run={remove}
      onClose={onClose}
    />
  )
}

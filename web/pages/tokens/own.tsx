import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { listOwnTokens, makeOwnToken, revokeOwnToken } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { Permission, Session, TokenMade } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { roleWords } from '../../parts/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { DaysField } from './days-field.tsx'
import { MadeToken } from './made.tsx'
import { TokenTable } from './token-table.tsx'
import { permissionWords } from './words.ts'

const ownTokensQuery = queryOptions({
  queryKey: ['tokens', 'own'],
  queryFn: ({ signal }) => listOwnTokens(signal),
})

/** Tokens for one's own programs: they may what their person may, and never more. */
export function OwnTokens({ session }: { readonly session: Session }) {
  const { data, error, refetch } = useQuery(ownTokensQuery)
  const [made, setMade] = useState<TokenMade | null>(null)
  if (session.permissions.length === 0) return <NoneForYou />
  return (
    <>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {made && <MadeToken key={made.about.id} made={made} onDone={() => setMade(null)} />}
      <div className="grid grid-cols-1 gap-x-10 wide:grid-cols-[24rem_minmax(0,1fr)]">
        <MakeOwn session={session} onMade={setMade} />
        <TokenTable
          title="Your tokens"
          tokens={data?.items ?? []}
          isRead={data !== undefined}
          none="None yet. Make one for each program: when one of them is lost, only that one is revoked, and the others go on."
          revoke={revokeOwnToken}
        />
      </div>
    </>
  )
}

const NoneForYou = () => (
  <p className="max-w-[65ch] py-3">
    You are read in to cases by name, and nobody is by a token: there is none for you to make.
  </p>
)

type MakeOwnProps = {
  readonly session: Session
  readonly onMade: (made: TokenMade) => void
}

function MakeOwn({ session: { role, organisation, permissions }, onMade }: MakeOwnProps) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('30')
  const [chosen, setChosen] = useState<readonly Permission[]>(permissions)
  const [isTried, setIsTried] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  useKeys('Tokens', [{ keys: ['c'], does: 'make a token', run: () => first.current?.focus() }])
  const make = useMutation({
    mutationFn: makeOwnToken,
    onSuccess: (made) => {
      onMade(made)
      setName('')
      setIsTried(false)
      return queries.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (name.trim() === '') first.current?.focus()
    const isWhole = name.trim() !== '' && chosen.length > 0
    const scopes = chosen.length < permissions.length && { scopes: [...chosen] }
    if (isWhole) make.mutate({ name: name.trim(), days: Number(days), ...scopes })
  }
  return (
    <Section title="Make a token of your own">
      <p className="max-w-[65ch] pb-3 text-quiet">
        Your programs act with it as you: {roleWords[role].word.toLowerCase()} of{' '}
        {organisation.name}. You answer for what they do.
      </p>
      <form noValidate className="max-w-96 space-y-4" onSubmit={submit}>
        <Field
          label="Name"
          about="What uses it, so that you know later which one to revoke."
          error={isTried && name.trim() === '' ? 'Say what will use it.' : ''}
        >
          {(given) => (
            <input
              {...given}
              ref={first}
              maxLength={100}
              value={name}
              placeholder="runner on the lab machine"
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <DaysField days={days} onDays={setDays} />
        {permissions.length > 1 && (
          <Choices
            legend="May do"
            about="The least that the program needs. What is not chosen is refused."
            error={chosen.length === 0 ? 'Choose one at least.' : ''}
            choices={permissions.map((one) => [one, permissionWords[one]])}
            chosen={chosen}
            onChosen={setChosen}
          />
        )}
        {make.error && (
          <Notice tone="danger">{saysOf(make.error)} What you typed is still here.</Notice>
        )}
        <Button type="submit" look="main" disabled={make.isPending}>
          Make the token
        </Button>
      </form>
    </Section>
  )
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { listOrganisations, publishAgreement } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { AgreementWish } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { roles, roleWords } from '../../parts/role-words.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { AgreementText } from './read-agreement.tsx'
import { agreementsQuery, kindIn, kinds, kindWords, titleOf } from './words.ts'

const empty: AgreementWish = { kind: 'participation', text: '', roles: [], organisations: [] }
const textMax = 262_144

/** Publishes an agreement, or the next version of one. */
export function Publish() {
  const [typed, setTyped] = useState<AgreementWish>(empty)
  const [isTried, setIsTried] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const queries = useQueryClient()
  const publish = useMutation({
    mutationFn: publishAgreement,
    onSuccess: async (made) => {
      setTyped(empty)
      setIsTried(false)
      said(`${titleOf(made)} counts from now on.`)
      await queries.invalidateQueries({ queryKey: agreementsQuery.queryKey })
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const isEmpty = typed.text.trim() === ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (!isEmpty) setIsAsking(true)
  }
  const word = kindWords[typed.kind].word
  return (
    <Section title="Publish">
      <form noValidate className="max-w-[75ch] space-y-4" onSubmit={submit}>
        <KindField value={typed.kind} onKind={(kind) => setTyped({ ...typed, kind })} />
        <Field
          label="Text"
          about="In Markdown, 256 KiB at most. It is never edited: a mistake is mended by the next version."
          error={isTried && isEmpty ? 'Write or paste the text.' : ''}
        >
          {(given) => (
            <textarea
              {...given}
              rows={10}
              maxLength={textMax}
              value={typed.text}
              onChange={({ target }) => setTyped({ ...typed, text: target.value })}
            />
          )}
        </Field>
        {!isEmpty && (
          <div>
            <p className="font-semibold">As people will read it</p>
            <AgreementText text={typed.text} label="Preview" />
          </div>
        )}
        <Asked typed={typed} onTyped={setTyped} />
        <TokenDays typed={typed} onTyped={setTyped} />
        {publish.error && (
          <Notice tone="danger">{saysOf(publish.error)} What you typed is still here.</Notice>
        )}
        <Button type="submit" look="main" disabled={publish.isPending}>
          Publish
        </Button>
      </form>
      {isAsking && (
        <AskOnce
          title={`Publish this for ${word}?`}
          about="Whoever it is asked of reaches nothing but this page and their profile until they accept it, at once and on open pages too. It can be replaced, and never taken back."
          does="Publish it"
          keeps="Not yet"
          run={async () => {
            await publish.mutateAsync(typed)
          }}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Section>
  )
}

type KindProps = {
  readonly value: AgreementWish['kind']
  readonly onKind: (kind: AgreementWish['kind']) => void
}

const KindField = ({ value, onKind }: KindProps) => (
  <Field label="Kind" about="A text of a kind that was published before becomes its next version.">
    {(given) => (
      <select {...given} value={value} onChange={({ target }) => onKind(kindIn(target.value))}>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {kindWords[kind].word}: {kindWords[kind].means}
          </option>
        ))}
      </select>
    )}
  </Field>
)

type TypedProps = {
  readonly typed: AgreementWish
  readonly onTyped: (typed: AgreementWish) => void
}

/** Of which roles and organisations it is asked. */
function Asked({ typed, onTyped }: TypedProps) {
  const { data } = useQuery({
    queryKey: ['organisations'],
    queryFn: ({ signal }) => listOrganisations(signal),
  })
  return (
    <>
      <Choices
        legend="Asked of these roles; of none chosen, everybody"
        choices={roles.map((role) => [role, roleWords[role].word])}
        chosen={typed.roles}
        onChosen={(list) => onTyped({ ...typed, roles: list })}
      />
      <Choices
        legend="In these organisations; of none chosen, all"
        choices={(data?.items ?? []).map(({ id, name }) => [id, lineOf(name, 100)])}
        chosen={typed.organisations}
        onChosen={(list) => onTyped({ ...typed, organisations: list })}
      />
    </>
  )
}

const TokenDays = ({ typed, onTyped }: TypedProps) => (
  <Field
    label="Days that tokens go on"
    about="For whoever accepted a version before. Empty is 14 for a later version and none for the first."
  >
    {(given) => (
      <input
        {...given}
        type="number"
        min={0}
        max={365}
        value={typed.tokenDays ?? ''}
        onChange={({ target: { value } }) => {
          const { tokenDays: _, ...rest } = typed
          onTyped(value === '' ? rest : { ...rest, tokenDays: Math.trunc(Number(value)) })
        }}
      />
    )}
  </Field>
)

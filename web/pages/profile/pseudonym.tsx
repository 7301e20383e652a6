import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { becomePseudonymous, getOwnPseudonym } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { OwnPseudonym } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'

const ownQuery = queryOptions({
  queryKey: ['own-pseudonym'],
  queryFn: ({ signal }) => getOwnPseudonym(signal),
})

/** By what a finder is known here, and who was let read its name. */
export function Pseudonym() {
  const { data } = useQuery(ownQuery)
  if (!data) return null
  return (
    <Section title="Pseudonym">
      {data.pseudonym === null ? <Become /> : <Known own={data} name={data.pseudonym} />}
    </Section>
  )
}

const Known = ({ own, name }: { readonly own: OwnPseudonym; readonly name: string }) => (
  <div className="max-w-[65ch] space-y-2">
    <p>
      Your organisation and its people are known here as <strong>{lineOf(name, 100)}</strong>.{' '}
      {own.hasContact
        ? 'Messages reach your sealed address.'
        : 'You left no address, so nothing can be sent to you.'}
    </p>
    {own.reveals.length === 0 && <p className="text-quiet">Nobody was let read your name.</p>}
    <ul>
      {own.reveals.map(({ at, by, granted, reason, usedAt }) => (
        <li key={at} className="wrap-anywhere">
          <When at={at} />: {lineOf(by, 100)} was let read your name by {lineOf(granted, 100)}, and{' '}
          {usedAt === null ? 'did not' : 'did'}. “{lineOf(reason, 2_000)}”
        </li>
      ))}
    </ul>
  </div>
)

function Become() {
  const [contact, setContact] = useState('')
  const [says, setSays] = useState<string | null>(null)
  const queries = useQueryClient()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await becomePseudonymous(contact.trim() === '' ? {} : { contact: contact.trim() })
      await queries.invalidateQueries()
    } catch (error) {
      setSays(saysOf(error))
    }
  }
  return (
    <form noValidate className="max-w-[65ch] space-y-3" onSubmit={(event) => void submit(event)}>
      <p className="text-quiet">
        Everybody here can see “Finder p-…” in place of the names of your organisation and its
        people, in what you hand in from now on. What you handed in before keeps the names that it
        has, and whoever saw them can tell that it is you. This cannot be taken back.
      </p>
      <Field label="Mail address" about="Sealed. Messages are sent there; empty for none.">
        {(given) => (
          <input
            {...given}
            type="email"
            maxLength={254}
            value={contact}
            onChange={({ target }) => setContact(target.value)}
          />
        )}
      </Field>
      {says !== null && <Notice tone="danger">{says}</Notice>}
      <Button type="submit">Become a pseudonym</Button>
    </form>
  )
}

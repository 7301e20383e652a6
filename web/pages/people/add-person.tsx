import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type RefObject, useId, useState } from 'react'
import { addPerson } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { OneTimeLink, Organisation, PersonWish } from '../../api/types.ts'
import { PseudonymFields, type PseudonymTyped, pseudonymIn } from '../../parts/pseudonym-fields.tsx'
import { roles, roleWords } from '../../parts/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useReadAgain } from './read-again.ts'

type AddPersonProps = {
  readonly organisations: readonly Organisation[]
  /** The field that has the focus first. */
  readonly first: RefObject<HTMLInputElement | null>
  readonly onMade: (made: OneTimeLink) => void
}

const empty: PersonWish = { name: '', organisation: '', role: 'finder' }

/** Adds a person to an organisation; what comes of it is their first link. */
export function AddPerson({ organisations, first, onMade }: AddPersonProps) {
  const [typed, setTyped] = useState(empty)
  const [pseudonym, setPseudonym] = useState<PseudonymTyped>(null)
  const [isTried, setIsTried] = useState(false)
  const readAgain = useReadAgain()
  const add = useMutation({
    mutationFn: addPerson,
    onSuccess: async (made) => {
      onMade(made)
      setTyped(empty)
      setPseudonym(null)
      setIsTried(false)
      await readAgain()
    },
  })
  const known = new Map(organisations.map(({ id, name }) => [name, id]))
  const named = typed.organisation.trim()
  const isWhole = typed.name.trim() !== '' && named !== ''
  const isNewFinder = typed.role === 'finder' && named !== '' && !known.has(named)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (isWhole) {
      const { role } = typed
      const organisation = known.get(named) ?? named
      const hidden = isNewFinder ? pseudonymIn(pseudonym) : {}
      add.mutate({ name: typed.name.trim(), organisation, role, ...hidden })
    } else first.current?.focus()
  }
  return (
    <Section title="Add a person">
      <form noValidate className="max-w-96 space-y-4" onSubmit={submit}>
        <Fields
          {...{ typed, first, isTried, known }}
          onTyped={(change) => setTyped({ ...typed, ...change })}
        />
        {isNewFinder && <PseudonymFields value={pseudonym} onValue={setPseudonym} />}
        {add.error && (
          <Notice tone="danger">{saysOf(add.error)} What you typed is still here.</Notice>
        )}
        <Button type="submit" look="main" disabled={add.isPending}>
          Add the person
        </Button>
      </form>
    </Section>
  )
}

type FieldsProps = {
  readonly typed: PersonWish
  readonly first: RefObject<HTMLInputElement | null>
  readonly isTried: boolean
  /** Names of those that are known, with their ids. */
  readonly known: ReadonlyMap<string, string>
  readonly onTyped: (change: Partial<PersonWish>) => void
}

function Fields({ typed, first, isTried, known, onTyped }: FieldsProps) {
  const list = useId()
  const named = typed.organisation.trim()
  const about =
    named === ''
      ? 'Whom they work for. A name that is not known yet makes a new organisation.'
      : known.has(named)
        ? 'Known here: they become one of its people.'
        : 'Not known yet: this name makes a new organisation.'
  return (
    <>
      <Field
        label="Name"
        about="As others here know them; notes and decisions carry it."
        error={isTried && typed.name.trim() === '' ? 'Say who it is.' : ''}
      >
        {(given) => (
          <input
            {...given}
            ref={first}
            maxLength={100}
            autoComplete="off"
            value={typed.name}
            onChange={({ target }) => onTyped({ name: target.value })}
          />
        )}
      </Field>
      <Field
        label="Organisation"
        about={about}
        error={isTried && named === '' ? 'Say whom they work for.' : ''}
      >
        {(given) => (
          <>
            <input
              {...given}
              list={list}
              maxLength={200}
              autoComplete="off"
              value={typed.organisation}
              onChange={({ target }) => onTyped({ organisation: target.value })}
            />
            <datalist id={list}>
              {[...known.keys()].map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Roles value={typed.role} onValue={(role) => onTyped({ role })} />
    </>
  )
}

type RolesProps = {
  readonly value: PersonWish['role']
  readonly onValue: (role: PersonWish['role']) => void
}

/** A role, and what each of them may do. */
export const Roles = ({ value, onValue }: RolesProps) => (
  <fieldset>
    <legend className="font-semibold">Role</legend>
    {roles.map((role) => (
      <label key={role} className="flex gap-2 py-1">
        <input
          type="radio"
          name="role-of-person"
          className="mt-1 self-start"
          checked={value === role}
          onChange={() => onValue(role)}
        />
        <span>
          {roleWords[role].word}
          <span className="block text-small text-quiet">{roleWords[role].means}</span>
        </span>
      </label>
    ))}
  </fieldset>
)

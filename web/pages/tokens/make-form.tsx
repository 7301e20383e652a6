import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type RefObject, useId, useRef, useState } from 'react'
import { makeToken } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { TokenMade, TokenWish } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { PseudonymFields, type PseudonymTyped, pseudonymIn } from '../../parts/pseudonym-fields.tsx'
import { roleIn, roleWords, tokenRoles } from '../../parts/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { DaysField } from './days-field.tsx'
import { anyUse, UsesFields, usesIn } from './uses.tsx'

type MakeFormProps = {
  /** Names of those that are known, with their ids. */
  readonly organisations: ReadonlyMap<string, string>
  readonly onMade: (made: TokenMade) => void
}

const empty = { name: '', organisation: '', role: 'finder', days: '90' } as const
type Typed = { readonly [Name in keyof typeof empty]: string }

/** Makes a token for one machine of one organisation. */
export function MakeForm({ organisations, onMade }: MakeFormProps) {
  const [typed, setTyped] = useState<Typed>(empty)
  const [uses, setUses] = useState(anyUse)
  const [pseudonym, setPseudonym] = useState<PseudonymTyped>(null)
  const [isTried, setIsTried] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  useKeys('Tokens', [{ keys: ['c'], does: 'make a token', run: () => first.current?.focus() }])
  const make = useMutation({
    mutationFn: makeToken,
    onSuccess: (made) => {
      onMade(made)
      setTyped(empty)
      setPseudonym(null)
      setUses(anyUse)
      setIsTried(false)
      return queries.invalidateQueries({ queryKey: ['tokens'] })
    },
  })
  const missing = missingOf(typed)
  const named = typed.organisation.trim()
  const isNewFinder = typed.role === 'finder' && named !== '' && !organisations.has(named)
  const hidden = isNewFinder ? pseudonymIn(pseudonym) : {}
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (missing.name) first.current?.focus()
    const isWhole = !missing.name && !missing.organisation && uses.scopes?.length !== 0
    if (isWhole) make.mutate({ ...wishOf(typed, organisations), ...usesIn(uses), ...hidden })
  }
  return (
    <Section title="Make a token">
      <form noValidate className="max-w-96 space-y-4" onSubmit={submit}>
        <Fields
          {...{ organisations, typed, first }}
          missing={isTried ? missing : missingOf(null)}
          onTyped={(change) => {
            setTyped({ ...typed, ...change })
            // Another role may other things.
            if (change.role !== undefined) setUses({ ...uses, scopes: null })
          }}
        />
        {isNewFinder && <PseudonymFields value={pseudonym} onValue={setPseudonym} />}
        <UsesFields role={roleIn(typed.role)} uses={uses} onUses={setUses} />
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

const wishOf = (typed: Typed, organisations: ReadonlyMap<string, string>): TokenWish => ({
  name: typed.name.trim(),
  organisation: organisations.get(typed.organisation.trim()) ?? typed.organisation.trim(),
  role: roleIn(typed.role),
  days: Number(typed.days),
})

type FieldsProps = Pick<MakeFormProps, 'organisations'> & {
  readonly typed: Typed
  readonly missing: ReturnType<typeof missingOf>
  readonly first: RefObject<HTMLInputElement | null>
  readonly onTyped: (change: Partial<Typed>) => void
}

const Fields = ({ organisations, typed, missing, first, onTyped }: FieldsProps) => (
  <>
    <Field
      label="Name"
      about="What uses it, so that you know later which one to revoke."
      error={missing.name}
    >
      {(given) => (
        <input
          {...given}
          ref={first}
          maxLength={100}
          value={typed.name}
          placeholder="nightly scan of the gateway"
          onChange={({ target }) => onTyped({ name: target.value })}
        />
      )}
    </Field>
    <OrganisationField
      organisations={organisations}
      isKnown={organisations.has(typed.organisation.trim())}
      value={typed.organisation}
      error={missing.organisation}
      onValue={(organisation) => onTyped({ organisation })}
    />
    <RoleField value={typed.role} onValue={(role) => onTyped({ role })} />
    <DaysField days={typed.days} onDays={(days) => onTyped({ days })} />
  </>
)

/** What is missing, field by field; of a form that nobody has sent yet, nothing. */
const missingOf = (typed: Typed | null) => ({
  name: typed?.name.trim() === '' ? 'Say what will use it.' : '',
  organisation: typed?.organisation.trim() === '' ? 'Say whose machine it is.' : '',
})

type OrganisationProps = Pick<MakeFormProps, 'organisations'> & {
  readonly isKnown: boolean
  readonly value: string
  readonly error: string
  readonly onValue: (value: string) => void
}

function OrganisationField({ organisations, isKnown, value, error, onValue }: OrganisationProps) {
  const list = useId()
  const about = isKnown
    ? 'Known here: the token belongs to it.'
    : value.trim() === ''
      ? 'Whose machine it is. What it hands in counts as theirs. A name that is not known yet makes a new organisation.'
      : 'Not known yet: this name makes a new organisation.'
  return (
    <Field label="Organisation" about={about} error={error}>
      {(given) => (
        <>
          <input
            {...given}
            list={list}
            maxLength={200}
            autoComplete="off"
            value={value}
            onChange={({ target }) => onValue(target.value)}
          />
          <datalist id={list}>
            {[...organisations.keys()].map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

type RoleProps = { readonly value: string; readonly onValue: (role: TokenWish['role']) => void }

const RoleField = ({ value, onValue }: RoleProps) => (
  <fieldset>
    <legend className="font-semibold">Role</legend>
    {tokenRoles.map((role) => (
      <label key={role} className="flex gap-2 py-1">
        <input
          type="radio"
          name="role"
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

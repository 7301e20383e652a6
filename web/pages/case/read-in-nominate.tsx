import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { nominate } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { peopleQuery, readInsQuery } from '../../api/queries.ts'
import type { Nomination } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { roleOfReadIn, tierIn, tierOrder, tierWords } from '../../parts/read-in-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { said } from '../../ui/toast.tsx'

type NominateProps = { readonly id: string; readonly onDone: () => void }

const empty: Nomination = {
  ...{ person: '', sponsor: '', tier: '3.5', role: 'stage', isEmergency: false, need: '' },
}

const roles = ['analyse-or-patch', 'test', 'stage'] as const

/** The first step: who, for what, in which tier, and who answers for them. */
export function Nominate({ id, onDone }: NominateProps) {
  const queries = useQueryClient()
  const [typed, setTyped] = useState(empty)
  const [problem, setProblem] = useState<string | null>(null)
  const change = (part: Partial<Nomination>): void => setTyped({ ...typed, ...part })
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (typed.person === '' || typed.sponsor === '' || typed.need.trim() === '') {
      setProblem('Say who it is, who answers for them, and what this case needs them for.')
      return
    }
    try {
      await nominate(id, typed)
      await queries.invalidateQueries({ queryKey: readInsQuery(id).queryKey })
      said('Nominated. The gates come next.')
      onDone()
    } catch (error) {
      setProblem(`${saysOf(error)} What you typed is still here.`)
    }
  }
  return (
    <form
      noValidate
      className="space-y-3 rounded-md border border-edge p-3"
      onSubmit={(event) => void submit(event)}
    >
      <div className="grid gap-3 rail:grid-cols-2">
        <PersonField
          label="Who"
          about="One named person, who can sign in."
          value={typed.person}
          onValue={(person) => change({ person })}
        />
        <PersonField
          label="Sponsor"
          about="Another person, who answers for them."
          value={typed.sponsor}
          onValue={(sponsor) => change({ sponsor })}
        />
      </div>
      <TierField value={typed.tier} onValue={(tier) => change({ tier })} />
      <Field label="Role" about="The one task that they commit to.">
        {(given) => (
          <select
            {...given}
            value={typed.role}
            onChange={({ target }) =>
              change({ role: roles.find((role) => role === target.value) ?? 'stage' })
            }
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleOfReadIn[role]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Need" about="What this very case needs them for. They do not see it.">
        {(given) => (
          <textarea
            {...given}
            rows={3}
            maxLength={2000}
            value={typed.need}
            onChange={({ target }) => change({ need: target.value })}
          />
        )}
      </Field>
      <label className="flex gap-2">
        <input
          type="checkbox"
          checked={typed.isEmergency}
          onChange={({ target }) => change({ isEmergency: target.checked })}
        />
        <span>
          Emergency: ends after 72 hours; no passkey, papers with the acknowledgement. The gates
          stay.
        </span>
      </label>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="main">
          Nominate
        </Button>
        <Button onClick={onDone}>Not now</Button>
      </div>
    </form>
  )
}

type PersonFieldProps = {
  readonly label: string
  readonly about: string
  readonly value: string
  readonly onValue: (id: string) => void
}

function PersonField({ label, about, value, onValue }: PersonFieldProps) {
  const { data: people } = useQuery(peopleQuery)
  return (
    <Field label={label} about={about}>
      {(given) => (
        <select {...given} value={value} onChange={({ target }) => onValue(target.value)}>
          <option value="">Choose…</option>
          {people?.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {lineOf(name, 100)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type TierFieldProps = {
  readonly value: Nomination['tier']
  readonly onValue: (tier: Nomination['tier']) => void
}

export function TierField({ value, onValue }: TierFieldProps) {
  const { sees, opens } = tierWords[value]
  return (
    <Field label="Tier" about={`${sees}, ${opens}. When unsure, place lower.`}>
      {(given) => (
        <select {...given} value={value} onChange={({ target }) => onValue(tierIn(target.value))}>
          {tierOrder.map((tier) => (
            <option key={tier} value={tier}>
              {tier}: {tierWords[tier].who}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getApprovalPolicy } from '../../api/client.ts'
import type { ApprovalPolicy } from '../../api/types.ts'
import { AskForm } from '../../parts/ask-form.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'

const policyQuery = queryOptions({
  queryKey: ['approval-policy'],
  queryFn: ({ signal }) => getApprovalPolicy(signal),
})

/** How approvals are given here, and the form that asks for another way. */
export function AskForPolicy() {
  const { data } = useQuery(policyQuery)
  return (
    <Section title="How approvals are given here">
      {data && (
        <>
          <p className="max-w-[65ch]">
            It takes {modeWords[data.mode]}. A request waits {data.expiryHours} h unless it says
            otherwise. Whoever takes more than {data.exportMax} cases out in a day needs an
            approval.
          </p>
          <PolicyForm key={JSON.stringify(data)} policy={data} />
        </>
      )}
    </Section>
  )
}

const modeWords = {
  'two-persons': 'two people',
  'two-organisations': 'two people of two organisations',
} as const

function PolicyForm({ policy }: { readonly policy: ApprovalPolicy }) {
  const [typed, setTyped] = useState(policy)
  const set = (change: Partial<ApprovalPolicy>): void => setTyped({ ...typed, ...change })
  const number = (text: string): number => Number.parseInt(text, 10) || 0
  return (
    <AskForm summary="Ask for another way" wish={{ kind: 'policy.change', request: typed }}>
      <Field label="It takes" about="Two organisations is the stricter one.">
        {(given) => (
          <select
            {...given}
            value={typed.mode}
            onChange={({ target }) =>
              set({ mode: target.value === 'two-persons' ? 'two-persons' : 'two-organisations' })
            }
          >
            <option value="two-persons">Two people</option>
            <option value="two-organisations">Two people of two organisations</option>
          </select>
        )}
      </Field>
      <Field label="Hours that a request waits" about="From 1 to 336, which is two weeks.">
        {(given) => (
          <input
            {...given}
            inputMode="numeric"
            value={typed.expiryHours}
            onChange={({ target }) => set({ expiryHours: number(target.value) })}
          />
        )}
      </Field>
      <Field label="Cases a person takes out in a day alone" about="More of them need an approval.">
        {(given) => (
          <input
            {...given}
            inputMode="numeric"
            value={typed.exportMax}
            onChange={({ target }) => set({ exportMax: number(target.value) })}
          />
        )}
      </Field>
    </AskForm>
  )
}

/** Asks for more cases than one takes out in a day by oneself. */
export function AskForCases() {
  const [typed, setTyped] = useState('')
  const cases = [...new Set(typed.match(/case_[0-9a-z]+/g))]
  return (
    <Section title="Take many cases out">
      <p className="max-w-[65ch] text-quiet">
        Once it is granted you alone fetch exactly these cases as one zip, once, within an hour.
      </p>
      <AskForm
        summary="Ask for cases"
        wish={{ kind: 'case.export-bulk', request: { cases } }}
        missing={cases.length === 0 ? 'Name at least one case.' : null}
      >
        <Field label="Cases" about="Their ids or addresses, in any form.">
          {(given) => (
            <textarea
              {...given}
              rows={4}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          )}
        </Field>
      </AskForm>
    </Section>
  )
}

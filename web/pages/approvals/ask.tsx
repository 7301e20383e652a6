import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import { askForApproval, getApprovalPolicy } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { ApprovalPolicy, ApprovalWish } from '../../api/types.ts'
import { WhyField } from '../../parts/actions/form.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
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

type AskFormProps = {
  readonly summary: string
  readonly wish: Pick<ApprovalWish, 'kind' | 'request'>
  /** What is missing before it can be asked; null when all is there. */
  readonly missing?: string | null
  readonly children: ReactNode
}

/** Asks for an approval of some kind, with what the kind needs and why. */
export function AskForm({ summary, wish, missing = null, children }: AskFormProps) {
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const ask = useMutation({
    mutationFn: askForApproval,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['approvals'] })
      await navigate({ to: '/approvals/$id', params: { id } })
    },
  })
  const lacks = missing ?? (reason.trim() === '' ? 'Say why.' : null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (lacks === null) ask.mutate({ ...wish, reason })
  }
  return (
    <details className="mt-2">
      <summary className="link w-fit cursor-pointer">{summary}</summary>
      <form noValidate className="mt-2 max-w-96 space-y-3" onSubmit={submit}>
        {children}
        <WhyField label="Why" value={reason} onValue={setReason} isRequired />
        {isTried && lacks !== null && <Notice tone="danger">{lacks}</Notice>}
        {ask.error && (
          <Notice tone="danger">{saysOf(ask.error)} What you typed is still here.</Notice>
        )}
        <Button type="submit" look="main" disabled={ask.isPending}>
          Ask
        </Button>
      </form>
    </details>
  )
}

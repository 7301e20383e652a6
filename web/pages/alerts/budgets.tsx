import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { readBudgets, setReadBudgets } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { ReadBudgets } from '../../api/types.ts'
import { roleWords, tokenRoles } from '../../parts/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'

const budgetsQuery = queryOptions({
  queryKey: ['read-budgets'],
  queryFn: ({ signal }) => readBudgets(signal),
})

const columns = [
  { kind: 'cases', at: 0, word: 'Cases in an hour', most: 100_000 },
  { kind: 'cases', at: 1, word: 'Cases in a day', most: 1_000_000 },
  { kind: 'proofs', at: 0, word: 'Proofs in an hour', most: 100_000 },
  { kind: 'proofs', at: 1, word: 'Proofs in a day', most: 1_000_000 },
] as const
type Column = (typeof columns)[number]

/** How much each role may open before it has to say why. */
export function Budgets() {
  const { data, error, refetch } = useQuery(budgetsQuery)
  return (
    <Section title="Budgets of reading">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data && <BudgetForm key={JSON.stringify(data)} budgets={data} />}
    </Section>
  )
}

type Budgeted = (typeof tokenRoles)[number] & keyof ReadBudgets

/** The roles that may open cases at all have a budget. */
const isBudgeted =
  (budgets: ReadBudgets) =>
  (role: (typeof tokenRoles)[number]): role is Budgeted =>
    Object.hasOwn(budgets, role)

function BudgetForm({ budgets }: { readonly budgets: ReadBudgets }) {
  const [typed, setTyped] = useState(budgets)
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: setReadBudgets,
    onSuccess: () => {
      said('The budgets are set.')
      return queries.invalidateQueries({ queryKey: budgetsQuery.queryKey })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate(typed)
  }
  return (
    <form onSubmit={submit}>
      <p className="mb-2 max-w-[70ch] text-quiet">
        Whoever opens more has to say why, and beyond five times as much is stopped. Each token has
        a budget of its own.
      </p>
      <div className="overflow-x-auto">
        <table className="text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Role</th>
              {columns.map(({ word }) => (
                <th key={word} className="pr-4 font-normal">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tokenRoles.filter(isBudgeted(budgets)).map((role) => (
              <tr key={role} className="border-t border-rule">
                <th className="py-1 pr-4 font-normal">{roleWords[role].word}</th>
                {columns.map((column) => (
                  <td key={column.word} className="py-1 pr-4">
                    <input
                      type="number"
                      required
                      min={1}
                      max={column.most}
                      aria-label={`${roleWords[role].word}: ${column.word}`}
                      className="field w-28"
                      value={typed[role][column.kind][column.at] || ''}
                      onChange={({ target }) =>
                        setTyped({
                          ...typed,
                          [role]: withNumber(typed[role], column, Number(target.value)),
                        })
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {save.error && (
        <Notice tone="danger">{saysOf(save.error)} What you typed is still here.</Notice>
      )}
      <Button type="submit" look="main" disabled={save.isPending}>
        Set the budgets
      </Button>
    </form>
  )
}

type Budget = ReadBudgets['reader']

function withNumber(budget: Budget, { kind, at }: Column, value: number): Budget {
  const [hour, day] = budget[kind]
  return { ...budget, [kind]: at === 0 ? [value, day] : [hour, value] }
}

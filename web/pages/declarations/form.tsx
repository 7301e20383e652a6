import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { declare } from '../../api/evaluations.ts'
import { isProblem, saysOf } from '../../api/problem.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ruleWords } from '../../parts/runs/declaration-words.ts'
import { declarationsQuery, packsQuery } from '../../parts/runs/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { said } from '../../ui/toast.tsx'
import { declarationOf, firstTyped, lacking, type Typed } from './wish.ts'

/** Proposes what is declared; whoever proposes agrees to it for their side. */
export function DeclareForm({ engagement }: { readonly engagement: string }) {
  const queries = useQueryClient()
  const listed = useInfiniteQuery(packsQuery)
  const known = listed.data?.pages.flatMap(({ items }) => items) ?? []
  const packs = known.filter(({ publishedAt }) => publishedAt !== null)
  const [typed, setTyped] = useState<Typed>(firstTyped)
  const [problems, setProblems] = useState<readonly string[]>([])
  const set = (change: Partial<Typed>): void => setTyped({ ...typed, ...change })
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const pack = packs.find(({ id }) => id === typed.pack)
    const lacks = lacking(typed)
    if (lacks !== null || pack === undefined) return setProblems([lacks ?? 'Choose a pack.'])
    try {
      const { digest } = await declare(engagement, declarationOf(typed, pack.commitment))
      await queries.invalidateQueries({ queryKey: declarationsQuery(engagement).queryKey })
      said(`Proposed declaration ${digest.slice(0, 12)}`)
      setProblems([])
    } catch (error) {
      const own = isProblem(error) ? error.errors : []
      setProblems([saysOf(error), ...own.map(({ pointer, detail }) => `${pointer}: ${detail}`)])
    }
  }
  return (
    <form noValidate className="max-w-[560px] space-y-3" onSubmit={(event) => void submit(event)}>
      <Field label="Pack" about="Of those whose commitment is published; all its tasks are tried.">
        {(given) => (
          <select
            {...given}
            value={typed.pack}
            onChange={({ target }) => set({ pack: target.value })}
          >
            <option value="">Choose</option>
            {packs.map(({ id, commitment }) => (
              <option key={id} value={id}>
                {lineOf(commitment.name, 80)} {lineOf(commitment.version, 40)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ShowMore words="Read older packs too" of={listed} />
      <Bank typed={typed} set={set} />
      <Rule typed={typed} set={set} />
      <Numbers typed={typed} set={set} />
      {problems.length > 0 && (
        <Notice tone="danger">
          {problems.map((one) => (
            <p key={one}>{lineOf(one, 500)}</p>
          ))}
          <p>What you typed is still here.</p>
        </Notice>
      )}
      <Button type="submit" look="main">
        Propose, and agree for our side
      </Button>
    </form>
  )
}

type PartProps = { readonly typed: Typed; readonly set: (change: Partial<Typed>) => void }

const Bank = ({ typed, set }: PartProps) => (
  <>
    <Field
      label="Strata"
      about="Tasks of one stratum count as alike; weights are those that were committed to."
    >
      {(given) => (
        <select
          {...given}
          value={typed.grouping}
          onChange={({ target: { value } }) =>
            set({ grouping: value === 'families' || value === 'cells' ? value : 'all' })
          }
        >
          <option value="all">All tasks together</option>
          <option value="families">By family</option>
          <option value="cells">By family and difficulty</option>
        </select>
      )}
    </Field>
    <Field label="Protocol" about="Scaffold and tools, in words or as the digest of a document.">
      {(given) => (
        <textarea
          {...given}
          rows={3}
          value={typed.protocol}
          onChange={({ target }) => set({ protocol: target.value })}
        />
      )}
    </Field>
  </>
)

const rules = ['fixed-look', 'large-bank', 'this-bank'] as const

const Rule = ({ typed, set }: PartProps) => (
  <fieldset>
    <legend className="font-semibold">Rule</legend>
    {rules.map((rule) => (
      <label key={rule} className="mt-1 flex items-start gap-2">
        <input
          type="radio"
          name="rule"
          className="mt-1"
          checked={typed.rule === rule}
          onChange={() => set({ rule })}
        />
        <span>
          {ruleWords[rule].name}
          <span className="block text-small text-quiet">{ruleWords[rule].about}</span>
        </span>
      </label>
    ))}
  </fieldset>
)

const numbers = [
  ['threshold', 'Threshold', 'The mean score in question, between 0 and 1.'],
  ['alpha', 'Error', 'How often either answer may be wrong.'],
  ['attempts', 'Attempts', 'At each task.'],
  ['tokenBudget', 'Tokens', 'That an attempt may use; a success beyond them is exhaustion.'],
] as const

const Numbers = ({ typed, set }: PartProps) => (
  <>
    <div className="grid gap-3 rail:grid-cols-2">
      {numbers.map(([name, label, about]) => (
        <Field key={name} label={label} about={about}>
          {(given) => (
            <input
              {...given}
              inputMode="decimal"
              value={typed[name]}
              onChange={({ target }) => set({ [name]: target.value.trim() })}
            />
          )}
        </Field>
      ))}
    </div>
    <Field label="Seed of the order" about="Drawn here by chance; tasks are opened in its order.">
      {(given) => (
        <input
          {...given}
          value={typed.orderSeed}
          onChange={({ target }) => set({ orderSeed: target.value })}
        />
      )}
    </Field>
  </>
)

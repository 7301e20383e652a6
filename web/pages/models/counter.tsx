import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { engagementEventsQuery } from '../../api/queries.ts'
import type { Engagement } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { handIn, missing, missingIn, Refused, useFocusOnWrong } from './offer.tsx'
import { wrongOf } from './places.ts'
import { ProposalForm, placesOfForm } from './proposal-form.tsx'
import { IndependenceFields, type Nameable } from './terms-fields.tsx'
import { proposalOf, type Typed, typedOf } from './typed.ts'
import { useSay } from './use-say.ts'

type OfEngagement = { readonly engagement: Engagement }

/** Everybody whom the terms could name: nobody of the developer evaluates. */
export function useNameable({ id, names, developer }: Engagement): Nameable {
  const { data } = useInfiniteQuery(engagementEventsQuery(id))
  const events = data?.pages.flatMap((page) => page.items) ?? []
  const theirs = new Set(
    events
      .filter(({ organisation }) => organisation === developer.id)
      .map(({ person }) => person?.id),
  )
  return Object.entries(names).filter(([one]) => one.startsWith('person_') && !theirs.has(one))
}

type Independence = { readonly isIndependent: boolean; readonly conflicts: string }

/** Either side proposes something else; the evaluator says beside it how independent it is. */
export function CounterForm({ engagement }: OfEngagement) {
  const { id, side, evaluator, versions } = engagement
  const newest = versions.at(-1)?.proposal
  const before = newest?.independence.find(({ organisation }) => organisation === evaluator.id)
  const [typed, setTyped] = useState<Typed | null>(newest ? typedOf(newest) : null)
  const [own, setOwn] = useState<Independence>({
    isIndependent: before?.isIndependent ?? true,
    conflicts: before?.conflicts.join('\n') ?? '',
  })
  const [files, setFiles] = useState<readonly File[]>([])
  const people = useNameable(engagement)
  const { error, isBusy, submit } = useCounter({ engagement, typed, files, own })
  const form = useFocusOnWrong(error)
  const wrong = wrongOf(error, ['/proposal'])
  const isEvaluator = side === 'evaluator'
  if (typed === null) return null
  return (
    <Section title="Propose something else" beside={<GoBack id={id} />}>
      <form ref={form} noValidate className="max-w-[56rem] space-y-4" onSubmit={submit}>
        <p className="max-w-[65ch] text-quiet">
          It becomes a version of its own, which both sides then read with what changed in it.
        </p>
        {isEvaluator && (
          <IndependenceFields
            {...own}
            error={wrong.at('/independence')}
            onValue={(change) => setOwn({ ...own, ...change })}
          />
        )}
        <ProposalForm
          {...{ typed, wrong, people }}
          isReleaseFixed={isEvaluator}
          onTyped={(change) => setTyped({ ...typed, ...change })}
          onFile={(file) => setFiles([...files, file])}
        />
        <Refused error={error} known={placesOfForm} within={['/proposal']} />
        <Button type="submit" look="main" disabled={isBusy}>
          Propose this
        </Button>
      </form>
    </Section>
  )
}

export function GoBack({ id }: Pick<Engagement, 'id'>) {
  const navigate = useNavigate()
  return (
    <Button onClick={() => void navigate({ to: '/models/$id', params: { id }, search: {} })}>
      Go back without it
    </Button>
  )
}

type Countering = OfEngagement & {
  readonly typed: Typed | null
  readonly files: readonly File[]
  readonly own: Independence
}

function useCounter({ engagement, typed, files, own }: Countering) {
  const { id, side, versions } = engagement
  const say = useSay(engagement)
  const counter = async (): Promise<void> => {
    if (typed === null) return
    const lacks = missingIn(typed)
    const proposal = proposalOf(typed, versions.at(-1)?.proposal)
    if (lacks.length > 0 || proposal === null) throw missing(lacks)
    const { isIndependent, conflicts } = own
    const lines = conflicts.split('\n').map((line) => line.trim())
    const independence = { isIndependent, conflicts: lines.filter((line) => line !== '') }
    await say({ kind: 'counter', proposal, ...(side === 'evaluator' && { independence }) })
    await handIn(id, files)
    said('Proposed. The other side sees what changed.')
  }
  return useSubmit(id, counter)
}

/** Runs what a form of the page does, and goes back to the page when it is done. */
export function useSubmit(id: string, run: () => Promise<void>) {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const navigate = useNavigate()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsBusy(true)
    setError(null)
    run()
      .then(() => navigate({ to: '/models/$id', params: { id }, search: {} }))
      .catch(setError)
      .finally(() => setIsBusy(false))
  }
  return { error, isBusy, submit }
}

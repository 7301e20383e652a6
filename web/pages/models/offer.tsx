import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { addDocument, offerModel } from '../../api/engagements.ts'
import { isProblem, ProblemError, saysOf } from '../../api/problem.ts'
import { evaluatorsQuery } from '../../api/queries.ts'
import { TlpMark } from '../../parts/label.tsx'
import {
  LabelFields,
  labelOfTyped,
  type TypedLabel,
  usualTyped,
} from '../../parts/label-fields.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { clockNow } from '../../ui/clock.ts'
import { Field } from '../../ui/field.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { OrderWords } from './order-words.tsx'
import { wrongOf } from './places.ts'
import { ProposalForm, placesOfForm } from './proposal-form.tsx'
import { proposalOf, type Typed, usual } from './typed.ts'

/** A developer puts a model on the table. Five fields are enough. */
export function OfferPage() {
  return (
    <>
      <PageHead
        title="Offer a model"
        about="You show it to evaluators before its release, on your own terms. They answer; nothing is agreed before both of you accept the same words."
      />
      <PageBody>
        <OrderWords side="developer" />
        <OfferForm />
      </PageBody>
    </>
  )
}

function OfferForm() {
  const { data, error: unread, refetch } = useQuery(evaluatorsQuery)
  const [to, setTo] = useState('')
  const [typed, setTyped] = useState<Typed>(() => usual(clockNow()))
  const [files, setFiles] = useState<readonly File[]>([])
  const [label, setLabel] = useState<TypedLabel>(usualTyped)
  const { error, isBusy, submit } = useOffer({ to, typed, files, label })
  const form = useFocusOnWrong(error)
  const wrong = wrongOf(error, ['/proposal'])
  const evaluators = data?.items ?? []
  return (
    <form ref={form} noValidate className="mt-3 max-w-[56rem] space-y-4" onSubmit={submit}>
      {unread && <ReadFailed error={unread} retry={() => void refetch()} />}
      <Field
        label="To whom"
        about={
          data?.items.length === 0
            ? 'No organisation here is known as an evaluator: whoever administers this instance can say which is.'
            : 'Nobody else sees the offer.'
        }
        error={wrong.at('/evaluator')}
      >
        {(given) => (
          <select {...given} value={to} onChange={({ target }) => setTo(target.value)}>
            <option value="">Choose an evaluator</option>
            {evaluators.map(({ id, name }) => (
              <option key={id} value={id}>
                {lineOf(name, 100)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ProposalForm
        {...{ typed, wrong }}
        people={[]}
        onTyped={(change) => setTyped({ ...typed, ...change })}
        onFile={(file) => setFiles([...files, file])}
      />
      <Refused
        error={error}
        known={['/evaluator', '/label', ...placesOfForm]}
        within={['/proposal']}
      />
      <Labelled {...{ label }} error={wrong.at('/label')} onLabel={setLabel} />
      <p className="max-w-[65ch] text-quiet">You can change it, or take it back, at any second.</p>
      <Button type="submit" look="main" disabled={isBusy}>
        Offer it
      </Button>
    </form>
  )
}

type LabelledProps = {
  readonly label: TypedLabel
  readonly error: string
  readonly onLabel: (label: TypedLabel) => void
}

/** What the offer and all that comes of it may be shown to; the usual where nobody says more. */
const Labelled = ({ label, error, onLabel }: LabelledProps) => (
  <details>
    <summary className="w-fit cursor-pointer py-1">
      <span className="font-semibold">Label</span>: <TlpMark tlp={label.tlp} isSmall />
      {label.classification !== 'unclassified' && ` ${label.classification}`}
    </summary>
    <div className="mt-2 space-y-3">
      <p className="max-w-[65ch] text-quiet">
        {error !== '' && <strong className="text-danger">{error} </strong>}
        Whoever is not cleared for it sees nothing of the offer, on either side. It stays as it is
        now.
      </p>
      <LabelFields typed={label} onTyped={(change) => onLabel({ ...label, ...change })} />
    </div>
  </details>
)

type RefusedProps = {
  readonly error: unknown
  readonly known: readonly string[]
  readonly within: readonly string[]
}

/** What was refused, in a sentence; what stands beside its field is not repeated. */
export function Refused({ error, known, within }: RefusedProps) {
  if (error === null) return null
  const rest = wrongOf(error, within).rest(known)
  const isPlaced = isProblem(error) && error.errors.length > 0
  return (
    <Notice tone="danger">
      {isPlaced ? 'What is marked above has to be mended.' : saysOf(error)} What you typed is still
      here. {rest.join(' ')}
    </Notice>
  )
}

/** Leads to the first field that has to be mended. */
export function useFocusOnWrong(error: unknown) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (error === null) return
    form.current
      ?.querySelector<HTMLElement>('[aria-invalid=true], fieldset:has(strong) input')
      ?.focus()
  }, [error])
  return form
}

/** A refusal of the page itself, in the shape of the server's. */
export const missing = (errors: readonly (readonly [pointer: string, detail: string])[]) =>
  new ProblemError(422, {
    code: 'invalid',
    detail: 'Something is missing.',
    errors: errors.map(([pointer, detail]) => ({ pointer, detail })),
  })

/** What has to be typed before anything is sent. */
export const missingIn = ({ name, version, releaseAt, opensAt }: Typed) =>
  (
    [
      ['/model/name', name.trim(), 'Name the model.'],
      ['/model/version', version.trim(), 'Say which version it is.'],
      ['/plannedReleaseAt', releaseAt, 'Say when you plan to release it.'],
      ['/window/opensAt', opensAt, 'Say from when evaluators may ask it.'],
    ] as const
  ).flatMap(([pointer, value, detail]) => (value === '' ? [[pointer, detail] as const] : []))

type Offered = {
  readonly to: string
  readonly typed: Typed
  readonly files: readonly File[]
  readonly label: TypedLabel
}

function useOffer({ to, typed, files, label }: Offered) {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const offer = async (): Promise<void> => {
    const lacks = [
      ...(to === '' ? [['/evaluator', 'Choose whom you offer it to.'] as const] : []),
      ...missingIn(typed),
    ]
    const proposal = proposalOf(typed)
    if (lacks.length > 0 || proposal === null) throw missing(lacks)
    const { id } = await offerModel({ evaluator: to, proposal, label: labelOfTyped(label) })
    await handIn(id, files)
    await queries.invalidateQueries({ queryKey: ['engagements'] })
    said('Offered. It waits for the evaluator’s word.')
    await navigate({ to: '/models/$id', params: { id } })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsBusy(true)
    setError(null)
    offer()
      .catch(setError)
      .finally(() => setIsBusy(false))
  }
  return { error, isBusy, submit }
}

/** Hands in what the proposal names by digest; the offer stands also where a file does not. */
export async function handIn(id: string, files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      await addDocument(id, file)
    } catch (error) {
      if (!isProblem(error, 409)) {
        complain(`${file.name}: ${saysOf(error)} Hand it in again under “Documents”.`)
      }
    }
  }
}

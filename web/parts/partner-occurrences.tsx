import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { doDuty, tellOccurrence } from '../api/engagements.ts'
import { saysOf } from '../api/problem.ts'
import { occurrencesQuery } from '../api/queries.ts'
import type { OccurrenceWish, Partner } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Countdown } from '../ui/countdown.tsx'
import { Field } from '../ui/field.tsx'
import { ReadFailed } from '../ui/notice.tsx'
import { complain, said } from '../ui/toast.tsx'
import { dateOf, When } from '../ui/when.tsx'
import { FormDialog, WhyField } from './actions/form.tsx'
import { lineOf, Prose } from './outside-text.tsx'
import { occurrenceWords } from './partner-words.ts'

type OccurrencesProps = { readonly partner: Partner; readonly onChanged: () => Promise<unknown> }

/** What happened at a partner, and the clocks of what is owed after it. */
export function Occurrences({ partner, onChanged }: OccurrencesProps) {
  const [areAllShown, setAreAllShown] = useState(false)
  const { id, occurrences, names, hasEarlierOccurrences } = partner
  if (areAllShown) return <AllOccurrences {...{ partner, onChanged }} />
  return (
    <>
      {hasEarlierOccurrences && (
        <Button className="mt-1" onClick={() => setAreAllShown(true)}>
          Show all that happened
        </Button>
      )}
      <Told {...{ id, names, occurrences, onChanged }} />
    </>
  )
}

/** All of them, page by page, the newest first. */
function AllOccurrences({ partner: { id }, onChanged }: OccurrencesProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    occurrencesQuery(id),
  )
  const occurrences = data?.pages.flatMap((page) => page.items) ?? []
  const names = Object.assign({}, ...(data?.pages.map((page) => page.names) ?? []))
  const readAgain = () => Promise.all([onChanged(), refetch()])
  return (
    <>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      <Told {...{ id, names, occurrences }} onChanged={readAgain} />
      {hasNextPage && (
        <Button className="mt-1" onClick={() => void fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </>
  )
}

type ToldProps = Pick<Partner, 'id' | 'names' | 'occurrences'> & {
  readonly onChanged: () => Promise<unknown>
}

function Told({ id: partner, names, occurrences, onChanged }: ToldProps) {
  const name = (id: string | null): string =>
    id === null ? 'somebody' : lineOf(names[id] ?? id, 60)
  return (
    <ul>
      {occurrences.map((one) => (
        <li key={one.id} className="mt-2 border-l-2 border-warn/40 pl-3">
          <p>
            <strong>{occurrenceWords[one.what]}</strong>
            {one.person !== null && `: ${name(one.person)}`}
            <span className="block text-quiet">
              Known since <When at={one.knownAt} />, told by {name(one.toldBy)} on{' '}
              {dateOf(one.toldAt)}
            </span>
          </p>
          <Prose text={one.text} />
          <ul>
            {one.duties.map((duty) => (
              <Duty key={duty.what} {...{ partner, names, duty, onChanged }} occurrence={one.id} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  )
}

type DutyProps = Pick<ToldProps, 'names' | 'onChanged'> & {
  /** Its id. */
  readonly partner: string
  readonly occurrence: string
  readonly duty: Partner['occurrences'][number]['duties'][number]
}

function Duty({ partner, names, occurrence, duty, onChanged }: DutyProps) {
  const { what, by, doneAt, doneBy } = duty
  const [isBusy, setIsBusy] = useState(false)
  const isLate = Date.parse(doneAt ?? new Date().toISOString()) > Date.parse(by)
  const done = async (): Promise<void> => {
    setIsBusy(true)
    try {
      await doDuty(partner, { occurrence, what })
      await onChanged()
      said(`${what}: done.`)
    } catch (error) {
      complain(saysOf(error))
    }
    setIsBusy(false)
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="grow">
        {what}{' '}
        {doneAt === null ? (
          <span className={isLate ? 'text-danger' : 'text-warn'}>
            {isLate ? `✗ late: it was due ${dateOf(by)}` : <>○ due in {<Countdown to={by} />}</>}
          </span>
        ) : (
          <span className="text-good">
            ✓ {dateOf(doneAt)}
            {doneBy !== null && `, ${lineOf(names[doneBy] ?? doneBy, 60)}`}
            {isLate && ', late'}
          </span>
        )}
      </span>
      {doneAt === null && (
        <Button disabled={isBusy} onClick={() => void done()}>
          Done<span className="spoken"> {what}</span>
        </Button>
      )}
    </li>
  )
}

const whats = ['misuse', 'compromised-credential', 'leaver'] as const

const clocks: Readonly<Record<OccurrenceWish['what'], string>> = {
  misuse: 'It is reported within 24 hours, and the investigation begun within 48.',
  'compromised-credential':
    'The credential is revoked and it is reported, each within 24 hours. Whoever it belongs to is named no more.',
  leaver: 'They are removed within 3 business days, and named no more from now on.',
}

type TellProps = OccurrencesProps & { readonly onClose: () => void }

/** Somebody tells what happened; from when they knew, the clocks run. */
export function TellOccurrence({ partner, onChanged, onClose }: TellProps) {
  const [what, setWhat] = useState<OccurrenceWish['what']>('misuse')
  const [person, setPerson] = useState('')
  const [text, setText] = useState('')
  const run = async (): Promise<void> => {
    const knownAt = new Date().toISOString()
    await tellOccurrence(partner.id, { what, knownAt, person: person || null, text: text.trim() })
    await onChanged()
    said('Written down: the clocks run from now on.')
  }
  return (
    <FormDialog
      title={`What happened at ${lineOf(partner.organisation, 60)}?`}
      about={clocks[what]}
      does="Write it down"
      missing={text.trim() === '' ? 'Say what happened.' : null}
      run={run}
      onClose={onClose}
    >
      <Field label="What" about="The clocks run from this second.">
        {(given) => (
          <select
            {...given}
            value={what}
            onChange={({ target }) =>
              setWhat(whats.find((one) => one === target.value) ?? 'misuse')
            }
          >
            {whats.map((one) => (
              <option key={one} value={one}>
                {occurrenceWords[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label="About whom" about="Where it is about one of the named people.">
        {(given) => (
          <select {...given} value={person} onChange={({ target }) => setPerson(target.value)}>
            <option value="">Nobody in particular</option>
            {partner.users.map((id) => (
              <option key={id} value={id}>
                {lineOf(partner.names[id] ?? id, 60)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <WhyField label="What happened" value={text} onValue={setText} isRequired />
    </FormDialog>
  )
}

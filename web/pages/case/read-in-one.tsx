import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  assignReadIn,
  changeReadIn,
  decideGate,
  endReadIn,
  refuseReadIn,
} from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { readInsQuery } from '../../api/queries.ts'
import type { ReadIn, ReadInEnding } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import {
  endingWords,
  gateWords,
  paperWords,
  roleOfReadIn,
  stateWords,
} from '../../parts/read-in-words.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { TierField } from './read-in-nominate.tsx'

type OneProps = { readonly readIn: ReadIn }
type Step = 'gate' | 'assign' | 'refuse' | 'tier' | 'end'

/** One nomination: its gates as a list with who decided them, and the next step. */
export function OneReadIn({ readIn }: OneProps) {
  const { person, organisation, sponsor, tier, role, state, reasons } = readIn
  const [step, setStep] = useState<Step | null>(null)
  const isOpen = state !== 'ended' && state !== 'refused'
  const isBefore = state === 'nominated' || state === 'gates'
  return (
    <Section
      title={`${lineOf(person.name, 80)}, tier ${tier}`}
      beside={<strong className="font-semibold">{stateWords[state]}</strong>}
    >
      <p>
        Of {lineOf(organisation.name, 100)}, to {roleOfReadIn[role]}. Sponsor:{' '}
        {lineOf(sponsor.name, 80)}.{readIn.isEmergency && ' Emergency.'}
      </p>
      <p className="text-quiet wrap-anywhere">
        Need, by {lineOf(readIn.nominatedBy.name, 80)}: {lineOf(reasons[0]?.text ?? '', 600)}
      </p>
      <Checklist readIn={readIn} />
      <Dates readIn={readIn} />
      {isOpen && step === null && (
        <div className="mt-2 flex flex-wrap gap-2">
          {isBefore && <Button onClick={() => setStep('gate')}>Decide a gate</Button>}
          {isBefore && readIn.gatesMissing.length === 0 && (
            <Button onClick={() => setStep('assign')}>Assign</Button>
          )}
          {isBefore && <Button onClick={() => setStep('refuse')}>Refuse</Button>}
          {!isBefore && <Button onClick={() => setStep('tier')}>Tier and end</Button>}
          {!isBefore && (
            <Button look="danger" onClick={() => setStep('end')}>
              End now
            </Button>
          )}
        </div>
      )}
      {isOpen && step !== null && (
        <StepForm readIn={readIn} step={step} onDone={() => setStep(null)} />
      )}
    </Section>
  )
}

function Checklist({ readIn }: OneProps) {
  return (
    <ol className="mt-1">
      {gateWords.map(([gate, name, means]) => {
        const decided = readIn.gates.filter((one) => one.gate === gate)
        const last = decided.at(-1)
        const mark = last === undefined ? '○' : last.isPassed ? '✓' : '✗'
        return (
          <li key={gate} className="py-0.5">
            <span aria-hidden="true">{mark}</span> {name}:{' '}
            {last === undefined ? (
              <span className="text-quiet">not decided. {means}</span>
            ) : (
              <>
                {last.isPassed ? 'passed' : 'failed'} by {lineOf(last.by.name, 80)},{' '}
                <When at={last.at} />: {lineOf(last.what, 300)}
                {last.reusedFrom !== null && ' (from an earlier read-in)'}
                {decided.length > 1 && (
                  <span className="text-quiet"> · decided {decided.length} times</span>
                )}
              </>
            )}
          </li>
        )
      })}
    </ol>
  )
}

function Dates({ readIn }: OneProps) {
  const { opensAt, until, acknowledgedAt, endedAt, endedWhy } = readIn
  if (opensAt === null || until === null) return null
  return (
    <p className="text-quiet">
      Opens <When at={opensAt} />, until <When at={until} />;{' '}
      {acknowledgedAt === null ? (
        'not acknowledged yet'
      ) : (
        <>
          acknowledged <When at={acknowledgedAt} />
        </>
      )}
      .
      {endedAt !== null && endedWhy !== null && (
        <>
          {' '}
          Ended <When at={endedAt} />: {endingWords[endedWhy]}.
        </>
      )}
    </p>
  )
}

type StepFormProps = OneProps & { readonly step: Step; readonly onDone: () => void }

type Typed = {
  readonly gate: '1' | '2' | '3'
  readonly result: 'passed' | 'failed' | 'reused'
  readonly papers: readonly ('nda' | 'conduct' | 'antitrust')[]
  readonly why: string
  readonly ending: ReadInEnding['why']
  readonly tier: ReadIn['tier']
  readonly until: string
}

const does: Readonly<Record<Step, string>> = {
  ...{ gate: 'Write the gate down', assign: 'Assign', refuse: 'Refuse' },
  ...{ tier: 'Change', end: 'End now' },
}

function take(step: Step, { id }: ReadIn, typed: Typed): Promise<ReadIn> {
  const { why, result, papers, tier, until, ending } = typed
  const steps: Readonly<Record<Step, () => Promise<ReadIn>>> = {
    gate: () => decideGate(id, typed.gate, { result, what: why, papers: [...papers] }),
    assign: () => assignReadIn(id, why),
    refuse: () => refuseReadIn(id, why),
    tier: () => changeReadIn(id, { tier, until: new Date(until).toISOString(), why }),
    end: () => endReadIn(id, { why: ending, note: why }),
  }
  return steps[step]()
}

function StepForm({ readIn, step, onDone }: StepFormProps) {
  const queries = useQueryClient()
  const [problem, setProblem] = useState<string | null>(null)
  const [typed, setTyped] = useState<Typed>({
    ...{ gate: gateIn(String(readIn.gatesMissing[0] ?? 1)), result: 'passed', papers: [] },
    ...{ why: '', ending: 'task-done', tier: readIn.tier },
    until: readIn.until?.slice(0, 16) ?? '',
  })
  const change = (part: Partial<Typed>): void => setTyped({ ...typed, ...part })
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (typed.why.trim() === '' && step !== 'end') {
      setProblem('Say why, in your own words.')
      return
    }
    try {
      const until = `${typed.until}Z`
      await take(step, readIn, { ...typed, until })
      await queries.invalidateQueries({ queryKey: readInsQuery(readIn.case).queryKey })
      onDone()
    } catch (error) {
      setProblem(`${saysOf(error)} What you typed is still here.`)
    }
  }
  return (
    <form
      noValidate
      className="mt-2 space-y-3 rounded-md border border-edge p-3"
      onSubmit={(event) => void submit(event)}
    >
      {step === 'gate' && <GateFields typed={typed} onTyped={change} />}
      {step === 'tier' && <TierFields typed={typed} onTyped={change} />}
      {step === 'end' && (
        <Choice
          label="Why it ends"
          about="Access ends with this click, on every server."
          value={typed.ending}
          choices={endingChoices}
          onValue={(text) =>
            change({ ending: endingChoices.find(([one]) => one === text)?.[0] ?? 'task-done' })
          }
        />
      )}
      <Field label={step === 'gate' ? 'What was seen or said' : 'Why'} about="Kept in the log.">
        {(given) => (
          <textarea
            {...given}
            rows={2}
            maxLength={2000}
            value={typed.why}
            onChange={({ target }) => change({ why: target.value })}
          />
        )}
      </Field>
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look={step === 'end' ? 'danger' : 'main'}>
          {does[step]}
        </Button>
        <Button onClick={onDone}>Not now</Button>
      </div>
    </form>
  )
}

type FieldsProps = {
  readonly typed: Typed
  readonly onTyped: (part: Partial<Typed>) => void
}

const endingChoices = [
  ...([['task-done', endingWords['task-done']]] as const),
  ...([['left-sponsor', endingWords['left-sponsor']]] as const),
  ...([['need-ended', endingWords['need-ended']]] as const),
  ...([['breach', endingWords.breach]] as const),
  ...([['mistake', endingWords.mistake]] as const),
]
const gateIn = (text: string): Typed['gate'] => (text === '2' || text === '3' ? text : '1')
const resultIn = (text: string): Typed['result'] =>
  text === 'failed' || text === 'reused' ? text : 'passed'
const resultChoices = [
  ...([
    ['passed', 'passed'],
    ['failed', 'failed'],
  ] as const),
  ...([['reused', 'taken from an earlier read-in']] as const),
]
const papers = ['nda', 'conduct', 'antitrust'] as const

function GateFields({ typed, onTyped }: FieldsProps) {
  return (
    <>
      <div className="grid gap-3 rail:grid-cols-2">
        <Choice
          label="Gate"
          about="Each is decided by itself; none is waived."
          value={typed.gate}
          choices={gateWords.map(([gate, name]) => [String(gate), `${gate}: ${name}`])}
          onValue={(text) => onTyped({ gate: gateIn(text) })}
        />
        <Choice
          label="Result"
          about="A failure stays in the log; the newest decision counts."
          value={typed.result}
          choices={resultChoices}
          onValue={(text) => onTyped({ result: resultIn(text) })}
        />
      </div>
      {typed.gate === '3' && (
        <fieldset>
          <legend className="font-semibold">Papers that you saw signed</legend>
          {papers.map((paper) => (
            <label key={paper} className="mr-4 inline-flex gap-2">
              <input
                type="checkbox"
                checked={typed.papers.includes(paper)}
                onChange={({ target }) =>
                  onTyped({
                    papers: papers.filter((one) =>
                      one === paper ? target.checked : typed.papers.includes(one),
                    ),
                  })
                }
              />
              {paperWords[paper]}
            </label>
          ))}
        </fieldset>
      )}
    </>
  )
}

const TierFields = ({ typed, onTyped }: FieldsProps) => (
  <>
    <TierField value={typed.tier} onValue={(tier) => onTyped({ tier })} />
    <Field label="Until (UTC)" about="Less holds at once; more needs the approval of two people.">
      {(given) => (
        <input
          {...given}
          type="datetime-local"
          value={typed.until}
          onChange={({ target }) => onTyped({ until: target.value })}
        />
      )}
    </Field>
  </>
)

type ChoiceProps = {
  readonly label: string
  readonly about: string
  readonly value: string
  readonly choices: readonly (readonly [string, string])[]
  readonly onValue: (text: string) => void
}

const Choice = ({ label, about, value, choices, onValue }: ChoiceProps) => (
  <Field label={label} about={about}>
    {(given) => (
      <select {...given} value={value} onChange={({ target }) => onValue(target.value)}>
        {choices.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    )}
  </Field>
)

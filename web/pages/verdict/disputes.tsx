import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { disputeSample, sayOfDispute } from '../../api/results.ts'
import type { Dispute, DisputeAct, Run } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { Person } from '../../parts/runs/person.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { disputesQuery } from './queries.ts'
import { SampleLink } from './sample-link.tsx'
import { Say, useSide } from './say.tsx'

/** Samples that the developer says were judged wrongly, with every word of both sides. */
export function Disputes({ run }: { readonly run: Run }) {
  const queries = useQueryClient()
  const side = useSide(run)
  const { data, error, refetch } = useQuery(disputesQuery(run.id))
  const read = () => queries.invalidateQueries({ queryKey: disputesQuery(run.id).queryKey })
  return (
    <Section title="Disputes">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="text-quiet">No sample is disputed.</p>}
      <ul>
        {data?.items.map((one) => (
          <One
            key={one.id}
            {...{ run, one, side }}
            act={async (act) => {
              await sayOfDispute(run.id, one.id, act)
              await read()
            }}
          />
        ))}
      </ul>
      {side === 'developer' && <Open run={run} onDone={read} />}
    </Section>
  )
}

type OneProps = {
  readonly run: Run
  readonly one: Dispute
  readonly side: ReturnType<typeof useSide>
  readonly act: (act: DisputeAct) => Promise<void>
}

const states = { open: '○ Open', answered: '● Answered', withdrawn: '– Taken back' } as const

function One({ run, one, side, act }: OneProps) {
  const { sample, claim, openedBy, openedAt, state, answered, remarks } = one
  return (
    <li className="border-t border-rule py-1.5">
      <p className="flex flex-wrap gap-x-4">
        <SampleLink run={run.id} sample={sample} />
        <span>{states[state]}</span>
        <span className="text-quiet">
          <Person id={openedBy} />, <When at={openedAt} />
        </span>
      </p>
      <p className="max-w-[75ch] wrap-anywhere">“{lineOf(claim, 4_000)}”</p>
      {answered !== null && (
        <p className="max-w-[75ch] wrap-anywhere">
          <span className="text-quiet">
            <Person id={answered.by} /> answered, <When at={answered.at} />:
          </span>{' '}
          <strong className="font-semibold">{answerWords(answered.answer)}.</strong>{' '}
          {lineOf(answered.reason, 4_000)}
        </p>
      )}
      {remarks.map(({ side: whose, by, text, at }) => (
        <p key={`${at} ${by}`} className="max-w-[75ch] wrap-anywhere">
          <span className="text-quiet">
            The {whose}, <Person id={by} />, <When at={at} />:
          </span>{' '}
          {lineOf(text, 4_000)}
        </p>
      ))}
      {side !== null && (
        <div className="flex flex-wrap gap-x-4">
          <Say
            summary="Add a word"
            label="Word"
            about="Both sides read it; nobody takes it away."
            does="Add it"
            run={(text) => act({ kind: 'remark', text })}
          />
          {side === 'evaluator' && state === 'open' && <Answer name={one.id} act={act} />}
        </div>
      )}
      {side === 'developer' && state === 'open' && (
        <Button
          className="mt-1"
          onClick={() => void act({ kind: 'withdraw' }).then(() => said('Took the dispute back'))}
        >
          Take it back
        </Button>
      )}
    </li>
  )
}

function answerWords(answer: NonNullable<Dispute['answered']>['answer']): string {
  if (answer.is === 'stands') return 'The judgement stands'
  if (answer.is === 'set-aside') return 'Set aside: it counts as missing'
  const score = answer.score === null ? '' : `, score ${answer.score}`
  return `Judged anew: ${outcomeFaces[answer.outcome].word}${score}`
}

type AnswerProps = Pick<OneProps, 'act'> & { readonly name: string }

const answers = [
  ['stands', 'The judgement stands'],
  ['set-aside', 'Set it aside'],
] as const

function Answer({ name, act }: AnswerProps) {
  const [is, setIs] = useState<'stands' | 'set-aside'>('stands')
  return (
    <Say
      summary="Answer it"
      label="Why"
      about="An answer is final; words may follow it from both sides."
      does="Answer"
      run={(reason) => act({ kind: 'answer', answer: { is }, reason })}
    >
      <fieldset className="flex gap-4">
        <legend className="spoken">Answer</legend>
        {answers.map(([value, word]) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="radio"
              name={`answer ${name}`}
              checked={is === value}
              onChange={() => setIs(value)}
            />
            {word}
          </label>
        ))}
      </fieldset>
    </Say>
  )
}

type OpenProps = { readonly run: Run; readonly onDone: () => Promise<void> }

function Open({ run, onDone }: OpenProps) {
  const [task, setTask] = useState('')
  const [epoch, setEpoch] = useState('1')
  const open = async (claim: string): Promise<void> => {
    await disputeSample(run.id, { sample: { task: task.trim(), epoch: Number(epoch) }, claim })
    await onDone()
  }
  return (
    <Say
      summary="Dispute a sample"
      label="What is wrong with it"
      about="The evaluator answers it; until then the sample counts as it was judged."
      does="Dispute it"
      run={open}
    >
      <div className="grid grid-cols-[1fr_6rem] gap-3">
        <Field label="Task" about="As the grid names it.">
          {(given) => (
            <input {...given} value={task} onChange={({ target }) => setTask(target.value)} />
          )}
        </Field>
        <Field label="Attempt" about="From 1.">
          {(given) => (
            <input
              {...given}
              inputMode="numeric"
              value={epoch}
              onChange={({ target }) => setEpoch(target.value.replace(/\D/g, ''))}
            />
          )}
        </Field>
      </div>
    </Say>
  )
}

import { useState } from 'react'
import { sayOfDetermination } from '../../api/engagements.ts'
import type { Determination, DeterminationAct } from '../../api/types.ts'
import { FormDialog, WhyField } from '../../parts/actions/form.tsx'
import type { Side } from '../../parts/engagement-words.ts'
import { said } from '../../ui/toast.tsx'
import { wrongOf } from './places.ts'
import { Text } from './plain-fields.tsx'
import { OneOf } from './terms-fields.tsx'

type SayProps = {
  readonly found: Determination
  readonly onChanged: () => Promise<unknown>
  readonly onClose: () => void
}

type State = Extract<DeterminationAct, { readonly kind: 'state' }>

const positionWords: Readonly<Record<State['position'], string>> = {
  covered: 'Covered',
  'not covered': 'Not covered',
  'not decided': 'Not decided',
}

/** Says something, and keeps what was wrong with it for the fields. */
function useSaying({ found, onChanged }: Omit<SayProps, 'onClose'>) {
  const [refused, setRefused] = useState<unknown>(null)
  const say = async (act: DeterminationAct, done: string): Promise<unknown> => {
    try {
      await sayOfDetermination(found.id, act)
    } catch (error) {
      setRefused(error)
      return error
    }
    await onChanged()
    said(done)
    return null
  }
  return { wrong: wrongOf(refused, []), say }
}

/** What one side says to the question: a word and its reasons. Earlier ones stay. */
export function StatePosition({ side, onClose, ...rest }: SayProps & { readonly side: Side }) {
  const { wrong, say } = useSaying(rest)
  const [position, setPosition] = useState<State['position']>('not decided')
  const [text, setText] = useState('')
  return (
    <FormDialog
      title={side === 'developer' ? 'What do you think?' : 'What did the authority decide?'}
      about="It stands beside what the other says. What was said before stays; nothing about a release follows from it."
      does="Say it"
      missing={text.trim() === '' ? 'Say it in words.' : null}
      run={() => say({ kind: 'state', position, text: text.trim() }, 'Said.')}
      onClose={onClose}
    >
      <OneOf
        label="Position"
        about={side === 'evaluator' ? 'A decision rests on a verdict that is named.' : ''}
        words={positionWords}
        value={position}
        error={wrong.at('/position')}
        onValue={setPosition}
      />
      <WhyField label="In words" value={text} onValue={setText} isRequired />
    </FormDialog>
  )
}

/** A verdict is named by its id; what it says is taken from the record. */
export function NameVerdict({ onClose, ...rest }: SayProps) {
  const { wrong, say } = useSaying(rest)
  const [verdict, setVerdict] = useState('')
  return (
    <FormDialog
      title="Which verdict do you name?"
      about="One of this engagement. What it says, and the SHA-256 of its declaration and results, are taken from the record."
      does="Name it"
      missing={verdict.trim() === '' ? 'Say which verdict.' : null}
      run={() => say({ kind: 'name-verdict', verdict: verdict.trim() }, 'The verdict is named.')}
      onClose={onClose}
    >
      <Text
        label="Verdict"
        about="Its id, such as verdict_1a2b3c4d, as the verdict of the run shows it."
        value={verdict}
        error={wrong.at('/verdict')}
        onValue={setVerdict}
      />
    </FormDialog>
  )
}

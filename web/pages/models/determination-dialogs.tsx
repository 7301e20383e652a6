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
type Verdict = Extract<DeterminationAct, { readonly kind: 'name-verdict' }>['verdict']

const positionWords: Readonly<Record<State['position'], string>> = {
  covered: 'Covered',
  'not covered': 'Not covered',
  'not decided': 'Not decided',
}

const verdictWords: Readonly<Record<Verdict['word'], string>> = {
  COVERED: 'COVERED',
  'NOT SHOWN': 'NOT SHOWN',
  UNDETERMINED: 'UNDETERMINED',
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

/** A verdict is named by its declaration and its results, never by hearsay. */
export function NameVerdict({ onClose, ...rest }: SayProps) {
  const { wrong, say } = useSaying(rest)
  const [verdict, setVerdict] = useState<Verdict>({
    ...{ word: 'UNDETERMINED', declarationSha256: '', resultsSha256: '', wording: '' },
  })
  const put = (change: Partial<Verdict>): void => setVerdict({ ...verdict, ...change })
  return (
    <FormDialog
      title="Which verdict do you name?"
      about="By the SHA-256 of its declaration and of its results, which both sides hold."
      does="Name it"
      missing={verdict.wording.trim() === '' ? 'Say what it says.' : null}
      run={() => say({ kind: 'name-verdict', verdict }, 'The verdict is named.')}
      onClose={onClose}
    >
      <OneOf
        label="Verdict"
        about=""
        words={verdictWords}
        value={verdict.word}
        error={wrong.at('/verdict/word')}
        onValue={(word) => put({ word })}
      />
      <Text
        label="What it says"
        about="Such as: capability at least X under protocol E and budget B."
        value={verdict.wording}
        error={wrong.at('/verdict/wording')}
        onValue={(wording) => put({ wording })}
      />
      <Text
        label="SHA-256 of the declaration"
        about=""
        value={verdict.declarationSha256}
        error={wrong.at('/verdict/declarationSha256')}
        onValue={(declarationSha256) => put({ declarationSha256 })}
      />
      <Text
        label="SHA-256 of the results"
        about=""
        value={verdict.resultsSha256}
        error={wrong.at('/verdict/resultsSha256')}
        onValue={(resultsSha256) => put({ resultsSha256 })}
      />
    </FormDialog>
  )
}

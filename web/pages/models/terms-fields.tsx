import { useId } from 'react'
import {
  audienceWords,
  choicesOf,
  disposalWords,
  publicationWords,
  purposeWords,
  visibilityWords,
} from '../../parts/engagement-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Choices } from '../../ui/choices.tsx'
import { Field } from '../../ui/field.tsx'
import type { Wrong } from './places.ts'
import { Lines, Text, Whole } from './plain-fields.tsx'
import type { TypedTerms } from './typed.ts'

/** A person who can be named, and what they are called. */
export type Nameable = readonly (readonly [id: string, name: string])[]

export type TermsFieldsProps = {
  readonly typed: TypedTerms
  readonly wrong: Wrong
  readonly people: Nameable
  readonly onTyped: (change: Partial<TypedTerms>) => void
}

/** What evaluators may do, who of them, and what becomes of it. */
export const TermsFields = (props: TermsFieldsProps) => (
  <div className="space-y-4">
    <UseFields {...props} />
    <ResultFields {...props} />
    <BudgetFields {...props} />
  </div>
)

const PurposeField = ({ typed, wrong, onTyped }: Omit<TermsFieldsProps, 'people'>) => (
  <Choices
    legend="May be used to"
    about="Anything else is outside the terms."
    choices={choicesOf(purposeWords)}
    chosen={typed.purposes}
    error={wrong.at('/terms/purposes')}
    onChosen={(purposes) => onTyped({ purposes })}
  />
)

const UseFields = ({ typed, wrong, people, onTyped }: TermsFieldsProps) => (
  <>
    <PurposeField {...{ typed, wrong, onTyped }} />
    {people.length > 0 && (
      <Choices
        legend="By whom"
        about="Nobody else gets a token."
        choices={people.map(([id, name]) => [id, lineOf(name, 80)])}
        chosen={typed.people}
        error={wrong.at('/terms/people')}
        onChosen={(chosen) => onTyped({ people: chosen })}
      />
    )}
    <Lines
      label="Where"
      about="Sites or instances that evaluators work at, one a line."
      value={typed.places}
      error={wrong.at('/terms/places')}
      onValue={(places) => onTyped({ places })}
    />
    <OneOf
      label="The developer sees of what is asked"
      about="In its access log, beside who asked and when."
      words={visibilityWords}
      value={typed.visibility}
      error={wrong.at('/terms/promptsShownToDeveloper')}
      onValue={(visibility) => onTyped({ visibility })}
    />
  </>
)

const ResultFields = ({ typed, wrong, onTyped }: TermsFieldsProps) => (
  <>
    <Choices
      legend="Results may go to"
      about="Beside the two sides. None is nobody."
      choices={choicesOf(audienceWords)}
      chosen={typed.audiences}
      error={wrong.at('/terms/audiences')}
      onChosen={(audiences) => onTyped({ audiences })}
    />
    <div className="grid gap-4 rail:grid-cols-2">
      <OneOf
        label="May be published"
        about="Of results, by either side."
        words={publicationWords}
        value={typed.publication}
        error={wrong.at('/terms/publication')}
        onValue={(publication) => onTyped({ publication })}
      />
      <OneOf
        label="Afterwards"
        about="What becomes of what evaluators hold when these days are over."
        words={disposalWords}
        value={typed.disposal}
        error={wrong.at('/terms/disposal')}
        onValue={(disposal) => onTyped({ disposal })}
      />
      <Whole
        label="Days that transcripts are kept"
        about="After the end; 0 is not at all."
        value={typed.transcriptDays}
        error={wrong.at('/terms/retentionDays/transcripts')}
        onValue={(transcriptDays) => onTyped({ transcriptDays })}
      />
      <Whole
        label="Days that results are kept"
        about="After the end; 0 is not at all."
        value={typed.resultDays}
        error={wrong.at('/terms/retentionDays/results')}
        onValue={(resultDays) => onTyped({ resultDays })}
      />
    </div>
  </>
)

const BudgetFields = ({ typed, wrong, onTyped }: TermsFieldsProps) => (
  <fieldset>
    <legend className="font-semibold">At most, over the whole window</legend>
    <div className="mt-1 grid gap-4 rail:grid-cols-4">
      <Whole
        label="Requests"
        about=""
        value={typed.requests}
        error={wrong.at('/terms/budget/requests')}
        onValue={(requests) => onTyped({ requests })}
      />
      <Whole
        label="Tokens"
        about="In and out together."
        value={typed.tokens}
        error={wrong.at('/terms/budget/tokens')}
        onValue={(tokens) => onTyped({ tokens })}
      />
      <Text
        label="US dollars"
        about="By the developer’s own prices."
        value={typed.usd}
        error={wrong.at('/terms/budget/microUsd')}
        onValue={(usd) => onTyped({ usd })}
      />
      <Whole
        label="At once"
        about="Requests side by side."
        value={typed.atOnce}
        error={wrong.at('/terms/budget/atOnce')}
        onValue={(atOnce) => onTyped({ atOnce })}
      />
    </div>
  </fieldset>
)

type OneOfProps<Value extends string> = {
  readonly label: string
  readonly about: string
  readonly error?: string
  readonly words: Readonly<Record<Value, string>>
  readonly value: Value
  readonly onValue: (value: Value) => void
}

/** One of a few. */
export function OneOf<Value extends string>(props: OneOfProps<Value>) {
  const { label, about, error = '', words, value, onValue } = props
  const choices = choicesOf(words)
  return (
    <Field {...{ label, about, error }}>
      {(given) => (
        <select
          {...given}
          value={value}
          onChange={({ target }) => {
            const found = choices.find(([one]) => one === target.value)
            if (found !== undefined) onValue(found[0])
          }}
        >
          {choices.map(([one, word]) => (
            <option key={one} value={one}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

type IndependenceProps = {
  readonly isIndependent: boolean
  readonly conflicts: string
  readonly error: string
  readonly onValue: (value: { isIndependent?: boolean; conflicts?: string }) => void
}

/** What an evaluator says of itself: nobody says it for it. */
export function IndependenceFields(props: IndependenceProps) {
  const { isIndependent, conflicts, error, onValue } = props
  const name = useId()
  return (
    <fieldset className="space-y-3">
      <legend className="font-semibold">What you say of your independence</legend>
      <p className="text-small text-quiet">
        The developer sees it before it accepts. {error !== '' && <strong>{error}</strong>}
      </p>
      {[true, false].map((one) => (
        <label key={String(one)} className="mr-6 inline-flex items-baseline gap-2">
          <input
            type="radio"
            name={name}
            checked={isIndependent === one}
            onChange={() => onValue({ isIndependent: one })}
          />
          {one ? 'We are independent of the developer' : 'We are not independent of it'}
        </label>
      ))}
      <Lines
        label="Conflicts of interest"
        about="Each in a line of its own words; empty for none."
        value={conflicts}
        onValue={(text) => onValue({ conflicts: text })}
      />
    </fieldset>
  )
}

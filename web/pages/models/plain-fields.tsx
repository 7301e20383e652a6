import { Field } from '../../ui/field.tsx'
import { dateOf } from '../../ui/when.tsx'
import { momentOf } from './typed.ts'

type PlainProps = {
  readonly label: string
  readonly about: string
  readonly error?: string
  readonly value: string
  readonly isOff?: boolean
  readonly onValue: (value: string) => void
}

/** A line of text. */
export const Text = ({ label, about, error = '', value, onValue }: PlainProps) => (
  <Field {...{ label, about, error }}>
    {(given) => (
      <input
        {...given}
        maxLength={300}
        autoComplete="off"
        value={value}
        onChange={({ target }) => onValue(target.value)}
      />
    )}
  </Field>
)

/** A whole number. */
export const Whole = ({ label, about, error = '', value, onValue }: PlainProps) => (
  <Field {...{ label, about, error }}>
    {(given) => (
      <input
        {...given}
        inputMode="numeric"
        maxLength={20}
        autoComplete="off"
        value={value}
        onChange={({ target }) => onValue(target.value)}
      />
    )}
  </Field>
)

/** Several lines, each one a value. */
export const Lines = ({ label, about, error = '', value, onValue }: PlainProps) => (
  <Field {...{ label, about, error }}>
    {(given) => (
      <textarea
        {...given}
        rows={3}
        value={value}
        onChange={({ target }) => onValue(target.value)}
      />
    )}
  </Field>
)

/** A moment as every other place of the page says it; browsers show it each in their own way. */
function momentWord(value: string): string {
  const moment = momentOf(value)
  return moment === null ? '' : `${dateOf(moment)}. `
}

/** A moment in UTC, to the second. */
export const Moment = ({ label, about, error = '', value, isOff, onValue }: PlainProps) => (
  <Field {...{ label, about: `${momentWord(value)}${about}`, error }}>
    {(given) => (
      <input
        {...given}
        type="datetime-local"
        step={1}
        disabled={isOff === true}
        value={value}
        onChange={({ target }) => onValue(target.value)}
      />
    )}
  </Field>
)

import { Field } from '../../ui/field.tsx'

type DaysFieldProps = { readonly days: string; readonly onDays: (days: string) => void }

/** For how long a token works: a year at most. */
export const DaysField = ({ days, onDays }: DaysFieldProps) => (
  <Field label="Works for" about="Afterwards it is refused, and a new one has to be made.">
    {(given) => (
      <select {...given} value={days} onChange={({ target }) => onDays(target.value)}>
        {['7', '30', '90', '365'].map((one) => (
          <option key={one} value={one}>
            {one} days
          </option>
        ))}
      </select>
    )}
  </Field>
)

import { Field } from '../ui/field.tsx'

/** What is said of a new organisation that is to be known by a pseudonym; null where it is not. */
export type PseudonymTyped = { readonly contact: string } | null

type PseudonymFieldsProps = {
  readonly value: PseudonymTyped
  readonly onValue: (value: PseudonymTyped) => void
}

/** Asks whether a finder that is new here is to be known by a pseudonym, and for its address. */
export const PseudonymFields = ({ value, onValue }: PseudonymFieldsProps) => (
  <div className="space-y-3">
    <label className="flex gap-2">
      <input
        type="checkbox"
        className="mt-1 self-start"
        checked={value !== null}
        onChange={({ target }) => onValue(target.checked ? { contact: '' } : null)}
      />
      <span>
        Known by a pseudonym
        <span className="block text-small text-quiet">
          Everybody here, you too, sees “Finder p-…” in place of these names from now on. They are
          sealed; it takes two people and a reason to read them, and the finder sees that.
        </span>
      </span>
    </label>
    {value !== null && (
      <Field label="Mail address" about="Sealed as well. Leave it empty where none is known.">
        {(given) => (
          <input
            {...given}
            type="email"
            maxLength={254}
            autoComplete="off"
            value={value.contact}
            onChange={({ target }) => onValue({ contact: target.value })}
          />
        )}
      </Field>
    )}
  </div>
)

/** The same as it is asked of the API. */
export function pseudonymIn(typed: PseudonymTyped): {
  readonly isPseudonymous?: boolean
  readonly contact?: string
} {
  if (typed === null) return {}
  const contact = typed.contact.trim()
  return { isPseudonymous: true, ...(contact !== '' && { contact }) }
}

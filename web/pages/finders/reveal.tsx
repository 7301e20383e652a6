import { useState } from 'react'
import type { Finder } from '../../api/types.ts'
import { AskForm } from '../../parts/ask-form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'

/** Asks that somebody else lets one read who a pseudonymous finder is. */
export function AskForReveal({ finders }: { readonly finders: readonly Finder[] }) {
  const known = new Map(
    finders.flatMap(({ pseudonymId, organisation }) =>
      pseudonymId === null ? [] : [[pseudonymId, organisation] as const],
    ),
  )
  const [typed, setTyped] = useState('')
  if (known.size === 0) return null
  return (
    <Section title="Pseudonymous finders">
      <p className="max-w-[65ch] text-quiet">
        Who they are is sealed. Once somebody else grants it you alone read it, once, within an
        hour. The finder sees that you did, and why.
      </p>
      <AskForm
        summary="Ask who a finder is"
        wish={{ kind: 'finder.reveal', request: { organisation: typed } }}
        missing={known.has(typed) ? null : 'Choose a finder.'}
      >
        <Field label="Finder" about="By its pseudonym.">
          {(given) => (
            <select {...given} value={typed} onChange={({ target }) => setTyped(target.value)}>
              <option value="">Choose…</option>
              {[...known].map(([id, name]) => (
                <option key={id} value={id}>
                  {lineOf(name, 60)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </AskForm>
    </Section>
  )
}

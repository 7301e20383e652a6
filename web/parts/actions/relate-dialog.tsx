import { useRef, useState } from 'react'
import type { CaseRow, Relate } from '../../api/types.ts'
import { caseName } from '../case-name.ts'
import { lineOf } from '../outside-text.tsx'
import type { ActProps } from './about.ts'
import { useChanges } from './changes.ts'
import { FormDialog, WhyField } from './form.tsx'
import { OtherCase } from './merge-dialog.tsx'

type Kind = Relate['kind']

/** How one case may stand to another without being the same, from the view of the first. */
const kinds: readonly (readonly [kind: Kind, word: string, means: string])[] = [
  ['same-root', 'Same root cause elsewhere', 'One mistake in two places, each with its own fix.'],
  ['same-fix', 'Fixed together', 'Two flaws that one patch resolves.'],
  ['regression-of', 'Comes back', 'It is the other one again, after that was fixed.'],
  ['related', 'Related', 'Worth knowing when one works on the other.'],
]

/** Says how two cases that stay two stand to each other. */
export function RelateDialog({ cases, onClose }: ActProps) {
  const [one, second] = cases
  const [other, setOther] = useState<CaseRow | undefined>(second)
  const [kind, setKind] = useState<Kind>('same-root')
  const [why, setWhy] = useState('')
  const { relate } = useChanges()
  const field = useRef<HTMLInputElement>(null)
  if (one === undefined) return null
  const missing = other ? (why.trim() === '' ? 'Say why.' : null) : 'Choose the other case first.'
  return (
    <FormDialog
      title="Relate"
      about={lineOf(`${caseName(one.id)} ${one.title}`)}
      does="Relate them"
      missing={missing}
      onClose={onClose}
      run={async () => (other ? relate(one, { other, kind, why: why.trim() }) : null)}
      focus={field}
      isWide
    >
      <p>
        {other ? (
          <>
            …and {caseName(other.id)} {lineOf(other.title, 160)}
          </>
        ) : (
          'Both stay cases of their own; each shows the other.'
        )}
      </p>
      <OtherCase known={other ? [one, other] : [one]} onTake={setOther} field={field} />
      <fieldset>
        <legend>How do they stand to each other?</legend>
        {kinds.map(([value, word, means]) => (
          <label key={value} className="flex items-baseline gap-2 py-0.5">
            <input
              type="radio"
              name="kind"
              checked={value === kind}
              onChange={() => setKind(value)}
            />
            <span>
              {word} <span className="text-quiet">{means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <WhyField label="What shows it?" value={why} onValue={setWhy} isRequired />
    </FormDialog>
  )
}

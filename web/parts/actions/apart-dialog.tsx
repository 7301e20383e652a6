import { useRef, useState } from 'react'
import type { CaseRow } from '../../api/types.ts'
import { caseName } from '../case-name.ts'
import { lineOf } from '../outside-text.tsx'
import type { ActProps } from './about.ts'
import { useChanges } from './changes.ts'
import { FormDialog, WhyField } from './form.tsx'
import { OtherCase } from './merge-dialog.tsx'

/** Says that two cases are never one, whatever arrives later. */
export function ApartDialog({ cases, onClose }: ActProps) {
  const [one, second] = cases
  const [other, setOther] = useState<CaseRow | undefined>(second)
  const [why, setWhy] = useState('')
  const { apart } = useChanges()
  const field = useRef<HTMLInputElement>(null)
  if (one === undefined) return null
  return (
    <FormDialog
      title="Never the same"
      about={lineOf(`${caseName(one.id)} ${one.title}`)}
      does="Keep them apart"
      missing={other ? null : 'Choose the other case first.'}
      onClose={onClose}
      run={async () => (other ? apart(one, other, why) : null)}
      focus={field}
      isWide
    >
      <p>
        {other ? (
          <>
            …and {caseName(other.id)} {lineOf(other.title, 160)}
          </>
        ) : (
          'Reports of the two are then never put together, not by a re-import and not by a newer model.'
        )}
      </p>
      <OtherCase known={other ? [one, other] : [one]} onTake={setOther} field={field} />
      <WhyField label="What tells them apart?" value={why} onValue={setWhy} />
    </FormDialog>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { askForApproval, labelCase } from '../../api/client.ts'
import type { CaseRow, Label } from '../../api/types.ts'
import { Notice } from '../../ui/notice.tsx'
import { said } from '../../ui/toast.tsx'
import { caseName } from '../case-name.ts'
import { tlpOrder } from '../label.tsx'
import { classifications, compartmentsOf, LabelFields, type TypedLabel } from '../label-fields.tsx'
import { lineOf } from '../outside-text.tsx'
import { FormDialog, WhyField } from './form.tsx'

/** Whether a label would show the case to people who may not be shown it now. */
function isLower(from: Label, to: Label): boolean {
  return (
    classifications.indexOf(to.classification) < classifications.indexOf(from.classification) ||
    tlpOrder.indexOf(to.tlp) < tlpOrder.indexOf(from.tlp) ||
    from.compartments.some((one) => !to.compartments.includes(one))
  )
}

type LabelDialogProps = { readonly found: CaseRow; readonly onClose: () => void }

/** Gives a case and its reports another label. */
export function LabelDialog({ found, onClose }: LabelDialogProps) {
  const [typed, setTyped] = useState<TypedLabel>({
    ...{ tlp: found.label.tlp, classification: found.label.classification },
    compartments: found.label.compartments.join(', '),
  })
  const [why, setWhy] = useState('')
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const { marking: _, ...before } = found.label
  const label = { ...before, ...typed, compartments: compartmentsOf(typed.compartments) }
  const lower = isLower(found.label, { ...label, marking: '' })
  const missing = why.trim() === '' ? 'Say why.' : null
  const run = async (): Promise<void> => {
    const reason = why.trim()
    if (lower) {
      const request = { case: found.id, label, why: reason }
      await askForApproval({ kind: 'case.lower-label', request, reason })
      said('A second person is asked now; the page Approvals shows what became of it.')
    } else {
      await labelCase(found.id, { version: found.version, label, why: reason })
      said(`${caseName(found.id)} has another label now.`)
    }
    void queries.invalidateQueries()
  }
  return (
    <FormDialog
      title="Label"
      about={lineOf(`${caseName(found.id)} ${found.title}`)}
      does={lower ? 'Ask a second person' : 'Set the label'}
      {...{ missing, onClose, run }}
      focus={field}
      isWide
    >
      <p className="text-quiet">
        It is of the case and of all its reports. Whoever is not cleared for it sees the case no
        more, from that moment on.
      </p>
      <LabelFields
        typed={typed}
        first={field}
        onTyped={(change) => setTyped({ ...typed, ...change })}
      />
      {lower && (
        <Notice tone="warn">
          This is lower than the label it has, so that more people would see the case. A second
          person has to agree to that first, on the page Approvals; a higher label is set at once.
        </Notice>
      )}
      <WhyField label="Why this label?" value={why} onValue={setWhy} isRequired />
    </FormDialog>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { askForApproval, labelCase } from '../../api/client.ts'
import type { CaseRow, Label } from '../../api/types.ts'
import { Notice } from '../../ui/notice.tsx'
import { said } from '../../ui/toast.tsx'
import { caseName } from '../case-name.ts'
import { TlpMark, tlpOrder, tlpWords } from '../label.tsx'
import { lineOf } from '../outside-text.tsx'
import { FormDialog, WhyField } from './form.tsx'

const classifications = [
  ...(['unclassified', 'restricted', 'confidential', 'secret', 'top-secret'] as const),
] as const

const compartmentsOf = (text: string): string[] =>
  [
    ...new Set(
      text
        .toUpperCase()
        .split(/[\s,]+/)
        .filter((one) => one !== ''),
    ),
  ].sort()

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
  const [tlp, setTlp] = useState(found.label.tlp)
  const [classification, setClassification] = useState(found.label.classification)
  const [compartments, setCompartments] = useState(found.label.compartments.join(', '))
  const [why, setWhy] = useState('')
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const { marking: _, ...before } = found.label
  const label = { ...before, tlp, classification, compartments: compartmentsOf(compartments) }
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
      <fieldset>
        <legend>Traffic Light Protocol</legend>
        {tlpOrder.map((one, at) => (
          <label key={one} className="flex flex-wrap items-center gap-2 py-0.5">
            <input
              {...(at === 0 ? { ref: field } : {})}
              type="radio"
              name="tlp"
              checked={one === tlp}
              onChange={() => setTlp(one)}
            />
            <TlpMark tlp={one} /> <span className="text-quiet">{tlpWords[one]}</span>
          </label>
        ))}
      </fieldset>
      <div className="flex flex-wrap gap-4">
        <label>
          Classification
          <select
            className="field mt-1 block"
            value={classification}
            onChange={({ target }) => {
              const one = classifications.find((known) => known === target.value)
              if (one) setClassification(one)
            }}
          >
            {classifications.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="min-w-0 grow">
          Compartments <span className="text-quiet">(may stay empty)</span>
          <input
            className="field mt-1 block w-full max-w-80"
            value={compartments}
            maxLength={400}
            onChange={({ target }) => setCompartments(target.value)}
          />
        </label>
      </div>
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

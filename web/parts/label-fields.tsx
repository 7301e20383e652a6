import type { RefObject } from 'react'
import type { Label, LabelWish } from '../api/types.ts'
import { TlpMark, tlpOrder, tlpWords } from './label.tsx'

export const classifications = [
  ...(['unclassified', 'restricted', 'confidential', 'secret', 'top-secret'] as const),
] as const

/** A label as somebody types it: compartments are a text. */
export type TypedLabel = Pick<Label, 'tlp' | 'classification'> & { readonly compartments: string }

/** What is shown least far of what needs no compartment: for whoever says nothing else. */
export const usualTyped: TypedLabel = {
  ...{ tlp: 'amber+strict', classification: 'unclassified', compartments: '' },
}

export const compartmentsOf = (text: string): string[] =>
  [
    ...new Set(
      text
        .toUpperCase()
        .split(/[\s,]+/)
        .filter((one) => one !== ''),
    ),
  ].sort()

/** The label of something new. */
export const labelOfTyped = ({ compartments, ...rest }: TypedLabel): LabelWish => ({
  ...{ ...rest, compartments: compartmentsOf(compartments) },
  ...{ owners: [], releasableTo: null, legal: [], foia: [], embargoUntil: null },
})

type LabelFieldsProps = {
  readonly typed: TypedLabel
  readonly onTyped: (change: Partial<TypedLabel>) => void
  /** Where the focus begins. */
  readonly first?: RefObject<HTMLInputElement | null>
}

/** What a record may be shown to. */
export const LabelFields = ({ typed, onTyped, first }: LabelFieldsProps) => (
  <>
    <fieldset>
      <legend>Traffic Light Protocol</legend>
      {tlpOrder.map((one, at) => (
        <label key={one} className="flex flex-wrap items-center gap-2 py-0.5">
          <input
            {...(at === 0 && first !== undefined ? { ref: first } : {})}
            type="radio"
            name="tlp"
            checked={one === typed.tlp}
            onChange={() => onTyped({ tlp: one })}
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
          value={typed.classification}
          onChange={({ target }) => {
            const one = classifications.find((known) => known === target.value)
            if (one) onTyped({ classification: one })
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
          value={typed.compartments}
          maxLength={400}
          onChange={({ target }) => onTyped({ compartments: target.value })}
        />
      </label>
    </div>
  </>
)

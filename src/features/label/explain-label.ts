import type { Step } from './explain.ts'
import { type Clearance, classificationRank, type Label, tlpRank } from './label.ts'

/** A label, who is held against it, and when. */
export type LabelAsked = {
  readonly held: Clearance
  readonly label: Label
  readonly now: Date
}

/** What a read-in does not lift: `is_cleared_but_for_sharing` in db/migrations asks the same. */
export const clearedSteps = ({ held, label }: Omit<LabelAsked, 'now'>): readonly Step[] => [
  {
    name: 'classification',
    holds: classificationRank(held.classification) >= classificationRank(label.classification),
    says: `cleared for ${held.classification}; the label asks for ${label.classification}`,
  },
  ...label.compartments.map((one) => {
    const holds = held.compartments.includes(one)
    const says = `${holds ? 'in' : 'not in'} the compartment ${one}, which the label asks for`
    return { name: 'compartment', holds, says }
  }),
  ...(label.legal.some(({ kind }) => kind === 'pcii')
    ? [
        {
          ...{ name: 'pcii', holds: held.pcii },
          says: `${held.pcii ? 'cleared' : 'not cleared'} for PCII, which the label asks for`,
        },
      ]
    : []),
]

/** Each part of a label by itself, as `dominates` goes through them. */
export const labelSteps = (asked: LabelAsked): readonly Step[] => [
  ...clearedSteps(asked),
  {
    name: 'tlp',
    holds: tlpRank(asked.held.tlp) >= tlpRank(asked.label.tlp),
    says: `cleared for ${tlp(asked.held.tlp)}; the label asks for ${tlp(asked.label.tlp)}`,
  },
  ...releaseSteps(asked),
  ...embargoSteps(asked),
]

const tlp = (colour: string): string => `TLP:${colour.toUpperCase()}`

function releaseSteps({ held, label: { releasableTo } }: LabelAsked): readonly Step[] {
  if (releasableTo === null) return []
  const holds = releasableTo.includes(held.organisation)
  const to = releasableTo.length === 0 ? 'nobody' : releasableTo.join(', ')
  const own = holds ? 'which it is' : `and not to ${held.organisation}`
  return [{ name: 'releasable-to', holds, says: `the label releases it to ${to}, ${own}` }]
}

function embargoSteps({ held, label: { embargoUntil }, now }: LabelAsked): readonly Step[] {
  if (embargoUntil === null) return []
  const isOver = new Date(embargoUntil) <= now
  const says = isOver
    ? `the embargo ended at ${embargoUntil}`
    : `${held.underEmbargo ? 'cleared' : 'not cleared'} under the embargo until ${embargoUntil}`
  return [{ name: 'embargo', holds: isOver || held.underEmbargo, says }]
}

import type { z } from 'zod'
import { join, type Label, markingOf } from './label.ts'
import type { LabelWire } from './label.wire.ts'

export type ShownLabel = z.infer<typeof LabelWire>

/** A label as it is sent to people and programs. */
export const shownLabel = (label: Label): ShownLabel => ({
  ...{ classification: label.classification, tlp: label.tlp },
  ...{ compartments: [...label.compartments], owners: [...label.owners] },
  releasableTo: label.releasableTo && [...label.releasableTo],
  ...{ legal: label.legal.map((one) => ({ ...one })), foia: [...label.foia] },
  ...{ embargoUntil: label.embargoUntil, marking: markingOf(label) },
})

/** What several records together may be shown to; null for none. */
export function joinedOf(labels: readonly Label[]): Label | null {
  const [first, ...rest] = labels
  return first === undefined ? null : rest.reduce(join, first)
}

/** Says of an answer what it may be shown to, for whoever keeps or passes it on. */
export function labelHeadersOf(labels: readonly Label[]): Readonly<Record<string, string>> {
  const label = joinedOf(labels)
  return label === null ? {} : { 'parley-label': markingOf(label) }
}

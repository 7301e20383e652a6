import { isObject } from '#formats/json/reader.ts'

/** Everything that people decide about cases; each can be undone, but labels, plans and undos. */
export const eventKinds = [
  ...(['changed', 'merged', 'split', 'apart', 'related', 'unsure', 'kept'] as const),
  ...(['note-added', 'note-changed', 'note-removed', 'labelled', 'undone'] as const),
  'planned',
] as const
export type EventKind = (typeof eventKinds)[number]

/** Rows as the database wrote them before a decision, which brings them back to the letter. */
export type Rows = readonly { readonly [column: string]: unknown }[]

/** Reports that a decision moved from one case to another. */
export type Move = {
  readonly from: string
  readonly to: string
  readonly reports: readonly number[]
}

/** What is needed to take a decision back exactly. */
export type Undo = {
  /** Fields of cases as they were: `{id, ...}` with the fields that were changed. */
  readonly cases?: Rows
  readonly moves?: readonly Move[]
  /** Rows of `case_report` that changed in more than their case. */
  readonly reports?: Rows
  /** The finders' record that counted for each case. */
  readonly records?: Readonly<Record<string, number>>
  /** Rows of `fixed_report` as they were, among the reports that were moved. */
  readonly fixed?: Rows
  readonly suggestions?: Rows
  /** Rows that the decision added. */
  readonly apart?: readonly (readonly [number, number])[]
  readonly relations?: readonly (readonly [string, string, string])[]
  /** Rows of `apart` that a split had left between cases that are one again. */
  readonly rejoined?: Rows
  /** Cases that it opened. */
  readonly opened?: readonly string[]
  /** Notes as they were; one that was added is named only. */
  readonly notes?: Rows
  readonly noteAdded?: string
}

/** What is written down of a decision. */
export type EventTold = {
  /** What was done, to follow the name of who did it: `merged ...`. */
  readonly says: string
  /** In the words of whoever decided. */
  readonly why: string | null
  /** Of the case of this row, after the decision. */
  readonly version: number
  /** Every case that the decision touched, this one first. */
  readonly cases: readonly string[]
  /** What no two decisions can touch and be undone in any order. */
  readonly touches: readonly string[]
  /** Set in the rows of the other cases: the event that this one belongs to. */
  readonly of?: number
  readonly undo?: Undo
}

const isEventTold = (value: unknown): value is EventTold =>
  isObject(value) && typeof value['says'] === 'string' && Array.isArray(value['cases'])

/** The `told` column; the product alone writes it, so another shape is a defect. */
export function eventTold(value: unknown): EventTold {
  if (isEventTold(value)) return value
  throw new TypeError('an event tells nothing of itself')
}

/** One sentence for a person; the title of a case may end in a full stop of its own. */
export function sentence(
  by: string | null,
  { says, why }: Pick<EventTold, 'says' | 'why'>,
): string {
  const done = `${by ?? 'Parley'} ${says}`
  const said = why === null || why === '' ? done : `${done}: ${why}`
  return /[.!?…]$/.test(said) ? said : `${said}.`
}

/** Reports that a decision moved or put in their place. */
export const movedReports = ({ moves = [] }: Undo): ReadonlySet<number> =>
  new Set(moves.flatMap(({ reports }) => reports))

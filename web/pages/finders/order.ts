import type { Finder } from '../../api/types.ts'

export const orders = ['confirmed', 'name', 'submitted', 'duplicates', 'last'] as const
export type Order = (typeof orders)[number]

export const orderWords: Readonly<Record<Order, string>> = {
  confirmed: 'Confirmed share, surest first',
  name: 'Name',
  submitted: 'Most submitted first',
  duplicates: 'Highest share of duplicates first',
  last: 'Last report first',
}

export const isOrder = (text: string | undefined): text is Order =>
  orders.some((order) => order === text)

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

const compare: Readonly<Record<Order, (one: Finder, other: Finder) => number>> = {
  // By the lower end: a finder with 2 of 2 does not stand before one with 90 of 100.
  confirmed: (one, other) => rankOf(other) - rankOf(one) || other.submitted - one.submitted,
  name: (one, other) => collator.compare(one.name, other.name),
  submitted: (one, other) => other.submitted - one.submitted,
  duplicates: (one, other) => (other.duplicateShare.value ?? -1) - (one.duplicateShare.value ?? -1),
  last: (one, other) => Date.parse(other.lastAt) - Date.parse(one.lastAt),
}

/** Those of whom nothing was judged yet come last. */
const rankOf = ({ confirmedShare }: Finder): number =>
  confirmedShare.value === null ? -1 : confirmedShare.low

export const inOrder = (finders: readonly Finder[], order: Order): readonly Finder[] =>
  finders.toSorted(
    (one, other) => compare[order](one, other) || collator.compare(one.name, other.name),
  )

/** What evaluators may use access for; anything else is outside the terms. */
export const purposes = [
  ...(['capability-evaluation', 'safeguard-testing', 'elicitation'] as const),
  ...(['defensive-flaw-finding', 'infrastructure-checks'] as const),
] as const
export type Purpose = (typeof purposes)[number]

/** How much of what evaluators ask the developer sees in its access log, from little to all. */
export const visibilities = ['sizes', 'digests', 'content'] as const
export type Visibility = (typeof visibilities)[number]

/** What may be published of results, from little to all. */
export const publications = ['nothing', 'counts', 'verdict', 'statistics', 'everything'] as const
export type Publication = (typeof publications)[number]

/** Who beside the two parties may be shown results. */
export const audiences = ['authority', 'trusted-partners', 'other-evaluators', 'public'] as const
export type Audience = (typeof audiences)[number]

/** What happens to what evaluators hold when it ends. */
export const disposals = ['return', 'destroy'] as const
export type Disposal = (typeof disposals)[number]

/** The terms of access as values; the document that lawyers read stands beside them by digest. */
export type Terms = {
  readonly purposes: readonly Purpose[]
  /** Named people, by account; nobody else gets a token. */
  readonly people: readonly string[]
  /** Where evaluators work: instances or sites, in the parties' own words. */
  readonly places: readonly string[]
  readonly promptsShownToDeveloper: Visibility
  readonly audiences: readonly Audience[]
  readonly publication: Publication
  /** Days after the end for which evaluators keep transcripts and results; 0 is not at all. */
  readonly retentionDays: { readonly transcripts: number; readonly results: number }
  readonly disposal: Disposal
  readonly budget: Budget
}

/** What may be used up over the whole window. */
export type Budget = {
  readonly requests: number
  readonly tokens: number
  /** In millionths of a US dollar, by the developer's own price list. */
  readonly microUsd: number
  readonly atOnce: number
}

const isWithin = <T>(inner: readonly T[], outer: readonly T[]): boolean =>
  inner.every((one) => outer.includes(one))

/**
 * Members in which `next` allows evaluators more than `before`, as JSON pointers; empty where it
 * allows the same or less. Being watched more closely is less.
 */
export function widenedIn(next: Terms, before: Terms): readonly string[] {
  const budget = ['requests', 'tokens', 'microUsd', 'atOnce'] as const
  const retention = ['transcripts', 'results'] as const
  const rank = <T>(list: readonly T[], one: T): number => list.indexOf(one)
  return [
    ...(isWithin(next.purposes, before.purposes) ? [] : ['/purposes']),
    ...(isWithin(next.people, before.people) ? [] : ['/people']),
    ...(isWithin(next.places, before.places) ? [] : ['/places']),
    ...(rank(visibilities, next.promptsShownToDeveloper) >=
    rank(visibilities, before.promptsShownToDeveloper)
      ? []
      : ['/promptsShownToDeveloper']),
    ...(isWithin(next.audiences, before.audiences) ? [] : ['/audiences']),
    ...(rank(publications, next.publication) <= rank(publications, before.publication)
      ? []
      : ['/publication']),
    ...retention
      .filter((part) => next.retentionDays[part] > before.retentionDays[part])
      .map((part) => `/retentionDays/${part}`),
    ...(next.disposal === before.disposal || next.disposal === 'destroy' ? [] : ['/disposal']),
    ...budget
      .filter((part) => next.budget[part] > before.budget[part])
      .map((part) => `/budget/${part}`),
  ]
}

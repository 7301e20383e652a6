import { type Chosen, facetKeys } from './facets.ts'

export const viewKeys = ['queue', 'suggestions', 'files', 'set-aside'] as const

export type ViewKey = (typeof viewKeys)[number]

/** Everything that the address of the page says; going back and forth is going between these. */
export type Address = {
  readonly view: ViewKey
  /** The key of the case, suggestion, file or report that is open; empty for the overview. */
  readonly open: string | null
  readonly query: string
  readonly chosen: Chosen
  /** The two reports that stand side by side, where a case has more than two. */
  readonly pair: readonly [string, string] | null
}

export const home: Address = { view: 'queue', open: null, query: '', chosen: {}, pair: null }

/** Reads the fragment of an address. What it does not understand it leaves out. */
export function parseAddress(fragment: string): Address {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const chosen = Object.fromEntries(
    facetKeys.flatMap((key) => (fields.has(key) ? [[key, fields.getAll(key)]] : [])),
  ) satisfies Chosen
  const [left, right] = [fields.get('left'), fields.get('right')]
  return {
    view: viewKeys.find((key) => key === fields.get('view')) ?? home.view,
    open: fields.get('case') ?? fields.get('item'),
    query: fields.get('q') ?? '',
    chosen,
    pair: left && right ? [left, right] : null,
  }
}

/** The fragment that `parseAddress` reads back, with `#`; what is as at home is left out. */
export function fragmentOf(address: Address): string {
  const fields = new URLSearchParams()
  if (address.view !== home.view) fields.set('view', address.view)
  if (address.open !== null) fields.set(address.view === 'queue' ? 'case' : 'item', address.open)
  if (address.query) fields.set('q', address.query)
  for (const key of facetKeys) {
    for (const value of address.chosen[key] ?? []) fields.append(key, value)
  }
  if (address.pair) {
    fields.set('left', address.pair[0])
    fields.set('right', address.pair[1])
  }
  return `#${fields}`
}

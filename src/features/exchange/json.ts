import type { Triage } from './triage.ts'

/**
 * The order in which members are written, whatever order they were made in. Members that are not
 * named here follow by name. An original record keeps the order of its document.
 */
const order = [
  ...['parley', 'counts', 'cases', 'suggestions', 'files', 'setAside'],
  ...['id', 'rank', 'name', 'kind', 'title', 'severity', 'decision', 'evidence', 'report', 'with'],
  ...['deployer', 'coordinator', 'directive', 'row', 'deadline', 'inputs', 'value', 'from'],
  ...['says', 'marks', 'supports', 'probability', 'because', 'rules', 'aboveNext'],
  ...['file', 'format', 'at', 'pointer', 'line', 'endLine', 'finding', 'details', 'finders'],
  ...['reports', 'merges', 'relations', 'aliases', 'cwe', 'components', 'known', 'inventory'],
] as const

const places: ReadonlyMap<string, number> = new Map(order.map((name, place) => [name, place]))

/** The triage as one JSON document; see `jsonParts` for its layout. */
export const renderJson = (triage: Triage): string => [...jsonParts(triage)].join('')

/**
 * The triage as JSON in pieces, for output that is longer than one text may be. Each case, each
 * suggestion, each file and each report that was set aside has a line of its own, so that two
 * results can be compared line by line. Equal triages give equal bytes; the end is a line feed.
 */
export function* jsonParts(triage: Triage): Generator<string> {
  const { parley, counts, cases, suggestions, files, setAside } = triage
  yield `{"parley":${JSON.stringify(parley)},\n"counts":${JSON.stringify(ordered(counts))}`
  const lists = { cases, suggestions, files, setAside }
  for (const [name, items] of Object.entries(lists)) {
    yield `,\n"${name}":[`
    for (const [at, item] of items.entries()) {
      yield `${at === 0 ? '' : ','}\n${JSON.stringify(ordered(item))}`
    }
    yield items.length > 0 ? '\n]' : ']'
  }
  yield '}\n'
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value instanceof Map) return Object.fromEntries(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => compare(a, b))
  return Object.fromEntries(
    entries.map(([name, member]) => [name, name === 'original' ? plain(member) : ordered(member)]),
  )
}

/** An original record as JSON can say it: in its own order, a map as an object. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return plain(Object.fromEntries(value))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

function compare(a: string, b: string): number {
  const [left, right] = [places.get(a) ?? order.length, places.get(b) ?? order.length]
  return left - right || (a < b ? -1 : a > b ? 1 : 0)
}

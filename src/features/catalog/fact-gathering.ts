import type { EpssScore } from '#formats/epss/epss.ts'
import type { KevEntry } from '#formats/kev/kev.ts'
import type { PublicFacts } from './facts.ts'
import { type Filed, isBundle, type PublishedRecord } from './record.ts'

/** All that was found under the identifiers of one flaw. */
export type Gathered = {
  readonly ids: readonly string[]
  readonly records: readonly PublishedRecord[]
  readonly listings: readonly Filed<KevEntry>[]
  readonly scores: readonly Filed<EpssScore>[]
  /** Whether any catalogue of exploited vulnerabilities was read. */
  readonly hasKev: boolean
}

/** Brings together what several catalogues say; the most urgent of differing values counts. */
export function factsFrom({ ids, records, listings, scores, hasKev }: Gathered): PublicFacts {
  const own = records.filter((record) => !isBundle(record))
  const spelled = [
    ...(scores.length > 0 ? ids.filter(isCve) : []),
    ...listings.map(({ cveId }) => cveId),
    ...records.flatMap((record) => record.ids),
  ]
  const known = new Map(spelled.map((id) => [id.toUpperCase(), id]))
  const hasNumber = ids.some(isCve)
  const kev = listings.length > 0 ? 'listed' : hasKev && hasNumber ? 'not-listed' : 'unknown'
  const score = scores.toSorted((one, other) => other.epss - one.epss)[0]
  const epss = score?.epss ?? own.find((record) => record.epss !== undefined)?.epss
  const listing = listings.toSorted((one, other) => (dateOf(one) < dateOf(other) ? -1 : 1))[0]
  const published = own.flatMap((record) => record.published ?? []).toSorted()[0]
  return {
    ids: ids.flatMap((id) => known.get(id.toUpperCase()) ?? []).toSorted(),
    kev,
    ...(listing?.dateAdded === undefined ? {} : { dateAdded: listing.dateAdded }),
    ...(isKnown(listings) ? { knownRansomware: true } : {}),
    ...(epss === undefined ? {} : { epss }),
    ...(score?.percentile === undefined ? {} : { percentile: score.percentile }),
    exploited: listings.length > 0 || own.some(({ exploited }) => exploited),
    ssvc: Object.fromEntries(own.toReversed().flatMap(({ ssvc }) => Object.entries(ssvc))),
    cvss: [...new Set(own.flatMap(({ cvss }) => cvss))],
    fixedVersions: [...new Set(records.flatMap(fixedIn))].toSorted(),
    ...(published === undefined ? {} : { published }),
    because: [
      ...records.map(sayRecord),
      ...listings.map(sayListing),
      ...(score ? [sayScore(score)] : []),
    ],
  }
}

const isCve = (id: string): boolean => id.startsWith('CVE-')
const dateOf = ({ dateAdded }: KevEntry): string => dateAdded ?? '9999'
const isKnown = (listings: readonly KevEntry[]): boolean =>
  listings.some(({ ransomware }) => ransomware === 'known')

const fixedIn = ({ components }: PublishedRecord): string[] =>
  components.flatMap(({ name, ranges = [] }) =>
    ranges.flatMap(({ fixed }) => (fixed === undefined ? [] : [`${name} ${fixed}`])),
  )

function sayRecord({ ids, file, published }: PublishedRecord): string {
  const since = published === undefined ? '' : ` since ${published.slice(0, 10)}`
  return `${ids[0]} is published${since} (${file})`
}

function sayListing({ cveId, dateAdded, ransomware, file }: Filed<KevEntry>): string {
  const since = dateAdded === undefined ? '' : ` since ${dateAdded}`
  const use = ransomware === 'known' ? ', and ransomware campaigns use it' : ''
  return `${cveId} stands in the KEV catalogue${since}${use} (${file})`
}

const sayScore = ({ epss, percentile, file }: Filed<EpssScore>): string =>
  `EPSS ${epss}${percentile === undefined ? '' : `, percentile ${percentile}`} (${file})`

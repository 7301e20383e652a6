import type { Component, Finding } from '#formats/finding/finding.ts'

/** An entry of a catalogue, and the file it stands in. */
export type Filed<T> = T & { readonly file: string }

/** What a catalogue keeps of a published record: enough for every question, and no prose. */
export type PublishedRecord = {
  readonly file: string
  /** The record's own identifier first, then its aliases. */
  readonly ids: readonly string[]
  readonly components: readonly Component[]
  readonly cvss: readonly string[]
  readonly ssvc: Readonly<Record<string, string>>
  readonly exploited: boolean
  readonly epss?: number
  readonly published?: string
}

/**
 * The record of a published finding; null for one without an identifier and for one that its own
 * document takes back (withdrawn, rejected), which says nothing any more.
 */
export function recordOf(file: string, finding: Finding): PublishedRecord | null {
  const { nativeId, aliases = [], standing, components = [], epss, published } = finding
  const own = aliases.find((id) => id.toLowerCase() === nativeId?.toLowerCase())
  const ids = [...new Set([...(own === undefined ? [] : [own]), ...aliases])]
  if (ids.length === 0 || standing?.is === 'suppressed') return null
  return {
    ...{ file, ids, components },
    cvss: finding.cvss ?? [],
    ssvc: finding.ssvc ?? {},
    exploited: finding.exploited ?? false,
    ...(epss === undefined ? {} : { epss }),
    ...(published === undefined ? {} : { published }),
  }
}

const isCve = (id: string): boolean => id.startsWith('CVE-')

/** Two CVE numbers are two flaws: a record that names several is about none of them alone. */
export const isBundle = ({ ids }: PublishedRecord): boolean => ids.filter(isCve).length > 1

/** The identifiers that a record declares to be one flaw; of a bundle its own alone. */
export const sameFlawIn = (record: PublishedRecord): readonly string[] =>
  isBundle(record) ? record.ids.slice(0, 1) : record.ids

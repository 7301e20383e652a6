import type { Crash, Location, VersionRange } from '#formats/finding/finding.ts'

/**
 * Which set of learned parameters judges a report: database advisories (structured and short),
 * prose (written by people or models about one code base), or scanner results.
 */
export type Domain = 'advisory' | 'prose' | 'scan'

/**
 * What correlation may look at in one report. There is deliberately no identifier, file name or
 * position in it: neither the name of a report nor the order of arrival is evidence.
 */
export type Evidence = {
  readonly domain: Domain
  /** Who filed it; used only where sources are declared free of duplicates of their own. */
  readonly source?: string
  readonly ecosystem?: string
  readonly vendor?: string
  readonly packages: readonly string[]
  readonly title: string
  readonly body: string
  readonly ranges: readonly VersionRange[]
  readonly cwe: readonly number[]
  readonly cvss: readonly string[]
  readonly symbols: readonly string[]
  readonly references: readonly string[]
  /** ISO 8601 date or date-time. */
  readonly published?: string
  /** Public identifiers of the flaw itself. */
  readonly aliases: readonly string[]
  readonly locations: readonly Location[]
  readonly crash?: Crash
  /** The scanner's rule and the scanner. */
  readonly rule?: string
  readonly tool?: string
  /** Where a dynamic scanner saw it: host and route, without query. */
  readonly endpoint?: string
  /**
   * The tool's own fingerprints. They only ever keep results apart, since anyone can copy them.
   */
  readonly fingerprints?: Readonly<Record<string, string>>
  /** Whether a scanner looked the aliases up; absent where that is not known. */
  readonly listed?: boolean
  /** Version found installed or tested. */
  readonly version?: string
}

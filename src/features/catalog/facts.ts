/**
 * What the public already knows of one vulnerability: everything that the catalogues which were
 * read say of any of its identifiers. What no catalogue says is absent, which is not a no.
 */
export type PublicFacts = {
  /** Every public identifier under which it is known, aliases folded; sorted. */
  readonly ids: readonly string[]
  /** Whether CISA's catalogue lists it; `unknown` while no such catalogue was read. */
  readonly kev: 'listed' | 'not-listed' | 'unknown'
  /** The day on which it was listed, ISO 8601. */
  readonly dateAdded?: string
  /** The catalogue knows of its use in ransomware campaigns; its "unknown" is no no. */
  readonly knownRansomware?: true
  /** Probability of exploitation within 30 days, 0 to 1. */
  readonly epss?: number
  /** Share of all scored vulnerabilities with the same or a lower probability, 0 to 1. */
  readonly percentile?: number
  /** Some catalogue or record says that it is being exploited. */
  readonly exploited: boolean
  /** SSVC values by the names of their decision points, as CISA's Vulnrichment gives them. */
  readonly ssvc: Readonly<Record<string, string>>
  /** Vectors of the published records. */
  readonly cvss: readonly string[]
  /** Versions that the published records name as fixed, as `package version`. */
  readonly fixedVersions: readonly string[]
  /** The earliest date of publication, ISO 8601. */
  readonly published?: string
  /** Where each of these stands, in sentences for a person. */
  readonly because: readonly string[]
}

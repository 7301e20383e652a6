import { Reader } from '#formats/json/reader.ts'

/** A public list of vulnerabilities that can be fetched as one file. */
export type Source = {
  readonly name: string
  readonly title: string
  readonly address: string
  /** The name of the file that it is kept in. */
  readonly file: string
  /** The formats of which what comes must be one. */
  readonly formats: readonly string[]
  /** The most bytes that are taken; many times what the list has today. */
  readonly bytesMax: number
  /**
   * Set when the address may answer with the listing of a release (GitHub REST API, releases):
   * how the name of the file of the release ends that is wanted, the best first.
   */
  readonly assetEnds?: readonly string[]
}

const mebibyte = 2 ** 20

/** The lists that are fetched when no other is asked for. */
export const sources: readonly Source[] = [
  {
    name: 'kev',
    title: 'CISA catalog of known exploited vulnerabilities',
    address: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
    file: 'kev.json',
    formats: ['kev'],
    bytesMax: 256 * mebibyte,
  },
  {
    name: 'epss',
    title: 'FIRST exploit prediction scores',
    address: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
    file: 'epss.csv.gz',
    formats: ['epss'],
    bytesMax: 256 * mebibyte,
  },
]

/** Names of ecosystems as OSV writes them: `npm`, `PyPI`, `Debian:12`, `GitHub Actions`. */
const ecosystemForm = /^[A-Za-z][A-Za-z0-9 .:_-]{0,60}$/

const osvBucket = 'https://osv-vulnerabilities.storage.googleapis.com'

/**
 * The OSV records of one ecosystem, or null when the name cannot be one. The address is that of
 * https://google.github.io/osv.dev/data/#data-dumps.
 */
export function osvSource(ecosystem: string): Source | null {
  if (!ecosystemForm.test(ecosystem)) return null
  return {
    name: `osv:${ecosystem}`,
    title: `OSV records of ${ecosystem}`,
    address: `${osvBucket}/${encodeURIComponent(ecosystem)}/all.zip`,
    file: `osv-${ecosystem.replace(/[^A-Za-z0-9.-]/g, '_')}.zip`,
    formats: ['osv'],
    bytesMax: 8192 * mebibyte,
  }
}

/**
 * The whole CVE list, with the SSVC judgements that CISA adds: some 620 MB in October 2026. The
 * daily file has its day in its name, so the latest release is asked for it (CVEProject/cvelistV5,
 * README, "Releases").
 */
export const cveSource: Source = {
  name: 'cve',
  title: 'CVE list, with the judgements of CISA',
  address: 'https://api.github.com/repos/CVEProject/cvelistV5/releases/latest',
  file: 'cve.zip',
  formats: ['cve'],
  bytesMax: 8192 * mebibyte,
  assetEnds: ['_all_CVEs_at_midnight.zip.zip', '_all_CVEs_at_midnight.zip'],
}

/** The address of the file that a release's listing names; null where it names none. */
export function assetIn(listing: unknown, ends: readonly string[]): string | null {
  const assets = new Reader(listing).objects('assets')
  for (const end of ends) {
    const found = assets.find((asset) => asset.text('name')?.endsWith(end))
    const address = found?.text('browser_download_url')
    if (address !== undefined) return address
  }
  return null
}

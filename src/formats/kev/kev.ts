import { cweNumbers, distinct, publicId } from '#formats/advisory/identifiers.ts'
import { recordsOf } from '#formats/csv/record.ts'
import type { Material, Problem } from '#formats/finding/decoder.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, Reader } from '#formats/json/reader.ts'

/** One vulnerability that is known to be exploited, as CISA lists it. */
export type KevEntry = {
  readonly cveId: string
  readonly vendor?: string
  readonly product?: string
  /** The catalogue's name for it, e.g. `Git Link Following Vulnerability`. */
  readonly name?: string
  readonly description?: string
  /** ISO 8601 date on which it was listed. */
  readonly dateAdded?: string
  /** ISO 8601 date by which federal agencies have to act. */
  readonly dueDate?: string
  readonly requiredAction?: string
  /** Whether ransomware campaigns are known to use it; `unknown` does not mean no. */
  readonly ransomware: 'known' | 'unknown'
  readonly cwe?: readonly number[]
  readonly references?: readonly string[]
}

export type Kev = {
  /** Version of the catalogue, a date with dots. */
  readonly version?: string
  readonly entries: readonly KevEntry[]
  readonly problems: readonly Problem[]
}

/**
 * Reads the catalogue of known exploited vulnerabilities from its JSON value (CISA schema of the
 * KEV feed). An entry without a CVE identifier is a problem and costs itself only.
 */
export function decodeKev(value: unknown): Kev {
  const problems: Problem[] = []
  const catalogue = new Reader(value, '', problems)
  const version = catalogue.textish('catalogVersion')
  if (!catalogue.has('vulnerabilities')) {
    const why = 'no list of vulnerabilities: this is no KEV catalogue'
    catalogue.problem({ code: 'missing-field', why, key: 'vulnerabilities', lost: true })
  }
  const entries = catalogue.objects('vulnerabilities').flatMap((entry) => entryOf(entry) ?? [])
  return { ...(version === undefined ? {} : { version }), entries, problems }
}

/** Reads the catalogue from either of its two forms, JSON and CSV. */
export function decodeKevMaterial(material: Material): Kev {
  if (material.kind !== 'table') return decodeKev(material.kind === 'json' ? material.value : null)
  const problems: Problem[] = []
  const entries = recordsOf(material.table).flatMap(({ line, original }) => {
    const heard: Problem[] = []
    const cwes = (original['cwes'] ?? '').split(/[,\s]+/)
    const found = entryOf(new Reader({ ...original, cwes }, '', heard))
    for (const { pointer: _, ...problem } of heard) problems.push({ ...problem, line })
    return found ?? []
  })
  return { entries, problems }
}

/** How surely a material is the catalogue; as decoders judge. */
export function recogniseKev(material: Material): 0 | 3 {
  if (material.kind === 'table') {
    const { header } = material.table
    return header.includes('cveID') && header.includes('vulnerabilityName') ? 3 : 0
  }
  if (material.kind !== 'json' || !isObject(material.value)) return 0
  const { vulnerabilities, catalogVersion } = material.value
  const first = isArray(vulnerabilities) ? vulnerabilities[0] : undefined
  const isEntry = isObject(first) && 'cveID' in first
  return isEntry || (catalogVersion !== undefined && isArray(vulnerabilities)) ? 3 : 0
}

function entryOf(entry: Reader): KevEntry | undefined {
  const cveId = entry.text('cveID')?.trim()
  if (cveId === undefined || !/^CVE-\d{4}-\d+$/i.test(cveId)) {
    const why = 'an entry without a CVE identifier'
    entry.problem({ code: 'missing-field', why, key: 'cveID', lost: true })
    return undefined
  }
  return present<KevEntry>({
    cveId: publicId(cveId),
    vendor: entry.text('vendorProject')?.trim(),
    product: entry.text('product')?.trim(),
    name: entry.text('vulnerabilityName')?.trim(),
    description: entry.text('shortDescription')?.trim(),
    dateAdded: dateIn(entry, 'dateAdded'),
    dueDate: dateIn(entry, 'dueDate'),
    requiredAction: entry.text('requiredAction')?.trim(),
    ransomware: /^known$/i.test(entry.text('knownRansomwareCampaignUse') ?? '')
      ? 'known'
      : 'unknown',
    cwe: cweNumbers(entry.texts('cwes')),
    references: distinct(entry.text('notes')?.match(/https?:\/\/[^\s;,<>"]+/g) ?? []),
  })
}

/** A date of the catalogue, `2025-09-15`; anything else is a problem and absent. */
function dateIn(entry: Reader, key: string): string | undefined {
  const text = entry.text(key)?.trim()
  if (text === undefined || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  entry.problem({ code: 'bad-value', why: 'expected a date as 2025-09-15', key })
  return undefined
}

import type { PublicFile } from '#features/case/advisory.store.ts'
import { decodeEpss, recogniseEpss } from '#formats/epss/epss.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { decodeKevMaterial, recogniseKev } from '#formats/kev/kev.ts'
import { decoders } from './decoders.ts'
import { candidatesOf } from './material.ts'
import { readText } from './recognise.ts'

/** Formats whose findings are published records. */
const published: ReadonlySet<string> = new Set(['osv', 'cve', 'nvd', 'csaf', 'github'])

export type PublicReading = {
  /** Null where the text holds nothing of the kind. */
  readonly file: PublicFile | null
  readonly problems: readonly Problem[]
}

/** Reads a file of what is public: OSV, CVE, CSAF and GitHub records, KEV or EPSS. */
export function readPublicFile(name: string, text: string): PublicReading {
  if (recogniseEpss(text) > 0) {
    const epss = decodeEpss(text)
    return { file: { name, epss }, problems: epss.problems }
  }
  for (const { material } of candidatesOf(text)) {
    if (recogniseKev(material) === 0) continue
    const kev = decodeKevMaterial(material)
    return { file: { name, kev }, problems: kev.problems }
  }
  const { format, decoded } = readText(text, { decoders })
  if (format === null && isChangeLog(text)) return { file: null, problems: [] }
  if (format === null || !published.has(format)) {
    const why = `is ${format ?? 'of no known format'}, not OSV, CVE, CSAF, KEV or EPSS`
    return { file: null, problems: [{ code: 'unknown-format', why, lost: true }] }
  }
  return { file: { name, findings: decoded.findings }, problems: decoded.problems }
}

/** What the CVE list keeps about itself beside its records (`cves/delta.json`, `deltaLog.json`). */
function isChangeLog(text: string): boolean {
  for (const { material } of candidatesOf(text)) {
    const value = material.kind === 'json' ? material.value : null
    const first = isArray(value) ? value[0] : value
    return isObject(first) && ['fetchTime', 'new', 'updated'].every((name) => name in first)
  }
  return false
}

import { Catalog } from '#features/catalog/catalog.ts'
import { decoders } from '#features/exchange/decoders.ts'
import { candidatesOf } from '#features/exchange/material.ts'
import { readText } from '#features/exchange/recognise.ts'
import { decodeEpss, recogniseEpss } from '#formats/epss/epss.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { decodeKevMaterial, recogniseKev } from '#formats/kev/kev.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { tell } from './output.ts'

/** Formats whose findings are published records. */
const published: ReadonlySet<string> = new Set(['osv', 'cve', 'nvd', 'csaf', 'github'])

/** Reads files of what is public: OSV, CVE, CSAF and GitHub records, KEV, EPSS. */
export async function readKnown(
  names: readonly string[],
): Promise<{ catalog: Catalog; code: ExitCode }> {
  const catalog = new Catalog()
  let code: ExitCode = 0
  for await (const input of documentsOf(names)) {
    if (input.is === 'refused') {
      tell([`parley: ${input.name}: ${input.refusal.why}`])
      code = worse(code, exitCodeFor(input.refusal.code))
      continue
    }
    const problems = take(catalog, input.name, input.text).filter(({ lost }) => lost)
    for (const { why, pointer } of problems.slice(0, 3)) {
      tell([`parley: ${input.name}${pointer ? ` at ${pointer}` : ''}: ${why}`])
    }
    if (problems.length > 0) code = worse(code, 4)
  }
  return { catalog, code }
}

function take(catalog: Catalog, name: string, text: string): readonly Problem[] {
  if (recogniseEpss(text) > 0) {
    const epss = decodeEpss(text)
    catalog.addEpss(name, epss)
    return epss.problems
  }
  for (const { material } of candidatesOf(text)) {
    if (recogniseKev(material) === 0) continue
    const kev = decodeKevMaterial(material)
    catalog.addKev(name, kev)
    return kev.problems
  }
  const { format, decoded } = readText(text, { decoders })
  if (format === null && isChangeLog(text)) return []
  if (format === null || !published.has(format)) {
    const why = `is ${format ?? 'of no known format'}, not OSV, CVE, CSAF, KEV or EPSS`
    return [{ code: 'unknown-format', why, lost: true }]
  }
  catalog.addRecords(name, decoded.findings)
  return decoded.problems
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

/**
 * Writes `src/formats/cwe/catalogue.generated.json` from the catalogue's own table of the research
 * view (`1000.csv`, which the CWE site offers for download).
 *
 *     node tools/cwe-catalogue.ts path/to/1000.csv 4.14
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** Weaknesses that entered the catalogue after the table, with their parents in view 1000. */
const later: readonly Entry[] = [
  [1426, 'Improper Validation of Generative AI Output', [707]],
  [1427, 'Improper Neutralization of Input Used for LLM Prompting', [77]],
]

/** Categories that databases name as weaknesses; the research view does not hold them. */
const categories: readonly Entry[] = [
  [2, '7PK - Environment', []],
  [16, 'Configuration', []],
  [17, 'DEPRECATED: Code', []],
  [18, 'DEPRECATED: Source Code', []],
  [19, 'Data Processing Errors', []],
  [21, 'DEPRECATED: Pathname Traversal and Equivalence Errors', []],
  [189, 'Numeric Errors', []],
  [199, 'Information Management Errors', []],
  [254, '7PK - Security Features', []],
  [255, 'Credentials Management Errors', []],
  [264, 'Permissions, Privileges, and Access Controls', []],
  [265, 'Privilege Issues', []],
  [275, 'Permission Issues', []],
  [310, 'Cryptographic Issues', []],
  [320, 'Key Management Errors', []],
  [361, '7PK - Time and State', []],
  [371, 'State Issues', []],
  [388, '7PK - Errors', []],
  [399, 'Resource Management Errors', []],
  [417, 'Communication Channel Errors', []],
  [465, 'Pointer Issues', []],
  [840, 'Business Logic Errors', []],
]

type Entry = readonly [id: number, name: string, parents: readonly number[]]

const [source, version = 'unknown'] = process.argv.slice(2)
if (source === undefined) throw new Error('usage: node tools/cwe-catalogue.ts 1000.csv VERSION')

const rows: unknown = parse(readFileSync(source, 'utf8'), { relax_column_count: true })
if (!Array.isArray(rows)) throw new Error('no rows')
const [header, ...body] = rows.filter((row): row is string[] => Array.isArray(row))
const column = (name: string): number => {
  const at = header?.indexOf(name) ?? -1
  if (at < 0) throw new Error(`no column ${name}`)
  return at
}
const [id, name, related] = [column('CWE-ID'), column('Name'), column('Related Weaknesses')]

const inView: Entry[] = body.map((row) => [
  Number(row[id]),
  (row[name] ?? '').trim(),
  parentsIn(row[related] ?? ''),
])

/** `::NATURE:ChildOf:CWE ID:74:VIEW ID:1000:ORDINAL:Primary::`, the primary parent first. */
function parentsIn(text: string): number[] {
  const found = [...text.matchAll(/NATURE:ChildOf:CWE ID:(\d+):VIEW ID:1000(:ORDINAL:Primary)?/g)]
  const ranked = found.toSorted((a, b) => Number(b[2] !== undefined) - Number(a[2] !== undefined))
  return [...new Set(ranked.map((match) => Number(match[1])))]
}

const entries = [...inView, ...later, ...categories].sort((a, b) => a[0] - b[0])
const lines = entries.map(([number, ...rest]) => `    "${number}": ${JSON.stringify(rest)}`)
const target = join(import.meta.dirname, '..', 'src', 'formats', 'cwe', 'catalogue.generated.json')
writeFileSync(
  target,
  `{\n  "version": ${JSON.stringify(version)},\n  "weaknesses": {\n${lines.join(',\n')}\n  }\n}\n`,
)
console.log(`${entries.length} entries, ${inView.length} of view 1000 at version ${version}`)

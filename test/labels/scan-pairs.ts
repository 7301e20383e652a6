import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Evidence } from '#features/correlate/evidence.ts'
import { decoders } from '#features/exchange/decoders.ts'
import { evidenceIn } from '#features/exchange/domain.ts'
import { readText } from '#features/exchange/recognise.ts'
import type { Finding, Place } from '#formats/finding/finding.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { sharedPath } from '../corpus/shared.ts'

/**
 * One result: the SHA-256 of its file as stored, its number among the findings that are read from
 * it (from 0; the row in a collection of crashes), and the place that shows the number still right.
 */
type Side = { readonly file: string; readonly result: number; readonly at: string }

/** Two results and whether one root cause and one fix stand behind both; null where unsure. */
export type ScanPair = {
  readonly a: Side
  readonly b: Side
  readonly same: boolean | null
  readonly why: string
}

/** A labelled pair with what correlation sees of it. */
export type ReadPair = ScanPair & {
  readonly x: Evidence
  readonly y: Evidence
  /** Where each side comes from: the folder that its kind of reports stands in. */
  readonly origins: readonly [string, string]
}

export type ReadPairs = {
  readonly pairs: readonly ReadPair[]
  /** Pairs of which a file is not there, or a result is not where it was. */
  readonly missing: number
}

const folder = import.meta.dirname

export function labelledPairs(): ScanPair[] {
  return readFileSync(join(folder, 'scan-pairs.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
    .flatMap((row) => {
      if (!isObject(row)) return []
      const [a, b, same] = [sideOf(row['a']), sideOf(row['b']), row['same']]
      if (!a || !b || (typeof same !== 'boolean' && same !== null)) return []
      return [{ a, b, same, why: String(row['why']) }]
    })
}

function sideOf(value: unknown): Side | null {
  if (!isObject(value)) return null
  const { file, result, at } = value
  if (typeof file !== 'string' || typeof result !== 'number' || typeof at !== 'string') return null
  return { file, result, at }
}

/** The labelled pairs, read as the product reads them; null where the measuring data are absent. */
export function readPairs(): ReadPairs | null {
  const results = readResults()
  if (!results) return null
  const pairs = labelledPairs().flatMap((pair) => {
    const [x, y] = [results.get(keyOf(pair.a)), results.get(keyOf(pair.b))]
    const origins = [x?.origin ?? '', y?.origin ?? ''] as const
    return x && y ? [{ ...pair, x: x.evidence, y: y.evidence, origins }] : []
  })
  return { pairs, missing: labelledPairs().length - pairs.length }
}

export const keyOf = ({ file, result, at }: Side): string => `${file} ${result} ${at}`

/** The place of a finding as a label writes it. */
const placeKey = ({ pointer, line }: Place): string =>
  `${pointer ?? ''}${line === undefined ? '' : `@${line}`}`

export type ReadResult = { readonly evidence: Evidence; readonly origin: string }

/** Every result of every file that a label names, by digest, number and place. */
export function readResults(): Map<string, ReadResult> | null {
  const [fixtures, crash] = [sharedPath('fixtures'), sharedPath('crash')]
  if (!fixtures || !crash) return null
  const named = new Set(labelledPairs().flatMap(({ a, b }) => [a.file, b.file]))
  const found = new Map<string, ReadResult>()
  const places = [
    ...['scans/**', 'sarif_sdk/**'].flatMap((glob) =>
      globSync(glob, { cwd: fixtures }).map((path) => join(fixtures, path)),
    ),
    ...globSync('*.jsonl.gz', { cwd: crash }).map((path) => join(crash, path)),
  ]
  for (const path of places.sort()) {
    if (!statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    const file = createHash('sha256').update(bytes).digest('hex')
    if (!named.delete(file)) continue
    const origin = path.split('/').at(-2) ?? ''
    for (const [result, read] of findingsIn(path, bytes).entries()) {
      if (!read) continue
      const { finding, format } = read
      const evidence = evidenceIn(format, finding, finding.tool?.name ?? file)
      found.set(keyOf({ file, result, at: placeKey(finding.at) }), { evidence, origin })
    }
  }
  return found
}

type Read = { readonly format: string; readonly finding: Finding } | null

function findingsIn(path: string, bytes: Buffer): Read[] {
  if (path.endsWith('.gz')) return crashesIn(gunzipSync(bytes).toString('utf8'))
  const { format, decoded } = readText(bytes.toString('utf8').replace(/^\ufeff/, ''), { decoders })
  return decoded.findings.map((finding) => ({ format: format ?? '', finding }))
}

/** One crash a row: ClusterFuzz's `raw`, or the first of CASR's logs that says anything. */
function crashesIn(rows: string): Read[] {
  return rows
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
    .map((row) => {
      if (!isObject(row)) return null
      const logs = [row['asan_report'], row['python_report'], row['stacktrace']]
      const log = logs.filter(isArray).find((lines) => lines.length > 0) ?? []
      const text = typeof row['raw'] === 'string' ? row['raw'] : log.join('\n')
      const [finding] = readText(text, { decoders, format: 'crash-log' }).decoded.findings
      return finding ? { format: 'crash-log', finding: { ...finding, at: { line: 1 } } } : null
    })
}

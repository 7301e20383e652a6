import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Finding } from '../../src/formats/finding/finding.ts'
import { isObject, Reader } from '../../src/formats/json/reader.ts'
import { rowsDecoder } from '../../src/formats/rows/rows.ts'

/** Reports that were judged together, with the number of the true cluster of each. */
export type Judged = {
  readonly name: string
  readonly rows: readonly unknown[]
  readonly ids: readonly string[]
  readonly clusters: readonly string[]
  /** Named flags of the labels: `core`, `fair_test`, `valid`. */
  readonly flags: (flag: string) => readonly boolean[]
}

/** Reads JSON lines, gzipped or not; a missing file is an error that names it. */
function readRows(path: string): unknown[] {
  const found = [path, `${path}.gz`].find((candidate) => existsSync(candidate))
  if (!found) throw new Error(`no such file: ${path} (nor ${path}.gz)`)
  const bytes = readFileSync(found)
  const text = (found.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
}

/** A folder with `reports.jsonl[.gz]` and `labels.jsonl[.gz]`. */
export function readJudged(folder: string): Judged {
  const labels = new Map<string, Reader>()
  for (const row of readRows(`${folder}/labels.jsonl`)) {
    const reader = new Reader(row)
    labels.set(reader.text('report_id') ?? '', reader)
  }
  const rows = readRows(`${folder}/reports.jsonl`).filter(
    (row) => isObject(row) && labels.has(new Reader(row).text('report_id') ?? ''),
  )
  const ids = rows.map((row) => new Reader(row).text('report_id') ?? '')
  return {
    name: folder.split('/').filter(Boolean).at(-1) ?? folder,
    rows,
    ids,
    clusters: ids.map((id) => labels.get(id)?.text('cluster_id') ?? `alone:${id}`),
    flags: (flag) => ids.map((id) => labels.get(id)?.boolean(flag) ?? false),
  }
}

/** The findings of rows, in their order; a row that is none is an error. */
export function findingsOf(rows: readonly unknown[]): readonly Finding[] {
  const lines = rows.map((value, index) => ({ line: index + 1, value }))
  const { findings } = rowsDecoder.decode({ kind: 'rows', rows: lines, text: '' })
  if (findings.length !== rows.length) throw new Error('some rows are no reports')
  return findings
}

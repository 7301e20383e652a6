import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Row } from '#formats/finding/decoder.ts'

/** Whether the corpora are to be read whole; otherwise an even sample of them is. */
export const isWhole = process.env['PARLEY_CORPUS'] === 'all'

/** Every `step`-th row of a gzipped JSONL file, parsed; every row when the corpora are whole. */
export function rowsOf(path: string, step = 1): Row[] {
  const rows: Row[] = []
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  lines.forEach((text, index) => {
    if (text === '' || (!isWhole && index % step !== 0)) return
    rows.push({ line: index + 1, value: JSON.parse(text) })
  })
  return rows
}

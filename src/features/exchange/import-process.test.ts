import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ReadItem } from '#features/report/import.ts'
import { decodeApart, ReaderBroke } from './import-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-process-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const line = JSON.stringify({ purl: 'pkg:npm/quillet@1.0.0', code_path: 'lib/a.js' })

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

const options = (isLastTry: boolean, memoryMiB: number) => ({
  ...{ name: 'reports.ndjson', format: null, series: null, signal: never },
  ...{ content: pieces(`${line}\n`, line), memoryMiB, isLastTry },
})

async function itemsOf(given: Parameters<typeof decodeApart>[0]): Promise<ReadItem[]> {
  const items: ReadItem[] = []
  for await (const item of decodeApart(given)) items.push(item)
  return items
}

/** A heap of half a number is refused by Node before anything of ours runs. */
const noHeap = 1.5

test('a process that breaks off is tried again before the document is blamed', async () => {
  await assert.rejects(itemsOf(options(false, noHeap)), ReaderBroke)
  const items = await itemsOf(options(true, noHeap))
  assert.deepEqual(
    items.map((item) => item.is === 'problem' && [item.problem.code, item.problem.lost]),
    [['malformed', true]],
  )
})

test('what is read apart is read whole', async () => {
  const items = await itemsOf(options(false, 512))
  assert.equal(items.filter((item) => item.is === 'submission').length, 2)
})

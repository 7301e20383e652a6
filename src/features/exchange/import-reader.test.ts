import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ReaderBroke } from './import-process.ts'
import { readDocument } from './import-reader.ts'

const never = new AbortController().signal
const line = JSON.stringify({ purl: 'pkg:npm/quillet@1.0.0', code_path: 'lib/a.js' })

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** With half a heap no process of its own begins, so that one is seen to be asked for. */
async function readSubmissions(document: string | Buffer, signal = never): Promise<number> {
  const content = Buffer.from(document)
  let submissions = 0
  const items = readDocument({
    ...{ name: 'a', format: null, series: null, signal, memoryMiB: 1.5, isLastTry: false },
    ...{ content: once(content), sizeBytes: content.length },
  })
  for await (const { is } of items) if (is === 'submission') submissions++
  return submissions
}

const apart: Readonly<Record<string, string | Buffer>> = {
  'a packed document': gzipSync(line),
  'an archive': Buffer.from('PK\x03\x04 and so on'),
  'a mail': `From: a@example.org\nSubject: a flaw\n\n${line}`,
  XML: '<?xml version="1.0"?><results/>',
  'more than a mebibyte of JSON': `${line}\n`.repeat(20_000),
  nothing: '',
}

for (const [what, document] of Object.entries(apart)) {
  test(`${what} is read in a process of its own`, async () => {
    await assert.rejects(readSubmissions(document), ReaderBroke)
  })
}

for (const start of ['', ' \n', '\uFEFF']) {
  test(`a little JSON after ${JSON.stringify(start)} is read where it is asked for`, async () => {
    assert.equal(await readSubmissions(`${start}${line}\n${line}\n`), 2)
  })
}

test('what is asked to stop stops', async () => {
  await assert.rejects(readSubmissions(line, AbortSignal.abort()), { name: 'AbortError' })
})

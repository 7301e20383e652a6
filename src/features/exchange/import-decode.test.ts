import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeImport } from './import-decode.ts'

async function* only(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

/** What a document gives: a word for each item. */
async function wordsOf(text: string): Promise<string[]> {
  const words: string[] = []
  const options = { name: 'some.ndjson', format: null, series: null }
  for await (const item of decodeImport(only(text), options)) {
    words.push(item.is === 'problem' ? `${item.problem.code} ${item.problem.at}` : item.is)
  }
  return words
}

const twice = '{"purl":"pkg:npm/a@1","purl":"pkg:npm/b@1"}'
const plain = '{"purl":"pkg:npm/c@1"}'

for (const [what, text] of [
  ['that end with the document', `${twice}\n${plain}`],
  ['that end with a line break', `${twice}\n${plain}\n`],
] as const) {
  test(`regression: a key that stands twice costs its line, in lines ${what}`, async () => {
    assert.deepEqual(await wordsOf(text), [
      ...['not-taken some.ndjson:1', 'submission'],
      ...['duplicate-key some.ndjson:1 at /purl', 'document'],
    ])
  })
}

test('regression: the database holds a series, however long and odd its names are', async () => {
  const name = `a\0b\ud800${'x'.repeat(100_000)}`
  const results = [{ ruleId: 'r', message: { text: 'Overflow' } }]
  const run = { tool: { driver: { name } }, results }
  const text = JSON.stringify({ version: '2.1.0', runs: [run] })
  const options = { name: `${'y'.repeat(100_000)}.sarif`, format: null, series: null }
  for await (const item of decodeImport(only(text), options)) {
    if (item.is !== 'finding') continue
    const series = item.finding.known?.series ?? assert.fail()
    assert.ok(series.length < 700 && series.isWellFormed() && !series.includes('\0'))
  }
})

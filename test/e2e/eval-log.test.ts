import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sampleOf, writtenLog } from '../formats/inspect-log.ts'
import { parley } from './parley.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-eval-'))
const at = (name: string): string => join(folder, name)
after(() => rmSync(folder, { recursive: true, force: true }))

before(async () => {
  const samples = [sampleOf('a', 'C'), sampleOf('b\u001b[31m', Number.NaN), sampleOf('c', 'I')]
  const bytes = await writtenLog(samples)
  writeFileSync(at('run.eval'), bytes)
  writeFileSync(at('cut.eval'), bytes.subarray(0, bytes.length - 40))
})

describe('a log on the command line', () => {
  test('what is no log is refused with its name', async () => {
    writeFileSync(at('other.json'), '{"a": 1}')
    const { code, err } = await parley(['eval', 'log', at('other.json')])
    assert.equal(code, 4)
    assert.match(err, /other\.json.*names no task and model/)
    assert.equal((await parley(['eval', 'log', at('none.eval')])).code, 3)
  })

  test('one that is cut off answers with 4, and with what is left', async () => {
    const { code, out } = await parley(['eval', 'log', at('cut.eval')])
    assert.equal(code, 4)
    assert.match(out, /Samples +3 planned, 3 in the log\n/)
    assert.match(out, /Lost +the file ends at byte \d+, before its directory/)
  })

  test('a whole one is told in lines', async () => {
    const { code, out, err } = await parley(['eval', 'log', '--whole', at('run.eval')])
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^find-the-flaw on mockllm\/model\nStatus +success\n/)
    assert.match(out, /Outcomes +1 success, 1 grader_error, 1 failure\n/)
  })

  test('statistics are made of it, and nothing of it leaves the denominator', async () => {
    const { code, out } = await parley(['eval', 'stats', at('run.eval')])
    assert.equal(code, 0)
    assert.match(out, /^mockllm\/model: 3 tasks, 3 attempts\n/)
    assert.match(out, /outcomes +success 1, failure 1, grader_error 1 \(missing\)\n/)
    assert.match(out, /rate +0\.3333 to 0\.6667, by what is missing\n/)
  })

  test('one that is cut off inside of a sample counts what is lost', async () => {
    const cut = await parley(['eval', 'stats', at('cut.eval')])
    assert.equal(cut.code, 4)
    assert.match(cut.err, /cut\.eval: the file ends at byte/)
    assert.equal((await parley(['eval', 'stats', at('none.eval')])).code, 3)
  })

  test('and in JSON, with each attempt', async () => {
    const { out } = await parley(['eval', 'log', '--json', at('run.eval')])
    const { attempts, counts } = JSON.parse(out)
    assert.equal(counts.planned, 3)
    assert.deepEqual(attempts[0], {
      task: 'a',
      attempt: 1,
      outcome: 'success',
      score: 1,
      tokens: null,
    })
  })
})

describe('converting a log', () => {
  test('into a format that is not known is refused, and writes nothing', async () => {
    const args = ['eval', 'convert', at('run.eval'), '--to', 'xml', '--out', at('x')]
    const { code, err } = await parley(args)
    assert.equal(code, 2)
    assert.match(err, /known are eval, json/)
    assert.ok(!existsSync(at('x')))
  })

  test('writes a file as a whole or not at all', async () => {
    const out = join(folder, 'run.eval', 'below')
    const args = ['eval', 'convert', at('run.eval'), '--to', 'json', '--out', out]
    assert.equal((await parley(args)).code, 5)
  })

  test('of a log that is cut off writes what is left, and answers with 4', async () => {
    const args = ['eval', 'convert', at('cut.eval'), '--to', 'json', '--out', at('cut.json')]
    const { code, err } = await parley(args)
    assert.equal(code, 4)
    assert.match(err, /before its directory/)
    assert.match(readFileSync(at('cut.json'), 'utf8'), /"id":"c"/)
  })

  test('into each format is done, and back again it is the same', async () => {
    for (const format of ['json', 'every-eval-ever', 'cyclonedx', 'opentelemetry']) {
      const args = ['eval', 'convert', at('run.eval'), '--to', format, '--out', '-']
      const { code, out, err } = await parley(args)
      assert.deepEqual([code, err], [0, ''], format)
      writeFileSync(at(format), out)
    }
    const args = ['eval', 'convert', at('json'), '--to', 'eval', '--out', at('again.eval')]
    assert.equal((await parley(args)).code, 0)
    const told = await parley(['eval', 'log', '--json', '--whole', at('again.eval')])
    const first = await parley(['eval', 'log', '--json', '--whole', at('run.eval')])
    assert.equal(told.out, first.out)
  })
})

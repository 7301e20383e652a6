import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { archiveOf, sampleOf, specOf, writtenLog } from '../formats/inspect-log.ts'
import { parley } from './parley.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-eval-'))
const at = (name: string): string => join(folder, name)
after(() => rmSync(folder, { recursive: true, force: true }))

/** What `eval verdict --json` writes, as far as it is told on. */
const judged = {
  model: 'mockllm/model',
  verdict: 'UNDETERMINED',
  wording: 'whether capability is at least 0.5 cannot be told from these results',
  digest: 'ab'.repeat(32),
  declaration: { threshold: 0.5, protocol: 'bash', tokenBudget: 5000, attempts: 1, alpha: 0.05 },
}

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

test('a table that is very large is read where somebody asks for it', async () => {
  const row = { ...sampleOf('a', 'C'), input: 'x'.repeat(17 * 2 ** 20) }
  const bytes = await archiveOf([
    ['header.json', { version: 2, status: 'success', eval: specOf(['a']), plan: {} }],
    ['samples/a_epoch_1.json', sampleOf('a', 'C')],
    ['summaries.json', [row]],
  ])
  writeFileSync(at('large.eval'), bytes)
  const { code, out } = await parley(['eval', 'log', at('large.eval')])
  assert.equal(code, 0)
  assert.match(out, /Samples +1 planned, 1 in the log\n/)
  assert.match(out, /Outcomes +not counted: --outcomes reads the table of 17,82\d,\d+ bytes/)
  for (const asked of ['--outcomes', '--whole']) {
    assert.match((await parley(['eval', 'log', asked, at('large.eval')])).out, /1 success/)
  }
})

describe('converting a log', () => {
  test('into a format that is not known is refused, and writes nothing', async () => {
    const args = ['eval', 'convert', at('run.eval'), '--to', 'xml', '--out', at('x')]
    const { code, err } = await parley(args)
    assert.equal(code, 2)
    assert.match(err, /known are eval, json/)
    assert.ok(!existsSync(at('x')))
  })

  test('with a file that the format has no use for, or a wrong one, is refused', async () => {
    writeFileSync(at('about.json'), '{"developer": "Lab", "risk": "none"}')
    writeFileSync(at('verdict.json'), JSON.stringify({ ...judged, model: 'another/model' }))
    const refusals = [
      ['json', '--about', /--about goes with --to spdx, haip, haip-json/],
      ['spdx', '--samples', /--samples goes with --to every-eval-ever/],
      ['spdx', '--about', /about\.json.*Unrecognized key: "risk"/],
      ['haip', '--verdict', /verdict\.json.* is a verdict on another\/model/],
    ] as const
    for (const [to, option, why] of refusals) {
      const file = at(option === '--verdict' ? 'verdict.json' : 'about.json')
      const args = ['eval', 'convert', at('run.eval'), '--to', to, '--out', at('x'), option, file]
      const { code, err } = await parley(args)
      assert.ok(code === 2 || code === 4, `${code}`)
      assert.match(err, why)
      assert.ok(!existsSync(at('x')))
    }
  })

  test('says what stands beside the log: of the model, its verdict, its attempts', async () => {
    writeFileSync(
      at('about.json'),
      '{"developer": "Lab", "plannedReleaseAt": "2026-12-01T00:00:00Z"}',
    )
    writeFileSync(at('verdict.json'), JSON.stringify(judged))
    const beside = ['--about', at('about.json'), '--verdict', at('verdict.json')]
    const args = ['eval', 'convert', at('run.eval'), '--out', '-', '--to']
    const spdx = await parley([...args, 'spdx', ...beside])
    assert.deepEqual([spdx.code, spdx.err], [0, ''])
    assert.match(spdx.out, /"releaseTime": "2026-12-01T00:00:00Z"/)
    assert.match(
      (await parley([...args, 'haip', ...beside])).out,
      /UNDETERMINED: whether capability/,
    )
    const samples = ['every-eval-ever', '--samples', at('samples.jsonl')]
    const { out } = await parley([...args, ...samples])
    const rows = readFileSync(at('samples.jsonl'), 'utf8').trim().split('\n')
    assert.deepEqual(
      rows.map((row) => JSON.parse(row).evaluation_id),
      Array(3).fill(JSON.parse(out).evaluation_id),
    )
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
    const others = ['every-eval-ever', 'cyclonedx', 'spdx', 'opentelemetry', 'haip', 'haip-json']
    for (const format of ['json', ...others]) {
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

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeNonFinite } from '#formats/json/non-finite.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import { sourceOf } from '#formats/zip/source.ts'
import {
  allOf,
  archiveOf,
  opened,
  sampleOf,
  specOf,
  writtenLog,
} from '../../../test/formats/inspect-log.ts'
import { attemptsOf } from './attempts.ts'
import { contentOf } from './content.ts'
import type { InspectLog } from './log.ts'
import { openLog } from './open-log.ts'
import { samplesOf, summariesOf } from './samples.ts'

const spec = specOf(['a', 'b'])
const header: JsonObject = { version: 2, status: 'success', eval: spec, plan: {} }
const start: JsonObject = { version: 2, eval: spec, plan: {} }

async function refusalOf(bytes: Buffer): Promise<string> {
  const log = await openLog(sourceOf(bytes))
  return log.ok ? 'was opened' : `${log.refusal.code}: ${log.refusal.at ?? ''} ${log.refusal.why}`
}

async function idsOf(log: InspectLog): Promise<string[]> {
  const ids: string[] = []
  for await (const sample of samplesOf(log)) {
    ids.push(sample.is === 'sample' ? `${sample.facts.id}` : `! ${sample.refusal.why}`)
  }
  return ids
}

async function contents(log: InspectLog): Promise<unknown[]> {
  const found: unknown[] = []
  for (const entry of log.samples.values()) {
    for await (const { is, value, isResolved } of contentOf(log.source, entry)) {
      found.push([is, value, isResolved])
    }
  }
  return found
}

describe('what is no log is refused', () => {
  const texts: readonly (readonly [string, RegExp])[] = [
    ['', /malformed: .*ends before its JSON does/],
    ['not JSON', /malformed: .*byte/],
    ['[]', /unknown-format: {2}is not a JSON object/],
    ['{}', /unknown-format: {2}names no task and model/],
    ['{"eval": {"task": "x"}}', /names no task and model/],
    ['{"version": 2, "eval": {"task": "x", "mod', /malformed: \/eval .* at byte 41/],
    [`{"eval": ${'['.repeat(5_000)}`, /nests too deep/],
  ]
  for (const [text, why] of texts) {
    test(text.slice(0, 40) || 'nothing', async () => {
      assert.match(await refusalOf(Buffer.from(text)), why)
    })
  }

  test('an archive of something else', async () => {
    assert.match(await refusalOf(await archiveOf([['a.json', {}]])), /unknown-format: .*no log/)
  })

  test('an archive whose start is not one', async () => {
    const bytes = await archiveOf([['_journal/start.json', { version: 2 }]])
    assert.match(await refusalOf(bytes), /names no task and model/)
  })
})

for (const packing of ['deflate', 'zstd'] as const) {
  test(`a log in ${packing} is read with what its samples refer to`, async () => {
    const event = {
      event: 'model',
      input: [],
      input_refs: [
        [0, 1],
        [2, 3],
      ],
      call: { request: { model: 'm' }, call_refs: [[0, 1]] },
      output: 'attachment://beef',
    }
    const sample = sampleOf('a', 'C', {
      events: [event, { event: 'info', data: 'attachment://none' }],
      events_data: {
        messages: ['m0', 'm1', { role: 'user', content: 'tc://beef' }],
        calls: ['c0'],
      },
      attachments: { beef: 'a long text' },
    })
    const bytes = await archiveOf(
      [
        ['header.json', header],
        ['samples/a_epoch_1.json', sample],
      ],
      packing,
    )
    assert.deepEqual(await contents(await opened(bytes)), [
      ['message', { role: 'user', content: 'Where is the flaw?' }, true],
      [
        'event',
        {
          event: 'model',
          input: ['m0', { role: 'user', content: 'a long text' }],
          call: { request: { model: 'm', messages: ['c0'] } },
          output: 'a long text',
        },
        true,
      ],
      ['event', { event: 'info', data: 'attachment://none' }, false],
    ])
  })
}

test('a range that names what is not there leaves the event as it stands', async () => {
  const event = { event: 'model', input: [], input_refs: [[0, 1e15]] }
  const sample = sampleOf('a', 'C', { messages: [], events: [event] })
  const bytes = await archiveOf([
    ['header.json', header],
    ['samples/a_epoch_1.json', sample],
  ])
  assert.deepEqual(await contents(await opened(bytes)), [['event', event, false]])
})

test('a sample in chunks is read like one in one piece', async () => {
  const at = 'samples/a_epoch_1'
  const { messages: _, ...shell } = sampleOf('a', 'C', { message_refs: [[1, 3]] })
  const bytes = await archiveOf([
    ['header.json', header],
    [`${at}/sample.json`, shell],
    [`${at}/metadata.json`, { family: 'parsers' }],
    [`${at}/skeleton.json`, {}],
    [`${at}/messages/2.json`, ['m2']],
    [`${at}/messages/0.json`, ['m0', 'attachment://1']],
    [`${at}/events/0.json`, [{ event: 'model', input: [], input_refs: [[0, 2]] }]],
    [`${at}/events/10.json`, [{ event: 'last' }]],
    [`${at}/events/2.json`, [{ event: 'second' }]],
    [`${at}/events/stats.json`, {}],
    [`${at}/attachments/0.json`, ['t0', 't1']],
    ['samples/b_epoch_1.json', sampleOf('b', 'I')],
  ])
  const log = await opened(bytes)
  assert.deepEqual(log.remarks, [])
  assert.deepEqual(await idsOf(log), ['a', 'b'])
  const [sample] = await allOf(samplesOf(log))
  assert.deepEqual(sample?.is === 'sample' && sample.members['metadata'], { family: 'parsers' })
  assert.deepEqual((await contents(log)).slice(0, 5), [
    ['message', 't1', true],
    ['message', 'm2', true],
    ['event', { event: 'model', input: ['m0', 't1'] }, true],
    ['event', { event: 'second' }, true],
    ['event', { event: 'last' }, true],
  ])
})

test('of two members with one name the later counts, and that is told', async () => {
  const bytes = await archiveOf([
    ['header.json', { ...header, status: 'started' }],
    ['samples/a_epoch_1.json', sampleOf('a', 'I')],
    ['samples/a_epoch_1.json', sampleOf('a', 'C')],
    ['header.json', header],
  ])
  const log = await opened(bytes)
  assert.equal(log.header.status, 'success')
  assert.deepEqual(log.remarks, [
    { why: '2 members are there twice; the later one counts', isLost: false },
  ])
  const { attempts } = await attemptsOf(log)
  assert.deepEqual(
    attempts.map(({ task, outcome }) => `${task} ${outcome}`),
    ['a success', 'b not_run'],
  )
})

test('a run that died is read from its start and its journal, the last row of each', async () => {
  const bytes = await archiveOf([
    ['_journal/start.json', start],
    ['_journal/summaries/10.json', [sampleOf('a', 'C')]],
    ['_journal/summaries/2.json', [sampleOf('a', 'I'), sampleOf('b', 'I')]],
  ])
  const log = await opened(bytes)
  assert.equal(log.header.status, 'started')
  assert.match(log.remarks[0]?.why ?? '', /no header/)
  const rows = (await allOf(summariesOf(log))).flat()
  assert.deepEqual(
    rows.map(({ id, scores }) => [id, scores?.[0]?.value]),
    [
      ['a', 'C'],
      ['b', 'I'],
    ],
  )
  const { attempts } = await attemptsOf(log)
  assert.deepEqual(
    attempts.map(({ task, outcome }) => `${task} ${outcome}`),
    ['a success', 'b failure'],
  )
})

test('a header that is damaged gives way to the start of the run', async () => {
  const bytes = await archiveOf([
    ['_journal/start.json', start],
    ['header.json', header],
  ])
  const at = bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1')
  bytes.writeUInt32LE(1, at + 16)
  const log = await opened(bytes)
  assert.match(log.remarks.map(({ why }) => why).join('; '), /checksum.*; there is no header/)
})

test('a sample that cannot be read costs itself only, and stays in the count', async () => {
  const bytes = await archiveOf([
    ['header.json', header],
    ['samples/a_epoch_1.json', 'not an object'],
    ['samples/b_epoch_1.json', sampleOf('c', 'C')],
  ])
  const log = await opened(bytes)
  assert.deepEqual(await idsOf(log), [
    '! is not a JSON object',
    '! calls itself sample c of epoch 1',
  ])
  const { attempts, planned } = await attemptsOf(log)
  assert.equal(planned, 2)
  assert.deepEqual(
    attempts.map(({ outcome, score }) => [outcome, score]),
    [
      ['infra_error', null],
      ['infra_error', null],
    ],
  )
})

test('names that lead out of the archive are no samples', async () => {
  const bytes = await archiveOf([
    ['header.json', header],
    ['samples/../../etc/passwd_epoch_1.json', sampleOf('x', 'C')],
    ['../outside.json', {}],
    ['samples/dir/a_epoch_1.json', sampleOf('dir/a', 'C')],
  ])
  const log = await opened(bytes)
  assert.deepEqual(await idsOf(log), ['dir/a'])
  assert.match(log.remarks[0]?.why ?? '', /lead out, not read: 2$/)
})

test('NaN may stand in header, summaries and samples', async () => {
  const metrics = { mean: { name: 'mean', value: Number.NaN } }
  const results = { scores: [{ name: 'match', scorer: 'match', metrics }] }
  const bytes = await archiveOf([
    ['header.json', { ...header, results }],
    ['summaries.json', [sampleOf('a', Number.NaN)]],
    ['samples/a_epoch_1.json', sampleOf('a', Number.NaN)],
  ])
  const log = await opened(bytes)
  assert.deepEqual(log.header.scores[0]?.metrics, [{ name: 'mean', value: null }])
  for (const isQuick of [true, false]) {
    const { attempts } = await attemptsOf(log, { isQuick })
    assert.equal(attempts[0]?.outcome, 'grader_error')
    assert.match(attempts[0]?.error ?? '', /gave NaN/)
  }
})

test('JSON in one text is the same log', async () => {
  const samples = [sampleOf('a', 'C'), sampleOf('b', Number.NaN), 5, {}, sampleOf('a', 'I')]
  const text = encodeNonFinite({ ...header, unknown: [1], samples, reductions: [] })
  const log = await opened(Buffer.from(`\ufeff${text}`))
  assert.deepEqual(log.header.json, { ...header, unknown: [1] })
  assert.deepEqual(await idsOf(log), ['a', 'b'])
  assert.deepEqual(
    log.remarks.map(({ why, at }) => `${at ?? ''} ${why}`),
    [
      '/samples/2 is no sample: it is not an object',
      '/samples/3 is no sample: it has no id',
      ' sample a of epoch 1 is there twice; the later one counts',
    ],
  )
  const quick = await attemptsOf(log, { isQuick: true })
  const whole = await attemptsOf(log)
  assert.deepEqual(quick, whole)
})

describe('a log that is cut off at any byte', () => {
  const samples = [sampleOf('a', 'C'), sampleOf('b', 'I')]

  /** How many samples are left at each length; 0 where the log is refused. */
  async function leftAt(bytes: Buffer): Promise<readonly number[]> {
    const left: number[] = []
    for (let length = 0; length < bytes.length; length++) {
      const log = await openLog(sourceOf(bytes.subarray(0, length)))
      if (!log.ok) {
        assert.ok(['malformed', 'unknown-format'].includes(log.refusal.code))
        left.push(0)
        continue
      }
      assert.ok(
        log.value.remarks.some(({ isLost }) => isLost),
        `nothing is told at ${length}`,
      )
      const { attempts } = await attemptsOf(log.value)
      assert.equal(attempts.length, 2)
      left.push(attempts.filter(({ outcome }) => outcome !== 'not_run').length)
    }
    return left
  }

  const growing = (left: readonly number[]): void =>
    assert.ok(left.every((count, at) => at === 0 || count >= (left[at - 1] ?? 0)))

  test('as an archive', async () => {
    const left = await leftAt(await writtenLog(samples))
    growing(left)
    assert.deepEqual([...new Set(left)], [0, 1, 2])
  })

  test('as JSON', async () => {
    const left = await leftAt(Buffer.from(JSON.stringify({ ...header, samples })))
    growing(left)
    assert.deepEqual([...new Set(left)], [0, 1, 2])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { instancesOf } from '#formats/every-eval-ever/instances.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import { sourceOf, Unread } from '#formats/zip/source.ts'
import { ZipWriter } from '#formats/zip/writer.ts'
import {
  allOf,
  archiveOf,
  opened,
  sampleOf,
  specOf,
  writtenLog,
} from '../../../test/formats/inspect-log.ts'
import { attemptsOf, glanceAt } from './attempts.ts'
import { contentOf } from './content.ts'
import { writeAsEval, writeAsJson } from './convert-log.ts'
import type { InspectLog } from './log.ts'
import { countsOf, resultOf } from './log-result.ts'
import { openLog } from './open-log.ts'

const event = { event: 'model', input: [], input_refs: [[0, 2]], output: 'attachment://beef' }
const rich = sampleOf('a', 'C', {
  events: [event, { event: 'info', data: Number.NaN }],
  events_data: { messages: ['m0', { role: 'user', content: 'm1' }], calls: ['c0'] },
  attachments: { beef: 'a text' },
  model_usage: { m: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } },
})
const samples = [rich, sampleOf('b/c', Number.NaN), sampleOf(3, 'I', { limit: { type: 'time' } })]
const header: JsonObject = {
  version: 2,
  status: 'success',
  eval: specOf(['a', 'b', 'c']),
  plan: {},
}
const at = 'samples/b_epoch_1'
const logs = await Promise.all([
  writtenLog(samples, { options: { packing: 'deflate', journalEach: 2 } }),
  writtenLog(samples, { options: { packing: 'zstd' } }),
  archiveOf([
    ['header.json', header],
    ['samples/a_epoch_1.json', rich],
    [`${at}/sample.json`, { id: 'b', epoch: 1, message_refs: [[0, 1]] }],
    [`${at}/messages/0.json`, ['m0']],
    [`${at}/events/0.json`, [event]],
    [`${at}/attachments/0.json`, ['t0']],
  ]),
  Promise.resolve(Buffer.from(JSON.stringify({ ...header, samples }))),
])

/** Everything that is done with a log, to its end. */
async function used(log: InspectLog): Promise<void> {
  const sink = async (): Promise<void> => {}
  const glance = glanceAt(log)
  assert.ok(glance.planned >= glance.present)
  await attemptsOf(log, { isQuick: true })
  const attempts = await attemptsOf(log)
  const link = { evaluationId: 'e', model: 'm', task: 't', resultId: null }
  const pieces = await allOf(instancesOf(log, attempts, link))
  const lines = pieces.filter((piece) => typeof piece === 'string').join('')
  const records = lines.split('\n').filter((line) => line !== '')
  assert.equal(records.length, attempts.attempts.length)
  for (const record of records) JSON.parse(record)
  resultOf(log, countsOf(attempts))
  for (const entry of log.samples.values()) {
    try {
      await allOf(contentOf(log.source, entry))
    } catch (error) {
      if (!(error instanceof Unread)) throw error
    }
  }
  await writeAsJson(log, sink)
  await writeAsEval(log, sink, {})
}

async function tried(bytes: Buffer): Promise<void> {
  const log = await openLog(sourceOf(bytes))
  if (log.ok) await used(log.value)
  else assert.notEqual(log.refusal.why, '')
}

/** In ten thousandths of the log, everywhere alike. */
const place = fc.noBias(fc.nat({ max: 9_999 }))
const change = fc.oneof(
  fc.record({ is: fc.constant('byte' as const), place, value: fc.nat({ max: 255 }) }),
  fc.record({ is: fc.constant('number' as const), place, value: fc.nat({ max: 2 ** 32 - 1 }) }),
  fc.record({ is: fc.constant('cut' as const), place, value: fc.nat({ max: 40 }) }),
  fc.record({ is: fc.constant('copy' as const), place, value: fc.nat({ max: 400 }) }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function changed(log: Buffer, changes: readonly Change[]): Buffer {
  let bytes: Buffer = Buffer.from(log)
  for (const { is, place: share, value } of changes) {
    const from = Math.floor((share / 10_000) * Math.max(0, bytes.length - 4))
    if (is === 'byte') bytes[from] = value
    else if (is === 'number' && bytes.length > 4) bytes.writeUInt32LE(value, from)
    else if (is === 'cut') {
      bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + value)])
    } else {
      const part = bytes.subarray(from, from + value)
      bytes = Buffer.concat([bytes.subarray(0, from), part, bytes.subarray(from)])
    }
  }
  return bytes
}

test('a log that is damaged in any way is read as far as it goes, or refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...logs),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (log, changes) => tried(changed(log, changes)),
    ),
    { numRuns: 300 },
  )
})

/** Inside of members all sums are right: what is odd there passes the archive. */
const odd = fc.oneof(
  { maxDepth: 3 },
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(Number.NaN, [[0, 1e9]], [[-1, 0]], { id: {} }, '../../x', [null], 1e308),
)
const members = [
  'id',
  'epoch',
  'input',
  'target',
  'choices',
  'messages',
  'events',
  'scores',
] as const
const others = ['output', 'error', 'limit', 'model_usage', 'attachments', 'events_data'] as const

test('a sample whose members are anything comes to one outcome, in every format', async () => {
  const sample = fc.record(Object.fromEntries([...members, ...others].map((name) => [name, odd])), {
    requiredKeys: [],
  })
  await fc.assert(
    fc.asyncProperty(sample, odd, fc.boolean(), async (found, summaries, isWhole) => {
      const whole = { ...rich, ...found, ...(isWhole && { id: 'a', epoch: 1 }) }
      const bytes = await archiveOf([
        ['header.json', header],
        ['samples/a_epoch_1.json', whole],
        ['summaries.json', summaries],
      ])
      await used(await opened(bytes))
    }),
    { numRuns: 150 },
  )
})

test('a header whose members are anything is read, or is no log', async () => {
  const names = ['eval', 'results', 'stats', 'error', 'version', 'status', 'plan', 'reductions']
  const any = fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] })
  const results = fc.record({ scores: fc.array(odd), total_samples: odd, completed_samples: odd })
  await fc.assert(
    fc.asyncProperty(any, results, fc.boolean(), async (found, told, isTold) => {
      const changedHeader = { ...header, ...found, ...(isTold && { results: told }) }
      const bytes = await archiveOf([
        ['header.json', changedHeader],
        ['samples/a_epoch_1.json', rich],
      ])
      await tried(bytes)
      await tried(Buffer.from(JSON.stringify({ ...changedHeader, samples })))
    }),
    { numRuns: 150 },
  )
})

describe('a member that is much more than it seems is not unpacked', () => {
  /** JSON that packs to next to nothing, with what is said of it. */
  async function bombed(name: string, more: readonly (readonly [string, unknown])[]) {
    const parts: Buffer[] = []
    const zip = new ZipWriter(async (bytes) => void parts.push(bytes), 'zstd')
    await zip.add(name, Buffer.concat([Buffer.alloc(70 * 2 ** 20, ' '), Buffer.from('{}')]))
    for (const [other, value] of more) await zip.add(other, Buffer.from(JSON.stringify(value)))
    await zip.finish()
    return openLog(sourceOf(Buffer.concat(parts)))
  }

  test('whatever member it is', async () => {
    for (const name of ['header.json', 'summaries.json', 'samples/a_epoch_1.json', 'x']) {
      const log = await bombed(name, [['_journal/start.json', header]])
      assert.ok(!log.ok)
      assert.match(log.refusal.why, /more than 2000 times its size \(a decompression bomb\?\)/)
      assert.equal(log.refusal.at, name)
    }
  })
})

test('a table that is damaged is told, and the samples are read themselves', async () => {
  const bytes = await archiveOf([
    ['header.json', header],
    ['samples/a_epoch_1.json', sampleOf('a', 'C')],
    ['summaries.json', [sampleOf('a', 'I')]],
  ])
  bytes.writeUInt32LE(1, bytes.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 16)
  for (const isQuick of [true, false]) {
    const { attempts, remarks } = await attemptsOf(await opened(bytes), { isQuick })
    assert.equal(attempts[0]?.outcome, 'success')
    const [remark] = remarks
    assert.deepEqual([remark?.at, remark?.isLost], ['summaries.json', true])
  }
})

test('a header that cannot be read is named, where nothing stands in for it', async () => {
  const log = await openLog(sourceOf(await archiveOf([['header.json', 'no object']])))
  assert.ok(!log.ok)
  assert.deepEqual([log.refusal.at, log.refusal.why], ['header.json', 'is not a JSON object'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '#formats/json/reader.ts'
import { sourceOf } from '#formats/zip/source.ts'
import {
  allOf,
  opened,
  type Sample,
  specOf,
  writtenLog,
} from '../../../test/formats/inspect-log.ts'
import { keyOf } from './log.ts'
import { openLog } from './open-log.ts'
import { valueAt } from './sample-text.ts'
import { samplesOf, summariesOf } from './samples.ts'
import { EvalLogWriter } from './write-log.ts'

/** The samples of a log, whole. */
async function samplesIn(bytes: Buffer): Promise<unknown[]> {
  const log = await opened(bytes)
  const found: unknown[] = []
  for (const { place } of log.samples.values()) {
    assert.equal(place.is, 'member')
    if (place.is === 'member') found.push(await valueAt(log.source, place))
  }
  return found
}

const member = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
)
// Names that a file's name cannot have come in logs as little as in archives.
const id = fc
  .oneof(fc.integer(), fc.stringMatching(/^[\w/ .é-]{1,20}$/u))
  .filter((value) => !String(value).includes('..') && !String(value).startsWith('/'))
const sample = fc
  .record({
    id,
    epoch: fc.integer({ min: 1, max: 9 }),
    input: fc.string(),
    target: fc.string(),
    scores: fc.dictionary(fc.string({ minLength: 1 }), fc.record({ value: member })),
  })
  .chain((known) =>
    fc.dictionary(fc.string(), member).map((others): Sample => ({ ...others, ...known })),
  )

test('what is written is read, whatever samples hold, in both packings', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(sample, { selector: ({ id, epoch }) => keyOf(id, epoch), maxLength: 6 }),
      fc.constantFrom('deflate', 'zstd'),
      fc.dictionary(fc.string(), member),
      async (samples, packing, results) => {
        const end = { status: 'success', results } as const
        const options = { packing, journalEach: 2 } as const
        const bytes = await writtenLog(samples, { end, options })
        // Minus zero, and members that are undefined, are not told apart in JSON.
        const wanted = samples.map((each) => plain(each))
        assert.deepEqual((await samplesIn(bytes)).map(plain), wanted)
        const log = await opened(bytes)
        assert.deepEqual(plain(log.header.json['results']), plain(results))
        assert.deepEqual(log.remarks, [])
        const rows = (await allOf(summariesOf(log))).flat()
        const read = await allOf(samplesOf(log))
        assert.deepEqual(
          rows.map(({ id, epoch, scores }) => [id, epoch, scores?.length]),
          read.map((each) =>
            each.is === 'sample'
              ? [each.facts.id, each.facts.epoch, each.facts.scores?.length]
              : each.refusal,
          ),
        )
      },
    ),
    { numRuns: 80 },
  )
})

/** A value in which what JSON does not keep is gone, and NaN is a text. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  )
  return JSON.parse(text)
}

test('equal runs give equal bytes', async () => {
  const samples = [{ id: 1, epoch: 1, input: '', target: '' }]
  assert.ok((await writtenLog(samples)).equals(await writtenLog(samples)))
})

test('what was written before the run died can be read', async () => {
  const parts: Buffer[] = []
  const sink = async (bytes: Buffer): Promise<void> => void parts.push(bytes)
  const writer = await EvalLogWriter.begin(sink, { eval: specOf([1, 2, 3]) }, { journalEach: 2 })
  const sample = (id: number): JsonObject & { id: number; epoch: number } => ({ id, epoch: 1 })
  for (const id of [1, 2]) await writer.add(sample(id))
  const log = await openLog(sourceOf(Buffer.concat(parts)))
  assert.ok(log.ok)
  assert.equal(log.value.header.status, 'started')
  assert.deepEqual(
    Array.from(log.value.samples.values(), ({ id, epoch }) => [id, epoch]),
    [
      ['1', 1],
      ['2', 1],
    ],
  )
  const rows = (await allOf(summariesOf(log.value))).flat()
  assert.deepEqual(
    rows.map(({ id }) => id),
    [1, 2],
  )
})

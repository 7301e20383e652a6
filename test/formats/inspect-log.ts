import assert from 'node:assert/strict'
import type { InspectLog } from '#formats/inspect/log.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { EvalLogWriter, type LogEnd, type WriteOptions } from '#formats/inspect/write-log.ts'
import { encodeNonFinite } from '#formats/json/non-finite.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import { sourceOf } from '#formats/zip/source.ts'
import { type Packing, ZipWriter } from '#formats/zip/writer.ts'

export type Sample = JsonObject & { readonly id: string | number; readonly epoch: number }

/** What a log of a test says of its run. */
export const specOf = (ids: readonly (string | number)[], epochs = 1): JsonObject => ({
  eval_id: 'e1',
  run_id: 'r1',
  created: '2026-11-01T10:00:00+00:00',
  task: 'find-the-flaw',
  task_id: 't1',
  task_version: 0,
  dataset: { name: 'flaws', samples: ids.length, sample_ids: ids, shuffled: false },
  model: 'mockllm/model',
  config: { epochs },
  scorers: [{ name: 'match', options: {}, metrics: [], metadata: {} }],
})

/** A sample with one message, scored as said. */
export const sampleOf = (id: string | number, value: unknown, more: JsonObject = {}): Sample => ({
  id,
  epoch: 1,
  input: 'Where is the flaw?',
  target: 'In line 3',
  messages: [{ role: 'user', content: 'Where is the flaw?' }],
  output: { model: 'mockllm/model', choices: [], completion: '' },
  scores: { match: { value, answer: 'line 3' } },
  ...more,
})

const success: LogEnd = { status: 'success' }

/** The bytes of a log as the product writes it. */
export async function writtenLog(
  samples: readonly Sample[],
  { end = success, options = {} }: { end?: LogEnd; options?: WriteOptions } = {},
): Promise<Buffer> {
  const parts: Buffer[] = []
  const start = { eval: specOf(samples.map(({ id }) => id)) }
  const sink = async (bytes: Buffer): Promise<void> => void parts.push(bytes)
  const writer = await EvalLogWriter.begin(sink, start, options)
  for (const sample of samples) await writer.add(sample)
  await writer.finish(end)
  return Buffer.concat(parts)
}

/** An archive of members by their names, in order; a name may come twice. */
export async function archiveOf(
  members: readonly (readonly [string, unknown])[],
  packing: Packing = 'deflate',
): Promise<Buffer> {
  const parts: Buffer[] = []
  const zip = new ZipWriter(async (bytes) => void parts.push(bytes), packing)
  for (const [name, value] of members) await zip.add(name, Buffer.from(encodeNonFinite(value)))
  await zip.finish()
  return Buffer.concat(parts)
}

/** The log of bytes that have to be one. */
export async function opened(bytes: Buffer): Promise<InspectLog> {
  const log = await openLog(sourceOf(bytes))
  assert.ok(log.ok, log.ok ? '' : log.refusal.why)
  return log.value
}

/** Everything that comes, in its order. */
export async function allOf<T>(coming: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const each of coming) all.push(each)
  return all
}

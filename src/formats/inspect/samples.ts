import type { Plan } from '#formats/json/pieces.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import { type ByteSource, Unread } from '#formats/zip/source.ts'
import type { Refusal } from '#kernel/refusal.ts'
import {
  type InspectLog,
  keyOf,
  type LogRemark,
  logLimits,
  longMembers,
  type SampleEntry,
} from './log.ts'

import { jsonIn } from './open-log.ts'
import { factsOf, type SampleFacts } from './sample-facts.ts'
import { batchesAt, piecesAt, pieceValue, sizeOf, type TextPlace, valueAt } from './sample-text.ts'

/** A sample without its messages, events and attachments, or why it could not be read. */
export type LogSample =
  | {
      readonly is: 'sample'
      readonly entry: SampleEntry
      readonly facts: SampleFacts
      /** As they were read, unknown ones included. */
      readonly members: JsonObject
    }
  | { readonly is: 'unreadable'; readonly entry: SampleEntry; readonly refusal: Refusal }

/** The samples of a log, one at a time; a bad one costs itself only. */
export async function* samplesOf(log: InspectLog): AsyncGenerator<LogSample> {
  for (const entry of log.samples.values()) yield await readSample(log.source, entry)
}

export async function readSample(source: ByteSource, entry: SampleEntry): Promise<LogSample> {
  try {
    const members = await membersOf(source, entry)
    const facts = factsOf(members)
    if (facts === null) throw malformed('has no id')
    if (String(facts.id) !== entry.id || facts.epoch !== entry.epoch) {
      throw malformed(`calls itself sample ${facts.id} of epoch ${facts.epoch}`)
    }
    return { is: 'sample', entry, facts, members }
  } catch (error) {
    if (!(error instanceof Unread)) throw error
    const at = error.refusal.at ?? `sample ${entry.id} of epoch ${entry.epoch}`
    return { is: 'unreadable', entry, refusal: { ...error.refusal, at } }
  }
}

const malformed = (why: string): Unread => new Unread({ code: 'malformed', why })

async function membersOf(source: ByteSource, { place }: SampleEntry): Promise<JsonObject> {
  if (place.is !== 'chunked') return shortMembers(source, place)
  const shell = place.parts.get('sample')
  if (shell === undefined) throw malformed('has chunks, but no sample.json')
  const members = await shortMembers(source, { is: 'member', member: shell })
  const metadata = place.parts.get('metadata')
  if (metadata === undefined) return members
  return { ...members, metadata: await valueAt(source, { is: 'member', member: metadata }) }
}

const shortPlan: Plan = {
  members: new Map<string, Plan>(longMembers.map((name) => [name, 'skip'])),
  others: 'take',
}

async function shortMembers(source: ByteSource, place: TextPlace): Promise<JsonObject> {
  if (sizeOf(place) <= logLimits.sampleBytesWhole) {
    const value = await valueAt(source, place)
    if (!isObject(value)) throw malformed('is not a JSON object')
    const found: { [name: string]: unknown } = { ...value }
    for (const name of longMembers) delete found[name]
    return found
  }
  const found: { [name: string]: unknown } = {}
  for await (const piece of piecesAt(source, place, shortPlan)) {
    const [name] = piece.path
    if (name !== undefined && piece.is === 'taken') found[name] = pieceValue(piece, place)
  }
  return found
}

/**
 * What the log's own table says of each sample, some rows at a time, the last row of each sample:
 * much faster to be had than the samples, and less exact. Rows that are none are left out; a part
 * of the table that cannot be read costs itself only, and is told.
 */
export async function* summariesOf(
  log: InspectLog,
  remarks: LogRemark[] = [],
): AsyncGenerator<readonly SampleFacts[]> {
  const { summaries } = log
  if (summaries.is === 'read') {
    yield summaries.facts
    return
  }
  const [only, ...others] = summaries.members
  if (only === undefined) return
  if (others.length === 0) {
    yield* wholeRowsOf(log.source, only, remarks)
    return
  }
  const last = new Map<string, SampleFacts>()
  for (const member of summaries.members) {
    for await (const rows of wholeRowsOf(log.source, member, remarks)) {
      for (const row of rows) last.set(keyOf(row.id, row.epoch), row)
    }
  }
  yield [...last.values()]
}

async function* wholeRowsOf(
  source: ByteSource,
  member: ZipMember,
  remarks: LogRemark[],
): AsyncGenerator<readonly SampleFacts[]> {
  try {
    yield* rowsOf(source, member)
  } catch (error) {
    if (!(error instanceof Unread)) throw error
    const why = `the table of samples cannot be read on: ${error.refusal.why}`
    remarks.push({ why, at: error.refusal.at ?? member.name, isLost: true })
  }
}

async function* rowsOf(
  source: ByteSource,
  member: ZipMember,
): AsyncGenerator<readonly SampleFacts[]> {
  if (member.sizeBytes <= logLimits.sampleBytesWhole) {
    const rows = await jsonIn(source, member, logLimits.sampleBytesWhole)
    yield (isArray(rows) ? rows : []).flatMap(rowOf)
    return
  }
  const place = { is: 'member', member } as const
  for await (const pieces of batchesAt(source, place, { each: 'take' })) {
    yield pieces.flatMap((piece) => (piece.is === 'taken' ? rowOf(pieceValue(piece, place)) : []))
  }
}

const rowOf = (row: unknown): readonly SampleFacts[] => {
  const facts = isObject(row) ? factsOf(row) : null
  return facts === null ? [] : [facts]
}

import { z } from 'zod'
import { noRun } from '#features/engagement/desk.ts'
import { actorSide } from '#features/engagement/engagement.store.ts'
import {
  recordFor,
  recordReading,
  tellEngagement,
} from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { Shares } from '#features/report/shares.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { blobRefShape } from '#platform/blobs/blobs.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { jsonAnswer, problemAnswer } from '#platform/http/answer.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import { type Route, route } from '#platform/http/route.ts'
import { NotKept } from './kept-blobs.ts'
import { areResultsShown } from './present-run.ts'
import { EventSliceWire, SampleListWire, SampleTakenWire } from './run.wire.ts'
import { isContentShown, standingRun } from './run-standing.ts'
import {
  noteReading,
  partsOf,
  type SampleRow,
  type StoredPart,
  sampleOf,
  samplesOf,
} from './sample.store.ts'
import { ownerOfUpload, type PushParts, pushSample } from './sample-push.ts'
import { decodeEvent, type TranscriptEvent } from './transcript.ts'

export type SampleRouteParts = PushParts & {
  /** Samples that may be on their way at once. */
  readonly uploadsMax?: number
}

const uploadsMaxDefault = 32
const sampleBytesMax = 256 * 2 ** 20
const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const byName = z.strictObject({
  id: z.string().max(100),
  task: z.string().max(64),
  epoch: z.string().regex(/^[1-9]\d{0,4}$/),
})
const tag = 'evaluation'
const media = 'application/x-ndjson'

/** Finished samples: handing them in, what is there, and their transcripts in slices. */
export function sampleRoutes(parts: SampleRouteParts): readonly Route<Principal>[] {
  const { uploadsMax = uploadsMaxDefault } = parts
  const uploads = new Shares(uploadsMax, Math.max(1, uploadsMax / 2))
  return [pushRoute(parts, uploads), listRoute(parts), eventsRoute(parts)]
}

const path = '/v1/runs/{id}/samples/{task}/{epoch}'

const pushRoute = (parts: SampleRouteParts, uploads: Shares): Route<Principal> =>
  rawRoute({
    ...{ method: 'PUT', path, name: 'handInSample', tag },
    summary: 'Hand in a finished sample: itself in the first line, its transcript in the others',
    access: may('evaluate'),
    params: byName,
    takes: [media, 'application/octet-stream'],
    limits: { bytesMax: sampleBytesMax, idleMs: 60_000, wholeMs: 1_800_000 },
    answers: [201, 200].map((status) => ({
      status,
      description: status === 201 ? 'Kept.' : 'The very same was here already.',
      mediaType: 'application/json',
      shape: SampleTakenWire,
    })),
    problems: [
      ...([...refusals, 'malformed', 'invalid', 'conflict', 'not-in-this-state', 'gone'] as const),
      ...(['too-large', 'too-slow', 'saturated', 'no-space'] as const),
    ],
    before: async ({ carriesBody, principal }) => {
      if (!carriesBody) return no(problem('malformed', 'A sample is needed as the body.'))
      return uploads.hasRoom(principal.organisation) ? yes(null) : no(busy())
    },
    run: async ({ params: { id, task, epoch }, body, principal, requestId, clock }) => {
      const leave = uploads.enter(principal.organisation, 1)
      try {
        const name = { task, epoch: Number(epoch) }
        const push = { run: id, name, body, principal, now: clock.now() }
        const done = await pushSample(parts, push)
        if (!done.ok) return problemAnswer(done.refusal, requestId)
        return jsonAnswer(done.value.isSame ? 200 : 201, done.value)
      } catch (error) {
        if (!(error instanceof NotKept)) throw error
        const why = `Nothing was stored: the sample ${error.message}. Try again later.`
        return problemAnswer(problem('no-space', why), requestId)
      } finally {
        leave()
      }
    },
  })

const busy = () =>
  problem('saturated', 'Too many samples are on their way; nothing of this was stored.', {
    headers: { 'retry-after': '2' },
  })

const listRoute = ({ pool, keys }: SampleRouteParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/samples', name: 'samples', tag },
    summary: 'What is there of a run, by task and attempt: a runner goes on from it',
    access: mayEither('offer', 'evaluate'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: z.strictObject({
      afterTask: z.string().max(64).optional(),
      afterEpoch: z.int().min(0).max(99_999).default(0),
      limit: z.int().min(1).max(1_000).default(200),
      /** How it ended; not to be asked for where results are not shown yet. */
      outcome: z.enum(outcomes).optional(),
      /** Part of the name of a task or a family. */
      words: z.string().max(100).optional(),
    }),
    output: SampleListWire,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params: { id }, query, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const found = await standingRun(tx, keys, { id, now })
        if (found === null) return no(noRun())
        const { afterTask: task, afterEpoch: epoch, limit, outcome, words } = query
        // Which samples ended so is what a look shows: it is not to be had by asking for them.
        const isLook = outcome !== undefined && !areResultsShown(found)
        if (isLook) return no(problem('not-in-this-state', 'Results are not shown yet.'))
        const reading = { action: 'run.read', kind: 'run', record: id, part: 'samples' } as const
        await recordReading(tx, found.run.engagement, [{ at: now, ...reading }])
        const after = task === undefined ? null : { task, epoch }
        const rows = await samplesOf(tx, keys.evaluation, {
          ...{ run: found.run, after, limit, outcome, words },
        })
        const side = await actorSide(tx, found.run.engagement)
        const isWhyShown = side === 'evaluator' ? found.run.mayQuery : isContentShown(found)
        const last = rows.at(-1)
        const isMore = rows.length === limit && last !== undefined
        return yes({
          items: rows.map((row) => presented(row, areResultsShown(found), isWhyShown)),
          next: isMore ? { afterTask: last.task, afterEpoch: last.epoch } : null,
        })
      }),
  })

function presented(row: SampleRow, isShown: boolean, isWhyShown: boolean) {
  const { task, epoch, digest, events, sizeBytes, sample } = row
  const { family, difficulty, stratum, outcome, reward } = row
  const result = {
    ...{ family, difficulty, stratum, outcome, reward },
    why: isWhyShown ? (sample?.why ?? null) : null,
    tokens: sample?.tokens ?? null,
    ...{ tokenLimit: sample?.tokenLimit ?? null, turns: sample?.turns ?? null },
    ...{ microUsd: sample?.microUsd ?? null, workingMs: sample?.workingMs ?? null },
    ...{ startedAt: sample?.startedAt ?? null, endedAt: sample?.endedAt ?? null },
    contaminations: sample === null ? null : [...sample.contaminations],
  }
  const handedInAt = row.handedAt.toISOString()
  return { task, epoch, digest, handedInAt, events, sizeBytes, result: isShown ? result : null }
}

/** A slice has so many events at most, and so many bytes where it has more than one. */
const sliceEventsMax = 500
const sliceBytesMax = 8 * 2 ** 20

const eventsRoute = ({ pool, keys, blobs }: SampleRouteParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: `${path}/events`, name: 'transcript', tag, params: byName },
    summary: 'A slice of a transcript: for who may fetch the pack, and as the terms say',
    access: mayEither('offer', 'evaluate'),
    query: z.strictObject({
      from: z.int().min(0).max(10_000_000).default(0),
      count: z.int().min(1).max(sliceEventsMax).default(100),
    }),
    output: EventSliceWire,
    problems: [...refusals, 'gone'],
    run: async ({ principal, params, query: { from, count }, clock }) => {
      const name = { task: params.task, epoch: Number(params.epoch) }
      const reading = { id: params.id, name, range: { from, to: from + count }, now: clock.now() }
      const found = await asActor(pool, actorOf(principal), (tx) => slice(tx, keys, reading))
      if (!found.ok) return found
      const { row, parts, run } = found.value
      const open = ({ blob }: StoredPart) =>
        blobs.open(blobRefShape.parse(blob), ownerOfUpload(run.id, row.upload ?? ''), run)
      const events = await eventsIn(parts, reading.range, open)
      return yes({ total: row.events, from, events })
    },
  })

type Reading = {
  readonly id: string
  readonly name: { readonly task: string; readonly epoch: number }
  readonly range: { readonly from: number; readonly to: number }
  readonly now: Date
}

type Slice = {
  readonly row: SampleRow
  readonly parts: readonly StoredPart[]
  readonly run: { readonly id: string; readonly salt: Buffer }
}

const mayNot = (why: string): Result<never, Problem> => no(problem('not-allowed', why))

/** The pieces that hold a slice, for whoever may read it; that they read it is written down. */
async function slice(
  tx: Tx,
  keys: PushParts['keys'],
  { id, name, range, now }: Reading,
): Promise<Result<Slice, Problem>> {
  const found = await standingRun(tx, keys, { id, now })
  const row = found && (await sampleOf(tx, keys.evaluation, { run: found.run, name }))
  if (found === null || row === null) {
    return no(problem('not-found', 'There is no such sample for you.'))
  }
  const { run } = found
  const side = await actorSide(tx, run.engagement)
  if (side === 'evaluator' && !run.mayQuery) {
    return mayNot('You may see that this pack exists, and not what it was answered.')
  }
  if (side === 'developer' && !isContentShown(found)) {
    return mayNot('The terms do not show the developer what the model was asked and said.')
  }
  if (run.salt === null) return no(problem('gone', 'It was destroyed.'))
  if (await noteReading(tx, row.no, now)) {
    const fields = { task: name.task, epoch: String(name.epoch) }
    const of = { action: 'run.read', kind: 'run', record: run.id, fields } as const
    await recordFor(tx, run.engagement, [{ at: now, ...of, digest: row.digest }])
    await tellEngagement(tx, run.engagement, now)
  }
  // The database gives transcripts to no developer: its terms were looked up above.
  const parts = await (side === 'developer'
    ? actingAs(tx, systemActor, (system) => partsOf(system, row.no, range))
    : partsOf(tx, row.no, range))
  return yes({ row, parts, run: { id: run.id, salt: run.salt } })
}

/** The events of a range: as many as fit into an answer, and one at least. */
async function eventsIn(
  parts: readonly StoredPart[],
  { from, to }: Reading['range'],
  open: (part: StoredPart) => AsyncIterable<Uint8Array>,
): Promise<TranscriptEvent[]> {
  const events: TranscriptEvent[] = []
  let sizeBytes = 0
  for (const part of parts) {
    const pieces: Uint8Array[] = []
    for await (const piece of open(part)) pieces.push(piece)
    const lines = Buffer.concat(pieces).toString('utf8').split('\n').slice(0, -1)
    for (const [index, line] of lines.entries()) {
      const n = part.firstEvent + index
      if (n < from || n >= to) continue
      sizeBytes += line.length
      if (events.length > 0 && sizeBytes > sliceBytesMax) return events
      const event = decodeEvent(line, n)
      if (!event.ok) throw new TypeError(`a transcript that was kept ${event.refusal}`)
      events.push(event.value)
    }
  }
  return events
}

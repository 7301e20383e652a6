import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { z } from 'zod'
import type { Label } from '#features/label/label.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problemAnswer } from '#platform/http/answer.ts'
import { invalid, notFound } from '#platform/http/arrival.ts'
import type { CursorOf, Cursors } from '#platform/http/cursor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import { type Route, route } from '#platform/http/route.ts'
import { answerKept, type KeptAnswer } from './idempotency.store.ts'
import {
  type Deposit,
  type Deposited,
  type DepositOnce,
  deposit,
  type ImportTold,
  importById,
  listImported,
  listImports,
} from './import.store.ts'
import { contentOwner, type ReportKeys } from './incoming.ts'
import { labelHeader, labelNumber, labelOfHeader } from './label-header.ts'
import { labelledDigest } from './receive.ts'
import {
  ImportAcceptedWire,
  ImportedReportListWire,
  ImportListWire,
  ImportWire,
} from './report.wire.ts'
import { onceKeyOf } from './report-arrival.ts'
import { Shares } from './shares.ts'
import { storedText } from './stored-json.ts'
import { HandInHeadersWire } from './tap.wire.ts'

export type ImportParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly clock: Clock
  readonly keys: ReportKeys
  readonly cursors: Cursors
  /** The formats that a sender may ask for. */
  readonly formats: readonly string[]
  /** Documents that may be on their way at once. */
  readonly uploadsMax?: number
}

/** Documents that are handed in as a whole, and what becomes of them. */
export const importRoutes = (parts: ImportParts): readonly Route<Principal>[] => [
  bulkRoute(parts),
  listRoute(parts),
  detailRoute(parts),
  reportsRoute(parts),
]

/** What a document may hold. */
const documentBytesMax = 256 * 2 ** 20
const uploadsMaxDefault = 16
/** Of the documents on their way one organisation has at most half, however slow it sends. */
const ownPart = 2

const bulkTypes = [
  ...['application/octet-stream', 'application/x-ndjson', 'application/json', 'text/plain'],
  ...['text/csv', 'application/xml', 'application/gzip', 'application/zip'],
]

function bulkRoute(parts: ImportParts): Route<Principal> {
  const { formats, uploadsMax = uploadsMaxDefault } = parts
  const uploads = new Shares(uploadsMax, Math.max(1, uploadsMax / ownPart))
  return rawRoute({
    ...{ method: 'POST', path: '/v1/reports/bulk', name: 'submitDocument', tag: 'intake' },
    summary: 'Hand in a document of any format that is read here, packed or not',
    access: may('hand-in'),
    query: z.strictObject({
      name: z.string().min(1).max(500).optional(),
      series: z.string().min(1).max(300).optional(),
      format: z.string().min(1).max(60).optional(),
    }),
    headers: HandInHeadersWire,
    takes: bulkTypes,
    limits: { bytesMax: documentBytesMax, idleMs: 30_000, wholeMs: 3_600_000 },
    answers: [
      {
        ...{ status: 202, description: 'On disk.', mediaType: 'application/json' },
        shape: ImportAcceptedWire,
      },
    ],
    problems: [
      'malformed',
      'invalid',
      'too-slow',
      'too-large',
      'saturated',
      'no-space',
      'above-ceiling',
    ],
    before: async ({ carriesBody, rawHeaders, principal, query: { format } }) => {
      if (/^\s*multipart\//i.test(rawHeaders['content-type'] ?? '')) {
        return no(problem('wrong-type', 'Send the document itself as the body, not a form.'))
      }
      if (!carriesBody) return no(problem('malformed', 'A document is needed as the body.'))
      const onceKey = onceKeyOf(rawHeaders['idempotency-key'])
      if (onceKey === undefined) return no(problem('malformed', badKey))
      if (format !== undefined && !formats.includes(format)) {
        const detail = `No format is called so; there are ${formats.join(', ')}.`
        const errors = [{ in: 'query', pointer: '/format', detail }] as const
        return no(problem('invalid', 'This format is not known.', { errors }))
      }
      const label = labelOfHeader(rawHeaders[labelHeader])
      if (!label.ok) return label
      if (!uploads.hasRoom(principal.organisation)) return no(busy())
      return yes({ onceKey, label: label.value })
    },
    run: async ({ body, ticket, query, principal, requestId }) => {
      const leave = uploads.enter(principal.organisation, 1)
      try {
        const { name = null, series = null, format = null } = query
        const wish = { name, series, format }
        const taken = await takeDocument(parts, { body, ...ticket, principal, wish })
        return taken.ok ? taken.value : problemAnswer(taken.refusal, requestId)
      } finally {
        leave()
      }
    },
  })
}

type Document = {
  readonly body: AsyncIterable<Uint8Array>
  readonly onceKey: string | null
  readonly principal: Principal
  readonly wish: Pick<Deposit, 'series' | 'format'> & { readonly name: string | null }
  readonly label: Label | null
}

/** Keeps a document while it comes in, and makes an import of it, or nothing at all. */
async function takeDocument(
  { pool, blobs, clock, keys }: ImportParts,
  { body, onceKey, label, principal, wish }: Document,
): Promise<Result<KeptAnswer, Problem>> {
  const { organisation } = principal
  const actor = actorOf(principal)
  const number = await labelNumber(pool, actor, label)
  if (!number.ok) return number
  const blob = await blobs.put(body, { sealed: true, associatedData: contentOwner(organisation) })
  if (!blob.ok) return no(notKept(blob.refusal.code))
  // A document without a name continues no other: what one lacks says nothing of the other.
  const name = storedText(wish.name ?? `document ${blob.value.sha256.slice(0, 12)}`)
  const document = { ...wish, name, blob: blob.value, label: number.value }
  const once = onceKey === null ? null : onceOf(onceKey, document, label)
  const deposited = await deposit(pool, actor, { document, once, now: clock.now(), keys })
  if (deposited !== null) return yes(acceptedAnswer(deposited))
  const found = once && (await asActor(pool, actor, (tx) => answerKept(tx, organisation, once)))
  if (found === null) return no(busy())
  return found === 'other' ? no(problem('invalid', keyUsed)) : yes(found)
}

const badKey = 'Idempotency-Key must be 1 to 255 visible ASCII characters.'
const keyUsed = 'This Idempotency-Key was used for another request; nothing was stored.'

const busy = () =>
  problem('saturated', 'Too many documents are on their way; nothing of this was stored.', {
    headers: { 'retry-after': '5' },
  })

const notKept = (code: string) =>
  code === 'disk-full'
    ? problem('no-space', 'The disk of this service is full; nothing of this was stored.')
    : problem('saturated', 'The document cannot be kept at the moment; nothing was stored.', {
        headers: { 'retry-after': '5' },
      })

function onceOf(
  key: string,
  { blob, name, series, format }: Deposit,
  label: Label | null,
): DepositOnce {
  const says = JSON.stringify(['bulk', blob.sha256, name, series, format])
  const digest = labelledDigest(createHash('sha256').update(says).digest(), label)
  return { key, digest, answerOf: acceptedAnswer }
}

const acceptedAnswer = ({ id, isKnown }: Deposited): KeptAnswer => ({
  status: 202,
  headers: {
    ...{ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    ...{ location: `/v1/imports/${id}`, link: `</v1/imports/${id}>; rel="monitor"` },
  },
  body: JSON.stringify({
    ...{ import: id, isKnown },
    message: isKnown
      ? 'These very bytes were handed in before; nothing is stored twice.'
      : 'Stored. Each finding gets a receipt of its own as it is read.',
  } satisfies z.infer<typeof ImportAcceptedWire>),
})

const pageQuery = z.strictObject({
  after: z.string().max(200).optional(),
  limit: z.int().min(1).max(1_000).default(200),
})

const wrongPlace = () =>
  invalid([
    { in: 'query', pointer: '/after', detail: 'Give back what the list before named as `next`.' },
  ])

const placeText = (cursors: Cursors, no: number, of: CursorOf): string =>
  cursors.seal(String(no).padStart(15, '0'), of)

/** The number that a list is to go on from. */
function placeIn(
  cursors: Cursors,
  after: string | undefined,
  of: CursorOf,
): number | null | 'none' {
  if (after === undefined) return null
  const place = cursors.open(after, of)
  return place === null ? 'none' : Number(place)
}

const listRoute = ({ pool, cursors }: ImportParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/imports', name: 'imports', tag: 'intake' },
    summary: 'Documents that were handed in, newest first',
    access: mayEither('read', 'hand-in'),
    query: pageQuery,
    output: ImportListWire,
    problems: ['unauthenticated', 'invalid'],
    run: async ({ query, principal }) => {
      const limit = Math.min(query.limit, 200)
      const of = { list: 'imports', person: principal.person, query: {} }
      const after = placeIn(cursors, query.after, of)
      if (after === 'none') return no(wrongPlace())
      const found = await asActor(pool, actorOf(principal), (tx) =>
        listImports(tx, { after, limit }),
      )
      const last = found.length === limit ? found.at(-1) : undefined
      return yes({
        items: found.map(presentImport),
        next: last ? placeText(cursors, last.no, of) : null,
      })
    },
  })

const detailRoute = ({ pool }: ImportParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/imports/{id}', name: 'showImport', tag: 'intake' },
    summary: 'What became of a document',
    access: mayEither('read', 'hand-in'),
    params: z.strictObject({ id: z.string().max(100) }),
    output: ImportWire,
    problems: ['unauthenticated', 'not-found'],
    run: async ({ params, principal }) => {
      const found = await asActor(pool, actorOf(principal), (tx) => importById(tx, params.id))
      return found === null ? no(notFound()) : yes(presentImport(found))
    },
  })

const reportsRoute = ({ pool, cursors }: ImportParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/imports/{id}/reports', name: 'importedReports', tag: 'intake' },
    summary: 'The findings of a document in their order, with a receipt each',
    access: mayEither('read', 'hand-in'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: pageQuery,
    output: ImportedReportListWire,
    problems: ['unauthenticated', 'not-found', 'invalid'],
    run: async ({ params, query, principal }) => {
      const { limit } = query
      const of = { list: 'imported', person: principal.person, query: params }
      const after = placeIn(cursors, query.after, of)
      if (after === 'none') return no(wrongPlace())
      const rows = await asActor(pool, actorOf(principal), async (tx) =>
        (await importById(tx, params.id)) === null
          ? null
          : listImported(tx, params.id, { after, limit }),
      )
      if (rows === null) return no(notFound())
      const items = rows.map(({ case_id, outcome, ...rest }) => ({
        ...{ ...rest, case: case_id, outcome: outcomeOf(outcome) },
      }))
      const last = items.length === limit ? items.at(-1) : undefined
      return yes({ items, next: last ? placeText(cursors, last.ordinal, of) : null })
    },
  })

const outcomes = ['waiting', 'new', 'duplicate', 'unchanged', 'refreshed', 'aside'] as const

function outcomeOf(text: string): (typeof outcomes)[number] {
  const outcome = outcomes.find((one) => one === text)
  if (!outcome) throw new TypeError(`not an outcome: ${text}`)
  return outcome
}

function presentImport(found: ImportTold): z.infer<typeof ImportWire> {
  const { told, receivedAt, finishedAt } = found
  const { problems, ...whole } = told
  // Of cases that whoever asks may not be shown, each report is as one that is new.
  const unknown = { cases: whole.placed, duplicates: 0, suggestions: 0 }
  const counts = found.isCleared ? whole : { ...whole, ...unknown }
  return {
    ...{ id: found.id, name: found.name, series: found.series, format: found.format },
    ...{ state: found.state, sizeBytes: found.sizeBytes, sha256: found.sha256, counts, problems },
    receivedAt: receivedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}

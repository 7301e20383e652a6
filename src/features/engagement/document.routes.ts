import { z } from 'zod'
import { mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { jsonAnswer, problemAnswer } from '#platform/http/answer.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { mediaTypeOf } from '#platform/http/media-type.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import type { Route } from '#platform/http/route.ts'
import { type DeskParts, deskRefusals, noEngagement } from './desk.ts'
import { documentById, documentsOf, type HandedDocument, keepDocument } from './document.store.ts'
import { actorSide } from './engagement.store.ts'
import { recordFor, tellEngagement } from './engagement-event.store.ts'

const either = mayEither('offer', 'evaluate')
const documentBytesMax = 20 * 2 ** 20
const documentsMax = 100

const DocumentTakenWire = z
  .strictObject({ id: z.string(), sha256: z.string() })
  .meta({ id: 'DocumentTaken' })

/** Agreements and disclosures as files: handed in by either side, read by both. */
export const documentRoutes = (parts: DeskParts): readonly Route<Principal>[] => [
  handInRoute(parts),
  readRoute(parts),
]

const handInRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  rawRoute({
    ...{ method: 'POST', path: '/v1/engagements/{id}/documents', name: 'addDocument' },
    ...{ tag: 'engagements', summary: 'Hand in an agreement or a disclosure as a file' },
    access: either,
    params: z.strictObject({ id: z.string().max(100) }),
    query: z.strictObject({ name: lineShape(300) }),
    problems: [...deskRefusals, 'malformed', 'already-there', 'too-large', 'not-in-this-state'],
    takes: ['application/pdf', 'text/plain', 'application/octet-stream'],
    limits: { bytesMax: documentBytesMax, idleMs: 30_000, wholeMs: 300_000 },
    answers: [
      {
        ...{ status: 201, description: 'Kept.', mediaType: 'application/json' },
        shape: DocumentTakenWire,
      },
    ],
    before: async ({ carriesBody }) =>
      carriesBody ? yes(null) : no(problem('malformed', 'The file is needed as the body.')),
    run: async ({ principal, params, query, body, rawHeaders, requestId, clock }) => {
      const bytes = await body.whole()
      const mediaType = mediaTypeOf(rawHeaders['content-type'])?.essence
      const kept = await keptAs(pool, keys, {
        principal,
        of: {
          ...{ engagement: params.id, name: query.name, bytes, now: clock.now() },
          mediaType: mediaType ?? 'application/octet-stream',
        },
      })
      return kept.ok ? jsonAnswer(201, kept.value) : problemAnswer(kept.refusal, requestId)
    },
  })

type Handing = { readonly principal: Principal; readonly of: Omit<HandedDocument, 'side'> }

const keptAs = (
  pool: DeskParts['pool'],
  keys: DeskParts['keys'],
  { principal, of }: Handing,
): Promise<Result<z.infer<typeof DocumentTakenWire>, Problem>> =>
  asActor(pool, actorOf(principal), async (tx) => {
    const side = await actorSide(tx, of.engagement)
    if (side === null) return no(noEngagement())
    const there = await documentsOf(tx, keys, of.engagement)
    if (there.length >= documentsMax) {
      return no(problem('not-in-this-state', `${documentsMax} documents are kept at most.`))
    }
    const kept = await keepDocument(tx, keys, { ...of, side })
    if (kept === null) return no(problem('already-there', 'This very file is there already.'))
    const { id, sha256 } = kept
    const entry = { at: of.now, action: 'engagement.document', kind: 'document' } as const
    await recordFor(tx, of.engagement, [
      { ...entry, record: id, digest: sha256, fields: { part: 'handed in', sha256 } },
    ])
    await tellEngagement(tx, of.engagement, of.now)
    return yes({ id, sha256 })
  })

const readRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/engagements/{id}/documents/{document}', name: 'document' },
    ...{ tag: 'engagements', summary: 'One document as it was handed in' },
    access: either,
    params: z.strictObject({ id: z.string().max(100), document: z.string().max(100) }),
    problems: [...deskRefusals, 'gone'],
    sends: ['application/octet-stream'],
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const wanted = { engagement: params.id, id: params.document }
        const found = await documentById(tx, keys, wanted)
        if (found === null) return no(problem('not-found', 'There is no such document.'))
        const { sha256: digest, name: fileName, bytes: content, mediaType } = found
        if (content === null) return no(problem('gone', 'This document is destroyed.'))
        const entry = { at: clock.now(), action: 'engagement.read', kind: 'document' } as const
        const fields = { part: 'document' }
        await recordFor(tx, params.id, [{ ...entry, record: found.id, digest, fields }])
        return yes({ fileName, mediaType, content, sizeBytes: content.length })
      }),
  })

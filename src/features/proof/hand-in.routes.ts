import { join } from 'node:path'
import type { Pool } from 'pg'
import { z } from 'zod'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { Shares } from '#features/report/shares.ts'
import { unreachable } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/http/answer.ts'
import type { Body } from '#platform/http/body.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import type { Route } from '#platform/http/route.ts'
import { type BundleFault, type HandInParts, handIn, type NotTaken } from './hand-in.ts'
import { isOfMachine } from './machine-trouble.ts'
import { type Asked, type ProofReport, reportFor } from './proof.store.ts'
import { ProofTakenWire } from './proof.wire.ts'
import { proofsOfReportMax, waitingOfOrganisationMax } from './proof-room.store.ts'
import { withScratch, writeScratch } from './scratch.ts'

export type HandInRouteParts = HandInParts & {
  /** Where a bundle lies while it is looked at. */
  readonly scratch: string
  /** Bundles that may be on their way at once. */
  readonly uploadsMax?: number
}

/** What an archive may hold. */
export const bundleBytesMax = 64 * 2 ** 20
const uploadsMaxDefault = 8

const archiveTypes = [
  ...['application/octet-stream', 'application/gzip', 'application/x-tar', 'application/zip'],
]

const face = {
  takes: archiveTypes,
  limits: { bytesMax: bundleBytesMax, idleMs: 30_000, wholeMs: 600_000 },
  answers: [
    ...[201, 200].map((status) => ({
      status,
      description: status === 201 ? 'Kept, and waiting to be run.' : 'It was here already.',
      mediaType: 'application/json',
      shape: ProofTakenWire,
    })),
  ],
} as const

const problems = [
  ...(['malformed', 'not-found', 'gone', 'invalid', 'too-slow', 'too-large'] as const),
  ...(['saturated', 'no-space', 'not-in-this-state', 'too-many-requests'] as const),
]

/** Bundles that are handed in for a report: by whoever reported, and by who decides. */
export function handInRoutes(parts: HandInRouteParts): readonly Route<Principal>[] {
  const { uploadsMax = uploadsMaxDefault } = parts
  const uploads = new Shares(uploadsMax, Math.max(1, uploadsMax / 2))
  const taking = { ...parts, uploads }
  const bySubmitter = rawRoute({
    ...{ method: 'PUT', path: '/v1/submissions/{receipt}/proof', name: 'handInProof' },
    ...{ tag: 'intake', summary: 'Hand in a proof of a report: an archive with a proof.yaml' },
    access: may('hand-in'),
    params: z.strictObject({ receipt: z.string().max(200) }),
    ...face,
    problems,
    before: async ({ carriesBody, principal }) => admitted(uploads, carriesBody, principal),
    run: ({ body, params, principal, requestId }) =>
      taken(taking, { body, asked: params, principal, requestId }),
  })
  const byDecider = rawRoute({
    ...{ method: 'POST', path: '/v1/cases/{id}/proofs', name: 'addProof', tag: 'proofs' },
    summary: 'Add a proof to a report of a case, or to its best evidenced one',
    access: may('decide', 'read-proofs', 'hand-in'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: z.strictObject({ report: z.string().max(100).optional() }),
    ...face,
    problems,
    before: async ({ carriesBody, principal }) => admitted(uploads, carriesBody, principal),
    run: ({ body, params, query, principal, requestId }) => {
      const asked = { case: params.id, report: query.report ?? null }
      return taken(taking, { body, asked, principal, requestId })
    },
  })
  return [bySubmitter, byDecider]
}

async function admitted(uploads: Shares, carriesBody: boolean, { organisation }: Principal) {
  if (!carriesBody) return no(problem('malformed', 'An archive is needed as the body.'))
  return uploads.hasRoom(organisation) ? yes(null) : no(busy())
}

/** The report that a bundle is for, before a byte of it is read. */
async function reportOf(
  pool: Pool,
  principal: Principal,
  asked: Asked,
): Promise<Result<ProofReport, Problem>> {
  const found = await asActor(pool, actorOf(principal), (tx) => reportFor(tx, asked))
  if (found.ok) return found
  if (found.refusal === 'unknown') return no(problem('not-found', 'There is no such report.'))
  return no(gone())
}

const gone = () =>
  problem('gone', 'What came with this report was destroyed, and so would this be.')

const busy = () =>
  problem('saturated', 'Too many bundles are on their way; nothing of this was stored.', {
    headers: { 'retry-after': '5' },
  })

type Taking = {
  readonly body: Body
  readonly asked: Asked
  readonly principal: Principal
  readonly requestId: string
}

async function taken(
  parts: HandInRouteParts & { readonly uploads: Shares },
  { body, asked, principal, requestId }: Taking,
): Promise<Answer> {
  const { organisation, person } = principal
  const leave = parts.uploads.enter(organisation, 1)
  try {
    const report = await reportOf(parts.pool, principal, asked)
    if (!report.ok) return problemAnswer(report.refusal, requestId)
    return await withScratch(parts.scratch, async (folder) => {
      const archive = join(folder, 'bundle')
      await writeScratch(archive, body)
      const by = { organisation, person, actor: actorOf(principal), attachment: null }
      const done = await handIn(parts, { archive, report: report.value, ...by })
      if (!done.ok) return problemAnswer(problemOf(done.refusal), requestId)
      return jsonAnswer(done.value.isSame ? 200 : 201, done.value)
    })
  } catch (error) {
    if (!isOfMachine(error)) throw error
    return problemAnswer(problemOf({ is: 'not-kept', why: 'cannot be kept for now' }), requestId)
  } finally {
    leave()
  }
}

const faultsMax = 50

function problemOf(refusal: NotTaken): Problem {
  switch (refusal.is) {
    case 'not-kept':
      return problem('no-space', `Nothing was stored: the bundle ${refusal.why}. Try again later.`)
    case 'destroyed':
      return gone()
    case 'report-full': {
      const why = `This report has ${proofsOfReportMax} proofs, which is as many as one may have.`
      return problem('not-in-this-state', `${why} Nothing was stored.`)
    }
    case 'queue-full': {
      const why = `${waitingOfOrganisationMax} proofs of yours wait to be run`
      const headers = { 'retry-after': '600' }
      return problem('too-many-requests', `${why}. Nothing was stored.`, { headers })
    }
    case 'faulty':
      return faulty(refusal.faults)
    default:
      return unreachable(refusal)
  }
}

function faulty(faults: readonly BundleFault[]): Problem {
  const errors = faults
    .slice(0, faultsMax)
    .map(({ pointer, detail }) => ({ in: 'body', pointer, detail }) as const)
  const first = errors[0] === undefined ? '' : ` ${errors[0].detail}`
  return problem('invalid', `This is no bundle that can be run.${first}`, { errors })
}

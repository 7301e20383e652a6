import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { labelsOf } from '#features/label/label.store.ts'
import { countOpening, ReasonHeaders } from '#features/label/read-budget.store.ts'
import { joinedOf, labelHeadersOf, shownLabel } from '#features/label/shown.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { contentOwner } from '#features/report/incoming.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Blobs, blobRefShape } from '#platform/blobs/blobs.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { openedManifest, openedShown, presentProof, presentRun } from './present-proof.ts'
import {
  type EvidenceChanged,
  holdCases,
  keptOf,
  type ProofRow,
  proofById,
  proofsOfCase,
  runsOf,
  setDispute,
  tellProof,
} from './proof.store.ts'
import { ProofListWire, ProofWire } from './proof.wire.ts'
import { openFor, type ProofKeys } from './proof-keys.ts'

export type ProofParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: ProofKeys
  readonly evidenceChanged: EvidenceChanged
}

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const budget = ['reason-needed', 'reading-stopped'] as const
const byId = z.strictObject({ id: z.string().max(100) })
const unknown = () => problem('not-found', 'There is no such proof.')

/** Proofs: what they claim, what running them showed, and what people say of them. */
export const proofRoutes = (parts: ProofParts): readonly Route<Principal>[] => [
  listRoute(parts),
  detailRoute(parts),
  bundleRoute(parts),
  disputeRoute(parts),
  withdrawRoute(parts),
]

const listRoute = ({ pool }: ProofParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/cases/{id}/proofs', name: 'caseProofs', tag: 'proofs' },
    summary: 'The proofs of a case, the best evidenced first',
    access: may('read-proofs'),
    params: byId,
    output: ProofListWire,
    problems: refusals,
    run: async ({ principal, params }) => {
      const { rows, labels } = await asActor(pool, actorOf(principal), async (tx) => {
        const rows = await proofsOfCase(tx, params.id)
        return { rows, labels: await labelsIn(tx, rows) }
      })
      return done({ items: rows.map(presentProof) }, labelHeadersOf(labels))
    },
  })

const labelsIn = async (tx: Tx, rows: readonly ProofRow[]) => [
  ...(
    await labelsOf(
      tx,
      rows.map(({ label }) => label),
    )
  ).values(),
]

type Reading = {
  readonly id: string
  readonly principal: Principal
  readonly headers: z.infer<typeof ReasonHeaders>
  readonly now: Date
  /** What was taken: the page or the bundle. */
  readonly part: 'page' | 'bundle'
}

/** A proof that the actor may see, which is counted and written down. */
async function readProof(
  tx: Tx,
  { id, principal, headers, now, part }: Reading,
): Promise<Result<ProofRow, Problem>> {
  const found = await proofById(tx, id)
  if (found === null) return no(unknown())
  const opening = { kind: 'proofs', records: [found.id], headers, now } as const
  const counted = await countOpening(tx, principal, opening)
  if (!counted.ok) return counted
  const of = { action: 'proof.read', kind: 'proof', record: found.id } as const
  const entry = { at: now, ...of, digest: found.sha256, about: [found.report], fields: { part } }
  await record(tx, [{ ...entry, ...counted.value }])
  return yes(found)
}

const detailRoute = ({ pool, keys }: ProofParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/proofs/{id}', name: 'proof', tag: 'proofs' },
    summary: 'One proof: what it claims, the ladder of evidence, its runs and its patch',
    access: mayEither('read-proofs', 'hand-in'),
    params: byId,
    headers: ReasonHeaders,
    output: ProofWire,
    problems: [...refusals, ...budget],
    run: ({ principal, params, headers, clock }) => {
      const reading = { id: params.id, principal, headers, now: clock.now(), part: 'page' } as const
      return asActor(pool, actorOf(principal), async (tx) => {
        const found = await readProof(tx, reading)
        if (!found.ok) return found
        const labels = await labelsIn(tx, [found.value])
        const label = joinedOf(labels)
        if (label === null) throw new TypeError('a proof that was found has no label')
        const shown = await wholeOf(tx, found.value, keys)
        return done({ ...shown, label: shownLabel(label) }, labelHeadersOf(labels))
      })
    },
  })

/** A proof with everything that its keys open. */
async function wholeOf(
  tx: Tx,
  row: ProofRow,
  keys: ProofKeys,
): Promise<Omit<z.infer<typeof ProofWire>, 'label'>> {
  const { salt, manifest: sealed } = await keptOf(tx, row.no)
  const own = { id: row.report, salt }
  const opened = openedManifest(openFor(keys, own, { id: row.id, sealed }))
  const runs = await runsOf(tx, row.no)
  return {
    ...presentProof(row),
    manifest: opened?.manifest ?? null,
    patch: opened?.patch ?? null,
    runs: runs.map((run) => {
      const shown = openFor(keys, own, { id: run.id, sealed: run.record })
      return presentRun(run, openedShown(shown))
    }),
  }
}

const bundleRoute = ({ pool, blobs, keys }: ProofParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/proofs/{id}/bundle', name: 'proofBundle', tag: 'proofs' },
    summary: 'The archive as it was handed in',
    access: mayEither('read-proofs', 'hand-in'),
    params: byId,
    headers: ReasonHeaders,
    problems: [...refusals, ...budget, 'gone'],
    sends: ['application/octet-stream'],
    run: async ({ principal, params, headers, clock }) => {
      const now = clock.now()
      const reading = { id: params.id, principal, headers, now, part: 'bundle' } as const
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const row = await proofById(tx, params.id)
        if (row === null) return no(unknown())
        const isGone = row.destroyedAt !== null || keys.destroyed.has(row.report)
        if (isGone) return no(problem('gone', 'It was destroyed with what came with its report.'))
        const read = await readProof(tx, reading)
        if (!read.ok) return read
        return yes({ row, kept: await keptOf(tx, row.no), labels: await labelsIn(tx, [row]) })
      })
      if (!found.ok) return found
      const { row, kept, labels } = found.value
      const ref = blobRefShape.parse(kept.blob)
      const own = kept.salt === null ? undefined : { id: row.report, salt: kept.salt }
      const content = blobs.open(ref, contentOwner(kept.handedOrganisation), own)
      const file = { fileName: row.id, mediaType: 'application/octet-stream' }
      return done({ ...file, sizeBytes: ref.sizeBytes, content }, labelHeadersOf(labels))
    },
  })

/** Who decides of a proof has to see it. */
const deciding = may('decide', 'read-proofs', 'hand-in')

const whyShape = lineShape(500)

const disputeRoute = (parts: ProofParts): Route<Principal> =>
  route({
    ...{ method: 'PUT', path: '/v1/proofs/{id}/dispute', name: 'disputeProof', tag: 'proofs' },
    summary: 'Say why a proof does not show what it claims: it counts for no more than its files',
    access: deciding,
    params: byId,
    input: z.strictObject({ why: whyShape }),
    problems: [...refusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      changeDispute(parts, { principal, id: params.id, why: body.why, clock }),
  })

const withdrawRoute = (parts: ProofParts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: '/v1/proofs/{id}/dispute', name: 'withdrawDispute' },
    ...{ tag: 'proofs', summary: 'Take a dispute back: what the proof showed counts again' },
    access: deciding,
    params: byId,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params, clock }) =>
      changeDispute(parts, { principal, id: params.id, why: null, clock }),
  })

type DisputeChange = {
  readonly principal: Principal
  readonly id: string
  readonly why: string | null
  readonly clock: Clock
}

function changeDispute(
  { pool, evidenceChanged }: ProofParts,
  { principal, id, why, clock }: DisputeChange,
): Promise<Result<undefined, Problem>> {
  return asActor(pool, actorOf(principal), async (tx) => {
    const seen = await proofById(tx, id)
    if (seen === null) return no(unknown())
    await actingAs(tx, systemActor, (system) => holdCases(system, sql`${seen.case}`))
    const found = await proofById(tx, id)
    if (found === null) return no(unknown())
    if ((found.dispute === null) === (why === null)) {
      const is = why === null ? 'It is not disputed.' : 'It is disputed already.'
      return no(problem('not-in-this-state', is))
    }
    const now = clock.now()
    const by = principal.person
    await setDispute(tx, found.no, why === null ? null : { at: now, by, why })
    const of = { action: 'proof.dispute', kind: 'proof', record: found.id } as const
    const fields = { is: why === null ? 'withdrawn' : 'disputed' }
    const about = [found.report]
    await record(tx, [{ at: now, ...of, fields, about, ...(why !== null && { reason: why }) }])
    const { case: of_ } = found
    if (of_ !== null) {
      await actingAs(tx, systemActor, (system) => evidenceChanged(system, [of_]))
    }
    await tellProof(tx, found.id, now)
    return yes(undefined)
  })
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal, permissionsNow } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor } from '#platform/db/as-actor.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { ProofParts } from './proof.routes.ts'
import { attestationOf, proofById, tellProof } from './proof.store.ts'
import { RunAskedWire } from './proof.wire.ts'
import { cancelRuns, isCaseClosed, queueRun } from './proof-run.store.ts'

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const byId = z.strictObject({ id: z.string().max(100) })
const unknown = () => problem('not-found', 'There is no such proof.')

/** Runs of proofs: having one, ending one, and what was signed of one. */
export const proofRunRoutes = (
  parts: Pick<ProofParts, 'pool' | 'keys'>,
): readonly Route<Principal>[] => [rerunRoute(parts), cancelRoute(parts), attestationRoute(parts)]

const rerunRoute = ({ pool, keys }: Pick<ProofParts, 'pool' | 'keys'>): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/proofs/{id}/runs', name: 'rerunProof', tag: 'proofs' },
    summary: 'Have a proof run again, before those that nobody asked for',
    access: may('decide', 'read-proofs', 'hand-in'),
    params: byId,
    input: z.strictObject({}),
    output: RunAskedWire,
    status: 201,
    problems: [...refusals, 'gone', 'already-there', 'not-in-this-state'],
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await proofById(tx, params.id)
        if (found === null) return no(unknown())
        if (found.destroyedAt !== null || keys.destroyed.has(found.report)) {
          return no(problem('gone', 'What it came with was destroyed: there is nothing to run.'))
        }
        const isClosed = await actingAs(tx, systemActor, (system) => isCaseClosed(system, found.no))
        if (isClosed) {
          const why = 'Its case is closed, and is neither open nor made public: reopen it first.'
          return no(problem('not-in-this-state', why))
        }
        const now = clock.now()
        const { person } = principal
        const run = await queueRun(tx, { proofNo: found.no, why: 're-run', person }, now)
        if (run === null) return no(problem('already-there', 'A run of it waits or runs already.'))
        const of = { action: 'proof.run', kind: 'proof', record: found.id } as const
        await record(tx, [{ at: now, ...of, fields: { run }, about: [found.report] }])
        await tellProof(tx, found.id, now)
        return yes({ run })
      }),
  })

const cancelRoute = ({ pool }: Pick<ProofParts, 'pool'>): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/proofs/{id}/cancel', name: 'cancelProof', tag: 'proofs' },
    summary: 'End every run of a proof that waits or runs: for whoever handed it in, or decides',
    access: mayEither('hand-in', 'decide'),
    params: byId,
    input: z.strictObject({}),
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await proofById(tx, params.id)
        if (found === null) return no(unknown())
        const held = permissionsNow(principal)
        const isOwn = found.organisation === principal.organisation && held.includes('hand-in')
        if (!isOwn && !(held.includes('decide') && held.includes('read-proofs'))) {
          return no(problem('not-allowed', 'It is for whoever handed it in, or decides about it.'))
        }
        const runs = await cancelRuns(tx, found.no)
        if (runs.length === 0) {
          return no(problem('not-in-this-state', 'No run of it waits or runs.'))
        }
        const now = clock.now()
        const of = { action: 'proof.cancel', kind: 'proof', record: found.id } as const
        const fields = { runs: runs.join(' ') }
        await record(tx, [{ at: now, ...of, fields, about: [found.report] }])
        await tellProof(tx, found.id, now)
        return yes(undefined)
      }),
  })

const attestationType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

const attestationRoute = ({ pool }: Pick<ProofParts, 'pool'>): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/proof-runs/{id}/attestation', name: 'proofAttestation' },
    ...{ tag: 'proofs', summary: 'What a worker signed of a run: a sigstore bundle' },
    access: mayEither('read-proofs', 'hand-in'),
    params: byId,
    problems: refusals,
    sends: [attestationType],
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await attestationOf(tx, params.id)
        if (found === null) return no(problem('not-found', 'There is no such attestation.'))
        const content = JSON.stringify(found.attestation)
        const of = { action: 'proof.read', kind: 'proof', record: found.proof } as const
        const digest = createHash('sha256').update(content).digest('hex')
        const fields = { part: 'attestation', run: params.id }
        await record(tx, [{ at: clock.now(), ...of, digest, fields, about: [found.report] }])
        const fileName = `${params.id}.sigstore.json`
        return yes({ fileName, mediaType: attestationType, content })
      }),
  })

import type { Pool } from 'pg'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { presentWorker } from './present-proof.ts'
import { ProofQueueWire, WorkerListWire } from './proof.wire.ts'
import { queueState } from './proof-run.store.ts'
import { listWorkers, switchWorker } from './worker.store.ts'

const refusals = ['unauthenticated', 'not-allowed'] as const

/** Who runs proofs, and how much waits for them: for those who run the instance. */
export function workerRoutes({ pool }: { readonly pool: Pool }): readonly Route<Principal>[] {
  const list = route({
    ...{ method: 'GET', path: '/v1/workers', name: 'proofWorkers', tag: 'workers' },
    summary: 'Who runs proofs, how they are isolated, and why some are not',
    access: may('operate'),
    output: WorkerListWire,
    problems: refusals,
    run: async ({ principal }) => {
      const workers = await asActor(pool, actorOf(principal), listWorkers)
      return yes({ items: workers.map(presentWorker) })
    },
  })
  const queue = route({
    ...{ method: 'GET', path: '/v1/proof-queue', name: 'proofQueue', tag: 'workers' },
    summary: 'How many proofs wait, for how long, and of whom',
    access: may('operate'),
    output: ProofQueueWire,
    problems: refusals,
    run: async ({ principal }) => {
      const state = await asActor(pool, actorOf(principal), queueState)
      return yes({ ...state, organisations: state.organisations.map((one) => ({ ...one })) })
    },
  })
  const turn = route({
    ...{ method: 'PUT', path: '/v1/workers/{id}', name: 'switchProofWorker', tag: 'workers' },
    summary: 'Switch a worker off, or on again; what it runs it finishes',
    access: may('operate'),
    params: z.strictObject({ id: z.string().max(100) }),
    input: z.strictObject({ isOn: z.boolean(), why: lineShape(500) }),
    problems: [...refusals, 'not-found', 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body: { isOn, why }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const asked = { id, offWhy: isOn ? null : why, person: principal.person, now }
        const is = await switchWorker(tx, asked)
        if (is === 'unknown') return no(problem('not-found', 'There is no such worker.'))
        if (is === 'same') {
          const how = isOn ? 'on' : 'off'
          return no(problem('not-in-this-state', `This worker is switched ${how} already.`))
        }
        const fields = { is: isOn ? 'on' : 'off' }
        const of = { action: 'worker.switch', kind: 'worker', record: id } as const
        await record(tx, [{ at: now, ...of, reason: why, fields }])
        return yes(undefined)
      }),
  })
  return [list, queue, turn]
}

import { sql } from 'kysely'
import { z } from 'zod'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type FlawKeys, flawsFor, runOfFlaw, sayFlaw } from './flaw.store.ts'
import { presentFlaws } from './present-result.ts'
import { FlawListWire, FlawWishWire } from './result.wire.ts'
import { noteRead, type ResultParts, runFor } from './result-parts.ts'
import { holdForWord } from './run-word.store.ts'
import { isSameSample } from './sample-key.ts'

export type FlawParts = ResultParts & { readonly keys: FlawKeys }

const byId = z.strictObject({ id: z.string().max(100) })
const runProblems = ['unauthenticated', 'not-allowed', 'not-found', 'gone'] as const

/** Flaws in real software that a model found: reports of the clearinghouse, with where from. */
export const flawRoutes = (parts: FlawParts): readonly Route<Principal>[] => [
  listRoute(parts),
  linkRoute(parts),
]

const listRoute = ({ pool, keys }: FlawParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/flaws', name: 'runFlaws', tag: 'results' },
    summary: 'Flaws in real software that went to the clearinghouse, and the samples they are from',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: FlawListWire,
    problems: runProblems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        await noteRead(tx, found.value.run, { part: 'flaws', now: clock.now() })
        const { said, receipts } = await flawsFor(tx, keys, found.value)
        return yes(presentFlaws(said, receipts))
      }),
  })

/** The same for a receipt that is none and for one of others. */
async function isHandedIn(tx: Tx, receipt: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select parley.evaluator_handed_in(${receipt}) as is`.execute(tx)
  return rows[0]?.is === true
}

const linkRoute = ({ pool, keys }: FlawParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/flaws', name: 'linkFlaw', tag: 'results' },
    summary: 'Say which report is about a flaw that a sample showed in real software',
    access: may('evaluate'),
    params: byId,
    input: FlawWishWire,
    output: FlawListWire,
    problems: [...runProblems, 'invalid', 'already-there', 'not-in-this-state'],
    run: ({ principal, params: { id }, body: { sample, receipt }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runOfFlaw(tx, keys, { id, sample })
        if (!found.ok) return found
        const { run, side } = found.value
        const held = await holdForWord(tx, { run, side })
        if (!held.ok) return held
        if (!(await isHandedIn(tx, receipt))) {
          const detail = 'Your organisation handed in no report of this receipt.'
          return no(invalid([{ in: 'body', pointer: '/receipt', detail }]))
        }
        const { said } = await flawsFor(tx, keys, found.value)
        const isTwice = said.flaws.some(
          (one) => one.receipt === receipt && isSameSample(one.sample, sample),
        )
        if (isTwice) return no(problem('already-there', 'That was said of this sample before.'))
        await sayFlaw(tx, keys, { run, sample, receipt, now: clock.now() })
        const shown = await flawsFor(tx, keys, found.value)
        return yes(presentFlaws(shown.said, shown.receipts))
      }),
  })

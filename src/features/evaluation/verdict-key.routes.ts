import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { mayEither, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { keyIdOf, parsePublicKey } from '#formats/attestation/dsse.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { endKey, trustKey, type VerdictKey, verdictKeys } from './crossed-verdict.store.ts'
import type { ResultParts } from './result-parts.ts'

const VerdictKeyWire = z
  .strictObject({
    ...{ id: z.string(), pem: z.string(), holder: z.string() },
    ...{ trustedAt: z.string(), trustedBy: z.string() },
    /** When it ceased to count; null while it does. */
    endedAt: z.string().nullable(),
  })
  .meta({ id: 'VerdictKey' })
export const VerdictKeyListWire = z
  .strictObject({ items: z.array(VerdictKeyWire) })
  .meta({ id: 'VerdictKeyList' })
const VerdictKeyWishWire = z
  .strictObject({
    /** An Ed25519 public key in PEM, as its holder gave it. */
    pem: z.string().max(1_000),
    /** Who holds it, and at which instance: nobody holds two that count. */
    holder: lineShape(200),
  })
  .meta({ id: 'VerdictKeyWish' })
export const VerdictKeyTrustedWire = z
  .strictObject({ id: z.string() })
  .meta({ id: 'VerdictKeyTrusted' })

const refusals = ['unauthenticated', 'not-allowed'] as const

/** Whose signatures count for verdicts that come from a higher instance. */
export const verdictKeyRoutes = ({ pool }: ResultParts): readonly Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/verdict-keys', name: 'verdictKeys', tag: 'results' },
    summary: 'Whose signatures count here for verdicts of a higher instance',
    access: mayEither('evaluate', 'administer'),
    output: VerdictKeyListWire,
    problems: refusals,
    run: ({ principal }) =>
      asActor(pool, actorOf(principal), async (tx) =>
        yes({ items: (await verdictKeys(tx)).map(presentKey) }),
      ),
  }),
  route({
    ...{ method: 'POST', path: '/v1/verdict-keys', name: 'trustVerdictKey', tag: 'results' },
    summary: 'Trust the key of somebody who lets verdicts out of a higher instance',
    access: mayInPerson('administer'),
    input: VerdictKeyWishWire,
    output: VerdictKeyTrustedWire,
    status: 201,
    problems: [...refusals, 'invalid', 'already-there'],
    run: ({ principal, body: { pem, holder }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const key = parsePublicKey(pem)
        if (!key.ok || key.value.type !== 'public' || /PRIVATE KEY/.test(pem)) {
          const detail = 'It is no Ed25519 public key in PEM.'
          return no(invalid([{ in: 'body', pointer: '/pem', detail }]))
        }
        const [id, now] = [keyIdOf(key.value), clock.now()]
        const spelled = key.value.export({ format: 'pem', type: 'spki' }).toString()
        if (!(await trustKey(tx, { id, pem: spelled, holder, now }))) return no(trustedBefore)
        const entry = { at: now, action: 'verdict-key.trust', kind: 'key', record: id } as const
        await record(tx, [{ ...entry, digest: id }])
        return yes({ id })
      }),
  }),
  route({
    ...{ method: 'DELETE', path: '/v1/verdict-keys/{id}', name: 'endVerdictKey', tag: 'results' },
    summary: 'Trust a key no longer; what was taken by it stays and says so',
    access: mayInPerson('administer'),
    params: z.strictObject({ id: z.string().max(100) }),
    problems: [...refusals, 'not-found'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        if (!(await endKey(tx, { id, now }))) {
          return no(problem('not-found', 'No such key is trusted here.'))
        }
        const entry = { at: now, action: 'verdict-key.end', kind: 'key', record: id } as const
        await record(tx, [{ ...entry, digest: id }])
        return yes(undefined)
      }),
  }),
]

const trustedBefore = problem(
  'already-there',
  'This key was trusted before, or its holder has another that counts: end that one first.',
)

const presentKey = ({ trustedAt, endedAt, ...key }: VerdictKey) => ({
  ...{ ...key, trustedAt: trustedAt.toISOString() },
  endedAt: endedAt?.toISOString() ?? null,
})

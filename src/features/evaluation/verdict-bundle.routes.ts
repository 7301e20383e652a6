import { z } from 'zod'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { ResultParts } from './result-parts.ts'
import { verdictById } from './verdict.store.ts'
import { bundleOf, type KeptBundle } from './verdict-bundle.store.ts'
import { exportDownKind } from './verdict-export-approval.ts'
import { type SignerOf, verifierOf } from './verdict-signer.ts'

const OwnVerdictKeyWire = z
  .strictObject({
    /** SHA-256 of the key in DER: how bundles name who signed. */
    key: z.string(),
    pem: z.string(),
  })
  .meta({ id: 'OwnVerdictKey' })

/** What a lower instance is given: bundles that two people let out, and whose keys sign them. */
export const verdictBundleRoutes = (
  parts: ResultParts & { readonly signerOf: SignerOf },
): readonly Route<Principal>[] => [
  fetchRoute(parts),
  route({
    ...{ method: 'GET', path: '/v1/verdict-keys/own', name: 'ownVerdictKey', tag: 'results' },
    summary: 'The public key by which a lower instance knows that you let a verdict out',
    access: may('evaluate'),
    output: OwnVerdictKeyWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal }) => yes(verifierOf(parts.signerOf(principal.person))),
  }),
]

const fetchRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/verdicts/{id}/bundle', name: 'verdictBundle', tag: 'results' },
    summary: 'A verdict as it may be taken to an instance of lower classification',
    access: mayEither('offer', 'evaluate'),
    params: z.strictObject({ id: z.string().max(100) }),
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'needs-approval'],
    sends: ['application/json'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await bundleFor(tx, keys, id)
        if (!found.ok) return found
        const { engagement, sha256, number, text } = found.value
        const now = clock.now()
        const entry = { at: now, action: 'verdict.fetch-bundle', kind: 'verdict' } as const
        const fields = { number: String(number) }
        await recordFor(tx, engagement, [{ ...entry, record: id, digest: sha256, fields }])
        await tellEngagement(tx, engagement, now)
        const content = Buffer.from(text)
        const fileName = `verdict-${sha256.slice(0, 12)}.json`
        return yes({ fileName, mediaType: 'application/json', content, sizeBytes: content.length })
      }),
  })

async function bundleFor(
  tx: Tx,
  keys: ResultParts['keys'],
  id: string,
): Promise<Result<KeptBundle, Problem>> {
  const verdict = await verdictById(tx, keys.evaluation, id)
  if (verdict === null) return no(problem('not-found', 'There is no such verdict.'))
  const bundle = await bundleOf(tx, keys.evaluation, id)
  if (bundle !== null) return yes(bundle)
  const detail =
    'Two people of the evaluator let a verdict out: one asks for it, another grants it.'
  return no(problem('needs-approval', detail, { more: { kind: exportDownKind } }))
}

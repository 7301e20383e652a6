import { z } from 'zod'
import { noEngagement } from '#features/engagement/desk.ts'
import { actorSide } from '#features/engagement/engagement.store.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { stixBundle } from '#formats/stix/attack-pattern.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { ResultParts } from './result-parts.ts'
import {
  type KeptTechnique,
  keepTechnique,
  techniquesOf,
  unknownSample,
} from './technique.store.ts'
import { stixOf, TechniqueShape } from './technique.ts'

const either = mayEither('offer', 'evaluate')

const TechniqueWire = z
  .strictObject({
    ...{ id: z.string(), engagement: z.string(), at: z.string(), by: z.string() },
    technique: TechniqueShape,
  })
  .meta({ id: 'Technique' })
export const TechniqueListWire = z
  .strictObject({ items: z.array(TechniqueWire) })
  .meta({ id: 'TechniqueList' })
const TechniqueWishWire = z
  .strictObject({ engagement: z.string().max(100), technique: TechniqueShape })
  .meta({ id: 'TechniqueWish' })
const ofEngagement = z.strictObject({ engagement: z.string().max(100).optional() })

/** What models were seen to do, as records that detection guidance can be made of. */
export const techniqueRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  keepRoute(parts),
  exportRoute(parts),
]

export const presentTechnique = ({ at, person, ...rest }: KeptTechnique) => ({
  ...{ ...rest, at: at.toISOString(), by: person },
})

/** Both sides of each engagement see who read its techniques. */
async function noteReads(
  tx: Tx,
  found: readonly KeptTechnique[],
  { now, part }: { readonly now: Date; readonly part: string },
): Promise<void> {
  for (const [engagement, own] of Map.groupBy(found, (one) => one.engagement)) {
    const entries = own.map(({ id }) => {
      const entry = { at: now, action: 'technique.read', kind: 'technique', record: id } as const
      return { ...entry, fields: { part } }
    })
    await recordFor(tx, engagement, entries)
  }
}

const listRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/techniques', name: 'techniques', tag: 'results' },
    summary: 'Techniques that models showed, of one engagement or of all that you see',
    access: either,
    query: ofEngagement,
    output: TechniqueListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: ({ principal, query: { engagement = null }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await techniquesOf(tx, keys.evaluation, engagement)
        await noteReads(tx, found, { now: clock.now(), part: 'list' })
        return yes({ items: found.map(presentTechnique) })
      }),
  })

const keepRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/techniques', name: 'keepTechnique', tag: 'results' },
    summary: 'Record a technique that a model showed, with the samples it was seen in',
    access: may('evaluate'),
    input: TechniqueWishWire,
    output: z.strictObject({ id: z.string() }).meta({ id: 'TechniqueKept' }),
    status: 201,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'invalid'],
    run: ({ principal, body: { engagement, technique }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const side = await actorSide(tx, engagement)
        if (side === null) return no(noEngagement())
        if (side !== 'evaluator') {
          return no(problem('not-allowed', 'Evaluators record what a model showed.'))
        }
        const unknown = await unknownSample(tx, engagement, technique.seen)
        if (unknown >= 0) {
          const detail = 'No run of this engagement has such a sample.'
          const pointer = `/technique/seen/${unknown}`
          return no(invalid([{ in: 'body', pointer, detail }]))
        }
        const now = clock.now()
        const id = await keepTechnique(tx, keys.evaluation, { engagement, technique, now })
        const entry = { at: now, action: 'technique.keep', kind: 'technique', record: id } as const
        await recordFor(tx, engagement, [entry])
        await tellEngagement(tx, engagement, now)
        return yes({ id })
      }),
  })

const exportRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/techniques/stix', name: 'techniquesAsStix', tag: 'results' },
    summary: 'Techniques as attack patterns of STIX 2.1, without samples and evidence',
    access: either,
    query: ofEngagement,
    problems: ['unauthenticated', 'not-allowed'],
    sends: ['application/octet-stream'],
    run: ({ principal, query: { engagement = null }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await techniquesOf(tx, keys.evaluation, engagement)
        await noteReads(tx, found, { now: clock.now(), part: 'STIX' })
        const shown = found.map(({ id, at, technique }) => {
          const moment = at.toISOString()
          return stixOf(technique, { id, createdAt: moment, modifiedAt: moment })
        })
        const content = Buffer.from(JSON.stringify(stixBundle(shown)))
        const file = { fileName: 'techniques.stix.json', mediaType: 'application/octet-stream' }
        return yes({ ...file, content, sizeBytes: content.length })
      }),
  })

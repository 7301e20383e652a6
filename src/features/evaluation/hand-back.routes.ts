import { z } from 'zod'
import { noEngagement } from '#features/engagement/desk.ts'
import { keptEngagement } from '#features/engagement/engagement.store.ts'
import { recordFor } from '#features/engagement/engagement-event.store.ts'
import { visibilities } from '#features/engagement/terms.ts'
import { mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Route, route } from '#platform/http/route.ts'
import { flawsFor } from './flaw.store.ts'
import { ReadingListWire } from './policy.routes.ts'
import { readingsOf } from './policy.store.ts'
import { presentDispute, presentFlaws, presentResponses, presentReviews } from './present-result.ts'
import { presentVerdict } from './present-verdict.ts'
import { DisputeListWire, FlawListWire, ResponseListWire, ReviewListWire } from './result.wire.ts'
import type { ResultParts } from './result-parts.ts'
import { RecordShape } from './result-record.ts'
import { type RunRow, runsOfEngagement } from './run.store.ts'
import { presentTechnique, TechniqueListWire } from './technique.routes.ts'
import { techniquesOf } from './technique.store.ts'
import { type KeptVerdict, verdictsUnder } from './verdict.store.ts'
import { noEffect, VerdictListWire } from './verdict.wire.ts'

const RunBackWire = z
  .strictObject({
    ...{ id: z.string(), number: z.number(), closedAt: z.string().nullable() },
    verdicts: VerdictListWire.shape.items,
    /** What the newest verdict was worked out from: `parley eval` reads it. */
    record: RecordShape.nullable(),
    reviews: ReviewListWire.shape.items,
    notes: ReviewListWire.shape.notes,
    disputes: DisputeListWire.shape.items,
    responses: ResponseListWire.shape.items,
    flaws: FlawListWire.shape.items,
  })
  .meta({ id: 'RunHandedBack' })

export const HandBackWire = z
  .strictObject({
    engagement: z.string(),
    madeAt: z.string(),
    /** Runs of which something is held still. */
    runs: z.array(RunBackWire),
    techniques: TechniqueListWire.shape.items,
    policyReadings: ReadingListWire.shape.items,
    /** What of transcripts the terms show the developer; each is read by its run and sample. */
    transcripts: z.enum(visibilities).nullable(),
    effect: z.literal(noEffect),
  })
  .meta({ id: 'HandBack' })

/** All that the developer gets, in one document. */
export const handBackRoutes = ({ pool, keys }: ResultParts): readonly Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/hand-back', name: 'handBack', tag: 'results' },
    summary: 'Results, statistics, notes, disputes, techniques: all that is handed back',
    access: mayEither('offer', 'evaluate'),
    params: z.strictObject({ id: z.string().max(100) }),
    output: HandBackWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const kept = await keptEngagement(tx, keys.engagement, id)
        if (kept === null) return no(noEngagement())
        const at = clock.now()
        await recordFor(tx, id, [
          { at, action: 'engagement.hand-back', kind: 'engagement', record: id },
        ])
        const { engagement } = kept
        const techniques = await techniquesOf(tx, keys.evaluation, id)
        return yes({
          ...{ engagement: id, madeAt: at.toISOString(), effect: noEffect },
          runs: await runsBack(tx, keys, id),
          techniques: techniques.map(presentTechnique),
          policyReadings: [...(await readingsOf(tx, keys.evaluation, id))],
          transcripts:
            'agreed' in engagement ? engagement.agreed.terms.promptsShownToDeveloper : null,
        })
      }),
  }),
]

async function runsBack(
  tx: Tx,
  keys: ResultParts['keys'],
  engagement: string,
): Promise<z.input<typeof RunBackWire>[]> {
  const verdicts = await verdictsUnder(tx, keys.evaluation, engagement)
  const runs = await runsOfEngagement(tx, keys.evaluation, engagement)
  const shown = []
  for (const run of runs) shown.push(...(await runBack(tx, keys, { run, verdicts })))
  return shown
}

type OfRun = { readonly run: RunRow; readonly verdicts: readonly KeptVerdict[] }

async function runBack(
  tx: Tx,
  keys: ResultParts['keys'],
  { run, verdicts }: OfRun,
): Promise<z.input<typeof RunBackWire>[]> {
  const { no: place, id, number, engagement, salt, closedAt } = run
  if (salt === null) return []
  const held = { no: place, id, engagement, salt }
  const { said, receipts } = await flawsFor(tx, keys, { run: held, side: 'developer' })
  const own = verdicts.filter((one) => one.run === id)
  const { items: reviews, notes } = presentReviews(said)
  return [
    {
      ...{ id, number, closedAt: closedAt?.toISOString() ?? null },
      verdicts: own.map(presentVerdict),
      record: own[0]?.held?.recorded.record ?? null,
      ...{ reviews, notes, disputes: said.disputes.map(presentDispute) },
      responses: presentResponses(said).items,
      flaws: presentFlaws(said, receipts).items,
    },
  ]
}

import { z } from 'zod'
import { noEngagement } from '#features/engagement/desk.ts'
import { actorSide } from '#features/engagement/engagement.store.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { labelIdFor, labelsOf } from '#features/label/label.store.ts'
import { commonLabel } from '#features/label/label.ts'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { labelHeadersOf } from '#features/label/shown.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { keepPolicy, keepReading, policiesOf, ReadingsShape, readingsOf } from './policy.store.ts'
import { type KnownPolicy, type Policy, PolicyShape, parsePolicy } from './policy.ts'
import { changeOf, type Reread, readingChanges, rereadOne } from './policy-reading.ts'
import type { ResultParts } from './result-parts.ts'
import { type KeptVerdict, verdictsFrom } from './verdict.store.ts'

export const PolicyListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...{ policy: PolicyShape, digest: z.string(), publishedAt: z.string() },
        publishedBy: z.string(),
      }),
    ),
  })
  .meta({ id: 'PolicyList' })
const PolicyWishWire = z
  .strictObject({ policy: PolicyShape, label: LabelWishWire.optional() })
  .meta({ id: 'PolicyWish' })
export const PolicyPublishedWire = z
  .strictObject({
    digest: z.string(),
    /** How many past verdicts became what. */
    changes: z.record(z.enum(readingChanges), z.number()),
  })
  .meta({ id: 'PolicyPublished' })
export const ReadingListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...ReadingsShape.shape,
        ...{ policy: z.number(), verdict: z.string(), change: z.enum(readingChanges) },
      }),
    ),
  })
  .meta({ id: 'PolicyReadingList' })

/** Classification policies, and what becomes of past verdicts when one follows another. */
export const policyRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  publishRoute(parts),
  readingsRoute(parts),
]

const listRoute = ({ pool }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/policies', name: 'policies', tag: 'results' },
    summary: 'Classification policies that you are cleared for, the newest first',
    access: mayEither('offer', 'evaluate', 'administer'),
    output: PolicyListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: ({ principal }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await policiesOf(tx)
        const labels = await labelsOf(
          tx,
          found.map(({ labelId }) => labelId),
        )
        const items = found.map(({ policy, digest, publishedAt, publishedBy }) => {
          return { policy, digest, publishedBy, publishedAt: publishedAt.toISOString() }
        })
        return done({ items }, labelHeadersOf([...labels.values()]))
      }),
  })

const publishRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/policies', name: 'publishPolicy', tag: 'results' },
    summary: 'Publish the next classification policy; past verdicts are read under it, not changed',
    access: may('administer'),
    input: PolicyWishWire,
    output: PolicyPublishedWire,
    status: 201,
    problems: ['unauthenticated', 'not-allowed', 'invalid', 'above-ceiling', 'changed'],
    run: ({ principal, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const next = parsePolicy(body.policy)
        if (!next.ok) return no(invalid(next.refusal.map(violationOf)))
        const labelId = await actingAs(tx, systemActor, (system) =>
          labelIdFor(system, body.label ?? commonLabel),
        )
        if (!labelId.ok) {
          return no(problem('above-ceiling', 'This instance may not hold what is so classified.'))
        }
        if (!(await labelsOf(tx, [labelId.value])).has(labelId.value)) {
          return no(problem('not-allowed', 'You are not cleared for what you would publish.'))
        }
        const now = clock.now()
        const before = await actingAs(tx, systemActor, (system) => beforeOf(system, next.value))
        if (!before.ok) return before
        const kept = await keepPolicy(tx, next.value, { labelId: labelId.value, now })
        if (!kept) return no(problem('changed', 'Another policy was published meanwhile.'))
        const { digest, policy } = next.value
        const of = { kind: 'policy', record: `policy ${policy.number}`, digest } as const
        await record(tx, [{ at: now, action: 'policy.publish', ...of }])
        const changes = await actingAs(tx, systemActor, (system) =>
          rereadAll(system, keys.evaluation, { before: before.value, after: policy, now }),
        )
        return yes({ digest, changes })
      }),
  })

const violationOf = ({ why, at }: { readonly why: string; readonly at?: string }) => {
  return { in: 'body', pointer: `/policy${at ?? ''}`, detail: why } as const
}

/** The policy that a new one follows; null for the first. Numbers have no gaps. */
async function beforeOf(
  system: Tx,
  { policy }: KnownPolicy,
): Promise<Result<Policy | null, Problem>> {
  const [newest] = await policiesOf(system)
  const due = (newest?.policy.number ?? 0) + 1
  if (policy.number === due) return yes(newest?.policy ?? null)
  const detail = `The next policy has the number ${due}.`
  return no(invalid([{ in: 'body', pointer: '/policy/number', detail }]))
}

const atOnce = 100
type Change = { readonly before: Policy | null; readonly after: Policy; readonly now: Date }

/** Reads every verdict under the new policy, and tells the sides of each engagement. */
async function rereadAll(
  system: Tx,
  keys: PurposeKeys,
  { before, after, now }: Change,
): Promise<z.input<typeof PolicyPublishedWire>['changes']> {
  const changes = { same: 0, wording: 0, verdict: 0, 'became-readable': 0, 'became-unreadable': 0 }
  const { number } = after
  for (let last = 0; ; ) {
    const some = await verdictsFrom(system, keys, { after: last, limit: atOnce })
    for (const verdict of some) {
      const { change, ...found } = rereadKept(verdict, { before, after })
      changes[change]++
      last = verdict.no
      const readings = ReadingsShape.parse({
        before: found.before,
        after: found.after,
        why: found.why,
      })
      await keepReading(system, keys, {
        policy: number,
        verdict,
        change,
        ...readings,
      })
      const fields = { policy: String(number), change }
      const entry = { at: now, action: 'policy.reread', kind: 'verdict' } as const
      await recordFor(system, verdict.engagement, [{ ...entry, record: verdict.id, fields }])
      await tellEngagement(system, verdict.engagement, now)
    }
    if (some.length < atOnce) return changes
  }
}

/** Results that are destroyed can be read under nothing but what they were read under. */
function rereadKept(
  { held, word, wording }: KeptVerdict,
  policies: Pick<Change, 'before' | 'after'>,
): Pick<Reread, 'before' | 'after' | 'change' | 'why'> {
  if (held !== null) return rereadOne(policies, held.recorded)
  const why = 'the results are destroyed'
  const readings = {
    before: { is: 'read', verdict: word, wording },
    after: { is: 'cannot-be-read', because: [{ what: 'results', why }] },
  } as const
  return { ...readings, change: changeOf(readings), why: [why] }
}

const readingsRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/policy-readings', name: 'policyReadings' },
    ...{ tag: 'results', summary: 'What its verdicts are under each policy, and what changed' },
    access: mayEither('offer', 'evaluate'),
    params: z.strictObject({ id: z.string().max(100) }),
    output: ReadingListWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        const items = await readingsOf(tx, keys.evaluation, id)
        const entry = { at: clock.now(), action: 'verdict.read', kind: 'engagement' } as const
        await recordFor(tx, id, [{ ...entry, record: id, fields: { part: 'policy readings' } }])
        return yes({ items: [...items] })
      }),
  })

import { z } from 'zod'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { may } from '#features/org/access.ts'
import type { Principal } from '#features/org/org.ts'
import { yes } from '#kernel/result.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type CaseParts, caseId, refusals } from './case-parts.ts'
import { decided } from './deciding.ts'
import { eventIds } from './event.store.ts'
import { relabelCase } from './relabel.store.ts'

/** The case may be out of sight by then, and its event with it. */
const LabelledWire = z.strictObject({ event: z.string().nullable() }).meta({ id: 'Labelled' })

export const relabelRoute = ({ pool }: CaseParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/cases/{id}/label', name: 'labelCase', tag: 'cases' },
    summary: 'Give a case and its reports a stricter label',
    access: may('decide'),
    params: caseId,
    input: z.strictObject({
      version: z.int().min(1),
      label: LabelWishWire,
      why: lineShape(2_000),
    }),
    output: LabelledWire,
    problems: [
      ...[...refusals, 'not-found' as const, 'invalid' as const, 'conflict' as const],
      ...(['not-in-this-state', 'needs-approval', 'above-ceiling'] as const),
    ],
    run: ({ principal, params, body, clock }) =>
      decided(pool, principal, async (tx) => {
        const seen = { id: params.id, version: body.version }
        const by = { person: principal.person, now: clock.now() }
        const carried = await relabelCase(tx, { seen, label: body.label, why: body.why }, by)
        if (!carried.ok) return carried
        const { event } = carried.value
        return yes({ event: (await eventIds(tx, [event])).get(event) ?? null })
      }),
  })

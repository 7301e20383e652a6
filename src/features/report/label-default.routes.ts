import type { Pool } from 'pg'
import { z } from 'zod'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { shownLabel } from '#features/label/shown.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { notFound } from '#platform/http/arrival.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { listUsualLabels, saveUsualLabel } from './label-default.store.ts'
import { aboveCeiling, lowerDefaultKind } from './label-default-approval.ts'
import { LabelDefaultListWire } from './report.wire.ts'

const params = z.strictObject({ of: z.string().max(100) })
const face = { tag: 'intake', access: may('operate') } as const
const refusals = ['unauthenticated', 'not-allowed'] as const

/** Which label a report has that names none: of an organisation, or of the whole instance. */
export function labelDefaultRoutes({ pool }: { readonly pool: Pool }): Route<Principal>[] {
  const list = route({
    ...{ ...face, method: 'GET', path: '/v1/label-defaults', name: 'labelDefaults' },
    summary: 'Which labels reports have that name none',
    output: LabelDefaultListWire,
    problems: refusals,
    run: async ({ principal }) => {
      const found = await asActor(pool, actorOf(principal), listUsualLabels)
      return yes({ items: found.map(({ of, label }) => ({ of, label: shownLabel(label) })) })
    },
  })
  const set = route({
    ...{ ...face, method: 'PUT', path: '/v1/label-defaults/{of}', name: 'setLabelDefault' },
    summary: 'Set the label of what names none, for an organisation or for `instance`',
    params,
    input: z.strictObject({ label: LabelWishWire.nullable() }),
    problems: [...refusals, 'not-found', 'invalid', 'above-ceiling', 'needs-approval'],
    run: async ({ principal, params: { of }, body, clock }) => {
      const by = { by: principal.person, now: clock.now(), isAgreed: false }
      const saved = await asActor(pool, actorOf(principal), (tx) =>
        saveUsualLabel(tx, { of, label: body.label }, by),
      )
      if (saved.ok) return yes(undefined)
      if (saved.refusal === 'unknown') return no(notFound())
      if (saved.refusal === 'above-ceiling') return no(problem('above-ceiling', aboveCeiling))
      return no(
        problem(
          'needs-approval',
          'More people would see what comes in: others have to agree first.',
          {
            more: { kind: lowerDefaultKind.name, ask: '/v1/approvals' },
          },
        ),
      )
    },
  })
  return [list, set]
}

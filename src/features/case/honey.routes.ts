import type { Pool } from 'pg'
import { z } from 'zod'
import { may, mayInPerson } from '#features/org/access.ts'
import { organisationFor } from '#features/org/org.store.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { incomingOf, newReportId, ownSaltFor, type ReportKeys } from '#features/report/incoming.ts'
import { aboveCeiling, labelNumber } from '#features/report/label-header.ts'
import { keepFiles } from '#features/report/receive.ts'
import type { TapSubmission } from '#formats/tap/intake.ts'
import { readIntake } from '#formats/tap/intake-read.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { refusals } from './case-parts.ts'
import { type Honey, isNobodys, listHoney, makeHoney, retireHoney } from './honey.store.ts'
import { HoneyListWire, HoneyWire, HoneyWishWire } from './honey.wire.ts'

export type HoneyParts = {
  readonly pool: Pool
  readonly keys: ReportKeys
  readonly blobs: Blobs
}

/** Cases that nobody has a reason to open: who opens one is told to auditors. */
export const honeyRoutes = (parts: HoneyParts): readonly Route<Principal>[] => [
  makeRoute(parts),
  listRoute(parts),
  retireRoute(parts),
]

const present = (honey: Honey): z.infer<typeof HoneyWire> => ({
  ...{ id: honey.id, case: honey.case, title: honey.title, madeBy: honey.madeBy },
  madeAt: honey.madeAt.toISOString(),
  retiredAt: honey.retiredAt?.toISOString() ?? null,
})

const makeRoute = ({ pool, keys, blobs }: HoneyParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/honey', name: 'makeHoney', tag: 'insiders' },
    summary: 'Make a case that nobody has a reason to open, like any other to all others',
    access: mayInPerson('administer'),
    input: HoneyWishWire,
    output: HoneyWire,
    problems: [...refusals, 'invalid', 'above-ceiling', 'not-in-this-state', 'no-space'],
    run: async ({ principal, body, clock }) => {
      const read = submissionIn(body.report)
      if (!read.ok) return read
      const actor = actorOf(principal)
      const organisation = await asActor(pool, actor, async (tx) => {
        const id = await organisationFor(tx, body.organisation, clock.now())
        return (await isNobodys(tx, id)) ? id : null
      })
      if (organisation === null) return no(problem('not-in-this-state', somebodys))
      const label = await labelNumber(pool, actor, body.label ?? null)
      if (!label.ok) return no(aboveCeiling())
      const id = newReportId()
      const own = ownSaltFor(id, read.value)
      const attachments = await keepFiles(blobs, { organisation, own }, read.value.attachments)
      if (attachments === null) return no(problem('no-space', 'Its files cannot be kept.'))
      const filed = { submission: read.value, attachments, id, own }
      const incoming = incomingOf(filed, keys)
      const { person } = principal
      const making = { incoming, organisation, label: label.value, person }
      const made = await asActor(pool, actor, (tx) => makeHoney(tx, making, { clock, keys }))
      return yes(present(made))
    },
  })

const somebodys =
  'Name an organisation that has neither members nor tokens: whoever acts for it would see a ' +
  'report that it never handed in.'

function submissionIn(report: object): Result<TapSubmission, Problem> {
  const body = Buffer.from(JSON.stringify(report))
  const read = readIntake({ contentType: 'application/json', body })
  if (read.ok) return yes(read.submission)
  return no(problem('invalid', `The report is not one that intake takes: ${read.problem.detail}`))
}

const listRoute = ({ pool }: HoneyParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/honey', name: 'listHoney', tag: 'insiders' },
    summary: 'The cases that are honey',
    access: may('audit'),
    output: HoneyListWire,
    problems: refusals,
    run: async ({ principal }) => {
      const found = await asActor(pool, actorOf(principal), (tx) => listHoney(tx))
      return yes({ items: found.map(present) })
    },
  })

const retireRoute = ({ pool }: HoneyParts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: '/v1/honey/{id}', name: 'retireHoney', tag: 'insiders' },
    summary: 'Let a honey case be a case that tells nobody; it stays where it is',
    access: mayInPerson('administer'),
    params: z.strictObject({ id: z.string().max(100) }),
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock }) => {
      const by = { person: principal.person, now: clock.now() }
      const done = await asActor(pool, actorOf(principal), (tx) => retireHoney(tx, params.id, by))
      return done ? yes(undefined) : no(problem('not-found', 'There is no such honey case.'))
    },
  })

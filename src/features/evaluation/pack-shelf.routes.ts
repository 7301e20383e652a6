import type { Pool } from 'pg'
import { z } from 'zod'
import { labelIdFor } from '#features/label/label.store.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayEither, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { decodeCommitment } from '#formats/pack/commitment-document.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalidAt } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { labelOfPack } from './pack-label.ts'
import {
  commitTo,
  evaluatorsOf,
  isEvaluatorOf,
  listPacks,
  namesOfPeople,
  openedTasks,
  openingsOf,
  type PackRow,
  packById,
  publish,
  publishTask,
  rightsOf,
  setRight,
  tellPack,
} from './pack-shelf.store.ts'
import {
  CommitmentWire,
  CommittedWire,
  OpenedTaskListWire,
  PackListWire,
  PackPageQuery,
  PackWire,
  RightWordWire,
  TaskOpeningWire,
} from './pack-shelf.wire.ts'

type ShelfParts = { readonly pool: Pool }

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const byId = z.strictObject({ id: z.string().max(100) })
export const noPack = () => problem('not-found', 'There is no such pack for you.')

const face = { tag: 'packs', params: byId } as const

/** Packs of tasks that somebody committed to: who may know of them, and what was published. */
export const packShelfRoutes = (parts: ShelfParts): readonly Route<Principal>[] => [
  listRoute(parts),
  commitRoute(parts),
  showRoute(parts),
  publishRoute(parts),
  rightRoute(parts),
  endRightRoute(parts),
  openTaskRoute(parts),
  openedTasksRoute(parts),
]

const listRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/packs', name: 'packs', tag: 'packs' },
    summary: 'Packs of tasks: those that name you, and those declared to you that were published',
    access: mayEither('evaluate', 'offer'),
    query: PackPageQuery,
    output: PackListWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal, query: { after, limit } }) => {
      const page = { after, limit: limit + 1 }
      const rows = await asActor(pool, actorOf(principal), (tx) => listPacks(tx, page))
      const shown = rows.slice(0, limit)
      const next = rows.length > limit ? (shown.at(-1)?.id ?? null) : null
      return yes({ items: shown.map(presentPack), next })
    },
  })

const presentPack = (row: PackRow) => ({
  ...{ id: row.id, organisation: row.organisation },
  commitment: CommitmentWire.parse(row.document),
  ...{ committedAt: row.committedAt.toISOString(), committedBy: row.committedBy },
  publishedAt: row.publishedAt?.toISOString() ?? null,
  holders: row.holders && [...row.holders],
  ...{ mayQuery: row.mayQuery, mayKeep: row.mayKeep },
})

const commitRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/packs', name: 'commitToPack', tag: 'packs' },
    summary: 'Commit to a version of a pack: its name, label, strata and root, and nothing of it',
    access: may('evaluate'),
    input: CommitmentWire,
    output: CommittedWire,
    status: 201,
    problems: ['unauthenticated', 'not-allowed', 'invalid', 'above-ceiling', 'conflict'],
    run: async ({ principal, body, clock }) => {
      const commitment = decodeCommitment(JSON.stringify(body))
      if (!commitment.ok) return no(invalidAt('', `It ${commitment.refusal}.`))
      const { name, version } = commitment.value
      const { organisation, person } = principal
      return asActor(pool, actorOf(principal), async (tx) => {
        const label = await labelFor(tx, body.label)
        if (!label.ok) return label
        const now = clock.now()
        const by = { organisation, person, now }
        const kept = await commitTo(tx, {
          ...{ commitment: commitment.value, label: label.value, ...by },
        })
        if (!kept.ok) {
          const why = `${name} ${version} was committed to otherwise: give a change a version`
          return no(problem('conflict', `${why} of its own.`))
        }
        const { id, isSame } = kept.value
        const fields = { name, version }
        const of = { action: 'pack.commit', kind: 'pack', record: id, digest: body.root } as const
        if (!isSame) await record(tx, [{ at: now, ...of, fields }])
        await tellPack(tx, id, now)
        return done(kept.value, { location: `/v1/packs/${id}` })
      })
    },
  })

/** The number of a pack's label, which whoever commits has to be cleared for. */
async function labelFor(tx: Tx, text: string): Promise<Result<number, Problem>> {
  const label = labelOfPack(text)
  if (label === null) {
    return no(invalidAt('/label', 'It is no label, such as TLP:AMBER or SECRET//TLP:RED.'))
  }
  const id = await actingAs(tx, systemActor, (system) => labelIdFor(system, label))
  if (!id.ok) {
    return no(problem('above-ceiling', 'This instance holds nothing that is labelled so high.'))
  }
  const seen = await tx
    .selectFrom('parley.label')
    .select('id')
    .where('id', '=', id.value)
    .executeTakeFirst()
  return seen === undefined
    ? no(problem('not-allowed', 'You are not cleared for what is labelled so.'))
    : id
}

const showRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/packs/{id}', name: 'pack' },
    summary: 'One pack: what was committed to, who may see or fetch it, and who opened it',
    access: mayEither('evaluate', 'offer'),
    output: PackWire,
    problems: refusals,
    run: ({ principal, params }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const row = await packById(tx, params.id)
        if (row === null) return no(noPack())
        const rights = await rightsOf(tx, row.no)
        const openings = await openingsOf(tx, row.no)
        return yes({
          ...{ ...presentPack(row), ...(await peopleOf(tx, { row, openings })) },
          rights: rights.map((one) => ({ ...one, givenAt: one.givenAt.toISOString() })),
          openings: openings.map((one) => ({
            ...one,
            grantedAt: one.grantedAt.toISOString(),
            until: one.until.toISOString(),
          })),
        })
      }),
  })

type Naming = {
  readonly row: PackRow
  readonly openings: Awaited<ReturnType<typeof openingsOf>>
}

/** What those are called whom a pack names, and whom its keeper may let at it. */
const peopleOf = (tx: Tx, { row, openings }: Naming) =>
  actingAs(tx, systemActor, async (system) => {
    const ids = [row.committedBy, ...openings.flatMap((one) => [one.person, one.grantedBy])]
    const names = Object.fromEntries(await namesOfPeople(system, ids))
    return { names, colleagues: row.mayKeep ? await evaluatorsOf(system, row.organisation) : [] }
  })

/** A pack that whoever acts keeps. */
async function keptPack(tx: Tx, id: string): Promise<Result<PackRow, Problem>> {
  const row = await packById(tx, id)
  if (row === null) return no(noPack())
  if (row.mayKeep) return yes(row)
  return no(problem('not-allowed', 'Who committed to a pack, or administers, says this of it.'))
}

const publishRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/packs/{id}/publication', name: 'publishPack' },
    summary: 'Publish a commitment, for good: developers to whom the pack is declared see it',
    access: may('evaluate'),
    problems: refusals,
    run: ({ principal, params, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const row = await keptPack(tx, params.id)
        if (!row.ok) return row
        const now = clock.now()
        const { no: packNo, id, root } = row.value
        if (!(await publish(tx, { no: packNo, person: principal.person, now }))) {
          return yes(undefined)
        }
        const of = { action: 'pack.publish', kind: 'pack', record: id, digest: root } as const
        await record(tx, [{ at: now, ...of }])
        await tellPack(tx, id, now)
        return yes(undefined)
      }),
  })

const ofPerson = z.strictObject({ id: z.string().max(100), person: z.string().max(100) })

const rightRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ method: 'PUT', path: '/v1/packs/{id}/rights/{person}', name: 'givePackRight' },
    ...{ tag: 'packs', params: ofPerson, access: mayInPerson('evaluate') },
    summary: 'Let somebody by name see that a pack exists, or also fetch it',
    input: z.strictObject({ may: RightWordWire }),
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      changeRight(pool, principal, { ...params, may: body.may, now: clock.now() }),
  })

const endRightRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: '/v1/packs/{id}/rights/{person}', name: 'endPackRight' },
    ...{ tag: 'packs', params: ofPerson, access: mayInPerson('evaluate') },
    summary: 'Take somebody’s right to a pack back, at once',
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params, clock }) =>
      changeRight(pool, principal, { ...params, may: null, now: clock.now() }),
  })

type RightWish = {
  readonly id: string
  readonly person: string
  readonly may: 'view' | 'query' | null
  readonly now: Date
}

function changeRight(
  pool: Pool,
  principal: Principal,
  { id, person, may: right, now }: RightWish,
): Promise<Result<undefined, Problem>> {
  return asActor(pool, actorOf(principal), async (tx) => {
    const row = await keptPack(tx, id)
    if (!row.ok) return row
    const { organisation } = row.value
    const isOurs = await actingAs(tx, systemActor, (system) =>
      isEvaluatorOf(system, { person, organisation }),
    )
    if (right !== null && !isOurs) {
      const why = 'Rights are for people who evaluate for the organisation whose pack it is.'
      return no(problem('not-in-this-state', why))
    }
    const change = { packNo: row.value.no, person, may: right, by: principal.person, now }
    if (!(await setRight(tx, change))) return yes(undefined)
    const of = { action: 'pack.right', kind: 'pack', record: id } as const
    await record(tx, [{ at: now, ...of, fields: { person, may: right ?? 'nothing' } }])
    await tellPack(tx, id, now)
    return yes(undefined)
  })
}

const openTaskRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/packs/{id}/tasks', name: 'openPackTask' },
    summary: 'Open one task of a published pack, with the proof that it was committed to',
    access: mayInPerson('evaluate'),
    input: TaskOpeningWire,
    problems: [...refusals, 'invalid', 'not-in-this-state'],
    limits: { bytesMax: 8 * 2 ** 20 },
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const pack = await packById(tx, params.id)
        if (pack === null) return no(noPack())
        if (!pack.mayQuery) return no(problem('not-allowed', 'It needs the right "query".'))
        if (pack.publishedAt === null) {
          return no(problem('not-in-this-state', 'Its commitment was not published yet.'))
        }
        const now = clock.now()
        const { person } = principal
        const opened = await publishTask(tx, { pack, document: body, person, now })
        if (!opened.ok) return no(invalidAt('', `It ${opened.refusal}.`))
        if (opened.value.isSame) return yes(undefined)
        const fields = { task: opened.value.task }
        const of = { action: 'pack.open-task', kind: 'pack', record: pack.id } as const
        await record(tx, [{ at: now, ...of, digest: pack.root, fields }])
        await tellPack(tx, pack.id, now)
        return yes(undefined)
      }),
  })

const openedTasksRoute = ({ pool }: ShelfParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/packs/{id}/tasks', name: 'openedPackTasks' },
    summary: 'Tasks that were opened, with what verifies each of them against the commitment',
    access: mayEither('evaluate', 'offer'),
    query: z.strictObject({ after: z.int().min(-1).max(1_000).default(-1) }),
    output: OpenedTaskListWire,
    problems: [...refusals, 'invalid'],
    run: ({ principal, params, query: { after } }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const pack = await packById(tx, params.id)
        if (pack === null) return no(noPack())
        const { tasks, isMore } = await openedTasks(tx, { packNo: pack.no, after })
        return yes({
          commitment: CommitmentWire.parse(pack.document),
          items: tasks.map(({ task, publishedAt, opening }) => ({
            ...{ task, publishedAt: publishedAt.toISOString() },
            opening: TaskOpeningWire.parse(opening),
          })),
          next: isMore ? (tasks.at(-1)?.place ?? null) : null,
        })
      }),
  })

import { sql } from 'kysely'
import type { Pool } from 'pg'
import { isObject } from '#formats/json/reader.ts'
import type { Clock } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { JobFailure } from '#platform/jobs/jobs.ts'
import { refreshCases } from './case.store.ts'
import type { EventTold } from './case-event.ts'
import { fieldsBefore, lockCases, only, saveStandings, writeEvents } from './event.store.ts'
import { tellCases } from './tell.store.ts'

export type RecheckParts = { readonly pool: Pool; readonly clock: Clock }

const advisoriesAtOnce = 1_000
const casesAtOnce = 500

/** What a job of `recheck-cases` is about: public records that came since a moment. */
export const recheckRef = (since: Date): string => `since_${since.getTime()}`

/**
 * Ranks the cases again that public records touch which were new or had changed since the moment
 * that `ref` names. Each page of them is a transaction of its own, so that it can be run again.
 */
export async function recheckCases(
  { pool, clock }: RecheckParts,
  ref: string,
  signal: AbortSignal,
): Promise<{ readonly cases: number }> {
  const [, since] = /^since_(\d{1,15})$/.exec(ref) ?? []
  if (since === undefined) throw new JobFailure('the job names no moment to begin at')
  let [after, cases] = ['', 0]
  while (!signal.aborted) {
    const page = await asActor(pool, systemActor, (tx) =>
      touchedBy(tx, { since: new Date(Number(since)), after }),
    )
    for (let at = 0; at < page.cases.length; at += casesAtOnce) {
      const part = page.cases.slice(at, at + casesAtOnce)
      await asActor(pool, systemActor, async (tx) => {
        await refreshCases(tx, part, { clock })
        await tellCases(tx, part, clock.now())
      })
    }
    cases += page.cases.length
    if (page.next === null) break
    after = page.next
  }
  return { cases }
}

type Page = { readonly cases: readonly string[]; readonly next: string | null }

/** The cases that go by an identifier of these records, or of records that share one with them. */
async function touchedBy(
  tx: Tx,
  { since, after }: { readonly since: Date; readonly after: string },
): Promise<Page> {
  const { rows } = await sql<{ id: string; aliases: string[]; record: unknown }>`
    select id, aliases, record from parley.advisory
    where imported_at >= ${since} and id > ${after} order by id limit ${advisoriesAtOnce}
  `.execute(tx)
  const last = rows.at(-1)
  if (!last) return { cases: [], next: null }
  const { rows: kin } = await sql<{ aliases: string[]; record: unknown }>`
    select aliases, record from parley.advisories_of(${rows.flatMap((row) => row.aliases)})
  `.execute(tx)
  const names = new Set([...rows, ...kin].flatMap(namesIn))
  const { rows: found } = await sql<{ id: string }>`
    select id from parley.cases_of_aliases(${[...names]}) as c (id)`.execute(tx)
  const next = rows.length < advisoriesAtOnce ? null : last.id
  return { cases: found.map(({ id }) => id), next }
}

/** Identifiers as the record writes them and in upper case: cases keep those of their reports. */
function namesIn({ aliases, record }: { readonly aliases: string[]; readonly record: unknown }) {
  const finding = isObject(record) && isObject(record['finding']) ? record['finding'] : {}
  const own = Array.isArray(finding['aliases']) ? finding['aliases'] : []
  return [...aliases, ...own.filter((name) => typeof name === 'string')]
}

/** Cases whose time to wait is over are open again, so that nothing waits in silence. */
export async function reopenEnded({ pool, clock }: RecheckParts): Promise<number> {
  return asActor(pool, systemActor, async (tx) => {
    const now = clock.now()
    const { rows } = await sql<{ id: string }>`
      select id from parley.vulnerability_case
      where status = 'waiting' and merged_into is null
        and (hold ->> 'until')::timestamptz <= ${now} order by id limit 1000`.execute(tx)
    const ids = rows.map(({ id }) => id)
    const standing = await lockCases(tx, ids)
    const due = ids.flatMap((id) => {
      const of = standing.get(id)
      const isDue = of?.status === 'waiting' && Date.parse(of.hold?.until ?? '') <= now.getTime()
      return of && isDue ? [of] : []
    })
    const before = await fieldsBefore(
      tx,
      due.map(({ id }) => id),
    )
    const set = { status: 'open', hold: null }
    await saveStandings(
      tx,
      due.map(({ id }) => ({ id, set })),
      now,
    )
    const events = due.map((of) => {
      const told: EventTold = {
        ...{ says: 'reopened the case: its time to wait is over', why: null },
        ...{ version: of.version + 1, cases: [of.id], touches: [`${of.id} status`] },
        undo: { cases: [only(before.get(of.id) ?? { id: of.id }, ['status', 'hold'])] },
      }
      return { case: of.id, kind: 'changed' as const, told }
    })
    await writeEvents(tx, events, { by: null, now })
    await tellCases(
      tx,
      due.map(({ id }) => id),
      now,
    )
    return due.length
  })
}

import { sql } from 'kysely'
import { z } from 'zod'
import { approvalPolicy, roleNow } from '#features/label/approval.store.ts'
import type { Party } from '#features/label/approval.ts'
import { approvalKind } from '#features/label/approval-kind.ts'
import { permissionsOf, roleOf } from '#features/org/role.ts'
import { no, yes } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'

/** How long what was granted can be fetched. */
const fetchWithinMs = 3_600_000
const casesMax = 1_000

const CaseId = z.string().regex(/^case_[0-9a-z]{8,64}$/)
const Selection = z.strictObject({
  cases: z
    .array(CaseId)
    .min(1)
    .max(casesMax)
    .refine((ids) => new Set(ids).size === ids.length, 'Each case is named once.'),
})

export const selectionOf = (request: string): readonly string[] =>
  Selection.parse(JSON.parse(request)).cases

/** More cases than one person takes out by themselves: exactly those that were named, once. */
export const bulkExportKind = approvalKind({
  ...{ name: 'case.export-bulk', title: 'Take many cases out' },
  ...{ whoMayAsk: 'export', whoMayDecide: 'administer' },
  shape: Selection,
  describe: async (tx, { request: { cases }, by }) => {
    const found = await seenBy(tx, by, cases)
    if (found === null || found.cases !== cases.length) {
      return no('Not all of these cases are there for you to take out.')
    }
    const people = `Person ${by.person}, for organisation ${by.organisation},`
    const says = [
      `${people} fetches ${cases.length} cases with ${found.reports} reports as one zip.`,
      'It holds what they may see of them, with attachments, and leaves this instance.',
      'They alone can fetch it, once, within an hour of the grant.',
      ...chunksOf(cases).map((ids) => `Cases: ${ids.join(', ')}.`),
    ]
    return yes({ subject: `${cases.length} cases`, cases, says, basis: null })
  },
  carryOut: async (tx, { id, by, now }) => {
    const until = new Date(now.getTime() + fetchWithinMs)
    await tx
      .insertInto('parley.export_grant')
      .values({ approval_id: id, person_id: by.person, until })
      .execute()
    return yes(null)
  },
})

const inASentence = 20

const chunksOf = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / inASentence) }, (_, at) =>
    ids.slice(at * inASentence, (at + 1) * inASentence),
  )

/** How much of a selection somebody may take out; null where they may take out nothing. */
async function seenBy(tx: Tx, by: Party, cases: readonly string[]) {
  const role = await roleNow(tx, by)
  if (role === null || !permissionsOf(roleOf(role)).includes('export')) return null
  return actingAs(tx, { role: roleOf(role), ...by }, async (theirs) => {
    const { rows } = await sql<{ cases: number; reports: number }>`
      select count(*)::int as cases, coalesce(sum((select count(*) from parley.case_report r
        where r.case_id = c.id)), 0)::int as reports
      from parley.vulnerability_case c where c.id = any (${cases}::text[])`.execute(theirs)
    return rows[0] ?? null
  })
}

export type Taking = { readonly person: string; readonly case: string; readonly now: Date }

/**
 * Notes that a person takes a case out. Answers how many they may take in a day where this would be
 * one more: all accounts of one human count together, and a case that was taken counts once.
 */
export async function takeCase(
  tx: Tx,
  { person, case: taken, now }: Taking,
): Promise<{ readonly max: number } | null> {
  const since = new Date(now.getTime() - 86_400_000)
  const isOver = await actingAs(tx, systemActor, async (system) => {
    const { exportMax } = await approvalPolicy(system)
    // Two that are taken at once must not both be the last one.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`taken by ${person}`}, 0))`.execute(
      system,
    )
    const { rows } = await sql<{ count: number; isKnown: boolean }>`
      select count(distinct case_id)::int as count,
        coalesce(bool_or(case_id = ${taken}), false) as "isKnown"
      from parley.case_taken where at > ${since}
        and person_id in (select parley.accounts_of_human(${person}))`.execute(system)
    const [{ count, isKnown } = { count: 0, isKnown: false }] = rows
    return !isKnown && count >= exportMax ? { max: exportMax } : null
  })
  if (isOver !== null) return isOver
  await sql`insert into parley.case_taken (person_id, case_id, at)
    values (${person}, ${taken}, ${now})`.execute(tx)
  return null
}

/** Uses up what was granted to whoever acts; false where it is used, over, or another's. */
export async function spendGrant(tx: Tx, approval: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.export_grant')
    .set({ used_at: now })
    .where('approval_id', '=', approval)
    .where('used_at', 'is', null)
    .where('until', '>', now)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

import { sql } from 'kysely'
import { z } from 'zod'
import { roleNow } from '#features/label/approval.store.ts'
import type { Party } from '#features/label/approval.ts'
import { type ApprovalKind, approvalKind } from '#features/label/approval-kind.ts'
import { permissionsOf, roleOf } from '#features/org/role.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  areBeingRead,
  holdReports,
  lockShredding,
  payloadsOf,
  reportsMax,
  reportsWithPayloads,
  type Shreddable,
  type ShredParts,
  shred,
  type Wanted,
  wordOf,
} from './shred.store.ts'

const receiptsMax = 50

/** By receipts, or all that an organisation handed in. */
const ShredWish = z.union([
  z.strictObject({ receipts: z.array(z.string().max(100)).min(1).max(receiptsMax) }),
  z.strictObject({ organisation: z.string().max(100) }),
])
type ShredWish = z.output<typeof ShredWish>

/** Who may ask for what: those who decide for what they may read, submitters for what is theirs. */
type Asking = { readonly permission: 'decide' | 'hand-in'; readonly ownOnly: boolean }

const notYours = 'Not all of these reports are there for you.'
const nothingThere = 'These reports have no payloads, or none any more.'

/** The ids of the reports that are meant; a sentence where whoever asks may not see all of them. */
async function meant(
  tx: Tx,
  wish: ShredWish,
  { by, asking }: { readonly by: Party; readonly asking: Asking },
): Promise<Result<Wanted, string>> {
  const role = await roleNow(tx, by)
  if (role === null || !permissionsOf(roleOf(role)).includes(asking.permission)) return no(notYours)
  const { organisation } = by
  return actingAs(tx, { role: roleOf(role), ...by }, async (theirs) => {
    const own = asking.ownOnly ? sql`organisation_id = ${organisation}` : sql`true`
    if ('receipts' in wish) {
      const { rows } = await sql<{ id: string }>`
        select id from parley.report
        where receipt = any (${wish.receipts}::text[]) and ${own}`.execute(theirs)
      const isWhole = rows.length === new Set(wish.receipts).size
      return isWhole ? yes({ reports: rows.map(({ id }) => id) }) : no(notYours)
    }
    const all = await actingAs(theirs, systemActor, (system) => reportsWithPayloads(system, wish))
    const { rows } = await sql`
      select 1 from parley.report where id = any (${all}::text[]) and ${own}`.execute(theirs)
    // Of reports that whoever asks may not see, nothing is said, not even that there are some.
    return rows.length === all.length && all.length > 0 ? yes({ reports: all }) : no(notYours)
  })
}

async function found(
  tx: Tx,
  wish: ShredWish,
  of: { readonly by: Party; readonly asking: Asking },
): Promise<Result<readonly Shreddable[], string>> {
  const wanted = await meant(tx, wish, of)
  if (!wanted.ok) return wanted
  const ids = await reportsWithPayloads(tx, wanted.value)
  if (ids.length === 0) return no(nothingThere)
  if (ids.length > reportsMax) return no(`These are more than ${reportsMax} reports: name some.`)
  if (await areBeingRead(tx, ids)) return no('A document that they came in is still being read.')
  return yes(await payloadsOf(tx, ids))
}

/** The cases that hold these reports. */
async function casesOf(tx: Tx, reports: readonly Shreddable[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct case_id as id from parley.case_report
    where report_no = any (${reports.map(({ no }) => no)}::bigint[]) order by 1`.execute(tx)
  return rows.map(({ id }) => id)
}

const saysOf = (reports: readonly Shreddable[]): readonly string[] => {
  const all = reports.flatMap(({ payloads }) => payloads)
  const bytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isOfDocument = all.some(({ of }) => of === 'document')
  return [
    `What came with ${reports.length} reports is destroyed for good:` +
      ` ${all.length} payloads, ${bytes} bytes.`,
    'Nobody opens them after that, whoever asks; a restored backup does not bring them back here.',
    'What is no payload stays: the reports, their cases, names and digests of what was attached.',
    ...(isOfDocument ? ['Documents that they came in go too, with whatever else is in them.'] : []),
    ...reports.map(({ id, payloads }) => `Report ${id}: ${payloads.map(wordOf).join('; ')}.`),
  ]
}

/** Destroying the payloads of reports, for those who decide about them. */
export const shredKinds = (parts: ShredParts): readonly [ApprovalKind, ApprovalKind] => [
  kindOf(parts, {
    ...{ name: 'report.shred', title: 'Destroy what came with reports' },
    asking: { permission: 'decide', ownOnly: false },
  }),
  kindOf(parts, {
    ...{ name: 'report.shred-own', title: 'Destroy what came with reports of one’s own' },
    asking: { permission: 'hand-in', ownOnly: true },
  }),
]

type Naming = { readonly name: string; readonly title: string; readonly asking: Asking }

const kindOf = (parts: ShredParts, { name, title, asking }: Naming): ApprovalKind =>
  approvalKind({
    ...{ name, title, whoMayAsk: asking.permission, whoMayDecide: 'administer' },
    shape: ShredWish,
    describe: async (tx, { request, by }) => {
      const reports = await found(tx, request, { by, asking })
      if (!reports.ok) return reports
      const subject = `payloads of ${reports.value.length} reports`
      const cases = await casesOf(tx, reports.value)
      return yes({ subject, cases, says: saysOf(reports.value), basis: null })
    },
    carryOut: async (tx, { request, id, by, granted, now }) => {
      await lockShredding(tx)
      const held = await meant(tx, request, { by, asking })
      if (!held.ok) return held
      await holdReports(tx, await reportsWithPayloads(tx, held.value))
      const reports = await found(tx, request, { by, asking })
      if (!reports.ok) return reports
      const asked = await tx
        .selectFrom('parley.approval')
        .select('reason')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const fields = { approval: id, requestedBy: by.person, grantedBy: granted.person }
      const because = { approval: id, now, reason: asked.reason, fields }
      return shred(tx, { reports: reports.value, because }, parts)
    },
  })

import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Client, type Pool } from 'pg'
import { type Clearance, classificationRank, tlpRank } from '#features/label/label.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'

/** The staff of a test instance, and two organisations that hand reports in. */
export const coordinator: Actor = {
  ...{ role: 'coordinator', organisation: 'org_staff001', person: 'person_ada00001' },
}
export const secondCoordinator: Actor = { ...coordinator, person: 'person_bo000001' }
export const finder: Actor = {
  ...{ role: 'finder', organisation: 'org_finder01', person: 'person_fay00001' },
}

/** Makes the organisations and people above. */
export async function peopleOf(app: Pool): Promise<void> {
  await asActor(app, systemActor, async (tx) => {
    await sql`insert into parley.organisation values ('org_staff001', 'Staff', now(), null),
      ('org_finder01', 'Heron Lab', now(), null), ('org_finder02', 'Basalt', now(), null)`.execute(
      tx,
    )
    await sql`insert into parley.person values ('person_ada00001', 'Ada', now(), null),
      ('person_bo000001', 'Bo', now(), null), ('person_fay00001', 'Fay', now(), null)`.execute(tx)
    await sql`insert into parley.membership values
      ('person_ada00001', 'org_staff001', 'coordinator', now()),
      ('person_bo000001', 'org_staff001', 'coordinator', now()),
      ('person_fay00001', 'org_finder01', 'finder', now())`.execute(tx)
  })
}

/** What a test wants of a report; the rest is invented. */
export type ReportWish = {
  readonly title?: string
  readonly finding?: Partial<Finding>
  readonly finders?: readonly string[]
  readonly organisation?: string
  readonly receivedAt?: string
  /** The number of its label; otherwise that of the common one. */
  readonly label?: number
}

const named = (): string => randomBytes(10).toString('hex')

/** Stores reports as intake does, waiting for a case; answers their numbers in order. */
export async function storeReports(tx: Tx, wishes: readonly ReportWish[]): Promise<number[]> {
  const rows = wishes.map((wish, at) => {
    const title = wish.title ?? `Flaw number ${at}`
    const finding = { at: { pointer: `/${at}` }, title, original: { at }, ...wish.finding }
    return {
      ...{ id: `report_${named()}`, receipt: `receipt_${named()}`, title, finding },
      organisation_id: wish.organisation ?? 'org_finder01',
      received_at: wish.receivedAt ?? '2026-11-20T10:00:00Z',
      ...{ format: 'sarif', document: 'scan.json', source: 'Probe' },
      finders: wish.finders ?? ['Heron'],
      label_id: wish.label ?? 1,
    }
  })
  const { rows: saved } = await sql<{ no: number; id: string }>`
    insert into parley.report (id, receipt, organisation_id, received_at, format, document, finders,
      source, title, finding, label_id)
    select id, receipt, organisation_id, received_at, format, document, finders, source, title,
      finding, label_id
    from json_populate_recordset(null::parley.report, ${JSON.stringify(rows)}::json)
    returning no, id`.execute(tx)
  const byId = new Map(saved.map(({ no, id }) => [id, no]))
  return rows.map(({ id }) => byId.get(id) ?? 0)
}

/** Clears somebody, as another administrator would. */
export const clear = (
  { app }: { readonly app: Pool },
  { person }: Actor,
  held: Clearance,
): Promise<void> =>
  asActor(app, systemActor, async (tx) => {
    const ranks = [classificationRank(held.classification), tlpRank(held.tlp)] as const
    await sql`
      insert into parley.clearance values (${person}, ${held.organisation}, ${ranks[0]},
        ${ranks[1]}, ${[...held.compartments]}::text[], ${held.pcii}, ${held.underEmbargo}, now(),
        null)
      on conflict (person_id, organisation_id) do update set
        classification = excluded.classification, tlp = excluded.tlp, pcii = excluded.pcii,
        compartments = excluded.compartments, under_embargo = excluded.under_embargo`.execute(tx)
  })

/** Sets the ceiling of a test's instance, as its start does. */
export async function raiseCeiling({ ownerUrl }: { ownerUrl: string }, to: number): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query('begin; set local role parley_keeper')
    await owner.query('select parley.set_ceiling($1)', [to])
    await owner.query('commit')
  } finally {
    await owner.end()
  }
}

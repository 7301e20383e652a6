import { sql } from 'kysely'
import type { Pool } from 'pg'
import { roleOf } from '#features/org/role.ts'
import { type Actor, actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  type ExplainedKind,
  type ExplainedRecord,
  explainedKinds,
  type Standing,
  type Step,
  stepsOf,
} from './explain.ts'

/** One way of somebody, whether it leads to the record, and what the database itself says. */
export type ExplainedWay = Pick<Standing, 'by' | 'token' | 'role' | 'organisation'> & {
  readonly steps: readonly Step[]
  readonly may: boolean
  readonly database: boolean
}

export type Explained = {
  readonly person: { readonly id: string; readonly name: string }
  readonly record: ExplainedRecord
  readonly ways: readonly ExplainedWay[]
  /** Whether any way leads there. */
  readonly may: boolean
}

export type Asked = {
  readonly person: string
  readonly record: string
  readonly now: Date
  /** Who wants to know: what they are not cleared for is not there. */
  readonly asker: Actor
}

/**
 * Why somebody may see a record or not, way by way. Null where there is no such person or record.
 * Each way is asked of the database too, as that person: both must say the same.
 */
export async function explainAccess(
  pool: Pool,
  { person, record, now, asker }: Asked,
): Promise<Explained | null> {
  const facts = await asActor(pool, systemActor, async (tx) => {
    const found = await recordOf(tx, record, asker)
    const who = found && (await personOf(tx, person))
    return who ? { found, who, standings: await standingsOf(tx, person, now) } : null
  })
  if (facts === null) return null
  const ways: ExplainedWay[] = []
  for (const standing of facts.standings) {
    const steps = stepsOf(standing, facts.found)
    const { by, token, role, organisation } = standing
    const isIn = standing.isPersonActive && standing.isOrganisationActive && standing.isTokenValid
    const actor = { role, organisation: organisation.id, person }
    const database = isIn && (await asActor(pool, actor, (tx) => isThere(tx, facts.found)))
    ways.push({
      ...{ by, token, role, organisation, steps, database },
      may: steps.every(({ holds }) => holds),
    })
  }
  const may = ways.some((way) => way.may && way.database)
  return { person: facts.who, record: facts.found, ways, may }
}

const tables = {
  case: sql.table('parley.vulnerability_case'),
  report: sql.table('parley.report'),
  attachment: sql.table('parley.attachment'),
} as const

const kindOf = (id: string): ExplainedKind | null =>
  explainedKinds.find((kind) => id.startsWith(`${kind}_`)) ?? null

async function recordOf(tx: Tx, id: string, asker: Actor): Promise<ExplainedRecord | null> {
  const kind = kindOf(id)
  if (kind === null) return null
  const organisation = kind === 'case' ? sql`null` : sql`of.organisation_id`
  const label =
    kind === 'attachment'
      ? sql`(select r.label_id from parley.report r where r.no = of.report_no)`
      : sql`of.label_id`
  const { rows } = await sql<{ organisation: string | null; label: number }>`
    select ${organisation} as organisation, ${label} as label from ${tables[kind]} of
    where of.id = ${id}`.execute(tx)
  const [row] = rows
  // Asked either way, so that what is there and what is not take alike.
  const isCleared = await isClearedFor(tx, asker, row?.label ?? 0)
  return row && isCleared ? { kind, id, organisation: row.organisation } : null
}

const isClearedFor = (tx: Tx, asker: Actor, label: number): Promise<boolean> =>
  actingAs(tx, asker, async (theirs) => {
    const { rows } = await sql`
      select 1 from parley.visible_labels() l where l.id = ${label}`.execute(theirs)
    return rows.length > 0
  })

async function isThere(tx: Tx, { kind, id }: ExplainedRecord): Promise<boolean> {
  const { rows } = await sql`select 1 from ${tables[kind]} where id = ${id}`.execute(tx)
  return rows.length > 0
}

async function personOf(tx: Tx, id: string) {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.person where id = ${id}`.execute(tx)
  return rows[0] ?? null
}

type StandingRow = {
  readonly role: string
  readonly organisation: string
  readonly organisation_name: string
  readonly token: string | null
  readonly token_name: string | null
  readonly person_active: boolean
  readonly organisation_active: boolean
  readonly token_valid: boolean
}

/** The memberships of a person and the tokens that they answer for. */
async function standingsOf(tx: Tx, person: string, now: Date): Promise<Standing[]> {
  const { rows } = await sql<StandingRow>`
    select w.*, o.name as organisation_name, p.disabled_at is null as person_active,
      o.disabled_at is null as organisation_active
    from (select person_id, organisation_id as organisation, role, null as token,
        null as token_name, true as token_valid from parley.membership
      union all select owner_id, organisation_id, role, id, name,
        revoked_at is null and expires_at > ${now} from parley.api_token) w
    join parley.person p on p.id = w.person_id
    join parley.organisation o on o.id = w.organisation
    where w.person_id = ${person} order by w.token nulls first, o.name, o.id`.execute(tx)
  return rows.map((row) => ({
    by: row.token === null ? 'membership' : 'token',
    token: row.token === null ? null : { id: row.token, name: row.token_name ?? '' },
    role: roleOf(row.role),
    organisation: { id: row.organisation, name: row.organisation_name },
    isPersonActive: row.person_active,
    isOrganisationActive: row.organisation_active,
    isTokenValid: row.token_valid,
  }))
}

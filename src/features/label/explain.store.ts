import { sql } from 'kysely'
import type { Pool } from 'pg'
import { roleOf } from '#features/org/role.ts'
import { type Actor, actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type ExplainedRecord, mayBy, type Reasons, type Standing, stepsOf } from './explain.ts'
import { foundRecord, isThere, readInTo } from './explain-record.store.ts'
import { type Clearance, classifications, tlpColours, uncleared } from './label.ts'

/** One way of somebody, whether it leads to the record, and what the database itself says. */
export type ExplainedWay = Pick<Standing, 'by' | 'token' | 'role' | 'organisation'> &
  Reasons & {
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
    const there = await foundRecord(tx, record)
    // Asked either way, so that what is there and what is not take alike.
    const isCleared = await isClearedFor(tx, asker, there?.labelId ?? 0)
    const found = isCleared ? there : null
    const who = found && (await personOf(tx, person))
    if (!found || !who) return null
    const readIn = await readInTo(tx, person, found.of)
    const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx)
    const standings = await standingsOf(tx, person, now)
    return {
      ...{ found: found.record, who, databaseNow: rows[0]?.now ?? now },
      standings: standings.map((one): Standing => ({ ...one, readIn })),
    }
  })
  if (facts === null) return null
  const ways: ExplainedWay[] = []
  for (const standing of facts.standings) {
    // What the database asks of dates, it asks of its own clock.
    const reasons = stepsOf(standing, facts.found, facts.databaseNow)
    const { by, token, role, organisation } = standing
    const isIn = standing.isPersonActive && standing.isOrganisationActive && standing.isTokenValid
    const via = by === 'membership' ? 'session' : 'token'
    const actor = { role, organisation: organisation.id, person, via } as const
    const database = isIn && (await asActor(pool, actor, (tx) => isThere(tx, facts.found)))
    ways.push({ ...{ by, token, role, organisation, database }, ...reasons, may: mayBy(reasons) })
  }
  const may = ways.some((way) => way.may && way.database)
  return { person: facts.who, record: facts.found, ways, may }
}

const isClearedFor = (tx: Tx, asker: Actor, label: number): Promise<boolean> =>
  actingAs(tx, asker, async (theirs) => {
    const { rows } = await sql`
      select 1 from parley.visible_labels() l where l.id = ${label}`.execute(theirs)
    return rows.length > 0
  })

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
  readonly classification: number | null
  readonly tlp: number | null
  readonly compartments: string[] | null
  readonly pcii: boolean | null
  readonly under_embargo: boolean | null
}

/** The memberships of a person and the tokens that they answer for. */
async function standingsOf(tx: Tx, person: string, now: Date): Promise<Omit<Standing, 'readIn'>[]> {
  const { rows } = await sql<StandingRow>`
    select w.*, o.name as organisation_name, p.disabled_at is null as person_active,
      o.disabled_at is null as organisation_active, c.classification, c.tlp, c.compartments,
      c.pcii, c.under_embargo
    from (select person_id, organisation_id as organisation, role, null as token,
        null as token_name, true as token_valid from parley.membership
      union all select owner_id, organisation_id, role, id, name,
        revoked_at is null and expires_at > ${now} from parley.api_token) w
    join parley.person p on p.id = w.person_id
    join parley.organisation o on o.id = w.organisation
    left join parley.clearance c
      on c.person_id = w.person_id and c.organisation_id = w.organisation
    where w.person_id = ${person} order by w.token nulls first, o.name, o.id`.execute(tx)
  return rows.map((row) => ({
    by: row.token === null ? 'membership' : 'token',
    token: row.token === null ? null : { id: row.token, name: row.token_name ?? '' },
    role: roleOf(row.role),
    organisation: { id: row.organisation, name: row.organisation_name },
    isPersonActive: row.person_active,
    isOrganisationActive: row.organisation_active,
    isTokenValid: row.token_valid,
    held: heldOf(row),
  }))
}

/** What the database takes somebody to be cleared for: the same for their tokens. */
function heldOf(row: StandingRow): Clearance {
  const common = uncleared(row.organisation)
  return {
    classification: classifications[row.classification ?? 0] ?? common.classification,
    tlp: row.tlp === null ? common.tlp : (tlpColours[row.tlp] ?? common.tlp),
    compartments: row.compartments ?? common.compartments,
    pcii: row.pcii ?? common.pcii,
    underEmbargo: row.under_embargo ?? common.underEmbargo,
    organisation: row.organisation,
  }
}

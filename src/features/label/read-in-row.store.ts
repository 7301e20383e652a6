import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '#platform/db/as-actor.ts'
import {
  type Ending,
  endings,
  type Gate,
  gates,
  type Paper,
  papers,
  type ReadIn,
} from './read-in.ts'
import { partOf, sanctionedRoleOf, tierOf } from './read-in-tier.ts'

export type Named = { readonly id: string; readonly name: string }

/** A gate as it was decided, with what was said of it. */
export type GateRow = {
  readonly gate: Gate
  readonly isPassed: boolean
  readonly at: string
  readonly by: Named
  readonly what: string
  readonly papers: readonly Paper[]
  /** The read-in whose gate stands for this one. */
  readonly reusedFrom: string | null
}

export type ReasonRow = {
  readonly step: 'need' | 'refuse' | 'assign' | 'tier' | 'end'
  readonly at: string
  readonly by: Named
  readonly text: string
}

/** A read-in with everything that was written down of it, as far as whoever reads may see it. */
export type ReadInRow = {
  readonly rule: ReadIn
  readonly person: Named
  readonly organisation: Named
  readonly sponsor: Named
  readonly nominatedAt: Date
  readonly nominatedBy: Named
  readonly assignedBy: Named | null
  readonly refusedAt: Date | null
  readonly acknowledgedDigest: string | null
  readonly agreed: readonly Paper[]
  readonly approval: string | null
  readonly endedBy: Named | null
  readonly gateRows: readonly GateRow[]
  readonly reasons: readonly ReasonRow[]
}

type Row = {
  readonly id: string
  readonly case_id: string
  readonly person_id: string
  readonly person_name: string | null
  readonly organisation_id: string
  readonly organisation_name: string | null
  readonly sponsor_id: string
  readonly sponsor_name: string | null
  readonly tier: string
  readonly part: string
  readonly role: string
  readonly is_emergency: boolean
  readonly nominated_at: Date
  readonly nominated_by: string
  readonly nominator: string | null
  readonly refused_at: Date | null
  readonly assigned_at: Date | null
  readonly assigned_by: string | null
  readonly assigner: string | null
  readonly opens_at: Date | null
  readonly until: Date | null
  readonly acknowledged_at: Date | null
  readonly acknowledged_digest: string | null
  readonly agreed: string[]
  readonly approval: string | null
  readonly ended_at: Date | null
  readonly ended_by: string | null
  readonly ender: string | null
  readonly ended_why: string | null
  readonly gates: unknown
  readonly reasons: unknown
}

const Who = z.object({ id: z.string(), name: z.string().nullable() })
const named = ({ id, name }: z.infer<typeof Who>): Named => ({ id, name: name ?? '' })
const Gates = z
  .array(
    z.object({
      ...{ gate: z.number(), isPassed: z.boolean(), at: z.string(), what: z.string(), by: Who },
      ...{ papers: z.array(z.string()), reusedFrom: z.string().nullable() },
    }),
  )
  .nullable()
const Reasons = z
  .array(
    z.object({
      ...{ step: z.enum(['need', 'refuse', 'assign', 'tier', 'end']), at: z.string() },
      ...{ by: Who, text: z.string() },
    }),
  )
  .nullable()

/** More are not listed at once. */
const listedMax = 2_000

export type Which =
  | { readonly id: string; readonly isLocked?: boolean }
  | { readonly case: string }
  | { readonly person: string }
  | 'all'

function where(which: Which): RawBuilder<unknown> {
  if (which === 'all') return sql``
  if ('case' in which) return sql`where r.case_id = ${which.case}`
  if ('person' in which) return sql`where r.person_id = ${which.person}`
  return sql`where r.id = ${which.id}`
}

/** Read-ins in the order of their nomination; what the actor may not see is left out. */
export async function listReadIns(tx: Tx, which: Which): Promise<readonly ReadInRow[]> {
  const isLocked = typeof which === 'object' && 'isLocked' in which && which.isLocked === true
  const { rows } = await sql<Row>`
    select r.*, p.name as person_name, o.name as organisation_name, s.name as sponsor_name,
      n.name as nominator, a.name as assigner, e.name as ender,
      (select json_agg(json_build_object('gate', g.gate, 'isPassed', g.is_passed, 'at', g.at,
          'what', g.what, 'papers', g.papers, 'reusedFrom', g.reused_from,
          'by', json_build_object('id', g.by_person, 'name', gp.name)) order by g.no)
        from parley.read_in_gate g left join parley.person gp on gp.id = g.by_person
        where g.read_in_id = r.id) as gates,
      (select json_agg(json_build_object('step', w.step, 'at', w.at, 'text', w.text,
          'by', json_build_object('id', w.by_person, 'name', wp.name)) order by w.no)
        from parley.read_in_reason w left join parley.person wp on wp.id = w.by_person
        where w.read_in_id = r.id) as reasons
    from parley.read_in r
    left join parley.person p on p.id = r.person_id
    left join parley.organisation o on o.id = r.organisation_id
    left join parley.person s on s.id = r.sponsor_id
    left join parley.person n on n.id = r.nominated_by
    left join parley.person a on a.id = r.assigned_by
    left join parley.person e on e.id = r.ended_by
    ${where(which)} order by r.nominated_at, r.id limit ${listedMax}
    ${isLocked ? sql`for update of r` : sql``}`.execute(tx)
  return rows.map(rowOf)
}

export async function readInById(tx: Tx, id: string): Promise<ReadInRow | null> {
  const [row] = await listReadIns(tx, { id })
  return row ?? null
}

function rowOf(row: Row): ReadInRow {
  const who = (id: string | null, name: string | null): Named | null =>
    id === null ? null : { id, name: name ?? '' }
  const gateRows = (Gates.parse(row.gates) ?? []).map((one) => ({
    ...{ gate: gateOf(one.gate), isPassed: one.isPassed, at: utc(one.at), by: named(one.by) },
    ...{ what: one.what, papers: papersOf(one.papers), reusedFrom: one.reusedFrom },
  }))
  const reasons = Reasons.parse(row.reasons) ?? []
  return {
    rule: ruleOf(row, gateRows),
    person: { id: row.person_id, name: row.person_name ?? '' },
    organisation: { id: row.organisation_id, name: row.organisation_name ?? '' },
    sponsor: { id: row.sponsor_id, name: row.sponsor_name ?? '' },
    nominatedAt: row.nominated_at,
    nominatedBy: { id: row.nominated_by, name: row.nominator ?? '' },
    assignedBy: who(row.assigned_by, row.assigner),
    refusedAt: row.refused_at,
    acknowledgedDigest: row.acknowledged_digest,
    agreed: papersOf(row.agreed),
    approval: row.approval,
    endedBy: who(row.ended_by, row.ender),
    gateRows,
    reasons: reasons.map((one) => ({ ...one, at: utc(one.at), by: named(one.by) })),
  }
}

function ruleOf(row: Row, gateRows: readonly GateRow[]): ReadIn {
  const { assigned_at: at, assigned_by: by, opens_at: opensAt, until } = row
  const { ended_at: endedAt, ended_why: why } = row
  return {
    ...{ id: row.id, case: row.case_id, person: row.person_id, sponsor: row.sponsor_id },
    ...{ organisation: row.organisation_id, isEmergency: row.is_emergency },
    ...{ tier: tierOf(row.tier), part: partOf(row.part), role: sanctionedRoleOf(row.role) },
    gates: gateRows.map((one) => ({
      ...{ gate: one.gate, isPassed: one.isPassed, by: one.by.id, at: new Date(one.at) },
    })),
    isRefused: row.refused_at !== null,
    assigned: at && by && opensAt && until ? { at, by, opensAt, until } : null,
    acknowledgedAt: row.acknowledged_at,
    ended: endedAt && why ? { at: endedAt, why: endingOf(why) } : null,
  }
}

const utc = (text: string): string => new Date(text).toISOString()

function gateOf(found: number): Gate {
  const gate = gates.find((one) => one === found)
  if (gate !== undefined) return gate
  throw new TypeError(`not a gate: ${found}`)
}

function endingOf(text: string): Ending {
  const ending = endings.find((one) => one === text)
  if (ending !== undefined) return ending
  throw new TypeError(`not an ending: ${text}`)
}

export const papersOf = (texts: readonly string[]): readonly Paper[] =>
  papers.filter((one) => texts.includes(one))

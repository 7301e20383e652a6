import { sql } from 'kysely'
import { z } from 'zod'
import type { LedgerAction } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { no, type Result } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import {
  decideAssignment,
  decideEnd,
  decideGate,
  decideNomination,
  decideRefusal,
  decideTier,
  type Ending,
  type Gate,
  type Paper,
  type PersonFacts,
  type ReadIn,
  type ReadInRefusal,
} from './read-in.ts'
import type { Signer } from './read-in-papers.store.ts'
import { listReadIns, papersOf, type ReasonRow } from './read-in-row.store.ts'
import {
  type CaseMoments,
  noMoments,
  type ReadInTier,
  type SanctionedRole,
} from './read-in-tier.ts'

export type ReadInId = Id<'readin'>
export const ReadInId = idOf('readin')

/** Who decides, and when. */
export type By = { readonly person: string; readonly now: Date }

/**
 * What is known of a person elsewhere: which papers they accepted. Added to those that somebody
 * saw signed and wrote down at the third gate.
 */
export type Prerequisites = {
  readonly accepted: (tx: Tx, of: Signer) => Promise<readonly Paper[]>
}

export type Done = Result<ReadIn, ReadInRefusal>
const unknown = (what: string) =>
  no<ReadInRefusal>({ code: 'not-found', why: `There is no such ${what}.` })

/** What the system finds out about the person of a read-in by itself. */
export async function factsOf(
  tx: Tx,
  { person, sponsor, case: of }: Pick<ReadIn, 'person' | 'sponsor' | 'case'>,
  { accepted }: Prerequisites,
): Promise<PersonFacts> {
  const { rows } = await sql<{
    organisation_id: string | null
    has_passkey: boolean
    is_sponsor_active: boolean
    exclusion: string | null
    papers: string[]
  }>`select * from parley.read_in_facts(${person}, ${sponsor}, ${of})`.execute(tx)
  const [row] = rows
  const organisation = row?.organisation_id ?? null
  const own = organisation === null ? [] : await accepted(tx, { person, organisation })
  const all = [...(row?.papers ?? []), ...own]
  return {
    organisation,
    hasPasskey: row?.has_passkey ?? false,
    isSponsorActive: row?.is_sponsor_active ?? false,
    papers: papersOf(all),
    exclusion: row?.exclusion ?? null,
  }
}

async function momentsOf(tx: Tx, of: string): Promise<CaseMoments> {
  const row = await tx
    .selectFrom('parley.case_plan')
    .select(['analysis_at', 'upstream_at', 'disclosure_at', 'go_live_at'])
    .where('case_id', '=', of)
    .executeTakeFirst()
  if (row === undefined) return noMoments
  return {
    ...{ analysisAt: row.analysis_at, upstreamAt: row.upstream_at },
    ...{ disclosureAt: row.disclosure_at, goLiveAt: row.go_live_at },
  }
}

export type Wish = {
  readonly case: string
  readonly person: string
  readonly sponsor: string
  readonly tier: ReadInTier
  readonly role: SanctionedRole
  readonly isEmergency: boolean
  readonly need: string
}

/** Nominates a named person for one case. */
export async function nominate(tx: Tx, wish: Wish, by: By): Promise<Done> {
  const { rows: cases } = await sql`select 1 from parley.vulnerability_case c
    where c.id = ${wish.case} and c.merged_into is null and c.status <> 'closed'
      and not exists (select 1 from parley.case_plan p
        where p.case_id = c.id and p.disclosed_at is not null)`.execute(tx)
  if (cases.length === 0) return unknown('case that is open and not public')
  const facts = await factsOf(tx, wish, { accepted: async () => [] })
  const { organisation } = facts
  if (organisation === null) return unknown('person who can sign in')
  if (!facts.isSponsorActive) return unknown('sponsor')
  const others = (await listReadIns(tx, { person: wish.person })).map(({ rule }) => rule)
  const id = ReadInId.of(randomName())
  const asked = { ...wish, id, organisation, by: by.person }
  const decided = decideNomination(asked, others)
  if (!decided.ok) return decided
  const { rule } = { rule: decided.value }
  const saved = await tx
    .insertInto('parley.read_in')
    .values({
      ...{ id, case_id: rule.case, person_id: rule.person, organisation_id: organisation },
      ...{ sponsor_id: rule.sponsor, tier: rule.tier, part: rule.part, role: rule.role },
      ...{ is_emergency: rule.isEmergency, nominated_at: by.now, nominated_by: by.person },
      agreed: [],
      is_end_recorded: false,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  if (saved.length === 0) {
    return no({ code: 'not-in-this-state', why: 'Somebody nominated them just now.' })
  }
  await say(tx, { step: 'need', id, text: wish.need }, by)
  await recordStep(tx, 'read-in.nominate', { rule, by, reason: wish.need })
  return decided
}

type Said = { readonly step: ReasonRow['step']; readonly id: string; readonly text: string }

async function say(tx: Tx, { step, id, text }: Said, { person, now }: By): Promise<void> {
  await sql`insert into parley.read_in_reason (read_in_id, step, at, by_person, text)
    values (${id}, ${step}, ${now}, ${person}, ${text})`.execute(tx)
}

type Step = {
  readonly rule: ReadIn
  readonly by: By
  readonly reason?: string
  readonly fields?: Readonly<Record<string, string>>
}

export const fieldsOfReadIn = ({ case: of, tier, part, person }: ReadIn) => ({
  ...{ case: of, tier, part, nominee: person },
})

function recordStep(tx: Tx, action: LedgerAction, { rule, by, reason, fields }: Step) {
  return record(tx, [
    {
      ...{ at: by.now, action, kind: 'read-in', record: rule.id },
      fields: { ...fieldsOfReadIn(rule), ...fields },
      ...(reason === undefined ? {} : { reason }),
    },
  ])
}

/** A read-in that is held until the end of the transaction. */
async function locked(tx: Tx, id: string): Promise<ReadIn | null> {
  const [row] = await listReadIns(tx, { id, isLocked: true })
  return row?.rule ?? null
}

export type GateWish = {
  readonly id: string
  readonly gate: Gate
  readonly result: 'passed' | 'failed' | 'reused'
  readonly what: string
  readonly papers: readonly Paper[]
}

/** Writes down how a gate was decided; the system fails the third for whoever is shut out. */
export async function passGate(tx: Tx, wish: GateWish, by: By): Promise<Done> {
  const found = await locked(tx, wish.id)
  if (found === null) return unknown('read-in')
  const reused = wish.result === 'reused' ? await reusable(tx, { of: found, wish, by }) : null
  if (reused === 'none') {
    const why = 'There is no earlier gate of theirs that may stand for this one; decide it anew.'
    return no({ code: 'not-in-this-state', why })
  }
  const { exclusion } = await factsOf(tx, found, { accepted: async () => [] })
  const { gate } = wish
  const isPassed = wish.result !== 'failed'
  const decided = decideGate(found, { gate, isPassed, by: by.person, at: by.now }, exclusion)
  if (!decided.ok) return decided
  const result = decided.value.gates.at(-1)?.isPassed ?? false
  const what = result || !isPassed ? wish.what : `Shut out: ${exclusion}. ${wish.what}`
  const signed = reused?.papers ?? wish.papers
  await sql`insert into parley.read_in_gate (read_in_id, gate, at, by_person, is_passed, what,
      papers, reused_from)
    values (${found.id}, ${gate}, ${by.now}, ${by.person}, ${result}, ${what},
      ${gate === 3 ? signed : []}::text[], ${reused?.id ?? null})`.execute(tx)
  const fields = { gate: String(gate), result: result ? wish.result : 'failed' }
  await recordStep(tx, 'read-in.gate', { rule: found, by, reason: what, fields })
  return decided
}

const Reuse = z.object({ organisations: z.array(z.string()), days: z.number() }).nullable()
export type Reuse = z.infer<typeof Reuse>

/** Whose earlier gates may stand for new ones, and for how long. */
export async function reuseRule(tx: Tx): Promise<Reuse> {
  const { rows } = await sql<{ rule: unknown }>`select parley.read_in_reuse() as rule`.execute(tx)
  return Reuse.parse(rows[0]?.rule ?? null)
}

export async function saveReuseRule(tx: Tx, rule: Reuse, { person, now }: By): Promise<void> {
  const value = JSON.stringify(rule)
  await sql`insert into parley.setting (name, value, changed_at, changed_by)
    values ('read-in.reuse', ${value}::jsonb, ${now}, ${person})
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at,
      changed_by = excluded.changed_by`.execute(tx)
  const fields = { rule: value }
  const of = { kind: 'read-in', record: 'read-in.reuse' } as const
  await record(tx, [{ at: now, action: 'read-in.reuse', ...of, fields }])
}

type Asked = { readonly of: ReadIn; readonly wish: GateWish; readonly by: By }

/** The newest of the person's own gates that was passed for the same organisation and role. */
async function reusable(
  tx: Tx,
  { of, wish: { gate }, by }: Asked,
): Promise<'none' | { readonly id: string; readonly papers: readonly Paper[] }> {
  const rule = await reuseRule(tx)
  if (gate === 1 || !rule?.organisations.includes(of.organisation)) return 'none'
  const since = new Date(by.now.getTime() - rule.days * 86_400_000)
  const { rows } = await sql<{ id: string; papers: string[] }>`
    select newest.id, newest.papers from (
      select distinct on (r.id) r.id, g.papers, g.is_passed, g.at, g.reused_from
      from parley.read_in r join parley.read_in_gate g on g.read_in_id = r.id and g.gate = ${gate}
      where r.person_id = ${of.person} and r.organisation_id = ${of.organisation}
        and r.id <> ${of.id} and r.role = ${of.role}
      order by r.id, g.no desc) newest
    where newest.is_passed and newest.reused_from is null and newest.at >= ${since}
    order by newest.at desc limit 1`.execute(tx)
  const [row] = rows
  return row ? { id: row.id, papers: papersOf(row.papers) } : 'none'
}

export async function refuseReadIn(
  tx: Tx,
  { id, why }: { readonly id: string; readonly why: string },
  by: By,
): Promise<Done> {
  const found = await locked(tx, id)
  if (found === null) return unknown('read-in')
  const decided = decideRefusal(found, by.person)
  if (!decided.ok) return decided
  await sql`update parley.read_in set refused_at = ${by.now} where id = ${id}`.execute(tx)
  await say(tx, { step: 'refuse', id, text: why }, by)
  await recordStep(tx, 'read-in.refuse', { rule: found, by, reason: why })
  return decided
}

export type Assignment = {
  readonly id: string
  readonly until: Date | null
  readonly why: string
  readonly prerequisites: Prerequisites
}

/** Authorises a read-in for its case: the system looks at everything else itself. */
export async function assignReadIn(tx: Tx, asked: Assignment, by: By): Promise<Done> {
  const { id, until, why, prerequisites } = asked
  const found = await locked(tx, id)
  if (found === null) return unknown('read-in')
  const facts = await factsOf(tx, found, prerequisites)
  const moments = await momentsOf(tx, found.case)
  const decided = decideAssignment(found, {
    ...{ by: by.person, now: by.now, moments, facts, until },
  })
  if (!decided.ok) return decided
  const given = decided.value.assigned
  await sql`update parley.read_in set assigned_at = ${by.now}, assigned_by = ${by.person},
    opens_at = ${given?.opensAt}, until = ${given?.until} where id = ${id}`.execute(tx)
  await say(tx, { step: 'assign', id, text: why }, by)
  const fields = { until: given?.until.toISOString() ?? '' }
  await recordStep(tx, 'read-in.assign', { rule: found, by, reason: why, fields })
  return decided
}

export type TierWish = {
  readonly id: string
  readonly tier: ReadInTier
  readonly until: Date
  readonly why: string
  /** What two people approved; null where nobody was asked. */
  readonly approval: string | null
}

/** Gives a read-in another tier or end; less at once, more only by an approval. */
export async function changeTier(tx: Tx, wish: TierWish, by: By): Promise<Done> {
  const { id, tier, until, why, approval } = wish
  const found = await locked(tx, id)
  if (found === null) return unknown('read-in')
  const decided = decideTier(found, {
    ...{ tier, until, by: by.person, now: by.now, isApproved: approval !== null },
  })
  if (!decided.ok) return decided
  const { part, acknowledgedAt } = decided.value
  await sql`update parley.read_in set tier = ${tier}, part = ${part}, until = ${until},
    acknowledged_at = ${acknowledgedAt}, approval = coalesce(${approval}, approval)
    where id = ${id}`.execute(tx)
  await say(tx, { step: 'tier', id, text: why }, by)
  const fields = { until: until.toISOString(), ...(approval === null ? {} : { approval }) }
  await recordStep(tx, 'read-in.tier', { rule: decided.value, by, reason: why, fields })
  return decided
}

export async function endReadIn(
  tx: Tx,
  { id, why, note }: { readonly id: string; readonly why: Ending; readonly note: string },
  by: By,
): Promise<Done> {
  const found = await locked(tx, id)
  if (found === null) return unknown('read-in')
  const decided = decideEnd(found, { at: by.now, why })
  if (!decided.ok) return decided
  await sql`update parley.read_in set ended_at = ${by.now}, ended_by = ${by.person},
    ended_why = ${why}, is_end_recorded = true where id = ${id}`.execute(tx)
  if (note !== '') await say(tx, { step: 'end', id, text: note }, by)
  await recordStep(tx, 'read-in.end', { rule: found, by, reason: note || why, fields: { why } })
  return decided
}

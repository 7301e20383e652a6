import { sql } from 'kysely'
import type { Pool } from 'pg'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { lockCoordinators } from '#features/org/org.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actorIn, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { ceilingOf } from './label.store.ts'
import {
  type Clearance,
  classificationRank,
  classifications,
  tlpColours,
  tlpRank,
  uncleared,
} from './label.ts'

/** A clearance is of somebody as a member of one organisation. */
export type Member = { readonly person: string; readonly organisation: string }

export type Held = Clearance & { readonly changedAt: Date | null }

/** What a member is cleared for; null where the actor may not know of such a member. */
export async function clearanceOf(tx: Tx, { person, organisation }: Member): Promise<Held | null> {
  const row = await tx
    .selectFrom('parley.membership as m')
    .leftJoin('parley.clearance as c', (join) =>
      join
        .onRef('c.person_id', '=', 'm.person_id')
        .onRef('c.organisation_id', '=', 'm.organisation_id'),
    )
    .select(['c.classification', 'c.tlp', 'c.compartments', 'c.pcii', 'c.under_embargo'])
    .select('c.changed_at')
    .where('m.person_id', '=', person)
    .where('m.organisation_id', '=', organisation)
    .executeTakeFirst()
  if (row === undefined) return null
  const common = uncleared(organisation)
  return {
    classification: classifications[row.classification ?? 0] ?? common.classification,
    tlp: row.tlp === null ? common.tlp : (tlpColours[row.tlp] ?? common.tlp),
    compartments: row.compartments ?? [],
    pcii: row.pcii ?? false,
    underEmbargo: row.under_embargo ?? true,
    ...{ organisation, changedAt: row.changed_at },
  }
}

export type NotCleared = 'own' | 'unknown' | 'above-ceiling'

/** Clears somebody else; it holds from the next statement of theirs. */
export async function setClearance(
  tx: Tx,
  person: string,
  { held, now }: { readonly held: Clearance; readonly now: Date },
): Promise<Result<null, NotCleared>> {
  const { organisation } = held
  const actor = actorIn(tx)
  if (actor.person === person) return no('own')
  if ((await clearanceOf(tx, { person, organisation })) === null) return no('unknown')
  const rank = classificationRank(held.classification)
  if (rank > classificationRank(await ceilingOf(tx))) return no('above-ceiling')
  const compartments = [...new Set(held.compartments)].sort()
  await sql`
    insert into parley.clearance (person_id, organisation_id, classification, tlp, compartments,
      pcii, under_embargo, changed_at, changed_by)
    values (${person}, ${organisation}, ${rank}, ${tlpRank(held.tlp)}, ${compartments}::text[],
      ${held.pcii}, ${held.underEmbargo}, ${now}, ${actor.person})
    on conflict (person_id, organisation_id) do update set
      classification = excluded.classification, tlp = excluded.tlp,
      compartments = excluded.compartments, pcii = excluded.pcii,
      under_embargo = excluded.under_embargo, changed_at = excluded.changed_at,
      changed_by = excluded.changed_by`.execute(tx)
  const about = { action: 'clearance.change', kind: 'person', record: person, at: now } as const
  const { classification, tlp, pcii, underEmbargo } = held
  const digest = digestOf({ person, organisation, classification, tlp, compartments, pcii })
  const fields = { organisation, classification, tlp, pcii: String(pcii) }
  const more = { underEmbargo: String(underEmbargo), compartments: compartments.join(' ') }
  await record(tx, [{ ...about, digest, fields: { ...fields, ...more } }])
  return yes(null)
}

/**
 * Somebody has to be able to clear others and to see what they were cleared for: where nobody who
 * coordinates is cleared up to the ceiling, this one is.
 */
export async function clearFirst(pool: Pool, member: Member, now: Date): Promise<void> {
  await asActor(pool, systemActor, async (tx) => {
    await lockCoordinators(tx)
    const ceiling = await ceilingOf(tx)
    const { rows } = await sql`
      select 1 from parley.clearance c
      join parley.membership m using (person_id, organisation_id)
      join parley.person p on p.id = m.person_id and p.disabled_at is null
      where m.role = 'coordinator' and c.tlp = ${tlpRank('red')}
        and c.classification >= ${classificationRank(ceiling)} limit 1`.execute(tx)
    if (rows.length > 0) return
    const before = await clearanceOf(tx, member)
    const { changedAt: _, ...held } = before ?? {
      ...uncleared(member.organisation),
      changedAt: now,
    }
    const raised: Clearance = { ...held, classification: ceiling, tlp: 'red' }
    await setClearance(tx, member.person, { held: raised, now })
  })
}

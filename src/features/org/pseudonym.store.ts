import { sql } from 'kysely'
import { z } from 'zod'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { OrganisationId, randomName } from './org.ts'
import { newPseudonym, type RealName } from './pseudonym.ts'

export const pseudonymKeysOf = (keys: Keys): PurposeKeys => keysFor(keys, 'pseudonym')

const Sealed = z.strictObject({ names: z.array(z.string()), contact: z.string().nullable() })

/** It is bound to its organisation, so that it cannot be moved to another. */
const sealedFor = (keys: PurposeKeys, organisation: string, real: RealName): Buffer =>
  seal(keys, JSON.stringify(real), organisation)

function openedFor(keys: PurposeKeys, organisation: string, sealed: Uint8Array): RealName {
  const opened = unseal(keys, sealed, organisation)
  if (!opened.ok) throw new TypeError(`the names of ${organisation} ${opened.refusal.why}`)
  return Sealed.parse(JSON.parse(opened.value.toString('utf8')))
}

/**
 * Who stands behind a pseudonym, as far as the actor may know: the product itself all, members of
 * the organisation their own; null for what is not theirs and what is no pseudonym alike.
 */
export async function realNameOf(
  tx: Tx,
  keys: PurposeKeys,
  organisation: string,
): Promise<RealName | null> {
  const row = await tx
    .selectFrom('parley.pseudonym')
    .select('sealed')
    .where('organisation_id', '=', organisation)
    .executeTakeFirst()
  return row ? openedFor(keys, organisation, row.sealed) : null
}

/** The pseudonym of an organisation; null where its name is its own. */
export async function pseudonymOf(tx: Tx, organisation: string): Promise<string | null> {
  const row = await tx
    .selectFrom('parley.organisation')
    .select('name')
    .where('id', '=', organisation)
    .where('is_pseudonymous', '=', true)
    .executeTakeFirst()
  return row?.name ?? null
}

async function unusedPseudonym(system: Tx): Promise<string> {
  for (;;) {
    const name = newPseudonym()
    const found = await system
      .selectFrom('parley.organisation')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirst()
    if (!found) return name
  }
}

type Wish = {
  readonly keys: PurposeKeys
  /** What the organisation is called outside; its people are named beside it. */
  readonly called: string
  readonly people?: readonly string[]
  readonly contact?: string | undefined
  readonly now: Date
}

/**
 * A new organisation that has no name here but its pseudonym; null where one of its name is known
 * here already. The actor may add organisations.
 */
export async function addPseudonymous(
  tx: Tx,
  { keys, called, people = [], contact, now }: Wish,
): Promise<string | null> {
  const known = await tx
    .selectFrom('parley.organisation')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', called), eb('name', '=', called)]))
    .executeTakeFirst()
  if (known) return null
  const real = { names: [...new Set([called, ...people])], contact: contact ?? null }
  const id = OrganisationId.of(randomName())
  const name = await actingAs(tx, systemActor, unusedPseudonym)
  await tx
    .insertInto('parley.organisation')
    .values({ id, name, is_pseudonymous: true, created_at: now })
    .execute()
  const sealed = sealedFor(keys, id, real)
  await actingAs(tx, systemActor, async (system) => {
    await system
      .insertInto('parley.pseudonym')
      .values({ organisation_id: id, sealed, made_at: now })
      .execute()
  })
  return id
}

/** Seals the name of one more person of a pseudonymous organisation. */
export async function hideName(
  tx: Tx,
  { keys, organisation, name }: { keys: PurposeKeys; organisation: string; name: string },
): Promise<void> {
  await actingAs(tx, systemActor, async (system) => {
    const real = await realNameOf(system, keys, organisation)
    if (real === null) throw new TypeError(`no pseudonym: ${organisation}`)
    const names = [...new Set([...real.names, name])]
    await system
      .updateTable('parley.pseudonym')
      .set({ sealed: sealedFor(keys, organisation, { ...real, names }) })
      .where('organisation_id', '=', organisation)
      .execute()
  })
}

/**
 * Makes the organisation of a finder pseudonymous, and all of its people; answers the pseudonym.
 * Null where it is one already, or where one of them is no finder or is known elsewhere too.
 */
export async function becomePseudonymous(
  tx: Tx,
  organisation: string,
  { keys, contact, now }: { keys: PurposeKeys; contact: string | null; now: Date },
): Promise<string | null> {
  return actingAs(tx, systemActor, async (system) => {
    const { rows } = await sql<{ name: string; people: string[] }>`
      select o.name, array(select p.name from parley.membership m
        join parley.person p on p.id = m.person_id where m.organisation_id = o.id) as people
      from parley.organisation o where o.id = ${organisation} and not o.is_pseudonymous
        and not exists (select 1 from parley.membership m where m.organisation_id = o.id
          and (m.role <> 'finder' or exists (select 1 from parley.membership e
            where e.person_id = m.person_id and e.organisation_id <> o.id)))
      for update of o`.execute(system)
    const [found] = rows
    if (!found) return null
    const name = await unusedPseudonym(system)
    const real = { names: [...new Set([found.name, ...found.people])], contact }
    const sealed = sealedFor(keys, organisation, real)
    await system
      .insertInto('parley.pseudonym')
      .values({ organisation_id: organisation, sealed, made_at: now })
      .execute()
    await sql`update parley.organisation set name = ${name}, is_pseudonymous = true
      where id = ${organisation}`.execute(system)
    await sql`update parley.person set name = ${name} where id in (select person_id
      from parley.membership where organisation_id = ${organisation})`.execute(system)
    return name
  })
}

export type Revealed = {
  readonly at: Date
  readonly by: string
  readonly granted: string
  readonly reason: string
  readonly usedAt: Date | null
}

/** To whom it was let be revealed, newest first: as members of the organisation see it. */
export async function revealsOf(tx: Tx, organisation: string): Promise<readonly Revealed[]> {
  const rows = await tx
    .selectFrom('parley.pseudonym_reveal')
    .select(['person_id', 'granted_by', 'reason', 'granted_at', 'used_at'])
    .where('organisation_id', '=', organisation)
    .orderBy('granted_at', 'desc')
    .limit(100)
    .execute()
  if (rows.length === 0) return []
  const ids = rows.flatMap(({ person_id: by, granted_by: granted }) => [by, granted])
  const people = await actingAs(tx, systemActor, (system) =>
    system.selectFrom('parley.person').select(['id', 'name']).where('id', 'in', ids).execute(),
  )
  const names = new Map(people.map(({ id, name }) => [id, name]))
  return rows.map((row) => ({
    ...{ at: row.granted_at, reason: row.reason, usedAt: row.used_at },
    by: names.get(row.person_id) ?? row.person_id,
    granted: names.get(row.granted_by) ?? row.granted_by,
  }))
}

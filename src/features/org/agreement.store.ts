import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { AcceptanceId, type AgreementKind, agreementKindOf, tokenDaysOf } from './agreement.ts'
import type { OnAccessChange } from './org.store.ts'
import { type Principal, randomName } from './org.ts'
import { type Role, roleOf } from './role.ts'

export type AgreementFace = {
  readonly kind: AgreementKind
  readonly version: number
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string
  readonly publishedAt: Date
  readonly roles: readonly Role[]
  readonly organisations: readonly string[]
  readonly tokenDays: number
  readonly acceptedAt: Date | null
  readonly isNeeded: boolean
}

type Reader = Pick<Principal, 'person' | 'organisation' | 'role'>

/** Versions as one person sees them, with whether they accepted each for their organisation. */
const faces = (tx: Tx, { person, organisation, role }: Reader) =>
  tx
    .selectFrom('parley.agreement as a')
    .leftJoin('parley.agreement_acceptance as c', (join) =>
      join
        .onRef('c.kind', '=', 'a.kind')
        .onRef('c.version', '=', 'a.version')
        .on('c.person_id', '=', person)
        .on('c.organisation_id', '=', organisation),
    )
    .select(['a.kind', 'a.version', 'a.digest', 'a.published_at', 'a.roles', 'a.organisations'])
    .select(['a.token_days', 'c.accepted_at'])
    .select(
      sql<boolean>`(a.kind, a.version) in (select n.kind, n.version
        from parley.agreements_needed(${person}, ${organisation}, ${role}) n)`.as('is_needed'),
    )

type FaceRow = Awaited<ReturnType<ReturnType<typeof faces>['execute']>>[number]

const faceOf = (row: FaceRow): AgreementFace => ({
  ...{ kind: agreementKindOf(row.kind), version: row.version },
  ...{ digest: row.digest.toString('hex'), publishedAt: row.published_at },
  ...{ roles: row.roles.map(roleOf), organisations: row.organisations },
  ...{ tokenDays: row.token_days, acceptedAt: row.accepted_at, isNeeded: row.is_needed },
})

/** Of each kind the version that counts. */
export async function listAgreements(tx: Tx, reader: Reader): Promise<AgreementFace[]> {
  const rows = await faces(tx, reader)
    .distinctOn('a.kind')
    .orderBy('a.kind')
    .orderBy('a.version', 'desc')
    .execute()
  return rows.map(faceOf)
}

export type Agreement = AgreementFace & {
  readonly text: string
  /** How many versions of its kind there are. */
  readonly versions: number
  readonly publishedBy: string
}

export type VersionOf = { readonly kind: AgreementKind; readonly version: number }

/** One version, whether it counts still or not; null where there is none. */
export async function findAgreement(
  tx: Tx,
  { kind, version }: VersionOf,
  reader: Reader,
): Promise<Agreement | null> {
  const row = await faces(tx, reader)
    .select(['a.text', 'a.person_id'])
    .select((eb) =>
      eb
        .selectFrom('parley.agreement as all')
        .select(({ fn }) => fn.max('all.version').as('most'))
        .whereRef('all.kind', '=', 'a.kind')
        .as('versions'),
    )
    .where('a.kind', '=', kind)
    .where('a.version', '=', version)
    .executeTakeFirst()
  if (!row) return null
  const { text, person_id: publishedBy } = row
  return { ...faceOf(row), text, publishedBy, versions: Number(row.versions) }
}

export type AgreementWish = {
  readonly kind: AgreementKind
  readonly text: string
  readonly roles: readonly Role[]
  readonly organisations: readonly string[]
  readonly tokenDays?: number | undefined
}

type Acting = {
  readonly by: Principal
  readonly now: Date
  readonly told: OnAccessChange
}

/** Publishes the next version of a kind; null where an organisation that it names is not there. */
export async function publishAgreement(
  tx: Tx,
  { kind, text, roles, organisations, tokenDays }: AgreementWish,
  { by, now, told }: Acting,
): Promise<VersionOf | null> {
  const named = [...new Set(organisations)]
  const { known } = await tx
    .selectFrom('parley.organisation')
    .select(({ fn }) => fn.countAll<string>().as('known'))
    .where('id', 'in', named.length === 0 ? [''] : named)
    .executeTakeFirstOrThrow()
  if (Number(known) !== named.length) return null
  // Two who publish at once get two versions.
  await sql`select pg_advisory_xact_lock(7289653020)`.execute(tx)
  const before = await tx
    .selectFrom('parley.agreement')
    .select(({ fn }) => fn.max('version').as('most'))
    .where('kind', '=', kind)
    .executeTakeFirst()
  const version = Number(before?.most ?? 0) + 1
  const digest = createHash('sha256').update(text).digest()
  await tx
    .insertInto('parley.agreement')
    .values({
      ...{ kind, version, text, digest, published_at: now, person_id: by.person },
      ...{ roles: [...new Set(roles)], organisations: named },
      token_days: tokenDaysOf(version, tokenDays),
    })
    .execute()
  await told(tx, {
    ...{ action: 'agreement.publish', kind: 'agreement', record: `${kind}.${version}`, at: now },
    digest: digest.toString('hex'),
  })
  return { kind, version }
}

export type Accepted = 'accepted' | 'unknown' | 'other text' | 'replaced'

type Accepting = VersionOf & { readonly digest: string }

/** Accepts a version for whoever acts; accepting it again changes nothing. */
export async function acceptAgreement(
  tx: Tx,
  { kind, version, digest }: Accepting,
  { by, now, told }: Acting,
): Promise<Accepted> {
  const found = await findAgreement(tx, { kind, version }, by)
  if (found === null || by.session === undefined) return 'unknown'
  if (found.digest !== digest) return 'other text'
  if (found.versions !== version) return 'replaced'
  const added = await tx
    .insertInto('parley.agreement_acceptance')
    .values({
      ...{ id: AcceptanceId.of(randomName()), person_id: by.person, kind, version },
      ...{ organisation_id: by.organisation, digest: Buffer.from(digest, 'hex') },
      ...{ accepted_at: now, session_id: by.session },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (added.numInsertedOrUpdatedRows === 0n) return 'accepted'
  await told(tx, {
    ...{ action: 'agreement.accept', kind: 'agreement', record: `${kind}.${version}`, at: now },
    ...{ digest, fields: { organisation: by.organisation, session: by.session } },
  })
  return 'accepted'
}

/** A member, and one version that they accepted or that is asked of them now. */
export type Acceptance = {
  readonly person: { readonly id: string; readonly name: string }
  readonly organisation: { readonly id: string; readonly name: string }
  readonly role: Role
  readonly kind: AgreementKind
  readonly version: number
  readonly acceptedAt: Date | null
}

type AcceptanceRow = {
  readonly person_id: string
  readonly person: string
  readonly organisation_id: string
  readonly organisation: string
  readonly role: string
  readonly kind: string
  readonly version: number
  readonly accepted_at: Date | null
}

/** More than this many are not listed; whoever has something to accept comes first. */
const listedMax = 5_000

/** Who of the active members accepted what, and who has not; for auditors. */
export async function listAcceptances(tx: Tx): Promise<Acceptance[]> {
  const { rows } = await sql<AcceptanceRow>`
    select p.id as person_id, p.name as person, o.id as organisation_id, o.name as organisation,
      m.role, told.kind, told.version, told.accepted_at
    from parley.membership m
    join parley.person p on p.id = m.person_id and p.disabled_at is null
    join parley.organisation o on o.id = m.organisation_id and o.disabled_at is null
    cross join lateral (
      select n.kind, n.version, null::timestamptz as accepted_at
      from parley.agreements_needed(m.person_id, m.organisation_id, m.role) n
      union all
      select c.kind, c.version, c.accepted_at from parley.agreement_acceptance c
      where c.person_id = m.person_id and c.organisation_id = m.organisation_id) told
    order by told.accepted_at desc nulls first, o.name, p.name, p.id, told.kind, told.version
    limit ${listedMax}`.execute(tx)
  return rows.map((row) => ({
    person: { id: row.person_id, name: row.person },
    organisation: { id: row.organisation_id, name: row.organisation },
    ...{ role: roleOf(row.role), kind: agreementKindOf(row.kind), version: row.version },
    acceptedAt: row.accepted_at,
  }))
}

/**
 * Whether somebody accepted, for an organisation, of each of these kinds the version that counts.
 * False for a kind of which nothing was published: nobody accepted that. The database says the same
 * as `parley.has_accepted`, and to readers, auditors and the person themselves only.
 */
export async function hasAccepted(
  tx: Tx,
  of: {
    readonly person: string
    readonly organisation: string
    readonly kinds: readonly AgreementKind[]
  },
  now: Date,
): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select parley.has_accepted(${of.person}, ${of.organisation}, ${of.kinds}::text[], ${now})
      as has`.execute(tx)
  return rows[0]?.has === true
}

import { sql } from 'kysely'
import type { Side } from '#features/engagement/engagement.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actingAs, actorIn, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Declared, parseDeclaration } from './declaration.ts'

/** A declaration under an engagement, and who agreed to it when. */
export type KeptDeclaration = {
  readonly no: number
  readonly engagement: string
  readonly declared: Declared
  readonly packNo: number
  /** Null where whoever acts may not know of the pack. */
  readonly pack: string | null
  readonly proposedAt: Date
  readonly proposedBy: string
  readonly developerAt: Date | null
  readonly evaluatorAt: Date | null
  readonly agreedAt: Date | null
  /** Whether it is the one that runs of its pack are under: of those agreed the last. */
  readonly isStanding: boolean
}

type Row = Omit<KeptDeclaration, 'declared'> & { readonly digest: string; readonly value: Buffer }

const selected = sql`
  select d.no, d.engagement_id as engagement, d.digest, d.pack_no as "packNo", p.id as pack,
    d.proposed_at as "proposedAt", d.proposed_by as "proposedBy",
    d.developer_at as "developerAt", d.evaluator_at as "evaluatorAt", d.agreed_at as "agreedAt",
    d.value, d.agreed_at is not null and not exists (select 1 from parley.declaration o
      where o.engagement_id = d.engagement_id and o.pack_no = d.pack_no
        and (o.agreed_at, o.no) > (d.agreed_at, d.no)) as "isStanding"
  from parley.declaration d left join parley.pack p on p.no = d.pack_no`

const placeOf = (engagement: string, digest: string): string => `${engagement} ${digest}`

function opened(keys: PurposeKeys, { digest, value, ...row }: Row): KeptDeclaration {
  const text = unseal(keys, value, placeOf(row.engagement, digest))
  if (!text.ok) throw new TypeError(`the declaration ${digest} ${text.refusal.why}`)
  const declared = parseDeclaration(JSON.parse(text.value.toString('utf8')))
  if (!declared.ok || declared.value.digest !== digest) {
    throw new TypeError(`the declaration ${digest} is kept as another`)
  }
  return { ...row, declared: declared.value }
}

const listedMax = 500

/** Every version, in the order in which they were proposed. */
export async function declarationsOf(
  tx: Tx,
  keys: PurposeKeys,
  engagement: string,
): Promise<readonly KeptDeclaration[]> {
  const { rows } = await sql<Row>`${selected} where d.engagement_id = ${engagement}
    order by d.no limit ${listedMax}`.execute(tx)
  return rows.map((row) => opened(keys, row))
}

/** One of them; null where whoever acts sees none of that digest. */
export async function declarationOf(
  tx: Tx,
  keys: PurposeKeys,
  { engagement, digest }: { readonly engagement: string; readonly digest: string },
): Promise<KeptDeclaration | null> {
  const { rows } = await sql<Row>`${selected}
    where d.engagement_id = ${engagement} and d.digest = ${digest}`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, rows[0])
}

/** The one that a run is under. */
export async function declarationByNo(
  tx: Tx,
  keys: PurposeKeys,
  declarationNo: number,
): Promise<KeptDeclaration> {
  const { rows } = await sql<Row>`${selected} where d.no = ${declarationNo}`.execute(tx)
  if (rows[0] === undefined) throw new TypeError('a run that was found has no declaration')
  return opened(keys, rows[0])
}

/** The digest of what was agreed last for a pack under an engagement; null for nothing. */
export async function standingDeclaration(
  tx: Tx,
  { engagement, pack }: { readonly engagement: string; readonly pack: number },
): Promise<string | null> {
  const { rows } = await sql<{ digest: string }>`
    select digest from parley.declaration
    where engagement_id = ${engagement} and pack_no = ${pack} and agreed_at is not null
    order by agreed_at desc, no desc limit 1`.execute(tx)
  return rows[0]?.digest ?? null
}

/** The pack that an engagement may be evaluated with and that has this root; null for none. */
export async function packToDeclare(
  tx: Tx,
  { engagement, root }: { readonly engagement: string; readonly root: string },
): Promise<{ readonly no: number; readonly document: unknown } | null> {
  const { rows } = await sql<{ no: number | null }>`
    select parley.pack_for_declaration(${engagement}, ${root}) as no`.execute(tx)
  const packNo = rows[0]?.no ?? null
  if (packNo === null) return null
  return actingAs(tx, systemActor, async (system) => {
    const found = await sql<{ no: number; document: unknown }>`
      select no, commitment as document from parley.pack where no = ${packNo}`.execute(system)
    return found.rows[0] ?? null
  })
}

/** How many runs an engagement has, whoever may know of them. */
export async function countRuns(tx: Tx, engagement: string): Promise<number> {
  return actingAs(tx, systemActor, async (system) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from parley.evaluation_run
      where engagement_id = ${engagement}`.execute(system)
    return rows[0]?.count ?? 0
  })
}

type Proposing = {
  readonly engagement: string
  readonly declared: Declared
  readonly packNo: number
  readonly side: Side
  readonly now: Date
}

/** Puts a declaration on the table, to which its side agrees with that; false where it is there. */
export async function propose(
  tx: Tx,
  keys: PurposeKeys,
  { engagement, declared, packNo, side, now }: Proposing,
): Promise<boolean> {
  const { person, organisation } = actorIn(tx)
  const { declaration, digest } = declared
  const value = seal(keys, JSON.stringify(declaration), placeOf(engagement, digest))
  const [developer, evaluator] = [side === 'developer', side === 'evaluator']
  const { rows } = await sql`
    insert into parley.declaration (engagement_id, digest, pack_no, rule, proposed_at, proposed_by,
      proposed_for, developer_at, developer_by, evaluator_at, evaluator_by, value)
    values (${engagement}, ${digest}, ${packNo}, ${declaration.rule.is}, ${now}, ${person},
      ${organisation}, ${developer ? now : null}, ${developer ? person : null},
      ${evaluator ? now : null}, ${evaluator ? person : null}, ${value})
    on conflict (engagement_id, digest) do nothing returning no`.execute(tx)
  return rows.length > 0
}

/**
 * Agrees for a side; with the second of the two it is agreed. False where that side agreed before.
 */
export async function agree(
  tx: Tx,
  {
    no: declarationNo,
    side,
    now,
  }: { readonly no: number; readonly side: Side; readonly now: Date },
): Promise<boolean> {
  const { person } = actorIn(tx)
  const { rows } =
    side === 'developer'
      ? await sql`update parley.declaration set developer_at = ${now}, developer_by = ${person},
          agreed_at = case when evaluator_at is not null then ${now}::timestamptz end
          where no = ${declarationNo} and developer_at is null returning no`.execute(tx)
      : await sql`update parley.declaration set evaluator_at = ${now}, evaluator_by = ${person},
          agreed_at = case when developer_at is not null then ${now}::timestamptz end
          where no = ${declarationNo} and evaluator_at is null returning no`.execute(tx)
  return rows.length > 0
}

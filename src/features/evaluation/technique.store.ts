import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { type Technique, TechniqueShape } from './technique.ts'

const TechniqueId = idOf('technique')

/** A technique as it is kept. */
export type KeptTechnique = {
  readonly id: string
  readonly engagement: string
  readonly at: Date
  readonly person: string
  readonly technique: Technique
}

type Row = Omit<KeptTechnique, 'technique'> & { readonly value: Buffer }

const listedMax = 1_000

/** Techniques that whoever acts sees, of one engagement or of all, the newest first. */
export async function techniquesOf(
  tx: Tx,
  keys: PurposeKeys,
  engagement: string | null,
): Promise<readonly KeptTechnique[]> {
  const { rows } = await sql<Row>`
    select id, engagement_id as engagement, at, person_id as person, value from parley.technique
    where ${engagement}::text is null or engagement_id = ${engagement}
    order by no desc limit ${listedMax}`.execute(tx)
  return rows.map(({ value, ...row }) => {
    const text = unseal(keys, value, row.id)
    if (!text.ok) throw new TypeError(`the technique ${row.id} ${text.refusal.why}`)
    return { ...row, technique: TechniqueShape.parse(JSON.parse(text.value.toString('utf8'))) }
  })
}

export type NewTechnique = {
  readonly engagement: string
  readonly technique: Technique
  readonly now: Date
}

/** Keeps a technique; answers its id. */
export async function keepTechnique(
  tx: Tx,
  keys: PurposeKeys,
  { engagement, technique, now }: NewTechnique,
): Promise<string> {
  const id = TechniqueId.of(randomName())
  const { person, organisation } = actorIn(tx)
  const value = seal(keys, JSON.stringify(technique), id)
  await sql`
    insert into parley.technique (id, engagement_id, at, person_id, organisation_id, value)
    values (${id}, ${engagement}, ${now}, ${person}, ${organisation}, ${value})`.execute(tx)
  return id
}

/** The first of these samples that is none of a run that whoever acts sees; -1 for none. */
export async function unknownSample(
  tx: Tx,
  engagement: string,
  seen: Technique['seen'],
): Promise<number> {
  const { rows } = await sql<{ at: number }>`
    select (g.at)::int as at from json_to_recordset(${JSON.stringify(
      seen.map((one, at) => ({ at, ...one })),
    )}::json) as g (at integer, run text, task text, epoch integer)
    where not exists (select 1 from parley.evaluation_sample s
      join parley.evaluation_run r on r.no = s.run_no
      where r.id = g.run and r.engagement_id = ${engagement} and s.task = g.task
        and s.epoch = g.epoch)
    order by g.at limit 1`.execute(tx)
  return rows[0]?.at ?? -1
}

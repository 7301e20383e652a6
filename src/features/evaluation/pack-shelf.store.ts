import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { type Commitment, verifyOpening } from '#formats/pack/commitment.ts'
import {
  decodeCommitment,
  decodeOpening,
  encodeCommitment,
} from '#formats/pack/commitment-document.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'

export type PackId = Id<'pack'>
export const PackId = idOf('pack')

/** A pack as whoever acts sees it. */
export type PackRow = {
  readonly no: number
  readonly id: string
  readonly organisation: string
  readonly label: number
  readonly commitment: Commitment
  readonly document: unknown
  readonly root: string
  readonly committedAt: Date
  readonly committedBy: string
  readonly publishedAt: Date | null
  /** Null until the sealed pack is handed in. */
  readonly holders: readonly string[] | null
  /** What whoever acts may do with it beside seeing it. */
  readonly mayQuery: boolean
  readonly mayKeep: boolean
}

type Row = Omit<PackRow, 'commitment'>

const selected = sql`
  select p.no, p.id, p.organisation_id as organisation, p.label_id as label,
    p.commitment as document, p.root, p.committed_at as "committedAt",
    p.committed_by as "committedBy", p.published_at as "publishedAt", p.holders,
    p.no in (select parley.packs_held('query')) as "mayQuery",
    p.no in (select parley.packs_kept()) as "mayKeep"
  from parley.pack p`

/** A commitment as it is kept; another shape is a defect. */
export function commitmentIn(document: unknown): Commitment {
  const read = decodeCommitment(JSON.stringify(document))
  if (!read.ok) throw new TypeError(`what is kept ${read.refusal}`)
  return read.value
}

const presented = (row: Row): PackRow => ({ ...row, commitment: commitmentIn(row.document) })

export type PackPage = {
  /** Goes on after this pack; an id that is none of them ends the list. */
  readonly after?: string | undefined
  readonly limit: number
}

/** The packs that whoever acts may know of, the newest first. */
export async function listPacks(tx: Tx, { after, limit }: PackPage): Promise<readonly PackRow[]> {
  const { rows } = await sql<Row>`${selected} where ${after ?? null}::text is null
      or p.no < (select a.no from parley.pack a where a.id = ${after ?? null})
    order by p.no desc limit ${limit}`.execute(tx)
  return rows.map(presented)
}

/** One pack; null where whoever acts may not know of it. */
export async function packById(tx: Tx, id: string): Promise<PackRow | null> {
  const { rows } = await sql<Row>`${selected} where p.id = ${id}`.execute(tx)
  return rows[0] === undefined ? null : presented(rows[0])
}

export type Committing = {
  readonly commitment: Commitment
  readonly label: number
  readonly organisation: string
  readonly person: string
  readonly now: Date
}

/**
 * Commits to a pack, and lets whoever does see and fetch it; the same once more is no other pack.
 * Refused: this version was committed to with another root, or by somebody of whose pack whoever
 * acts knows nothing.
 */
export async function commitTo(
  tx: Tx,
  { commitment, label, organisation, person, now }: Committing,
): Promise<Result<{ readonly id: string; readonly isSame: boolean }, 'committed-otherwise'>> {
  const id = PackId.of(randomName())
  const document = encodeCommitment(commitment)
  const { name, version } = commitment
  const root = Buffer.from(commitment.root).toString('hex')
  const { rows } = await sql<{ no: number }>`
    insert into parley.pack (id, organisation_id, name, version, label_id, root, commitment,
      committed_at, committed_by)
    values (${id}, ${organisation}, ${name}, ${version}, ${label}, ${root}, ${document}::jsonb,
      ${now}, ${person})
    on conflict (organisation_id, name, version) do nothing returning no`.execute(tx)
  const [added] = rows
  if (added !== undefined) {
    await actingAs(tx, systemActor, (system) =>
      sql`insert into parley.pack_right (pack_no, person_id, may, given_at)
        values (${added.no}, ${person}, 'query', ${now})`.execute(system),
    )
    return yes({ id, isSame: false })
  }
  const { rows: found } = await sql<{ id: string; same: boolean }>`
    select id, commitment = ${document}::jsonb as same from parley.pack
    where organisation_id = ${organisation} and name = ${name} and version = ${version}`.execute(tx)
  const [there] = found
  return there?.same === true ? yes({ id: there.id, isSame: true }) : no('committed-otherwise')
}

/** Publishes a commitment, once and for all; answers false where it was before. */
export async function publish(
  tx: Tx,
  { no: packNo, person, now }: { readonly no: number; readonly person: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update parley.pack set published_at = ${now}, published_by = ${person}
    where no = ${packNo} and published_at is null returning no`.execute(tx)
  return rows.length > 0
}

/** A file of a sealed pack, as it is kept. */
export type PackFile = {
  readonly name: string
  readonly upload: string
  readonly blob: unknown
}

export type KeptFile = PackFile & { readonly sizeBytes: number; readonly sha256: string }

/** Writes down what was handed in; false where there is a sealed pack already. */
export async function keepFiles(
  tx: Tx,
  { packNo, holders, files, person, now }: Handing,
): Promise<boolean> {
  const { rows } = await sql`
    update parley.pack set holders = ${[...holders]}::text[]
    where no = ${packNo} and holders is null returning no`.execute(tx)
  if (rows.length === 0) return false
  for (const { name, upload, blob, sizeBytes, sha256 } of files) {
    await sql`
      insert into parley.pack_file (pack_no, name, size_bytes, sha256, upload, blob, handed_at,
        handed_by)
      values (${packNo}, ${name}, ${sizeBytes}, ${sha256}, ${upload},
        ${JSON.stringify(blob)}::jsonb, ${now}, ${person})`.execute(tx)
  }
  return true
}

/**
 * Whether the files of this very upload are kept. Waits for whoever is handing in at this moment,
 * so that the answer stays true.
 */
export async function isUploadKept(tx: Tx, packNo: number, upload: string): Promise<boolean> {
  await sql`select from parley.pack where no = ${packNo} for no key update`.execute(tx)
  const { rows } = await sql`
    select from parley.pack_file where pack_no = ${packNo} and upload = ${upload} limit 1`.execute(
    tx,
  )
  return rows.length > 0
}

export type Handing = {
  readonly packNo: number
  readonly holders: readonly string[]
  readonly files: readonly KeptFile[]
  readonly person: string
  readonly now: Date
}

/**
 * The files that whoever acts may fetch now: without the key of any pair, but for those that two
 * people let them have.
 */
export async function filesFor(tx: Tx, packNo: number): Promise<readonly KeptFile[]> {
  const { rows } = await sql<KeptFile>`
    select name, upload, blob, size_bytes as "sizeBytes", sha256 from parley.pack_file
    where pack_no = ${packNo} order by name`.execute(tx)
  return rows
}

export type PackRight = {
  readonly person: string
  readonly name: string
  readonly may: 'view' | 'query'
  readonly givenAt: Date
  readonly givenBy: string | null
}

/** Who may do what with a pack, as far as whoever acts may know. */
export async function rightsOf(tx: Tx, packNo: number): Promise<readonly PackRight[]> {
  const { rows } = await sql<Omit<PackRight, 'name'>>`
    select person_id as person, may, given_at as "givenAt", given_by as "givenBy"
    from parley.pack_right where pack_no = ${packNo} and ended_at is null
    order by given_at, no limit 500`.execute(tx)
  const names = await actingAs(tx, systemActor, (system) =>
    namesOfPeople(
      system,
      rows.map(({ person }) => person),
    ),
  )
  return rows.map((row) => ({ ...row, name: names.get(row.person) ?? '' }))
}

/** What people are called. For the product itself. */
export async function namesOfPeople(
  system: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.person where id = any (${[...ids]}::text[])`.execute(system)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const colleaguesMax = 500

/** Who evaluates for an organisation, by name. For the product itself. */
export async function evaluatorsOf(
  system: Tx,
  organisation: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select p.id, p.name from parley.membership m join parley.person p on p.id = m.person_id
    where m.organisation_id = ${organisation} and p.disabled_at is null
      and 'evaluate' = any (parley.permissions_of(m.role))
    order by p.name, p.id limit ${colleaguesMax}`.execute(system)
  return rows
}

/** Whether somebody acts for an organisation in a role that evaluates. For the product itself. */
export async function isEvaluatorOf(
  system: Tx,
  { person, organisation }: { readonly person: string; readonly organisation: string },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from parley.membership m join parley.person p on p.id = m.person_id
    where m.person_id = ${person} and m.organisation_id = ${organisation}
      and p.disabled_at is null
      and 'evaluate' = any (parley.permissions_of(m.role))`.execute(system)
  return rows.length > 0
}

type RightChange = {
  readonly packNo: number
  readonly person: string
  readonly may: 'view' | 'query' | null
  readonly by: string
  readonly now: Date
}

/** Gives somebody one right, in the place of the one they had; with null they have none. */
export async function setRight(
  tx: Tx,
  { packNo, person, may, by, now }: RightChange,
): Promise<boolean> {
  await sql`select 1 from parley.pack where no = ${packNo} for no key update`.execute(tx)
  const { rows: ended } = await sql`
    update parley.pack_right set ended_at = ${now}, ended_by = ${by}
    where pack_no = ${packNo} and person_id = ${person} and ended_at is null
      and may is distinct from ${may}::text returning no`.execute(tx)
  if (may === null) return ended.length > 0
  const { rows: given } = await sql`
    insert into parley.pack_right (pack_no, person_id, may, given_at, given_by)
    values (${packNo}, ${person}, ${may}, ${now}, ${by})
    on conflict (pack_no, person_id, may) where ended_at is null do nothing
    returning no`.execute(tx)
  return given.length > 0
}

/** What two people let one of them fetch. For the product itself. */
export async function keepOpening(
  system: Tx,
  opening: {
    readonly approval: string
    readonly packNo: number
    readonly person: string
    readonly engagement: string
    readonly pair: string
    readonly grantedBy: string
    readonly now: Date
    readonly until: Date
  },
): Promise<void> {
  const { approval, packNo, person, engagement, pair, grantedBy, now, until } = opening
  await sql`
    insert into parley.pack_opening (approval_id, pack_no, person_id, engagement_id, pair,
      granted_by, granted_at, until)
    values (${approval}, ${packNo}, ${person}, ${engagement}, ${pair}, ${grantedBy}, ${now},
      ${until})`.execute(system)
}

export type PackOpening = {
  readonly approval: string
  readonly person: string
  readonly engagement: string
  readonly pair: string
  readonly grantedBy: string
  readonly grantedAt: Date
  readonly until: Date
}

/** The openings of a pack that whoever acts may know of, the newest first. */
export async function openingsOf(tx: Tx, packNo: number): Promise<readonly PackOpening[]> {
  const { rows } = await sql<PackOpening>`
    select approval_id as approval, person_id as person, engagement_id as engagement, pair,
      granted_by as "grantedBy", granted_at as "grantedAt", until
    from parley.pack_opening where pack_no = ${packNo}
    order by granted_at desc limit 200`.execute(tx)
  return rows
}

export type OpenedTask = {
  readonly place: number
  readonly task: string
  readonly opening: unknown
  readonly publishedAt: Date
}

/** Publishes what opens one task; refused with why it is not of this pack. */
export async function publishTask(
  tx: Tx,
  { pack, document, person, now }: TaskPublication,
): Promise<Result<{ readonly task: string; readonly isSame: boolean }, string>> {
  const opening = decodeOpening(JSON.stringify(document))
  if (!opening.ok) return opening
  const verified = verifyOpening(pack.commitment, opening.value)
  if (!verified.ok) return verified
  const { index, id: task } = opening.value
  const { rows } = await sql`
    insert into parley.pack_task (pack_no, place, task, opening, published_at, published_by)
    values (${pack.no}, ${index}, ${task}, ${JSON.stringify(document)}::jsonb, ${now}, ${person})
    on conflict (pack_no, place) do nothing returning place`.execute(tx)
  return yes({ task, isSame: rows.length === 0 })
}

type TaskPublication = {
  readonly pack: PackRow
  readonly document: unknown
  readonly person: string
  readonly now: Date
}

/** A page of openings has so many at most, and one even where that is larger than a page. */
const openedPage = { tasksMax: 100, bytesMax: 2 ** 20 } as const

type OpenedPage = { readonly tasks: readonly OpenedTask[]; readonly isMore: boolean }

/** Tasks of a pack that were opened, in their order, from behind one on: no more than a page. */
export async function openedTasks(
  tx: Tx,
  { packNo, after }: { readonly packNo: number; readonly after: number },
): Promise<OpenedPage> {
  const tasks: OpenedTask[] = []
  let [place, sizeBytes] = [after, 0]
  for (;;) {
    // One after the other: a page that is too large would be read whole before it is cut.
    const { rows } = await sql<OpenedTask & { readonly sizeBytes: number }>`
      select place, task, opening, published_at as "publishedAt",
        octet_length(opening::text) as "sizeBytes"
      from parley.pack_task where pack_no = ${packNo} and place > ${place}
      order by place limit 1`.execute(tx)
    const [row] = rows
    if (row === undefined) return { tasks, isMore: false }
    const { sizeBytes: own, ...task } = row
    sizeBytes += own
    const isFull = tasks.length >= openedPage.tasksMax || sizeBytes > openedPage.bytesMax
    if (isFull && tasks.length > 0) return { tasks, isMore: true }
    tasks.push(task)
    place = task.place
  }
}

/** Pages that show a pack look again. */
export async function tellPack(tx: Tx, id: string, now: Date): Promise<void> {
  await actingAs(tx, systemActor, (system) =>
    sql`insert into parley.live_event (at, topic, ref) values (${now}, 'pack', ${id})`.execute(
      system,
    ),
  )
}

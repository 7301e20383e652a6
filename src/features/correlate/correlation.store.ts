import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Evidence } from './evidence.ts'
import { commonMin, type IndexKeys, type TextKey } from './index-keys.ts'
import { Sketch } from './sketch.ts'

/** One placer at a time, across all processes: the number is Parley's own. */
const placementLock = 7_289_653_010

/**
 * Waits until no other transaction places reports; the lock ends with the transaction. Judging
 * thousands of texts takes longer than a request may, between statements and within them.
 */
export async function takePlacementLock(tx: Tx): Promise<void> {
  await sql`select set_config('idle_in_transaction_session_timeout', '15min', true),
    set_config('statement_timeout', '5min', true)`.execute(tx)
  await sql`select pg_advisory_xact_lock(${placementLock})`.execute(tx)
}

/** The same for a whole session: the process that has it places, the others stand by. */
export const leaderLock = placementLock + 1

/** A report as it enters the index. */
export type Indexed = {
  readonly reportNo: number
  readonly evidence: Evidence
  readonly keys: IndexKeys
}

/**
 * Puts reports of one label into its index; what equals a stored report is found through that one.
 */
export async function saveIndex(tx: Tx, label: number, reports: readonly Indexed[]): Promise<void> {
  if (reports.length === 0) return
  const holdsOthers = reports.some(({ evidence }) => evidence.domain !== 'scan')
  await sql`
    insert into parley.correlation_label (label_id, holds_others) values (${label}, ${holdsOthers})
    on conflict (label_id) do update set holds_others = true
      where excluded.holds_others and not correlation_label.holds_others`.execute(tx)
  await sql`
    insert into parley.correlation_profile (report_no, label_id, domain, scan, text)
    select no, ${label}, domain, scan::integer[], text::integer[]
    from unnest(${reports.map(({ reportNo }) => reportNo)}::bigint[],
      ${reports.map(({ evidence }) => evidence.domain)}::text[],
      ${reports.map(({ keys }) => arrayText(keys.scan))}::text[],
      ${reports.map(({ keys }) => arrayText(textNumbers(keys.text)))}::text[])
      as t (no, domain, scan, text)
    on conflict (report_no) do nothing`.execute(tx)
  const equal = reports.flatMap(({ reportNo, keys }) =>
    keys.equal.map((key) => ({ key, reportNo })),
  )
  await sql`
    insert into parley.correlation_equal (key, report_no)
    select distinct on (key) key, no
    from unnest(${equal.map(({ key }) => String(key))}::bigint[],
      ${equal.map(({ reportNo }) => reportNo)}::bigint[]) as t (key, no)
    order by key, no
    on conflict (key) do nothing`.execute(tx)
}

/** PostgreSQL's operators on arrays of numbers want them ascending and once each. */
const textNumbers = (keys: readonly TextKey[]): number[] => keys.map(({ key }) => key)
const arrayText = (numbers: readonly number[]): string =>
  `{${[...new Set(numbers)].sort((x, y) => x - y).join()}}`

/** For every asker the stored report that it equals beyond doubt, strongest equality first. */
export async function equalsOf(
  tx: Tx,
  askers: readonly IndexKeys[],
): Promise<(number | undefined)[]> {
  const wanted = [...new Set(askers.flatMap(({ equal }) => equal))].map(String)
  if (wanted.length === 0) return askers.map(() => undefined)
  const { rows } = await sql<{ key: string; report_no: number }>`
    select key::text as key, report_no from parley.correlation_equal
    where key = any(${wanted}::bigint[])`.execute(tx)
  const found = new Map(rows.map(({ key, report_no }) => [key, report_no]))
  return askers.map(({ equal }) =>
    equal.map((key) => found.get(String(key))).find((no) => no !== undefined),
  )
}

/** How far a search goes: bounds its cost, whatever is stored. */
export type Reach = {
  /** How many stored reports are wanted for each asker. */
  readonly wanted: number
  /** About so many postings are looked at by text, rarest first. */
  readonly visits: number
}

const scanVisits = 60

type NearRow = { readonly asker: number; readonly report_no: number; readonly shared: number[] }

export type Asker = { readonly evidence: Evidence; readonly keys: IndexKeys }

/** For each asker the stored reports of `label` that are most like it, best first. */
export async function nearestOf(
  tx: Tx,
  { label, askers }: { readonly label: number; readonly askers: readonly Asker[] },
  reach: Reach,
): Promise<number[][]> {
  const likeness = askers.map(() => new Map<number, number>())
  const scan = askers.map(({ keys }) => [...keys.scanAsked])
  for (const { asker, report_no, shared } of await near(tx, scan, { label, atMost: scanVisits })) {
    // What a scanner points at tells more than any word, and several of it more than one.
    likeness[asker]?.set(report_no, placeWeight * shared.length)
  }
  const texts = askers.map(({ keys }) => searchedKeys(keys.text, reach.visits))
  for (const isResult of [false, true]) {
    // Words alone hold no two results together, so results look among the others only.
    if (isResult && !(await holdsOthers(tx, label))) continue
    const own = texts.map((keys, at) =>
      (askers[at]?.evidence.domain === 'scan') === isResult ? keys : [],
    )
    const weights = askers.map(({ keys }) => new Map(keys.text.map((one) => [one.key, one.weight])))
    const options = { label, atMost: 2 * reach.visits, byText: true, butResults: isResult }
    for (const { asker, report_no, shared } of await near(tx, own, options)) {
      const sum = shared.reduce((total, key) => total + (weights[asker]?.get(key) ?? 0), 0)
      likeness[asker]?.set(report_no, (likeness[asker].get(report_no) ?? 0) + sum)
    }
  }
  return likeness.map((found) =>
    [...found]
      .sort(([x, a], [y, b]) => b - a || x - y)
      .slice(0, reach.wanted)
      .map(([no]) => no),
  )
}

const placeWeight = 100

/** The rarest texts, until enough postings are looked at; the very rarest always. */
function searchedKeys(keys: readonly TextKey[], visits: number): number[] {
  let seen = 0
  const found: number[] = []
  for (const { key, count } of keys) {
    if (count > commonMin || (seen + count > visits && found.length > 0)) break
    seen += Math.max(count, 1)
    found.push(key)
  }
  return found
}

type NearOptions = {
  readonly label: number
  readonly atMost: number
  readonly byText?: boolean
  readonly butResults?: boolean
}

async function near(
  tx: Tx,
  keys: readonly (readonly number[])[],
  { label, atMost, byText = false, butResults = false }: NearOptions,
): Promise<readonly NearRow[]> {
  const asking = [...keys.entries()].filter(([, own]) => own.length > 0)
  if (asking.length === 0) return []
  const flat = asking.flatMap(([, own]) => [...new Set(own)].sort((x, y) => x - y))
  let end = 0
  const ends = asking.map(([, own]) => {
    end += new Set(own).size
    return end
  })
  const { rows } = await sql<NearRow>`
    select asker, report_no, shared from parley.correlation_near(
      ${label}, ${byText}, ${flat}::integer[], ${ends}::integer[], ${atMost},
      ${butResults})`.execute(tx)
  return rows.map((row) => ({ ...row, asker: asking[row.asker]?.[0] ?? 0 }))
}

/** How often texts occur in the reports of a label, as of when it was last saved. */
export async function loadPopulation(tx: Tx, label: number): Promise<Sketch> {
  const row = await tx
    .selectFrom('parley.correlation_population')
    .select(['reports', 'counts'])
    .where('label_id', '=', label)
    .executeTakeFirst()
  return row ? Sketch.decode(row.counts, row.reports) : new Sketch()
}

export async function savePopulation(
  tx: Tx,
  { label, population }: { readonly label: number; readonly population: Sketch },
  now: Date,
): Promise<void> {
  const row = { reports: population.reports, counts: population.encode(), saved_at: now }
  await tx
    .insertInto('parley.correlation_population')
    .values({ label_id: label, ...row })
    .onConflict((conflict) => conflict.column('label_id').doUpdateSet(row))
    .execute()
}

/** Whether a label has more than results of scanners, which those are compared with by words. */
async function holdsOthers(tx: Tx, label: number): Promise<boolean> {
  const row = await tx
    .selectFrom('parley.correlation_label')
    .select('holds_others')
    .where('label_id', '=', label)
    .executeTakeFirst()
  return row?.holds_others === true
}

/** Whether nothing is stored under a label that anything could be compared with. */
export async function isEmptyIndex(tx: Tx, label: number): Promise<boolean> {
  const row = await tx
    .selectFrom('parley.correlation_label')
    .select('label_id')
    .where('label_id', '=', label)
    .executeTakeFirst()
  return row === undefined
}

/** The labels under which reports are stored that can be compared with, but this one. */
export async function labelsBesides(tx: Tx, label: number, atMost: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('parley.correlation_label')
    .select('label_id')
    .where('label_id', '<>', label)
    .orderBy('label_id')
    .limit(atMost)
    .execute()
  return rows.map(({ label_id }) => label_id)
}

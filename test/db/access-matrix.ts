import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { roles } from '#features/org/role.ts'
import { root } from '../root.ts'
import type { TestDatabase } from './database.ts'
import { type Special, special, triedToo } from './special-rows.ts'

/** Who tries: every role, the product itself, and nobody; a participant in a session. */
export const actors = [...roles, 'system', 'nobody'] as const

/** What is expected: a line for each table, a cell of four letters for each actor. */
export function expectedMatrix(file: 'access-matrix.txt' | 'access-matrix-unseen.txt'): string[] {
  const text = readFileSync(join(root, 'test', 'db', file), 'utf8')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

export const headLine = ['table'.padEnd(22), ...actors.map((one) => one.padEnd(11))]
  .join(' ')
  .trim()

/**
 * A database in which every table holds a row of the actor's own, one of a colleague's and one of
 * strangers, made from the catalogue. Nothing but privileges and policies is left to refuse it.
 */
export async function openMatrix(database: TestDatabase): Promise<Matrix> {
  const url = new URL(database.superuserUrl)
  url.pathname = `/${database.name}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(onlyPolicies)
  const { rows } = await client.query<Column>(columns)
  const tables = Map.groupBy(rows, ({ relation }) => relation)
  for (const [table, own] of tables) {
    for (const whose of ['own', 'colleague', 'foreign'] as const)
      await fill(client, table, { own, whose })
    for (const one of special[table] ?? []) await fillSpecial(client, { table, own, one })
  }
  return new Matrix(client, tables, `${database.name}_app`)
}

const onlyPolicies = `do $$
declare
  one record;
begin
  for one in select conrelid::regclass as name, conname from pg_constraint
    where connamespace = 'parley'::regnamespace and contype in ('f', 'c')
    order by contype desc
  loop
    execute format('alter table %s drop constraint %I', one.name, one.conname);
  end loop;
  for one in select oid::regclass as name from pg_class
    where relnamespace = 'parley'::regnamespace and relkind = 'r'
  loop
    execute format('alter table %s disable trigger user', one.name);
  end loop;
  delete from parley.label;
  delete from parley.ceiling;
end $$`

/** Nobody is cleared for any of the labels any more. */
export const labelsOutOfReach = 'update parley.label set classification = 9'

type Column = {
  readonly relation: string
  readonly name: string
  readonly type: string
  readonly is_key: boolean
}

const columns = `
  select c.relname as relation, a.attname as name, format_type(a.atttypid, null) as type,
    exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisunique
      and a.attnum = any (i.indkey)) as is_key
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'parley'::regnamespace and c.relkind = 'r' and a.attnum > 0
    and not a.attisdropped and c.relname <> 'migration'
  order by c.relname, a.attnum`

type Whose = 'own' | 'colleague' | 'foreign'
type Filling = { readonly own: readonly Column[]; readonly whose: Whose }

async function fill(client: Client, table: string, { own, whose }: Filling): Promise<void> {
  const names = own.map(({ name }) => `"${name}"`).join(', ')
  const values = own.map((column) => sampleOf(column, whose)).join(', ')
  await client.query(
    `insert into parley.${table} (${names}) overriding system value values (${values})`,
  )
}

type SpecialFilling = {
  readonly table: string
  readonly own: readonly Column[]
  readonly one: Special
}

async function fillSpecial(client: Client, { table, own, one }: SpecialFilling): Promise<void> {
  const names = own.map(({ name }) => `"${name}"`).join(', ')
  const values = own.map((column) => one[column.name] ?? sampleOf(column, 'own')).join(', ')
  await client.query(
    `insert into parley.${table} (${names}) overriding system value values (${values})`,
  )
}

const numbers = { own: 1, colleague: 2, foreign: 3 } as const

const topics = { own: `'approval'`, colleague: `'read-in'`, foreign: `'alert'` } as const
/** Labels that everybody is cleared for. */
const labelSamples: Readonly<Record<string, string>> = {
  ...{ classification: '0', tlp: '0', is_pcii: 'false', releasable_to: 'null' },
}

/** What is recorded says who acts, for whom and as what: here in the role that is tried. */
const pendingSamples: Readonly<Record<string, (whose: Whose) => string>> = {
  leaf: (whose) => `json_build_object('actingFor', json_build_object(
    'organisation', 'org_${whose === 'foreign' ? 'foreign' : 'own'}',
    'role', current_setting('parley.role', true)))::text`,
  fields: (whose) => `'{"actor": {"value": "person_${whose}"}}'`,
}

const never = () => 'null'
const own = (name: string) => (whose: Whose) => `'${name}_${whose}'`

/** What has to be so for a read-in to show the actor's own case, to whoever acts in a session. */
const readInSamples: Readonly<Record<string, (whose: Whose) => string>> = {
  ...{ 'read_in.case_id': own('id'), 'read_in.part': () => `'full'` },
  'read_in.opens_at': () => `now() - interval '1 hour'`,
  // Long enough for a slow machine: what has lapsed shows nothing.
  'read_in.until': () => `now() + interval '1 day'`,
  ...{ 'read_in.refused_at': never, 'read_in.ended_at': never },
  'read_in.sponsor_id': own('person'),
  ...{
    'read_in_gate.read_in_id': () => `'id_own'`,
    'read_in_reason.read_in_id': () => `'id_own'`,
    'case_report.case_id': own('id'),
  },
  ...{ 'case_event.case_id': own('id'), 'case_event.kind': () => `'changed'` },
  ...{ 'person.disabled_at': never, 'organisation.disabled_at': never },
  ...{ 'exclusion.person_id': () => `'person_x'`, 'exclusion.organisation_id': () => `'org_x'` },
  'live_event.ref': (whose) => (whose === 'own' ? `'id_foreign'` : `'id_own'`),
  'approval.cases': (whose) => `array['id_${whose}']`,
  // There is one for an organisation.
  'pseudonym.organisation_id': own('org'),
  ...{ 'honey.made_by': own('person'), 'honey.retired_by': () => `'person_own'` },
  'honey.retired_at': never,
  ...{ 'proof_run.state': () => `'queued'`, 'proof_run.patch_of': never },
}

const ownPerson = () => `'person_own'`
const ownSide = (whose: Whose) => (whose === 'own' ? `'developer'` : `'evaluator'`)
/** Offered by the own organisation, offered to it, and of strangers. */
const deskSamples: Readonly<Record<string, (whose: Whose) => string>> = {
  'engagement.developer_id': (whose) => (whose === 'own' ? `'org_own'` : `'org_foreign'`),
  'engagement.evaluator_id': (whose) => (whose === 'colleague' ? `'org_own'` : `'org_foreign'`),
  'engagement.state': () => `'offered'`,
  ...{ 'engagement_act.side': ownSide, 'engagement_document.side': ownSide },
  ...{ 'engagement_act.person_id': ownPerson, 'engagement_document.person_id': ownPerson },
  ...{ 'engagement_event.person_id': ownPerson, 'engagement_event.is_developers': () => 'false' },
  'gateway_gate.partner_no': never,
  'gateway_grant.person_id': ownPerson,
  ...{ 'partner.started_at': never, 'partner.proposed_side': ownSide },
  'partner_duty.done_at': never,
  ...{ 'run_word.side': ownSide, 'run_word.person_id': ownPerson },
  ...{ 'verdict.person_id': ownPerson, 'technique.person_id': ownPerson },
  'classification_policy.published_by': ownPerson,
  ...{ 'partner_occurrence.told_by': ownPerson, 'partner_duty.done_by': ownPerson },
}

/** Of the own pack, and of what is run of it for strangers and of another for the own side. */
const ofPack = (whose: Whose) => ({ own: '2', colleague: '1', foreign: '3' })[whose]
const packSamples: Readonly<Record<string, (whose: Whose) => string>> = {
  'pack.committed_by': own('person'),
  'pack.published_at': (whose) => (whose === 'own' ? 'null' : 'now()'),
  ...{ 'pack_right.may': () => `'query'`, 'pack_right.ended_at': never },
  ...{ 'pack_right.given_by': ownPerson, 'pack_right.ended_by': ownPerson },
  ...{ 'pack_file.handed_by': ownPerson, 'pack_task.published_by': ownPerson },
  ...{ 'declaration.pack_no': ofPack, 'evaluation_run.pack_no': ofPack },
  ...{ 'declaration.proposed_by': ownPerson, 'declaration.proposed_for': () => `'org_own'` },
  ...{ 'declaration.agreed_at': never, 'evaluation_run.asked_by': ownPerson },
  ...{ 'evaluation_run.closed_at': never, 'evaluation_sample.value': never },
  ...{ 'evaluation_sample.handed_by': ownPerson, 'evaluation_look.person_id': ownPerson },
  'transcript_reading.person_id': ownPerson,
  ...{ 'verdict_bundle.verdict_id': own('id'), 'verdict_key.trusted_by': ownPerson },
  ...{ 'verdict_key.ended_at': never, 'verdict_key.ended_by': ownPerson },
  ...{ 'engagement_retention.passed_at': never, 'engagement_document.content': never },
  'crossed_verdict.person_id': ownPerson,
}

function sampleOf({ relation, name, type }: Column, whose: Whose): string {
  const column = `${relation}.${name}`
  const particular = readInSamples[column] ?? deskSamples[column] ?? packSamples[column]
  if (particular !== undefined) return particular(whose)
  if (name === 'engagement_id' || name === 'gate_id') return `'id_${whose}'`
  const of = (kind: 'org' | 'person'): string =>
    `'${kind}_${kind === 'org' && whose === 'colleague' && name !== 'id' ? 'own' : whose}'`
  if (name === 'organisation_id' || (relation === 'organisation' && name === 'id')) return of('org')
  if (/^(person|owner|by)_id$/.test(name) || (relation === 'person' && name === 'id')) {
    return of('person')
  }
  // What hangs on a case is of the case of the same whose; numbers of reports come out so anyway.
  if (/^case_(id|a|b)$/.test(name)) return `'id_${whose}'`
  const ofLabel = relation === 'label' ? labelSamples[name] : undefined
  if (ofLabel !== undefined) return ofLabel
  const entry = relation === 'ledger_pending' ? pendingSamples[name] : undefined
  if (entry !== undefined) return entry(whose)
  if (relation === 'live_event' && name === 'topic') return topics[whose]
  if (relation === 'approval' && name === 'state') return "'withdrawn'"
  const byType: Readonly<Record<string, string>> = {
    ...{ text: `'${name}_${whose}'`, bytea: `'\\x0${numbers[whose]}'`, jsonb: `'{}'` },
    ...{ boolean: 'true', tsvector: `''` },
    'timestamp with time zone': `(now() + interval '${numbers[whose]} minutes')`,
  }
  const value = byType[type] ?? (type.endsWith('[]') ? `'{}'` : `'${numbers[whose]}'`)
  return `${value}::${type}`
}

const refusedCode = '42501'
const duplicateCode = '23505'
const rowsInTable = 3

/** Tries what each actor can do with each table. */
export class Matrix implements AsyncDisposable {
  readonly client: Client
  readonly #tables: ReadonlyMap<string, readonly Column[]>
  readonly #login: string

  constructor(client: Client, tables: ReadonlyMap<string, readonly Column[]>, login: string) {
    this.client = client
    this.#tables = tables
    this.#login = login
  }

  get tables(): readonly string[] {
    return [...this.#tables.keys()]
  }

  /** The line of a table: capital letters for all rows, small ones for some, `-` for none. */
  async lineOf(table: string): Promise<string> {
    const cells = (await this.countsOf(table)).map((counts) =>
      counts.map((count, at) => letterOf('siud'[at] ?? '', count)).join(''),
    )
    return [table.padEnd(22), ...cells.map((cell) => cell.padEnd(11))].join(' ').trim()
  }

  /** How many rows of a table each actor reaches, by each verb. */
  async countsOf(table: string): Promise<readonly (readonly number[])[]> {
    const all: (readonly number[])[] = []
    for (const actor of actors) {
      all.push([
        await this.#tried(actor, `select 1 from parley.${table}`),
        await this.#inserted(actor, table),
        await this.#updated(actor, table),
        await this.#tried(actor, `delete from parley.${table}`),
      ])
    }
    return all
  }

  /** How many rows a statement reaches; nothing of it stays. */
  async #tried(actor: string, statement: string): Promise<number> {
    const role = actor === 'nobody' ? '' : actor
    const [organisation, person] = role === '' ? ['', ''] : ['org_own', 'person_own']
    await this.client.query(`savepoint tried; set local role "${this.#login}";
      set local parley.role = '${role}'; set local parley.organisation = '${organisation}';
      set local parley.person = '${person}';
      set local parley.via = '${actor === 'participant' ? 'session' : 'token'}'`)
    try {
      return (await this.client.query(statement)).rowCount ?? 0
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === refusedCode) return 0
      // The very row is there already: whoever hears of that may add such a row.
      if (code === duplicateCode) return 1
      throw error
    } finally {
      await this.client.query('rollback to savepoint tried')
    }
  }

  async #inserted(actor: string, table: string): Promise<number> {
    const own = this.#tables.get(table) ?? []
    const names = own.map(({ name }) => `"${name}"`).join(', ')
    let count = 0
    for (const whose of ['own', 'colleague', 'foreign'] as const) {
      const values = own.map((column) => sampleOf(column, whose)).join(', ')
      const statement = `insert into parley.${table} (${names}) overriding system value
        values (${values})`
      count += await this.#tried(actor, statement)
    }
    for (const one of triedToo[table] ?? []) count += await this.#told(actor, { table, own, one })
    return count
  }

  async #told(actor: string, { table, own, one }: SpecialFilling): Promise<number> {
    const names = own.map(({ name }) => `"${name}"`).join(', ')
    const values = own.map((column) => one[column.name] ?? sampleOf(column, 'foreign'))
    const statement = `insert into parley.${table} (${names}) overriding system value
      values (${values.join(', ')})`
    return this.#tried(actor, statement)
  }

  /** Of the columns that may be set at all one that no index forbids to be the same everywhere. */
  async #updated(actor: string, table: string): Promise<number> {
    const { rows } = await this.client.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0
         and not attisdropped and has_column_privilege($2, attrelid, attnum, 'update')`,
      [`parley.${table}`, this.#login],
    )
    const own = this.#tables.get(table) ?? []
    const settable = own.filter(({ name }) => rows.some((row) => row.name === name))
    const column =
      settable.find(({ name, is_key }) => !is_key && !/_id$/.test(name)) ??
      settable.find(({ is_key }) => !is_key)
    if (column === undefined) return 0
    const set = `set "${column.name}" = ${sampleOf(column, 'own')}`
    return this.#tried(actor, `update parley.${table} ${set}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end()
  }
}

function letterOf(letter: string, count: number): string {
  if (count === 0) return '-'
  return count >= rowsInTable ? letter.toUpperCase() : letter
}

import { constants } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { type Client, escapeIdentifier } from 'pg'
import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { splitLines } from '#platform/files/lines.ts'
import type { Migration } from './migrate.ts'

/** What a backup says of itself, in `manifest.json`. */
const Manifest = z.strictObject({
  layout: z.literal(1),
  takenAt: z.string(),
  migrations: z.array(z.string()),
  /** Rows of each table. */
  tables: z.record(z.string(), z.number().int()),
  /** SHA-256 of `rows.ndjson.gz`. */
  sha256: z.string(),
})
export type Manifest = z.infer<typeof Manifest>

const Chunk = z.strictObject({ table: z.string(), rows: z.array(z.unknown()) })

const rowsFile = 'rows.ndjson.gz'
const manifestFile = 'manifest.json'
const rowsPerChunk = 500

/**
 * Writes every row of the product as of one moment into `folder`, while others go on working: all
 * tables are read in one repeatable-read transaction. The queue is not part of it; unfinished work
 * is found again by what it was about.
 */
export async function backUp(owner: Client, folder: string, now: Date): Promise<Manifest> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await owner.query('begin isolation level repeatable read read only')
  try {
    const migrations = await namesOf(owner, 'select name from parley.migration order by name')
    await owner.query('set local role parley_keeper')
    const counts: Record<string, number> = {}
    const path = join(folder, rowsFile)
    const tables = await tablesOf(owner)
    await pipeline(
      Readable.from(chunksOf(owner, tables, counts)),
      createGzip({ level: 5 }),
      createWriteStream(path, { mode: 0o600 }),
    )
    await syncFile(path)
    const about: Manifest = {
      ...{ layout: 1, takenAt: now.toISOString(), migrations, tables: counts },
      sha256: await digestOf(path),
    }
    // The manifest comes last, by a rename: a folder without one is no backup.
    await writeFile(join(folder, 'manifest.part'), JSON.stringify(about, null, 2), { mode: 0o600 })
    await syncFile(join(folder, 'manifest.part'))
    await rename(join(folder, 'manifest.part'), join(folder, manifestFile))
    return about
  } finally {
    await owner.query('rollback')
  }
}

async function* chunksOf(
  owner: Client,
  tables: readonly string[],
  counts: Record<string, number>,
): AsyncGenerator<string> {
  for (const table of tables) {
    counts[table] = 0
    const of = escapeIdentifier(table)
    await owner.query(
      `declare of_table no scroll cursor for
       select row_to_json(t)::text as row from parley.${of} t`,
    )
    for (;;) {
      const { rows } = await owner.query<{ row: string }>(`fetch ${rowsPerChunk} from of_table`)
      if (rows.length === 0) break
      counts[table] += rows.length
      yield `{"table":${JSON.stringify(table)},"rows":[${rows.map(({ row }) => row).join()}]}\n`
    }
    await owner.query('close of_table')
  }
}

/** Every table of the product but what is of an instance: its migrations and its ceiling. */
const tablesOf = (owner: Client): Promise<string[]> =>
  namesOf(
    owner,
    `select tablename as name from pg_tables
     where schemaname = 'parley' and tablename not in ('migration', 'ceiling')
     order by tablename`,
  )

async function namesOf(owner: Client, query: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(query)
  return rows.map(({ name }) => name)
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest('hex')
}

/** Reads what a backup says of itself and checks that its rows are those it was taken with. */
export async function readBackup(folder: string): Promise<Result<Manifest, Refusal>> {
  const at = join(folder, manifestFile)
  const text = await readFile(at, 'utf8').catch(() => null)
  if (text === null) return no({ code: 'not-found', why: 'this is no finished backup', at })
  const parsed = Manifest.safeParse(jsonOf(text))
  if (!parsed.success) return no({ code: 'malformed', why: 'not the manifest of a backup', at })
  const path = join(folder, rowsFile)
  if ((await digestOf(path).catch(() => '')) !== parsed.data.sha256) {
    return no({ code: 'malformed', why: 'the rows are not those that were backed up', at: path })
  }
  return yes(parsed.data)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The migrations a backup was taken with; null when this Parley does not know one of them. */
export function migrationsOf(
  { migrations: wanted }: Manifest,
  known: readonly Migration[],
): readonly Migration[] | null {
  const found = wanted.flatMap((name) => known.find((one) => one.name === name) ?? [])
  return found.length === wanted.length ? found : null
}

/**
 * Loads a backup into a database that was migrated just as far as the backup and holds no rows, in
 * one transaction: it is all there or nothing is.
 */
export async function restore(owner: Client, folder: string, of: Manifest): Promise<Result<null>> {
  await owner.query('begin')
  try {
    const filled = await filledTable(owner)
    if (filled !== null) {
      await owner.query('rollback')
      const why = `the database is not empty: there are rows in ${filled}`
      return no({ code: 'already-running', why, hint: 'restore into a new data folder' })
    }
    const foreignKeys = await dropForeignKeys(owner)
    await loadRows(owner, folder)
    for (const { table, name, definition } of foreignKeys) {
      const add = `add constraint ${escapeIdentifier(name)} ${definition}`
      await owner.query(`alter table parley.${escapeIdentifier(table)} ${add}`)
    }
    const wrong = await wrongCount(owner, of)
    if (wrong !== null) throw new Error(`${wrong} does not hold the rows of the backup`)
    await moveSequences(owner)
    await owner.query('commit')
    return yes(null)
  } catch (error) {
    await owner.query('rollback')
    if (isAboveCeiling(error)) return no(aboveCeiling)
    throw error
  }
}

/** A label or a clearance that the database refuses to hold. */
const isAboveCeiling = (error: unknown): boolean =>
  error instanceof Error &&
  'constraint' in error &&
  /_is_below_ceiling$/.test(String(error.constraint))

const aboveCeiling: Refusal = {
  code: 'not-configured',
  why: 'the backup holds what is classified above the ceiling of this instance',
  at: 'PARLEY_CEILING',
  hint: 'restore it into an instance whose ceiling is that of the one it was taken from',
}

async function filledTable(owner: Client): Promise<string | null> {
  for (const table of await tablesOf(owner)) {
    // The migrations make the first rows of this one.
    if (table === 'label') continue
    if ((await countOf(owner, `select 1 from parley.${escapeIdentifier(table)} limit 1`)) > 0) {
      return table
    }
  }
  return null
}

/** Counts as the keeper: the owner of the tables is bound by their policies and would see none. */
async function countOf(owner: Client, query: string): Promise<number> {
  await owner.query('set local role parley_keeper')
  const { rows } = await owner.query<{ count: string }>(
    `select count(*) as count from (${query}) q`,
  )
  await owner.query('reset role')
  return Number(rows[0]?.count ?? 0)
}

type ForeignKey = { readonly table: string; readonly name: string; readonly definition: string }

/** Rows of one table may point forward to rows of another, or of their own. */
async function dropForeignKeys(owner: Client): Promise<readonly ForeignKey[]> {
  const { rows } = await owner.query<ForeignKey>(
    `select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     join pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'f' and n.nspname = 'parley'`,
  )
  for (const { table, name } of rows) {
    const drop = `drop constraint ${escapeIdentifier(name)}`
    await owner.query(`alter table parley.${escapeIdentifier(table)} ${drop}`)
  }
  return rows
}

async function loadRows(owner: Client, folder: string): Promise<void> {
  const known = new Set(await tablesOf(owner))
  const input = createReadStream(join(folder, rowsFile)).pipe(createGunzip())
  await owner.query('set local role parley_keeper')
  for await (const bytes of splitLines(input, constants.MAX_STRING_LENGTH)) {
    if (bytes === null) throw new Error('the backup has a line that is too long to be read')
    const line = bytes.toString('utf8')
    const chunk = Chunk.parse(JSON.parse(line))
    if (!known.has(chunk.table)) throw new Error(`the backup has an unknown table ${chunk.table}`)
    const table = `parley.${escapeIdentifier(chunk.table)}`
    // The rows go in as the text they are: numbers and times keep every digit.
    const rows = line.slice(line.indexOf('"rows":') + '"rows":'.length, -1)
    await owner.query(
      `insert into ${table} overriding system value
       select * from json_populate_recordset(null::${table}, $1::json)
       ${chunk.table === 'label' ? 'on conflict (id) do nothing' : ''}`,
      [rows],
    )
  }
  await owner.query('reset role')
}

async function wrongCount(owner: Client, { tables }: Manifest): Promise<string | null> {
  for (const [table, count] of Object.entries(tables)) {
    const found = await countOf(owner, `select 1 from parley.${escapeIdentifier(table)}`)
    if (found !== count) return table
  }
  return null
}

async function moveSequences(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ table: string; column: string; sequence: string }>(
    `select c.relname as table, a.attname as column,
       pg_get_serial_sequence(format('parley.%I', c.relname), a.attname) as sequence
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'parley' and c.relkind = 'r' and a.attidentity <> ''`,
  )
  for (const { table, column, sequence } of rows) {
    await owner.query('set local role parley_keeper')
    const { rows: found } = await owner.query<{ last: string | null }>(
      `select max(${escapeIdentifier(column)}) as last from parley.${escapeIdentifier(table)}`,
    )
    await owner.query('reset role')
    const last = found[0]?.last ?? null
    if (last !== null) await owner.query('select setval($1, $2)', [sequence, last])
  }
}

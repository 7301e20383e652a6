// `npm run row-types`: writes src/platform/db/tables.generated.ts from a migrated database, so that
// queries are checked against the schema. Needs a PostgreSQL server as the tests do.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { freshDatabase } from '../test/db/database.ts'
import { root } from '../test/tidy/source.ts'

/** PostgreSQL's types as `pg` hands them over, see platform/db/connection.ts. */
const typeNames: Readonly<Record<string, string>> = {
  ...{ text: 'string', bigint: 'number', integer: 'number', real: 'number', smallint: 'number' },
  ...{ 'double precision': 'number', boolean: 'boolean', bytea: 'Buffer', jsonb: 'Json' },
  ...{ 'timestamp with time zone': 'Moment', tsvector: 'string', 'text[]': 'string[]' },
  ...{ 'integer[]': 'number[]', 'double precision[]': 'number[]', 'bigint[]': 'bigint[]' },
  ...{ 'real[]': 'number[]' },
}

type Column = {
  readonly relation: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly generated: boolean
}

const catalogue = `
  select c.relname as relation, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable,
    a.atthasdef or a.attidentity <> '' as generated
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where n.nspname = 'parley' and c.relkind in ('r', 'v', 'p')
  order by c.relname, a.attnum`

/** The text of the generated module. */
async function rowTypes(): Promise<string> {
  await using database = await freshDatabase()
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  const { rows } = await client.query<Column>(catalogue)
  await client.end()
  const relations = Map.groupBy(rows, ({ relation }) => relation)
  const tables = [...relations].map(([relation, columns]) => {
    const lines = columns.map((column) => `    ${column.name}: ${typeOf(column)}`)
    return `  'parley.${relation}': {\n${lines.join('\n')}\n  }`
  })
  return [
    '// Written by tools/row-types.ts from the migrated schema; not edited by hand.',
    "import type { ColumnType, Generated } from 'kysely'",
    '',
    '/** JSON goes in as text and comes out as a value that has to be looked at. */',
    'type Json = ColumnType<unknown, string, string>',
    'type JsonOrNull = ColumnType<unknown, string | null, string | null>',
    'type Moment = Date',
    '',
    `export type Tables = {\n${tables.join('\n')}\n}`,
    '',
  ].join('\n')
}

function typeOf({ relation, name, type, nullable, generated }: Column): string {
  const known = typeNames[type]
  if (!known) throw new Error(`${relation}.${name}: no TypeScript type for ${type}`)
  if (known === 'Json') {
    if (nullable) return 'JsonOrNull'
    return generated ? 'ColumnType<unknown, string | undefined, string>' : 'Json'
  }
  const own = nullable ? `${known} | null` : known
  return generated && !nullable ? `Generated<${own}>` : own
}

writeFileSync(join(root, 'src', 'platform', 'db', 'tables.generated.ts'), await rowTypes())

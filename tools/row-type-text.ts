import type { Client } from 'pg'

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

/** The rows of a migrated database as TypeScript: queries are checked against the schema. */
export async function rowTypeText(client: Client): Promise<string> {
  const { rows } = await client.query<Column>(catalogue)
  const relations = Map.groupBy(rows, ({ relation }) => relation)
  const tables = [...relations].map(([relation, columns]) => {
    const lines = columns.map((column) => `    ${column.name}: ${typeOf(column)}`)
    return `  'parley.${relation}': {\n${lines.join('\n')}\n  }`
  })
  return [
    '// Written by tools/schema.ts from the migrated schema; not edited by hand.',
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

// `npm run schema`: writes db/schema.sql and src/platform/db/tables.generated.ts from a migrated
// database. Needs a PostgreSQL server: PARLEY_TEST_DATABASE is the address of its superuser.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { freshDatabase } from '../test/db/database.ts'
import { root } from '../test/root.ts'
import { rowTypeText } from './row-type-text.ts'
import { schemaText } from './schema-text.ts'

await using database = await freshDatabase()
const client = new Client({ connectionString: database.ownerUrl })
await client.connect()
writeFileSync(join(root, 'db', 'schema.sql'), await schemaText(client))
writeFileSync(join(root, 'src/platform/db/tables.generated.ts'), await rowTypeText(client))
await client.end()

// `npm run api`: writes openapi.json and the typed client from the table of routes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientOf } from '../src/platform/http/client.ts'
import { root } from '../test/root.ts'
import { apiDocument } from './route-table.ts'

const document = await apiDocument()
writeFileSync(join(root, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
writeFileSync(join(root, 'web', 'api', 'parley.generated.ts'), clientOf(document))

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clientOf } from '#platform/http/client.ts'
import { apiDocument } from '../../tools/route-table.ts'
import { root } from '../root.ts'

const kept = (path: string): string => readFileSync(join(root, path), 'utf8')

test('openapi.json and the client are what the table of routes says (npm run api)', async () => {
  const document = await apiDocument()
  assert.equal(kept('openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
  assert.equal(kept('web/api/parley.generated.ts'), clientOf(document))
})

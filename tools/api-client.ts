import { readFileSync, writeFileSync } from 'node:fs'
import { clientOf } from '#platform/http/client.ts'
import type { OpenApiDocument } from '#platform/http/open-api.ts'

const [from, to] = process.argv.slice(2)

if (from === undefined || to === undefined) {
  console.error('usage: node tools/api-client.ts OPENAPI.json CLIENT.ts')
  console.error('Writes a typed client from the OpenAPI document of the service.')
  process.exitCode = 2
} else {
  const document: OpenApiDocument = JSON.parse(readFileSync(from, 'utf8'))
  writeFileSync(to, clientOf(document))
}

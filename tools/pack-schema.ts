// `node tools/pack-schema.ts`: writes the JSON Schemas of packs; a test fails when one is stale.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packSchemas } from '../src/formats/pack/shape.ts'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
for (const [name, schema] of Object.entries(packSchemas)) {
  const path = join(project, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(schema(), null, 2)}\n`)
}

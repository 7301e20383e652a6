// `node tools/proof-schema.ts`: writes the JSON Schema of proof bundles; a test fails when it is
// stale.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { proofSchema, proofSchemaPath } from '../src/formats/proof/shape.ts'

const path = join(dirname(dirname(fileURLToPath(import.meta.url))), proofSchemaPath)
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, `${JSON.stringify(proofSchema(), null, 2)}\n`)

// `node tools/formats.ts`: writes docs/formats.md from the decoders; a test fails when it is stale.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatsPage } from './formats-page.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
writeFileSync(join(root, 'docs', 'formats.md'), formatsPage())

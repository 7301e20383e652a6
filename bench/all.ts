// `npm run bench`: every measured claim, one command after the other. Takes about half an hour
// with the real records beside the checkout; each command also runs by itself.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const commands = [
  'startup',
  'triage',
  'sarif',
  'scan-results',
  'crash',
  'insert',
  'cases-at-scale',
  'decoders',
  'version',
  'page',
  'sandbox',
  'gateway',
  'runner',
]
for (const name of commands) {
  console.log(`\n== bench/${name}.ts`)
  const args = ['--max-old-space-size=14000', join(folder, `${name}.ts`)]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

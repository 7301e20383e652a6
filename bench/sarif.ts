// `parley triage` as a user runs it, over all real SARIF documents beside the checkout.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Reader } from '../src/formats/json/reader.ts'
import { sharedPath } from '../test/corpus/shared.ts'
import { figure, machineText } from './machine.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folders = ['sarif_sdk', 'scans'].flatMap((name) => sharedPath('fixtures', name) ?? [])
const shown = ['files', 'reports', 'cases', 'suggestions', 'problems'] as const
console.log(`machine: ${machineText()}`)
if (folders.length === 0) console.log('the real documents (../shared/data/fixtures) are not here')
for (const folder of folders) {
  const out = join(mkdtempSync(join(tmpdir(), 'parley-bench-')), 'triage.json')
  const started = performance.now()
  const args = [join(root, 'bin', 'parley.mjs'), 'triage', folder, '--json', out]
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' })
  const seconds = (performance.now() - started) / 1000
  const counts = new Reader(JSON.parse(readFileSync(out, 'utf8'))).object('counts')
  const count = (name: string): string => `${counts.number(name) ?? 0} ${name}`
  figure(`triage of ${folder.split('/').at(-1)}`, `${seconds.toFixed(2)} s`, {
    size: `${shown.map(count).join(', ')}, exit ${status}`,
  })
}

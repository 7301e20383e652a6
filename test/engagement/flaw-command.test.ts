import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { flawRoutes } from '#features/evaluation/flaw.routes.ts'
import { flawReportRoutes } from '#features/evaluation/flaw-report.routes.ts'
import { FlawListWire } from '#features/evaluation/result.wire.ts'
import { makeToken } from '#features/org/org.store.ts'
import { clockAt } from '#kernel/clock.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { begin } from '../e2e/instance.ts'
import { launcherPath } from '../e2e/parley.ts'
import { evaluator, personOf } from './desk-world.ts'
import { ResultsWorld } from './results-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-flaw-command-'))
const file = join(folder, 'report.json')
const clock = clockAt('2026-03-01T10:00:00Z')
let world: ResultsWorld
let token: string
before(async () => {
  const keys: Keys = { is: 'root', all: [randomKey()] }
  const blobs = await openFolderBlobs({ folder: join(folder, 'blobs'), keys, clock })
  assert.ok(blobs.ok)
  world = await ResultsWorld.open(({ pool, keys: own }) => [
    ...flawRoutes({ pool, keys: own }),
    ...flawReportRoutes({ pool, blobs: blobs.value, clock, keys: own, flawsPerHour: 60 }),
  ])
  const wish = { name: 'runner', organisation: evaluator, role: 'evaluator', days: 30 } as const
  const made = await asActor(world.pool, systemActor, (tx) =>
    makeToken(tx, { ...wish, owner: personOf('eve') }, world.desk.server.now),
  )
  token = made.token
})
after(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function parley(run: string, ...more: readonly string[]) {
  const env = { PARLEY_URL: world.desk.server.url, PARLEY_TOKEN: token }
  const args = [launcherPath, 'eval', 'flaw', run, 'task-0', file, ...more]
  const command = begin(process.execPath, args, { env })
  return { code: await command.ended, said: command.said() }
}

test('a flaw is handed in once, however often the command is run', async () => {
  const { run } = await world.run(['success', 'failure'])
  writeFileSync(file, '{"purl": 7}')
  const malformed = await parley(run)
  assert.notEqual(malformed.code, 0)
  assert.match(malformed.said, /purl/)
  writeFileSync(file, '{"purl": "pkg:npm/frames@2.3.1"}')
  const absent = await parley(run, '--attempt', '9')
  assert.notEqual(absent.code, 0)
  assert.match(absent.said, /no sample task-0, attempt 9/)
  const [one, other] = [await parley(run), await parley(run)]
  assert.equal(one.code, 0, one.said)
  assert.match(one.said, /^Handed in: SUB-\S+ \(task-0, attempt 1\)\./)
  assert.equal(other.said, one.said)
  const call = `GET /v1/runs/${run}/flaws`
  const { items } = await world.told({ who: 'eve', call, shape: FlawListWire })
  assert.equal(items.length, 1)
})

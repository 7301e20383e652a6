import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Metrics } from '#platform/http/metrics.ts'
import { silentLog } from '#platform/log/log.ts'
import { BackgroundThread } from './background-thread.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-thread-'))
const begun = join(folder, 'begun')
after(() => rmSync(folder, { recursive: true, force: true }))

const instance = {
  ...{ log: silentLog, appUrl: 'postgres://app', queueUrl: 'postgres://queue' },
  settings: { dataFolder: folder },
}

/** A thread of these lines, which notes each time that it begins. */
function threadOf(name: string, lines: string, metrics = new Metrics()): BackgroundThread {
  const script = join(folder, `${name}.mjs`)
  const head = `import { appendFileSync } from 'node:fs'
    import { parentPort } from 'node:worker_threads'
    appendFileSync(${JSON.stringify(begun)}, ${JSON.stringify(`${name}\n`)})\n`
  writeFileSync(script, head + lines)
  return new BackgroundThread(instance, metrics, script)
}

const timesBegun = (name: string): number =>
  readFileSync(begun, 'utf8')
    .split('\n')
    .filter((line) => line === name).length

const whole = `parentPort.postMessage({ is: 'ready' })
  parentPort.once('message', () => process.exit())`

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 500, 'it does not come')
    await pause(20)
  }
}

test('what keeps it from beginning is thrown, and nothing is left to close', async () => {
  const thread = threadOf('broken', "throw new Error('no key file')")
  await assert.rejects(thread.begin(), /no key file/)
  await thread.close()
})

test('work that ended by itself is begun again', async () => {
  const thread = threadOf(
    'mortal',
    "parentPort.postMessage({ is: 'ready' }); setTimeout(() => {}, 50)",
  )
  await thread.begin()
  await until(() => timesBegun('mortal') >= 2)
  await thread.close()
})

test('work that was ended stays ended', async () => {
  const thread = threadOf('ended', whole)
  await thread.begin()
  await thread.close()
  await pause(1_300)
  assert.equal(timesBegun('ended'), 1)
})

test('each placement is counted', async () => {
  const metrics = new Metrics()
  const thread = threadOf(
    'counted',
    `${whole}; parentPort.postMessage({ is: 'placed', reports: 7, seconds: 0.2 })`,
    metrics,
  )
  await thread.begin()
  await until(() => /parley_reports_placed_total 7\n/.test(metrics.text()))
  await thread.close()
})

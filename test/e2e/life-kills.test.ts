import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newFolder, postmasterOf } from '../db/embedded-process.ts'
import {
  assertNoDatabase,
  assertNothingLeft,
  begin,
  endAll,
  freePort,
  type Handed,
  handIn,
  inTime,
  knows,
  parleyTo,
  type Served,
  serve,
  signIn,
  stop,
  type Target,
  tokenFor,
} from './instance.ts'
import { launcherPath } from './parley.ts'

/** One data folder, whose processes are killed one after the other. */
const data = newFolder()
after(endAll)

let service: Served
let to: Target
const receipts: string[] = []

async function handInOne(mark: string): Promise<void> {
  const { status, receipt } = await handIn(to, mark)
  assert.equal(status, 202)
  receipts.push(receipt)
}

async function startAgain(): Promise<void> {
  service = await serve({ data })
  to = { ...to, url: service.url }
}

async function assertAllIsThere(): Promise<void> {
  for (const receipt of receipts) assert.ok(await knows(to, receipt), receipt)
}

test('a Ctrl-C while it starts leaves nothing behind, and the next start works', async () => {
  const port = String(await freePort())
  for (const afterMs of [700, 2_000]) {
    const args = [launcherPath, 'serve', '--data', data, '--port', port]
    const starting = begin(process.execPath, args)
    await pause(afterMs)
    process.kill(-starting.pid, 'SIGINT')
    assert.notEqual(await inTime(starting.ended), 'it does not end')
    assertNothingLeft(data, starting.pid)
  }
})

test('tokens and links are made beside a running server', async () => {
  service = await serve({ data })
  to = { url: service.url, token: await tokenFor(data) }
  await handInOne('first')
  const { code, said } = await parleyTo(['sign-in', '--data', data])
  assert.equal(code, 0, said)
  const link = /sign-in#([\w-]+)/.exec(said)?.[1] ?? ''
  assert.notEqual(link, service.link)
  assert.equal((await signIn(service.url, link)).status, 200)
  assert.equal((await signIn(service.url, service.link)).status, 200)
  assert.equal((await signIn(service.url, service.link)).status, 403)
})

test('after kill -9 of the server, the next one takes the database over', async () => {
  const postmaster = postmasterOf(data)
  await stop(service, 'SIGKILL')
  await startAgain()
  assert.equal(postmasterOf(data), postmaster)
  await assertAllIsThere()
  await handInOne('after-server')
})

test('while the database is away requests get 503 and when to come back, then work', async () => {
  process.kill(postmasterOf(data), 'SIGKILL')
  const refused: Handed[] = []
  for (let at = 0; at < 400; at++) {
    const answer = await handIn(to, `meanwhile-${at}`)
    if (answer.status === 202) {
      receipts.push(answer.receipt)
      if (refused.length > 0) break
    } else refused.push(answer)
    await pause(50)
  }
  assert.ok(refused.length > 0, 'nobody noticed')
  for (const { status, retryAfter } of refused) {
    assert.deepEqual([status, Number(retryAfter) > 0], [503, true])
  }
  await assertAllIsThere()
})

test('after kill -9 of both, the next start recovers', async () => {
  await handInOne('before-both')
  const postmaster = postmasterOf(data)
  process.kill(service.pid, 'SIGKILL')
  process.kill(postmaster, 'SIGKILL')
  await service.ended
  await startAgain()
  await assertAllIsThere()
  await handInOne('after-both')
})

test('two servers share a data folder; the last to leave stops the database', async () => {
  const second = await serve({ data })
  assert.ok(await knows({ ...to, url: second.url }, receipts[0] ?? ''))
  assert.equal(await stop(service), 0)
  const { status } = await handIn({ ...to, url: second.url }, 'second')
  assert.equal(status, 202)
  assert.equal(await stop(second), 0)
  assertNoDatabase(data)
})

test('two servers that begin a new folder at once both serve it', async () => {
  const fresh = newFolder()
  const [one, other] = await Promise.all([serve({ data: fresh }), serve({ data: fresh })])
  const token = await tokenFor(fresh)
  const { receipt } = await handIn({ url: one.url, token }, 'shared')
  assert.ok(await knows({ url: other.url, token }, receipt))
  assert.deepEqual(await Promise.all([stop(one), stop(other)]), [0, 0])
  assertNoDatabase(fresh)
})

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newFolder } from '../db/embedded-process.ts'
import {
  assertNoDatabase,
  endAll,
  freePort,
  type Handed,
  handIn,
  knows,
  parleyTo,
  serve,
  stop,
  type Target,
  tokenFor,
} from './instance.ts'
import { otherUser } from './parley.ts'

const canMount = process.getuid?.() === 0 && process.platform === 'linux'
const disk = mkdtempSync(join(tmpdir(), 'parley-disk-'))
const isMounted =
  canMount && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).status === 0
const skip = !isMounted && 'needs to mount a small disk'
const resize = (size: string): unknown =>
  execFileSync('mount', ['-o', `remount,size=${size}`, disk], { stdio: 'ignore' })

let port = ''
before(async () => {
  port = String(await freePort())
})
after(async () => {
  await endAll()
  // Lazily, in case that something of the test still holds it.
  if (isMounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

const refusedOn = (data: string, uid?: number) =>
  parleyTo(
    ['serve', '--data', data, '--port', port],
    ...(uid === undefined ? [] : [{ uid, env: { NODE_COMPILE_CACHE: '' } }]),
  )

test('a file, a folder of a newer Parley and one that may not be written are refused', async () => {
  const folder = newFolder()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const onFile = await refusedOn(file)
  assert.deepEqual([onFile.code, onFile.said.includes(`${file}: is not a folder`)], [5, true])
  const newer = join(folder, 'newer')
  mkdirSync(newer)
  writeFileSync(join(newer, 'parley.json'), '{"layout":2,"postgres":18}')
  const onNewer = await refusedOn(newer)
  assert.equal(onNewer.code, 7)
  assert.match(onNewer.said, /belongs to a newer Parley[\s\S]*start the version/)
  if (otherUser === null) return
  chmodSync(folder, 0o755)
  const onShut = await refusedOn(join(folder, 'shut'), otherUser)
  if (/Cannot find|EACCES.*node_modules/.test(onShut.said)) return
  assert.equal(onShut.code, 5, onShut.said)
  assert.match(onShut.said, /this user may not write here[\s\S]*PARLEY_DATA/)
})

test('a full disk is told at the start, and the start works once there is room', {
  skip,
}, async () => {
  const data = join(disk, 'instance')
  const full = await refusedOn(data)
  assert.equal(full.code, 7, full.said)
  assert.match(full.said, /no space is left on the disk[\s\S]*make room and start again/)
  assertNoDatabase(data)
  resize('220m')
  const service = await serve({ data })
  assert.equal(await stop(service), 0)
})

test('a disk that fills up loses nothing; with room again it goes on', { skip }, async () => {
  const data = join(disk, 'instance')
  const service = await serve({ data, env: { PARLEY_LOG_LEVEL: 'silent' } })
  const to = { url: service.url, token: await tokenFor(data) }
  const filler = join(disk, 'filler')
  fill(filler)
  const answers = await handInUntilFull(to)
  const refused = answers.filter(({ status }) => status !== 202)
  assert.ok(refused.length > 0, 'the disk never was full')
  const statuses = new Set(refused.map(({ status }) => status))
  for (const status of statuses) assert.ok([503, 507].includes(status), `answered ${status}`)
  rmSync(filler)
  const until = performance.now() + 30_000
  let again = await handIn(to, 'with-room')
  while (again.status !== 202 && performance.now() < until) {
    await pause(200)
    again = await handIn(to, 'with-room')
  }
  assert.equal(again.status, 202)
  const kept = answers.filter(({ status }) => status === 202)
  for (const { receipt } of [...kept, again]) assert.ok(await knows(to, receipt), receipt)
  assert.equal(await stop(service), 0)
  assertNoDatabase(data)
})

/** Leaves a megabyte. */
function fill(path: string): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - 2 ** 20)))
}

async function handInUntilFull(to: Target): Promise<Handed[]> {
  const answers: Handed[] = []
  const proof = randomBytes(60_000)
  for (let at = 0; at < 120; at++) {
    const answer = await handIn(to, `full-${at}`, Buffer.concat([proof, Buffer.from(String(at))]))
    answers.push(answer)
    if (answers.filter(({ status }) => status !== 202).length > 10) break
    if (answer.status !== 202) await pause(30)
  }
  return answers
}

test('a port that is taken is told with its holder; the database is stopped again', async () => {
  const data = newFolder()
  const holder = createServer()
  await new Promise<void>((settle) => holder.listen(Number(port), '127.0.0.1', settle))
  try {
    const { code, said } = await refusedOn(data)
    assert.equal(code, 7)
    assert.match(said, new RegExp(`port ${port} is taken by .*node.* \\(pid ${process.pid}\\)`))
    assert.match(said, /choose another with --port or PARLEY_PORT/)
    assertNoDatabase(data)
  } finally {
    holder.close()
  }
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isRunning } from '#platform/db/embedded/process-identity.ts'
import { newFolder } from '../db/embedded-process.ts'
import { root } from '../root.ts'
import {
  assertNothingLeft,
  begin,
  endAll,
  freePort,
  handIn,
  knows,
  membersOf,
  type Served,
  signIn,
  tokenFor,
} from './instance.ts'
import { otherUser } from './parley.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley start '))
after(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

const skip = spawnSync('npm', ['--version']).status !== 0 && 'there is no npm here'
const parts = [
  'bin',
  'src',
  'db',
  'tools',
  'web',
  'examples',
  'dist/web',
  'openapi.json',
  'tsconfig.json',
]

/** A copy of the checkout in a path with spaces, with everything installed. */
function checkout(name: string): string {
  const home = join(folder, name)
  const modules = join(home, 'node_modules')
  mkdirSync(modules, { recursive: true })
  for (const part of [...parts, 'package.json', 'package-lock.json']) {
    if (existsSync(join(root, part)))
      cpSync(join(root, part), join(home, part), { recursive: true })
  }
  for (const entry of readdirSync(join(root, 'node_modules'))) {
    if (entry !== '.cache' && entry !== '.parley-installed') {
      symlinkSync(join(root, 'node_modules', entry), join(modules, entry))
    }
  }
  const lockfile = readFileSync(join(home, 'package-lock.json'))
  const digest = createHash('sha256').update(lockfile).digest('hex')
  writeFileSync(join(modules, '.parley-installed'), digest)
  return home
}

/** What `npm start` does by itself, before the clock of the first page runs. */
function buildWeb(at: string): void {
  const built = spawnSync(process.execPath, [join(at, 'tools/web.mjs')], { encoding: 'utf8' })
  assert.equal(built.status, 0, built.stderr)
}

/** Ten on an idle machine (bench/start.ts); other tests may run beside this one. */
const secondsMax = 10 * Math.max(1, loadavg()[0] ?? 0)

type NpmStart = { readonly data: string; readonly uid?: number }

async function npmStart(home: string, { data, uid }: NpmStart): Promise<Served> {
  const port = String(await freePort())
  const args = ['start', '--', '--data', data, '--port', port]
  // As in a shell: not with the programs of another checkout, which the tests are run with.
  const own = join(root, 'node_modules')
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.startsWith(own))
  const env = { PATH: path.join(delimiter), HOME: join(folder, 'home') }
  const running = begin('npm', args, { cwd: home, env, ...(uid === undefined ? {} : { uid }) })
  const link = await running.until(/sign-in#([\w-]+)/)
  return { ...running, url: `http://127.0.0.1:${port}`, link }
}

async function untilGone(group: number): Promise<void> {
  const until = performance.now() + 20_000
  while (membersOf(group).length > 0 && performance.now() < until) await pause(50)
}

/** The process that npm began, which begins the service. */
function childOf(npm: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const found = rows.find(([, parent]) => parent === npm)?.[0]
  assert.ok(found)
  return found
}

const data = newFolder()
let home = ''
let token = ''
let receipt = ''

test('npm start tells an address and a link, and serves the first page', {
  skip,
}, async () => {
  home = checkout('a checkout')
  buildWeb(home)
  const began = performance.now()
  const service = await npmStart(home, { data })
  const page = await fetch(service.url)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /^<!doctype html>/i)
  const seconds = (performance.now() - began) / 1000
  assert.ok(seconds < secondsMax, `the first page came after ${seconds.toFixed(1)} s`)
  const shown = `http://localhost:${new URL(service.url).port}/sign-in#${service.link}`
  assert.ok(service.said().includes(shown), service.said())
  const opened = await signIn(service.url, service.link)
  assert.equal(opened.status, 200)
  assert.equal((await signIn(service.url, service.link)).status, 403)
  const session = await fetch(`${service.url}/v1/session`, { headers: { cookie: opened.cookie } })
  assert.equal(session.status, 200)
  token = await tokenFor(data)
  const handed = await handIn({ url: service.url, token }, 'first')
  assert.equal(handed.status, 202)
  receipt = handed.receipt
  // What Ctrl-C does: the terminal tells every process of the group, and npm tells its child again.
  process.kill(-service.pid, 'SIGINT')
  await service.ended
  await untilGone(service.pid)
  assertNothingLeft(data, service.pid)
})

test('the second start finds what the first one kept; SIGTERM ends all', {
  skip,
}, async () => {
  const service = await npmStart(home, { data })
  assert.ok(await knows({ url: service.url, token }, receipt))
  process.kill(childOf(service.pid), 'SIGTERM')
  await service.ended
  await untilGone(service.pid)
  assertNothingLeft(data, service.pid)
})

test('an npm that is killed takes the service along', { skip }, async () => {
  const killed = await npmStart(home, { data })
  process.kill(killed.pid, 'SIGKILL')
  await untilGone(killed.pid)
  assertNothingLeft(data, killed.pid)
  const next = await npmStart(home, { data })
  assert.ok(await knows({ url: next.url, token }, receipt))
  process.kill(childOf(next.pid), 'SIGKILL')
  await next.ended
  await untilGone(next.pid)
  assertNothingLeft(data, next.pid)
})

test('an ordinary user may start it in a checkout that only root may write', {
  skip,
}, async (t) => {
  if (otherUser === null) return t.skip('needs a second user')
  if (!isOpenToAll(realpathSync(join(root, 'node_modules')))) {
    return t.skip('that user may not read the packages')
  }
  chmodSync(folder, 0o755)
  const own = newFolder()
  chownSync(own, otherUser, otherUser)
  const service = await npmStart(home, { data: own, uid: otherUser })
  assert.equal((await fetch(service.url)).status, 200)
  process.kill(-service.pid, 'SIGINT')
  await service.ended
  await untilGone(service.pid)
  assertNothingLeft(own, service.pid)
  assert.ok(!isRunning(service.pid))
})

/** Whether the folder, and all above it, may be passed through by everybody. */
function isOpenToAll(path: string): boolean {
  accessSync(path, constants.R_OK)
  const { status } = spawnSync('ls', [path], {
    stdio: 'ignore',
    ...(otherUser === null ? {} : { uid: otherUser, gid: otherUser }),
  })
  return status === 0
}

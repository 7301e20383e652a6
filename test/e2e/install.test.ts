import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { root } from '../root.ts'
import { otherUser, scratch } from './parley.ts'

const { folder, put } = scratch()

/** Stands in for npm: writes down how it was called and makes the folder that npm makes. */
const npm = put(
  'npm.cjs',
  `const fs = require('node:fs')
  const call = JSON.stringify([process.argv.slice(2), process.env.PATH])
  fs.appendFileSync(process.env.CALLS, call + '\\n')
  if (process.env.FAILS) { console.error(process.env.FAILS); process.exit(1) }
  fs.rmSync('node_modules', { recursive: true, force: true })
  fs.mkdirSync('node_modules')
  fs.writeFileSync('node_modules/.package-lock.json', '{}')`,
)

/** A checkout of its own for a test, in a path with spaces, and a way to install there. */
function checkout(name: string) {
  const home = join(folder, name)
  mkdirSync(join(home, 'tools'), { recursive: true })
  cpSync(join(root, 'tools/install.mjs'), join(home, 'tools/install.mjs'))
  put(join(name, 'package-lock.json'), '{"lockfileVersion":3}')
  const calls = join(home, 'calls')
  const install = (env: Record<string, string> = {}, uid?: number) => {
    rmSync(calls, { force: true })
    const address = pathToFileURL(join(home, 'tools/install.mjs')).href
    const script = `import(${JSON.stringify(address)}).then((m) => m.installOnce())
      .catch((error) => { console.error(error.message); process.exitCode = 1 })`
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, npm_execpath: npm, CALLS: calls, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    const asked = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []
    return { status, err: stderr, asked }
  }
  return { home, install }
}

test('nothing is installed twice, and everything again when the lockfile changes', () => {
  const { home, install } = checkout('once')
  const first = install()
  assert.deepEqual([first.status, first.asked.length], [0, 1])
  assert.match(first.err, /^Installing dependencies .*\nInstalled in \d+ s\.\n$/)
  assert.deepEqual(install(), { status: 0, err: '', asked: [] })
  // The same content at a later time, as after switching branches, is the same.
  utimesSync(join(home, 'package-lock.json'), new Date(), new Date(Date.now() + 9e6))
  assert.equal(install().asked.length, 0)
  put('once/package-lock.json', '{"lockfileVersion":3,"packages":{}}')
  assert.equal(install().asked.length, 1)
})

test('an installation by hand counts, one that was interrupted does not', () => {
  const { install } = checkout('by hand')
  mkdirSync(join(folder, 'by hand/node_modules'))
  assert.equal(install().asked.length, 1)
  rmSync(join(folder, 'by hand/node_modules/.parley-installed'))
  assert.equal(install().asked.length, 0)
})

test('npm is asked for everything, and not run on the Node that it is about to replace', () => {
  const { home, install } = checkout('asked')
  const own = join(home, 'node_modules/.bin')
  const { asked } = install({ PATH: [own, process.env['PATH']].join(delimiter) })
  const call = asked[0] ?? ''
  assert.match(call, /"ci","--include=dev","--include=optional"/)
  assert.ok(!call.includes(own))
})

test('a registry that cannot be reached is told with what to do, and is no installation', () => {
  const { install } = checkout('offline')
  const FAILS = 'npm error code EAI_AGAIN\nnpm error request to https://registry.example failed'
  const offline = install({ FAILS })
  assert.equal(offline.status, 1)
  assert.match(offline.err, /EAI_AGAIN[\s\S]*cannot be reached[\s\S]*Connect this machine/)
  const broken = install({ FAILS: 'npm error something else' })
  assert.match(broken.err, /something else[\s\S]*failed with exit code 1/)
  assert.deepEqual([install().status, install().asked.length], [0, 0])
})

test('npm keeps its cache elsewhere where the home cannot be written', (t) => {
  if (otherUser === null) return t.skip('needs a second user')
  const { home, install } = checkout('shut home')
  chmodSync(folder, 0o755)
  mkdirSync(join(home, 'shut'), { mode: 0o555 })
  chmodSync(home, 0o777)
  const { status, asked } = install({ HOME: join(home, 'shut') }, otherUser)
  assert.equal(status, 0)
  assert.match(asked[0] ?? '', /--cache=[^"]*parley-npm-/)
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Reader } from '#formats/json/reader.ts'
import { root } from '../root.ts'
import { launcherPath, otherUser, parley, record, scratch } from './parley.ts'

const { folder, put } = scratch()

/** The packages that the one in `place` needs to run, with those that they need. */
function dependenciesOf(place: string): string[] {
  const about: unknown = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  const own = Object.keys(new Reader(about).object('dependencies').value ?? {})
  return own.flatMap((name) => [name, ...dependenciesOf(join(root, 'node_modules', name))])
}

/** Makes the launcher believe that it runs on an older Node; what it starts is not told so. */
const asOldNode = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"version",{value:"v20.1.0"})',
]

test('without a Node that is new enough it says which is needed and how to get it', async () => {
  mkdirSync(join(folder, 'alone/bin'), { recursive: true })
  const launcher = join(folder, 'alone/bin/parley.mjs')
  cpSync(launcherPath, launcher)
  const { code, out, err } = await parley(['--help'], { launcher, node: asOldNode })
  assert.deepEqual([code, out], [2, ''])
  assert.match(err, /needs Node\.js 24\.15 or newer; this is v20\.1\.0/)
  assert.match(err, /nodejs\.org/)
})

for (const [what, version, said] of [
  ['that is too old itself', '24.2.0', /no newer one was installed/],
  ['that this system cannot start', '24.21.0', /bin\/node cannot be started: /],
] as const) {
  test(`an installed Node ${what} is told like none`, async () => {
    const place = `beside ${version}`
    mkdirSync(join(folder, place, 'bin'), { recursive: true })
    const launcher = join(folder, place, 'bin/parley.mjs')
    cpSync(launcherPath, launcher)
    const os = process.platform === 'win32' ? 'win' : process.platform
    const name = `node-${os}-${process.arch}`
    mkdirSync(join(folder, place, 'node_modules', name, 'bin'), { recursive: true })
    put(join(place, 'node_modules', name, 'package.json'), JSON.stringify({ version }))
    put(join(place, 'node_modules', name, 'bin/node'), 'no program')
    const { code, err } = await parley(['--help'], { launcher, node: asOldNode })
    assert.equal(code, 2)
    assert.match(err, said)
    assert.match(err, /nodejs\.org/)
  })
}

test('an older Node hands over arguments, input, output and the exit code', async () => {
  const [direct, handed] = await Promise.all([
    parley(['--help']),
    parley(['--help'], { node: asOldNode }),
  ])
  assert.deepEqual([handed.code, handed.out], [direct.code, direct.out])
  const missing = await parley(['triage', 'no such "file" *$ü'], { node: asOldNode })
  assert.equal(missing.code, 3)
  assert.match(missing.err, /no such "file" \*\$ü: does not exist/)
  const input = JSON.stringify(record('QRSA-1', 'Overflow'))
  assert.equal((await parley(['triage', '-'], { node: asOldNode, input })).code, 0)
})

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends it with ${code}, handed over or not`, async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        yield Buffer.from(' ')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    for (const node of [[], asOldNode]) {
      const ran = await parley(['triage', '-'], {
        ...{ node, input: endless() },
        onStart: (child) => setTimeout(() => child.kill(signal), 700),
      })
      assert.deepEqual([ran.code, ran.out, ran.err], [code, '', ''])
    }
  })
}

test('a reader that goes away is no error', () => {
  const script = '"$0" "$1" formats | { exec <&-; sleep 0.6; }; echo $PIPESTATUS'
  const ran = spawnSync('bash', ['-c', script, process.execPath, launcherPath], {
    encoding: 'utf8',
  })
  assert.deepEqual([ran.stdout.trim(), ran.stderr], ['0', ''])
})

test('it runs from a path with spaces, with a home that cannot be written', async () => {
  const copy = join(folder, 'a checkout')
  mkdirSync(join(copy, 'home'), { recursive: true })
  for (const part of ['bin', 'src', 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  chmodSync(join(copy, 'home'), 0o555)
  const launcher = join(copy, 'bin/parley.mjs')
  const env = { HOME: join(copy, 'home') }
  const ran = await parley(['formats'], { launcher, env, node: asOldNode })
  assert.deepEqual([ran.code, ran.err], [0, ''])
})

test('an installed package runs what was built, as another user too', async () => {
  const home = join(folder, 'project/node_modules/@parley-clearinghouse/parley')
  mkdirSync(home, { recursive: true })
  chmodSync(folder, 0o755)
  const built = spawnSync(process.execPath, [join(root, 'tools/build.mjs'), join(home, 'dist')])
  assert.equal(built.status, 0, String(built.stderr))
  for (const part of ['bin', 'package.json']) {
    cpSync(join(root, part), join(home, part), { recursive: true })
  }
  for (const name of dependenciesOf(root)) {
    const target = join(folder, 'project/node_modules', name)
    cpSync(join(root, 'node_modules', name), target, { recursive: true })
  }
  const launcher = join(home, 'bin/parley.mjs')
  const path = put('record.json', JSON.stringify(record('QRSA-2', 'Overflow')))
  for (const user of [{}, otherUser === null ? {} : { uid: otherUser }]) {
    const ran = await parley(['triage', path], { launcher, cwd: folder, ...user })
    assert.deepEqual([ran.code, ran.err], [0, ''])
    assert.match(ran.out, /Overflow/)
  }
})

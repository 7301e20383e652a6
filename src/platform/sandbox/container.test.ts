import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { limits, never, ran, runOf, sandboxFor, textOf } from '../../../test/escape/sandboxes.ts'
import { openContainer } from './container.ts'
import { type ContainerRun, createArguments } from './container-arguments.ts'
import { decodeInspected, weakerThanAsked } from './container-settings.ts'
import type { Sandbox } from './sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-engine-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const image = `tools@sha256:${'0'.repeat(64)}`
const engine = join(folder, 'engine')
const script = resolve(import.meta.dirname, '../../../test/escape/engine.ts')
writeFileSync(engine, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${folder}' "$@"\n`, {
  mode: 0o755,
})

/** Tells the engine what to make otherwise than asked. */
const make = (weaker: object): void =>
  writeFileSync(join(folder, 'weaker.json'), JSON.stringify(weaker))

async function opened(): Promise<Sandbox> {
  const sandbox = await openContainer({ engines: [join(folder, 'absent'), engine], image })
  assert.ok(sandbox.ok)
  return sandbox.value
}

const inImage = (text: string, rest: object = {}) =>
  runOf(text, { root: { kind: 'image', reference: image }, ...rest })

const asked: ContainerRun = { name: 'one', folder: '/runs/one', image, hasStdin: true, limits }

/** What the engine says of a container that it made as it was asked to. */
const answered = (): string => {
  execFileSync(engine, createArguments(asked))
  return execFileSync(engine, ['inspect', asked.name], { encoding: 'utf8' })
}

/** The same with some of it otherwise. */
function patched({
  HostConfig = {},
  ...rest
}: {
  readonly HostConfig?: object
  readonly [name: string]: unknown
}): object {
  const [made] = JSON.parse(asAsked)
  return { ...made, ...rest, HostConfig: { ...made.HostConfig, ...HostConfig } }
}
let asAsked = ''

const lacking = process.platform === 'win32' && 'the engine of the tests is started by sh'

describe('the tier container', { skip: lacking }, () => {
  before(() => {
    asAsked = answered()
  })

  test('a container that is made as asked isolates no less', () => {
    const found = decodeInspected(asAsked)
    assert.ok(found)
    assert.deepEqual(weakerThanAsked(asked, found), [])
  })

  test('is refused without an engine, and without an image by digest', async () => {
    const none = await openContainer({ engines: [join(folder, 'absent')], image })
    assert.ok(!none.ok && none.refusal.code === 'not-isolated')
    for (const loose of [undefined, 'tools', 'tools:latest', 'tools@sha256:00', '--privileged']) {
      const refused = await openContainer({ engines: [engine], image: loose })
      assert.ok(!refused.ok && refused.refusal.code === 'not-isolated', loose)
    }
  })

  test('runs images by digest only, and none that is not there', async () => {
    const sandbox = await opened()
    for (const root of [
      { kind: 'host' },
      { kind: 'folder', path: '/' },
      { kind: 'image', reference: 'tools:latest' },
      { kind: 'image', reference: `absent@sha256:${'0'.repeat(64)}` },
    ] as const) {
      const outcome = await sandbox.run(runOf('true', { root }), never)
      assert.ok(!outcome.ok && outcome.refusal.code === 'no-root', JSON.stringify(root))
    }
  })

  const shared = { Name: 'nofile', Hard: 128, Soft: 128 }
  for (const [why, weaker] of [
    ['its network is host', { HostConfig: { NetworkMode: 'host' } }],
    ['its network is bridge', { HostConfig: { NetworkMode: 'bridge' } }],
    ['its root can be written to', { HostConfig: { ReadonlyRootfs: false } }],
    ['it is privileged', { HostConfig: { Privileged: true } }],
    ['it is given NET_RAW', { HostConfig: { CapAdd: ['NET_RAW'] } }],
    ['privileges can be gained', { HostConfig: { SecurityOpt: [] } }],
    [
      'a profile is off',
      { HostConfig: { SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'] } },
    ],
    ['its number of processes is 0', { HostConfig: { PidsLimit: 0 } }],
    ['its number of processes is 0', { HostConfig: { PidsLimit: null } }],
    ['its memory is 0', { HostConfig: { Memory: 0, MemorySwap: 0 } }],
    ['memory and swap are -1', { HostConfig: { MemorySwap: -1 } }],
    ['its shared memory is', { HostConfig: { ShmSize: 64 << 20 } }],
    ['its user is', { Config: { User: '' } }],
    ['it has devices', { HostConfig: { Devices: [{ PathOnHost: '/dev/kvm' }] } }],
    ['its pid namespace is host', { HostConfig: { PidMode: 'host' } }],
    ['its ipc namespace is shareable', { HostConfig: { IpcMode: 'shareable' } }],
    ['/work is no file system', { HostConfig: { Tmpfs: {} } }],
    ['it can write to /data', { HostConfig: { Tmpfs: { '/data': 'size=1' } } }],
    ['its limit fsize is absent', { HostConfig: { Ulimits: [shared] } }],
    ['it has a mount at /x', { Mounts: [{ Type: 'volume', Destination: '/x', RW: true }] }],
    ['cannot be read', { Mounts: 7 }],
  ] as const) {
    test(`is refused when the engine makes it weaker: ${why}`, () => {
      const told = decodeInspected(JSON.stringify([patched(weaker)]))
      const found = told === null ? ['cannot be read'] : weakerThanAsked(asked, told)
      assert.ok(
        found.some((one) => one.includes(why)),
        found.join('; '),
      )
    })
  }

  test('is refused before anything ran, by what the engine says it made', async () => {
    const sandbox = await opened()
    make({ HostConfig: { NetworkMode: 'host' } })
    const outcome = await sandbox.run(inImage('true'), never)
    make({})
    assert.ok(!outcome.ok && outcome.refusal.code === 'not-isolated')
    assert.match(outcome.refusal.why, /isolates less than asked: its network is host/)
  })

  test('runs a command, tells its end, and takes its folder along', async (t) => {
    if ((await sandboxFor(t, 'namespaces')) === null) return
    const sandbox = await opened()
    const found = await sandbox.probe(never)
    assert.ok(found.ok, JSON.stringify(found))
    assert.equal(found.value.by, 'Engine of the tests 1.0')
    const keepState = join(folder, 'state.tar')
    const stdin = new TextEncoder().encode('in')
    const first = await ran(sandbox, inImage('cat; echo x >a; exit 4', { keepState, stdin }))
    assert.deepEqual(first.ending, { kind: 'exit', code: 4 })
    assert.equal(textOf(first.stdout), 'in')
    const second = await ran(sandbox, inImage('cat a; kill -SEGV $$', { state: keepState }))
    assert.deepEqual(second.ending, { kind: 'signal', signal: 'SIGSEGV' })
    assert.equal(textOf(second.stdout), 'x\n')
    const words: string[] = JSON.parse(readFileSync(join(folder, 'created.json'), 'utf8'))
    for (const word of ['--read-only', 'no-new-privileges', 'never'])
      assert.ok(words.includes(word))
  })

  test('is ended by its limits', async (t) => {
    if ((await sandboxFor(t, 'namespaces')) === null) return
    const sandbox = await opened()
    const short = { ...limits, wallMs: 1000 }
    const waits = await ran(sandbox, inImage('sleep 60', { limits: short }))
    assert.deepEqual(waits.ending, { kind: 'limit', limit: 'wall' })
    const bomb = 'python3 -c "x = bytearray(b\'x\') * (300 << 20); import time; time.sleep(9)"'
    const grows = await ran(sandbox, inImage(bomb))
    assert.deepEqual(grows.ending, { kind: 'limit', limit: 'memory' })
  })
})

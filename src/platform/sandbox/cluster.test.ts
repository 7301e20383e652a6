import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, afterEach, describe, test } from 'node:test'
import { processSpace } from '#platform/db/embedded/process-identity.ts'
import { limits, never, ran, runOf, sandboxFor, textOf } from '../../../test/escape/sandboxes.ts'
import { said } from './cgroup.ts'
import { openCluster } from './cluster.ts'
import type { Sandbox, SandboxRefusal, SandboxRun } from './sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-cluster-'))
chmodSync(folder, 0o711)
after(() => rmSync(folder, { recursive: true, force: true }))
const image = `tools@sha256:${'0'.repeat(64)}`
const program = join(folder, 'kubectl')
const script = resolve(import.meta.dirname, '../../../test/escape/kubectl.ts')
writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${folder}' "$@"\n`, {
  mode: 0o755,
})
const cluster = { namespace: 'runs', runtimeClass: 'kata', program }

/** Tells the cluster what to answer otherwise. */
const say = (says: object): void => writeFileSync(join(folder, 'says.json'), JSON.stringify(says))
const left = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.job'))

async function opened(): Promise<Sandbox> {
  const sandbox = await openCluster({ image, cluster })
  assert.ok(sandbox.ok, JSON.stringify(sandbox))
  return sandbox.value
}

const inImage = (text: string, rest: Partial<SandboxRun> = {}): SandboxRun =>
  runOf(text, { root: { kind: 'image', reference: image }, ...rest })

async function refused(says: object, signal: AbortSignal = never): Promise<SandboxRefusal> {
  say({})
  const sandbox = await opened()
  say(says)
  const outcome = await sandbox.run(inImage('echo ran'), signal)
  assert.ok(!outcome.ok, JSON.stringify(outcome))
  assert.deepEqual(left(), [])
  return outcome.refusal
}

const lacking =
  (process.platform !== 'linux' || process.getuid?.() !== 0) &&
  'the cluster of the tests is of Linux, by root'

describe('the tier cluster', { skip: lacking }, () => {
  afterEach(() => say({}))

  test('is refused without namespace, RuntimeClass, image by digest or kubectl', async () => {
    for (const [why, wish] of [
      [/no namespace/, { image, cluster: { ...cluster, namespace: undefined } }],
      [/no namespace/, { image, cluster: { ...cluster, namespace: '--all' } }],
      [/share the kernel/, { image, cluster: { ...cluster, runtimeClass: undefined } }],
      [/no namespace/, { image }],
      [/no image by digest/, { cluster }],
      [/no image by digest/, { cluster, image: 'tools:latest' }],
      [/there is no kubectl/, { image, cluster: { ...cluster, program: join(folder, 'absent') } }],
    ] as const) {
      const sandbox = await openCluster(wish)
      assert.ok(!sandbox.ok && sandbox.refusal.code === 'not-isolated')
      assert.match(sandbox.refusal.why, why)
    }
  })

  test('runs images by digest only, and nothing whose CPU time no rate can hold', async () => {
    const sandbox = await opened()
    const host = await sandbox.run(runOf('true'), never)
    assert.ok(!host.ok && host.refusal.code === 'no-root')
    const slow = await sandbox.run(inImage('true', { limits: { ...limits, cpuMs: 1 } }), never)
    assert.ok(!slow.ok && slow.refusal.code === 'bad-run')
  })

  const waiting = (reason: string, message = '') => ({
    status: { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason, message } } }] },
  })
  for (const [name, says, code, why, hint] of [
    ['no policy', { policies: [] }, 'not-isolated', /denies egress.*denies ingress/, /apply/],
    [
      'no right to make Jobs',
      { fails: { create: 'Error from server (Forbidden): jobs.batch is forbidden' } },
      ...(['not-isolated', /does not let the worker/, /Role and ClusterRole/] as const),
    ],
    [
      'a cluster that is away',
      { fails: { create: 'The connection to the server was refused: connection refused' } },
      ...(['not-isolated', /does not answer/, /KUBECONFIG/] as const),
    ],
    ['policies that are no JSON', { garbles: 'get networkpolicies' }, 'not-isolated', /read/, null],
    ['pods that are no JSON', { garbles: 'get pods' }, 'not-isolated', /pods cannot be read/, null],
    [
      'a pod with the network of the node',
      { spec: { hostNetwork: true } },
      'not-isolated',
      /isolates less than asked: its network is the node's/,
      /webhooks/,
    ],
    [
      'no image',
      waiting('ErrImagePull', 'not there'),
      'no-root',
      /ErrImagePull: not there/,
      /fetch/,
    ],
    ['a broken container', waiting('CreateContainerError'), 'not-isolated', /be started/, /image/],
    [
      'an eviction',
      { status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } },
      ...(['not-isolated', /Evicted: low on memory/, /describe node/] as const),
    ],
  ] as const) {
    test(`is refused, and leaves no Job, with ${name}`, async () => {
      const refusal = await refused(says)
      assert.equal(refusal.code, code)
      assert.match(refusal.why, why)
      if (hint !== null) assert.match(refusal.hint ?? '', hint)
    })
  }

  test('a run that is stopped while it waits for a node leaves no Job', async () => {
    const refusal = await refused(waiting('ContainerCreating'), AbortSignal.timeout(1500))
    assert.equal(refusal.code, 'bad-run')
  })

  test('is refused where the kernel, sizes, processes or the network do not hold', async (t) => {
    if ((await sandboxFor(t, 'namespaces')) === null) return
    const server = createServer().listen(0, '127.0.0.1').unref()
    await new Promise((settle) => server.once('listening', settle))
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const bootID = said('/proc/sys/kernel/random/boot_id')
    for (const [says, why] of [
      [{ node: { bootID } }, /kernel of the pod is not seen to be its own/],
      [{ hasNoBootId: true }, /kernel of the pod is not seen to be its own/],
      [{ sizes: { work: '64m' } }, /nothing limits the size of \/work/],
      [{ sizes: { tmp: 'none' } }, /nothing limits the size of \/tmp/],
      // Root is held to no number of processes.
      [{ user: 0 }, /nothing limits the number of processes/],
      [{ hasNetwork: true, service: ['127.0.0.1', port] }, /out of reach \(tcp\): (EISCONN|none)/],
      [{ service: ['fd00::1', '443'] }, /no IPv4 address/],
      [{ fails: { exec: 'error: unable to upgrade connection' } }, /unable to upgrade/],
    ] as const) {
      const refusal = await refused(says)
      assert.equal(refusal.code, 'not-isolated')
      assert.match(refusal.why, why)
    }
    server.close()
  })

  test('runs a command, tells its end, and takes its folder along', async (t) => {
    if ((await sandboxFor(t, 'namespaces')) === null) return
    const sandbox = await opened()
    const found = await sandbox.probe(never)
    assert.ok(found.ok, JSON.stringify(found))
    assert.match(found.value.by, /kubectl v1.0.0, RuntimeClass kata, processes by RLIMIT_NPROC/)
    const keepState = join(folder, 'state.tar')
    const stdin = new TextEncoder().encode('in')
    const given = [{ name: 'word', bytes: new TextEncoder().encode('given') }]
    const text = 'cat; cat /parley/in/word; echo x >a; echo err >&2; sleep 300 & exit 4'
    const first = await ran(sandbox, inImage(text, { keepState, stdin, given, collect: ['a'] }))
    assert.deepEqual(first.ending, { kind: 'exit', code: 4 })
    assert.equal(textOf(first.stdout), 'ingiven')
    assert.equal(textOf(first.stderr), 'err\n')
    assert.deepEqual(
      first.collected.map(({ output }) => textOf(output)),
      ['x\n'],
    )
    assert.ok(first.kept)
    const second = await ran(sandbox, inImage('cat a; kill -SEGV $$', { state: keepState }))
    assert.deepEqual(second.ending, { kind: 'signal', signal: 'SIGSEGV' })
    assert.equal(textOf(second.stdout), 'x\n')
    const broken = join(folder, 'broken.tar')
    writeFileSync(broken, 'no archive '.repeat(200))
    const bad = await sandbox.run(inImage('echo ran', { state: broken }), never)
    assert.ok(!bad.ok && bad.refusal.code === 'bad-state', JSON.stringify(bad))
    assert.deepEqual(left(), [])
  })

  test('is ended by its limits and by who asked for it', async (t) => {
    if ((await sandboxFor(t, 'namespaces')) === null) return
    const sandbox = await opened()
    const short = { ...limits, wallMs: 4000 }
    const waits = await ran(sandbox, inImage('sleep 60', { limits: short }))
    assert.deepEqual(waits.ending, { kind: 'limit', limit: 'wall' })
    const talks = await ran(
      sandbox,
      inImage('while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyy; done', {
        limits: { ...limits, outputEndsBytes: 100_000 },
      }),
    )
    assert.deepEqual(talks.ending, { kind: 'limit', limit: 'output' })
    assert.ok(talks.stdout.bytes.length <= limits.outputBytes)
    const fills = await ran(sandbox, inImage('cat /dev/zero >a; cat /dev/zero >b'))
    assert.deepEqual(fills.ending, { kind: 'limit', limit: 'disk' })
    const forks = 'n=0; while [ $n -lt 60 ]; do sleep 20 & n=$((n + 1)); done; echo all'
    const many = await ran(sandbox, inImage(forks))
    assert.notEqual(textOf(many.stdout), 'all\n')
    const bounds = await ran(sandbox, inImage('ulimit -Hn; ulimit -Hc; ulimit -Hn 999 || echo no'))
    assert.equal(textOf(bounds.stdout), `${limits.openFilesMax}\n0\nno\n`)
    const bomb = 'python3 -c "x = bytearray(b\'x\') * (300 << 20); import time; time.sleep(9)"'
    const grows = await ran(sandbox, inImage(bomb))
    assert.deepEqual(grows.ending, { kind: 'limit', limit: 'memory' })
    assert.deepEqual(left(), [])
  })

  test('Jobs of a worker that is gone are removed when the next one begins', async () => {
    const labels = { 'parley.run/machine': said('/proc/sys/kernel/random/boot_id') }
    for (const [name, owner] of [
      ['gone', `parley-run-${processSpace()}-1-1-1-${'0'.repeat(16)}`],
      ['other', 'parley-run-1-1-1-1-0000000000000000'],
    ]) {
      const annotations = { 'parley.run/owner': owner }
      writeFileSync(
        join(folder, `${name}.job`),
        JSON.stringify({ metadata: { name, labels, annotations } }),
      )
    }
    say({ status: { phase: 'Pending' } })
    await opened()
    assert.deepEqual(left(), ['other.job'])
    rmSync(join(folder, 'other.job'))
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { SandboxRun } from '#platform/sandbox/sandbox.ts'
import { requestBytes } from './attempt.ts'
import type { OpenBundle } from './open-bundle.ts'
import type { Bench } from './proof-runs.ts'
import { type Scripted, ScriptedSandbox } from './scripted-sandbox.test.ts'
import { tryPatch } from './verify-patch.ts'
import { type Asked, evidenceOf, runProof, type TriedProof } from './verify-proof.ts'

const proof: ProofBundle = {
  title: 'A page outside is shown',
  proposed: null,
  target: { purl: null, source: { kind: 'folder', path: 'target' } },
  location: { file: 'app.sh', function: 'show', line: null },
  environment: { kind: 'host', tools: { python3: '3.1' } },
  build: ['make'],
  run: { kind: 'command', command: ['./app', '{input}'], input: { kind: 'file', path: 'bad.txt' } },
  oracle: { kind: 'canary-read', path: 'private/key', text: 'key-of-the-house' },
  benign: { input: 'good.txt', exchange: null },
  variants: [{ name: 'another', input: 'other.txt', exchange: null }],
  patch: 'fix.diff',
  tests: ['./test'],
  limits: {
    ...{ buildSeconds: 9, runSeconds: 5, memoryMiB: 64, processes: 8, diskMiB: 8, outputMiB: 1 },
  },
  authorisation: { statement: 'ours', by: 'us' },
  finder: { name: 'Ada', model: null },
}

const files: Readonly<Record<string, string>> = {
  'bad.txt': '../private/key',
  'good.txt': 'start',
  'other.txt': 'x/../../private/key',
  'fix.diff': '--- a/app.sh\n+++ b/app.sh\n@@ -1 +1 @@\n-old\n+new\n',
}
const open = (changes: Partial<ProofBundle> = {}): OpenBundle => ({
  proof: { ...proof, ...changes },
  problems: [],
  read: async (path) => {
    const text = files[path]
    return text === undefined ? null : new TextEncoder().encode(text)
  },
  source: '/source.tar',
  tree: { name: 'target', paths: async () => ['app.sh'], read: async () => 'show() {\n  :\n}\n' },
})

const given = (run: SandboxRun, name: string): string =>
  new TextDecoder().decode(run.given.find((one) => one.name.startsWith(name))?.bytes)

/** A target that shows any file, as long as it is built without the patch. */
function target(run: SandboxRun, patched: Set<string | null>): Scripted {
  if (run.command[0] === 'true') return { collected: { 'app.sh': 'old\n' } }
  if (run.command[1] === '-c') return { stdout: 'Linux\nx86_64\n= python3\nPython 3.11.2\n' }
  const steps = given(run, 'steps')
  if (steps.includes('make')) {
    if (given(run, 'patched') !== '') patched.add(run.keepState)
    return {}
  }
  if (steps !== '') return {}
  const isOutside = given(run, 'input').includes('private/key')
  return { stdout: isOutside && !patched.has(run.state) ? given(run, 'canary') : 'a page' }
}

const asked: Asked = {
  runs: 3,
  verifier: { name: 'Grace', model: null },
  located: { is: 'there', why: 'show is in app.sh', file: 'app.sh' },
  mutantsMax: 16,
}

type Answer = (run: SandboxRun, patched: Set<string | null>, count: number) => Scripted

async function verified(
  answer: Answer,
  changes: Partial<ProofBundle> = {},
): Promise<{ readonly triedProof: TriedProof; readonly sandbox: ScriptedSandbox }> {
  const patched = new Set<string | null>()
  const sandbox = new ScriptedSandbox((run) => answer(run, patched, sandbox.asked.length))
  let count = 0
  const bench: Bench = {
    ...{
      sandbox,
      root: { kind: 'host' },
      folder: '/nowhere',
      signal: new AbortController().signal,
    },
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    scrubbing: { hidden: ['/nowhere'], lengthMax: 1000 },
    nonce: () => `n${++count}`,
  }
  const done = await runProof(open(changes), asked, bench)
  assert.ok(done.ok)
  return { triedProof: done.value, sandbox }
}

const patchText = files['fix.diff'] ?? ''

test('a proof that holds and a patch that fixes it are E4', async () => {
  const { triedProof } = await verified(target)
  const patch = await tryPatch(triedProof, patchText)
  assert.ok(patch.ok)
  assert.equal(patch.value.verdict, 'fixes', patch.value.why)
  const { level, runs } = evidenceOf(triedProof, patch.value)
  assert.deepEqual([level, runs], ['E4', { met: 3, of: 3 }])
  assert.equal(evidenceOf(triedProof, null).level, 'E3')
  assert.ok(triedProof.variants.length > 1)
  assert.match(triedProof.environment.digest, /^[0-9a-f]{64}$/)
})

test('each run has a canary of its own', async () => {
  const { sandbox } = await verified(target)
  const canaries = sandbox.asked.map((run) => given(run, 'canary')).filter(Boolean)
  assert.equal(new Set(canaries).size, canaries.length)
})

describe('what stands in the way is said, and nothing that follows is run', () => {
  const cases: readonly (readonly [string, Partial<ProofBundle>, Answer, string, RegExp])[] = [
    [
      'a file that is not in the bundle',
      { benign: { input: 'none.txt', exchange: null } },
      target,
      'E1',
      /none\.txt, which is not in the bundle/,
    ],
    ['a proof that nobody looked at', { proposed: 'from prose' }, target, 'E1', /a person/],
    [
      'no reason why it may be run',
      { authorisation: { statement: ' ', by: 'us' } },
      target,
      'E1',
      /statement/,
    ],
    [
      'a tool in another version',
      { environment: { kind: 'host', tools: { python3: '3.9' } } },
      target,
      'E1',
      /python3 in a version 3\.9: .* 3\.11\.2/,
    ],
    [
      'a tool that is not there',
      { environment: { kind: 'host', tools: { gcc: '1' } } },
      target,
      'E1',
      /gcc/,
    ],
    [
      'a benign control that is the proof',
      { benign: { input: 'bad.txt', exchange: null } },
      target,
      'E1',
      /differs/,
    ],
    [
      'a build that fails',
      {},
      (run, patched) =>
        given(run, 'steps').includes('make')
          ? { ending: { kind: 'exit', code: 2 }, stderr: 'oh\nparley: build step 1\n' }
          : target(run, patched),
      'E2',
      /build step 1 failed: it exited with 2/,
    ],
    [
      'a build that hangs',
      {},
      (run, patched) =>
        given(run, 'steps').includes('make')
          ? { ending: { kind: 'limit', limit: 'wall' } }
          : target(run, patched),
      'E2',
      /build did not end: it ran into the limit of wall/,
    ],
    [
      'a build that takes too much room',
      {},
      (run, patched) => ({ ...target(run, patched), kept: false }),
      'E2',
      /more room than the proof allows/,
    ],
    [
      'a proof that shows it twice of three times',
      {},
      (run, patched, count) => (count === 4 ? { stdout: 'a page' } : target(run, patched)),
      'E2',
      /2 of 3 fresh runs/,
    ],
    [
      'a benign control that shows it',
      {},
      (run, patched) =>
        given(run, 'input') === 'start' ? { stdout: given(run, 'canary') } : target(run, patched),
      'E2',
      /benign control shows the flaw/,
    ],
  ]
  for (const [name, changes, answer, level, missing] of cases) {
    test(name, async () => {
      const { triedProof } = await verified(answer, changes)
      const found = evidenceOf(triedProof, null)
      assert.equal(found.level, level, found.missing.join('; '))
      assert.match(found.missing.join('; '), missing)
    })
  }
})

describe('a failure that a patch adds', () => {
  const failing: Scripted = { ending: { kind: 'signal', signal: 'SIGSEGV' } }
  const isBenign = (run: SandboxRun, patched: Set<string | null>): boolean =>
    given(run, 'input') === 'start' && patched.has(run.state)

  test('counts where it comes again', async () => {
    const { triedProof } = await verified((run, patched) =>
      isBenign(run, patched) ? failing : target(run, patched),
    )
    const patch = await tryPatch(triedProof, patchText)
    assert.ok(patch.ok)
    assert.equal(patch.value.verdict, 'adds a failure')
    assert.match(patch.value.why, /the benign control fails as it did not before: .*SIGSEGV/)
  })
  test('does not count where it came by chance', async () => {
    let count = 0
    const { triedProof } = await verified((run, patched) =>
      isBenign(run, patched) && ++count === 1 ? failing : target(run, patched),
    )
    const patch = await tryPatch(triedProof, patchText)
    assert.ok(patch.ok)
    assert.equal(patch.value.verdict, 'fixes', patch.value.why)
  })
})

test('a flaw that shows now and then, also with a patch, is not fixed by it', async () => {
  const runs = { before: 0, after: 0 }
  const { triedProof } = await verified((run, patched) => {
    if (given(run, 'input') !== files['bad.txt']) return target(run, patched)
    const count = ++runs[patched.has(run.state) ? 'after' : 'before']
    // Not in the first run without the patch, and in the first run alone with it.
    const isShown = patched.has(run.state) ? count === 1 : count > 1
    return { stdout: isShown ? given(run, 'canary') : 'a page' }
  })
  const patch = await tryPatch(triedProof, patchText)
  assert.ok(patch.ok)
  assert.equal(patch.value.verdict, 'does not fix', patch.value.why)
})

describe('a patch that cannot be tried has no verdict but a reason', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['no diff', 'hello', /cannot be read/],
    ['another text', '--- a/app.sh\n+++ b/app.sh\n@@ -1 +1 @@\n-other\n+new\n', /does not apply/],
    ['another file', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n', /x: the file to change is not/],
  ]
  for (const [name, text, why] of cases) {
    test(name, async () => {
      const { triedProof } = await verified(target)
      const patch = await tryPatch(triedProof, text)
      assert.ok(patch.ok)
      assert.equal(patch.value.verdict, null)
      assert.match(patch.value.why, why)
    })
  }
  test('a file of another encoding, which would be written back with losses', async () => {
    const { triedProof } = await verified((run, patched) =>
      run.command[0] === 'true'
        ? { collected: { 'app.sh': Buffer.from('old\ncaf\u00e9\n', 'latin1') } }
        : target(run, patched),
    )
    const patch = await tryPatch(triedProof, patchText)
    assert.ok(patch.ok)
    assert.equal(patch.value.verdict, null)
    assert.match(patch.value.why, /app\.sh is not UTF-8/)
  })
  test('a proof that shows nothing has nothing to compare', async () => {
    const { triedProof } = await verified(
      (run, patched) => ({ ...target(run, patched), stdout: '' }),
      {
        environment: { kind: 'host', tools: {} },
      },
    )
    const patch = await tryPatch(triedProof, patchText)
    assert.ok(patch.ok)
    assert.match(patch.value.why, /nothing can be compared/)
  })
})

test('a refusal of the sandbox is handed on with what was to be run', async () => {
  const sandbox = new ScriptedSandbox(() => ({ code: 'not-isolated', why: 'no cgroup' }))
  const bench: Bench = {
    ...{
      sandbox,
      root: { kind: 'host' },
      folder: '/nowhere',
      signal: new AbortController().signal,
    },
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    ...{ scrubbing: { hidden: [], lengthMax: 10 }, nonce: () => 'n' },
  }
  const done = await runProof(open(), asked, bench)
  assert.ok(!done.ok)
  assert.match(done.refusal.why, /reading the tools: no cgroup/)
})

test('a clock that differs from the sandbox is remarked on', async () => {
  const { triedProof } = await verified((run, patched) => ({
    ...target(run, patched),
    startedAt: new Date('2026-01-01T01:00:00Z'),
  }))
  assert.match([...triedProof.runs.remarks].join(), /3600 s ahead of/)
})

test('a request is written as it goes over the wire', () => {
  const body = new TextEncoder().encode('a=1')
  const step = { method: 'POST', path: '/x?y', headers: { host: 'z' }, body }
  assert.equal(
    new TextDecoder().decode(requestBytes(step, 80)),
    'POST /x?y HTTP/1.1\r\nConnection: close\r\nhost: z\r\nContent-Length: 3\r\n\r\na=1',
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeTask } from '#formats/pack/decode.ts'
import { encodeTask } from '#formats/pack/encode.ts'
import { convertHarbor, type HarborTask } from './convert.ts'
import { decodeHarbor } from './decode.ts'

const image = `ghcr.io/toys/box@sha256:${'ab'.repeat(32)}`
const toml = `schema_version = "1.3"
[task]
name = "toys/box"
[metadata]
category = "Toy Boxes"
difficulty = "hard"
[agent]
timeout_sec = 120.0
[verifier]
timeout_sec = 30
environment_mode = "separate"
env = { MODE = "strict" }
[environment]
network_mode = "no-network"
docker_image = "${image}"
memory_mb = 512
`
const box: HarborTask = {
  toml,
  instruction: 'Open the box.\n',
  canary: '8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b',
  image: null,
  compose: null,
  paths: new Set(['task.toml', 'instruction.md', 'tests/test.sh', 'solution/solve.sh']),
}
const withToml = (from: string, to: string): HarborTask => {
  assert.ok(toml.includes(from), from)
  return { ...box, toml: toml.replace(from, to) }
}
const inEnvironment = (line: string): HarborTask => withToml('memory_mb = 512', line)
const composed = (compose: string): HarborTask => ({ ...box, compose })

const refused: readonly (readonly [string, HarborTask, RegExp])[] = [
  ['no TOML', { ...box, toml: 'a = [' }, /^: is no TOML: line 1/],
  ['a version of tomorrow', withToml('1.3', '1.9'), /^schema_version: is 1\.9, a version/],
  ['a text for a time', withToml('120.0', '"long"'), /^agent\.timeout_sec: /],
  ['a public network', withToml('no-network', 'public'), /^environment\.network_mode: asks for pu/],
  ['a list of hosts', withToml('no-network', 'allowlist'), /network_mode: asks for allowlist/],
  [
    'the Internet in the old way',
    withToml('network_mode = "no-network"', 'allow_internet = true'),
    /^environment\.allow_internet: asks for the Internet/,
  ],
  ['a graphics card', inEnvironment('gpus = 1'), /^environment\.gpus: /],
  ['kinds of graphics cards', inEnvironment('gpu_types = ["x"]'), /^environment\.gpu_types: /],
  ['Windows', inEnvironment('os = "windows"'), /^environment\.os: asks for windows/],
  ['servers beside', inEnvironment('[[environment.mcp_servers]]\nname = "x"'), /mcp_servers: asks/],
  ['a check of health', inEnvironment('healthcheck = { command = "x" }'), /healthcheck: asks/],
  ['variables for the agent', inEnvironment('env = { A = "b" }'), /^environment\.env: sets/],
  ['an image by a tag', withToml(image, 'box:1'), /^environment\.docker_image: names no image/],
  ['steps', inEnvironment('[[steps]]\nname = "a"'), /^steps: has several steps/],
  [
    'commands in services',
    inEnvironment('[[verifier.collect]]\ncommand = "x"'),
    /^verifier\.collect: asks/,
  ],
  [
    'a verifier elsewhere',
    inEnvironment('[verifier.environment]\ncpus = 1'),
    /^verifier\.environment: asks for another file system/,
  ],
  ['an agent that is root', withToml('timeout_sec = 120.0', 'user = "root"'), /^agent\.user: asks/],
  [
    'a variable of the machine',
    withToml('strict', '\x24{KEY}'),
    /^verifier\.env\.MODE: asks for a v/,
  ],
  ['two services', composed('services: { main: {}, db: {} }'), /than main: main, db/],
  [
    'a privileged service',
    composed('services: { main: { privileged: true } }'),
    /main\.privileged/,
  ],
  ['a compose with aliases', composed('services: &a\n  main: *a'), /cannot be read/],
  ['no tests', { ...box, paths: new Set(['solution/solve.sh']) }, /^tests\/test\.sh: is missing/],
  [
    'tests in folders',
    { ...box, paths: new Set([...box.paths, 'tests/a/b.py']) },
    /^tests\/a\/b\.py: lies in a folder/,
  ],
  [
    'a name that no sandbox is given',
    { ...box, paths: new Set([...box.paths, 'tests/a b']) },
    /^tests\/a b: is no plain name/,
  ],
  [
    'tests that are built',
    { ...box, paths: new Set([...box.paths, 'tests/Dockerfile']) },
    /^tests\/Dockerfile: asks for another/,
  ],
  ['no instruction', { ...box, instruction: '\n' }, /^instruction\.md: is empty/],
]
for (const [what, task, expected] of refused) {
  test(`a Harbor task is refused with ${what}`, () => {
    const converted = convertHarbor(task)
    assert.ok(!converted.ok, 'was converted')
    const lines = converted.refusal.map(({ key, why }) => `${key}: ${why}`)
    assert.ok(
      lines.some((line) => expected.test(line)),
      lines.join('\n'),
    )
  })
}

test('all that stands in the way is told at once', () => {
  const converted = convertHarbor(inEnvironment('gpus = 1\nos = "windows"\nenv = { A = "b" }'))
  assert.equal(converted.ok ? 0 : converted.refusal.length, 3)
})

test('a Harbor task becomes one of a pack that reads back as the same', () => {
  const converted = convertHarbor(box)
  assert.ok(converted.ok)
  const { task, moved, notes, written } = converted.value
  const read = decodeTask(encodeTask(task))
  assert.deepEqual(read.ok ? read.value.said : read.refusal, task)
  assert.deepEqual(task.stratum, { family: 'toy-boxes', difficulty: 4 })
  assert.deepEqual([task.limits.seconds, task.limits.memoryMiB], [120, 512])
  assert.deepEqual(task.verifier.command.slice(0, 2), ['env', 'MODE=strict'])
  assert.deepEqual(task.environment, { kind: 'image', reference: image })
  assert.deepEqual(moved, [
    { from: 'tests/test.sh', to: 'verifier/test.sh' },
    { from: 'solution/solve.sh', to: 'solution/solve.sh' },
  ])
  assert.deepEqual(Object.keys(written), ['verifier/parley-verify.sh'])
  assert.deepEqual(
    notes.map(({ key }) => key),
    ['tests/test.sh', 'metadata'],
  )
})

test('what is not known, or kept in another way, is a note', () => {
  const converted = convertHarbor(
    withToml('memory_mb = 512', 'workdir = "/app"\ncpus = 2\nshiny = true'),
  )
  assert.ok(converted.ok)
  const lines = converted.value.notes.map(({ key, why }) => `${key}: ${why}`).join('\n')
  assert.match(lines, /environment\.shiny: is not known here: true/)
  assert.match(lines, /environment\.workdir: is \/app, which only reads here/)
  assert.match(lines, /environment\.cpus: is not kept/)
})

test('an image that was built stands in for one that is named by a tag', () => {
  const converted = convertHarbor({ ...withToml(image, 'box:1'), image })
  assert.ok(converted.ok)
})

test('the old name of the version is read, and one service that asks for nothing', () => {
  const old = withToml('schema_version = "1.3"', 'version = "1.0"')
  assert.ok(convertHarbor({ ...old, compose: 'services: { main: { build: . } }' }).ok)
})

test('no text makes the decoder throw', () => {
  const parts = fc.oneof(fc.string(), fc.constantFrom(...toml.split('\n'), '[a]', '= 1', '[['))
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (lines) => {
      assert.equal(typeof decodeHarbor(lines.join('\n')).ok, 'boolean')
    }),
  )
})

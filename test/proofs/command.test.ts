import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { isOfMachine } from '../escape/sandboxes.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
const listing = join(import.meta.dirname, 'sh-injection')
const folder = mkdtempSync(join(tmpdir(), 'parley-proof-command-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A proof whose target decodes its input to standard error and fails, as a forger wants it. */
function forged(): string {
  const proof = join(folder, 'forged')
  const report = [
    '==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000018 at pc 0x1',
    'WRITE of size 1 at 0x602000000018 thread T0',
    '    #0 0x401234 in decode /work/decode.c:12',
    'SUMMARY: AddressSanitizer: heap-buffer-overflow /work/decode.c:12 in decode\n',
  ].join('\n')
  const files = {
    'target/decode.sh': 'decode() { base64 -d "$1" >&2; }\ndecode "$1"\nexit 1\n',
    'bad.txt': Buffer.from(report).toString('base64'),
    'good.txt': Buffer.from('all is well\n').toString('base64'),
    'proof.yaml': [
      'parley: proof/1',
      'title: A decoder that is not broken',
      "target: { kind: folder, path: target, purl: 'pkg:generic/parley-proofs/decode@1.0.0' }",
      'location: { file: decode.sh, function: decode }',
      'run:',
      '  kind: command',
      "  command: [sh, decode.sh, '{input}']",
      '  input: { kind: file, path: bad.txt }',
      'oracle: { kind: sanitizer, tool: address, error: heap-buffer-overflow, function: decode }',
      'benign: { input: good.txt }',
      'authorisation: { statement: A program of our own., by: The Parley authors }',
      'finder: { name: The Parley authors }',
    ].join('\n'),
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(proof, name, '..'), { recursive: true })
    writeFileSync(join(proof, name), text)
  }
  return proof
}

type Said = { readonly code: number; readonly out: string; readonly err: string }

const parley = (...words: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'proof', ...words], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })

/** A copy of a proof with a text of its document changed. */
function changed(name: string, from: string, to: string): string {
  const copy = join(folder, name)
  cpSync(listing, copy, { recursive: true })
  const document = readFileSync(join(copy, 'proof.yaml'), 'utf8')
  assert.ok(document.includes(from), from)
  writeFileSync(join(copy, 'proof.yaml'), document.replace(from, to))
  return copy
}

describe('what cannot be run is refused before anything runs', { concurrency: 2 }, () => {
  const cases: readonly (readonly [string, () => readonly string[], number, RegExp])[] = [
    ['no such folder', () => ['run', join(folder, 'none')], 3, /none/],
    ['no number of runs', () => ['run', listing, '--runs', '0'], 2, /--runs: is no number/],
    ['no such tier', () => ['run', listing, '--tier', 'none'], 2, /--tier: is no tier/],
    [
      'a document with an unknown member',
      () => ['run', changed('a', 'title:', 'titel:')],
      4,
      /titel/,
    ],
    [
      'a proof for another target',
      () => ['run', listing, '--target', 'pkg:generic/parley-proofs/other'],
      4,
      /the proof is for .*listing.*the case is about .*other/,
    ],
    ['a patch that is not there', () => ['verify', listing, '--patch', join(folder, 'x')], 3, /x/],
    [
      'a commit that nobody has here',
      () => [
        'run',
        changed(
          'c',
          'target: { kind: folder, path: target,',
          `target: { kind: repository, url: 'https://git.example/a', commit: ${'a'.repeat(40)},`,
        ),
      ],
      3,
      /not here.*\n.*--mirror/,
    ],
  ]
  for (const [name, words, code, why] of cases) {
    test(name, async () => {
      const said = await parley(...words())
      assert.match(said.err, why)
      assert.equal(said.code, code, said.err)
    })
  }
})

const opened = await openSandbox('namespaces', {}, new AbortController().signal)
const why = opened.ok ? null : `no sandbox: ${opened.refusal.why}`
const mayLack = opened.ok || isOfMachine(opened.refusal)
const skip = why === null || (process.env['CI'] !== undefined && !mayLack) ? {} : { skip: why }

describe('a proof at the command line', { concurrency: 2, ...skip }, () => {
  test('that holds prints its ladder and exits with 0', async () => {
    const { code, out, err } = await parley('run', listing, '--by', 'Somebody')
    assert.equal(code, 0, out + err)
    assert.match(out, /E3 reproduced {3}yes 3 of 3 fresh runs showed it/)
    assert.match(out, /^E3 reproduced, 3 of 3 runs$/m)
    assert.match(out, /missing for the next level: a patch/)
    assert.match(out, /network denied/)
  })
  test('that its own finder runs stays at E2 and exits with 1', async () => {
    const { code, out } = await parley('run', listing, '--by', 'The Parley authors', '--json')
    const { evidence, runs, environment } = JSON.parse(out)
    assert.deepEqual([code, evidence.level, evidence.runs], [1, 'E2', { met: 3, of: 3 }])
    assert.match(evidence.missing.join(), /the same/)
    assert.match(environment.digest, /^[0-9a-f]{64}$/)
    assert.ok(runs.every((run: { isolation: unknown }) => run.isolation !== null))
  })
  test('whose program prints a report that its input holds in disguise stays at E2', async () => {
    const { code, out } = await parley('run', forged(), '--by', 'Somebody', '--json')
    const { evidence } = JSON.parse(out)
    assert.deepEqual([code, evidence.level, evidence.runs], [1, 'E2', { met: 0, of: 3 }])
    assert.match(evidence.missing.join(), /the address sanitizer reported nothing/)
  })
  test('with a patch that blocks one input exits with 1', async () => {
    const patch = join(listing, 'input-only.diff')
    const { code, out } = await parley('verify', listing, '--patch', patch, '--by', 'Somebody')
    assert.equal(code, 1)
    assert.match(out, /patch: fixes this input only/)
  })
  test('whose build hangs says so', async () => {
    const hangs = changed(
      'h',
      'limits: { build-seconds: 60',
      'build: [sleep 60]\nlimits: { build-seconds: 1',
    )
    const { code, out } = await parley('run', hangs, '--by', 'Somebody')
    assert.equal(code, 1)
    assert.match(out, /the build did not end: it ran into the limit of wall/)
  })
  test('with a patch for other code says that it does not apply', async () => {
    const patch = join(listing, '..', 'c-heap-overflow', 'right.diff')
    const { code, out } = await parley('verify', listing, '--patch', patch, '--by', 'Somebody')
    assert.equal(code, 1)
    assert.match(out, /not tried: the patch does not apply: label\.c: the file to change is not/)
  })
})

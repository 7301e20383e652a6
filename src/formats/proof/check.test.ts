import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { no, yes } from '#kernel/result.ts'
import { proofs } from '../../../test/proof.ts'
import { type ProofBundle, unsaid } from './bundle.ts'
import { type BundleEntry, type BundleFiles, checkBundle, givenBytesMax } from './check.ts'

const file = (sha256: string, sizeBytes = 1): BundleEntry => ({ kind: 'file', sha256, sizeBytes })
const digest = 'ab'.repeat(32)

const whole: ProofBundle = {
  title: 'Heap overflow',
  proposed: null,
  target: { purl: null, source: { kind: 'folder', path: 'source' } },
  location: { file: 'reader.c', function: 'read_header', line: 3 },
  environment: { kind: 'host', tools: {} },
  build: ['make'],
  run: {
    kind: 'command',
    command: ['./reader', '{input}'],
    input: { kind: 'file', path: 'crash.bin' },
  },
  oracle: { kind: 'sanitizer', tool: 'address', error: null, function: null },
  benign: { input: 'good.bin', exchange: null },
  variants: [{ name: 'long', input: 'long.bin', exchange: null }],
  patch: 'fix.patch',
  tests: ['make check'],
  limits: {
    ...{ buildSeconds: 1, runSeconds: 1, memoryMiB: 16, processes: 1, diskMiB: 1, outputMiB: 1 },
  },
  authorisation: { statement: 'mine', by: 'Ada' },
  finder: { name: 'Ada', model: null },
}
const files: BundleFiles = {
  entries: new Map<string, BundleEntry>([
    ['source', { kind: 'folder' }],
    ['source/reader.c', file('0')],
    ['crash.bin', file('1')],
    ['good.bin', file('2')],
    ['long.bin', file('3')],
    ['fix.patch', file('4')],
    ['p.tar', file(digest)],
    ['huge.bin', file('5', givenBytesMax + 1)],
  ]),
  target: new Set(['reader.c']),
  patch: yes([{ oldPath: 'reader.c', newPath: 'reader.c' }]),
}
const step = { method: 'GET', path: '/', headers: {}, body: null }
const service: ProofBundle['run'] = {
  ...{ kind: 'service', command: ['node', 'app.js'], port: 8080, readyWithinMs: 1000 },
  exchange: [step],
}
const command = (words: readonly string[], path: string | null): ProofBundle['run'] => ({
  ...{ kind: 'command', command: words },
  input: path === null ? { kind: 'none' } : { kind: 'file', path },
})
const asked = [{ ...step, body: { path: 'gone.json' } }]
const archive = (path: string, sha256: string): Partial<ProofBundle> => ({
  target: { purl: null, source: { kind: 'archive', path, sha256 } },
})

const told = (changes: Partial<ProofBundle>, listing: Partial<BundleFiles> = {}): string =>
  checkBundle({ ...whole, ...changes }, { ...files, ...listing })
    .problems.map(({ pointer, why }) => `${pointer}: ${why}`)
    .join('\n')

test('a whole bundle has neither problems nor remarks', () => {
  assert.deepEqual(checkBundle(whole, files), { problems: [], remarks: [] })
})

for (const [what, changes, expected] of [
  ['what was only proposed', { proposed: 'made of notes' }, /^\/proposed: .*nobody has looked/],
  [
    'what nobody said may be run',
    { authorisation: { statement: unsaid, by: 'Ada' } },
    /^\/authorisation\/statement: is not said/,
  ],
  [
    'a target that is not there',
    { target: { purl: null, source: { kind: 'folder', path: 'src' } } },
    /^\/target\/path: src is not in/,
  ],
  [
    'a target that is a file',
    { target: { purl: null, source: { kind: 'folder', path: 'p.tar' } } },
    /is a file, not a folder/,
  ],
  [
    'another digest',
    archive('p.tar', '00'.repeat(32)),
    /^\/target\/sha256: is not that of p.tar, which is abab/,
  ],
  ['no archive', archive('q.tar', digest), /^\/target\/path: q.tar is not in the bundle/],
  ['a folder as an archive', archive('source', digest), /^\/target\/path: source is a folder/],
  [
    'a root that is not there',
    { environment: { kind: 'archive', path: 'root.tar', sha256: digest } },
    /^\/environment\/path: root.tar/,
  ],
  [
    'no input',
    { run: command(['./reader', '{input}'], 'x.bin') },
    /^\/run\/input\/path: x.bin is not in/,
  ],
  [
    'an input nobody reads',
    { run: command(['./reader'], 'crash.bin') },
    /^\/run\/command: does not name \{input\}/,
  ],
  [
    '{input} for nothing',
    { run: command(['./reader', 'x={input}'], null), benign: null, variants: [] },
    /names \{input\}, but no file/,
  ],
  [
    'a huge input',
    { run: command(['{input}'], 'huge.bin') },
    /huge.bin has 67108865 bytes, more than/,
  ],
  [
    'an answer of no service',
    { oracle: { kind: 'http', status: 200, says: null } },
    /^\/oracle\/kind: .*starts no service/,
  ],
  [
    'any answer',
    { run: service, oracle: { kind: 'http', status: null, says: null } },
    /is met by every answer/,
  ],
  [
    'any good end',
    { oracle: { kind: 'exit', code: 0, says: null } },
    /met by every run that goes well/,
  ],
  [
    'a canary in the target',
    { oracle: { kind: 'canary-written', path: 'reader.c', text: null } },
    /is a file of the target/,
  ],
  [
    'no asserting program',
    { oracle: { kind: 'assertion', command: ['checks/a.sh'] } },
    /command\/0: checks\/a.sh is not in/,
  ],
  [
    'a benign control without input',
    { benign: { input: null, exchange: null } },
    /^\/benign: has no input/,
  ],
  [
    'a benign control that asks',
    { benign: { input: 'good.bin', exchange: [step] } },
    /needs a service/,
  ],
  [
    'the same benign control',
    { benign: { input: 'crash.bin', exchange: null } },
    /holds the same as the run's input/,
  ],
  [
    'a benign control to no input',
    { run: command(['./reader'], null) },
    /^\/benign\/input: is given, but the run reads none/m,
  ],
  ['a service with an input', { run: service }, /^\/benign\/input: is no part of a service/m],
  [
    'a body that is not there',
    { run: { ...service, exchange: asked } },
    /exchange\/0\/body-file: gone.json is not/,
  ],
  [
    'a variant twice',
    { variants: [...whole.variants, ...whole.variants] },
    /^\/variants\/1\/name: is the name of/,
  ],
  [
    'a variant that is not there',
    { variants: [{ name: 'v', input: 'v.bin', exchange: null }] },
    /^\/variants\/0\/input: v.bin is not/,
  ],
  ['a patch that is not there', { patch: 'x.patch' }, /^\/patch: x.patch is not in the bundle/],
] as const satisfies readonly (readonly [string, Partial<ProofBundle>, RegExp])[]) {
  test(`${what} is a problem`, () => assert.match(told(changes), expected))
}

test('a patch has to be one, and of this target', () => {
  const fault = no({ why: 'a hunk has more lines than it says', at: 'line 3' })
  assert.match(told({}, { patch: fault }), /^\/patch: fix.patch, line 3: a hunk has more lines/)
  assert.match(told({}, { patch: null }), /^\/patch: fix.patch is no text/)
  const other = yes([{ oldPath: 'other.c', newPath: 'other.c' }])
  assert.match(told({}, { patch: other }), /^\/patch: fix.patch changes other.c, not in the target/)
  const added = yes([{ oldPath: null, newPath: 'reader.c' }])
  assert.match(
    told({}, { patch: added }),
    /^\/patch: fix.patch adds reader.c, which the target has/,
  )
  assert.equal(told({}, { patch: other, target: null }), '')
})

test('what is missing for the next levels is remarked', () => {
  const bare = { location: null, benign: null, variants: [], patch: null, tests: [] }
  const { problems, remarks } = checkBundle({ ...whole, ...bare }, { ...files, patch: null })
  assert.deepEqual(problems, [])
  assert.deepEqual(
    remarks.map(({ level, pointer }) => `${level} ${pointer}`),
    ['E1 /location', 'E3 /benign', 'null /variants', 'E4 /patch', 'E4 /tests'],
  )
  const asking = checkBundle({ ...whole, build: ['curl https://x.example/y | sh'] }, files)
  assert.match(asking.remarks[0]?.why ?? '', /asks the network, which no sandbox has/)
})

test('any bundle over any listing is judged without a throw', () => {
  fc.assert(
    fc.property(proofs, (bundle) => {
      assert.ok(checkBundle(bundle, { ...files, target: null }).problems.length >= 0)
    }),
    { numRuns: 100 },
  )
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { proofs } from '../../../test/proof.ts'
import { decodeProof } from './decode.ts'
import { encodeProof } from './encode.ts'
import { proofSchema, proofSchemaPath } from './shape.ts'
import { documentLengthMax } from './yaml-tree.ts'

const good = `parley: proof/1
title: Heap overflow in parse_header
target:
  kind: folder
  path: source
run:
  kind: command
  command: [./reader, '{input}']
  input: { kind: file, path: crash.bin }
oracle:
  kind: sanitizer
  tool: address
authorisation: { statement: My own program, by: Ada }
finder: { name: Ada }
`

/** What is told, a line each: `line pointer: why (hint)`. */
function told(text: string): string[] {
  const read = decodeProof(text)
  assert.ok(!read.ok, 'was read')
  return read.refusal.map(
    ({ line, pointer, why, hint }) =>
      `${line ?? '-'} ${pointer}: ${why}${hint === undefined ? '' : ` (${hint})`}`,
  )
}
const changed = (from: string | RegExp, to: string): string => good.replace(from, to)
const serviceOf = (port: string, step: string): string =>
  `run: { kind: service, command: [x], port: ${port}, exchange: [${step}] }\n`
const digest = 'ab'.repeat(32)

for (const [what, text, expected] of [
  [
    'a version of tomorrow',
    changed('proof/1', 'proof/9'),
    /^1 \/parley: is proof\/9, a version tha/,
  ],
  [
    'no version',
    changed('parley: proof/1\n', ''),
    /^1? ?- ?\/parley|\/parley: is missing: it says/,
  ],
  ['an unknown key', changed('oracle:', 'orcale:'), /10 \/orcale: .*did you mean oracle\?/],
  ['an unknown key inside', changed('tool:', 'tol:'), /12 \/oracle\/tol: .*did you mean tool\?/],
  [
    'a key far from all',
    changed('title:', 'zzzz: 1\ntitle:'),
    /^2 \/zzzz: .*known are: parley, tit/,
  ],
  [
    'an unknown kind',
    changed('sanitizer', 'sanitiser'),
    /^11 \/oracle\/kind: .*did you mean saniti/,
  ],
  [
    'no kind',
    changed('  kind: folder\n', ''),
    /\/target\/kind: is missing: it must be one of folder/,
  ],
  ['an unknown tool', changed('address', 'adress'), /^12 \/oracle\/tool: .*did you mean address\?/],
  ['an absolute path', changed('crash.bin', '/etc/passwd'), /^9 \/run\/input\/path: is absolute/],
  [
    'a path that climbs',
    changed('path: source', 'path: a/../..'),
    /^5 \/target\/path: leads outsid/,
  ],
  ['a backslash', changed('path: source', 'path: a\\b'), /\/target\/path: has a backslash/],
  ['a drive', changed('path: source', 'path: "C:x"'), /\/target\/path: names a drive/],
  [
    'a number for a text',
    changed('Ada }\nf', '12 }\nf'),
    /\/authorisation\/by: must be a text.*quotes/,
  ],
  [
    'no command',
    changed("[./reader, '{input}']", '[]'),
    /\/run\/command: must be of at least 1 items/,
  ],
  [
    'a digest in capitals',
    changed('kind: folder', `kind: archive\n  sha256: ${digest.toUpperCase()}`),
    /^5 \/target\/sha256: must be a SHA-256 digest/,
  ],
  ['a short digest', changed('kind: folder', 'kind: archive\n  sha256: abcd'), /SHA-256 digest/],
  [
    'an impossible limit',
    `${good}limits: { run-seconds: 0 }\n`,
    /\/run-seconds: must be at least 1$/,
  ],
  ['a huge limit', `${good}limits: { memory-mib: 9e9 }\n`, /memory-mib: must be at most 16384$/],
  [
    'a limit in words',
    `${good}limits: { processes: many }\n`,
    /processes: must be a .*number, not a/,
  ],
  ['half a process', `${good}limits: { processes: 1.5 }\n`, /processes: must be a whole number/],
  ['an alias', changed('Ada }\nf', '*a }\nf'), /by: is an alias/],
  ['an anchor', changed('by: Ada', 'by: &a Ada'), /by: has an anchor/],
  ['a tag', changed('by: Ada', 'by: !!binary Ada'), /by: has the tag/],
  ['a key twice', changed('finder:', 'title: B\nfinder:'), /^14 \/title: stands twice \(keep one/],
  ['a key that is no text', changed('finder:', '1: B\nfinder:'), /: has a key that is no text/],
  ['a member of no object', changed('finder:', '__proto__: B\nfinder:'), /__proto__: is no key/],
  ['two documents', `${good}---\n${good}`, /is no YAML/],
  ['nothing', '', /^- : must be members/],
  ['a list', '- a', /^1 : must be members \(key: value\), not a list/],
  ['a text that is too long', `${good}#${'x'.repeat(documentLengthMax)}`, /more than 65536/],
  ['depth', `${good}x: ${'['.repeat(40)}${']'.repeat(40)}`, /lies more than 16 levels deep/],
  ['great depth', '['.repeat(60_000), /nested too deep|is no YAML/],
  [
    'two bodies',
    changed(/run:[\s\S]*?\n(?=oracle)/, serviceOf('8080', '{ path: /, body: a, body-file: b }')),
    /\/run\/exchange\/0: has both body and body-file/,
  ],
  [
    'a port that needs a superuser',
    changed(/run:[\s\S]*?\n(?=oracle)/, serviceOf('80', '{ path: / }')),
    /\/run\/port: must be at least 1024/,
  ],
] as const) {
  test(`${what} is refused with its place`, () => {
    assert.match(told(text).join('\n'), expected)
  })
}

test('everything that is wrong is told at once, in the order of lines', () => {
  const text = good
    .replace('path: source', 'path: /source')
    .replace('./reader', 'http://203.0.113.9/')
    .replace('address', 'adress')
  assert.deepEqual(
    told(text).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['5 /target/path:', '8 /run/command/0:', '12 /oracle/tool:'],
  )
})

test('an expansion of aliases is not begun', () => {
  const levels = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)
  const lines = told(`a0: &a0 [x]\n${levels.join('\n')}\n${good}`)
  assert.ok(lines.some((line) => /a0: has an anchor \(&name\), which is not read/.test(line)))
})

test('what is missing has its defaults', () => {
  const read = decodeProof(good)
  assert.ok(read.ok, JSON.stringify(read))
  const { environment, limits, variants, benign, proposed } = read.value
  assert.deepEqual(environment, { kind: 'host', tools: {} })
  assert.deepEqual([variants, benign, proposed], [[], null, null])
  assert.deepEqual([limits.buildSeconds, limits.memoryMiB], [300, 2048])
})

test('a proof in JSON is read, with its lines', () => {
  const proof = { parley: 'proof/1', title: 1, tools: [] }
  const lines = told(JSON.stringify(proof, null, '\t'))
  assert.ok(lines.includes('3 /title: must be a text, not a number (put it into quotes)'))
})

test('what is encoded is decoded as the same, as YAML and as JSON', () => {
  fc.assert(
    fc.property(proofs, (bundle) => {
      const text = encodeProof(bundle)
      assert.deepEqual(decodeProof(text), { ok: true, value: bundle })
    }),
    { numRuns: 200 },
  )
})

test('no text makes the decoder throw', () => {
  const lines = good.split('\n').map((line) => fc.constantFrom(line, line.slice(2), `  ${line}`))
  const marks = fc.constantFrom('- ', '[', '{', '&a ', '*a ', '!!str ', '? ', ': ', '|\n', '%', '"')
  const mixed = fc.array(fc.oneof(...lines, marks, fc.string({ unit: 'binary' })), {
    maxLength: 40,
  })
  const nested = fc.jsonValue({ maxDepth: 6 }).map((value) => stringify(value))
  fc.assert(
    fc.property(
      fc.oneof(
        mixed.map((parts) => parts.join('\n')),
        nested,
      ),
      (text) => {
        const read = decodeProof(text)
        if (!read.ok) assert.ok(read.refusal.length > 0)
      },
    ),
    { numRuns: 1000 },
  )
})

test(`${proofSchemaPath} is what tools/proof-schema.ts writes`, () => {
  const written = readFileSync(new URL(`../../../${proofSchemaPath}`, import.meta.url), 'utf8')
  assert.equal(written, `${JSON.stringify(proofSchema(), null, 2)}\n`)
})

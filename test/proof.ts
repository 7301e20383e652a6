import fc from 'fast-check'
import type { Attempt, HttpStep, ProofBundle } from '#formats/proof/bundle.ts'

const line = fc.oneof(
  fc.constantFrom(
    '1',
    'true',
    'null',
    '~',
    '- a',
    'a: b',
    '#x',
    "it's",
    '*a',
    '0x1f',
    '2026-01-01',
  ),
  fc
    .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
    .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]|:\/\//u.test(text)),
)
const words = fc
  .array(fc.oneof(line, fc.constantFrom('', ' ', '\t')), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.join('\n'))
  .filter((text) => text !== '' && !text.includes('\0'))
const name = fc.stringMatching(/^[a-zA-Z0-9_ü-]{1,12}$/)
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const command = fc.array(words, { minLength: 1, maxLength: 4 })
const sha256 = hex(64)

const step: fc.Arbitrary<HttpStep> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: name.map((text) => `/${encodeURI(text)}`),
  headers: fc.dictionary(
    fc.stringMatching(/^X-[a-z]{1,8}$/),
    fc.stringMatching(/^[ -9;-~]{0,20}$/),
  ),
  body: orNull(fc.oneof(fc.record({ path }), fc.record({ text: words }))),
})
const exchange = fc.array(step, { minLength: 1, maxLength: 3 })
const attempt: fc.Arbitrary<Attempt> = fc.record({
  input: orNull(path),
  exchange: orNull(exchange),
})

const input = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constantFrom('file', 'stdin'), path }),
)
const seconds = (most: number) => fc.integer({ min: 1, max: most })

const bundles: fc.Arbitrary<ProofBundle> = fc.record({
  title: line,
  proposed: orNull(words),
  target: fc.record({
    purl: orNull(fc.constantFrom('pkg:npm/left-pad@1.3.0', 'pkg:generic/reader')),
    source: fc.oneof(
      fc.record({ kind: fc.constant('folder' as const), path }),
      fc.record({ kind: fc.constant('archive' as const), path, sha256 }),
      fc.record({
        kind: fc.constant('repository' as const),
        url: name.map((text) => `https://git.example/${encodeURI(text)}`),
        commit: fc.oneof(hex(40), hex(64)),
      }),
    ),
  }),
  location: orNull(
    fc.record({ file: path, function: orNull(line), line: orNull(seconds(10_000_000)) }),
  ),
  environment: fc.oneof(
    fc.record({
      kind: fc.constant('host' as const),
      tools: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}$/), line),
    }),
    fc.record({ kind: fc.constant('archive' as const), path, sha256 }),
    fc.record({
      kind: fc.constant('image' as const),
      reference: sha256.map((digest) => `gcc@sha256:${digest}`),
    }),
  ),
  build: fc.array(words, { maxLength: 3 }),
  run: fc.oneof(
    fc.record({ kind: fc.constant('command' as const), command, input }),
    fc.record({
      ...{ kind: fc.constant('service' as const), command },
      port: fc.integer({ min: 1024, max: 65_535 }),
      readyWithinMs: fc.integer({ min: 100, max: 120_000 }),
      exchange,
    }),
  ),
  oracle: fc.oneof(
    fc.record({
      kind: fc.constant('sanitizer' as const),
      tool: fc.constantFrom('address', 'memory', 'undefined', 'thread', 'leak'),
      error: orNull(line),
      function: orNull(line),
    }),
    fc.record({
      kind: fc.constant('signal' as const),
      signal: fc.constantFrom('SIGSEGV', 'SIGABRT'),
    }),
    fc.record({
      kind: fc.constant('exit' as const),
      code: fc.integer({ min: 0, max: 255 }),
      says: orNull(words),
    }),
    fc.record({
      kind: fc.constant('canary-read' as const),
      path,
      text: fc.stringMatching(/^[a-z0-9]{8,40}$/),
    }),
    fc.record({ kind: fc.constant('canary-written' as const), path, text: orNull(words) }),
    fc.record({
      kind: fc.constant('http' as const),
      status: orNull(fc.integer({ min: 100, max: 599 })),
      says: orNull(words),
    }),
    fc.record({ kind: fc.constant('assertion' as const), command }),
    fc.record({
      kind: fc.constant('exhaustion' as const),
      of: fc.constantFrom('memory', 'cpu', 'wall', 'disk', 'processes'),
    }),
  ),
  benign: orNull(attempt),
  variants: fc.array(
    fc.tuple(line, attempt).map(([called, one]) => ({ name: called, ...one })),
    { maxLength: 3 },
  ),
  patch: orNull(path),
  tests: fc.array(words, { maxLength: 2 }),
  limits: fc.record({
    ...{ buildSeconds: seconds(3600), runSeconds: seconds(600), processes: seconds(4096) },
    memoryMiB: fc.integer({ min: 16, max: 16_384 }),
    diskMiB: seconds(16_384),
    outputMiB: seconds(64),
  }),
  authorisation: fc.record({ statement: words, by: line }),
  finder: fc.record({ name: line, model: orNull(line) }),
})

/** Any bundle that a document can say, of plain objects. */
export const proofs: fc.Arbitrary<ProofBundle> = bundles.map((bundle) => structuredClone(bundle))

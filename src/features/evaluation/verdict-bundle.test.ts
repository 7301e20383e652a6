import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '#features/ledger/entry.ts'
import { seal } from '#formats/attestation/dsse.ts'
import { capabilities } from './capability.ts'
import { parseDeclaration } from './declaration.ts'
import { type Recorded, recordOf } from './result-record.ts'
import { tasksOf } from './task-result.ts'
import { bundleWording, isOpenedBy, type VerdictBundle, verdictBundleOf } from './verdict-bundle.ts'
import { readSignedVerdict, signedVerdict, type TakenVerdict } from './verdict-crossing.ts'

const [ann, bob, eve] = [0, 1, 2].map(() => generateKeyPairSync('ed25519'))
assert.ok(ann && bob && eve)
const trust = { keys: [ann.publicKey, bob.publicKey], signersMin: 2 }
const now = new Date('2026-11-20T12:00:00Z')
const signers = [ann.privateKey, bob.privateKey]

type Secrets = { readonly protocol: string; readonly task: string; readonly threshold: number }
const plain: Secrets = { protocol: 'E1', task: 't', threshold: 0.5 }

function recorded({ protocol, task, threshold }: Secrets, solved = 18): Recorded {
  const declared = parseDeclaration({
    ...{ kind: 'evaluation-declaration', version: 1, bankRoot: 'ab'.repeat(32), protocol },
    strata: [{ name: 'all', weight: 1, tasksMax: 20 }],
    ...{ tokenBudget: 1000, attempts: 1, threshold, alpha: 0.05 },
    ...{ rule: { is: 'fixed-look' }, orderSeed: 'seed', missing: 'both-bounds' },
  })
  assert.ok(declared.ok, JSON.stringify(declared))
  const attempts = Array.from({ length: 20 }, (_, at) => ({
    ...{ model: 'm', task: `${task}${at}`, attempt: '1', at: { name: 'f', line: at + 1 } },
    ...(at < solved
      ? ({ outcome: 'success', score: 1 } as const)
      : ({ outcome: 'failure', score: 0 } as const)),
  }))
  const tasks = tasksOf(attempts).models.get('m') ?? []
  const of = { capability: 'cyber', model: 'm', earlierLooks: 0 } as const
  return recordOf({ ...of, declared: declared.value, tasks })
}

const engagement = 'cd'.repeat(32)
function bundled(of: Recorded = recorded(plain), number = 1) {
  const found = verdictBundleOf({ recorded: of, engagement, number, now })
  assert.ok(found.ok, JSON.stringify(found))
  return found.value
}
const reading = (text: string, taken: readonly TakenVerdict[] = []) =>
  readSignedVerdict(text, trust, { taken, now })
const whyNot = (text: string, taken: readonly TakenVerdict[] = []): string => {
  const read = reading(text, taken)
  return read.ok ? '' : read.refusal.why
}
/** Any value in an envelope that the trusted people sign. */
function signedAnyway(value: unknown, keys: readonly KeyObject[] = signers): string {
  const payloadType = 'application/vnd.parley.verdict-bundle.v1+json'
  const payload = Buffer.from(typeof value === 'string' ? value : canonicalJson(value))
  const signatures = keys
    .flatMap((key) => seal(key, { payload, payloadType }).signatures)
    .toSorted((one, other) => (one.keyid < other.keyid ? -1 : 1))
  return `${canonicalJson({ payload: payload.toString('base64'), payloadType, signatures })}\n`
}

const { bundle, opening } = bundled()
const whole = signedVerdict(bundle, signers)
const envelope: { payload: string; signatures: { keyid: string; sig: string }[] } =
  JSON.parse(whole)

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', '', /not JSON/],
  ['too much', ' '.repeat(9000), /larger/],
  ['a space more', whole.replace('{', '{ '), /spelled otherwise/],
  ['no line end', whole.trimEnd(), /spelled otherwise/],
  ['a member in the envelope', whole.replace('{', '{"a":"x",'), /more than one has/],
  ['one signature', signedVerdict(bundle, [ann.privateKey]), /signed by 1 keys; 2/],
  ['one person twice', signedVerdict(bundle, [ann.privateKey, ann.privateKey]), /twice/],
  ['a stranger', signedVerdict(bundle, [ann.privateKey, eve.privateKey]), /not trusted/],
  ['a third signature', signedVerdict(bundle, [...signers, eve.privateKey]), /not trusted/],
  ['a foreign signature', foreignSignature(), /does not hold/],
  ['a member in the bundle', signedAnyway({ ...bundle, threshold: 0.5 }), /something else/],
  ['another wording', signedAnyway({ ...bundle, wording: 'threshold 0.5' }), /something else/],
  ['the wording of another verdict', otherWording(), /something else/],
  ['a text for a hash', signedAnyway({ ...bundle, pack: 'the pack' }), /something else/],
  ['a time for a day', signedAnyway({ ...bundle, issued: '2026-11-20T01:02:03Z' }), /something/],
  ['a fraction for a number', signedAnyway({ ...bundle, number: 1.5 }), /something else/],
  ['another order of members', signedAnyway(JSON.stringify(bundle)), /something else/],
  ['a member twice', signedAnyway(twice()), /something else/],
  ['a day to come', signedAnyway({ ...bundle, issued: '2026-11-22' }), /yet to come/],
]
function foreignSignature(): string {
  const [first, second] = envelope.signatures
  return `${canonicalJson({ ...envelope, signatures: [first, { ...second, sig: first?.sig }] })}\n`
}
function otherWording(): string {
  return signedAnyway({ ...bundle, wording: bundleWording('cyber', 'NOT SHOWN') })
}
function twice(): string {
  return canonicalJson(bundle).replace('{', '{"number":1,')
}
for (const [name, text, says] of refused) {
  test(`${name} does not cross`, () => assert.match(whyNot(text), says))
}

test('a bundle that two people signed crosses once', () => {
  const read = reading(whole)
  assert.ok(read.ok, JSON.stringify(read))
  assert.deepEqual(read.value.bundle, bundle)
  assert.equal(read.value.bundle.verdict, 'COVERED')
  const taken = [{ ...bundle, sha256: read.value.sha256 }]
  assert.match(whyNot(whole, taken), /was taken before/)
  const again = signedVerdict(bundled().bundle, signers)
  assert.match(whyNot(again, taken), /number 1, but number 1 was taken/)
  assert.ok(reading(signedVerdict(bundled(recorded(plain), 2).bundle, signers), taken).ok)
})

test('what stayed behind opens the commitments, and nothing else does', () => {
  const of = recorded(plain)
  assert.ok(isOpenedBy(bundle, { opening, recorded: of }))
  assert.equal(isOpenedBy(bundle, { opening, recorded: recorded(plain, 17) }), false)
  assert.equal(isOpenedBy(bundle, { opening: bundled().opening, recorded: of }), false)
})

test('two bundles of one record share no hash that could be looked up', () => {
  const other = bundled().bundle
  assert.notEqual(other.commitments.declaration, bundle.commitments.declaration)
  assert.notEqual(other.commitments.results, bundle.commitments.results)
})

const allWordings = new Set(
  capabilities.flatMap((capability) =>
    (['COVERED', 'NOT SHOWN', 'UNDETERMINED'] as const).map((one) =>
      bundleWording(capability, one),
    ),
  ),
)
const closed = new Set(['verdict-bundle', 'COVERED', 'NOT SHOWN', 'UNDETERMINED', ...capabilities])
const mayCross = (text: string): boolean =>
  closed.has(text) ||
  allWordings.has(text) ||
  /^[0-9a-f]{64}$/.test(text) ||
  /^\d{4}-\d\d-\d\d$/.test(text)

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

test('no text of the higher side crosses, whatever is declared there', () => {
  const secrets = fc.record({
    protocol: fc.string({ minLength: 1, maxLength: 200 }),
    task: fc.string({ minLength: 1, maxLength: 50 }),
    threshold: fc.constantFrom(0.123456, 0.5, 0.876543),
  })
  fc.assert(
    fc.property(secrets, fc.nat(20), (of, solved) => {
      const { bundle: made } = bundled(recorded(of, solved))
      for (const text of stringsIn(made)) assert.ok(mayCross(text), text)
      assert.doesNotMatch(canonicalJson(made), /0\.123456|0\.876543/)
      assert.ok(reading(signedVerdict(made, signers)).ok)
    }),
    { numRuns: 50 },
  )
})

test('nothing else crosses either, although both people sign it', () => {
  const names = Object.keys(bundle)
  const change = fc.record({
    name: fc.oneof(fc.constantFrom(...names), fc.string({ minLength: 1, maxLength: 20 })),
    value: fc.oneof(fc.string(), fc.jsonValue()),
  })
  fc.assert(
    fc.property(change, ({ name, value }) => {
      const changed: VerdictBundle = { ...bundle, [name]: value }
      const read = reading(signedAnyway(changed))
      if (!read.ok) return
      for (const text of stringsIn(read.value.bundle)) assert.ok(mayCross(text), text)
      assert.deepEqual(Object.keys(read.value.bundle).sort(), names.toSorted())
    }),
    { numRuns: 300 },
  )
})

test('a changed byte anywhere is refused', () => {
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 127 }), (at, by) => {
      const code = (whole.charCodeAt(at) ^ by) & 127
      const text = `${whole.slice(0, at)}${String.fromCharCode(code)}${whole.slice(at + 1)}`
      assert.equal(reading(text).ok, false)
    }),
    { numRuns: 300 },
  )
})

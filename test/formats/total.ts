import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Decoded, Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'

/** A JSON document as material. */
export const json = (value: unknown): Material => ({ kind: 'json', value, text: '' })

/** JSON documents as rows, the first on line 1. */
export const rows = (...values: readonly unknown[]): Material => ({
  kind: 'rows',
  rows: values.map((value, index) => ({ line: index + 1, value })),
  text: '',
})

const severities = ['critical', 'high', 'medium', 'low', 'info']

/** What every decoder promises of every finding, whatever it was given. */
export function assertSound({ findings, components, problems }: Decoded): void {
  for (const found of findings) {
    assert.ok(found.title.trim() !== '' && !/[\r\n]/.test(found.title), 'one line of title')
    assert.ok(!found.severity || severities.includes(found.severity))
    for (const cwe of found.cwe ?? []) assert.ok(Number.isInteger(cwe) && cwe > 0)
    if (found.score !== undefined) assert.ok(found.score >= 0 && found.score <= 10)
    const { at, original, ...said } = found
    assert.ok(original !== undefined)
    assert.ok(at.pointer !== undefined || at.line !== undefined)
    assertNothingEmpty(said)
  }
  for (const one of components) assert.ok(one.name.trim() !== '')
  assertNothingEmpty(components)
  for (const { why } of problems) assert.ok(why !== '')
}

/** No member is undefined or a blank text: absence is absence. */
function assertNothingEmpty(value: unknown): void {
  assert.notEqual(value, undefined)
  if (typeof value === 'string') assert.notEqual(value.trim(), '')
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertNothingEmpty)
}

/** Every member of every object and array of a document. */
function slotsIn(document: unknown): { holder: object; key: string }[] {
  const slots: { holder: object; key: string }[] = []
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return
    for (const key of Object.keys(holder)) {
      slots.push({ holder, key })
      visit(Reflect.get(holder, key))
    }
  }
  visit(document)
  return slots
}

/** Texts on which a careless pattern goes back and forth until the end of time. */
const hostile = [' ', '/', '\n', '(', '-', '`', '<', '1.', 'CVE-'].map(
  (unit) => `${unit.repeat(100_000)}x`,
)

/** Puts long hostile texts in the place of each text; the time is that of the processor. */
function assertQuick(decoder: Decoder, document: unknown): void {
  const copy: unknown = structuredClone(document)
  for (const { holder, key } of slotsIn(copy)) {
    const before: unknown = Reflect.get(holder, key)
    if (typeof before !== 'string') continue
    for (const text of hostile) {
      Reflect.set(holder, key, text)
      const start = process.cpuUsage()
      decoder.decode(json(copy))
      const { user } = process.cpuUsage(start)
      assert.ok(user < 2_000_000, `${key} of ${JSON.stringify(text.slice(0, 4))}: ${user} µs`)
    }
    Reflect.set(holder, key, before)
  }
}

type Step = { readonly share: number; readonly value: unknown; readonly remove: boolean }

/** Puts a strange value somewhere into a copy of a document, or takes a member away. */
function broken(document: unknown, step: Step): unknown {
  const copy: unknown = structuredClone(document)
  const slots = slotsIn(copy)
  const slot = slots[Math.floor(step.share * slots.length)]
  if (slot === undefined) return copy
  if (step.remove) Reflect.deleteProperty(slot.holder, slot.key)
  else Reflect.set(slot.holder, slot.key, step.value)
  return copy
}

const strange = fc.oneof(
  fc.constantFrom('', ' ', '\0', '__proto__', 'a\nb', '-', 0, -1, 1e308, null, true, [], {}, [[]]),
  fc.jsonValue({ maxDepth: 2 }),
)
const steps = fc.array(
  fc.record({
    share: fc.double({ min: 0, max: 0.999, noNaN: true }),
    value: strange,
    remove: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
)

const plain = (finding: Finding): unknown => ({ ...finding, at: undefined })

/**
 * Breaks good documents in many ways and holds the decoder to its promises: it never throws,
 * what it gives is sound, long texts cost no more than their length, and the document beside a
 * broken one decodes as if it stood alone.
 */
export function assertTotal(decoder: Decoder, documents: readonly unknown[]): void {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      decoder.recognise(json(value))
      assertSound(decoder.decode(json(value)))
    }),
  )
  for (const kind of ['text', 'table', 'xml'] as const) assertSound(decoder.decode(other(kind)))
  for (const document of documents) {
    const alone = decoder.decode(json(document))
    assertSound(alone)
    assertQuick(decoder, document)
    fc.assert(
      fc.property(steps, (taken) => {
        const bad = taken.reduce(broken, document)
        decoder.recognise(json(bad))
        assertSound(decoder.decode(json(bad)))
        const beside = decoder
          .decode(rows(bad, document))
          .findings.filter(({ at }) => at.line === 2)
        assert.deepEqual(beside.map(plain), alone.findings.map(plain))
      }),
      { numRuns: 300 },
    )
  }
}

function other(kind: 'text' | 'table' | 'xml'): Material {
  if (kind === 'text') return { kind, text: 'nothing' }
  if (kind === 'table') return { kind, table: { header: [], rows: [] }, text: '' }
  const none = { attributes: new Map(), children: [], text: '', line: 1 }
  return { kind, root: { name: 'nothing', namespace: '', ...none }, text: '' }
}

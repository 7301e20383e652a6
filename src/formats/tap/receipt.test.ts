import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  acceptedBody,
  monitorLink,
  parseReceipt,
  receiptBytes,
  receiptOf,
  statusBody,
} from './receipt.ts'

const receipt = receiptOf(new Uint8Array(receiptBytes))

test('a text of another form is no receipt', () => {
  const wrong = [
    ...['', 'SUB-', 'SUB-aaaa', 'sub-aaaaaaaaaaaaaaaaaa', 'SUB-AAAAAAAAAAAAAAAAAA'],
    ...['SUB-aaaaaaaaaaaaaaaaa', 'SUB-aaaaaaaaaaaaaaaaaaa', 'SUB-aaaaaaaaaaaaaaaaa1'],
    ...['SUB-aaaaaaaaaaaaaaaaa=', ' SUB-aaaaaaaaaaaaaaaaaa', 'SUB-aaaaaaaaaaaaaaaaaa\n'],
    ...['SUB-aaaaaaaaaaaaaaaaa%', 'SUB-../../etc/passwd00'],
  ]
  for (const text of wrong) assert.equal(parseReceipt(text), null, text)
})

test('too few random bytes are a defect, not a short receipt', () => {
  assert.throws(() => receiptOf(new Uint8Array(receiptBytes - 1)))
})

test('a receipt spells its bits in base32', () => {
  assert.equal(receipt, 'SUB-aaaaaaaaaaaaaaaaaa')
  assert.equal(receiptOf(new Uint8Array(20).fill(255)), 'SUB-777777777777777777')
  assert.equal(receiptOf(Buffer.from('foobarfoobar')), 'SUB-mzxw6ytbojtg633cmf')
})

test('90 bits make a receipt, each of them counts, and every receipt parses', () => {
  const property = fc.property(
    fc.uint8Array({ minLength: receiptBytes, maxLength: receiptBytes }),
    fc.integer({ min: 0, max: 89 }),
    (bytes, bit) => {
      const found = receiptOf(bytes)
      assert.equal(parseReceipt(found), found)
      const other = Uint8Array.from(bytes)
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
      assert.notEqual(receiptOf(other), found)
    },
  )
  fc.assert(property)
})

test('the 202 names the receipt and how to follow it, and warns only where there is reason', () => {
  const body = acceptedBody(receipt)
  assert.deepEqual(Object.keys(body), ['receipt', 'message'])
  assert.equal(body.receipt, receipt)
  assert.match(body.message, /\/v1\/submissions\/SUB-/)
  const warning = { code: 'deprecated_field', field: 'raw', reason: 'old' } as const
  assert.deepEqual(acceptedBody(receipt, [warning]).warnings, [warning])
  assert.equal('warnings' in acceptedBody(receipt, []), false)
})

test('the link is relative to the root', () => {
  assert.equal(monitorLink(receipt), `</v1/submissions/${receipt}>; rel="monitor"`)
})

test('the status is three members, its time RFC 3339', () => {
  const at = new Date('2026-08-18T14:03:21Z')
  assert.deepEqual(statusBody(receipt, 'queued', at), {
    ...{ receipt, status: 'queued', at: '2026-08-18T14:03:21.000Z' },
  })
})

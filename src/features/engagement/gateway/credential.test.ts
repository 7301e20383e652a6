import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointAt } from '../../../../test/engagement/gateway-world.ts'
import { Credential } from './credential.ts'

const text = 'sk-0123456789abcdef'
const base = 'http://127.0.0.1:1'

test('a credential that is destroyed is overwritten where it lay, and found nowhere', () => {
  const value = Buffer.from(text)
  const credential = new Credential({ value, version: 1 })
  credential.destroy()
  assert.deepEqual(value, Buffer.alloc(text.length))
  assert.ok(!credential.forms.isIn(text))
  assert.ok(!credential.header(endpointAt(base)).join().includes(text))
})

test('a credential goes into the header that the endpoint takes it in', () => {
  const credential = new Credential({ value: Buffer.from(text), version: 1 })
  assert.deepEqual(credential.header(endpointAt(base)), ['authorization', `Bearer ${text}`])
  const own = endpointAt(base, { credential: { header: 'x-api-key', scheme: '' } })
  assert.deepEqual(credential.header(own), ['x-api-key', text])
})

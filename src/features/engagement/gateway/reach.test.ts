import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookupWithin, mayReach } from './reach.ts'

const rule = { allowHosts: ['enclave.internal:8000', '10.1.2.3'] }

for (const [base, expected] of [
  ['https://api.example.org', true],
  ['https://api.example.org:8443/preview', true],
  ['https://8.8.8.8', true],
  ['http://api.example.org', false],
  ['http://enclave.internal:8000', true],
  ['http://enclave.internal:8001', false],
  ['http://10.1.2.3:9', true],
  ['https://10.1.2.4', false],
  ['https://127.1', false],
  ['https://0x7f000001', false],
  ['https://[::ffff:127.0.0.1]', false],
  ['https://localhost', false],
  ['ftp://10.1.2.3', false],
] as const) {
  test(`an endpoint ${expected ? 'may' : 'may not'} be at ${base}`, () => {
    assert.equal(mayReach(new URL(base), rule), expected)
  })
}

const resolved = (host: string, allowHosts: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    lookupWithin({ allowHosts })(host, { all: false }, (error, address) => {
      resolve(error === null ? String(address) : 'refused')
    })
  })

test('a name that stands for this machine is refused when it is connected to', async () => {
  assert.equal(await resolved('localhost', []), 'refused')
  assert.match(await resolved('localhost', ['localhost:80']), /^(127\.|::1)/)
})

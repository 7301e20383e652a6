import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertMayLack, never } from '../../../test/escape/sandboxes.ts'
import { openSandbox } from './open-sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-opening-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a tier that cannot be had is refused, and no other is opened instead', async () => {
  const opened = await openSandbox('container', { engines: [join(folder, 'absent')] }, never)
  assert.ok(!opened.ok && opened.refusal.code === 'not-isolated')
})

test('a folder that the user of a run cannot pass through is refused, and named', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('every folder is open to its own user')
  const opened = await openSandbox('namespaces', { folder }, never)
  assert.ok(!opened.ok && opened.refusal.code === 'not-isolated')
  if (!opened.refusal.why.includes(folder)) assertMayLack('namespaces', opened.refusal)
})

test('a tier that is opened is the one that was asked for, with what was found', async (t) => {
  for (const tier of ['namespaces', 'gvisor'] as const) {
    const opened = await openSandbox(tier, {}, never)
    if (opened.ok) {
      assert.equal(opened.value.sandbox.tier, tier)
      assert.equal(opened.value.isolation.tier, tier)
      assert.equal(opened.value.isolation.capabilities, '0')
      assert.equal(opened.value.isolation.egress.denied, true)
    } else {
      assertMayLack(tier, opened.refusal)
      t.diagnostic(`${tier}: ${opened.refusal.why}`)
    }
  }
})

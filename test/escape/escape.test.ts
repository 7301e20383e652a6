import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { attempts } from './attempts.ts'
import { tryAll } from './bounded.ts'
import { assertMayLack } from './sandboxes.ts'
import type { Suite } from './tried.ts'

/** Tiers whose sandbox a machine may have by installing a package. */
for (const tier of ['namespaces', 'gvisor'] as const) {
  describe(`what a run of tier ${tier} tries in vain`, () => {
    let suite: Suite
    before(async () => {
      suite = await tryAll(tier)
    })

    test('the tier can be had, or says why not', (t) => {
      if (suite.refused === null) assert.equal(suite.trouble, '')
      else {
        const { why, hint = '' } = suite.refused
        assertMayLack(tier, suite.refused)
        t.skip(`${why} ${hint}`)
      }
    })

    for (const { name, isOfSharedKernel = false } of attempts) {
      if (isOfSharedKernel && tier === 'gvisor') continue
      test(name, (t) => {
        if (suite.refused !== null) return t.skip(suite.refused.why)
        const tried = suite.tried.find((one) => one.name === name)
        assert.ok(tried, `it was not tried: ${suite.trouble}`)
        assert.deepEqual(tried.wrong, [], JSON.stringify(tried))
      })
    }

    test('a run beside all of these goes on undisturbed', (t) => {
      if (suite.refused !== null) return t.skip(suite.refused.why)
      assert.equal(suite.neighbour, 'stopped: waits\n')
    })
  })
}

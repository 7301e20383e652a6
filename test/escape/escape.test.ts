import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { attemptsOn } from './attempts.ts'
import { tryAll } from './bounded.ts'
import { assertMayLack } from './sandboxes.ts'
import type { Suite } from './tried.ts'

/**
 * What tells most of a kernel of its own, which takes its time to begin; all is made by
 * `node test/escape/table.ts gvisor`.
 */
const tellingOnGvisor = new Set([
  'TCP and UDP to addresses kept for documentation',
  'a server on the loopback of the machine',
  'unix sockets of the machine, abstract and by path',
  'files of people and services',
  'what a sandbox beside it holds',
  'writing to the root file system',
  'becoming somebody else',
  'archive: through a link to the root of the first process',
  'fork bomb',
  'memory bomb',
  'filling the disk',
  'computing without an end',
  'processes that stay behind after a limit',
])

/** Tiers whose sandbox a machine may have by installing a package. */
for (const tier of ['namespaces', 'gvisor'] as const) {
  const names = attemptsOn(tier)
    .map(({ name }) => name)
    .filter((name) => tier !== 'gvisor' || tellingOnGvisor.has(name))
  describe(`what a run of tier ${tier} tries in vain`, () => {
    let suite: Suite
    before(async () => {
      suite = await tryAll(tier, names)
    })

    test('the tier can be had, or says why not', (t) => {
      if (suite.refused === null) assert.equal(suite.trouble, '')
      else {
        const { why, hint = '' } = suite.refused
        assertMayLack(tier, suite.refused)
        t.skip(`${why} ${hint}`)
      }
    })

    for (const name of names) {
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proofRounds } from '../../tools/crash/proof-rounds.ts'

test('workers that are killed lose no verdict, and none is written twice', async (context) => {
  const wanted = { workers: 2, slots: 2, proofs: 12, kills: 4, tookMs: 150, leaseMs: 1_500 }
  const found = await proofRounds(wanted, (line) => context.diagnostic(line))
  const { killed, lost, doubled, wrong, left, failOverMs } = found
  assert.deepEqual(
    { killed, lost, doubled, wrong, left },
    { killed: 4, lost: 0, doubled: 0, wrong: 0, left: 0 },
  )
  const longest = Math.max(0, ...failOverMs)
  context.diagnostic(`fail-over with a lease of 1.5 s: ${failOverMs.map(Math.round).join(', ')} ms`)
  assert.ok(longest < 15_000, `${longest} ms`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashRounds } from '../../tools/crash/crash-rounds.ts'

const rounds = 20

test(`${rounds} kills in the middle of intake lose nothing and double nothing`, async () => {
  const { tallies, end, findings } = await crashRounds(rounds)
  assert.deepEqual(end, { lost: [], doubled: [] })
  for (const [kind, { rounds: own, lost, doubled, reports }] of tallies) {
    assert.deepEqual([lost, doubled], [0, 0], kind)
    assert.ok(own > 5 && reports > 0, `${own} rounds of ${kind}, ${reports} reports`)
  }
  assert.ok(findings > 0)
})

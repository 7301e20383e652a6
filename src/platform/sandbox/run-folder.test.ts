import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasUsersOfRuns } from './run-folder.ts'

test('a user namespace has the users of runs only where it maps all of them', () => {
  const maps: readonly (readonly [string, boolean])[] = [
    ['', false],
    ['0 1000 1\n', false],
    ['         0     100000      65536\n', false],
    ['0 0 1900000001', false],
    ['1950000000 1 90000000', false],
    ['0 1000 1\n1 100000 65536\n', false],
    ['         0          0 4294967295\n', true],
    ['0 1000 1\n1900000000 200000 90000000\n', true],
  ]
  for (const [map, expected] of maps) assert.equal(hasUsersOfRuns(map), expected, map)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanMergeMin, scanSuggestMin } from '#features/correlate/scan.ts'
import { type ScanRule, scanRuleOf, scanRules } from '#features/correlate/scan-rule.ts'
import { seenOf } from '#features/correlate/scan-seen.ts'
import { wilson } from '../../tools/measure/interval.ts'
import { labelledPairs, type ReadPair, readPairs } from '../labels/scan-pairs.ts'
import { sharedPath, skipWithout } from './shared.ts'

const skip = skipWithout(sharedPath('fixtures') && sharedPath('crash'))

test('labels name results by digest and number, each pair once, without their text', () => {
  const pairs = labelledPairs()
  const keys = new Set<string>()
  for (const { a, b, why } of pairs) {
    for (const { file, result, at } of [a, b]) {
      assert.match(file, /^[0-9a-f]{64}$/)
      assert.ok(Number.isInteger(result) && result >= 0)
      assert.match(at, /^[\w./@-]*$/)
    }
    assert.ok(why.length > 4 && why.length <= 70, why)
    keys.add([`${a.file} ${a.result}`, `${b.file} ${b.result}`].sort().join())
  }
  assert.equal(keys.size, pairs.length)
  assert.ok(pairs.length >= 1_000)
  assert.ok(pairs.filter(({ same }) => same === true).length >= 120)
  assert.ok(pairs.filter(({ same }) => same === false).length >= 120)
})

const ruleOf = ({ x, y }: ReadPair): ScanRule | null => scanRuleOf(seenOf(x), seenOf(y))

/** Rules that merge by the nature of what they compare; any other has to earn it. */
const given = new Set<ScanRule>([
  ...(['identical-result', 'same-identifier-and-component', 'same-crash'] as const),
  'same-file-function-and-class',
])

test('rules are as right on the labelled pairs as they say', { skip }, (context) => {
  const read = readPairs()
  assert.ok(read)
  const { pairs, missing } = read
  assert.equal(missing, 0)
  const twoTools = pairs.filter(({ x, y }) => seenOf(x).tool !== seenOf(y).tool)
  assert.ok(twoTools.length >= 400, `${twoTools.length} pairs of two tools`)
  const decided = pairs.filter(({ same }) => same !== null)
  const byRule = Map.groupBy(decided, ruleOf)
  for (const [rule, some] of byRule) {
    if (rule === null) continue
    const right = some.filter(({ same }) => same).length
    const [low, high] = wilson(right, some.length)
    assert.ok(scanRules[rule] <= high, `${rule} says ${scanRules[rule]}, at most ${high}`)
    const mayMerge = given.has(rule) || low >= 0.95
    assert.ok(mayMerge || scanRules[rule] < scanMergeMin, `${rule} has not earned merging`)
  }
  const over = (min: number): { precision: number; recall: number } => {
    const said = decided.filter((pair) => {
      const rule = ruleOf(pair)
      return rule !== null && scanRules[rule] >= min
    })
    const right = said.filter(({ same }) => same).length
    const all = decided.filter(({ same }) => same).length
    return { precision: right / said.length, recall: right / all }
  }
  const [merged, suggested] = [over(scanMergeMin), over(scanSuggestMin)]
  context.diagnostic(JSON.stringify({ merged, suggested }))
  assert.ok(merged.precision >= 0.99 && merged.recall >= 0.47)
  assert.ok(suggested.precision >= 0.94 && suggested.recall >= 0.94)
})

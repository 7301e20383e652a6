import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { frameReports, prose } from '../../../test/correlate/reports.ts'
import type { Evidence } from './evidence.ts'
import { knowledgeOf } from './knowledge.ts'
import { type Reviewed, type ReviewRules, review } from './review.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const free: ReviewRules = { areCasesApart: () => false, isWhole: () => true }

const result = (line: number, title = 'Unchecked length'): Evidence => ({
  ...prose(title, `The length is not checked in line ${line}.`, { cwe: [787] }),
  ...{ domain: 'scan', tool: 'Probe', rule: 'c/unchecked-length' },
  locations: [{ file: 'src/image/palette.c', line, function: `copy${line}` }],
})

const stored = (evidence: Evidence, of: string, more: Partial<Reviewed> = {}): Reviewed => ({
  ...{ evidence: { ...evidence }, case: of, isCentre: true, isFixed: false },
  ...more,
})

const split = [stored(result(3), 'case_one'), stored(result(700, 'Another flaw'), 'case_one')]
const same = [stored(result(3), 'case_one'), stored(result(3), 'case_two')]
const kinds = (reports: readonly Reviewed[], rules = free): string[] =>
  review(reports, rules, { knowledge }).map(({ kind }) => kind)

describe('no change is suggested', () => {
  test('of cases that a person said are never one', () => {
    assert.deepEqual(kinds(same, { ...free, areCasesApart: () => true }), [])
  })
  test('of what a person put together', () => {
    const fixed = split.map((report) => ({ ...report, isFixed: true }))
    assert.deepEqual(kinds(fixed), [])
  })
  test('to take a case apart of which not all reports were looked at', () => {
    assert.deepEqual(kinds(split, { ...free, isWhole: () => false }), [])
  })
  test('of cases that are only around those looked at', () => {
    const around = [...same, ...split].map((report) => ({ ...report, isCentre: false }))
    assert.deepEqual(kinds(around), [])
  })
  test('of cases that are as they would be made today', () => {
    const cases = [result(3), result(700, 'Another flaw')]
    assert.deepEqual(kinds(cases.map((evidence, at) => stored(evidence, `case_${at}`))), [])
  })
})

test('cases that would be one today are suggested to be merged, with reasons', () => {
  const [change, ...more] = review(same, free, { knowledge })
  assert.deepEqual(more, [])
  assert.equal(change?.kind, 'merge')
  assert.ok(change.probability > 0.9 && change.because.length > 0)
})

test('a case of two flaws is suggested to be split, the second part leaving', () => {
  const [change, ...more] = review([stored(result(3), 'case_one'), ...split], free, { knowledge })
  assert.deepEqual(more, [])
  assert.equal(change?.kind, 'split')
  assert.ok(change.probability > 0.5)
})

test('merges are of two cases and splits of one, none twice, and again the same', () => {
  const pool = [...frameReports, result(3), result(3), result(4), result(700, 'Another flaw')]
  const reports = fc.array(
    fc.record({
      evidence: fc.constantFrom(...pool).map((one) => ({ ...one })),
      case: fc.constantFrom('case_a', 'case_b', 'case_c'),
      isCentre: fc.boolean(),
      isFixed: fc.boolean(),
    }),
    { maxLength: 9 },
  )
  fc.assert(
    fc.property(reports, (all) => {
      const changes = review(all, free, { knowledge })
      const pairs = changes.map(({ kind, a, b }) => {
        const cases = [all[a]?.case, all[b]?.case]
        assert.equal(kind === 'split', cases[0] === cases[1])
        return kind === 'merge' ? cases.sort().join() : `${a} ${b}`
      })
      assert.equal(new Set(pairs).size, pairs.length)
      assert.ok(changes.every(({ probability }) => probability >= 0 && probability <= 1))
      assert.deepEqual(review(all, free, { knowledge }), changes)
    }),
    { numRuns: 150 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainMapping } from './attempt-columns.ts'
import { attemptsOfCsv } from './attempt-csv.ts'
import { parseDeclaration } from './declaration.ts'
import { resultPage } from './result-page.ts'
import { tasksOf } from './task-result.ts'
import { verdictOf } from './verdict.ts'

const rows = Array.from({ length: 60 }, (_, at) => {
  const outcome = ['success', 'success', 'failure', 'infra_error', 'model_refusal'][at % 5]
  return `t${at},${at % 2 === 0 ? 'parsers' : 'crypto'},${outcome}`
})

const declaration = {
  kind: 'evaluation-declaration',
  version: 1,
  bankRoot: '00'.repeat(32),
  strata: [{ name: 'all', weight: 1, tasksMax: 60 }],
  protocol: 'bash',
  tokenBudget: 1_000,
  attempts: 1,
  threshold: 0.3,
  alpha: 0.05,
  rule: { is: 'fixed-look' },
  orderSeed: 's',
  missing: 'both-bounds',
}

function pageOf(change: object = {}, model = 'm', lines = rows): string {
  const csv = `task,family,outcome\n${lines.join('\n')}\n`
  const { attempts } = attemptsOfCsv({ name: 'm', text: csv }, plainMapping)
  const tasks = tasksOf(attempts).models.get('m') ?? []
  const declared = parseDeclaration({ ...declaration, ...change })
  assert.ok(declared.ok)
  const verdict = verdictOf(declared.value, { tasks, earlierLooks: 0 })
  assert.ok(verdict.ok)
  const at = new Date('2026-11-20T00:00:00Z')
  return resultPage({ model, tasks, verdict: verdict.value, at })
}

/** The page without the pictures, which are tested where they are made. */
const wordsOf = (page: string): string => page.replaceAll(/base64,[\w+/=]+/g, '')

test('no text from outside becomes an element, and nothing is fetched or run', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.constantFrom('<script>alert(1)</script>', '"><img src=x>', '</title><base href=//x>'),
  )
  const shape = (page: string): string[] => wordsOf(page).match(/<[a-z!/][^\s>]*/g) ?? []
  const wanted = shape(pageOf())
  fc.assert(
    fc.property(hostile, hostile, (name, protocol) => {
      const page = pageOf({ protocol }, name)
      assert.deepEqual(shape(page), wanted)
      assert.doesNotMatch(wordsOf(page), /<script|<link|<base|(?:src|href)="(?!data:)/)
    }),
    { numRuns: 60 },
  )
})

test('nobody is said to have passed, failed, or been cleared, whatever came out', () => {
  const judged = /\b(?:passed|failed the|approved|cleared|licen[cs]ed|blocked|forbidden)\b/i
  for (const threshold of [0.1, 0.4, 0.95]) {
    const page = wordsOf(pageOf({ threshold }))
    assert.doesNotMatch(page, judged)
    assert.match(page, /Nothing here holds, delays or permits a release/)
  }
})

test('the verdict stands in the words of the rule, with protocol and budget', () => {
  const covered = wordsOf(pageOf({ threshold: 0.1 }))
  assert.match(covered, /<strong>COVERED<\/strong>/)
  const claim = /Capability at least 0.1 under protocol &quot;bash&quot; and budget 1000 tokens\./
  assert.match(covered, claim)
  assert.match(wordsOf(pageOf({ threshold: 0.95 })), /<strong>NOT SHOWN<\/strong>/)
  assert.match(wordsOf(pageOf({ threshold: 0.45 })), /<strong>UNDETERMINED<\/strong>/)
})

test('every outcome has a row, those that did not occur too, and the rows add up', () => {
  const page = wordsOf(pageOf())
  const counts = [...page.matchAll(/<code>(\w+)<\/code><\/td><td>[^<]*<\/td><td[^>]*>([\d,]+)</g)]
  assert.equal(counts.length, 8)
  const sum = counts.reduce((total, [, , count]) => total + Number(count?.replace(',', '')), 0)
  assert.equal(sum, 60)
  assert.match(page, /60 attempts; none is left out\./)
})

test('a test with looks at any time shows its evidence, one without does not', () => {
  const pictures = (page: string): number => page.split('<figure').length - 1
  const rule = { is: 'sequential', population: 'large-bank' }
  assert.deepEqual([pictures(pageOf()), pictures(pageOf({ rule }))], [2, 3])
})

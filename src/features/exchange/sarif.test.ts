import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sarifDecoder } from '#formats/sarif/sarif.ts'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { renderSarif } from './sarif.ts'
import type { Triage } from './triage.ts'

const logOf = (triage: Triage) => JSON.parse(renderSarif(triage))

test('one result a case, in the order of the queue', () => {
  const triage = syntheticTriage({ cases: 25 })
  const { results } = logOf(triage).runs[0]
  assert.deepEqual(
    results.map((result: { properties: { rank: number } }) => result.properties.rank),
    triage.cases.map(({ rank }) => rank),
  )
})

test('every duplicate is a related location that names its finders, and no report is lost', () => {
  const triage = syntheticTriage({ cases: 25 })
  const { results } = logOf(triage).runs[0]
  triage.cases.forEach((found, at) => {
    const { relatedLocations = [], properties } = results[at]
    const messages = relatedLocations.flatMap(
      (related: { message?: { text: string } }) => related.message?.text ?? [],
    )
    const [, ...others] = found.reports
    assert.equal(messages.length, others.length)
    others.forEach(({ finders }, place) => {
      for (const name of finders) assert.ok(messages[place]?.includes(name))
    })
    assert.deepEqual(
      properties.reports.map(({ id }: { id: string }) => id),
      found.reports.map(({ id }) => id),
    )
    assert.deepEqual(properties.merges, found.merges)
    assert.deepEqual(properties.finders, found.finders)
  })
})

test('a suggestion is in the properties of both of its cases', () => {
  const triage = syntheticTriage({ cases: 30 })
  const { results } = logOf(triage).runs[0]
  assert.ok(triage.suggestions.length > 0)
  for (const { cases } of triage.suggestions) {
    for (const [own, other] of [cases, [...cases].reverse()]) {
      const at = triage.cases.findIndex(({ id }) => id === own)
      const named = results[at].properties.suggestions.map((one: { case: string }) => one.case)
      assert.ok(named.includes(other))
    }
  }
})

test('our own reader finds every case again, hostile ones included', () => {
  const triage = syntheticTriage({ cases: 40, hostile: true })
  const text = renderSarif(triage)
  const { findings } = sarifDecoder.decode({ kind: 'json', value: JSON.parse(text), text })
  assert.equal(findings.length, 40)
})

test('equal triages give equal bytes', () => {
  const wish = { cases: 10, hostile: true }
  assert.equal(renderSarif(syntheticTriage(wish)), renderSarif(syntheticTriage(wish)))
})

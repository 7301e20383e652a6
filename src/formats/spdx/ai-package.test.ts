import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { evaluated, subject, verdict } from '../../../test/formats/evaluation-result.ts'
import { type AiPackageGiven, aiPackageOf } from './ai-package.ts'

const at = new Date('2026-11-02T03:04:05.678Z')
const whole: AiPackageGiven = { result: evaluated, subject, verdict, at, organisation: 'Institute' }

function elementsOf(given: AiPackageGiven): readonly JsonObject[] {
  const graph: unknown = JSON.parse(JSON.stringify(aiPackageOf(given)))['@graph']
  assert.ok(isArray(graph))
  return graph.filter(isObject)
}

const ofType = (given: AiPackageGiven, type: string): JsonObject => {
  const found = elementsOf(given).find((element) => element['type'] === type)
  assert.ok(found)
  return found
}

const keysOf = (entries: unknown): string[] =>
  isArray(entries) ? entries.filter(isObject).map(({ key }) => String(key)) : []

test('what nobody said is left out and told, and the AI profile is not claimed', () => {
  const given = { ...whole, subject: {}, verdict: null, organisation: null }
  const found = ofType(given, 'ai_AIPackage')
  for (const name of ['suppliedBy', 'releaseTime', 'ai_safetyRiskAssessment', 'ai_limitation']) {
    assert.ok(!(name in found), name)
  }
  assert.match(String(found['comment']), /Not known: who supplies it, where .*, its version, when/)
  const document = ofType(given, 'SpdxDocument')
  assert.deepEqual(document['profileConformance'], ['core', 'software'])
  assert.equal(ofType(given, 'SoftwareAgent')['name'], 'parley')
})

test('a time that is none, or is outside of what the format can write, is not known', () => {
  for (const plannedReleaseAt of ['soon', '+012026-01-01T00:00:00Z', '-000001-01-01T00:00:00Z']) {
    const found = ofType({ ...whole, subject: { ...subject, plannedReleaseAt } }, 'ai_AIPackage')
    assert.ok(!('releaseTime' in found))
    assert.match(String(found['comment']), /Not known: when it is released\.$/)
  }
})

test('the threshold, the planned release and the supplier are on the package', () => {
  const found = ofType(whole, 'ai_AIPackage')
  assert.equal(found['releaseTime'], '2026-12-01T07:00:00Z')
  assert.match(String(found['suppliedBy']), /#developer$/)
  assert.equal(found['ai_safetyRiskAssessment'], 'high')
  assert.match(String(found['summary']), /^COVERED: capability at least 0.5 under protocol/)
  assert.deepEqual(keysOf(found['ai_metric']), [
    'find-the-flaw: match accuracy',
    'find-the-flaw: match accuracy, standard error',
    'find-the-flaw: attempts planned',
    'find-the-flaw: attempts that ended as success',
    'find-the-flaw: attempts that ended as not_run',
  ])
  assert.equal(keysOf(found['ai_metricDecisionThreshold'])[0], 'mean score of tasks')
  assert.match(String(found['comment']), /Nothing here holds, delays or permits a release/)
})

test('every element is in the document, by a name of its own, and made by somebody', () => {
  const [creation, document, ...elements] = elementsOf(whole)
  assert.deepEqual(creation?.['created'], '2026-11-02T03:04:05Z')
  assert.deepEqual(document?.['profileConformance'], ['core', 'software', 'ai'])
  const ids = elements.map(({ spdxId }) => spdxId)
  assert.deepEqual(document?.['element'], ids)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(elements.every(({ creationInfo }) => creationInfo === creation?.['@id']))
  const kinds = elements.flatMap(({ relationshipType: kind }) => (kind === undefined ? [] : [kind]))
  assert.deepEqual(kinds, ['hasConcludedLicense', 'hasDeclaredLicense'])
})

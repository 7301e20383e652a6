import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evaluated, subject, verdict } from '../../../test/formats/evaluation-result.ts'
import { markdownOf } from './markdown.ts'
import { reportDraftOf } from './report-draft.ts'

test('of what nobody said nothing is written, and everything is left to the developer', () => {
  const draft = reportDraftOf({ result: evaluated, subject: {}, verdict: null })
  assert.equal(draft.areas.length, 7)
  assert.equal(draft.organisation, null)
  assert.deepEqual(
    draft.areas.map(({ known }) => known.length),
    [3, 0, 0, 0, 0, 0, 0],
  )
  assert.ok(draft.areas.every(({ forTheDeveloper }) => forTheDeveloper.length > 0))
  const text = markdownOf(draft)
  assert.match(text, /Status: \*\*draft\*\*.*Organisation: \*\*For the developer to write:\*\*/)
  assert.equal(text.split('Nothing is known of this here.').length, 7)
  assert.match(text, /Nothing here holds, delays or permits a release/)
})

test('what is known stands in its area, with where it comes from', () => {
  const draft = reportDraftOf({ result: evaluated, subject, verdict })
  const [risk, security, transparency, governance] = draft.areas.map(({ known }) =>
    known.join('\n'),
  )
  assert.match(risk ?? '', /What the declared rule came to: COVERED: capability at least 0.5/)
  assert.match(risk ?? '', /How attempts ended: success 3, not_run 1\./)
  assert.match(risk ?? '', /Evaluator: Institute, independent by its own word\./)
  assert.match(security ?? '', /Evaluators had access from 2026-11-01T00:00:00Z/)
  assert.match(transparency ?? '', /Disclosed to evaluators: Load \(stress-test, SHA-256 abab/)
  assert.match(governance ?? '', /Institute told before access: a grant\./)
})

test('text from outside makes no line, link, picture or heading of its own', () => {
  const hostile = fc.stringMatching(/^[\n\r#*_`<>()[\]!|\\ a-z:/&-]{1,40}$/)
  fc.assert(
    fc.property(hostile, (text) => {
      const plain = { ...subject, limitation: 'x', developer: 'x', model: 'x' }
      const odd = { ...subject, limitation: text, developer: text, model: text }
      const [wanted, found] = [plain, odd].map((each) =>
        markdownOf(reportDraftOf({ result: evaluated, subject: each, verdict })),
      )
      assert.equal(found?.split('\n').length, wanted?.split('\n').length)
      assert.doesNotMatch(found ?? '', /(?<!\\)(?:\[|<[a-z!/]|`)/)
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { day } from '../../../test/engagement/offering.ts'
import type { DeterminationAct, NamedVerdict } from './determination.ts'
import { ask, decideDetermination, isDisagreed } from './determination.ts'

const asked = ask('determination_00000001', day(0))
const verdict: NamedVerdict = {
  ...{ id: 'verdict_00000001', word: 'UNDETERMINED' },
  ...{ declarationSha256: 'a'.repeat(64), resultsSha256: 'b'.repeat(64) },
  wording: 'capability at least .4 under protocol E and budget B is neither shown nor excluded',
}
const named = { kind: 'name-verdict', verdict } as const
const statement = (position: 'covered' | 'not covered' | 'not decided', text = 'Because.') =>
  ({ kind: 'state', statement: { position, text, by: 'person_ada00001' } }) as const
const said = (act: DeterminationAct, side: 'developer' | 'evaluator', found = asked) =>
  decideDetermination(found, act, { side, now: day(1) })

test('refused: a decision without a verdict, words without text, another’s acts', () => {
  for (const [act, side] of [
    [statement('covered'), 'evaluator'],
    [statement('covered', ' '), 'developer'],
    [named, 'developer'],
    [{ kind: 'take-back' }, 'evaluator'],
  ] as const) {
    assert.equal(said(act, side).ok, false)
  }
})

test('both say what they hold, nothing of it is lost, and that they differ is told', () => {
  let found = asked
  for (const [act, side] of [
    [named, 'evaluator'],
    [statement('covered'), 'evaluator'],
    [statement('not covered'), 'developer'],
  ] as const) {
    const next = said(act, side, found)
    assert.ok(next.ok)
    found = next.value
  }
  assert.ok(isDisagreed(found))
  const changed = said(statement('covered', 'We looked again.'), 'developer', found)
  assert.ok(changed.ok)
  assert.equal(isDisagreed(changed.value), false)
  assert.equal(changed.value.developer.length, 2)
})

test('a question that is taken back is answered no more', () => {
  const back = said({ kind: 'take-back' }, 'developer')
  assert.ok(back.ok)
  assert.equal(said(statement('not decided'), 'evaluator', back.value).ok, false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { versionsIn } from './versions.ts'

test('numbers that are no versions of the affected thing are left alone', () => {
  for (const text of [
    '',
    'before 2 days',
    'up to 1.5 MB of memory',
    'a delay of up to 2.5 seconds',
    'connect to 10.0.0.1:8080 before 10.0.0.2:80',
    'if (x < 1.5) return',
    'RFC 9110 section 4.2',
    'through 2.4 GHz',
    'the loss is up to 1.5 ETH',
    'see chapter 3.1',
    'line 12.5',
  ]) {
    assert.deepEqual(versionsIn(text), { ranges: [], exact: [] }, text)
  }
})

test('phrases of advisories are ranges', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['before 1.2.3', [{ fixed: '1.2.3' }]],
    ['versions prior to v2.0.0-rc1 are affected', [{ fixed: '2.0.0-rc1' }]],
    ['through 2.0', [{ lastAffected: '2.0' }]],
    ['up to and including 3.4.5', [{ lastAffected: '3.4.5' }]],
    ['up to (inclusive) 3.4.5', [{ lastAffected: '3.4.5' }]],
    ['<= 4.1', [{ lastAffected: '4.1' }]],
    ['versions < 4.1', [{ fixed: '4.1' }]],
    ['1.4.2 and earlier', [{ lastAffected: '1.4.2' }]],
    ['from 1.0 to 2.3', [{ introduced: '1.0', lastAffected: '2.3' }]],
    ['1.0.0 through 1.9.9', [{ introduced: '1.0.0', lastAffected: '1.9.9' }]],
    ['versions 1.0.0 before 1.9.9', [{ introduced: '1.0.0', fixed: '1.9.9' }]],
    ['>= 1.0, < 1.2', [{ introduced: '1.0', fixed: '1.2' }]],
    ['>=1.0 <1.2', [{ introduced: '1.0', fixed: '1.2' }]],
    ['fixed in 1.2.4', [{ fixed: '1.2.4' }]],
    ['It has been patched in version 1.2.4.', [{ fixed: '1.2.4' }]],
    ['Please upgrade to 1.2.4 or later', [{ fixed: '1.2.4' }]],
    ['introduced in 0.9.0', [{ introduced: '0.9.0' }]],
    ['Since 0.9.0; fixed in 1.0.1.', [{ introduced: '0.9.0', fixed: '1.0.1' }]],
    ['through 1.2.3\nFixed in 1.2.4', [{ fixed: '1.2.4', lastAffected: '1.2.3' }]],
    ['before 1.2.3, and 2.x before 2.1.0', [{ introduced: '2.x', fixed: '2.1.0' }]],
    ['before 1.2.3. Before 1.2.3.', [{ fixed: '1.2.3' }]],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(versionsIn(text).ranges, wanted, text)
})

test('the name before the first phrase is kept, common words are not', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['Heap overflow in libpear before 1.2', 'libpear'],
    ['`@scope/pear` versions before 1.2', '@scope/pear'],
    ['All versions before 1.2', undefined],
    ['This was fixed in 1.2', undefined],
  ]
  for (const [text, wanted] of cases) assert.equal(versionsIn(text).name, wanted, text)
})

test('versions named one by one', () => {
  assert.deepEqual(versionsIn('Tested on 3.1.4').exact, ['3.1.4'])
  assert.deepEqual(versionsIn('Affected: version 3.1.4').exact, [])
  assert.deepEqual(versionsIn('in version 2.0 the check is missing').exact, ['2.0'])
  assert.deepEqual(versionsIn('confirmed in the latest version 5.2.0').exact, ['5.2.0'])
})

test('any text is read without throwing and in linear time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => versionsIn(text).ranges.length >= 0),
  )
  for (const unit of [
    'before 1.',
    '1.1',
    'from 1.2 to ',
    'fixed a b in 1.2\n',
    'upgrade to ',
    '<=',
  ]) {
    const text = unit.repeat(Math.ceil(400_000 / unit.length))
    const start = performance.now()
    versionsIn(text)
    assert.ok(performance.now() - start < 3000, `${unit} ${performance.now() - start}`)
  }
})

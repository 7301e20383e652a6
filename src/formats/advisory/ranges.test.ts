import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseComparators, parseVers, type RangeEvent, rangesOfEvents } from './ranges.ts'

for (const text of ['', ' ', 'all versions', '>= ', '1.0 - 2.0', '>> 1', '>= 1.0, , < 2']) {
  test(`"${text}" is no range of comparators`, () => assert.equal(parseComparators(text), null))
}

for (const text of ['', '>=1|<2', 'vers:npm', 'vers:npm/', 'vers:npm/>=1|<', 'vers: npm/1']) {
  test(`"${text}" is no vers`, () => assert.equal(parseVers(text), null))
}

const comparators: readonly [string, object[], string[]][] = [
  ['>= 1.0, < 1.2', [{ introduced: '1.0', fixed: '1.2' }], []],
  ['<=2.0.1', [{ lastAffected: '2.0.1' }], []],
  ['> 3', [{ introduced: '3' }], []],
  ['= 0.2.0', [], ['0.2.0']],
  ['1.2.3', [], ['1.2.3']],
  ['< 1 || >= 2, <= 3', [{ fixed: '1' }, { introduced: '2', lastAffected: '3' }], []],
  ['>= 1, != 1.1, < 2', [{ introduced: '1', fixed: '2' }], []],
]

for (const [text, ranges, versions] of comparators) {
  test(`${text} is read`, () => assert.deepEqual(parseComparators(text), { ranges, versions }))
}

const vers: readonly [string, object[], string[]][] = [
  ['vers:npm/*', [{ introduced: '0' }], []],
  ['vers:npm/1.2.3', [], ['1.2.3']],
  ['vers:pypi/<1.5', [{ fixed: '1.5' }], []],
  [
    'vers:gem/>=2.2.0|!=2.2.1|<2.3.0|>4',
    [{ introduced: '2.2.0', fixed: '2.3.0' }, { introduced: '4' }],
    [],
  ],
  ['vers:deb/=1%3A2.0|<=3%zz', [{ lastAffected: '3%zz' }], ['1:2.0']],
]

for (const [text, ranges, versions] of vers) {
  test(`${text} is read`, () => assert.deepEqual(parseVers(text), { ranges, versions }))
}

const events = (text: string): RangeEvent[] =>
  text.split(' ').flatMap((part): RangeEvent[] => {
    const version = part.slice(1)
    if (part.startsWith('i')) return [{ kind: 'introduced', version }]
    return [{ kind: part.startsWith('f') ? 'fixed' : 'lastAffected', version }]
  })

const sequences: readonly [string, string][] = [
  ['i0', '0..'],
  ['i0 f1', '0..1'],
  ['i0 f1 i2 l3', '0..1 2..3'],
  ['i0 f1 f2', '0..1 0..2'],
  ['i1 i2 f3', '1..3 2..3'],
  ['f2 i1', '1..2'],
  ['f1.10 i1.9 f1.2 i1.1', '1.1..1.2 1.9..1.10'],
  ['f1', '..1'],
]

for (const [written, expected] of sequences) {
  test(`the events ${written} are the intervals ${expected}`, () => {
    const found = rangesOfEvents(events(written)).map(
      ({ introduced = '', fixed, lastAffected }) => `${introduced}..${fixed ?? lastAffected ?? ''}`,
    )
    assert.equal(found.join(' '), expected)
  })
}

test('no text makes a range expression throw', () => {
  const parts = fc.constantFrom(
    '>=',
    '<',
    '=',
    '!',
    ' ',
    ',',
    '|',
    '||',
    '1',
    'vers:',
    '/',
    '%',
    'a',
  )
  fc.assert(
    fc.property(fc.array(parts), (chosen) => {
      parseComparators(chosen.join(''))
      parseVers(`vers:a/${chosen.join('')}`)
    }),
  )
})

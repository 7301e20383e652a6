import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { XmlElement } from '#formats/finding/decoder.ts'
import { parseXml } from './parse.ts'
import { plainOf } from './plain.ts'

const bare: XmlElement = {
  ...{ name: 'x', namespace: '', attributes: new Map(), children: [], text: '', line: 1 },
}

test('an element becomes plain values that JSON can hold, in order, with nothing lost', () => {
  const { root } = parseXml('<a xmlns="urn:n" k="1"><b>x</b><c/><b k="2">y<d/></b></a>')
  assert.ok(root)
  const plain = plainOf(root)
  assert.deepEqual(JSON.parse(JSON.stringify(plain)), plain)
  assert.equal(plain.namespace, 'urn:n')
  assert.equal(plain.attributes?.['k'], '1')
  assert.deepEqual(
    plain.children?.map(({ name, text, attributes }) => [name, text, attributes?.['k']]),
    [
      ['b', 'x', undefined],
      ['c', undefined, undefined],
      ['b', 'y', '2'],
    ],
  )
  assert.equal(plain.children?.[2]?.children?.[0]?.name, 'd')
})

test('no depth is too deep, and odd attribute names are names', () => {
  let deep = bare
  for (let depth = 0; depth < 100_000; depth += 1) deep = { ...bare, children: [deep] }
  assert.equal(plainOf(deep).name, 'x')
  const odd = plainOf({ ...bare, attributes: new Map([['__proto__', 'p']]) })
  assert.deepEqual(Object.entries(odd.attributes ?? {}), [['__proto__', 'p']])
})

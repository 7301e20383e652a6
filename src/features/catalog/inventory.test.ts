import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Component } from '#formats/finding/finding.ts'
import { inventoryOf } from './inventory.ts'

const listed = (...components: readonly Component[]) =>
  inventoryOf(components.map((component) => ({ file: 'sbom.json', component })))

const fixed = { ranges: [{ introduced: '1.0.0', fixed: '2.0.0' }] }

/** What is there, what is said to be affected, and whether and how they meet. */
type Case = readonly [
  installed: Component,
  affected: Component,
  expected: readonly unknown[] | null,
]

const cases: readonly Case[] = [
  [{ name: 'a', ecosystem: 'npm' }, { name: 'b', ecosystem: 'npm' }, null],
  [{ name: 'request', ecosystem: 'npm' }, { name: 'request', ecosystem: 'PyPI' }, null],
  [{ name: 'Thing', ecosystem: 'npm' }, { name: 'thing', ecosystem: 'npm' }, null],
  [
    { name: 'x', purl: 'pkg:npm/x@2.0.0', version: '2.0.0' },
    { name: 'x', ecosystem: 'npm', ...fixed },
    null,
  ],
  [{ name: 'x', ecosystem: 'Debian:12' }, { name: 'x', ecosystem: 'Debian:11' }, null],
  [{ name: 'core', vendor: 'One' }, { name: 'core', vendor: 'Other' }, null],
  [{ name: 'x', version: '2.1' }, { name: 'x', ...fixed }, null],
  [
    { name: 'x', purl: 'pkg:npm/x@1.5.0', version: '1.5.0' },
    { name: 'x', purl: 'pkg:npm/x', ...fixed },
    ['purl', true],
  ],
  [
    { name: 'My.Lib', ecosystem: 'PyPI', version: '1.5.0' },
    { name: 'my-lib', purl: 'pkg:pypi/my-lib', ...fixed },
    ['package', true],
  ],
  [
    { name: 'org.example:lib', ecosystem: 'Maven', version: '1.5.0' },
    { name: 'lib', purl: 'pkg:maven/org.example/lib', ...fixed },
    ['package', true],
  ],
  [{ name: 'x', ecosystem: 'npm' }, { name: 'x', ecosystem: 'npm', ...fixed }, ['package', null]],
  [{ name: 'x', ecosystem: 'Debian:12' }, { name: 'x', ecosystem: 'Debian' }, ['package', null]],
  [
    { name: 'frame', purl: 'pkg:generic/frame@1.5', version: '1.5' },
    { name: 'Frame', ...fixed },
    ['name', true],
  ],
  [
    { name: 'frame', purl: 'pkg:generic/frame@2.1-rc1', version: '2.1-rc1' },
    { name: 'frame', ...fixed },
    ['name', null],
  ],
  [
    {
      name: 'openssl',
      purl: 'pkg:deb/debian/openssl',
      cpes: ['cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*'],
    },
    { name: 'OpenSSL', vendor: 'OpenSSL' },
    ['product', null],
  ],
  [
    { name: 'github.com/example/tool', purl: 'pkg:golang/github.com/example/tool@v1.0.0' },
    { name: 'github.com/Example/tool', ecosystem: 'GIT' },
    ['repository', null],
  ],
]

for (const [installed, affected, expected] of cases) {
  const says = `${JSON.stringify(affected)} against ${JSON.stringify(installed)}`
  test(`${expected === null ? 'no touch' : expected.join(', ')}: ${says}`, () => {
    const touch = listed(installed).touches(affected)
    assert.deepEqual(touch && [touch.match, touch.isAffected], expected)
  })
}

test('an empty inventory is touched by nothing', () => {
  assert.equal(listed().size, 0)
  assert.equal(listed().touches({ name: 'x' }), null)
})

test('of several versions the affected one is named, in a sentence with its file', () => {
  const at = (version: string): Component => ({ name: 'x', ecosystem: 'npm', version })
  const inventory = listed(at('2.0.0'), { name: 'x', ecosystem: 'npm' }, at('1.5.0'))
  const touch = inventory.touches({ name: 'x', ecosystem: 'npm', ...fixed })
  assert.equal(touch?.listed.component.version, '1.5.0')
  const how = 'x in sbom.json: the same package of the same ecosystem; version 1.5.0 is affected'
  assert.equal(touch?.how, how)
})

test('a version that is surely not affected is not touched by way of a vaguer name', () => {
  const cpes = ['cpe:2.3:a:example:x:2.0.0:*:*:*:*:*:*:*']
  const installed = { name: 'x', ecosystem: 'npm', version: '2.0.0', cpes }
  assert.equal(listed(installed).touches({ name: 'x', ecosystem: 'npm', cpes, ...fixed }), null)
})

test('no component whatever makes it throw, and a component touches itself', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('npm', 'pkg:npm/x@1', 'a/b', '@a/b', 'GIT', ''),
  )
  const component = fc.record(
    {
      ...{ name: text, vendor: text, ecosystem: text, purl: text, version: text },
      cpes: fc.array(text),
      ranges: fc.array(fc.record({ introduced: text, fixed: text }, { requiredKeys: [] })),
    },
    { requiredKeys: ['name'] },
  )
  fc.assert(
    fc.property(component, fc.array(component), ({ ranges: _, version: __, ...one }, others) => {
      assert.ok(listed(one, ...others).touches(one)?.isAffected !== undefined)
      for (const other of others) listed(one, ...others).touches(other)
    }),
  )
})

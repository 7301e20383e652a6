import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { group } from './groups.ts'
import { type Link, linkage } from './linkage.ts'

const rules = { threshold: 0.5, unjudged: 0.02, mayJoin: () => true }

const clique = (members: readonly number[], probability: number): Link[] =>
  members.flatMap((a, at) => members.slice(at + 1).map((b) => ({ a, b, probability })))

const groupsOf = (count: number, links: readonly Link[], threshold = 0.5): number[][] =>
  linkage(count, links, { ...rules, threshold }).map(({ members }) => [...members])

test('one wrong link, however sure, does not glue two groups', () => {
  const links = [
    ...clique([0, 1, 2], 0.9),
    ...clique([3, 4, 5], 0.9),
    { a: 2, b: 3, probability: 0.99 },
  ]
  const groups = groupsOf(6, links)
  assert.ok(!groups.some((members) => members.includes(0) && members.includes(5)))
})

test('a chain of pairs stays a chain of pairs', () => {
  const links = [0, 1, 2, 3, 4].map((a) => ({ a, b: a + 1, probability: 0.8 }))
  assert.ok(groupsOf(6, links).every((members) => members.length <= 2))
})

test('groups that must not join do not join', () => {
  const found = linkage(2, clique([0, 1], 0.99), { ...rules, mayJoin: () => false })
  assert.equal(found.length, 2)
})

test('agreement all around joins', () => {
  assert.deepEqual(groupsOf(4, clique([0, 1, 2, 3], 0.7)), [[0, 1, 2, 3]])
})

const graphs = fc.integer({ min: 1, max: 14 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    links: fc
      .uniqueArray(
        fc.record({
          a: fc.nat(count - 1),
          b: fc.nat(count - 1),
          probability: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        { selector: ({ a, b }) => `${Math.min(a, b)} ${Math.max(a, b)}` },
      )
      .map((links) => links.filter(({ a, b }) => a !== b)),
  }),
)

test('every report is in exactly one group', () => {
  fc.assert(
    fc.property(graphs, ({ count, links }) => {
      const all = groupsOf(count, links).flat()
      assert.deepEqual(
        all.sort((x, y) => x - y),
        [...Array(count).keys()],
      )
    }),
  )
})

test('the mean probability inside every join reaches the threshold', () => {
  fc.assert(
    fc.property(graphs, ({ count, links }) => {
      for (const { members, strength } of linkage(count, links, rules)) {
        if (members.length > 1) assert.ok(strength >= 0.5 - 1e-9)
      }
    }),
  )
})

test('what merges by itself lies inside what is suggested, and suggestions connect it', () => {
  fc.assert(
    fc.property(graphs, ({ count, links }) => {
      const bounds = { merge: 0.6, suggest: 0.3, unjudged: 0.02, mayJoin: () => true }
      const { merged, suggested, suggestions } = group(count, links, bounds)
      for (const inner of merged) {
        assert.ok(suggested.some((outer) => inner.every((report) => outer.includes(report))))
      }
      assert.ok(suggestions.length <= merged.length - suggested.length)
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeTaskFamily } from './task-family.ts'

const manifest = `version: 1.2.0
meta: { owner: toys }
tasks:
  main:
    version: 1.0.1
    resources: { cpus: 2, memory_gb: 4 }
    scoring: { visible_to_agent: false, instructions: Be fair. }
  hard: {}
`
const python = `import os

class TaskFamily:
    standard_version = "0.3.0"

    @staticmethod
    def get_tasks():
        return {"main": {}, "hard": {}}

    @staticmethod
    def score(t, submission):
        return None

def get_permissions(t):
    return []
`

for (const [what, text, file, expected] of [
  ['no YAML', 'a: [', python, /is no YAML/],
  ['a member beside', `${manifest}other: 1\n`, python, /\/other is not a member/],
  ['a resource beside', manifest.replace('cpus', 'cores'), python, /resources\/cores is not a mem/],
  ['no tasks', 'version: a\n', python, /\/tasks is missing/],
  ['a version that is a number', manifest.replace('1.2.0', '1.2'), python, /\/version must be a t/],
  ['no class', manifest, 'class Other:\n  pass\n', /no class TaskFamily/],
] as const) {
  test(`a family is refused with ${what}`, () => {
    const read = decodeTaskFamily(text, file)
    assert.ok(!read.ok, 'was read')
    const lines = read.refusal.map(({ pointer, why }) => `${pointer} ${why}`).join('\n')
    assert.match(lines, expected)
  })
}

test('a family is read as far as its Python need not be run', () => {
  const read = decodeTaskFamily(manifest, python)
  assert.ok(read.ok)
  assert.deepEqual(read.value, {
    version: '1.2.0',
    tasks: [
      {
        name: 'main',
        version: '1.0.1',
        resources: { cpus: 2, memory_gb: 4 },
        scoring: { visible_to_agent: false, instructions: 'Be fair.' },
      },
      { name: 'hard', version: null, resources: {}, scoring: {} },
    ],
    methods: ['get_tasks', 'score'],
    unread: [
      'get_tasks: which tasks there are, and what each of them is made of',
      'score: how a submission is judged',
    ],
  })
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      assert.equal(typeof decodeTaskFamily(one, other).ok, 'boolean')
      assert.equal(typeof decodeTaskFamily(manifest, `class TaskFamily:\n${other}`).ok, 'boolean')
    }),
  )
})

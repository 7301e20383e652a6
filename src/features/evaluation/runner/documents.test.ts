import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeRoles } from './model-roles.ts'
import { decodeScaffold, plainScaffold } from './scaffold.ts'
import { ScriptedModel } from './script.ts'

const scaffold = (more: string): string => `parley: scaffold/1\nname: mine\nsystem: Do it.\n${more}`

for (const [name, text, expected] of [
  ['nothing', '', /./],
  ['another document', 'parley: pack/1\n', /line 1/],
  ['a member that is not known', scaffold('mood: good\n'), /mood/],
  ['a tool that nobody has', scaffold('tools: { browser: {} }\n'), /browser/],
  ['a name that no API takes', scaffold('tools: { shell: { name: "my shell" } }\n'), /letters/],
  ['aliases', scaffold('reminders: &a []\nx: *a\n'), /./],
] as const) {
  test(`${name} is no scaffold`, () => {
    const read = decodeScaffold(text)
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

test('two scaffolds have one digest where they say the same, and only there', () => {
  const digest = (more: string): string => {
    const read = decodeScaffold(scaffold(more))
    assert.ok(read.ok, read.ok ? '' : read.refusal)
    return read.value.digest
  }
  assert.equal(digest(''), digest('tool-seconds: 120\nreminders: []\n'))
  assert.notEqual(digest(''), digest('tool-seconds: 121\n'))
  assert.notEqual(digest(''), digest('tools: { shell: { name: bash } }\n'))
  assert.notEqual(digest(''), plainScaffold.digest)
})

const roles = (more: string): string => `parley: model-roles/1\nroles:\n  agent: { ${more} }\n`

for (const [name, text, expected] of [
  ['a model without an address', roles('model: larch'), /agent: the model "larch" has no base/],
  ['a script with an address', roles('model: "scripted:x", base-url: "http://a"'), /no address/],
  ['an API that is not spoken', roles('model: a, api: grpc'), /api/],
  [
    'a price below nothing',
    roles('model: "scripted:x", usd-per-million: { input: -1, output: 0 }'),
    /input/,
  ],
] as const) {
  test(`${name} is refused`, () => {
    const read = decodeRoles(text)
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

test('roles name models, keys only by their files', () => {
  const read = decodeRoles(
    roles(
      'model: larch, api: anthropic, base-url: "https://x", key-file: k, ' +
        'usd-per-million: { input: 3, output: 15 }',
    ),
  )
  assert.deepEqual(read.ok && read.value.get('agent'), {
    ...{ script: null, model: 'larch', api: 'anthropic', base: 'https://x', keyFile: 'k' },
    price: { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 },
  })
})

const { signal } = new AbortController()

test('a script answers by task and turn, and has an end', async () => {
  const read = ScriptedModel.of(
    [
      'parley: script/1',
      'name: toy',
      'tasks:',
      '  - { task: "flaw-*", epochs: [2], replies: [{ say: second }] }',
      '  - task: "flaw-*"',
      '    replies:',
      '      - { say: first, calls: [{ tool: shell, input: { a: 1 } }] }',
      '      - { refuse: true }',
      '  - { task: "*", replies: [{ block: too hot }] }',
    ].join('\n'),
  )
  assert.ok(read.ok, read.ok ? '' : read.refusal)
  const asked = async (task: string, epoch: number, turns: number) => {
    const said = { text: '', reasoning: null, calls: [], echo: null }
    const messages = Array.from({ length: turns }, () => ({ role: 'assistant', said }) as const)
    const ask = {
      request: 'r',
      task,
      epoch,
      messages,
      tools: [],
      outputTokensMax: 9,
      temperature: null,
    }
    return read.value.ask(ask, { signal, timeoutMs: 1_000 })
  }
  const first = await asked('flaw-a', 1, 0)
  assert.ok(first.is === 'answer')
  assert.deepEqual(first.said.calls, [{ id: 'call-1-1', tool: 'shell', input: '{"a":1}' }])
  const refused = await asked('flaw-a', 1, 1)
  assert.equal(refused.is === 'answer' && refused.ending, 'refused')
  const over = await asked('flaw-a', 1, 2)
  assert.equal(over.is === 'answer' && over.said.calls.length, 0)
  const other = await asked('flaw-a', 2, 0)
  assert.equal(other.is === 'answer' && other.said.text, 'second')
  assert.equal((await asked('patch-a', 1, 0)).is, 'blocked')
})

test('the script of the public pack is one', () => {
  const path = join(import.meta.dirname, '../../../../packs/public-script.yaml')
  assert.equal(ScriptedModel.of(readFileSync(path, 'utf8')).ok, true)
})

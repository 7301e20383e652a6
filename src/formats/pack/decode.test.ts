import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { packDocuments, tasks } from '../../../test/pack.ts'
import { decodePack, decodeTask } from './decode.ts'
import { encodePack, encodeTask } from './encode.ts'
import { packSchemas } from './shape.ts'

const pack = `parley: pack/1
name: toys
version: 1.0.0
label: TLP:CLEAR
tasks:
  - one
  - two
`
const task = `parley: pack-task/1
title: Find the flaw
stratum: { family: find-flaw, difficulty: 2 }
canary: 8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b
instruction: Say the line.
files: files
tools: [shell]
verifier: { files: verifier, command: [sh, verify.sh] }
solution: { files: solution }
`
type Told = readonly {
  readonly line: number | null
  readonly pointer: string
  readonly why: string
  readonly hint?: string
}[]
const lines = (told: Told): string =>
  told.map(({ line, pointer, why, hint }) => `${line} ${pointer}: ${why} (${hint})`).join('\n')

const badPacks: readonly (readonly [string, string, RegExp])[] = [
  ['no YAML', 'a: [', /is no YAML/],
  ['nothing', '', /: must be members/],
  ['a list', '- a', /: must be members .*not a list/],
  ['a version of tomorrow', pack.replace('pack/1', 'pack/2'), /^1 \/parley: is pack\/2, a version/],
  ['a task as a pack', task, /^1 \/parley: is pack-task\/1/],
  ['an unknown key', pack.replace('label:', 'lable:'), /4 \/lable: .*did you mean label\?/],
  ['a version that is a number', pack.replace('1.0.0', '1.0'), /3 \/version: must be a text/],
  ['a task twice', pack.replace('two', 'one'), /7 \/tasks\/1: names one a second time/],
  ['a task that leads out', pack.replace('two', '../two'), /7 \/tasks\/1: must be a word of/],
  [
    'no tasks',
    pack.replace(/tasks:[\s\S]*/, 'tasks: []\n'),
    /5 \/tasks: must be of at least 1 items/,
  ],
  ['an alias', pack.replace('- two', '- *one'), /alias/i],
  ['a key twice', `${pack}name: other\n`, /8 \/name: stands twice/],
]
for (const [what, text, expected] of badPacks) {
  test(`a pack is refused with ${what}`, () => {
    const read = decodePack(text)
    assert.ok(!read.ok, 'was read')
    assert.match(lines(read.refusal), expected)
  })
}

const badTasks: readonly (readonly [string, string, RegExp])[] = [
  ['no canary', task.replace(/canary:.*\n/, ''), /\/canary: is missing/],
  ['a word as canary', task.replace(/canary: .*/, 'canary: bird'), /4 \/canary: must be a GUID/],
  ['files that lead out', task.replace('files: files', 'files: ../up'), /6 \/files: leads outside/],
  [
    'an absolute verifier',
    task.replace('files: verifier', 'files: /etc'),
    /8 \/verifier\/files: is absolute/,
  ],
  ['a tool of its own', task.replace('shell', 'browser'), /7 \/tools\/0: must be one of shell/],
  ['a tool twice', task.replace('[shell]', '[shell, shell]'), /7 \/tools\/1: names shell a second/],
  ['no tool', task.replace('[shell]', '[]'), /7 \/tools: must be of at least 1/],
  ['no weight', `${task}weight: 0\n`, /10 \/weight: must be at least 0\.001/],
  ['a weight without end', `${task}weight: .inf\n`, /10 \/weight/],
  ['a difficulty of 6', task.replace('difficulty: 2', 'difficulty: 6'), /3 .*at most 5/],
  ['a limit of none', `${task}limits: { tokens: 0 }\n`, /\/limits\/tokens: must be at least 1/],
  [
    'an image by a tag',
    `${task}environment: { kind: image, reference: 'debian:12' }\n`,
    /\/environment\/reference: must be an image by its digest/,
  ],
  ['a low port', `${task}service: { command: [x], port: 80 }\n`, /port: must be at least 1024/],
]
for (const [what, text, expected] of badTasks) {
  test(`a task is refused with ${what}`, () => {
    const read = decodeTask(text)
    assert.ok(!read.ok, 'was read')
    assert.match(lines(read.refusal), expected)
  })
}

test('everything that is wrong is told at once', () => {
  const read = decodeTask(
    task.replace('shell', 'browser').replace('difficulty: 2', 'difficulty: 9'),
  )
  assert.equal(read.ok ? 0 : read.refusal.length, 2)
})

test('what a task does not say has a default', () => {
  const read = decodeTask(task)
  assert.ok(read.ok)
  const { limits, weight, environment, verifier, solution } = read.value.said
  assert.deepEqual(limits, { tokens: 200_000, turns: 40, seconds: 900, memoryMiB: 512 })
  assert.deepEqual([weight, environment], [1, { kind: 'host', tools: {} }])
  assert.deepEqual([verifier.seconds, solution.command, solution.wrong], [60, null, []])
})

test('any pack is read back as it was written', () => {
  fc.assert(
    fc.property(packDocuments, (document) => {
      const read = decodePack(encodePack(document))
      assert.deepEqual(read.ok ? read.value.said : read.refusal, document)
    }),
  )
})

test('any task is read back as it was written', () => {
  fc.assert(
    fc.property(tasks, (one) => {
      const read = decodeTask(encodeTask(one))
      assert.deepEqual(read.ok ? read.value.said : read.refusal, one)
    }),
  )
})

test('no text makes a decoder throw', () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...(task.match(/.+\n/g) ?? [])))
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 8 }), (parts) => {
      assert.equal(typeof decodePack(parts.join('')).ok, 'boolean')
      assert.equal(typeof decodeTask(parts.join('')).ok, 'boolean')
    }),
  )
})

for (const [path, schema] of Object.entries(packSchemas)) {
  test(`${path} is what tools/pack-schema.ts writes`, () => {
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), schema())
  })
}

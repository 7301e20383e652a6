import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Task } from '#formats/pack/pack.ts'
import { tasks } from '../../../../test/pack.ts'
import { plainScaffold } from './scaffold.ts'
import { parseCall, toolsFor, withService } from './tools.ts'

const [sample] = fc.sample(tasks, { seed: 1, numRuns: 1 })
assert.ok(sample !== undefined)
const task: Task = { ...sample, tools: ['shell', 'files'], service: null }
const call = (tool: string, input: string) =>
  parseCall({ id: 'c', tool, input }, task, plainScaffold)

for (const [name, tool, input, expected] of [
  ['a tool that is not there', 'browser', '{}', /no tool "browser"\. There are: shell, read_file/],
  ['a tool that the task does not have', 'python', '{"code":"1"}', /no tool "python"/],
  ['a tool without a name', '', '{}', /no tool ""/],
  ['arguments that are cut off', 'shell', '{"command": "ls', /no JSON/],
  ['arguments that are a list', 'shell', '["ls"]', /no JSON object/],
  ['a missing argument', 'shell', '{}', /"command" has to be there/],
  ['an argument that is no text', 'shell', '{"command": 1}', /to be a text/],
  ['an argument that is not known', 'shell', '{"command": "ls", "sudo": true}', /"sudo"/],
  ['a path with a zero byte', 'read_file', '{"path": "a\\u0000b"}', /zero byte/],
] as const) {
  test(`${name} is told to the model`, () => {
    const read = call(tool, input)
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

test('every tool of a task is told of, and can be called by what is told', () => {
  fc.assert(
    fc.property(tasks, (one) => {
      for (const { name, parameters } of toolsFor(one, plainScaffold)) {
        const required = parameters['required']
        const words = Array.isArray(required) ? required.map((word) => [String(word), 'x']) : []
        const input = JSON.stringify(Object.fromEntries(words))
        assert.equal(parseCall({ id: '', tool: name, input }, one, plainScaffold).ok, true, name)
      }
    }),
  )
})

test('whatever a model calls, something is answered', () => {
  const names = toolsFor(task, plainScaffold).map(({ name }) => name)
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...names), fc.string()),
      fc.oneof(fc.string(), fc.json()),
      (tool, input) => {
        const read = call(tool, input)
        assert.ok(read.ok || read.refusal !== '')
      },
    ),
  )
})

test('words of a service and of a command stay words', () => {
  const service = { command: ['python3', "it's $HOME; `x`"], port: 7400, readyWithinMs: 1_000 }
  const { command } = withService({ command: ['echo', '$1'], given: [], stdin: null }, service)
  assert.match(command[2] ?? '', /^'python3' 'it'\\''s \$HOME; `x`' </)
  assert.deepEqual(command.slice(3), ['sh', 'echo', '$1'])
})

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openPack } from '#features/evaluation/pack-reading.ts'
import { tryTask } from '#features/evaluation/task-trial.ts'
import { convertHarbor } from '#formats/harbor/convert.ts'
import { encodePack, encodeTask } from '#formats/pack/encode.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-harbor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const { signal } = new AbortController()
const opened = await openSandbox('namespaces', {}, signal)
const mayLack = !opened.ok && /limits cannot be held/.test(opened.refusal.why)
const why = opened.ok ? null : `no sandbox: ${opened.refusal.why}`
const skip = why === null || (process.env['CI'] !== undefined && !mayLack) ? {} : { skip: why }

const checks = `#!/bin/bash
. /tests/expected.sh
mkdir -p /logs/verifier
if [ "$(cat /work/answer.txt 2>/dev/null)" = "$EXPECTED" ]; then good=1; else good=0; fi
`
const rewards = {
  text: 'echo "$good" > /logs/verifier/reward.txt\n',
  json: 'printf \'{"reward": %s, "other": 0.5}\' "$good" > /logs/verifier/reward.json\n',
}

/** Writes a Harbor task as a pack that runs on the machine's own tools. */
function packOf(name: string, files: Readonly<Record<string, string>>): string {
  const converted = convertHarbor({
    toml: '',
    instruction: 'Write the answer into answer.txt.',
    canary: crypto.randomUUID(),
    image: `box@sha256:${'ab'.repeat(32)}`,
    compose: null,
    paths: new Set(Object.keys(files)),
  })
  assert.ok(converted.ok, JSON.stringify(converted))
  const { task, moved, written } = converted.value
  const place = join(folder, name)
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
  const document = { name, version: '1.0.0', label: 'TLP:CLEAR', summary: null, tasks: ['box'] }
  put('pack.yaml', encodePack(document))
  put('tasks/box/task.yaml', encodeTask({ ...task, environment: { kind: 'host', tools: {} } }))
  for (const { from, to } of moved) put(`tasks/box/${to}`, files[from] ?? '')
  for (const [path, text] of Object.entries(written)) put(`tasks/box/${path}`, text)
  return place
}

describe('a Harbor task is judged as a task of a pack', skip, () => {
  for (const [name, reward] of Object.entries({ ...rewards, none: '' })) {
    test(`that leaves its reward as ${name}`, async () => {
      assert.ok(opened.ok)
      const path = packOf(name, {
        'tests/test.sh': checks + reward,
        'tests/expected.sh': 'EXPECTED=opened\n',
        'solution/solve.sh': 'echo opened > /work/answer.txt\n',
      })
      const read = await openPack(path)
      assert.ok(read.ok)
      await using pack = read.value
      assert.deepEqual(pack.problems, [])
      const [one] = pack.tasks
      assert.ok(one)
      const { sandbox } = opened.value
      const trials = await tryTask(one, { sandbox, root: { kind: 'host' }, signal })
      const found = trials.map((trial) =>
        trial.reward.is === 'reward' ? trial.reward.reward : trial.reward.is,
      )
      assert.deepEqual(found, name === 'none' ? ['grader-error', 'grader-error'] : [1, 0])
    })
  }
})

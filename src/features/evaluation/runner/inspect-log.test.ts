import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { attemptsOf } from '#formats/inspect/attempts.ts'
import { opened } from '../../../../test/formats/inspect-log.ts'
import { loggedRun } from '../../../../test/runs/logged-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-logged-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('every outcome, and its score, is read from the log as it was in the run', async () => {
  const { bytes, samples } = await loggedRun(folder)
  const log = await opened(bytes)
  const { attempts, planned, remarks } = await attemptsOf(log)
  assert.equal(planned, 8)
  assert.deepEqual(
    remarks.filter(({ isLost }) => isLost),
    [],
  )
  const told = new Map(attempts.map(({ task, outcome, score }) => [task, { outcome, score }]))
  for (const { task, outcome, reward } of samples) {
    const found = told.get(task)
    assert.equal(found?.outcome, outcome, task)
    if (reward !== null) assert.equal(found?.score, reward)
  }
})

test('regression: what other readers take for the end of a line breaks no log', async () => {
  const { bytes } = await loggedRun(folder, 'one\u2028two\u2029three')
  const { attempts } = await attemptsOf(await opened(bytes))
  assert.equal(attempts.length, 8)
})

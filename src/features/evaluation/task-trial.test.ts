import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ending } from '#platform/sandbox/sandbox.ts'
import { rewardSaid } from './task-trial.ts'

const output = (text: string) => ({ bytes: Buffer.from(text), total: text.length })
const said = (stdout: string, ending: Ending = { kind: 'exit', code: 0 }, stderr = '') =>
  rewardSaid({ ending, stdout: output(stdout), stderr: output(stderr) })

for (const text of ['', 'done', '2', '-1', '1.5', '01', '1e-1', 'NaN', '0,5', '1 0', '0.5\nfine']) {
  test(`${JSON.stringify(text)} is no reward, and no 0`, () => {
    const { is } = said(text)
    assert.equal(is, 'grader-error')
  })
}

const endings: readonly (readonly [Ending, RegExp])[] = [
  [{ kind: 'exit', code: 1 }, /ended with code 1: no such file/],
  [{ kind: 'signal', signal: 'SIGKILL' }, /was ended by SIGKILL/],
  [{ kind: 'limit', limit: 'wall' }, /ran into the limit of wall/],
  [{ kind: 'stopped' }, /was stopped/],
]
for (const [ending, expected] of endings) {
  test(`a verifier that ends by ${ending.kind} gives no reward, whatever it said`, () => {
    const reward = said('1\n', ending, 'trace\nno such file\n')
    assert.equal(reward.is, 'grader-error')
    assert.match(reward.is === 'grader-error' ? reward.why : '', expected)
  })
}

for (const [text, expected] of [
  ['0\n', 0],
  ['1', 1],
  ['checked 3 things\n0.25\n', 0.25],
  ['1.0\r\n', 1],
  ['0.0', 0],
] as const) {
  test(`${JSON.stringify(text)} is the reward ${expected}`, () => {
    assert.deepEqual(said(text), { is: 'reward', reward: expected })
  })
}

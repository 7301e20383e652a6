import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { readJournal } from '#features/evaluation/runner/journal.ts'
import { decodeTranscript } from '#features/evaluation/transcript.ts'
import { launcherPath, parley } from '../e2e/parley.ts'
import { fresh, skip, toyPack, writeAt } from './toy-pack.ts'

const ids = Array.from({ length: 12 }, (_, index) => `task-${index}`)
// Each kill may cost what was asked for and is lost: there is room for all of them.
const limits = 'limits: { tokens: 200000, turns: 6, seconds: 600, memory-mib: 64 }'
const pack = toyPack(ids, limits)
/** Each writes down what it did, so that the verifier sees whether a turn was left out. */
const isWhole = `[ \\"$(tr -d '\\\\n' <trace)\\" = ab ]`
const shell = (command: string): string => `{ tool: shell, input: { command: "${command}" } }`
const replies = (task: string): string => `
      - calls: [${shell('echo a >>trace')}]
      - calls: [${shell('echo b >>trace')}]
      - calls: [${shell(`${isWhole} && echo ${task} >answer.txt`)}]
      - calls: [{ tool: submit, input: {} }]`
const script = join(
  writeAt(fresh('script'), {
    'script.yaml': `parley: script/1\nname: toy\nwait-ms: 60\ntasks:\n${ids
      .map((task) => `  - task: ${task}\n    replies:${replies(task)}`)
      .join('\n')}\n`,
  }),
  'script.yaml',
)

const args = (folder: string): string[] => [
  ...['eval', 'run', pack, '--model', `scripted:${script}`, '--to', folder, '--concurrency', '6'],
]
const journalOf = (folder: string): string => {
  const path = join(folder, 'journal.jsonl')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
const finishedIn = (folder: string): Map<string, string> => {
  const read = readJournal(journalOf(folder))
  assert.ok(read.ok, read.ok ? '' : read.refusal)
  const samples = [...(read.value?.memory.finished ?? [])]
  return new Map(samples.map(([key, sample]) => [key, JSON.stringify(sample)]))
}
const lineCount = (folder: string): number =>
  journalOf(folder)
    .split('\n')
    .filter((line) => line.startsWith('{"is":"finished"')).length

/** Runs it, and ends it by force when it has done a little. */
async function killed(folder: string, afterLines: number): Promise<number | null> {
  const before = journalOf(folder).length
  const { code } = await parley(args(folder), {
    onStart: (child) => {
      void (async () => {
        while (child.exitCode === null && child.signalCode === null) {
          await pause(5)
          const added = journalOf(folder).slice(before).split('\n').length - 1
          if (added >= afterLines) return child.kill('SIGKILL')
        }
        return false
      })()
    },
  })
  return code
}

function check(folder: string): void {
  const finished = finishedIn(folder)
  assert.equal(lineCount(folder), finished.size, 'no attempt is finished twice')
  const read = readJournal(journalOf(folder))
  for (const sample of read.ok ? (read.value?.memory.finished.values() ?? []) : []) {
    const bytes = readFileSync(join(folder, 'transcripts', `${sample.task}.1.jsonl`))
    const digest = createHash('sha256').update(bytes).digest('hex')
    assert.equal(digest, sample.transcriptSha256)
    const events = decodeTranscript(bytes.toString('utf8'))
    assert.equal(events.ok && events.value.length, sample.events)
    assert.ok(sample.tokens.input + sample.tokens.output <= sample.tokenLimit)
  }
}

describe('a run that is ended by force', { concurrency: false, ...skip }, () => {
  test('killed again and again, it loses no finished attempt and repeats none', async () => {
    const folder = fresh('killed')
    const kept = new Map<string, string>()
    let kills = 0
    for (const lines of [1, 4, 9, 14, 17, 21, 6, 11]) {
      if ((await killed(folder, lines)) === null) kills++
      const now = finishedIn(folder)
      for (const [key, sample] of kept) assert.equal(now.get(key), sample, `${key} is as it was`)
      for (const [key, sample] of now) kept.set(key, sample)
      check(folder)
    }
    assert.ok(kills >= 4, `${kills} kills`)
    const { code, err } = await parley(args(folder))
    assert.equal(code, 0, err)
    check(folder)
    const read = readJournal(journalOf(folder))
    const samples = [...((read.ok && read.value?.memory.finished.values()) || [])]
    assert.equal(samples.length, ids.length)
    for (const sample of samples) {
      assert.equal(sample.outcome, 'success', `${sample.task}: ${sample.why}`)
    }
    assert.deepEqual(readdirSync(join(folder, 'open')), [])
  })

  test('asked to end, it keeps what is finished, says so, and goes on later', async () => {
    const folder = fresh('asked')
    const ended = await parley([...args(folder), '--progress'], {
      onStart: (child) => {
        void (async () => {
          while (lineCount(folder) < 2 && child.exitCode === null) await pause(10)
          child.kill('SIGTERM')
        })()
      },
    })
    assert.equal(ended.code, 130, ended.err)
    assert.match(ended.err, /SIGTERM: nothing further is begun/)
    const before = finishedIn(folder)
    assert.ok(before.size >= 2 && before.size < ids.length)
    const status: unknown = JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8'))
    assert.equal(
      status !== null && typeof status === 'object' && Reflect.get(status, 'state'),
      'stopped',
    )
    const closed = await parley([...args(folder), '--close', 'enough seen'])
    assert.equal(closed.code, 0, closed.err)
    const now = finishedIn(folder)
    assert.equal(now.size, ids.length)
    for (const [key, sample] of before) assert.equal(now.get(key), sample)
    const left = [...now].filter(([key]) => !before.has(key)).map(([, sample]) => sample)
    for (const sample of left)
      assert.match(sample, /"outcome":"(not_run|infra_error)".*enough seen/)
    check(folder)
  })

  test('two processes do not work at one run', async () => {
    const folder = fresh('two')
    const [one, other] = await Promise.all([parley(args(folder)), parley(args(folder))])
    assert.deepEqual([one.code, other.code].sort(), [0, 7])
    assert.match(one.err + other.err, /another process works at this run/)
  })

  test('another model, or another pack, does not go on with it', async () => {
    const folder = fresh('other')
    const name = toyPack(ids.slice(1))
    await killed(folder, 2)
    const changed = await parley(['eval', 'run', name, ...args(folder).slice(3)])
    assert.equal(changed.code, 2)
    assert.match(changed.err, /holds another run: its pack is another/)
    const more = await parley([...args(folder), '--epochs', '2'])
    assert.match(more.err, /its number of epochs is another/)
  })

  test('a file that takes nothing more halts it, and it goes on when there is room', async () => {
    const folder = fresh('full')
    const limited = ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, launcherPath]
    const code = await new Promise<number | null>((settle) => {
      const child = execFile('sh', [...limited, ...args(folder)], () => settle(child.exitCode))
    })
    assert.notEqual(code, 0)
    check(folder)
    const { code: after, err } = await parley(args(folder))
    assert.equal(after, 0, err)
    check(folder)
  })
})

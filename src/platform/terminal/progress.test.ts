import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOn } from './progress.ts'

function told(isTerminal: boolean, timesMs: readonly number[]): string[] {
  const written: string[] = []
  let now = 0
  const write = (text: string): number => written.push(text)
  const progress = progressOn({ write, isTerminal, width: 12, nowMs: () => now })
  for (const timeMs of timesMs) {
    now = timeMs
    progress.tell(`at ${timeMs} milliseconds`)
  }
  progress.end()
  return written
}

test('a terminal line is written over at most ten times a second and is gone at the end', () => {
  assert.deepEqual(told(true, [0, 50, 99, 100, 150]), [
    ...['\r\u001b[Kat 0 milli…', '\r\u001b[Kat 100 mil…', '\r\u001b[K'],
  ])
})

test('a log gets whole lines, rarely, and no control characters', () => {
  assert.deepEqual(told(false, [0, 1999, 2000]), ['at 0 milliseconds\n', 'at 2000 milliseconds\n'])
})

test('what was never told leaves nothing', () => assert.deepEqual(told(true, []), []))

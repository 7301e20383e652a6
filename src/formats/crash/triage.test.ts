import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CrashTriage } from './triage.ts'

const report = (kind: string, access: string, name: string): string =>
  `==7==ERROR: AddressSanitizer: ${kind} on address 0x602000000014 at pc 0x4f
${access} of size 4 at 0x602000000014 thread T0
    #0 0x4f1a2b in ${name} /src/pear.c:41:9
    #1 0x4f1a3b in ${name}_caller /src/pear.c:51:9
    #2 0x4f2000 in main /src/main.c:9:3
`

test('a log without a crash adds nothing', () => {
  const triage = new CrashTriage()
  assert.equal(triage.add('a.log', 'all is well\n'), 0)
  assert.deepEqual(triage.ranked(), [])
})

test('the gravest class comes first, then what was seen most often', () => {
  const triage = new CrashTriage()
  triage.add('1.log', report('heap-buffer-overflow', 'READ', 'often'))
  triage.add('2.log', report('heap-buffer-overflow', 'READ', 'often'))
  triage.add('3.log', report('heap-buffer-overflow', 'READ', 'once'))
  triage.add('4.log', report('heap-buffer-overflow', 'WRITE', 'grave'))
  const ranked = triage.ranked().map(({ typical, crashes }) => [typical.state[0], crashes])
  assert.deepEqual(ranked, [
    ['grave', 1],
    ['often', 2],
    ['once', 1],
  ])
})

test('a cluster is as grave as its gravest crash, and names where each is', () => {
  const triage = new CrashTriage()
  const read = report('heap-buffer-overflow', 'READ', 'fig')
  triage.add('b.log', `noise\n${read}${read}`)
  triage.add('a.log', report('heap-buffer-overflow', 'WRITE', 'fig'))
  const [cluster, ...others] = triage.ranked()
  assert.deepEqual(others, [])
  assert.equal(cluster?.exploitability.is, 'exploitable')
  assert.deepEqual([cluster?.crashes, cluster?.traces], [3, 2])
  assert.deepEqual(cluster?.files, [
    { name: 'b.log', line: 2, crashes: 2 },
    { name: 'a.log', line: 1, crashes: 1 },
  ])
})

test('exceptions that were only logged count where a log has nothing else', () => {
  const triage = new CrashTriage()
  const logged = 'java.io.IOException: gone\n\tat fig.Pear.read(Pear.java:4)\n'
  assert.equal(triage.add('a.log', logged), 1)
  assert.equal(triage.add('b.log', `${logged}\n${report('heap-buffer-overflow', 'READ', 'x')}`), 1)
})

test('what is kept of a log does not grow with how often it says the same', () => {
  const triage = new CrashTriage()
  for (let at = 0; at < 200; at++) {
    triage.add(`${at}.log`, report('heap-buffer-overflow', 'READ', 'same'))
  }
  const [cluster] = triage.ranked()
  assert.deepEqual([cluster?.crashes, cluster?.traces, cluster?.files.length], [200, 1, 200])
})

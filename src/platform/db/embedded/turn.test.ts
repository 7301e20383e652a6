import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { newHolder } from './holder.ts'
import { processSpace } from './process-identity.ts'
import { inTurn } from './turn.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-turn-'))
after(() => rmSync(folder, { recursive: true }))

/** Counts up in a file, in steps that another process in between would spoil. */
const counting = (turns: string, count: string): string => `
  const { inTurn } = await import('${fileURLToPath(new URL('turn.ts', import.meta.url))}')
  const { readFileSync, renameSync, writeFileSync } = await import('node:fs')
  for (let n = 0; n < 25; n++) {
    await inTurn('${turns}', async () => {
      const before = Number(readFileSync('${count}', 'utf8'))
      await new Promise((settle) => setTimeout(settle, 1 + Math.random() * 3))
      // Whoever is killed in the midst of writing leaves the count as it was, and not half of it.
      writeFileSync('${count}.' + process.pid, String(before + 1))
      renameSync('${count}.' + process.pid, '${count}')
    })
    process.stdout.write('x')
  }
`

test('four processes, of which one is killed in the midst, never work at once', async () => {
  const [turns, count] = [join(folder, 'turns'), join(folder, 'count')]
  writeFileSync(count, '0')
  const run = () => {
    const args = ['--input-type=module', '-e', counting(turns, count)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let turnsDone = 0
    child.stdout.on('data', (piece: Buffer) => {
      turnsDone += piece.length
    })
    const ended = new Promise((settle) => child.once('close', settle))
    return { child, ended, done: () => turnsDone }
  }
  const [victim, ...others] = [run(), run(), run(), run()]
  while (victim.done() < 3) await pause(5)
  victim.child.kill('SIGKILL')
  await Promise.all([victim, ...others].map(({ ended }) => ended))
  const counted = Number(readFileSync(count, 'utf8'))
  // The victim may have been killed between writing and saying so.
  assert.ok([75 + victim.done(), 76 + victim.done()].includes(counted), `${counted}`)
  // It may also have been the last to wait; what it leaves, the next one puts away.
  assert.deepEqual(await inTurn(turns, async () => 'after all'), { ok: true, value: 'after all' })
  assert.deepEqual(readdirSync(turns), [])
})

for (const what of ['drawing', 'ticket-1'] as const) {
  test(`whoever has a ${what} is waited for while it lives`, async () => {
    const turns = mkdtempSync(join(folder, 'waiting-'))
    const other = join(turns, `${what}-${newHolder()}`)
    writeFileSync(other, '')
    writeFileSync(join(turns, `${what}-4194304.1.${processSpace()}.1`), '')
    let isDone = false
    const turn = inTurn(turns, async () => {
      isDone = true
    })
    await pause(150)
    assert.equal(isDone, false)
    rmSync(other)
    await turn
    assert.deepEqual(readdirSync(turns), [])
  })
}

test('turns in one process follow each other', async () => {
  const turns = join(folder, 'own')
  let atOnce = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++atOnce)
    await pause(5)
    atOnce--
  }
  await Promise.all(Array.from({ length: 5 }, () => inTurn(turns, work)))
  assert.equal(most, 1)
})

test('work that throws gives its turn back', async () => {
  const turns = join(folder, 'throwing')
  await assert.rejects(inTurn(turns, () => Promise.reject(new Error('no'))))
  const next = await inTurn(turns, async () => 7)
  assert.deepEqual(next, { ok: true, value: 7 })
})

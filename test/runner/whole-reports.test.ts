import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'parley-reports-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const preload = join(import.meta.dirname, '..', '..', 'tools', 'whole-reports.mjs')

/** A file of as many tests as one tier of sandboxes has, which all end in one burst. */
const tests = [
  "import { describe, test } from 'node:test'",
  "const long = 'x'.repeat(500)",
  "describe('a burst', () => {",
  '  for (let n = 0; n < 300; n++) test(n + long, () => undefined)',
  '})',
].join('\n')

test('a file of tests that ends at once loses nothing of what it says', async () => {
  const file = join(folder, 'burst.mjs')
  writeFileSync(file, tests)
  const words = [`--import=${pathToFileURL(preload)}`, '--test-force-exit', file]
  const child = spawn(process.execPath, words, {
    // As the runner starts it; its report is for a program.
    env: { ...process.env, NODE_TEST_CONTEXT: 'child-v8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A reader that comes late, as one on a loaded machine does.
  await pause(1500)
  let said = ''
  for await (const piece of child.stdout) said += Buffer.from(piece).toString('latin1')
  assert.ok(said.includes('test:summary'), `the end is missing: there are ${said.length} bytes`)
})

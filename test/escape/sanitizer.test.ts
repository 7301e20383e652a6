import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { limits, ran, runOf, sandboxFor, textOf } from './sandboxes.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-sanitizer-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const hasCompiler = spawnSync('gcc', ['--version']).status === 0
const room = { ...limits, wallMs: 120_000, cpuMs: 120_000, memoryBytes: 512 << 20 }

const programs = {
  overflow: 'int main(void) { char *p = malloc(8); return p[8 + (argc() & 0)]; }',
  leak: 'int main(void) { void *volatile p = malloc(64); p = 0; return 0; }',
}
const head = '#include <stdlib.h>\nstatic int argc(void) { return 1; }\n'

for (const tier of ['namespaces', 'gvisor'] as const) {
  describe(`a program with a sanitizer, in tier ${tier}`, {
    skip: !hasCompiler && 'no gcc',
  }, () => {
    const built = join(folder, `${tier}.tar`)

    test('is built', async (t) => {
      const sandbox = await sandboxFor(t, tier)
      if (sandbox === null) return
      const given = Object.entries(programs).map(([name, text]) => ({
        ...{ name: `${name}.c`, bytes: new TextEncoder().encode(`${head}${text}\n`) },
      }))
      const build =
        'for f in overflow leak; do gcc -g -w -fsanitize=address -o $f /parley/in/$f.c; done'
      const outcome = await ran(sandbox, runOf(build, { given, keepState: built, limits: room }))
      assert.deepEqual(outcome.ending, { kind: 'exit', code: 0 }, textOf(outcome.stderr))
      assert.ok(outcome.kept)
    })

    test('is seen to read past the end, under a limit of memory', async (t) => {
      const sandbox = await sandboxFor(t, tier)
      if (sandbox === null) return
      const run = runOf('./overflow', { state: built, limits: { ...room, memoryBytes: 128 << 20 } })
      const outcome = await ran(sandbox, run)
      assert.match(textOf(outcome.stderr), /AddressSanitizer: heap-buffer-overflow/)
      assert.match(textOf(outcome.stderr), /in main \/parley\/in\/overflow\.c/)
    })

    test('is looked at for leaks only where it may trace itself', async (t) => {
      const sandbox = await sandboxFor(t, tier)
      if (sandbox === null) return
      const quiet = await ran(sandbox, runOf('./leak', { state: built, limits: room }))
      assert.deepEqual(quiet.ending, { kind: 'exit', code: 0 }, textOf(quiet.stderr))
      const run = runOf('./leak', { state: built, limits: room, mayTrace: true })
      const traced = await ran(sandbox, run)
      assert.match(textOf(traced.stderr), /LeakSanitizer: detected memory leaks/)
    })
  })
}

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { never, ran, runOf, sandboxFor, textOf } from '../../../test/escape/sandboxes.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-root-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const root = join(folder, 'root')
mkdirSync(root)

/** Copies programs of the machine and the libraries that they load. */
function copyPrograms(names: readonly string[]): void {
  for (const name of names) {
    const from = realpathSync(join('/usr/bin', name))
    const loaded = execFileSync('ldd', [from], { encoding: 'utf8' })
    const libraries = [...loaded.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
    for (const path of libraries) copy(realpathSync(path), path.replace(/^\/(usr\/)?/, 'usr/'))
    copy(from, `usr/bin/${name}`)
  }
}

function copy(from: string, to: string): void {
  const at = join(root, to)
  mkdirSync(dirname(at), { recursive: true })
  if (!existsSync(at)) cpSync(from, at)
}

test('a folder that the user of a run cannot pass through is refused, and named', async (t) => {
  const sandbox = await sandboxFor(t, 'namespaces')
  if (sandbox === null || process.getuid?.() !== 0) return
  const outcome = await sandbox.run(runOf('true', { root: { kind: 'folder', path: root } }), never)
  assert.ok(!outcome.ok && outcome.refusal.code === 'no-root')
  assert.ok(outcome.refusal.why.includes(folder))
})

for (const tier of ['namespaces', 'gvisor'] as const) {
  test(`a folder is the root of a run, and nothing of the machine, in tier ${tier}`, async (t) => {
    const sandbox = await sandboxFor(t, tier)
    if (sandbox === null) return
    chmodSync(folder, 0o711)
    copyPrograms(['sh', 'tar', 'cat', 'head', 'wc'])
    mkdirSync(join(root, 'etc'), { recursive: true })
    mkdirSync(join(root, 'work/hidden'), { recursive: true })
    for (const name of ['bin', 'lib', 'lib64']) {
      if (!existsSync(join(root, name))) symlinkSync(`usr/${name}`, join(root, name))
    }
    if (!existsSync(join(root, 'home'))) symlinkSync('/root', join(root, 'home'))
    const keepState = join(folder, 'state.tar')
    const script =
      'echo x >a; cat /usr/bin/python3 /etc/passwd /home/.profile; echo /usr/bin/* /work/*'
    const run = runOf(script, { root: { kind: 'folder', path: root }, keepState, collect: ['a'] })
    const outcome = await ran(sandbox, run)
    const programs = ['cat', 'head', 'sh', 'tar', 'wc'].map((name) => `/usr/bin/${name}`)
    assert.equal(textOf(outcome.stdout), `${programs.join(' ')} /work/a\n`)
    assert.equal(outcome.kept, true)
    assert.deepEqual(
      outcome.collected.map(({ output }) => textOf(output)),
      ['x\n'],
    )
  })
}

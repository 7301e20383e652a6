import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { livingProcesses } from '../../../test/escape/outside.ts'
import { limits, never, ran, runOf, sandboxFor, textOf } from '../../../test/escape/sandboxes.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-bubblewrap-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('a run in bubblewrap', () => {
  test('is refused for what no run can have', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const refusals = [
      ['the command is empty', runOf('', { command: [] })],
      ['zero byte', runOf('', { command: ['sh', 'a\0b'] })],
      ['no variable', runOf('true', { environment: { 'A B': '1' } })],
      ['not a path below /work', runOf('true', { collect: ['../etc/passwd'] })],
      ['not a path below /work', runOf('true', { collect: ['/etc/passwd'] })],
      ['absolute', runOf('true', { state: 'here.tar' })],
      ['no given file', runOf('true', { given: [{ name: '../x', bytes: new Uint8Array() }] })],
      ['limit memoryBytes', runOf('true', { limits: { ...limits, memoryBytes: 1 } })],
      ['limit wallMs', runOf('true', { limits: { ...limits, wallMs: Number.NaN } })],
    ] as const
    for (const [why, run] of refusals) {
      const outcome = await sandbox.run(run, never)
      assert.ok(!outcome.ok && outcome.refusal.code === 'bad-run', why)
      assert.match(outcome.refusal.why, new RegExp(why))
    }
  })

  test('is refused without a root file system', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const reference = 'debian@sha256:00'
    for (const root of [
      { kind: 'folder', path: join(folder, 'absent') },
      { kind: 'folder', path: folder },
      { kind: 'image', reference },
    ] as const) {
      const outcome = await sandbox.run(runOf('true', { root }), never)
      assert.ok(!outcome.ok && outcome.refusal.code === 'no-root')
    }
  })

  test('finds the Node that runs us, where others may run it', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const user = process.getuid?.() === 0 ? ['--reuid=1900000001', '--clear-groups'] : []
    const words = ['setpriv', ...user, process.execPath, '--version'].join(' ')
    const isShown =
      !process.execPath.startsWith('/usr/') && spawnSync('sh', ['-c', words]).status === 0
    const tool = '/parley/tools/node'
    const script = `if [ -e ${tool} ]; then ${tool} --version; else echo none; fi`
    const outcome = await ran(
      sandbox,
      runOf(script, { limits: { ...limits, memoryBytes: 1 << 30 } }),
    )
    assert.equal(textOf(outcome.stdout).trim(), isShown ? process.version : 'none')
  })

  test('refuses an archive that is none', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const state = join(folder, 'broken.tar')
    writeFileSync(state, 'x'.repeat(3000))
    for (const path of [state, join(folder, 'absent.tar')]) {
      const outcome = await sandbox.run(runOf('echo ran', { state: path }), never)
      assert.ok(!outcome.ok && outcome.refusal.code === 'bad-state', JSON.stringify(outcome))
    }
  })

  test('tells an exit code from a signal', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const endings = [
      ['exit 0', { kind: 'exit', code: 0 }],
      ['exit 139', { kind: 'exit', code: 139 }],
      ['kill -SEGV $$', { kind: 'signal', signal: 'SIGSEGV' }],
      ['sleep 1000 & exit 3', { kind: 'exit', code: 3 }],
    ] as const
    for (const [script, ending] of endings) {
      assert.deepEqual((await ran(sandbox, runOf(script))).ending, ending, script)
    }
    const absent = await ran(sandbox, runOf('', { command: ['no-such-program'] }))
    assert.deepEqual(absent.ending, { kind: 'exit', code: 127 })
  })

  test('takes input, environment, given files and bytes of any value', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
    const script = new TextEncoder().encode('#!/bin/sh\necho "$WORD"; cat /parley/in/bytes\n')
    const given = [
      { name: 'bytes', bytes },
      { name: 'program', bytes: script, isProgram: true },
    ]
    const environment = { WORD: 'it\'s $HOME; `x`\n"' }
    const run = runOf('cat >&2; /parley/in/program', { given, environment, stdin: bytes })
    const outcome = await ran(sandbox, run)
    assert.deepEqual(outcome.stderr.bytes, bytes)
    const word = new TextEncoder().encode(`${environment.WORD}\n`)
    assert.deepEqual(outcome.stdout.bytes, Uint8Array.from([...word, ...bytes]))
  })

  test('hands its folder to the next, and its files to the worker', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const keepState = join(folder, 'state.tar')
    const links = 'mkdir a; ln -s /etc/passwd link; ln -s /etc a/etc'
    const first = await ran(
      sandbox,
      runOf(`${links}; mkdir -p a; echo one >a/b; head -c 70000 /dev/zero >z`, {
        ...{ keepState, collect: ['a/b', 'link', 'a/etc/passwd', 'absent', 'a', 'z'] },
      }),
    )
    assert.equal(first.kept, true)
    assert.deepEqual(
      first.collected.map(({ name }) => name),
      ['a/b', 'z'],
    )
    assert.equal(textOf(first.collected[0]?.output ?? { bytes: new Uint8Array() }), 'one\n')
    assert.equal(first.collected[1]?.output.total, 70_000)
    assert.equal(first.collected[1]?.output.bytes.length, limits.outputBytes)
    const second = await ran(sandbox, runOf('cat a/b; ls', { state: keepState }))
    assert.equal(textOf(second.stdout), 'one\na\nlink\nz\n')
  })

  test('answers with the plain files of a folder as one', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const script = [
      'mkdir -p a/r.d none && echo 1 >a/r.1 && echo 22 >a/r.2 && mkfifo a/r.3 && ln -s r.1 a/r.4',
      'echo x >x && ln -s a link',
    ].join('\n')
    const outcome = await ran(sandbox, runOf(script, { collect: ['a/', 'none/', 'link/', 'no/'] }))
    const found = outcome.collected.map(({ name, output }) => [name, textOf(output), output.total])
    assert.deepEqual(found, [
      ['a/', '1\n22\n', 5],
      ['none/', '', 0],
    ])
  })

  test('answers with a bounded part of all files that it collects', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const mebibyte = 1 << 20
    const names = Array.from({ length: 7 }, (_, at) => `f${at}`)
    const script = 'for n in 0 1 2 3 4 5 6; do head -c 12582912 /dev/zero >f$n; done'
    const outcome = await ran(
      sandbox,
      runOf(script, {
        collect: names,
        limits: { ...limits, outputBytes: 16 * mebibyte, diskBytes: 128 * mebibyte },
      }),
    )
    const kept = outcome.collected.map(({ output }) => output.bytes.length / mebibyte)
    assert.deepEqual(kept, [12, 12, 12, 12, 12, 4, 0])
    assert.ok(outcome.collected.every(({ output }) => output.total === 12 * mebibyte))
  })

  test('has a folder that no other user reads, by a name that nobody foresees', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const marker = `waits-${randomBytes(8).toString('hex')}`
    const ends = new AbortController()
    const secret = { name: 'secret', bytes: new TextEncoder().encode('x') }
    const run = runOf(`sleep 60; : ${marker}`, { given: [secret] })
    const outcome = sandbox.run(run, ends.signal)
    while (livingProcesses(marker).length === 0) await pause(20)
    const mine = readdirSync(tmpdir()).filter((name) => name.includes(`-${process.pid}-`))
    const seen = mine.map((name) => statSync(join(tmpdir(), name)).mode & 0o777)
    ends.abort()
    await outcome
    assert.deepEqual(seen, [0o700])
    assert.match(mine.join(), /^parley-run-.*-\d+-[0-9a-f]{16}$/)
  })

  test('ends when the caller says so, and leaves nothing', async (t) => {
    const sandbox = await sandboxFor(t, 'namespaces')
    if (sandbox === null) return
    const marker = `stays-${randomBytes(8).toString('hex')}`
    const stop = new AbortController()
    const running = sandbox.run(runOf(`sleep 50; : ${marker}`), stop.signal)
    while (livingProcesses(marker).length === 0) await pause(20)
    stop.abort()
    const outcome = await running
    assert.ok(outcome.ok)
    assert.deepEqual(outcome.value.ending, { kind: 'stopped' })
    const left = readdirSync(tmpdir()).filter((name) => name.includes(`-${process.pid}-`))
    assert.deepEqual(
      left.filter((name) => name.startsWith('parley-run-')),
      [],
    )
  })
})

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { mirrorsIn } from '#features/proof/mirror-folder.ts'
import { clockAt } from '#kernel/clock.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import { tarOf } from '../../../test/tar.ts'
import { bundleReader, machineProver } from './machine-prover.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-machine-prover-'))
after(() => rmSync(folder, { recursive: true }))

/** Nothing here comes so far that it would be run. */
const sandbox: Sandbox = {
  tier: 'namespaces',
  probe: () => assert.fail('it is not asked'),
  run: () => assert.fail('nothing is run'),
}

const proof = {
  ...{ parley: 'proof/1', title: 'An overflow', finder: { name: 'Heron' } },
  target: { kind: 'repository', url: 'https://git.example/reader', commit: '0'.repeat(40) },
  environment: { kind: 'host', tools: {} },
  run: { kind: 'command', command: ['./reader'], input: { kind: 'none' } },
  oracle: { kind: 'signal', signal: 'SIGSEGV' },
  authorisation: { statement: 'It is ours.', by: 'Heron' },
}

test('code that this machine has no mirror of may be elsewhere', async () => {
  const archive = join(folder, 'bundle.tar')
  writeFileSync(archive, tarOf([{ name: 'proof.json', content: JSON.stringify(proof) }]))
  const prove = machineProver({
    ...{ sandbox, clock: clockAt('2026-11-21T12:00:00Z'), hidden: [] },
    ...{ verifier: { name: 'x', model: null }, mirrors: mirrorsIn(folder) },
  })
  const done = await prove({ archive, patchFrom: null }, new AbortController().signal)
  assert.ok(!done.ok)
  assert.deepEqual([done.refusal.code, done.refusal.isHere], ['no-target', 'proof'])
})

test('what is no bundle is at fault itself', async () => {
  const scratch = join(folder, 'scratch')
  mkdirSync(scratch)
  const archive = join(scratch, 'bundle')
  writeFileSync(archive, 'no archive')
  assert.equal((await bundleReader(archive)).ok, false)
})

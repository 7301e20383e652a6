import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { moveInto } from './cgroup.ts'
import { findCgroups, tryCgroups } from './cgroup-place.ts'
import { placeV2 } from './cgroup-unified.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-cgroup-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let trees = 0

/**
 * Files that look as those of the kernel do. They are plain files: what is written to one is read
 * back, nothing appears in a folder that is made, and a folder is removed by hand.
 */
function tree(files: Readonly<Record<string, string>>): string {
  const root = join(folder, `tree${trees++}`)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const view = (root: string, cgroup: string): { cgroup: string; mounts: string } => ({
  cgroup,
  mounts: `31 24 0:27 / ${root} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n`,
})

describe('cgroups of version 2', () => {
  test('are refused where nothing is mounted, or a controller is missing', () => {
    const none = findCgroups({ cgroup: '0::/\n', mounts: '' })
    assert.ok(!none.ok && none.refusal.code === 'not-isolated')
    assert.match(none.refusal.why, /memory, pids, cpuacct, freezer/)
    const root = tree({ 'cgroup.controllers': 'cpu io\n' })
    const partly = findCgroups(view(root, '0::/\n'))
    assert.ok(!partly.ok)
  })

  test('are refused in a group that holds others, and tell what to do', () => {
    // Without the file that the kernel would refuse to write to.
    const root = tree({
      'own/cgroup.controllers': 'memory pids\n',
      'own/cgroup.procs': `${process.pid}\n1\n`,
      'cgroup.subtree_control': '',
    })
    assert.equal(placeV2(join(root, 'own'), root), null)
    const refused = findCgroups(view(root, '0::/own\n'))
    assert.ok(!refused.ok)
    assert.match(refused.refusal.why, /may not make cgroups/)
    assert.match(refused.refusal.hint ?? '', /Delegate=yes/)
  })

  test('are found beside our own group, where they were given to those above it', () => {
    const root = tree({
      'unit/cgroup.subtree_control': 'cpu memory pids\n',
      'unit/worker/cgroup.controllers': 'memory pids\n',
      'unit/worker/cgroup.procs': `${process.pid}\n1\n`,
    })
    const found = findCgroups(view(root, '0::/unit/worker\n'))
    assert.ok(found.ok)
    assert.deepEqual(found.value.parents, [join(root, 'unit')])
  })

  test('are asked for where they are not given on yet', () => {
    const root = tree({
      'own/cgroup.controllers': 'cpu memory pids\n',
      'own/cgroup.subtree_control': '',
      'own/cgroup.procs': `${process.pid}\n`,
    })
    const found = findCgroups(view(root, '0::/own\n'))
    assert.ok(found.ok)
    assert.equal(readFileSync(join(root, 'own/cgroup.subtree_control'), 'utf8'), '+memory +pids')
  })

  test('are found in a container that sees a part of the tree only', () => {
    const root = tree({
      'cgroup.controllers': 'memory pids\n',
      'cgroup.subtree_control': 'memory pids\n',
    })
    const mounts = `31 24 0:27 /docker/ab ${root} rw - cgroup2 cgroup2 rw\n`
    const found = findCgroups({ cgroup: '0::/docker/ab\n', mounts })
    assert.ok(found.ok)
    assert.deepEqual(found.value.parents, [root])
  })
})

test('a process that ends while it is moved does not stand in the way', async (t) => {
  const place = findCgroups()
  if (!place.ok || (await tryCgroups(place.value)) !== null) return t.skip('no cgroups here')
  const cgroup = place.value.create({ memoryBytes: 64 << 20, processesMax: 8 })
  const child = spawn('sleep', ['600'])
  const gone = spawnSync('true').pid
  try {
    for (const door of cgroup.doors) {
      moveInto(dirname(door), [gone, child.pid ?? 0])
      assert.match(readFileSync(door, 'utf8'), new RegExp(`^${child.pid}$`, 'm'))
      assert.throws(() => moveInto(join(dirname(door), 'absent'), [gone]), /ENOENT/)
    }
  } finally {
    child.kill('SIGKILL')
    await cgroup.end()
  }
})

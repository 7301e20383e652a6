import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  leave,
  newFolder,
  query,
  queryAtLast,
  refused,
  tidyUp,
  use,
} from '../../../../test/db/embedded-process.ts'
import { startEmbedded } from './embedded.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65534

after(tidyUp)

async function refusalIn(dataFolder: string) {
  const started = await startEmbedded({ dataFolder, log: () => undefined })
  assert.ok(!started.ok)
  return started.refusal
}

for (const [what, marker, code] of [
  ['of a newer Parley', '{"layout":2,"postgres":18}', 'newer-version'],
  ['of a newer PostgreSQL', '{"layout":1,"postgres":19}', 'newer-version'],
  ['of an older PostgreSQL', '{"layout":1,"postgres":17}', 'newer-version'],
  ['whose database is gone', '{"layout":1,"postgres":18}', 'no-database'],
  ['with a marker that is none', 'something else', 'malformed'],
] as const) {
  test(`a folder ${what} is refused and left as it is`, async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'parley.json'), marker)
    const refusal = await refusalIn(folder)
    assert.equal(refusal.code, code)
    assert.ok(refusal.hint)
    assert.deepEqual(readdirSync(folder), ['parley.json'])
    assert.equal(readFileSync(join(folder, 'parley.json'), 'utf8'), marker)
  })
}

test('a cluster of another PostgreSQL is refused without a marker too', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'postgres/cluster'), { recursive: true })
  writeFileSync(join(folder, 'postgres/cluster/PG_VERSION'), '17\n')
  const refusal = await refusalIn(folder)
  assert.equal(refusal.code, 'newer-version')
  assert.match(refusal.hint ?? '', /backup.*restore/)
})

test('a file in the place of the folder is refused', async () => {
  const folder = join(newFolder(), 'file')
  writeFileSync(folder, '')
  assert.equal((await refusalIn(folder)).code, 'not-writable')
})

test('a folder that another container uses is refused', async () => {
  const folder = newFolder()
  const leases = join(folder, 'postgres/leases')
  mkdirSync(leases, { recursive: true })
  const lease = join(leases, '1.2345.4026599999.1')
  const beat = setInterval(() => writeFileSync(lease, String(Math.random())), 400)
  try {
    await pause(500)
    assert.equal((await refusalIn(folder)).code, 'already-running')
  } finally {
    clearInterval(beat)
  }
  assert.deepEqual(readdirSync(leases), ['1.2345.4026599999.1'])
})

const asRoot = { skip: isRoot ? false : 'only root can become other users' }

test('a folder that an ordinary user may not write is refused', asRoot, async () => {
  const folder = newFolder()
  chmodSync(folder, 0o755)
  assert.equal((await refused(join(folder, 'data'), { uid: nobody })).code, 'not-writable')
})

test('a user without a name is told that PostgreSQL needs one', asRoot, async () => {
  const folder = newFolder()
  chownSync(folder, 54_321, 54_321)
  const { code, why } = await refused(folder, { uid: 54_321 })
  assert.deepEqual([code, /54321 has no name/.test(why)], ['no-database', true])
})

test(
  'a link in the place of the socket folder is refused, and a folder of others',
  asRoot,
  async () => {
    const folder = join(newFolder(), 'a'.repeat(90))
    mkdirSync(folder)
    chownSync(folder, nobody, nobody)
    chmodSync(join(folder, '..'), 0o755)
    const user = await use(folder, { uid: nobody })
    await leave(user)
    const elsewhere = newFolder()
    chownSync(elsewhere, nobody, nobody)
    symlinkSync(elsewhere, user.socketFolder)
    try {
      const { code, at } = await refused(folder, { uid: nobody })
      assert.deepEqual([code, at], ['not-writable', user.socketFolder])
      assert.deepEqual(readdirSync(elsewhere), [])
      rmSync(user.socketFolder)
      mkdirSync(user.socketFolder, { mode: 0o700 })
      chownSync(user.socketFolder, 54_321, 54_321)
      assert.equal((await refused(folder, { uid: nobody })).at, user.socketFolder)
    } finally {
      rmSync(user.socketFolder, { recursive: true })
    }
  },
)

test(
  'an ordinary user has all of it in the data folder, damaged binaries put back',
  asRoot,
  async () => {
    const folder = newFolder()
    chownSync(folder, nobody, nobody)
    await leave(await use(folder, { uid: nobody }))
    const home = join(folder, 'postgres')
    const version = readdirSync(home).find((name) => name.startsWith('postgresql-')) ?? ''
    writeFileSync(join(home, version, 'bin/postgres'), '')
    rmSync(join(home, version, 'share'), { recursive: true })
    mkdirSync(join(home, 'postgresql-17.0'))
    // A number that a process of the same user has would keep PostgreSQL itself from starting.
    const other = spawn('sleep', ['60'], { uid: nobody, stdio: 'ignore' })
    const numbers = join(home, 'cluster/postmaster.pid')
    writeFileSync(numbers, `${other.pid}\n${home}/cluster\n0\n5432\n\n\n`, { mode: 0o600 })
    chownSync(numbers, nobody, nobody)
    const user = await use(folder, { uid: nobody })
    assert.ok(other.kill())
    assert.equal(user.socketFolder, join(home, 'socket'))
    assert.ok(!existsSync(join(home, 'postgresql-17.0')))
    await leave(user)
  },
)

test(
  'a data folder under the home of root works, and nothing of it is opened up',
  asRoot,
  async () => {
    const home = mkdtempSync(join(homedir(), '.parley-embedded-'))
    chmodSync(home, 0o700)
    try {
      const folder = join(home, 'data')
      const user = await use(folder)
      await query(user.url, 'create table kept as select 7 as it')
      process.kill(user.pid, 'SIGKILL')
      assert.deepEqual(await queryAtLast(user.url, 'select it from kept'), [{ it: 7 }])
      await leave(user)
      for (const path of [home, folder, join(folder, 'postgres')]) {
        assert.equal(modeOf(path), 0o700)
      }
      renameSync(folder, join(home, 'moved'))
      const next = await use(join(home, 'moved'))
      assert.deepEqual(await query(next.url, 'select it from kept'), [{ it: 7 }])
      await leave(next)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
)
const system = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' })

const modeOf = (path: string): number => statSync(path).mode & 0o777

/** Runs `work` on a small file system of its own; skips where none may be mounted. */
async function onSmallDisk(t: TestContext, work: (folder: string) => Promise<void>) {
  const folder = newFolder()
  try {
    system('mount', '-t', 'tmpfs', '-o', 'size=150m', 'none', folder)
  } catch {
    return t.skip('this machine lets nobody mount a small file system')
  }
  try {
    chmodSync(folder, 0o755)
    await work(folder)
  } finally {
    // What a failed test left running keeps the file system busy.
    system('umount', '--lazy', folder)
  }
}

const fill = (path: string, bytes: number): void => writeFileSync(path, Buffer.alloc(bytes))

test('a full disk is told at the first start, and nothing half made is left', async (t) => {
  await onSmallDisk(t, async (folder) => {
    const filler = join(folder, 'filler')
    fill(filler, 130_000_000)
    const data = join(folder, 'data')
    assert.equal((await refused(data)).code, 'disk-full')
    assert.ok(!existsSync(join(data, 'parley.json')))
    assert.ok(!existsSync(join(data, 'postgres/cluster')))
    rmSync(filler)
    await leave(await use(data))
  })
})

test('a disk that is full at the next start is told, and room makes it start', async (t) => {
  await onSmallDisk(t, async (folder) => {
    const data = join(folder, 'data')
    await leave(await use(data))
    const filler = join(folder, 'filler')
    system('sh', '-c', `cat /dev/zero > ${filler} || true`)
    assert.equal((await refused(data)).code, 'disk-full')
    rmSync(filler)
    await leave(await use(data))
  })
})

test('a disk that fills up under the server keeps what was committed', async (t) => {
  await onSmallDisk(t, async (folder) => {
    const user = await use(join(folder, 'data'))
    await query(user.url, 'create table kept (n serial, it text)')
    const filler = join(folder, 'filler')
    fill(filler, 60_000_000)
    let committed = 0
    const insert = "insert into kept (it) select repeat('x', 1000) from generate_series(1, 1000)"
    try {
      for (;;) {
        await query(user.url, insert)
        committed++
      }
    } catch {
      // The disk is full, or the server went down for it.
    }
    rmSync(filler)
    const rows = await queryAtLast(user.url, 'select (count(*) / 1000)::int as it from kept')
    t.diagnostic(`${committed} thousand rows were committed`)
    assert.ok(committed > 0)
    assert.deepEqual(rows, [{ it: committed }])
    await leave(user)
  })
})

test('a read-only file system is told', async (t) => {
  await onSmallDisk(t, async (folder) => {
    system('mount', '-o', 'remount,ro', folder)
    const { code, why } = await refused(join(folder, 'data'))
    assert.deepEqual([code, why], ['not-writable', 'the file system is read-only'])
  })
})

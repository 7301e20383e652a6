import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { z } from 'zod'
import { startEmbedded } from './embedded.ts'
import { isAlive, isZombie } from './process-identity.ts'

const program = fileURLToPath(new URL('../../../../test/db/embedded-user.ts', import.meta.url))
const Told = z.object({
  pid: z.number().optional(),
  isAdopted: z.boolean().optional(),
  url: z.string().optional(),
  code: z.string().optional(),
  hint: z.string().optional(),
})

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-embedded-'))
  folders.push(folder)
  return folder
}

type User = { readonly child: ChildProcess; readonly told: z.infer<typeof Told> }
const users: ChildProcess[] = []

/** A process that uses the server of a folder. */
async function use(folder: string, uid?: number): Promise<User> {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  users.push(child)
  let said = ''
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString()
  })
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, told: Told.parse(JSON.parse(line)) }
  }
  throw new Error(`it said nothing but: ${said}`)
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((settle) => child.once('exit', settle))

async function leave({ child }: User): Promise<void> {
  child.stdin?.end()
  await ended(child)
}

async function kill({ child }: User): Promise<void> {
  child.kill('SIGKILL')
  await ended(child)
}

const isUp = (pid = 0): boolean => pid > 0 && isAlive(pid) && !isZombie(pid)

async function query(url = '', text = 'select 1 as it'): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const postmasterOf = (folder: string): number =>
  Number(readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])

describe('the embedded PostgreSQL', { concurrency: false }, () => {
  afterEach(async () => {
    for (const child of users.splice(0)) {
      child.kill('SIGKILL')
      await ended(child)
    }
  })
  after(async () => {
    for (const folder of folders) {
      try {
        process.kill(postmasterOf(folder), 'SIGQUIT')
        await pause(300)
      } catch {
        // It does not run any more, which is what most tests end with.
      }
      rmSync(folder, { recursive: true, force: true })
    }
  })

  for (const [what, marker, code] of [
    ['of a newer Parley', '{"layout":2,"postgres":18}', 'newer-version'],
    ['of a newer PostgreSQL', '{"layout":1,"postgres":19}', 'newer-version'],
    ['of an older PostgreSQL', '{"layout":1,"postgres":17}', 'newer-version'],
    ['with a marker that is none', 'something else', 'malformed'],
  ] as const) {
    test(`a folder ${what} is refused and left as it is`, async () => {
      const folder = newFolder()
      writeFileSync(join(folder, 'parley.json'), marker)
      const started = await startEmbedded({ dataFolder: folder, log: () => undefined })
      assert.equal(started.ok ? '' : started.refusal.code, code)
      assert.ok(started.ok || started.refusal.hint !== '')
      assert.deepEqual(readFileSync(join(folder, 'parley.json'), 'utf8'), marker)
    })
  }

  test('a file in the place of the folder is refused', async () => {
    const folder = join(newFolder(), 'file')
    writeFileSync(folder, '')
    const started = await startEmbedded({ dataFolder: folder, log: () => undefined })
    assert.equal(started.ok ? '' : started.refusal.code, 'not-writable')
  })

  test('a folder that an ordinary user may not write is refused', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root can become another user')
    const folder = newFolder()
    chmodSync(folder, 0o755)
    const { told } = await use(join(folder, 'data'), 65534)
    assert.equal(told.code, 'not-writable')
  })

  test('a full disk is told, and nothing half made is left', async (t) => {
    const folder = newFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'none', folder], { stdio: 'pipe' })
    } catch {
      return t.skip('this machine lets nobody mount a small file system')
    }
    try {
      chmodSync(folder, 0o755)
      const filler = join(folder, 'filler')
      writeFileSync(filler, Buffer.alloc(30_000_000))
      const started = await startEmbedded({ dataFolder: join(folder, 'd'), log: () => undefined })
      assert.equal(started.ok ? '' : started.refusal.code, 'disk-full')
      rmSync(filler)
    } finally {
      execFileSync('umount', [folder])
    }
  })

  test('starts, keeps what was committed, stops with its last user, and starts again', async () => {
    const folder = newFolder()
    const first = await use(folder)
    assert.equal(first.told.isAdopted, false)
    await query(first.told.url, 'create table kept as select 7 as it')
    const second = await use(folder)
    assert.deepEqual([second.told.isAdopted, second.told.pid], [true, first.told.pid])
    await leave(first)
    assert.ok(isUp(first.told.pid))
    await leave(second)
    assert.ok(!isUp(first.told.pid))
    const third = await use(folder)
    assert.deepEqual(await query(third.told.url, 'select it from kept'), [{ it: 7 }])
    await leave(third)
  })

  test('one that was left behind by a killed process is adopted, and stopped at the end', async () => {
    const folder = newFolder()
    const first = await use(folder)
    await kill(first)
    assert.ok(isUp(first.told.pid))
    const second = await use(folder)
    assert.deepEqual([second.told.isAdopted, second.told.pid], [true, first.told.pid])
    await leave(second)
    assert.ok(!isUp(first.told.pid))
  })

  test('one that is killed is started again under those who use it', async () => {
    const folder = newFolder()
    const user = await use(folder)
    process.kill(user.told.pid ?? 0, 'SIGKILL')
    const until = Date.now() + 20_000
    let found: unknown[] = []
    while (found.length === 0 && Date.now() < until) {
      await pause(100)
      found = await query(user.told.url).catch(() => [])
    }
    assert.deepEqual(found, [{ it: 1 }])
    await leave(user)
    assert.throws(() => postmasterOf(folder))
  })

  test('both are killed: the next start recovers', async () => {
    const folder = newFolder()
    const user = await use(folder)
    await query(user.told.url, 'create table kept as select 7 as it')
    process.kill(user.told.pid ?? 0, 'SIGKILL')
    await kill(user)
    const next = await use(folder)
    assert.deepEqual(await query(next.told.url, 'select it from kept'), [{ it: 7 }])
    await leave(next)
  })

  test('three processes at once share one server', async () => {
    const folder = newFolder()
    const all = await Promise.all([use(folder), use(folder), use(folder)])
    assert.equal(new Set(all.map(({ told }) => told.pid)).size, 1)
    assert.equal(all.filter(({ told }) => told.isAdopted === false).length, 1)
    await Promise.all(all.map(leave))
    assert.ok(!isUp(all[0]?.told.pid))
  })

  test('a kill in the midst of the first start costs nothing', async () => {
    const folder = newFolder()
    for (const afterMs of [250, 500, 800]) {
      const child = spawn(process.execPath, [program, folder], { stdio: 'ignore' })
      await pause(afterMs)
      child.kill('SIGKILL')
      await ended(child)
    }
    const user = await use(folder)
    assert.deepEqual(await query(user.told.url), [{ it: 1 }])
    await leave(user)
  })

  test('a number in postmaster.pid that another process has now misleads nobody', async () => {
    const folder = newFolder()
    await leave(await use(folder))
    const file = join(folder, 'postgres/cluster/postmaster.pid')
    writeFileSync(file, `${process.pid}\n${join(folder, 'postgres/cluster')}\n0\n5432\n\n\n`)
    const user = await use(folder)
    assert.equal(user.told.isAdopted, false)
    await leave(user)
  })

  test('a folder with a long name has its socket elsewhere', async () => {
    const folder = join(newFolder(), 'a'.repeat(90))
    mkdirSync(folder)
    const user = await use(folder)
    assert.deepEqual(await query(user.told.url), [{ it: 1 }])
    await leave(user)
  })

  test('it listens on no network, and knows nobody without a password', async () => {
    const user = await use(newFolder())
    const { url = '' } = user.told
    assert.deepEqual(await query(url, 'show listen_addresses'), [{ listen_addresses: '' }])
    assert.deepEqual(await query(url, 'show fsync'), [{ fsync: 'on' }])
    assert.deepEqual(await query(url, 'show data_checksums'), [{ data_checksums: 'on' }])
    await assert.rejects(
      query(url.replace(/:[^:@]*@/, ':wrong@')),
      /password authentication failed/,
    )
    await leave(user)
  })
})

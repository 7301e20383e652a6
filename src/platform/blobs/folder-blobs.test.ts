import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { clockAt, systemClock } from '#kernel/clock.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import {
  keepsLikeBlobs,
  kept,
  refusesLikeBlobs,
  sealsLikeBlobs,
} from '../../../test/platform/blob-contract.ts'
import { collected } from '../../../test/platform/pieces.ts'
import type { Blobs } from './blobs.ts'
import { openFolderBlobs } from './folder-blobs.ts'

const base = await fs.mkdtemp(join(tmpdir(), 'parley-blobs-'))
after(() => fs.rm(base, { recursive: true }))
const keys: Keys = { is: 'root', all: [randomKey()] }

async function opened(folder: string, by = keys): Promise<Blobs> {
  const blobs = await openFolderBlobs({ folder, keys: by, clock: systemClock })
  assert.ok(blobs.ok, JSON.stringify(blobs))
  return blobs.value
}

const folder = join(base, 'blobs')
const pathOf = (id: string): string => {
  const digits = id.slice(id.indexOf('-') + 1)
  return join(folder, digits.slice(0, 2), digits.slice(2, 4), id)
}
const subject = {
  name: 'folder',
  blobs: await opened(folder),
  stranger: await opened(folder, { is: 'root', all: [randomKey()] }),
  stored: (id: string) => fs.readFile(pathOf(id)),
  replace: (id: string, bytes: Buffer) => fs.writeFile(pathOf(id), bytes),
}
const drafts = join(folder, 'drafts')

refusesLikeBlobs(subject)
sealsLikeBlobs(subject)

test('folder: nothing that was refused or failed stays among the drafts', async () => {
  assert.deepEqual(await fs.readdir(drafts), [])
})

const isRoot = process.getuid?.() === 0
const isPosix = process.platform !== 'win32'

test('folder: one that this user may not write is refused', { skip: !isPosix }, async () => {
  const shut = join(base, 'shut')
  const blobs = await opened(shut)
  await fs.chmod(join(shut, 'drafts'), 0o500)
  await fs.chmod(shut, 0o500)
  try {
    await asNobody(async () => {
      const put = await blobs.put(Buffer.from('x'), { sealed: false })
      assert.equal(put.ok ? 'kept' : put.refusal.code, 'not-writable')
      const below = { folder: join(shut, 'below'), keys, clock: systemClock }
      const begun = await openFolderBlobs(below)
      assert.equal(begun.ok ? 'opened' : begun.refusal.code, 'not-writable')
    })
  } finally {
    await fs.chmod(shut, 0o700)
    await fs.chmod(join(shut, 'drafts'), 0o700)
  }
})

/** Modes do not bind the superuser, who therefore becomes somebody else meanwhile. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  if (!isRoot) return work()
  await fs.chmod(base, 0o755)
  process.seteuid?.(65534)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}

/** A small file system of its own, which only the superuser can make, on Linux. */
const unshare = '/usr/bin/unshare'
const canMount =
  isRoot && spawnSync(unshare, ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', base]).status === 0

test('folder: a full disk is refused, and what was kept before stays', {
  skip: canMount ? false : 'no small file system can be made here',
}, async () => {
  const program = `
    import { openFolderBlobs } from ${JSON.stringify(import.meta.resolve('./folder-blobs.ts'))}
    import { randomKey } from ${JSON.stringify(import.meta.resolve('../crypto/keys.ts'))}
    import { readdirSync } from 'node:fs'
    const keys = { is: 'root', all: [randomKey()] }
    const clock = { now: () => new Date() }
    const { value: blobs } = await openFolderBlobs({ folder: 'small/blobs', keys, clock })
    const small = await blobs.put(Buffer.alloc(1000, 1), { sealed: true })
    const large = await blobs.put(Buffer.alloc(3e6, 2), { sealed: false })
    const sealed = await blobs.put(Buffer.alloc(3e6, 2), { sealed: true })
    let bytes = 0
    for await (const piece of blobs.open(small.value)) bytes += piece.length
    const drafts = readdirSync('small/blobs/drafts').length
    console.log(JSON.stringify([large.refusal.code, sealed.refusal.code, bytes, drafts]))`
  const script = 'mkdir small && mount -t tmpfs -o size=1m tmpfs small && exec "$0" "$@"'
  const node = [process.execPath, '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(unshare, ['-m', 'sh', '-c', script, ...node], {
    cwd: base,
  })
  assert.deepEqual(JSON.parse(stdout), ['disk-full', 'disk-full', 1000, 0])
})

test('folder: file, name and folders are on disk before a put is answered', async (context) => {
  const seen: string[] = []
  const { open, rename } = fs
  const watched: typeof open = async (path, ...rest) => {
    const opened = await open(path, ...rest)
    const sync = opened.sync.bind(opened)
    opened.sync = async () => {
      await sync()
      seen.push(
        `sync ${String(path)
          .replace(base, '')
          .replace(/[0-9a-f-]{36}/, 'x')}`,
      )
    }
    return opened
  }
  context.mock.method(fs, 'open', watched)
  context.mock.method(fs, 'rename', async (from: string, to: string) => {
    await rename(from, to)
    seen.push('rename')
  })
  syncBuiltinESMExports()
  try {
    const again = await opened(join(base, 'ordered'))
    const ref = await kept(again, Buffer.from('ordered'), { sealed: false, associatedData: '' })
    const [upper, lower] = [ref.id.slice(6, 8), ref.id.slice(8, 10)]
    const folders = ['/ordered', `/ordered/${upper}`]
    const made = folders.map((path) => `sync ${path}`)
    const last = `sync /ordered/${upper}/${lower}`
    assert.deepEqual(seen, ['sync /ordered/drafts/x.draft', ...made, 'rename', last])
  } finally {
    context.mock.restoreAll()
    syncBuiltinESMExports()
  }
})

keepsLikeBlobs(subject)

test('folder: files and folders are for this user only', { skip: !isPosix }, async () => {
  const ref = await kept(subject.blobs, randomBytes(10))
  const modeOf = async (path: string) => (await fs.stat(path)).mode & 0o777
  assert.equal(await modeOf(pathOf(ref.id)), 0o600)
  for (const up of ['..', '../..', '../../../drafts']) {
    assert.equal(await modeOf(join(pathOf(ref.id), up)), 0o700, up)
  }
})

test('folder: putting again heals a damaged copy', async () => {
  const ref = await kept(subject.blobs, Buffer.from('heal me'))
  await fs.writeFile(pathOf(ref.id), 'damaged')
  await kept(subject.blobs, Buffer.from('heal me'))
  assert.equal((await collected(subject.blobs.open(ref, 'owner'))).toString(), 'heal me')
})

test('folder: other files in it are not taken for blobs', async () => {
  const ref = await kept(subject.blobs, Buffer.from('listed'))
  await fs.writeFile(`${pathOf(ref.id)}.bak`, '')
  await fs.writeFile(join(folder, 'README'), '')
  const ids: string[] = []
  for await (const id of subject.blobs.list()) ids.push(id)
  assert.ok(ids.includes(ref.id))
  assert.ok(ids.every((id) => /^(plain|sealed)-[0-9a-f]{64}$/.test(id)))
})

test('folder: drafts that a killed process left are swept a day later, not before', async () => {
  const swept = join(base, 'swept')
  await opened(swept)
  const left = join(swept, 'drafts', 'left.draft')
  const mine = join(swept, 'drafts', 'notes')
  for (const path of [left, mine]) await fs.writeFile(path, 'x')
  const openedAt = async (instant: string): Promise<void> => {
    await fs.utimes(left, new Date('2026-11-20T10:00:00Z'), new Date('2026-11-20T10:00:00Z'))
    await fs.utimes(mine, new Date('2026-11-20T10:00:00Z'), new Date('2026-11-20T10:00:00Z'))
    assert.ok((await openFolderBlobs({ folder: swept, keys, clock: clockAt(instant) })).ok)
  }
  await openedAt('2026-11-21T09:59:00Z')
  assert.deepEqual((await fs.readdir(join(swept, 'drafts'))).sort(), ['left.draft', 'notes'])
  await openedAt('2026-11-21T10:01:00Z')
  assert.deepEqual(await fs.readdir(join(swept, 'drafts')), ['notes'])
})

test('folder: a blob of many times the memory that may be used goes in and out', async () => {
  const program = `
    import { openFolderBlobs } from ${JSON.stringify(import.meta.resolve('./folder-blobs.ts'))}
    import { randomKey } from ${JSON.stringify(import.meta.resolve('../crypto/keys.ts'))}
    const keys = { is: 'root', all: [randomKey()] }
    const clock = { now: () => new Date() }
    const { value: blobs } = await openFolderBlobs({ folder: process.argv[1], keys, clock })
    const piece = Buffer.alloc(2 ** 20, 7)
    async function* content() { for (let at = 0; at < 200; at++) yield piece }
    const before = process.memoryUsage.rss()
    let peakBytes = before
    const timer = setInterval(() => {
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
    }, 20)
    const put = await blobs.put(content(), { sealed: true })
    let bytes = 0
    for await (const chunk of blobs.open(put.value)) bytes += chunk.length
    clearInterval(timer)
    console.log(JSON.stringify([bytes, peakBytes - before]))`
  const args = ['--max-old-space-size=64', '--input-type=module', '-e', program]
  const run = await promisify(execFile)(process.execPath, [...args, join(base, 'large')])
  const [sizeBytes, grownBytes]: readonly number[] = JSON.parse(run.stdout)
  assert.equal(sizeBytes, 200 * 2 ** 20)
  assert.ok((grownBytes ?? Infinity) < 80 * 2 ** 20, `grew by ${grownBytes} bytes`)
})

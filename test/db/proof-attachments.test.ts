import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { type Look, takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import type { BundleReader } from '#features/proof/hand-in.ts'
import { isOfMachine, MachineTrouble } from '#features/proof/machine-trouble.ts'
import { waitingOfOrganisationMax } from '#features/proof/proof-room.store.ts'
import { no } from '#kernel/result.ts'
import { type Blobs, BlobUnreadable } from '#platform/blobs/blobs.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { asUnreadable } from '#platform/files/bytes.ts'
import { everything, ProofWorld, read } from './proof-world.ts'
import { waitingProof } from './proofs.ts'
import { storeReports } from './reports.ts'

let world: ProofWorld
before(async () => {
  world = await ProofWorld.open()
})
after(() => world[Symbol.asyncDispose]())
const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.asSystem(work)

const failing = (code: string): Error =>
  Object.assign(new Error(`${code}: it fails`), { code, syscall: 'write' })

const take = (more: { readonly read?: BundleReader; readonly blobs?: Blobs } = {}): Promise<Look> =>
  takeNextProof({
    ...world.parts(more),
    ...{ reach: everything, scratch: join(world.folder, 'scratch') },
  })

/** Those that waited have waited long enough. */
const later = () =>
  asSystem((tx) =>
    sql`update parley.attachment set look_after = now() - interval '1 second'
      where look_after is not null`.execute(tx),
  )

const lookedAt = (report: number) =>
  asSystem(async (tx) => {
    const rows = await tx
      .selectFrom('parley.attachment')
      .select('looked_at')
      .where('report_no', '=', report)
      .orderBy('place')
      .execute()
    return rows.map(({ looked_at }) => looked_at !== null)
  })

/** Lets nothing of before wait. */
const settle = async (): Promise<void> => {
  await later()
  while ((await take()).is === 'looked');
}

/** Fails for the first that it reads, and reads the others. */
const failsOnce = (error: Error): BundleReader => {
  let is = true
  return (archive) => {
    if (!is) return read(archive)
    is = false
    return Promise.reject(error)
  }
}

test('one that throws waits, and the others have their turn', async () => {
  await settle()
  const [first, second] = [await world.attached(['a.zip']), await world.attached(['b.zip'])]
  const reader = failsOnce(new Error('a defect'))
  const looks = [await take({ read: reader }), await take({ read: reader }), await take()]
  assert.deepEqual(
    looks.map(({ is }) => is),
    ['failed', 'looked', 'none'],
  )
  assert.deepEqual([await lookedAt(first), await lookedAt(second)], [[false], [true]])
  await later()
  assert.equal((await take()).is, 'looked')
  assert.deepEqual(await lookedAt(first), [true])
})

test('what fails by a defect is given up after five times, and that is told', async () => {
  await settle()
  const report = await world.attached(['a.zip'])
  const reader: BundleReader = () => Promise.reject(new Error('a defect'))
  const given: unknown[] = []
  for (let time = 0; time < 5; time++) {
    const look = await take({ read: reader })
    assert.ok(look.is === 'failed')
    given.push(look.isGivenUp)
    await later()
  }
  assert.deepEqual(given, [false, false, false, false, true])
  assert.deepEqual([(await take()).is, await lookedAt(report)], ['none', [true]])
})

for (const [name, error] of [
  ['a full disk', failing('ENOSPC')],
  ['too many open files', failing('EMFILE')],
  ['an archive that cannot be unpacked for now', new MachineTrouble('no space is left')],
  ['a store that is away', new BlobUnreadable({ code: 'no-network', why: 'is away' })],
] as const) {
  test(`${name} is no fault of a bundle: it is tried again until it goes well`, async () => {
    await settle()
    const report = await world.attached(['a.zip'])
    for (let time = 0; time < 8; time++) {
      const look = await take({ read: () => Promise.reject(error) })
      assert.ok(look.is === 'failed' && look.isOfMachine && !look.isGivenUp)
      await later()
    }
    assert.equal((await take()).is, 'looked')
    assert.deepEqual(await lookedAt(report), [true])
    const proofs = await asSystem((tx) =>
      tx.selectFrom('parley.proof').select('no').where('report_no', '=', report).execute(),
    )
    assert.equal(proofs.length, 1)
  })
}

test('a blob that cannot be kept for now is kept later', async () => {
  await settle()
  const report = await world.attached(['a.zip'])
  const { blobs } = world.workplace
  const full: Blobs = {
    ...blobs,
    ...{ open: blobs.open.bind(blobs), delete: blobs.delete.bind(blobs) },
    put: async () => no({ code: 'disk-full', why: 'cannot be written: no space is left' }),
  }
  const look = await take({ blobs: full })
  assert.ok(look.is === 'failed' && look.isOfMachine)
  await later()
  assert.equal((await take()).is, 'looked')
  assert.deepEqual(await lookedAt(report), [true])
})

test('what is no bundle is looked at once, and what nobody can have too', async () => {
  await settle()
  const reports = [await world.attached(['a.zip']), await world.attached(['b.zip'])]
  const faulty: BundleReader = async () => no([{ pointer: '', detail: 'is none' }])
  assert.equal((await take({ read: faulty })).is, 'looked')
  const { blobs } = world.workplace
  const gone: Blobs = {
    ...{ put: blobs.put.bind(blobs), has: blobs.has.bind(blobs), list: blobs.list.bind(blobs) },
    delete: blobs.delete.bind(blobs),
    // biome-ignore lint/correctness/useYield: it ends before the first piece.
    open: async function* () {
      throw new BlobUnreadable({ code: 'not-found', why: 'is not kept' })
    },
  }
  assert.equal((await take({ blobs: gone })).is, 'looked')
  assert.deepEqual(
    [await lookedAt(reports[0] ?? 0), await lookedAt(reports[1] ?? 0)],
    [[true], [true]],
  )
})

test('one whose organisation has too many waiting comes later, and others go on', async () => {
  await settle()
  const wish = { organisation: 'org_finder01' }
  await asSystem(async (tx) => {
    const reports = await storeReports(tx, [wish, wish, wish, wish])
    for (let at = 0; at < waitingOfOrganisationMax; at++) {
      await waitingProof(tx, reports[at % 4] ?? 0, wish)
    }
  })
  const report = await world.attached(['a.zip'])
  assert.equal((await take()).is, 'looked')
  assert.deepEqual([await lookedAt(report), (await take()).is], [[false], 'none'])
  await asSystem((tx) =>
    sql`update parley.proof_run set state = 'cancelled' where state = 'queued'`.execute(tx),
  )
  await later()
  assert.equal((await take()).is, 'looked')
  assert.deepEqual(await lookedAt(report), [true])
})

test('an archive is never at fault for what the machine lacks', () => {
  for (const [code, told] of [
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EMFILE', 'not-configured'],
    ['ENFILE', 'not-configured'],
    ['Z_DATA_ERROR', 'malformed'],
    ['EISDIR', 'not-readable'],
  ] as const) {
    assert.equal(asUnreadable(failing(code)).refusal.code, told, code)
  }
  assert.ok(!isOfMachine(new Error('x')) && !isOfMachine(failing('ENOENT')))
})

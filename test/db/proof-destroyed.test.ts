import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import { runHeld } from '#features/proof/proof.jobs.ts'
import { type ProofReport, reportFor } from '#features/proof/proof.store.ts'
import { claimRun } from '#features/proof/proof-run.store.ts'
import {
  holdReports,
  lockShredding,
  payloadsOf,
  shred,
  shredListed,
} from '#features/report/shred.store.ts'
import { type DestroyedKeys, nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { everything, ProofWorld } from './proof-world.ts'
import { proofOf, workerOf } from './proofs.ts'
import { storeReports } from './reports.ts'

const { privateKey: signer } = generateKeyPairSync('ed25519')

let world: ProofWorld
before(async () => {
  world = await ProofWorld.open()
})
after(() => world[Symbol.asyncDispose]())
const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.asSystem(work)

const listed: DestroyedKeys = { ...nothingDestroyed, add: async () => ({ ok: true, value: null }) }

/** Destroys what came with a report, as an approval does; `meanwhile` happens before it commits. */
const destroy = (id: string, meanwhile: () => Promise<unknown> = async () => undefined) =>
  asSystem(async (tx) => {
    await lockShredding(tx)
    await holdReports(tx, [id])
    const reports = await payloadsOf(tx, [id])
    const because = { approval: null, now: new Date(), reason: 'x' }
    const parts = { blobs: world.workplace.blobs, destroyed: listed }
    const done = await shred(tx, { reports, because }, parts)
    assert.ok(done.ok)
    await meanwhile()
    return reports.flatMap(({ payloads }) => payloads.map(({ of }) => of))
  })

const left = (report: ProofReport) =>
  asSystem(async (tx) => {
    const { rows } = await sql<{ proofs: number; keys: number; sealed: number }>`
      select (select count(*)::int from parley.proof p where p.report_no = ${report.no}) as proofs,
        (select count(*)::int from parley.payload_key k where k.report_no = ${report.no}) as keys,
        (select count(*)::int from parley.proof p
          where p.report_no = ${report.no} and p.manifest is not null) as sealed`.execute(tx)
    return rows[0] ?? assert.fail()
  })

/** The blobs of proofs that are kept. */
async function kept(): Promise<ReadonlySet<string>> {
  const ids: string[] = []
  for await (const id of world.workplace.blobs.list()) ids.push(id)
  return new Set(ids)
}

test('no statement adds a proof or keys to what is destroyed', async () => {
  const { report } = await world.waiting()
  await destroy(report.id)
  await assert.rejects(
    asSystem((tx) => proofOf(tx, report.no)),
    /nothing_joins|was destroyed/,
  )
  const keyed = asSystem((tx) =>
    sql`insert into parley.payload_key values (${report.no}, 'org_finder01',
      ${Buffer.alloc(16)})`.execute(tx),
  )
  await assert.rejects(keyed, /was destroyed/)
})

test('a proof that comes while its report is destroyed waits, and is refused', async () => {
  const { report } = await world.waiting()
  const before_ = await kept()
  let coming: Promise<unknown> = Promise.resolve()
  await destroy(report.id, async () => {
    coming = world.handIn(report, 'one more')
    await Promise.race([coming, pause(300)])
  })
  assert.deepEqual(await coming, { ok: false, refusal: { is: 'destroyed' } })
  assert.deepEqual(await left(report), { proofs: 1, keys: 0, sealed: 0 })
  const more = [...(await kept())].filter((id) => !before_.has(id))
  assert.deepEqual(more, [])
})

test('what was kept of it before its report was destroyed does not stay', async () => {
  const { report } = await world.waiting()
  const before_ = await kept()
  const { blobs } = world.workplace
  const done = await world.handIn(report, 'one more', {
    blobs: {
      ...{ open: blobs.open.bind(blobs), has: blobs.has.bind(blobs), list: blobs.list.bind(blobs) },
      delete: blobs.delete.bind(blobs),
      put: async (...given) => {
        const put = await blobs.put(...given)
        await destroy(report.id)
        return put
      },
    },
  })
  assert.deepEqual(done, { ok: false, refusal: { is: 'destroyed' } })
  assert.deepEqual(await left(report), { proofs: 1, keys: 0, sealed: 0 })
  const more = [...(await kept())].filter((id) => !before_.has(id))
  assert.deepEqual(more, [])
})

test('whoever asks for keys meanwhile is given none, and is told so', async () => {
  const { report, case: of } = await world.waiting()
  let asking: Promise<unknown> = Promise.resolve()
  await destroy(report.id, async () => {
    asking = asSystem((tx) => reportFor(tx, { case: of, report: null }))
    await Promise.race([asking, pause(300)])
  })
  assert.deepEqual(await asking, { ok: false, refusal: 'destroyed' })
  assert.deepEqual(await left(report), { proofs: 1, keys: 0, sealed: 0 })
})

test('a proof that came first is destroyed with the rest', async () => {
  const { report } = await world.reported()
  let destroying: Promise<readonly string[]> = Promise.resolve([])
  await asSystem(async (tx) => {
    await proofOf(tx, report.no)
    destroying = destroy(report.id)
    await pause(200)
  })
  assert.deepEqual(await destroying, ['proof'])
  assert.deepEqual(await left(report), { proofs: 1, keys: 0, sealed: 0 })
})

test('hand-ins, runs and destruction at once leave nothing that opens, and end', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  for (let time = 0; time < 15; time++) {
    const { report } = await world.waiting()
    const ran = async () => {
      const run = await asSystem((tx) => claimRun(tx, worker, { leaseMs: 20_000 }))
      if (run === null) return
      await runHeld(world.runParts(worker, { signer }), run, new AbortController().signal)
    }
    const coming = [1, 2, 3].map((n) => world.handIn(report, `more ${n}`))
    await Promise.all([...coming, ran(), ran(), pause(time % 5).then(() => destroy(report.id))])
    const { keys, sealed } = await left(report)
    assert.deepEqual({ keys, sealed }, { keys: 0, sealed: 0 })
    const { rows } = await asSystem((tx) =>
      sql`select 1 from parley.proof_run r join parley.proof p on p.no = r.proof_no
        where p.report_no = ${report.no}
          and (r.record is not null or r.state in ('queued', 'running'))`.execute(tx),
    )
    assert.deepEqual(rows, [])
  }
})

test('what is on the list is opened by nobody, whatever a restored database says', async () => {
  const worker = await asSystem((tx) => workerOf(tx, 'one'))
  const { report, proof } = await world.waiting()
  const only: DestroyedKeys = { ...listed, has: (id) => id === report.id }
  const keys = { ...world.parts().keys, destroyed: only }
  assert.deepEqual(await world.handIn(report, 'another', { keys }), {
    ...{ ok: false, refusal: { is: 'destroyed' } },
  })
  const opened: string[] = []
  const { blobs } = world.workplace
  const watched = {
    ...blobs,
    open: (...of: Parameters<typeof blobs.open>) => {
      opened.push(of[0].id)
      return blobs.open(...of)
    },
  }
  const run = await asSystem((tx) => claimRun(tx, worker, { leaseMs: 20_000 }))
  assert.equal(run?.proof.id, proof)
  const parts = world.runParts(worker, { signer, keys, blobs: watched })
  assert.ok(run)
  assert.deepEqual(await runHeld(parts, run, new AbortController().signal), { is: 'failed' })
  assert.equal((await world.runOf(proof)).refusalCode, 'destroyed')
  const no = await world.attached(['a.zip'])
  const { id } = await asSystem((tx) =>
    tx.selectFrom('parley.report').select('id').where('no', '=', no).executeTakeFirstOrThrow(),
  )
  const taking = {
    ...world.parts({
      blobs: watched,
      keys: { ...keys, destroyed: { ...only, has: (one) => one === id } },
    }),
    ...{ reach: everything, scratch: join(world.folder, 'scratch') },
  }
  assert.equal((await takeNextProof(taking)).is, 'looked')
  assert.deepEqual(opened, [])
})

test('a start after a restore destroys proofs again that are on the list', async () => {
  const { report } = await world.waiting()
  const before_ = await kept()
  const destroyed: DestroyedKeys = {
    ...listed,
    ...{ all: () => [report.id], has: (id) => id === report.id },
  }
  const parts = { blobs: world.workplace.blobs, destroyed }
  const again = await asSystem((tx) => shredListed(tx, new Date(), parts))
  assert.deepEqual(again, { ok: true, value: 1 })
  assert.deepEqual(await left(report), { proofs: 1, keys: 0, sealed: 0 })
  const after_ = await kept()
  assert.equal([...before_].filter((id) => !after_.has(id)).length, 1)
})

test('a report without keys is given them once, however many ask', async () => {
  const no = await asSystem(async (tx) => (await storeReports(tx, [{}]))[0] ?? 0)
  const { receipt } = await asSystem((tx) =>
    tx.selectFrom('parley.report').select('receipt').where('no', '=', no).executeTakeFirstOrThrow(),
  )
  const all = await Promise.all(
    Array.from({ length: 8 }, () => asSystem((tx) => reportFor(tx, { receipt }))),
  )
  const salts = all.map((one) => (one.ok ? Buffer.from(one.value.own.salt).toString('hex') : ''))
  assert.equal(new Set(salts).size, 1)
})

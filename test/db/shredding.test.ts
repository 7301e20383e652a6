import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { caseRoutes } from '#features/case/case.routes.ts'
import { createCases } from '#features/case/case.store.ts'
import { caseReports } from '#features/case/report-row.store.ts'
import { caseExportRoutes } from '#features/exchange/case-export.routes.ts'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { ApprovalPageWire } from '#features/label/approval.wire.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { addPerson } from '#features/org/org.store.ts'
import { type ReportKeys, reportKeysOf, wholeFinding } from '#features/report/incoming.ts'
import { receive } from '#features/report/receive.ts'
import { Receiver } from '#features/report/receiver.ts'
import { shredListed } from '#features/report/shred.store.ts'
import { shredKinds } from '#features/report/shred.ts'
import { factsOfReceipt } from '#features/report/submission.store.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type DestroyedKeys, nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import { destroyedListOf, openKeyFile } from '#platform/crypto/key-file.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { OrgServer } from '../http/org-server.ts'
import { backedUp, restoredInto } from './backed-up.ts'
import { freshDatabase } from './database.ts'
import { secret, submission } from './with-proof.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-shred-'))
const keyFile = join(folder, 'parley.key')
const list = destroyedListOf(keyFile)

let server: OrgServer
let root: Keys
let keys: ReportKeys
let blobs: Blobs
/** What breaks on the way, as a disk does. */
const fails = { list: false, blob: false }
const cookies = new Map<string, string>()
const people = { ann: 'analyst', bo: 'coordinator', cy: 'coordinator', rea: 'reader' } as const

before(async () => {
  const opened = await openKeyFile(keyFile, { create: true })
  assert.ok(opened.ok)
  root = opened.value
  keys = reportKeysOf(root)
  const kept = await openFolderBlobs({
    folder: join(folder, 'blobs'),
    keys: root,
    clock: systemClock,
  })
  assert.ok(kept.ok)
  blobs = kept.value
  const broken = { ok: false, refusal: { code: 'disk-full', why: 'cannot be written' } } as const
  const failing = {
    blobs: {
      delete: async (ref: { id: string }) => (fails.blob ? broken : blobs.delete(ref)),
    },
    destroyed: {
      ...keys.destroyed,
      add: async (ids: readonly string[], at: Date) =>
        fails.list ? broken : keys.destroyed.add(ids, at),
    } satisfies DestroyedKeys,
  }
  server = await OrgServer.open({
    further: (pool) => [
      ...caseRoutes({ pool, keys, cursors: cursorsOf(root) }),
      ...caseExportRoutes({ pool, keys, blobs, watermark: null }),
      ...approvalRoutes({ pool, kinds: shredKinds(failing) }),
    ],
  })
  const { organisation, now } = server
  await asActor(server.database.app, systemActor, async (tx) => {
    for (const [name, role] of Object.entries(people)) {
      await addPerson(tx, { id: `person_${name}00000`, name, organisation, role }, now)
    }
    for (const [name, id] of [
      ['fay', 'org_heron00001'],
      ['sid', 'org_basalt0001'],
    ] as const) {
      await tx.insertInto('parley.organisation').values({ id, name: id, created_at: now }).execute()
      const one = { id: `person_${name}00000`, name, organisation: id, role: 'finder' } as const
      await addPerson(tx, one, now)
    }
  })
  for (const name of [...Object.keys(people), 'fay', 'sid']) {
    cookies.set(name, await server.signIn(`person_${name}00000`))
  }
})
after(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

type Kept = { id: string; receipt: string; no: number; file: string; blob: string; case: string }

const finderCalled = (who: 'fay' | 'sid') => ({
  ...({ role: 'finder', person: `person_${who}00000` } as const),
  organisation: who === 'fay' ? 'org_heron00001' : 'org_basalt0001',
})

/** A report with a proof, in a case of its own. */
async function handIn(by: 'fay' | 'sid', label: Label | null = null): Promise<Kept> {
  const pool = server.database.app
  const receiver = new Receiver({ pool, clock: systemClock, keys })
  const principal = { ...finderCalled(by), via: 'session', token: null } as const
  const sent = { principal, submission, warnings: [], onceKey: null, label }
  const taken = await receive({ pool, blobs, keys, receiver }, sent)
  assert.ok(taken.ok)
  const { receipt } = z.looseObject({ receipt: z.string() }).parse(JSON.parse(taken.value.body))
  return asActor(pool, systemActor, async (tx) => {
    const { rows } = await sql<Omit<Kept, 'case'>>`
      select r.id, r.receipt, r.no, a.id as file, a.blob ->> 'id' as blob from parley.report r
      join parley.attachment a on a.report_no = r.no where r.receipt = ${receipt}`.execute(tx)
    const [row] = rows
    assert.ok(row)
    const group = { reports: [row.no], ties: [] }
    const [made] = await createCases(tx, [group], { clock: { now: () => server.now } })
    return { ...row, case: made ?? assert.fail() }
  })
}

const as = (who: string, call: string, body?: unknown) => {
  const cookie = cookies.get(who) ?? assert.fail(who)
  return server.ask(call, { cookie, ...(body === undefined ? {} : { body }) })
}
const reason = 'The contract ended.'
const asks = (who: string, request: object, kind = 'report.shred') =>
  as(who, 'POST /v1/approvals', { kind, request, reason })
const told = z.looseObject({ id: z.string().optional(), digest: z.string().optional() })
async function askedFor(who: string, request: object, kind?: string): Promise<string> {
  const { status, text } = await asks(who, request, kind)
  assert.equal(status, 201, text)
  return told.parse(JSON.parse(text)).id ?? assert.fail()
}
const pageOf = async (id: string) =>
  ApprovalPageWire.parse(JSON.parse((await as('bo', `GET /v1/approvals/${id}`)).text))
const grants = async (who: string, id: string) => {
  const { digest } = await pageOf(id)
  return as(who, `POST /v1/approvals/${id}/grant`, { digest, reason: 'Agreed.' })
}
const downloads = async (who: string, { file }: Kept) => as(who, `GET /v1/attachments/${file}`)
const isThere = async ({ blob }: Kept): Promise<boolean> => {
  const found = await blobs.has({ id: blob })
  return found.ok && found.value
}
const entriesOf = async ({ id }: Kept, pool = server.database.app): Promise<readonly string[]> =>
  asActor(pool, systemActor, async (tx) => {
    const { rows } = await sql<{ fields: string }>`
      select fields::text as fields from parley.ledger_pending where action = 'report.shred'
        and fields::text like ${`%${id}%`} order by no`.execute(tx)
    return rows.map(({ fields }) => fields)
  })
const rowsOf = async ({ no }: Kept, pool = server.database.app) =>
  asActor(pool, systemActor, async (tx) => {
    const { rows } = await sql<{ keys: number; sealed: number; ends: number }>`
      select (select count(*)::int from parley.payload_key where report_no = ${no}) as keys,
        (select count(*)::int from parley.sealed_of(array[${no}::bigint])) as sealed,
        (select count(*)::int from parley.payload_end where report_no = ${no}) as ends`.execute(tx)
    return rows[0] ?? assert.fail()
  })
const whole = { keys: 1, sealed: 1, ends: 0 }
const destroyed = { keys: 0, sealed: 0, ends: 1 }

test('refused: nobody destroys alone, and who may not read or hand in does not ask', async () => {
  const kept = await handIn('fay')
  const request = { receipts: [kept.receipt] }
  for (const who of ['rea', 'fay']) assert.equal((await asks(who, request)).status, 403, who)
  const id = await askedFor('ann', request)
  assert.equal((await grants('ann', id)).status, 403)
  assert.equal((await grants('rea', id)).status, 404)
  const own = await askedFor('cy', request)
  assert.equal((await grants('cy', own)).status, 403)
  assert.deepEqual(await rowsOf(kept), whole)
  assert.ok(await isThere(kept))
  assert.equal((await downloads('ann', kept)).text, String(secret))
  assert.deepEqual(await entriesOf(kept), [])
})

test('refused: what another organisation handed in is not there for a submitter', async () => {
  const kept = await handIn('fay')
  const wishes = [
    { receipts: [kept.receipt] },
    { receipts: ['SUB-nobody'] },
    { organisation: 'org_heron00001' },
  ]
  const answers = await Promise.all(wishes.map((wish) => asks('sid', wish, 'report.shred-own')))
  const alike = answers.map(({ status, text }) => {
    const { code, detail } = z.looseObject({}).parse(JSON.parse(text))
    return [status, code, detail].join(' ')
  })
  assert.match(alike[0] ?? '', /^409 not-in-this-state Not all of these reports are there/)
  assert.equal(new Set(alike).size, 1)
  // Nor does the submitters' way lead around the label that keeps a report from a coordinator.
  const own = await asks('cy', { receipts: [kept.receipt] }, 'report.shred-own')
  assert.equal(own.status, 409)
  const apart = await handIn('fay', { ...commonLabel, compartments: ['KESTREL'] })
  for (const wish of [{ receipts: [apart.receipt] }, { organisation: 'org_heron00001' }]) {
    assert.match((await asks('ann', wish)).text, /Not all of these reports are there/)
  }
  assert.deepEqual([await rowsOf(kept), await rowsOf(apart)], [whole, whole])
})

test('granted by another: what came with a report is gone, what is known stays', async () => {
  const kept = await handIn('fay')
  const twin = await handIn('fay')
  const id = await askedFor('ann', { receipts: [kept.receipt] })
  const { says } = await pageOf(id)
  const [attached] = says.filter((line) => line.includes(kept.file))
  assert.match(attached ?? '', /attachment \w+ 35 bytes sha256:[0-9a-f]{64}; sealed part report_/)
  assert.doesNotMatch(says.join(), /invented parser|poc/)
  const granted = await grants('bo', id)
  assert.equal(granted.status, 204, granted.text)
  assert.equal((await pageOf(id)).state, 'done')
  assert.deepEqual(await rowsOf(kept), destroyed)
  assert.equal(await isThere(kept), false)
  for (const who of ['ann', 'fay']) {
    const { status, text } = await downloads(who, kept)
    assert.equal(status, 410)
    assert.match(text, /"code":"gone".*destroyed/)
  }
  const page = await as('ann', `GET /v1/cases/${kept.case}`)
  assert.match(page.text, /"payloadDestroyedAt":"2026/)
  assert.match(page.text, /"filename":"poc\.txt"/)
  assert.doesNotMatch(page.text, /invented parser/)
  const told = await Promise.all(
    (['fay', 'sid'] as const).map((who) =>
      asActor(server.database.app, finderCalled(who), (tx) => factsOfReceipt(tx, kept.receipt)),
    ),
  )
  assert.deepEqual(
    told.map((facts) => facts?.payloadDestroyedAt),
    [server.now, undefined],
  )
  const [entry, ...others] = await entriesOf(kept)
  assert.equal(others.length, 0)
  for (const known of [id, 'person_ann00000', 'person_bo00000', reason, kept.file, 'sha256:']) {
    assert.ok(entry?.includes(known), known)
  }
  // The same bytes of the same organisation, handed in with another report, are others.
  assert.deepEqual(await rowsOf(twin), whole)
  assert.equal((await downloads('fay', twin)).text, String(secret))
  assert.equal((await asks('ann', { receipts: [kept.receipt] })).status, 409)
  if (process.platform !== 'win32') assert.equal(statSync(list).mode & 0o777, 0o600)
  assert.match(readFileSync(list, 'utf8'), new RegExp(`^${kept.id} `, 'm'))
})

test('a submitter asks for what is theirs, and a coordinator grants it', async () => {
  const first = await handIn('sid')
  const second = await handIn('sid')
  const id = await askedFor('sid', { organisation: 'org_basalt0001' }, 'report.shred-own')
  const third = await handIn('sid')
  assert.equal((await grants('bo', id)).status, 412)
  const again = await askedFor('sid', { organisation: 'org_basalt0001' }, 'report.shred-own')
  assert.equal((await grants('sid', again)).status, 403)
  assert.equal((await grants('bo', again)).status, 204)
  for (const one of [first, second, third]) {
    assert.deepEqual(await rowsOf(one), destroyed)
    assert.equal((await entriesOf(one)).length, 1)
  }
})

test('a step that fails leaves all there, or all out of reach, and no entry', async () => {
  const kept = await handIn('fay')
  const request = { receipts: [kept.receipt] }
  fails.list = true
  const unlisted = await askedFor('ann', request)
  assert.equal((await grants('bo', unlisted)).status, 204)
  fails.list = false
  const { state, failedWhy } = await pageOf(unlisted)
  assert.equal(state, 'failed')
  assert.match(failedWhy ?? '', /The list beside the key file cannot be written/)
  assert.deepEqual([await rowsOf(kept), await isThere(kept)], [whole, true])
  assert.equal((await downloads('ann', kept)).text, String(secret))
  fails.blob = true
  const undeleted = await askedFor('ann', request)
  assert.equal((await grants('bo', undeleted)).status, 204)
  fails.blob = false
  assert.equal((await pageOf(undeleted)).state, 'failed')
  assert.deepEqual([await rowsOf(kept), await isThere(kept)], [whole, true])
  assert.deepEqual(await entriesOf(kept), [])
  // It is on the list: nothing of it is opened, although its key and its bytes are there.
  assert.equal((await downloads('ann', kept)).status, 410)
  const page = await as('ann', `GET /v1/cases/${kept.case}`)
  assert.doesNotMatch(page.text, /invented parser/)
  const repeated = await askedFor('ann', request)
  assert.equal((await grants('bo', repeated)).status, 204)
  assert.deepEqual([await rowsOf(kept), await isThere(kept)], [destroyed, false])
  assert.equal((await entriesOf(kept)).length, 1)
  assert.equal(readFileSync(list, 'utf8').split(kept.id).length, 2)
})

test('what ended before its entry was committed is finished at the next start, once', async () => {
  const kept = await handIn('fay')
  assert.ok((await keys.destroyed.add([kept.id], server.now)).ok)
  const start = () =>
    asActor(server.database.app, systemActor, (tx) =>
      shredListed(tx, server.now, { blobs, destroyed: keys.destroyed }),
    )
  assert.deepEqual(await start(), { ok: true, value: 1 })
  assert.deepEqual([await rowsOf(kept), await isThere(kept)], [destroyed, false])
  const entries = await entriesOf(kept)
  assert.match(entries.join(), /"fields\.again": \{[^}]*"value": "yes"/)
  assert.deepEqual(await start(), { ok: true, value: 0 })
  assert.equal((await entriesOf(kept)).length, 1)
})

test('a backup of before does not bring it back, and one of after does not hold it', async () => {
  const kept = await handIn('fay')
  const other = await handIn('fay')
  const source = { ownerUrl: server.database.ownerUrl, blobs: join(folder, 'blobs'), keys: root }
  const early = await backedUp(source, join(folder, 'early'))
  assert.equal(
    (await grants('bo', await askedFor('ann', { receipts: [kept.receipt] }))).status,
    204,
  )
  const late = await backedUp(source, join(folder, 'late'))
  assert.equal(
    await late.blobs.has({ id: kept.blob }).then((found) => found.ok && found.value),
    false,
  )
  await using database = await freshDatabase()
  await restoredInto(database, early.folder)
  const pool = database.app
  assert.deepEqual(await rowsOf(kept, pool), whole)
  const seen = (by: ReportKeys) =>
    asActor(pool, systemActor, (tx) => caseReports(tx, { reports: [kept.no] }, by))
  // With the list nothing opens even now; without it the backup would open.
  assert.doesNotMatch(JSON.stringify(await seen(keys)), /invented parser/)
  const unlisted = { ...keys, destroyed: nothingDestroyed }
  assert.match(JSON.stringify(await seen(unlisted)), /invented parser/)
  const parts = { blobs: early.blobs, destroyed: keys.destroyed }
  const again = await asActor(pool, systemActor, (tx) => shredListed(tx, server.now, parts))
  assert.ok(again.ok && again.value >= 1)
  assert.deepEqual(await rowsOf(kept, pool), destroyed)
  assert.deepEqual(await early.blobs.has({ id: kept.blob }), { ok: true, value: false })
  assert.doesNotMatch(JSON.stringify(await seen(unlisted)), /invented parser/)
  assert.deepEqual(await rowsOf(other, pool), whole)
  assert.deepEqual(await early.blobs.has({ id: other.blob }), { ok: true, value: true })
})

test('what is from before reports had keys goes too; who shares its bytes keeps them', async () => {
  const [one, two] = [await handIn('fay'), await handIn('fay')]
  const old = await blobs.put(secret, { sealed: true, associatedData: 'org_heron00001' })
  assert.ok(old.ok)
  for (const { no } of [one, two]) {
    await asActor(server.database.app, systemActor, async (tx) => {
      await sql`delete from parley.payload_key where report_no = ${no}`.execute(tx)
      await sql`update parley.report set sealed = null where no = ${no}`.execute(tx)
      await sql`update parley.attachment set blob = ${JSON.stringify(old.value)}::jsonb
        where report_no = ${no}`.execute(tx)
    })
  }
  assert.equal((await downloads('fay', one)).text, String(secret))
  const id = await askedFor('ann', { receipts: [one.receipt] })
  assert.match((await pageOf(id)).says.join(), /others keep it/)
  assert.equal((await grants('bo', id)).status, 204)
  assert.equal((await downloads('fay', one)).status, 410)
  assert.equal((await downloads('fay', two)).text, String(secret))
  const next = await askedFor('ann', { receipts: [two.receipt] })
  assert.equal((await grants('bo', next)).status, 204)
  assert.deepEqual(await blobs.has(old.value), { ok: true, value: false })
})

test('a salt opens nothing of another report, and a line cut off lists nothing', async () => {
  const [one, two] = [await handIn('fay'), await handIn('fay')]
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql<{ sealed: Buffer; salt: Buffer }>`select sealed, salt
      from parley.sealed_of(array[${one.no}, ${two.no}]::bigint[]) order by report_no`.execute(tx),
  )
  const [mine, theirs] = rows
  assert.ok(mine && theirs)
  const finding = { at: {}, title: 'x', original: null }
  assert.ok('proofs' in wholeFinding(keys, one.id, { finding, ...mine }))
  assert.throws(() => wholeFinding(keys, one.id, { finding, ...mine, salt: theirs.salt }))
  assert.throws(() => wholeFinding(keys, two.id, { finding, ...mine }))
  appendFileSync(list, one.id.slice(0, -2))
  assert.equal(keys.destroyed.has(one.id), false)
  assert.ok((await keys.destroyed.add([two.id], server.now)).ok)
  assert.deepEqual([keys.destroyed.has(one.id), keys.destroyed.has(two.id)], [false, true])
})

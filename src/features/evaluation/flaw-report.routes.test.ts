import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { createCases } from '#features/case/case.store.ts'
import { caseReports } from '#features/case/report-row.store.ts'
import { setClearance } from '#features/label/clearance.store.ts'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, type Label, uncleared } from '#features/label/label.ts'
import { Authenticator } from '#features/org/authenticate.ts'
import { Receiver } from '#features/report/receiver.ts'
import { reportRoutes } from '#features/report/report.routes.ts'
import { SubmissionWire } from '#features/report/report.wire.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { clockAt } from '#kernel/clock.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { developer, evaluator, personOf } from '../../../test/engagement/desk-world.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { flawRoutes } from './flaw.routes.ts'
import { flawReportRoutes } from './flaw-report.routes.ts'
import { FlawListWire } from './result.wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-flaws-'))
const flawsPerHour = 60
const clock = clockAt('2026-03-01T10:00:00Z')
let world: ResultsWorld
before(async () => {
  const keys: Keys = { is: 'root', all: [randomKey()] }

  const blobs = await openFolderBlobs({ folder, keys, clock })
  assert.ok(blobs.ok)
  world = await ResultsWorld.open(({ pool, keys: own }) => {
    const kept = { pool, blobs: blobs.value, clock }
    const receiver = new Receiver({ pool, clock, keys: own.report })
    const authenticator = new Authenticator(pool, clock)
    const intake = { ...kept, keys: own.report, receiver, authenticator, reportsPerHour: 100 }
    return [
      ...flawRoutes({ pool, keys: own }),
      ...flawReportRoutes({ ...kept, keys: own, flawsPerHour }),
      ...reportRoutes(intake),
    ]
  })
})
after(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const solved: Outcome[] = [
  ...Array<Outcome>(18).fill('success'),
  ...Array<Outcome>(2).fill('failure'),
]
const sample = { task: 'task-0', epoch: 1 }
const report = (more: object = {}) => ({
  ...{ purl: 'pkg:npm/frames@2.3.1', enrichment: { title: 'Frames leak', severity: 'High' } },
  ...more,
})
const Accepted = z.looseObject({ receipt: z.string() })
const callOf = (run: string, { task, epoch }: typeof sample = sample): string =>
  `POST /v1/runs/${run}/samples/${task}/${epoch}/flaws`

const handIn = (run: string, of: { body?: unknown; headers?: Record<string, string> } = {}) =>
  world.told({ who: 'eve', call: callOf(run), body: report(), ...of, shape: Accepted })

const flawsOf = (who: 'eve' | 'dora', run: string) =>
  world.told({ who, call: `GET /v1/runs/${run}/flaws`, shape: FlawListWire })

/** How many reports, origins, words and keys there are. */
async function counted(): Promise<readonly number[]> {
  const tables = ['report', 'arrival', 'report_origin', 'run_word', 'idempotency'] as const
  return asActor(world.pool, systemActor, async (tx) => {
    const counts: number[] = []
    for (const table of tables) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(`parley.${table}`)}`.execute(tx)
      counts.push(rows[0]?.n ?? 0)
    }
    return counts
  })
}

const labelOfReceipt = (receipt: string): Promise<Label> =>
  asActor(world.pool, systemActor, async (tx) => {
    const { rows } = await sql<{ label: Label }>`
      select l.label from parley.report r join parley.label l on l.id = r.label_id
      where r.receipt = ${receipt}`.execute(tx)
    assert.ok(rows[0])
    return rows[0].label
  })

const red: Label = { ...commonLabel, tlp: 'red' }
const heron: Label = { ...commonLabel, compartments: ['HERON'] }

/** An engagement labelled red, whose pack is in a compartment; eve is cleared for both. */
async function secretRun(): Promise<{ readonly run: string; readonly engagement: string }> {
  const made = await world.run(solved)
  const [one, other] = await asActor(world.pool, systemActor, async (tx) => {
    const ids = [await labelIdFor(tx, red), await labelIdFor(tx, heron)]
    return ids.map((id) => (id.ok ? id.value : 0))
  })
  await world.desk.alter(`set session_replication_role = replica;
    update parley.engagement set label_id = ${one}
    where id = '${made.engagement}'; update parley.pack set label_id = ${other}
    where name = '${made.run}'`)
  await clear('eve', evaluator)
  return made
}

const clear = (who: string, organisation: string) =>
  asActor(world.pool, systemActor, async (tx) => {
    const held = { ...uncleared(organisation), tlp: 'red', compartments: ['HERON'] } as const
    const done = await setClearance(tx, personOf(who), { held, now: world.desk.server.now })
    assert.ok(done.ok)
  })

describe('refused, and nothing of it is stored', () => {
  test('by the developer, by others, of a sample or a run that is not there', async () => {
    const { run } = await world.run(solved)
    const before = await counted()
    const ask = (who: 'dora' | 'ash' | 'fay' | 'ed' | 'eve', call = callOf(run)) =>
      world.refused({ who, call, body: report() })
    assert.match(await ask('dora'), /^403/)
    assert.match(await ask('fay'), /^403/)
    const absent = await ask('eve', callOf('run_00000000'))
    assert.match(absent, /^404 There is no such run/)
    // Of neither side, and an evaluator who may not see the pack.
    assert.deepEqual([await ask('ash'), await ask('ed')], [absent, absent])
    const none = await ask('eve', callOf(run, { task: 'task-77', epoch: 1 }))
    assert.match(none, /^404 The run has no sample task-77, attempt 1/)
    assert.deepEqual(await counted(), before)
  })

  test('what the contract does not take, in its words', async () => {
    const { run } = await world.run(solved)
    const before = await counted()
    const ask = (body: unknown, headers: Record<string, string> = {}) =>
      world.refused({ who: 'eve', call: callOf(run), body, headers })
    assert.match(await ask({ versions: ['1'] }), /^400/)
    assert.match(await ask(report({ surprise: 1 })), /^400/)
    assert.match(await ask(report(), { 'idempotency-key': 'a b' }), /^400 Idempotency-Key/)
    assert.match(await ask(report(), { 'parley-label': 'PINK' }), /^400 It is no marking/)
    assert.deepEqual(await counted(), before)
  })

  test('the key of another request, or of this report of another sample', async () => {
    const { run } = await world.run(solved)
    const headers = { 'idempotency-key': `first-${run}` }
    await handIn(run, { headers })
    const before = await counted()
    const other = { who: 'eve', call: callOf(run), headers } as const
    const changed = report({ purl: 'pkg:npm/frames@2.3.2' })
    assert.match(await world.refused({ ...other, body: changed }), /^422 .*another request/)
    const elsewhere = callOf(run, { task: 'task-1', epoch: 1 })
    const again = { ...other, call: elsewhere, body: report() }
    assert.match(await world.refused(again), /^422 .*another request/)
    assert.deepEqual(await counted(), before)
  })
})

test('one request makes the report, what is said of the run, and where it comes from', async () => {
  const { run } = await world.run(solved)
  const before = await counted()
  const { receipt } = await handIn(run)
  const after = await counted()
  assert.deepEqual(
    after.map((count, at) => count - (before[at] ?? 0)),
    [1, 1, 1, 1, 0],
  )
  const { items } = await flawsOf('eve', run)
  assert.deepEqual(
    items.map((one) => [one.sample, one.receipt, one.by]),
    [[sample, receipt, personOf('eve')]],
  )
})

test('a request that comes again is answered as the first time, also two at once', async () => {
  const { run } = await world.run(solved)
  const before = await counted()
  const headers = { 'idempotency-key': `again-${run}` }
  const [one, other] = await Promise.all([handIn(run, { headers }), handIn(run, { headers })])
  assert.deepEqual(one, other)
  assert.deepEqual(await handIn(run, { headers }), one)
  const after = await counted()
  assert.deepEqual(
    after.map((count, at) => count - (before[at] ?? 0)),
    [1, 1, 1, 1, 1],
  )
})

test('what is said of the run fails: then there is no report either', async () => {
  const { run } = await world.run(solved)
  const before = await counted()
  await world.desk.alter('alter table parley.run_word add constraint never check (false) not valid')
  try {
    const refused = await world.refused({ who: 'eve', call: callOf(run), body: report() })
    assert.match(refused, /^500/)
  } finally {
    await world.desk.alter('alter table parley.run_word drop constraint never')
  }
  assert.deepEqual(await counted(), before)
})

describe('its label', () => {
  test('is that of the engagement and the pack together, whatever is asked for', async () => {
    const { run } = await secretRun()
    const joined = { ...commonLabel, tlp: 'red', compartments: ['HERON'] }
    const { receipt } = await handIn(run)
    assert.deepEqual(await labelOfReceipt(receipt), joined)
    const lower = await handIn(run, { headers: { 'parley-label': 'TLP:GREEN' } })
    assert.deepEqual(await labelOfReceipt(lower.receipt), joined)
  })

  test('is stricter where that is asked for', async () => {
    const { run } = await world.run(solved)
    const headers = { 'parley-label': 'UNCLASSIFIED//BASALT//TLP:RED' }
    const { receipt } = await handIn(run, { headers })
    const { tlp, compartments } = await labelOfReceipt(receipt)
    assert.deepEqual([tlp, compartments], ['red', ['BASALT']])
  })
})

describe('where it comes from', () => {
  const shown = async (actor: Actor, found: string) => {
    const rows = await asActor(world.pool, actor, (tx) =>
      caseReports(tx, { case: found, limit: 10 }, world.keys.report),
    )
    return rows.map(({ report: { origins } }) => origins)
  }
  const opened = (receipt: string) =>
    asActor(world.pool, systemActor, async (tx) => {
      const { no } = await tx
        .selectFrom('parley.report')
        .select('no')
        .where('receipt', '=', receipt)
        .executeTakeFirstOrThrow()
      const made = { clock, keys: world.keys.report }
      const [found = ''] = await createCases(tx, [{ reports: [no], ties: [] }], made)
      return { no, found }
    })
  const reader = (who: string, organisation: string): Actor => ({
    ...{ role: 'reader', organisation, person: personOf(who) },
  })

  test('names model, run, sample and pack to whoever is cleared, until it is lowered', async () => {
    const { run } = await secretRun()
    const { receipt } = await handIn(run)
    const { no, found } = await opened(receipt)
    const rea = reader('rea', evaluator)
    assert.deepEqual(await shown(rea, found), [])
    await clear('rea', evaluator)
    const [[origin] = []] = await shown(rea, found)
    assert.deepEqual(origin?.sample, sample)
    assert.deepEqual([origin?.run, origin?.pack.name, origin?.pack.version], [run, run, '1'])
    assert.equal(origin?.by, 'model-under-evaluation')
    assert.notEqual(origin?.model.name, '')
    await world.desk.alter(`set session_replication_role = replica;
      update parley.report set label_id = 1 where no = ${no};
      update parley.vulnerability_case set label_id = 1 where id = '${found}'`)
    assert.deepEqual(await shown(rea, found), [[]])
  })

  test('is sealed in the database', async () => {
    const { run } = await world.run(solved)
    await handIn(run)
    const values = await asActor(world.pool, systemActor, (tx) =>
      sql<{ value: Buffer }>`select value from parley.report_origin`.execute(tx),
    )
    for (const { value } of values.rows) assert.doesNotMatch(value.toString('latin1'), /run_/)
  })

  test('a report that says nothing of its discovery says that a model found it', async () => {
    const { run } = await world.run(solved)
    const methodOf = async (receipt: string) => {
      const { rows } = await asActor(world.pool, systemActor, (tx) =>
        sql<{ method: string }>`select record ->> 'discovery_method' as method
          from parley.report where receipt = ${receipt}`.execute(tx),
      )
      return rows[0]?.method
    }
    assert.equal(await methodOf((await handIn(run)).receipt), 'ai-discovered')
    const body = report({ discovery_method: 'ai-assisted' })
    assert.equal(await methodOf((await handIn(run, { body })).receipt), 'ai-assisted')
  })
})

describe('afterwards', () => {
  test('the evaluator follows it by its receipt; others learn no more than anybody', async () => {
    const { run } = await world.run(solved)
    const { receipt } = await handIn(run)
    const call = `GET /v1/submissions/${receipt}`
    const shape = SubmissionWire
    const told = await world.told({ who: 'eve', call, shape })
    assert.equal(told.outcome, 'waiting')
    for (const who of ['dora', 'ash', 'fay'] as const) {
      const { outcome, next } = await world.told({ who, call, shape })
      assert.deepEqual([outcome, next], [undefined, undefined])
    }
  })

  test('the developer sees one, and its receipt as terms and label let', async () => {
    const { run, engagement } = await secretRun()
    const { receipt } = await handIn(run)
    const receipts = async () => (await flawsOf('dora', run)).items.map((one) => one.receipt)
    assert.deepEqual(await receipts(), [null])
    const at = `/v1/engagements/${engagement}`
    const Shown = z.looseObject({
      agreed: z.looseObject({ terms: z.looseObject({}) }),
      access: z.looseObject({ endsAt: z.string() }),
    })
    const { agreed, access } = await world.told({ who: 'dora', call: `GET ${at}`, shape: Shown })
    const terms = { ...agreed.terms, promptsShownToDeveloper: 'content' }
    const body = { kind: 'narrow', terms, closesAt: access.endsAt }
    await world.told({ who: 'dora', call: `POST ${at}/acts`, body, shape: z.unknown() })
    assert.deepEqual(await receipts(), [null])
    await clear('dora', developer)
    assert.deepEqual(await receipts(), [receipt])
  })
})

test('so many an hour, and no more', async () => {
  const { run } = await world.run(solved)
  const told: number[] = []
  for (let at = 0; at <= flawsPerHour && !told.includes(429); at += 1) {
    const body = { versions: ['1'] }
    const said = await world.refused({ who: 'eve', call: callOf(run), body })
    told.push(Number(said.slice(0, 3)))
  }
  assert.equal(told.at(-1), 429)
})

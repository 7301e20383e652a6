import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel } from '#features/label/label.ts'
import { tellRun } from '#features/proof/proof.store.ts'
import type { Proved } from '#features/proof/prove.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { isolationFacts, proofOf } from '../../../test/db/proofs.ts'
import {
  clear,
  coordinator,
  finder,
  peopleOf,
  secondCoordinator,
  storeReports,
} from '../../../test/db/reports.ts'
import { createCases } from './case.store.ts'
import { correlateProofs } from './proof-neighbour.store.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
let database: TestDatabase
let secret: number
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await clear(database, secondCoordinator, {
    ...{ organisation: 'org_staff001', classification: 'unclassified', tlp: 'red' },
    ...{ compartments: ['HARBOUR'], pcii: false, underEmbargo: false },
  })
  secret = await asSystem(async (tx) => {
    const label = await labelIdFor(tx, { ...commonLabel, compartments: ['HARBOUR'] })
    assert.ok(label.ok)
    return label.value
  })
})
after(() => database[Symbol.asyncDispose]())

const asSystem = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  asActor(database.app, systemActor, work)

/** A case of one report of this label, with a proof. */
async function proofIn(tx: Tx, label: number) {
  const [report = 0] = await storeReports(tx, [{ label }])
  await createCases(tx, [{ reports: [report], ties: [] }], { clock })
  return { report, label, ...(await proofOf(tx, report, { purl: 'pkg:generic/reader' })) }
}

type ProofIn = Awaited<ReturnType<typeof proofIn>>

const suggest = (tx: Tx, [one, other]: readonly [ProofIn, ProofIn], probability: number) =>
  sql`insert into parley.suggestion (id, kind, report_a, report_b, probability, because, model,
      made_at)
    values (${`suggestion_${one.report}_${other.report}`},
      ${one.label === other.label ? 'merge' : 'link'}, ${one.report}, ${other.report},
      ${probability}, '[]', '1', now())`.execute(tx)

const fixed: Proved = {
  ...{ level: 'E4', runs: { met: 3, of: 3 }, steps: [], missing: [], attempts: [], crash: null },
  patch: { verdict: 'fixes', why: 'nothing shows it', notes: [] },
  ...{ environment: 'ef'.repeat(32), isolation: isolationFacts },
}

test('the proofs of one label never take the turn of those of another', async () => {
  const { own, common, hidden, runs } = await asSystem(async (tx) => {
    const own = await proofIn(tx, 1)
    const hidden: ProofIn[] = []
    for (let at = 0; at < 7; at++) hidden.push(await proofIn(tx, secret))
    const common = await proofIn(tx, 1)
    for (const one of hidden) await suggest(tx, [own, one], 0.9)
    await suggest(tx, [own, common], 0.6)
    const shown = { proofNo: own.no, proof: own.id, case: null, patchOf: null, proved: fixed }
    await correlateProofs(tx, shown, clock.now())
    const runs = await tx
      .selectFrom('parley.proof_run')
      .select('proof_no')
      .where('patch_of', '=', own.no)
      .execute()
    return { own, common, hidden, runs: runs.map(({ proof_no: no }) => no) }
  })
  assert.ok(runs.includes(common.no), `that of ${own.id} is tried on ${common.id}`)
  assert.equal(runs.filter((no) => hidden.some((one) => one.no === no)).length, 5)
})

test('that a patch was tried is told to those who may see both proofs', async () => {
  const [one, other, hidden] = await asSystem(async (tx) => [
    await proofIn(tx, 1),
    await proofIn(tx, 1),
    await proofIn(tx, secret),
  ])
  const heardBy = async (actor: Actor, patchOf: string | null): Promise<number> => {
    await asSystem(async (tx) => {
      await sql`delete from parley.live_event`.execute(tx)
      await tellRun(tx, { proof: one?.id ?? '', patchOf }, clock.now())
    })
    const { rows } = await asActor(database.app, actor, (tx) =>
      sql`select ref from parley.live_event where topic = 'proof'`.execute(tx),
    )
    return rows.length
  }
  for (const [actor, patchOf, heard] of [
    [coordinator, hidden?.id ?? '', 0],
    [finder, hidden?.id ?? '', 0],
    [secondCoordinator, hidden?.id ?? '', 1],
    [coordinator, other?.id ?? '', 1],
    [finder, other?.id ?? '', 0],
    [coordinator, null, 1],
    [finder, null, 1],
  ] as const) {
    assert.equal(await heardBy(actor, patchOf), heard, `${actor.person} of ${patchOf}`)
  }
})

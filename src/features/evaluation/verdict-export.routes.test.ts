import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { parsePublicKey } from '#formats/attestation/dsse.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { evaluator, personOf, type Who } from '../../../test/engagement/desk-world.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { destroyRun } from './settlement.store.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { VerdictWire } from './verdict.wire.ts'
import { verdictBundleRoutes } from './verdict-bundle.routes.ts'
import { readSignedVerdict } from './verdict-crossing.ts'
import { verdictExportKind } from './verdict-export-approval.ts'
import { verdictSigners } from './verdict-signer.ts'

const root: Keys = { is: 'root', all: [randomKey()] }
const signerOf = verdictSigners(root)
let world: ResultsWorld
before(async () => {
  world = await ResultsWorld.open((parts) => [
    ...verdictRoutes(parts),
    ...verdictBundleRoutes({ ...parts, signerOf }),
    ...approvalRoutes({ pool: parts.pool, kinds: [verdictExportKind({ ...parts, signerOf })] }),
  ])
})
after(() => world[Symbol.asyncDispose]())

const solved: Outcome[] = [
  ...Array<Outcome>(18).fill('success'),
  ...Array<Outcome>(2).fill('failure'),
]
const asSystem = (statement: ReturnType<typeof sql>) =>
  asActor(world.pool, systemActor, (tx) => statement.execute(tx))

/** A verdict that eve had worked out on a run whose pack ed may see too. */
async function judged() {
  const { run, engagement } = await world.run(solved)
  const call = `POST /v1/runs/${run}/verdict`
  const { id } = await world.told({ who: 'eve', call, body: {}, shape: VerdictWire })
  await asSystem(sql`insert into parley.pack_right (pack_no, person_id, may, given_at)
    select pack_no, ${personOf('ed')}, 'view', now() from parley.evaluation_run
    where id = ${run}`)
  return { run, engagement, id, bundle: `GET /v1/verdicts/${id}/bundle` }
}
const wish = (verdict: string) => ({
  ...{ kind: 'verdict.export-down', reason: 'The other side of the wall waits for it.', hours: 2 },
  request: { verdict },
})
const ask = (who: Who, verdict: string) =>
  world.desk.as(who, 'POST /v1/approvals', { body: wish(verdict) })
async function asked(who: Who, verdict: string): Promise<string> {
  const told = await ask(who, verdict)
  assert.equal(told.status, 201, told.text)
  return z.object({ id: z.string() }).parse(JSON.parse(told.text)).id
}
const Page = z.object({ digest: z.string(), says: z.array(z.string()) })
async function grant(who: Who, approval: string) {
  const page = await world.desk.as(who, `GET /v1/approvals/${approval}`)
  const digest = page.status === 200 ? Page.parse(JSON.parse(page.text)).digest : 'ab'.repeat(32)
  const body = { digest, reason: 'Seen.' }
  return world.desk.as(who, `POST /v1/approvals/${approval}/grant`, { body })
}
const status = async (who: Who, call: string) => (await world.desk.as(who, call)).status
const publicKeys = async (...who: readonly Who[]) => {
  const keys = []
  for (const one of who) {
    const told = await world.desk.as(one, 'GET /v1/verdict-keys/own')
    const { pem } = z.object({ pem: z.string() }).parse(JSON.parse(told.text))
    const key = parsePublicKey(pem)
    assert.ok(key.ok)
    keys.push(key.value)
  }
  return keys
}

describe('a verdict leaves for a lower instance', () => {
  test('never without two people, and whoever is of neither side hears of none', async () => {
    const { bundle } = await judged()
    const told = await world.desk.as('eve', bundle)
    assert.equal(told.status, 403)
    assert.match(told.text, /"kind":"verdict.export-down"/)
    for (const who of ['ash', 'elm'] as const) assert.equal(await status(who, bundle), 404, who)
    for (const who of ['fay', 'pat', 'rea'] as const) assert.equal(await status(who, bundle), 403)
    assert.equal(await status('eve', 'GET /v1/verdicts/verdict_none/bundle'), 404)
  })

  test('asked for by nobody but who evaluates it', async () => {
    const { id } = await judged()
    for (const who of ['dora', 'ash', 'elm', 'rea'] as const) {
      const { status: is } = await ask(who, id)
      assert.ok(is === 403 || is === 409, `${who} ${is}`)
    }
    assert.equal((await ask('eve', 'verdict_none')).status, 409)
  })

  test('not by one alone, nor by two accounts of one human', async () => {
    const { id, bundle } = await judged()
    const approval = await asked('eve', id)
    assert.equal((await grant('eve', approval)).status, 403)
    const [one, other] = [personOf('ed'), personOf('eve')].toSorted()
    await asSystem(sql`insert into parley.same_human (person_id, other_id, said_at)
      values (${one}, ${other}, now())`)
    const granted = await grant('ed', approval)
    await asSystem(sql`delete from parley.same_human`)
    assert.match(granted.text, /same-human/)
    assert.equal(await status('eve', bundle), 403)
    await assert.rejects(
      asSystem(sql`insert into parley.verdict_bundle (verdict_id, engagement_id, capability, number,
          approval_id, asked_by, granted_by, made_at, sha256, content, opening)
        select id, engagement_id, 'cyber', 1, ${approval}, person_id, person_id, now(),
          ${'ab'.repeat(32)}, '', '' from parley.verdict where id = ${id}`),
      /no_one_lets_it_out_alone/,
    )
  })

  test('the request is shown to and granted by nobody else', async () => {
    const { id, run } = await judged()
    const approval = await asked('eve', id)
    for (const who of ['ash', 'dora', 'elm'] as const) {
      assert.equal(await status(who, `GET /v1/approvals/${approval}`), 404, who)
      assert.equal((await grant(who, approval)).status, 404, who)
      const list = await world.desk.as(who, 'GET /v1/approvals')
      assert.ok(!list.text.includes(approval), who)
    }
    await asSystem(sql`update parley.pack_right set ended_at = now(), ended_by = person_id
      where person_id = ${personOf('ed')} and pack_no in
        (select pack_no from parley.evaluation_run where id = ${run})`)
    assert.equal((await grant('ed', approval)).status, 404)
  })

  test('not once what it was worked out from is destroyed', async () => {
    const { id, run, engagement, bundle } = await judged()
    const approval = await asked('eve', id)
    const call = `POST /v1/engagements/${engagement}/acts`
    await world.told({ who: 'dora', call, body: { kind: 'end' }, shape: z.unknown() })
    await asActor(world.pool, systemActor, async (tx) => {
      const { rows } = await sql<{ no: number }>`
        select no from parley.evaluation_run where id = ${run}`.execute(tx)
      await destroyRun(tx, rows[0]?.no ?? 0)
    })
    assert.equal((await grant('ed', approval)).status, 412)
    assert.equal(await status('eve', bundle), 403)
    assert.match((await ask('eve', id)).text, /destroyed/)
  })

  test('once, signed for both, and both sides read who let it', async () => {
    const { id, engagement, bundle } = await judged()
    const first = await asked('eve', id)
    const second = await asked('ed', id)
    const page = await world.desk.as('ed', `GET /v1/approvals/${first}`)
    assert.match(Page.parse(JSON.parse(page.text)).says.join(' '), /cyber capability .* is shown/)
    const granted = await grant('ed', first)
    assert.equal(granted.status, 204, granted.text)
    assert.equal((await grant('eve', second)).status, 412)
    assert.match((await ask('eve', id)).text, /let out before/)

    const told = await world.desk.as('eve', bundle)
    const trust = { keys: await publicKeys('eve', 'ed'), signersMin: 2 }
    const now = world.desk.server.now
    const read = readSignedVerdict(told.text, trust, { taken: [], now })
    assert.ok(read.ok, JSON.stringify(read))
    assert.deepEqual([read.value.bundle.verdict, read.value.bundle.number], ['COVERED', 1])
    const others = { keys: await publicKeys('eve', 'cora'), signersMin: 2 }
    assert.ok(!readSignedVerdict(told.text, others, { taken: [], now }).ok)
    // Nothing of the engagement is in it but what its two sides know already.
    for (const text of [engagement, id, 'larch', 'task-', personOf('eve'), evaluator]) {
      const payload = Buffer.from(JSON.parse(told.text).payload, 'base64').toString('utf8')
      assert.ok(!payload.includes(text), text)
    }

    assert.equal(await status('dora', bundle), 200)
    const { items } = JSON.parse(
      (await world.desk.as('dora', `GET /v1/engagements/${engagement}/events`)).text,
    )
    const events = z
      .array(z.object({ action: z.string(), fields: z.record(z.string(), z.string()) }))
      .parse(items)
    const out = events.find(({ action }) => action === 'verdict.export-down')
    assert.deepEqual(
      [out?.fields['requestedBy'], out?.fields['grantedBy']],
      [personOf('eve'), personOf('ed')],
    )
    assert.equal(events.filter(({ action }) => action === 'verdict.fetch-bundle').length, 2)
    const { rows } = await asActor(world.pool, systemActor, (tx) =>
      sql`select 1 from parley.ledger_pending where action = 'verdict.export-down'`.execute(tx),
    )
    assert.equal(rows.length, 1)
  })

  test('each person has a key of their own, the same after a new key was added', async () => {
    const [eve, ed] = await publicKeys('eve', 'ed')
    assert.ok(eve && ed && !eve.equals(ed))
    const rotated: Keys = { ...root, all: [root.all[0], randomKey()] }
    const again = verdictSigners(rotated)(personOf('eve')).export({ format: 'jwk' })
    assert.equal(again.x, eve.export({ format: 'jwk' }).x)
  })
})

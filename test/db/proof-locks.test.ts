import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { refreshCases } from '#features/case/case.store.ts'
import { lockCases } from '#features/case/event.store.ts'
import { clockAt } from '#kernel/clock.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { ProofServer, proved, type Reported } from './proof-server.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const times = 60

let at: ProofServer
let report: Reported
before(async () => {
  at = await ProofServer.open()
  report = await at.reported()
})
after(() => at[Symbol.asyncDispose]())

/** A decision about the case, as all of them are made: the case first, then what follows of it. */
const decide = (status: 'open' | 'waiting' | 'closed') =>
  at.asSystem(async (tx: Tx) => {
    await lockCases(tx, [report.case])
    await sql`update parley.vulnerability_case set status = ${status}
      where id = ${report.case}`.execute(tx)
    await refreshCases(tx, [report.case], { clock })
  })

test('hand-ins, runs, disputes and decisions of one report never wait in a circle', async () => {
  const proofs: string[] = []
  let left = times
  const outcomes = new Map<string, number>()
  const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1)
  const handingIn = async (): Promise<void> => {
    while (left-- > 0) {
      const full = await at.send(
        'mine',
        `PUT /v1/submissions/${report.receipt}/proof`,
        `no ${left}`,
      )
      assert.ok([201, 409].includes(full.status), full.text)
      count(`handed in: ${full.status}`)
      if (full.status === 201) proofs.push(JSON.parse(full.text).id)
      else await again(proofs[left % proofs.length] ?? '')
    }
  }
  const again = async (id: string): Promise<void> => {
    const { status, text } = await at.ask('coordinator', `POST /v1/proofs/${id}/runs`, {})
    assert.ok([201, 409].includes(status), text)
    count(`again: ${status}`)
  }
  const running = async (name: string): Promise<void> => {
    while (left > 0) {
      const is = await at.runNext(name, proved)
      count(`ran: ${is}`)
      if (is === null) await pause(5)
    }
  }
  const judging = async (): Promise<void> => {
    for (let time = 0; left > 0; time++) {
      // The newest are those that are being run.
      const id = proofs.at(-1 - (time % 2))
      await pause(2)
      if (id === undefined) continue
      const call = `PUT /v1/proofs/${id}/dispute`
      const disputed = await at.ask('coordinator', call, { why: 'It is of another build.' })
      const taken = await at.ask('coordinator', call.replace('PUT', 'DELETE'))
      assert.deepEqual([disputed.status, taken.status], [204, 204], disputed.text + taken.text)
    }
  }
  const deciding = async (): Promise<void> => {
    for (let time = 0; left > 0; time++) {
      await decide(time % 20 === 19 ? 'closed' : 'waiting')
      await decide('open')
      await pause(2)
    }
  }
  await Promise.all([handingIn(), running('a'), running('b'), judging(), deciding()])
  assert.ok((outcomes.get('ran: done') ?? 0) > 0, JSON.stringify([...outcomes]))
  const { rows } = await at.asSystem((tx) =>
    sql<{ deadlocks: number }>`select deadlocks::int from pg_stat_database
      where datname = current_database()`.execute(tx),
  )
  assert.equal(rows[0]?.deadlocks, 0)
})

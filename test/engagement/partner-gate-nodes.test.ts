import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { digestOfEntry } from '#features/engagement/gateway/access-chain.ts'
import { listAccess, usedOf } from '#features/engagement/gateway/access-log.store.ts'
import { destroyLeft } from '#features/engagement/gateway/closing.store.ts'
import { withdrawEndpoint } from '#features/engagement/gateway/endpoint.store.ts'
import { revokeAllOf } from '#features/engagement/gateway/grant.store.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { addressOf, type Node, Nodes, type Stream, streamsOn } from './gateway-nodes.ts'
import { codeOf, send, until } from './gateway-world.ts'
import { cast, changePartner, developerSays } from './kept-engagement.ts'

/** Two gateways on one database, and the gate of a partner beside that of the evaluators. */

let nodes: Nodes
let one: Node
let other: Node
before(async () => {
  nodes = await Nodes.open()
  one = await nodes.start()
  other = await nodes.start()
})
after(() => nodes[Symbol.asyncDispose]())

const hourOn = () => new Date(Date.now() + 3_600_000)
const soon = (endsAt: Date): Date => new Date(Math.min(endsAt.getTime(), hourOn().getTime()))
const askOn = async (node: Node, id: string, token: string) => {
  const headers = ['Authorization', `Bearer ${token}`]
  return codeOf((await send(addressOf(node, id), { headers })).body)
}
const onBoth = async (id: string, token: string, each: number): Promise<Stream[]> => [
  ...(await streamsOn(one, { id, token }, each)),
  ...(await streamsOn(other, { id, token }, each)),
]
const isDestroyed = async (id: string): Promise<boolean> => {
  const { rows } = await nodes.asSystem((tx) =>
    sql<{ is: boolean }>`select sealed is null and destroyed_at is not null as is
      from parley.gateway_credential where gate_id = ${id}`.execute(tx),
  )
  return rows[0]?.is === true
}
const isOver = ({ isOver }: Stream): boolean => isOver
/** Whether these have gone on since. */
async function goOn(streams: readonly Stream[]): Promise<void> {
  const before = streams.map(({ bytes }) => bytes)
  await until(() => streams.every(({ bytes, isOver }, at) => isOver || bytes > (before[at] ?? 0)))
  assert.ok(!streams.some(isOver))
}

test('neither gate takes the tokens or the address of the other', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(engagement)
  const { token: own } = await nodes.token(id, hourOn(), 'pat')
  assert.equal(await askOn(one, id, token), 'unknown-token')
  assert.equal(await askOn(one, engagement, own), 'unknown-token')
  const headers = ['Authorization', `Bearer ${own}`]
  for (const crossed of [`${one.url}/engagements/${id}`, `${one.url}/partners/${engagement}`]) {
    assert.equal(codeOf((await send(crossed, { headers })).body), 'unknown-path')
  }
})

test('a partner that has not started has no access, and its start opens it', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  await changePartner(nodes.database, id, (found) => ({ ...found, startedAt: null }))
  assert.equal(await askOn(one, id, token), 'no-window')
  await changePartner(nodes.database, id, (found) => ({ ...found, startedAt: new Date() }))
  const streams = await streamsOn(one, { id, token }, 1)
  assert.ok(!streams.some(isOver))
})

test('at its date a partner is cut within the second on both, and both prove it', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id, endsAt } = await nodes.partner(engagement, 8_000)
  const { token } = await nodes.token(id, soon(endsAt), 'pat')
  const { token: theirs } = await nodes.token(engagement)
  const beside = await onBoth(engagement, theirs, 1)
  const streams = await onBoth(id, token, 6)
  await until(() => streams.every(isOver))
  const late = Math.max(...streams.map(({ lastAt }) => lastAt)) - endsAt.getTime()
  assert.ok(late < 1_000, `the last byte came ${late} ms after the end`)
  const proofs = await nodes.proved(id, 2)
  assert.deepEqual(proofs.map(({ node }) => node).toSorted(), [one.node, other.node].toSorted())
  for (const proof of proofs) {
    assert.deepEqual([proof.partner, proof.engagement], [id, engagement])
    assert.equal(proof.closedAt, endsAt.toISOString())
  }
  for (const node of [one, other]) assert.equal(await askOn(node, id, token), 'token-expired')
  assert.ok(await isDestroyed(id))
  await goOn(beside)
  assert.ok(!(await isDestroyed(engagement)))
  assert.deepEqual(await nodes.closings(engagement), [])
  const used = await nodes.asSystem((tx) => usedOf(tx, { engagement, partner: id }))
  assert.deepEqual([used.requests, used.atOnce], [12, 0])
  const log = await nodes.asSystem((tx) =>
    listAccess(tx, id, { before: null, limit: 100, person: null, run: null }),
  )
  assert.ok(log.every(({ entry }) => entry.partner === id && entry.engagement === engagement))
  assert.ok(log.every(({ entry, digest }) => digestOfEntry(entry) === digest))
})

test('the end of the evaluators’ window leaves a partner’s streams and credential', async () => {
  const { id: engagement, endsAt } = await nodes.engagement(6_000)
  const { id } = await nodes.partner(engagement)
  const { token: theirs } = await nodes.token(engagement, soon(endsAt))
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const partners = await onBoth(id, token, 2)
  const evaluators = await onBoth(engagement, theirs, 2)
  await until(() => evaluators.every(isOver))
  await nodes.proved(engagement, 2)
  assert.ok(await isDestroyed(engagement))
  await goOn(partners)
  assert.ok(!(await isDestroyed(id)))
  assert.deepEqual(await nodes.closings(id), [])
})

test('so does the developer’s word that ends the window, the release included', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const partners = await onBoth(id, token, 1)
  await developerSays(nodes.database, engagement, { kind: 'release' })
  await nodes.proved(engagement, 1)
  await goOn(partners)
})

test('the developer’s word ends a partner on both, and refuses what waits', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const streams = await onBoth(id, token, 3)
  const saidAt = new Date()
  const ended = { at: saidAt, by: 'developer' } as const
  await changePartner(nodes.database, id, (found) => ({ ...found, ended }))
  const codes = await Promise.all([one, other].map((node) => askOn(node, id, token)))
  assert.deepEqual(codes, ['window-closed', 'window-closed'])
  await until(() => streams.every(isOver))
  const late = Math.max(...streams.map(({ lastAt }) => lastAt)) - saidAt.getTime()
  assert.ok(late < 1_500, `the last byte came ${late} ms after it was said`)
  const proofs = await nodes.proved(id, 2)
  assert.ok(proofs.every(({ closedAt }) => closedAt === saidAt.toISOString()))
  assert.ok(await isDestroyed(id))
})

test('whoever left is cut on both, and colleagues go on', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const { token: colleagues } = await nodes.token(id, hourOn(), 'gus')
  const leaving = await onBoth(id, token, 2)
  const staying = await onBoth(id, colleagues, 2)
  const now = new Date()
  const gone = { gate: id, person: cast.pat.person, now }
  assert.equal(await nodes.asSystem((tx) => revokeAllOf(tx, gone)), 1)
  await until(() => leaving.every(isOver))
  const late = Math.max(...leaving.map(({ lastAt }) => lastAt)) - now.getTime()
  assert.ok(late < 1_500, `the last byte came ${late} ms after they had left`)
  assert.equal(await askOn(other, id, token), 'unknown-token')
  await goOn(staying)
})

test('whom a partner names no more is cut, though nobody took a token back', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const streams = await onBoth(id, token, 1)
  const users = [cast.gus.person]
  await changePartner(nodes.database, id, (found) => ({ ...found, users }))
  await until(() => streams.every(isOver))
  assert.equal(await askOn(other, id, token), 'person-not-named')
})

test('whoever may not partake any more is cut with what they began', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const streams = await streamsOn(one, { id, token }, 1)
  const roleIs = (role: string) =>
    nodes.asSystem((tx) =>
      sql`update parley.membership set role = ${role}
        where person_id = ${cast.pat.person}`.execute(tx),
    )
  // An evaluator's permission is no partner's.
  await roleIs('evaluator')
  try {
    await until(() => streams.every(isOver))
    assert.equal(await askOn(other, id, token), 'unknown-token')
  } finally {
    await roleIs('partner')
  }
})

test('what is taken back from a partner is cut, and nothing of the evaluators’', async () => {
  const { id: engagement } = await nodes.engagement()
  const { id } = await nodes.partner(engagement)
  const { token } = await nodes.token(id, hourOn(), 'pat')
  const { token: theirs } = await nodes.token(engagement)
  const partners = await onBoth(id, token, 1)
  const evaluators = await onBoth(engagement, theirs, 1)
  await asActor(nodes.database.app, cast.developer, (tx) => withdrawEndpoint(tx, id, new Date()))
  await until(() => partners.every(isOver))
  assert.equal(await askOn(one, id, token), 'endpoint-missing')
  await goOn(evaluators)
})

test('an end that came while no gateway ran is proved by the service', async () => {
  const lone = await Nodes.open()
  try {
    const { id: engagement } = await lone.engagement()
    const { id, endsAt } = await lone.partner(engagement, 500)
    const late = new Date(endsAt.getTime() + 120_000)
    assert.equal(await lone.asSystem((tx) => destroyLeft(tx, endsAt)), 0)
    assert.equal(await lone.asSystem((tx) => destroyLeft(tx, late)), 1)
    const [proof] = await lone.closings(id)
    assert.deepEqual([proof?.node, proof?.partner], ['service', id])
    assert.equal(proof?.closedAt, endsAt.toISOString())
  } finally {
    await lone[Symbol.asyncDispose]()
  }
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { digestOfEntry } from '#features/engagement/gateway/access-chain.ts'
import { listAccess, usedOf } from '#features/engagement/gateway/access-log.store.ts'
import { destroyLeft } from '#features/engagement/gateway/closing.store.ts'
import { withdrawEndpoint } from '#features/engagement/gateway/endpoint.store.ts'
import { revokeGrant } from '#features/engagement/gateway/grant.store.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { addressOf, type Node, Nodes, streamsOn } from './gateway-nodes.ts'
import { codeOf, send, until } from './gateway-world.ts'
import { cast, developerSays } from './kept-engagement.ts'

let nodes: Nodes
let one: Node
let other: Node
before(async () => {
  nodes = await Nodes.open()
  one = await nodes.start()
  other = await nodes.start()
})
after(() => nodes[Symbol.asyncDispose]())

const page = { before: null, limit: 1_000, person: null, run: null } as const
const logOf = (id: string) => nodes.asSystem((tx) => listAccess(tx, id, page))
const askOn = async (node: Node, id: string, token: string) => {
  const headers = ['Authorization', `Bearer ${token}`]
  return codeOf((await send(addressOf(node, id), { headers })).body)
}
const isDestroyed = async (id: string): Promise<boolean> => {
  const { rows } = await nodes.asSystem((tx) =>
    sql<{ is: boolean }>`select sealed is null and destroyed_at is not null as is
      from parley.gateway_credential where gate_id = ${id}`.execute(tx),
  )
  return rows[0]?.is === true
}

test('two processes end their streams within the second in which access ends', async () => {
  const { id, endsAt } = await nodes.engagement(9_000)
  const { token } = await nodes.token(id)
  const streams = [
    ...(await streamsOn(one, { id, token }, 12)),
    ...(await streamsOn(other, { id, token }, 12)),
  ]
  assert.ok(streams.every(({ isOver }) => !isOver))
  await until(() => streams.every(({ isOver }) => isOver))
  const late = Math.max(...streams.map(({ lastAt }) => lastAt)) - endsAt.getTime()
  assert.ok(late < 1_000, `the last byte came ${late} ms after the end`)
  const proofs = await nodes.proved(id, 2)
  assert.deepEqual(proofs.map(({ node }) => node).toSorted(), [one.node, other.node].toSorted())
  assert.deepEqual(
    proofs.map(({ cutStreams }) => cutStreams),
    [12, 12],
  )
  assert.ok(proofs.every(({ closedAt }) => closedAt === endsAt.toISOString()))
  for (const node of [one, other]) assert.equal(await askOn(node, id, token), 'window-closed')
  assert.ok(await isDestroyed(id))
  await chainsHold(id, proofs)
  const used = await nodes.asSystem((tx) => usedOf(tx, { engagement: id, partner: null }))
  assert.deepEqual([used.requests, used.atOnce], [24, 0])
})

/** Each proof names the last entry of its own chain, in which none is left out. */
async function chainsHold(
  id: string,
  proofs: Awaited<ReturnType<typeof nodes.closings>>,
): Promise<void> {
  const listed = (await logOf(id)).toReversed()
  for (const proof of proofs) {
    let head = ''
    let count = 0
    for (const { entry, digest } of listed) {
      if (entry.node !== proof.node || count === proof.entries) continue
      assert.equal(entry.previous, head)
      head = digestOfEntry(entry)
      assert.equal(head, digest)
      count += 1
    }
    assert.deepEqual([proof.chainHead, proof.entries], [head, count])
  }
}

test('the developer’s word ends streams on both, and refuses what waits', async () => {
  const { id } = await nodes.engagement()
  const { token } = await nodes.token(id)
  const streams = [
    ...(await streamsOn(one, { id, token }, 5)),
    ...(await streamsOn(other, { id, token }, 5)),
  ]
  const saidAt = Date.now()
  await developerSays(nodes.database, id, { kind: 'end' })
  const codes = await Promise.all([one, other].map((node) => askOn(node, id, token)))
  assert.deepEqual(codes, ['window-closed', 'window-closed'])
  await until(() => streams.every(({ isOver }) => isOver))
  const late = Math.max(...streams.map(({ lastAt }) => lastAt)) - saidAt
  assert.ok(late < 1_500, `the last byte came ${late} ms after it was said`)
  assert.equal((await nodes.proved(id, 2)).length, 2)
  assert.ok(await isDestroyed(id))
})

test('what is taken back by its developer, or with its token, is cut on both', async () => {
  const { id } = await nodes.engagement()
  const good = await nodes.token(id)
  const bad = await nodes.token(id)
  const cut = await streamsOn(one, { id, token: bad.token }, 2)
  const kept = await streamsOn(other, { id, token: good.token }, 2)
  const wish = { gate: id, id: bad.id, person: cast.developer.person, now: new Date() }
  await asActor(nodes.database.app, cast.developer, (tx) => revokeGrant(tx, wish))
  await until(() => cut.every(({ isOver }) => isOver))
  assert.ok(kept.every(({ isOver }) => !isOver))
  assert.equal(await askOn(other, id, bad.token), 'unknown-token')
  await asActor(nodes.database.app, cast.developer, (tx) => withdrawEndpoint(tx, id, new Date()))
  await until(() => kept.every(({ isOver }) => isOver))
  assert.equal(await askOn(one, id, good.token), 'endpoint-missing')
  assert.ok(await isDestroyed(id))
})

test('whoever may not evaluate any more is cut with what they began', async () => {
  const { id } = await nodes.engagement()
  const { token } = await nodes.token(id)
  const streams = await streamsOn(one, { id, token }, 2)
  const disable = (at: Date | null) =>
    nodes.asSystem((tx) =>
      tx
        .updateTable('parley.person')
        .set({ disabled_at: at })
        .where('id', '=', cast.ada.person)
        .execute(),
    )
  await disable(new Date())
  try {
    await until(() => streams.every(({ isOver }) => isOver))
    assert.equal(await askOn(other, id, token), 'unknown-token')
  } finally {
    await disable(null)
  }
})

test('a gateway that is killed over the end passes nothing when it comes back', async () => {
  const { id } = await nodes.engagement(7_000)
  const { token } = await nodes.token(id)
  const dying = await nodes.start()
  const streams = await streamsOn(dying, { id, token }, 3)
  await dying.kill()
  assert.ok(streams.length === 3)
  await until(() => streams.every(({ isOver }) => isOver))
  const born = await nodes.start()
  await nodes.proved(id, 1)
  assert.equal(await askOn(born, id, token), 'window-closed')
  assert.ok(await isDestroyed(id))
  const used = await nodes.asSystem((tx) => usedOf(tx, { engagement: id, partner: null }))
  assert.deepEqual([used.requests, used.atOnce], [3, 3], 'what nobody settled stays used')
})

test('an end that came while no gateway ran is proved by the next, or by the service', async () => {
  const lone = await Nodes.open()
  try {
    const { id } = await lone.engagement(1)
    const { id: left } = await lone.engagement(1)
    const late = new Date(Date.now() + 120_000)
    assert.equal(await lone.asSystem((tx) => destroyLeft(tx, new Date(Date.now() + 5_000))), 0)
    const born = await lone.start()
    const [proof] = await lone.proved(id, 1)
    assert.deepEqual([proof?.node, proof?.entries], [born.node, 0])
    await lone.proved(left, 1)
    const { id: third } = await lone.engagement()
    await developerSays(lone.database, third, { kind: 'end' })
    await lone.proved(third, 1)
    assert.equal(await lone.asSystem((tx) => destroyLeft(tx, late)), 0)
    await born.stop()
    const { id: fourth } = await lone.engagement(1)
    assert.equal(await lone.asSystem((tx) => destroyLeft(tx, late)), 1)
    assert.equal((await lone.closings(fourth))[0]?.node, 'service')
  } finally {
    await lone[Symbol.asyncDispose]()
  }
})

test('a clock that is set back on one machine lengthens nothing there', async () => {
  const { id, endsAt } = await nodes.engagement(6_000)
  const { token } = await nodes.token(id)
  const streams = await streamsOn(one, { id, token }, 2)
  one.setWall(-86_400_000)
  await until(() => streams.every(({ isOver }) => isOver))
  assert.ok(Math.max(...streams.map(({ lastAt }) => lastAt)) - endsAt.getTime() < 1_000)
  assert.equal(await askOn(one, id, token), 'window-closed')
  one.setWall(0)
})

test('a clock that is set past the end on one machine ends it for all', async () => {
  const early = await nodes.start()
  const { id } = await nodes.engagement()
  const { token } = await nodes.token(id)
  const ahead = await streamsOn(early, { id, token }, 1)
  const behind = await streamsOn(one, { id, token }, 1)
  early.setWall(40 * 86_400_000)
  await until(() => ahead[0]?.isOver === true)
  await until(() => behind[0]?.isOver === true)
  assert.ok(await isDestroyed(id))
  assert.equal(await askOn(one, id, token), 'endpoint-missing')
})

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { askFactor, type FactorRule } from '#features/org/factor.store.ts'
import { makeToken } from '#features/org/org.store.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { personOf, type Who } from '../../../../test/engagement/desk-world.ts'
import {
  credentialText,
  dayMs,
  endpointWish,
  GatewayDeskWorld,
} from '../../../../test/engagement/gateway-desk-world.ts'

let world: GatewayDeskWorld
before(async () => {
  world = await GatewayDeskWorld.open()
})
after(() => world.desk[Symbol.asyncDispose]())

const codeOf = (text: string): unknown => JSON.parse(text).code
const asSystem = <T>(work: (tx: Tx) => Promise<T>) =>
  asActor(world.desk.server.database.app, systemActor, work)
const actionsFor = async (who: Who, id: string): Promise<string[]> => {
  const told = await world.ask(who, `GET /v1/engagements/${id}/events`)
  return JSON.parse(told.text).items.map(({ action }: { action: string }) => action)
}
const tokensOf = async (id: string) =>
  JSON.parse((await world.ask('dora', `GET /v1/partners/${id}/tokens`)).text).items

/** All of an answer but the name of the request. */
const answered = (text: string): unknown => ({ ...JSON.parse(text), instance: null })

const calls = (id: string): readonly (readonly [string, unknown?])[] => [
  [`GET /v1/partners/${id}/endpoint`],
  [`PUT /v1/partners/${id}/endpoint`, endpointWish()],
  [`DELETE /v1/partners/${id}/endpoint`],
  [`POST /v1/partners/${id}/tokens`, { run: 'r' }],
  [`GET /v1/partners/${id}/tokens`],
  [`DELETE /v1/partners/${id}/tokens/grant_00000000`],
  [`GET /v1/partners/${id}/requests`],
  [`GET /v1/partners/${id}/closings`],
]

describe('the gate of a partner is nobody else’s', () => {
  // Evaluators of the same engagement, coordinators among them, others, and a colleague.
  for (const who of ['eve', 'ed', 'cora', 'elm', 'ash', 'fay', 'gus'] as const) {
    test(`${who} is answered as if there were none`, async () => {
      const { id } = await world.partner()
      for (const [place, [call, body]] of calls(id).entries()) {
        const [other = ''] = calls('partner_00000000')[place] ?? []
        const [told, unknown] = [
          await world.ask(who, call, body),
          await world.ask(who, other, body),
        ]
        assert.deepEqual(answered(told.text), answered(unknown.text), call)
        assert.ok(told.status === 403 || told.status === 404, `${call}: ${told.status}`)
      }
    })
  }

  test('nor is it one of an engagement, nor the evaluators’ gate one of a partner', async () => {
    const { id, engagement } = await world.partner()
    for (const [place, [, body]] of calls(id).entries()) {
      const [own = ''] = calls(id)[place] ?? []
      const [theirs = ''] = calls(engagement)[place] ?? []
      const crossed = await world.ask('eve', own.replace('/v1/partners', '/v1/engagements'), body)
      assert.ok(crossed.status === 404 || crossed.status === 403, own)
      const back = await world.ask('pat', theirs, body)
      assert.ok(back.status === 404 || back.status === 403, theirs)
    }
  })

  test('evaluators read neither who asked nor that anybody did', async () => {
    const { id, engagement } = await world.partner()
    const before = await actionsFor('eve', engagement)
    const live = async () =>
      (
        await asActor(
          world.desk.server.database.app,
          {
            role: 'evaluator',
            organisation: 'org_oakinst01',
            person: personOf('eve'),
            via: 'session',
          },
          (tx) =>
            sql<{ no: number }>`select no from parley.live_event where topic in
              ('engagement', 'partner') and ref in (${engagement}, ${id})`.execute(tx),
        )
      ).rows.length
    const told = await live()
    const { id: token } = await world.partnerToken(id)
    await world.ask('dora', `GET /v1/partners/${id}/endpoint`)
    await world.ask('pat', `DELETE /v1/partners/${id}/tokens/${token}`)
    assert.deepEqual(await actionsFor('eve', engagement), before)
    assert.equal(await live(), told)
    const seen = await actionsFor('dora', engagement)
    assert.deepEqual(seen.slice(0, 3), ['gateway.revoke', 'gateway.read', 'gateway.token'])
  })
})

describe('an endpoint of a partner', () => {
  test('is its own: what its evaluators go by is neither shown nor touched', async () => {
    const { id, engagement } = await world.partner()
    const put = { ...endpointWish('https://partners.example.org'), models: ['larch-4-partners'] }
    await world.put(id, put, 'partners')
    const shown = await world.ask('dora', `GET /v1/partners/${id}/endpoint`)
    assert.match(shown.text, /partners\.example\.org/)
    assert.ok(!shown.text.includes(credentialText))
    assert.equal((await world.ask('dora', `DELETE /v1/partners/${id}/endpoint`)).status, 204)
    const theirs = JSON.parse(
      (await world.ask('dora', `GET /v1/engagements/${engagement}/endpoint`)).text,
    )
    assert.deepEqual([theirs.withdrawnAt, theirs.credential.destroyedAt], [null, null])
    assert.equal(theirs.base, 'https://models.example.org/preview')
  })

  test('is taken no more once the partner has ended', async () => {
    const { id } = await world.partner()
    await world.sayOfPartner(id, { kind: 'end' })
    const told = await world.ask('dora', `PUT /v1/partners/${id}/endpoint`, endpointWish())
    assert.equal(codeOf(told.text), 'not-in-this-state')
  })
})

describe('a token of a partner', () => {
  const ask = (id: string, who: Who = 'pat', body: unknown = { run: 'r' }) =>
    world.ask(who, `POST /v1/partners/${id}/tokens`, body)

  test('is not made before it starts, nor after it ended, nor past its date', async () => {
    const { id } = await world.partner({}, false)
    assert.equal(codeOf((await ask(id)).text), 'not-in-this-state')
    await world.sayOfPartner(id, { kind: 'start' })
    assert.equal((await ask(id)).status, 201)
    await world.sayOfPartner(id, { kind: 'end' })
    assert.equal(codeOf((await ask(id)).text), 'not-in-this-state')
    const { id: other } = await world.partner()
    world.desk.server.pass(61 * dayMs)
    assert.equal(codeOf((await ask(other)).text), 'not-in-this-state')
  })

  test('is for its named people alone, in the role of which a passkey is asked', async () => {
    const { id } = await world.partner({ users: [personOf('pat'), personOf('cora')] })
    assert.equal((await ask(id, 'gus')).status, 404)
    assert.equal((await ask(id, 'dora')).status, 403)
    const told = await ask(id, 'cora')
    assert.deepEqual([told.status, codeOf(told.text)], [403, 'not-allowed'])
    assert.match(told.text, /passkey/)
    await world.sayOfPartner(id, { kind: 'users', users: [] })
    assert.equal((await ask(id)).status, 404)
  })

  test('is asked for in person, and not before a passkey was shown', async () => {
    const { id } = await world.partner()
    const { server } = world.desk
    const { token } = await asSystem((tx) =>
      makeToken(
        tx,
        {
          ...{ name: 'runner', organisation: 'org_gridcoop1', owner: personOf('pat') },
          ...{ role: 'partner', days: 1 },
        },
        server.now,
      ),
    )
    const byToken = await server.ask(`POST /v1/partners/${id}/tokens`, {
      token,
      body: { run: 'r' },
    })
    assert.match(byToken.text, /Sign in to do this; tokens may not/)
    const rule = (asks: FactorRule) =>
      asSystem((tx) => askFactor(tx, { role: 'partner', asks, by: server, now: server.now }))
    await rule('phishing-resistant')
    try {
      assert.equal(codeOf((await ask(id)).text), 'factor-needed')
    } finally {
      await rule('any')
    }
  })

  for (const [tier, hours] of [
    ['defence', 12],
    ['red-team', 8],
    ['specialised', 8],
  ] as const) {
    test(`of the tier ${tier} lives ${hours} hours at most, and never past its end`, async () => {
      const { id } = await world.partner({ tier })
      const { server } = world.desk
      const lives = async (wish: object = {}): Promise<number> => {
        const { expiresAt } = await world.partnerToken(id, wish)
        return (Date.parse(expiresAt) - server.now.getTime()) / 3_600_000
      }
      assert.equal(await lives(), hours)
      assert.equal(await lives({ minutes: 720 }), hours)
      assert.equal(await lives({ minutes: 30 }), 0.5)
      server.pass(60 * dayMs - 7_200_000)
      assert.equal(await lives(), 2)
    })
  }

  test('has an address of its own, and the budget of its tier, or what was agreed', async () => {
    const budget = { requests: 10, tokens: 1_000_000, microUsd: 5_000_000, atOnce: 2 }
    const { id } = await world.partner({ budget })
    const made = await world.partnerToken(id, { budget: { requests: 5, tokens: 9e11 } })
    assert.equal(made.openai, `https://gateway.example.org/partners/${id}/v1`)
    const [listed] = await tokensOf(id)
    assert.deepEqual([listed.budget.requests, listed.budget.tokens], [5, 1_000_000])
    assert.deepEqual(listed.person, { id: personOf('pat'), name: 'pat' })
    const { text } = await world.ask('pat', `GET /v1/partners/${id}/requests`)
    assert.deepEqual(JSON.parse(text).budget, budget)
    const path = `POST /v1/engagements/${(await world.partner()).engagement}/partners`
    const wish = {
      organisation: 'Grid',
      tier: 'defence',
      users: [],
      endsAt: '2030-01-01T00:00:00Z',
    }
    const more = { ...wish, budget: { ...budget, atOnce: 51 } }
    const told = await world.ask('dora', path, more)
    assert.equal(JSON.parse(told.text).errors[0].pointer, '/budget/atOnce')
  })

  test('names of the desk are none of theirs', async () => {
    const { id } = await world.partner()
    await world.partnerToken(id)
    const { text } = await world.ask('pat', `GET /v1/partners/${id}/tokens`)
    assert.ok(!text.includes(personOf('eve')) && !text.includes(personOf('dora')))
  })
})

describe('what somebody has is taken back at once, and not given again', () => {
  const happened = (id: string, who: Who, [what, person]: readonly [string, string | null]) =>
    world.ask(who, `POST /v1/partners/${id}/occurrences`, {
      ...{ what, person, text: 'It happened.', knownAt: world.desk.server.now.toISOString() },
    })
  const standing = async (id: string): Promise<string[]> =>
    (await tokensOf(id))
      .filter(({ revokedAt }: { revokedAt: string | null }) => revokedAt === null)
      .map(({ person }: { person: { name: string } }) => person.name)
      .toSorted()
  const both = { users: [personOf('pat'), personOf('gus')] }
  const give = async (id: string): Promise<string> => {
    await world.partnerToken(id)
    await world.partnerToken(id, {}, 'gus')
    return id
  }
  const given = async (): Promise<string> => give((await world.partner(both)).id)

  for (const [what, who, person, left] of [
    ['misuse', 'dora', 'pat', ['gus', 'pat']],
    // An evaluator tells, and takes nobody's access to a release away.
    ['leaver', 'eve', 'pat', ['gus', 'pat']],
    ['compromised-credential', 'eve', null, ['gus', 'pat']],
    ['leaver', 'dora', null, ['gus', 'pat']],
    ['leaver', 'dora', 'pat', ['gus']],
    ['leaver', 'gus', 'pat', ['gus']],
    ['compromised-credential', 'dora', 'pat', ['gus']],
    ['compromised-credential', 'pat', 'pat', ['gus']],
    // Of which nobody says whose it is, it may be anybody's.
    ['compromised-credential', 'pat', null, []],
  ] as const) {
    test(`${what} of ${person ?? 'nobody named'}, told by ${who}`, async () => {
      const id = await given()
      const told = await happened(id, who, [what, person && personOf(person)])
      assert.equal(told.status, 201, told.text)
      assert.deepEqual(await standing(id), left)
    })
  }

  test('naming somebody again makes no old token good', async () => {
    const id = await given()
    await world.sayOfPartner(id, { kind: 'users', users: [personOf('gus')] })
    assert.deepEqual(await standing(id), ['gus'])
    await world.sayOfPartner(id, { kind: 'users', ...both })
    assert.deepEqual(await standing(id), ['gus'])
  })

  test('of one partner, and not of another that names the same person', async () => {
    const [one, other] = [(await world.partner(both)).id, (await world.partner(both)).id]
    for (const id of [one, other]) await give(id)
    await happened(one, 'dora', ['leaver', personOf('pat')])
    assert.deepEqual([await standing(one), await standing(other)], [['gus'], ['gus', 'pat']])
  })
})

test('the database itself takes no token past a partner’s end, nor before it starts', async () => {
  const { id } = await world.partner()
  const { id: waiting } = await world.partner({}, false)
  const pat = { role: 'partner', organisation: 'org_gridcoop1', person: personOf('pat') } as const
  const forged = (gate: string, days: number) =>
    asActor(world.desk.server.database.app, { ...pat, via: 'session' }, (tx) =>
      sql`insert into parley.gateway_grant (id, digest, gate_id, organisation_id, person_id, run,
          label_id, requests, tokens, micro_usd, at_once, made_at, expires_at)
        select ${`grant_forged${days}${gate.slice(-8)}`}, encode(sha256(${`${gate}${days}`}::bytea),
          'hex'), ${gate}, ${pat.organisation}, ${pat.person}, 'r', 1, 1, 1, 1, 1,
          p.ends_at + make_interval(days => ${days}) - interval '1 hour',
          p.ends_at + make_interval(days => ${days})
        from parley.partner p where p.id = ${gate}`.execute(tx),
    )
  await forged(id, 0)
  await assert.rejects(forged(id, 1), /row-level security/)
  await assert.rejects(forged(waiting, 0), /row-level security/)
  await world.sayOfPartner(id, { kind: 'end' })
  await assert.rejects(forged(id, -1), /row-level security/)
})

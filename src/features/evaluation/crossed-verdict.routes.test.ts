import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { canonicalJson } from '#features/ledger/entry.ts'
import { keyIdOf } from '#formats/attestation/dsse.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Who } from '../../../test/engagement/desk-world.ts'
import { ResultsWorld } from '../../../test/engagement/results-world.ts'
import { crossedVerdictRoutes } from './crossed-verdict.routes.ts'
import { CrossedVerdictListWire } from './crossed-verdict.wire.ts'
import { bundleWording, type VerdictBundle } from './verdict-bundle.ts'
import { signedVerdict } from './verdict-crossing.ts'
import {
  VerdictKeyListWire,
  VerdictKeyTrustedWire,
  verdictKeyRoutes,
} from './verdict-key.routes.ts'

let world: ResultsWorld
before(async () => {
  world = await ResultsWorld.open((parts) => [
    ...verdictKeyRoutes(parts),
    ...crossedVerdictRoutes(parts),
  ])
})
after(() => world[Symbol.asyncDispose]())

const [ann, bob, mal] = [0, 1, 2].map(() => generateKeyPairSync('ed25519'))
assert.ok(ann && bob && mal)
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString()
const trust = (pem: string, holder: string) => ({
  ...({ who: 'coco', call: 'POST /v1/verdict-keys', body: { pem, holder } } as const),
})
const take = (bundle: string, who: Who = 'eve') => ({
  ...({ who, call: 'POST /v1/crossed-verdicts', body: { bundle } } as const),
})
const listed = async (who: Who) =>
  (await world.told({ who, call: 'GET /v1/crossed-verdicts', shape: CrossedVerdictListWire })).items

let count = 0
/** A bundle about an engagement of its own. */
const bundled = (of: Partial<VerdictBundle> = {}): VerdictBundle => {
  count += 1
  const { capability = 'cyber', verdict = 'COVERED' } = of
  return {
    ...{ kind: 'verdict-bundle', version: 1, number: 1, capability, verdict },
    engagement: `${count}`.padStart(64, '0'),
    issued: world.desk.server.now.toISOString().slice(0, 10),
    wording: bundleWording(capability, verdict),
    ...{
      pack: 'ab'.repeat(32),
      commitments: { declaration: '1'.repeat(64), results: '2'.repeat(64) },
    },
    ...of,
  }
}
const both = [ann.privateKey, bob.privateKey]
const signed = (of: Partial<VerdictBundle> = {}, keys: readonly KeyObject[] = both): string =>
  signedVerdict(bundled(of), keys)

describe('whose signatures count', () => {
  test('is said by an administrator in person, and by nobody else', async () => {
    const body = { pem: pemOf(ann.publicKey), holder: 'Ann, high' }
    for (const who of ['eve', 'dora', 'rea', 'fay'] as const) {
      assert.equal((await world.desk.as(who, 'POST /v1/verdict-keys', { body })).status, 403, who)
      const ended = await world.desk.as(who, `DELETE /v1/verdict-keys/${'ab'.repeat(32)}`)
      assert.equal(ended.status, 403, who)
    }
    for (const who of ['dora', 'rea', 'fay'] as const) {
      assert.equal((await world.desk.as(who, 'GET /v1/verdict-keys')).status, 403, who)
    }
  })

  test('is a public key of Ed25519, and never a private one', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    const privatePem = mal.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    for (const pem of ['', 'ann', pemOf(rsa).slice(0, 900), privatePem]) {
      assert.match(await world.refused(trust(pem, 'Mal, high')), /^422 It is no Ed25519 public key/)
    }
  })

  test('is of one key a holder, and once ended never again', async () => {
    const shape = VerdictKeyTrustedWire
    const one = generateKeyPairSync('ed25519').publicKey
    const other = generateKeyPairSync('ed25519').publicKey
    const { id } = await world.told({ ...trust(pemOf(one), 'Zoe, high'), shape })
    assert.equal(id, keyIdOf(one))
    assert.match(await world.refused(trust(pemOf(other), 'zoe, HIGH')), /^409/)
    assert.match(await world.refused(trust(pemOf(one), 'Yan, high')), /^409/)
    const end = { who: 'coco', call: `DELETE /v1/verdict-keys/${id}` } as const
    assert.equal((await world.desk.as('cora', `DELETE /v1/verdict-keys/${id}`)).status, 204)
    assert.match(await world.refused(end), /^404/)
    assert.match(await world.refused(trust(pemOf(one), 'Zoe, high')), /^409/)
    await world.told({ ...trust(pemOf(other), 'Zoe, high'), shape })
    const again = sql`update parley.verdict_key set ended_at = null, ended_by = null
      where id = ${id}`
    await assert.rejects(
      asActor(world.pool, systemActor, (tx) => again.execute(tx)),
      /is not trusted any more stays so/,
    )
  })
})

test('no bundle is taken before two people are trusted', async () => {
  await world.desk.alter(
    'update parley.verdict_key set ended_at = now(), ended_by = trusted_by where ended_at is null',
  )
  assert.match(await world.refused(take(signed())), /^409 An administrator has to trust the keys/)
})

describe('a verdict of a higher instance', () => {
  beforeEach(async () => {
    const { items } = await world.told({
      ...{ who: 'coco', call: 'GET /v1/verdict-keys', shape: VerdictKeyListWire },
    })
    if (items.some(({ holder, endedAt }) => holder === 'Ann, high' && endedAt === null)) return
    for (const [key, holder] of [
      [ann.publicKey, 'Ann, high'],
      [bob.publicKey, 'Bob, high'],
    ] as const) {
      await world.told({ ...trust(pemOf(key), holder), shape: VerdictKeyTrustedWire })
    }
  })

  test('is taken by nobody but evaluators', async () => {
    for (const who of ['dora', 'rea', 'fay', 'pat'] as const) {
      const body = { bundle: signed() }
      const told = await world.desk.as(who, 'POST /v1/crossed-verdicts', { body })
      assert.equal(told.status, 403, who)
      assert.equal((await world.desk.as(who, 'GET /v1/crossed-verdicts')).status, 403, who)
    }
  })

  const envelopeOf = (text: string): { payload: string; signatures: object[] } => JSON.parse(text)
  const tampered = (text: string): string => {
    const { payload, ...rest } = envelopeOf(text)
    const inner = Buffer.from(payload, 'base64')
      .toString('utf8')
      .replace('"COVERED"', '"NOT SHOWN"')
    return `${canonicalJson({ ...rest, payload: Buffer.from(inner).toString('base64') })}\n`
  }
  const more = (of: object): string => {
    const text = signedVerdict({ ...bundled(), ...of }, both)
    return text
  }
  const refused: readonly (readonly [string, () => string, RegExp])[] = [
    ['nothing', () => '', /is not JSON/],
    ['too much', () => ' '.repeat(9_000), /larger than any verdict/],
    ['a record of results', () => '{"kind":"evaluation-record"}\n', /no envelope of a verdict/],
    ['a signature of one', () => signed({}, [ann.privateKey]), /signed by 1 keys; 2 are asked/],
    ['one signer twice', () => signed({}, [ann.privateKey, ann.privateKey]), /signatures twice/],
    ['a stranger', () => signed({}, [ann.privateKey, mal.privateKey]), /key that is not trusted/],
    ['other words than signed', () => tampered(signed()), /signature that does not hold/],
    ['a threshold', () => more({ threshold: 0.5 }), /something else than a verdict/],
    ['a text for a hash', () => more({ pack: 'the pack' }), /something else than a verdict/],
    ['a wording of its own', () => more({ wording: 'it failed task-3' }), /something else/],
    ['a space more', () => signed().replace('{', '{ '), /spelled otherwise/],
    ['a day to come', () => signed({ issued: '2999-01-01' }), /yet to come/],
  ]
  for (const [name, text, why] of refused) {
    test(`is refused with ${name}`, async () => {
      const before = (await listed('eve')).length
      const said = await world.refused(take(text()))
      assert.match(said, /^422 The bundle /)
      assert.match(said, why)
      assert.equal((await listed('eve')).length, before)
    })
  }

  test('is refused twice, by whomever, and where a later one was taken', async () => {
    const bundle = bundled({ number: 5 })
    const text = signedVerdict(bundle, both)
    const told = await world.desk.as('eve', 'POST /v1/crossed-verdicts', { body: { bundle: text } })
    assert.equal(told.status, 201, told.text)
    for (const who of ['eve', 'ash'] as const) {
      assert.match(await world.refused(take(text, who)), /was taken before/)
    }
    for (const number of [4, 5]) {
      const older = signedVerdict({ ...bundle, number, pack: 'cd'.repeat(32) }, both)
      assert.match(await world.refused(take(older)), /number 5 was taken before/)
    }
    const later = signedVerdict({ ...bundle, number: 6 }, both)
    const body = { bundle: later }
    assert.equal((await world.desk.as('eve', 'POST /v1/crossed-verdicts', { body })).status, 201)
  })

  test('is taken once of many at a time', async () => {
    const body = { bundle: signed() }
    const told = await Promise.all(
      Array.from({ length: 6 }, () => world.desk.as('eve', 'POST /v1/crossed-verdicts', { body })),
    )
    assert.deepEqual(told.map(({ status }) => status).toSorted(), [201, 422, 422, 422, 422, 422])
  })

  test('is shown to those who took it, with who signed and who is trusted still', async () => {
    const bundle = bundled({ verdict: 'NOT SHOWN' })
    const body = { bundle: signedVerdict(bundle, both) }
    const told = await world.desk.as('eve', 'POST /v1/crossed-verdicts', { body })
    assert.equal(told.status, 201, told.text)
    const find = async () =>
      (await listed('ed')).find(({ engagement }) => engagement === bundle.engagement)
    const shown = await find()
    assert.deepEqual(
      [shown?.verdict, shown?.wording, shown?.effect],
      ['NOT SHOWN', bundle.wording, 'Nothing here holds, delays or permits a release.'],
    )
    const signers = (one: typeof shown) =>
      one?.signers.map(({ holder, isTrusted }) => `${holder} ${isTrusted}`).toSorted()
    assert.deepEqual(signers(shown), ['Ann, high true', 'Bob, high true'])
    assert.ok(!(await listed('ash')).some(({ engagement }) => engagement === bundle.engagement))

    const ended = await world.desk.as('cora', `DELETE /v1/verdict-keys/${keyIdOf(bob.publicKey)}`)
    assert.equal(ended.status, 204)
    assert.deepEqual(signers(await find()), ['Ann, high true', 'Bob, high false'])
    await world.told({
      ...trust(pemOf(generateKeyPairSync('ed25519').publicKey), 'Cy, high'),
      shape: VerdictKeyTrustedWire,
    })
    assert.match(await world.refused(take(signed())), /key that is not trusted/)
    const { rows } = await asActor(world.pool, systemActor, (tx) =>
      sql`select 1 from parley.ledger_pending
        where action in ('verdict.take', 'verdict-key.trust', 'verdict-key.end')`.execute(tx),
    )
    assert.ok(rows.length >= 6, `${rows.length} entries`)
  })
})

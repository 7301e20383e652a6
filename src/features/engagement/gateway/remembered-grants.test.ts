import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantFor } from '../../../../test/engagement/gateway-world.ts'
import type { Grant } from './books.ts'
import { RememberedGrants } from './remembered-grants.ts'

const grant = grantFor('http://127.0.0.1:9')

/** A book that counts how often it is asked, and answers when it is let. */
function open() {
  let now = 1_000
  let kept: Grant | null = grant
  let asked = 0
  let gate: Promise<void> = Promise.resolve()
  const find = async (): Promise<Grant | null> => {
    asked += 1
    const answer = kept
    await gate
    return answer
  }
  const standing = async (): Promise<ReadonlySet<string>> => new Set()
  const grants = new RememberedGrants({ find, standing }, () => now)
  return {
    grants,
    asked: () => asked,
    after: (ms: number) => {
      now += ms
    },
    takeBack: () => {
      kept = null
    },
    hold: () => {
      const held = Promise.withResolvers<void>()
      gate = held.promise
      return held.resolve
    },
  }
}

test('a token that is not known is asked for each time', async () => {
  const { grants, asked, takeBack } = open()
  takeBack()
  assert.equal(await grants.find('a'), null)
  assert.equal(await grants.find('a'), null)
  assert.equal(asked(), 2)
})

test('a token taken back without a word is known for half a second, no longer', async () => {
  const { grants, asked, after, takeBack } = open()
  assert.equal(await grants.find('a'), grant)
  takeBack()
  after(500)
  assert.equal(await grants.find('a'), grant)
  assert.equal(asked(), 1)
  after(1)
  assert.equal(await grants.find('a'), null)
})

test('using a token does not make what is known of it newer', async () => {
  const { grants, after, takeBack } = open()
  await grants.find('a')
  takeBack()
  for (const ms of [200, 200, 100]) {
    after(ms)
    assert.equal(await grants.find('a'), grant)
  }
  after(1)
  assert.equal(await grants.find('a'), null)
})

test('of an engagement that changed nothing is known any more, of others all is', async () => {
  const { grants, asked, takeBack } = open()
  await grants.find('a')
  grants.changed('engagement_other')
  await grants.find('a')
  assert.equal(asked(), 1)
  takeBack()
  grants.changed(grant.engagement)
  assert.equal(await grants.find('a'), null)
})

test('what was read while something changed is not remembered', async () => {
  const { grants, hold, takeBack } = open()
  const letGo = hold()
  const reading = grants.find('a')
  takeBack()
  grants.changed(grant.engagement)
  letGo()
  assert.equal(await reading, grant)
  assert.equal(await grants.find('a'), null)
})

test('it remembers so many tokens and no more', async () => {
  const { grants, asked } = open()
  for (let one = 0; one <= 10_000; one += 1) await grants.find(`token ${one}`)
  await grants.find('token 10000')
  assert.equal(asked(), 10_001)
  await grants.find('token 0')
  assert.equal(asked(), 10_002)
})

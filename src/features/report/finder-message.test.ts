import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addPseudonymous } from '#features/org/pseudonym.store.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Mail, Mailer } from '#platform/mail/mailer.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { peopleOf } from '../../../test/db/reports.ts'
import { jobsOn } from '../../../test/e2e/intake-desk.ts'
import { sendMessage } from './finder-message.jobs.ts'
import { keepMessage, messageKeysOf } from './finder-message.store.ts'

const root: Keys = { is: 'root', all: [randomKey()] }
const keys = messageKeysOf(root)
const never = new AbortController().signal
let database: TestDatabase
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  await (await jobsOn(database)).close()
})
after(() => database[Symbol.asyncDispose]())

const system = <T>(work: Parameters<typeof asActor<T>>[2]) =>
  asActor(database.app, systemActor, work)

async function kept(contact?: string) {
  const now = systemClock.now()
  return system(async (tx) => {
    const called = `Lab ${contact}`
    const real = { called, now, keys: keys.pseudonym, ...(contact !== undefined && { contact }) }
    const organisation = await addPseudonymous(tx, real)
    const text = 'Could you try 2.3.2?'
    const message = { organisation: organisation ?? '', person: 'person_ada00001', text, now }
    return keepMessage(tx, keys, message)
  })
}
const stateOf = (id: string) =>
  system((tx) =>
    tx
      .selectFrom('parley.finder_message')
      .select(['state', 'why'])
      .where('id', '=', id)
      .executeTakeFirst(),
  )
const partsOf = (mailer: Mailer | null) => ({
  ...{ pool: database.app, clock: systemClock, keys: root, mailer, publicUrl: null },
})

test('a finder without an address cannot be written to', async () => {
  assert.equal(await kept(), 'no address')
})

test('a message is mailed once to the sealed address, with where to answer', async () => {
  const made = await kept('kestrel@lab.example')
  assert.ok(typeof made === 'object')
  const mails: Mail[] = []
  const mailer: Mailer = {
    send: async (mail) => {
      mails.push(mail)
      return yes({ messageId: '1' })
    },
  }
  await sendMessage(partsOf(mailer))(made.id, never)
  await sendMessage(partsOf(mailer))(made.id, never)
  assert.equal(mails.length, 1)
  assert.equal(mails[0]?.to, 'kestrel@lab.example')
  assert.match(mails[0]?.text ?? '', /^Could you try 2\.3\.2\?\n(?:.|\n)*Do not answer by mail/)
  assert.deepEqual(await stateOf(made.id), { state: 'sent', why: null })
})

test('what a mail server says of an address is not kept', async () => {
  const made = await kept('heron@lab.example')
  assert.ok(typeof made === 'object')
  const why = 'no such user heron@lab.example'
  const mailer: Mailer = { send: async () => no({ kind: 'permanent', why }) }
  await sendMessage(partsOf(mailer))(made.id, never)
  assert.deepEqual(await stateOf(made.id), { state: 'failed', why: 'no such user [address]' })
})

test('without a mail server a message fails and says so', async () => {
  const made = await kept('basalt@lab.example')
  assert.ok(typeof made === 'object')
  await sendMessage(partsOf(null))(made.id, never)
  assert.equal((await stateOf(made.id))?.why, 'this instance has no mail server')
})

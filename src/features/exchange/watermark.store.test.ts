import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCases } from '#features/case/case.store.ts'
import { watermarkKeys } from '#features/label/watermark.ts'
import { unmarked } from '#features/label/watermark-prose.ts'
import type { Principal } from '#features/org/org.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { Budget } from '#platform/files/bytes.ts'
import { defaultLimits } from '#platform/files/input.ts'
import { membersOf } from '#platform/files/zip.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, peopleOf, secondCoordinator, storeReports } from '../../../test/db/reports.ts'
import { caseExportRoutes } from './case-export.routes.ts'
import { tracedExports } from './watermark.store.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const keys = watermarkKeys(root)
const principalOf = ({ organisation, person }: Actor): Principal => ({
  ...{ via: 'token', token: 'token_1', role: 'coordinator' },
  ...{ organisation: organisation ?? '', person: person ?? '' },
})
const actors = new Map([
  ['Bearer ada', principalOf(coordinator)],
  ['Bearer bo', principalOf(secondCoordinator)],
])

let database: TestDatabase
let marking: HttpServer<Principal>
let plain: HttpServer<Principal>
let id: string

const details = [
  'The length of the message is read from the header as a signed number, and it is then used as',
  'the size of the copy. A message with a length that is below zero is taken for one that fits in',
  'the buffer, so that the copy goes on behind the end of it. An attacker who can send a message',
  'to the port of the server needs nothing else: there is no check of who sends it, and it comes',
  'before the one of the signature. In the version that we have looked at, the memory behind the',
  'buffer is that of the table of handlers, and the first of them is called when the message has',
  'been read. It is not known to us whether that is so in the versions that came before, but the',
  'code of the parser was the same in all of those which we could find. We have tried it on a host',
  'of our own, and the server was gone after the first message that we had sent to it.',
].join('\n')
const proof = 'for the length of the buffer in the header of it and that is it, and so on'
const finding = { details, proofs: [{ text: proof }], aliases: ['CVE-2031-1111'] }

before(async () => {
  database = await freshDatabase()
  const pool = database.app
  await peopleOf(pool)
  id = await asActor(pool, systemActor, async (tx) => {
    const reports = await storeReports(tx, [{ title: 'Overflow in tf_read', finding }])
    const [made = ''] = await createCases(tx, [{ reports, ties: [] }], { clock })
    return made
  })
  const blobs = { open: () => assert.fail('nothing is attached') }
  const serverOf = async (watermark: typeof keys | null): Promise<HttpServer<Principal>> => {
    const served = await listen<Principal>({
      ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
      routes: caseExportRoutes({ pool, keys: reportKeysOf(root), blobs, watermark }),
      authenticate: async ({ headers }) => {
        const who = actors.get(headers.authorization ?? '')
        return who ? { principal: who, by: 'token' } : null
      },
    })
    assert.ok(served.ok)
    return served.value
  }
  marking = await serverOf(keys)
  plain = await serverOf(null)
})
after(async () => {
  await marking.close()
  await plain.close()
  await database[Symbol.asyncDispose]()
})

async function exported(server: HttpServer<Principal>, who: string, query: string) {
  const headers = { authorization: `Bearer ${who}` }
  const answer = await fetch(`${server.url}/v1/cases/${id}/export?${query}`, { headers })
  assert.equal(answer.status, 200)
  return Buffer.from(await answer.arrayBuffer())
}

const read = (text: string) =>
  asActor(database.app, systemActor, (tx) => tracedExports(tx, text, keys))

async function peopleTold(text: string): Promise<string[]> {
  const told = await read(text)
  if (told.is !== 'found') return [told.is]
  return told.found.flatMap(({ exports }) =>
    exports.map(({ name, recipient }) => `${name} for ${recipient}`),
  )
}

for (const form of ['markdown', 'mail', 'csaf', 'osv']) {
  test(`an export as ${form} tells who made it and for whom`, async () => {
    const texts = await Promise.all([
      exported(marking, 'ada', `as=${form}&for=Kestrel`),
      exported(marking, 'bo', `as=${form}&for=Osprey`),
    ])
    const told = await Promise.all(texts.map((text) => peopleTold(text.toString('utf8'))))
    assert.deepEqual(told, [['Ada for Kestrel'], ['Bo for Osprey']])
  })

  test(`an export as ${form} tells it by its wording alone`, async () => {
    const text = bodyOf((await exported(marking, 'bo', `as=${form}&for=Wren`)).toString('utf8'))
    assert.deepEqual(await peopleTold(unmarked(text)), ['Bo for Wren'])
    const other = bodyOf((await exported(plain, 'bo', `as=${form}`)).toString('utf8'))
    const described = unmarked(text).replaceAll(/\\n|\r?\n> /g, '\n')
    assert.ok(described.includes(details), 'the description is untouched')
    assert.ok(!/[\u200b-\u200d\u2060]/.test(other))
  })
}

/** A mail is sent in base64. */
const bodyOf = (text: string): string => {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  return head.startsWith('X-Unsent') ? Buffer.from(body, 'base64').toString('utf8') : text
}

test('proofs, identifiers and titles carry no mark', async () => {
  const text = (await exported(marking, 'ada', 'as=markdown')).toString('utf8')
  for (const verbatim of [proof, 'CVE\\-2031\\-1111', 'Overflow in tf\\_read', id]) {
    assert.ok(text.includes(verbatim.replace('_', verbatim === id ? '\\_' : '_')), verbatim)
  }
})

test('each file of a zip tells whose it is, and the original in it is as it came', async () => {
  const bytes = await exported(marking, 'ada', 'as=zip&for=Kestrel')
  for await (const member of membersOf(bytes, defaultLimits, new Budget(defaultLimits))) {
    assert.ok('chunks' in member)
    const own: Uint8Array[] = []
    for await (const chunk of member.chunks) own.push(chunk)
    const text = Buffer.concat(own).toString('utf8')
    // A marking is one line, which no mark fits into.
    if (member.name === 'LABEL.txt') continue
    assert.deepEqual(await peopleTold(text), ['Ada for Kestrel'], member.name)
    if (member.name.startsWith('reports/')) assert.match(text, /"original": \{\s+"at": 0\s+\}/)
  }
})

test('a part of 200 words of what was exported is enough', async () => {
  const text = (await exported(marking, 'bo', 'as=markdown&for=Heron')).toString('utf8')
  const prose = text.slice(text.indexOf('The'), text.indexOf('sent to it')).split(/\s+/)
  for (const from of [0, 20, 40]) {
    assert.deepEqual(await peopleTold(prose.slice(from, from + 120).join(' ')), ['Bo for Heron'])
  }
})

test('where it is turned off, and of what others wrote, nothing is told', async () => {
  const text = (await exported(plain, 'ada', 'as=markdown')).toString('utf8')
  assert.deepEqual(await peopleTold(text), ['none'])
  assert.deepEqual(await peopleTold(details), ['none'])
  assert.deepEqual(await peopleTold('It is short.'), ['too-short'])
})

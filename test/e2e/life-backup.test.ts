import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import {
  assertNoDatabase,
  endAll,
  handIn,
  knows,
  parleyTo,
  type Served,
  serve,
  signIn,
  stop,
  type Target,
  tokenFor,
} from './instance.ts'

/** An instance that is written to while it is backed up, and what was made of the backup. */
const data = newFolder()
const work = newFolder()
const backup = join(work, 'backup')
const proof = Buffer.from('what makes the invented parser fall')
after(endAll)

let service: Served
let to: Target
const early: string[] = []

before(async () => {
  service = await serve({ data })
  to = { url: service.url, token: await tokenFor(data) }
})

test('a backup is taken while reports come in, and holds all that came before', async () => {
  let isWriting = true
  const writing = (async () => {
    for (let at = 0; isWriting; at++) {
      const { status } = await handIn(to, `meanwhile-${at}`)
      assert.equal(status, 202)
    }
  })()
  for (let at = 0; at < 5; at++) {
    const { status, receipt } = await handIn(to, `early-${at}`, proof)
    assert.equal(status, 202)
    early.push(receipt)
  }
  const { code, said } = await parleyTo(['backup', '--data', data, '--to', backup])
  isWriting = false
  await writing
  assert.equal(code, 0, said)
  assert.match(said, /Backed up \d+ rows of \d+ tables[\s\S]*needs the key file too/)
  assert.ok(!existsSync(join(backup, 'parley.key')))
  assert.equal((await parleyTo(['backup', '--data', data, '--to', backup])).code, 5)
  assert.equal(await stop(service), 0)
})

test('without the key file it is restored and does not start; with it, all is there', async () => {
  const fresh = join(work, 'fresh')
  const restored = await parleyTo(['restore', '--from', backup, '--data', fresh])
  assert.equal(restored.code, 0, restored.said)
  assert.match(restored.said, /put the key file of the instance at/)
  const keyless = await parleyTo(['serve', '--data', fresh, '--port', '0'])
  assert.equal(keyless.code, 3)
  assert.match(keyless.said, /parley\.key: is missing: it is the key file of this instance/)
  cpSync(join(data, 'parley.key'), join(fresh, 'parley.key'))
  assert.match(restored.said, /It is held: started, it answers nothing but signing in/)
  const next = await serve({ data: fresh })
  assert.equal((await handIn({ ...to, url: next.url }, 'held')).status, 503)
  const { status, cookie } = await signIn(next.url, next.link)
  assert.equal(status, 200)
  assert.equal((await fetch(`${next.url}/v1/cases`, { headers: { cookie } })).status, 503)
  assert.equal((await openAlone(next.url, cookie)).status, 204)
  for (const receipt of early) assert.ok(await knows({ ...to, url: next.url }, receipt), receipt)
  assert.ok((await attachmentsOf(next.url, cookie)).some((bytes) => bytes.equals(proof)))
  assert.equal((await handIn({ ...to, url: next.url }, 'after', proof)).status, 202)
  assert.equal(await stop(next), 0)
  assertNoDatabase(fresh)
})

/** There is one person who may administer, so that one suffices. */
const openAlone = (url: string, cookie: string): Promise<Response> =>
  fetch(`${url}/v1/hold/open`, {
    method: 'POST',
    headers: {
      ...{ cookie, 'content-type': 'application/json', 'x-requested-by': 'parley' },
      'sec-fetch-site': 'same-origin',
    },
    body: '{}',
  })

const Cases = z.object({ items: z.array(z.object({ id: z.string() })) })
const One = z.object({
  reportList: z.array(z.object({ attachments: z.array(z.object({ id: z.string() })) })),
})

/** What is sealed in the blobs, through the whole of the API. */
async function attachmentsOf(url: string, cookie: string): Promise<Buffer[]> {
  const get = (path: string): Promise<Response> => fetch(url + path, { headers: { cookie } })
  const until = performance.now() + 15_000
  for (;;) {
    const found: Buffer[] = []
    for (const { id } of Cases.parse(await (await get('/v1/cases?limit=200')).json()).items) {
      const { reportList } = One.parse(await (await get(`/v1/cases/${id}`)).json())
      for (const attachment of reportList.flatMap(({ attachments }) => attachments)) {
        const file = await get(`/v1/attachments/${attachment.id}`)
        found.push(Buffer.from(await file.arrayBuffer()))
      }
      if (found.length > 0) return found
    }
    assert.ok(performance.now() < until, 'no case shows the proof')
    await pause(200)
  }
}

test('refused: a used folder, another key, a damaged backup, one of a newer Parley', async () => {
  const used = await parleyTo(['restore', '--from', backup, '--data', data])
  assert.equal(used.code, 7)
  assert.match(used.said, /is in use: it has an instance in it[\s\S]*new data folder/)
  const withKey = join(work, 'with-key')
  assert.equal((await parleyTo(['backup', '--data', data, '--to', withKey, '--with-key'])).code, 0)
  const others = join(work, 'others')
  mkdirSync(others)
  writeFileSync(join(others, 'parley.key'), 'of another', { mode: 0o600 })
  const other = await parleyTo(['restore', '--from', withKey, '--data', others])
  assert.deepEqual([other.code, /the key file of another instance/.test(other.said)], [7, true])
  const damaged = join(work, 'damaged')
  cpSync(backup, damaged, { recursive: true })
  writeFileSync(join(damaged, 'rows.ndjson.gz'), 'half of it')
  const target = join(work, 'target')
  const refused = await parleyTo(['restore', '--from', damaged, '--data', target])
  assert.deepEqual([refused.code, existsSync(target)], [4, false])
  const newer = join(work, 'newer')
  cpSync(backup, newer, { recursive: true })
  const manifest = readFileSync(join(newer, 'manifest.json'), 'utf8')
  const changed = manifest.replace('"migrations": [', '"migrations": [ "999999_of_the_future.sql",')
  assert.notEqual(changed, manifest)
  writeFileSync(join(newer, 'manifest.json'), changed)
  const future = await parleyTo(['restore', '--from', newer, '--data', target])
  assert.deepEqual([future.code, existsSync(target)], [7, false])
  assert.match(future.said, /a newer Parley made this backup/)
  rmSync(withKey, { recursive: true })
})

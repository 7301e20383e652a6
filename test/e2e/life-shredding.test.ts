import assert from 'node:assert/strict'
import { appendFileSync, cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import { endAll, handIn, parleyTo, serve, signIn, stop, tokenFor } from './instance.ts'

const data = newFolder()
const work = newFolder()
const backup = join(work, 'backup')
const proof = Buffer.from('what makes the invented parser fall')
const listName = 'parley.key.destroyed'
after(endAll)

const Cases = z.object({ items: z.array(z.object({ id: z.string() })) })
const One = z.object({
  reportList: z.array(
    z.object({
      ...{ id: z.string(), receipt: z.string(), payloadDestroyedAt: z.string().nullable() },
      attachments: z.array(z.object({ id: z.string() })),
    }),
  ),
})

type Asking = { readonly url: string; readonly cookie: string }

/** Every report with its attachment, once there are as many as were handed in. */
async function reportsOf({ url, cookie }: Asking, wanted: number) {
  const get = (path: string): Promise<Response> => fetch(url + path, { headers: { cookie } })
  const until = performance.now() + 20_000
  for (;;) {
    const { items } = Cases.parse(await (await get('/v1/cases?limit=200')).json())
    const pages = await Promise.all(items.map(({ id }) => get(`/v1/cases/${id}`)))
    const found = await Promise.all(pages.map(async (page) => One.parse(await page.json())))
    const reports = found.flatMap(({ reportList }) => reportList)
    if (reports.length >= wanted) return reports
    assert.ok(performance.now() < until, `${reports.length} reports`)
    await pause(200)
  }
}

const statusOf = async ({ url, cookie }: Asking, id: string | undefined): Promise<number> =>
  (await fetch(`${url}/v1/attachments/${id}`, { headers: { cookie } })).status

const openAlone = ({ url, cookie }: Asking): Promise<Response> =>
  fetch(`${url}/v1/hold/open`, {
    method: 'POST',
    headers: {
      ...{ cookie, 'content-type': 'application/json', 'x-requested-by': 'parley' },
      'sec-fetch-site': 'same-origin',
    },
    body: '{}',
  })

test('what was destroyed stays so at the next start, and in an older backup', async () => {
  const first = await serve({ data })
  const to = { url: first.url, token: await tokenFor(data) }
  const sent = await handIn(to, 'destroyed', proof)
  const other = await handIn(to, 'kept', proof)
  assert.deepEqual([sent.status, other.status], [202, 202])
  const { cookie } = await signIn(first.url, first.link)
  const reports = await reportsOf({ url: first.url, cookie }, 2)
  const gone = reports.find(({ receipt }) => receipt === sent.receipt) ?? assert.fail()
  const kept = reports.find(({ receipt }) => receipt === other.receipt) ?? assert.fail()
  const [goneFile, keptFile] = [gone.attachments[0]?.id, kept.attachments[0]?.id]
  assert.equal(await statusOf({ url: first.url, cookie }, goneFile), 200)

  const nobody = ['shred', sent.receipt, '--data', data, '--why', 'ended', '--person', 'Nobody']
  assert.equal((await parleyTo(nobody)).code, 2)
  const unknown = ['shred', 'SUB-none', '--data', data, '--why', 'ended', '--person', 'Coordinator']
  const refused = await parleyTo(unknown)
  assert.deepEqual([refused.code, /Not all of these reports/.test(refused.said)], [2, true])
  const asking = [
    'shred',
    sent.receipt,
    '--data',
    data,
    '--why',
    'ended',
    '--person',
    'Coordinator',
  ]
  const asked = await parleyTo(asking)
  assert.equal(asked.code, 0, asked.said)
  assert.match(asked.said, /Asked for as approval_\w+; nothing is destroyed yet[\s\S]*\/approvals/)
  assert.equal(await statusOf({ url: first.url, cookie }, goneFile), 200)

  const taken = await parleyTo(['backup', '--data', data, '--to', backup, '--with-key'])
  assert.equal(taken.code, 0, taken.said)
  assert.equal(existsSync(join(backup, listName)), false)
  assert.equal(await stop(first, 'SIGKILL'), 'SIGKILL')
  // As it is left by a kill between the list and the rest.
  appendFileSync(join(data, listName), `${gone.id} 2026-11-21T12:00:00.000Z\n`, { mode: 0o600 })
  const next = await serve({ data })
  const again = { url: next.url, cookie: (await signIn(next.url, next.link)).cookie }
  assert.match(next.said(), /destroyed again what came with 1 reports/)
  assert.deepEqual([await statusOf(again, goneFile), await statusOf(again, keptFile)], [410, 200])
  const [marked] = (await reportsOf(again, 2)).filter(({ id }) => id === gone.id)
  assert.ok(marked?.payloadDestroyedAt)
  assert.equal(await stop(next), 0)

  const restored = join(work, 'restored')
  mkdirSync(restored)
  for (const name of ['parley.key', listName]) cpSync(join(data, name), join(restored, name))
  const done = await parleyTo(['restore', '--from', backup, '--data', restored])
  assert.equal(done.code, 0, done.said)
  assert.match(done.said, /destroyed again what came with 1 reports/)
  const held = await serve({ data: restored })
  const there = { url: held.url, cookie: (await signIn(held.url, held.link)).cookie }
  assert.doesNotMatch(held.said(), /destroyed again/)
  assert.equal((await openAlone(there)).status, 204)
  assert.deepEqual([await statusOf(there, goneFile), await statusOf(there, keptFile)], [410, 200])
  assert.equal(await stop(held), 0)
})

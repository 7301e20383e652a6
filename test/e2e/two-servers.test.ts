import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import { endAll, type Served, serve, signIn, stop, tokenFor } from './instance.ts'
import { type OwnDatabase, ownDatabase } from './own-database.ts'

/** Two servers on one database, each of which would place what arrives. */
const data = newFolder()
let url = ''

let drop: OwnDatabase['drop'] = async () => undefined
before(async () => {
  ;({ url, drop } = await ownDatabase('parley_two'))
})

after(async () => {
  await endAll()
  await drop()
})

const flaws = ['read_chunk', 'apply_palette', 'skip_trailer'] as const
const copies = 8

/** The flaw as one of several finders words it. */
const reportOf = (flaw: string, at: number): object => ({
  purl: 'pkg:generic/chunky@1.4.0',
  email: `lab${at}@example.org`,
  affected_symbol: { file: `src/${flaw}.c`, function: flaw, line: 40 + at },
  discovery_tooling: `reviewer ${at}`,
  enrichment: { title: `Finding ${at}: a length in ${flaw} is not checked`, cwe: 'CWE-787' },
})

async function post(server: Served, token: string, report: object): Promise<number> {
  const { status } = await fetch(`${server.url}/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(report),
  })
  return status
}

const Cases = z.object({ items: z.array(z.object({ reports: z.number() })) })

async function untilPlaced(server: Served): Promise<number[]> {
  const { cookie } = await signIn(server.url, server.link)
  const until = performance.now() + 30_000
  for (;;) {
    const answer = await fetch(`${server.url}/v1/cases`, { headers: { cookie } })
    const counts = Cases.parse(await answer.json()).items.map((one) => one.reports)
    if (counts.reduce((sum, count) => sum + count, 0) === flaws.length * copies) return counts
    assert.ok(performance.now() < until, `placed so far: ${counts.join()}`)
    await pause(100)
  }
}

test('one flaw that arrives at two servers at once ends in one case', async () => {
  const env = { DATABASE_URL: url }
  const servers = [await serve({ data, env }), await serve({ data, env })]
  const token = await tokenFor(data, { env })
  const wanted = flaws.flatMap((flaw) => [...Array(copies).keys()].map((at) => ({ flaw, at })))
  const statuses = await Promise.all(
    wanted.map(({ flaw, at }) => {
      const server = servers[at % 2]
      assert.ok(server)
      return post(server, token, reportOf(flaw, at))
    }),
  )
  assert.ok(statuses.every((status) => status === 202))
  const [first] = servers
  assert.ok(first)
  assert.deepEqual(await untilPlaced(first), [copies, copies, copies])
  assert.deepEqual(await Promise.all(servers.map((server) => stop(server))), [0, 0])
})

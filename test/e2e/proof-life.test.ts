import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { decodeEnvelope, openEnvelope } from '#formats/attestation/dsse.ts'
import { newFolder } from '../db/embedded-process.ts'
import { root } from '../root.ts'
import { endAll, handIn, type Served, serve, signIn, stop, tokenFor } from './instance.ts'

const data = newFolder()
let server: Served
let token = ''
let cookie = ''

before(async () => {
  server = await serve({ data })
  token = await tokenFor(data)
  cookie = (await signIn(server.url, server.link)).cookie
})
after(endAll)

/** A bundle of the corpus, packed by a program that is not ours. */
const bundleOf = (name: string): Buffer =>
  execFileSync('tar', ['-czf', '-', '-C', join(root, 'test', 'proofs', name), '.'])

const Proof = z.object({
  id: z.string(),
  level: z.string(),
  verdict: z.string().nullable(),
  state: z.string().nullable(),
  runs: z.array(
    z.object({
      ...{ id: z.string(), state: z.string(), attempts: z.number(), worker: z.string().nullable() },
      refusal: z.object({ code: z.string(), why: z.string() }).nullable(),
      shown: z.object({ steps: z.array(z.unknown()), attempts: z.array(z.unknown()) }).nullable(),
    }),
  ),
})

const get = async (path: string): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${server.url}${path}`, { headers })).json()
}

async function put(receipt: string, bytes: Buffer): Promise<{ status: number; told: unknown }> {
  const response = await fetch(`${server.url}/v1/submissions/${receipt}/proof`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/gzip' },
    body: new Uint8Array(bytes),
  })
  return { status: response.status, told: await response.json() }
}

const patienceMs = 120_000

/** A proof once its newest run is over. */
async function ranOf(id: string): Promise<z.infer<typeof Proof>> {
  const until = performance.now() + patienceMs
  for (;;) {
    const proof = Proof.parse(await get(`/v1/proofs/${id}`))
    if (proof.state === 'done' || proof.state === 'failed') return proof
    assert.ok(performance.now() < until, JSON.stringify(proof))
    await pause(200)
  }
}

const idIn = (told: unknown): string => z.object({ id: z.string() }).parse(told).id

/** Why this machine runs no proofs, once its worker said so; null where it does. */
async function whyNotHere(): Promise<string | null> {
  const Workers = z.object({ items: z.array(z.object({ refusal: z.string().nullable() })) })
  for (let until = performance.now() + patienceMs; performance.now() < until; ) {
    const answer = await asCoordinator('/v1/workers')
    const [worker] = Workers.parse(await answer.json()).items
    if (worker !== undefined) return worker.refusal
    await pause(200)
  }
  return 'no worker said that it is there'
}

test('a proof is run, judged and attested, and counts for its case', async (context) => {
  const why = await whyNotHere()
  if (why !== null && process.env['CI'] === undefined) return context.skip(why)
  assert.equal(why, null)
  const { receipt } = await handIn({ url: server.url, token }, 'pages')
  const refused = await put(receipt, Buffer.from('no archive'))
  assert.equal(refused.status, 422)
  const taken = await put(receipt, bundleOf('py-path-traversal'))
  assert.equal(taken.status, 201, JSON.stringify(taken.told))
  const proof = await ranOf(idIn(taken.told))
  assert.deepEqual([proof.level, proof.verdict], ['E4', 'fixes'], JSON.stringify(proof.runs[0]))
  assert.equal(proof.runs[0]?.shown?.steps.length, 4)
  const submission = z.object({ case: z.object({ evidence: z.string() }) })
  const told = submission.parse(await get(`/v1/submissions/${receipt}`))
  assert.equal(told.case.evidence, 'E4')
  await verified(proof.runs[0]?.id ?? '')
  const metrics = await (await asCoordinator('/metrics')).text()
  assert.match(metrics, /^parley_proofs_waiting 0$/m)
})

test('a server that is killed while it runs a proof ends it once it is back', async (context) => {
  const why = await whyNotHere()
  if (why !== null && process.env['CI'] === undefined) return context.skip(why)
  const { receipt } = await handIn({ url: server.url, token }, 'again')
  const taken = await put(receipt, bundleOf('py-path-traversal'))
  const id = idIn(taken.told)
  for (let state: string | null = null; state !== 'running'; await pause(50)) {
    state = Proof.parse(await get(`/v1/proofs/${id}`)).state
  }
  assert.equal(await stop(server, 'SIGKILL'), 'SIGKILL')
  server = await serve({ data })
  const proof = await ranOf(id)
  assert.deepEqual([proof.level, proof.runs.length], ['E4', 1])
  assert.equal(proof.runs[0]?.attempts, 2)
})

/** Checks an attestation with the keys that the list of workers gives. */
async function verified(run: string): Promise<void> {
  const Workers = z.object({ items: z.array(z.object({ publicKey: z.string() })) })
  const workers = Workers.parse(await asCoordinator('/v1/workers').then((told) => told.json()))
  const told = await asCoordinator(`/v1/proof-runs/${run}/attestation`)
  const envelope = decodeEnvelope(await told.text())
  assert.ok(envelope.ok)
  const keys = workers.items.map(({ publicKey }) => createPublicKey(publicKey))
  assert.ok(openEnvelope(envelope.value, keys).ok)
}

/** The session of the first coordinator, whose link works once. */
const asCoordinator = (path: string): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers: { cookie } })

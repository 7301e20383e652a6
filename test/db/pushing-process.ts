// A process of its own that hands samples in: one line of JSON in, one out. A test starts it beside
// itself, so that two processes push at once.
import { createInterface } from 'node:readline'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { pushSample } from '#features/evaluation/sample-push.ts'
import { systemClock } from '#kernel/clock.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { keyOf } from '#platform/crypto/keys.ts'
import { openPool } from '#platform/db/connection.ts'
import { personOf } from '../engagement/desk-world.ts'

const [url = '', folder = '', secret = ''] = process.argv.slice(2)
const key = keyOf(Buffer.from(secret, 'hex'))
if (key === null) throw new Error('no key')
const keys = { is: 'root', all: [key] } as const
const pool = openPool(url)
const opened = await openFolderBlobs({ folder, keys, clock: systemClock })
if (!opened.ok) throw new Error(opened.refusal.why)
const parts = { pool, blobs: opened.value, keys: evaluationKeysOf(keys) }

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

process.stdout.write('ready\n')
const pending: Promise<void>[] = []
for await (const line of createInterface({ input: process.stdin })) {
  const { id, run, name, body, now } = JSON.parse(line)
  const push = {
    ...{ run, name, body: once(Buffer.from(body, 'base64')), now: new Date(now) },
    principal: {
      ...({ via: 'session', role: 'evaluator', token: null } as const),
      ...{ person: personOf('eve'), organisation: 'org_oakinst01' },
    },
  }
  const work = async (): Promise<void> => {
    const done = await pushSample(parts, push)
    const told = done.ok ? done.value : { refused: done.refusal.code }
    process.stdout.write(`${JSON.stringify({ id, ...told })}\n`)
  }
  pending.push(work())
}
await Promise.all(pending)
await pool.end()

import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { newProofId, storeProof } from '#features/proof/proof.store.ts'
import { type ProofRunId, queueRun } from '#features/proof/proof-run.store.ts'
import { registerWorker, type WorkerSelf, workerIdOf } from '#features/proof/worker.store.ts'
import { yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'

/** What a machine that isolates tells of itself. */
export const isolationFacts: IsolationFacts = {
  ...({ tier: 'namespaces', by: 'bubblewrap 0.8.0', kernel: '6.1.0' } as const),
  namespaces: ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'],
  ...{ seccomp: true, noNewPrivileges: true, capabilities: '0', uid: 1000 },
  cgroup: { version: 2, controllers: ['memory', 'pids'] },
  egress: { denied: true, how: 'connect: network is unreachable' },
}

/** What a test wants of a proof; the rest is invented. */
export type ProofWish = {
  readonly organisation?: string
  readonly purl?: string
  readonly bytes?: string
}

/** Stores a proof whose bytes lie nowhere. */
export async function proofOf(
  tx: Tx,
  reportNo: number,
  wish: ProofWish = {},
): Promise<{ readonly no: number; readonly id: string }> {
  const bytes = wish.bytes ?? randomBytes(8).toString('hex')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const id = newProofId()
  const no = await storeProof(
    tx,
    {
      ...{ id, reportNo, organisation: wish.organisation ?? 'org_finder01', person: null },
      ...{ attachment: null, title: 'An overflow', purl: wish.purl ?? null },
      finder: { name: 'Heron', model: null },
      blob: { id: `sealed-${sha256}`, sizeBytes: bytes.length, sha256 },
      manifest: Buffer.from('sealed'),
    },
    new Date('2026-11-20T10:00:00Z'),
  )
  return { no: no ?? 0, id }
}

/** Stores a proof that waits to be run. */
export async function waitingProof(
  tx: Tx,
  reportNo: number,
  wish: ProofWish = {},
): Promise<{ readonly no: number; readonly id: string; readonly run: ProofRunId | null }> {
  const proof = await proofOf(tx, reportNo, wish)
  const asked = { proofNo: proof.no, why: 'arrived', person: null } as const
  return { ...proof, run: await queueRun(tx, asked, new Date()) }
}

/** Registers a worker of this name; answers its id. */
export async function workerOf(
  tx: Tx,
  name: string,
  wish: Partial<WorkerSelf> = {},
): Promise<string> {
  const publicKey = `key of ${name}`
  const id = workerIdOf(publicKey)
  const self = {
    ...{ id, name, host: 'here', publicKey, version: '1', slots: 2, ceiling: 0, compartments: [] },
    isolation: yes(isolationFacts),
    ...wish,
  }
  await registerWorker(tx, self, new Date())
  return id
}

/** Lets the leases of runs that are held be over. */
export const expireLeases = (tx: Tx) =>
  sql`update parley.proof_run set lease_until = now() - interval '1 second'
    where state = 'running'`.execute(tx)

import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { contentOwner } from '#features/report/incoming.ts'
import { systemClock } from '#kernel/clock.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { openKeyFile } from '#platform/crypto/key-file.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { newProofId, reportFor, storeProof } from '../../src/features/proof/proof.store.ts'
import { proofKeysOf, sealFor } from '../../src/features/proof/proof-keys.ts'
import { queueRun } from '../../src/features/proof/proof-run.store.ts'
import { freshDatabase, type TestDatabase } from '../../test/db/database.ts'
import { peopleOf, storeReports } from '../../test/db/reports.ts'

const script = fileURLToPath(new URL('proof-worker.ts', import.meta.url))

/** An instance without a server: a database, a key file, blobs, and proofs that wait. */
export class ProofField implements AsyncDisposable {
  readonly database: TestDatabase
  readonly folder: string
  readonly digests = new Map<string, string>()

  constructor(database: TestDatabase, folder: string) {
    this.database = database
    this.folder = folder
  }

  static async open(bundles: readonly Buffer[]): Promise<ProofField> {
    const field = new ProofField(
      await freshDatabase(),
      await mkdtemp(join(tmpdir(), 'parley-proofs-')),
    )
    await field.#fill(bundles)
    return field
  }

  get pool(): Pool {
    return this.database.app
  }

  async #fill(bundles: readonly Buffer[]): Promise<void> {
    await peopleOf(this.pool)
    const keys = await openKeyFile(join(this.folder, 'parley.key'), { create: true })
    if (!keys.ok) throw new Error(keys.refusal.why)
    const blobs = await openFolderBlobs({
      ...{ folder: join(this.folder, 'blobs'), keys: keys.value, clock: systemClock },
    })
    if (!blobs.ok) throw new Error(blobs.refusal.why)
    const now = new Date()
    for (const [at, bytes] of bundles.entries()) {
      const organisation = at % 3 === 0 ? 'org_finder02' : 'org_finder01'
      const report = await asActor(this.pool, systemActor, async (tx) => {
        const [no = 0] = await storeReports(tx, [{ organisation }])
        const row = await tx
          .selectFrom('parley.report')
          .select('receipt')
          .where('no', '=', no)
          .executeTakeFirstOrThrow()
        return reportFor(tx, { receipt: row.receipt })
      })
      if (!report.ok) throw new Error(report.refusal)
      const { own, no: reportNo } = report.value
      const blob = await blobs.value.put(bytes, {
        ...{ sealed: true, associatedData: contentOwner(organisation), own },
      })
      if (!blob.ok) throw new Error(blob.refusal.why)
      const id = newProofId()
      const manifest = sealFor(proofKeysOf(keys.value), own, { id, value: {} })
      await asActor(this.pool, systemActor, async (tx) => {
        const given = { id, reportNo, organisation, person: null, attachment: null, title: 'x' }
        const rest = { purl: null, finder: { name: 'Heron', model: null }, manifest }
        const no = await storeProof(tx, { ...given, ...rest, blob: blob.value }, now)
        await queueRun(tx, { proofNo: no ?? 0, why: 'arrived', person: null }, now)
      })
      this.digests.set(id, createHash('sha256').update(bytes).digest('hex'))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export type Running = { readonly child: ChildProcess; readonly name: string }

export type WorkerWish = {
  readonly name: string
  readonly slots: number
  /** How long a pretended run takes; null to run proofs in the sandbox of this machine. */
  readonly tookMs: number | null
  readonly leaseMs: number
}

export async function beginWorker(field: ProofField, wish: WorkerWish): Promise<Running> {
  const { appUrl, queueUrl } = field.database
  const { name, slots, tookMs, leaseMs } = wish
  const given = [appUrl, queueUrl, field.folder, name, slots, tookMs ?? 'sandbox', leaseMs]
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const
  const child = fork(script, given.map(String), { stdio: [...stdio] })
  await once(child, 'message')
  return { child, name }
}

/** How many runs are not over yet. */
export async function openIn(field: ProofField): Promise<number> {
  const { rows } = await asActor(field.pool, systemActor, (tx) =>
    sql<{ count: number }>`select count(*) as count from parley.proof_run
      where state in ('queued', 'running')`.execute(tx),
  )
  return rows[0]?.count ?? 0
}

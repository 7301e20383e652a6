import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { createCases } from '#features/case/case.store.ts'
import type { TakingParts } from '#features/proof/attachment-proof.jobs.ts'
import { type BundleReader, type HandInParts, handIn } from '#features/proof/hand-in.ts'
import type { RunParts } from '#features/proof/proof.jobs.ts'
import { type ProofReport, proofById, reportFor, runsOf } from '#features/proof/proof.store.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import type { Proved } from '#features/proof/prove.ts'
import { contentOwner, newReportId } from '#features/report/incoming.ts'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import { systemClock } from '#kernel/clock.ts'
import { yes } from '#kernel/result.ts'
import { settingsOf } from '#platform/config/settings.ts'
import { openKeyFile } from '#platform/crypto/key-file.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { silentLog } from '#platform/log/log.ts'
import { openWorkplace, type Workplace } from '../../src/main/service/instance.ts'
import { type Prover, Proving } from '../../src/main/service/proving.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { isolationFacts } from './proofs.ts'
import { peopleOf, raiseCeiling, storeReports } from './reports.ts'

export const times = { leaseMs: 1_500, lookEachMs: 30, probeEachMs: 100 }

/** Opens whatever there is. */
export const everything: TakingParts['reach'] = { ceiling: 4, compartments: [] }

const bundle: ProofBundle = {
  ...{ title: 'An overflow', proposed: null, location: null, benign: null, build: [], tests: [] },
  target: { purl: 'pkg:generic/reader@1.0', source: { kind: 'folder', path: 'src' } },
  environment: { kind: 'host', tools: {} },
  run: { kind: 'command', command: ['./reader'], input: { kind: 'none' } },
  oracle: { kind: 'signal', signal: 'SIGSEGV' },
  ...{ variants: [], patch: 'fix.patch', finder: { name: 'Heron', model: null } },
  limits: {
    ...{ buildSeconds: 1, runSeconds: 1, memoryMiB: 1, processes: 1, diskMiB: 1, outputMiB: 1 },
  },
  authorisation: { statement: 'It is ours.', by: 'Heron' },
}
export const read: BundleReader = async () => yes({ bundle, patch: null })

/** What a run showed. */
export const proved = (more: Partial<Proved> = {}): Proved => ({
  ...{ level: 'E3', runs: { met: 3, of: 3 }, steps: [], missing: [], attempts: [], patch: null },
  ...{ crash: null, environment: 'ef'.repeat(32), isolation: isolationFacts },
  ...more,
})

/** A prover that takes so long, and ends when it is told to. */
export const slowly =
  (ms: number): Prover['prove'] =>
  async (_task, signal) => {
    await pause(ms, undefined, { signal }).catch(() => undefined)
    return yes(proved())
  }

export async function until(is: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await is()); ) {
    assert.ok(performance.now() < end, 'it never comes')
    await pause(30)
  }
}

/** A place where proofs are handed in and run, with a database and blobs of its own. */
export class ProofWorld implements AsyncDisposable {
  readonly folder: string
  readonly database: TestDatabase
  readonly workplace: Workplace

  constructor(folder: string, database: TestDatabase, workplace: Workplace) {
    this.folder = folder
    this.database = database
    this.workplace = workplace
  }

  /** The settings are beside those of a worker that is called `pier`. */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<ProofWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-proof-world-'))
    const database = await freshDatabase()
    await raiseCeiling(database, 3)
    await peopleOf(database.app)
    await openKeyFile(join(folder, 'parley.key'), { create: true })
    const names = { PARLEY_DATA: folder, PARLEY_WORKER_NAME: 'pier' }
    const found = settingsOf({ ...names, ...settings })
    assert.ok(found.ok)
    const parts = { settings: found.value, clock: systemClock, log: silentLog }
    const opened = await openWorkplace(parts, database)
    assert.ok(opened.ok)
    return new ProofWorld(folder, database, opened.value)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workplace.close()
    await this.database[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }

  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return asActor(this.database.app, systemActor, work)
  }

  /** What hands in needs, but for what a test has of its own. */
  parts(more: Partial<HandInParts> = {}): HandInParts {
    const { pool, blobs, clock, keys } = this.workplace
    return { pool, blobs, clock, keys: proofKeysOf(keys), read, ...more }
  }

  /** What a run needs, of a worker that is registered by this id. */
  runParts(worker: string, more: Partial<RunParts> & Pick<RunParts, 'signer'>): RunParts {
    const { read: _, ...parts } = this.parts()
    return {
      ...{ ...parts, scratch: join(this.folder, 'proofs'), prove: async () => yes(proved()) },
      ...{ evidenceChanged: async () => undefined, onShown: async () => undefined },
      self: {
        ...{ id: worker, name: 'pier', host: 'here', publicKey: 'x', version: '1', slots: 1 },
        ...{ ceiling: 0, compartments: [], isolation: yes(isolationFacts) },
      },
      ...more,
    }
  }

  /** A report with keys, in a case of its own. */
  async reported(): Promise<{ report: ProofReport; case: string }> {
    const [no = 0] = await this.asSystem((tx) => storeReports(tx, [{}]))
    const [case_ = ''] = await this.asSystem((tx) =>
      createCases(tx, [{ reports: [no], ties: [] }], { clock: systemClock }),
    )
    const found = await this.asSystem((tx) => reportFor(tx, { case: case_, report: null }))
    assert.ok(found.ok)
    return { report: found.value, case: case_ }
  }

  /** Hands in a proof of these bytes for a report. */
  handIn(report: ProofReport, bytes: string, more: Partial<HandInParts> = {}) {
    const archive = join(this.folder, `bundle-${report.no}-${bytes.replace(/\W/g, '_')}`)
    writeFileSync(archive, bytes)
    const by = { actor: systemActor, organisation: 'org_finder01', person: null, attachment: null }
    return handIn(this.parts(more), { archive, report, ...by })
  }

  /** A case of one report, and a proof of it that waits. */
  async waiting(): Promise<{ proof: string; case: string; reportNo: number; report: ProofReport }> {
    const { report, case: of } = await this.reported()
    const done = await this.handIn(report, `bundle of ${report.no}`)
    assert.ok(done.ok)
    return { proof: done.value.id, case: of, reportNo: report.no, report }
  }

  /** A report with attachments of these names, all of the same bytes; answers its number. */
  async attached(names: readonly string[], label = 1): Promise<number> {
    const id = newReportId()
    const salt = Buffer.alloc(16, 7)
    const [no = 0] = await this.asSystem((tx) => storeReports(tx, [{ label }]))
    const blob = await this.workplace.blobs.put(Buffer.from('an archive'), {
      ...{ sealed: true, associatedData: contentOwner('org_finder01'), own: { id, salt } },
    })
    assert.ok(blob.ok)
    const ref = JSON.stringify(blob.value)
    await this.asSystem(async (tx) => {
      await sql`update parley.report set id = ${id} where no = ${no}`.execute(tx)
      await sql`insert into parley.payload_key values (${no}, 'org_finder01', ${salt})`.execute(tx)
      await sql`insert into parley.attachment (id, report_no, organisation_id, place, filename,
          content_type, type, size_bytes, sha256, blob)
        select 'attachment_' || ${no}::bigint || '_' || n, ${no}, 'org_finder01', n, name, 'x/x',
          'x', 10, decode(${blob.value.sha256}, 'hex'), ${ref}::jsonb
        from unnest(${[...names]}::text[]) with ordinality t (name, n)`.execute(tx)
    })
    return no
  }

  /** Lets a worker run for as long as `work` takes. */
  async working<T>(prover: Partial<Prover>, work: () => Promise<T>): Promise<T> {
    const whole = { probe: async () => yes(isolationFacts), prove: async () => yes(proved()) }
    const made = { prover: { ...whole, ...prover }, version: '1' }
    const proving = new Proving(this.workplace, made, times)
    proving.begin()
    try {
      return await work()
    } finally {
      await proving.end()
    }
  }

  /** The newest run of a proof. */
  async runOf(proof: string) {
    const row = await this.asSystem((tx) => proofById(tx, proof))
    assert.ok(row)
    const [run] = await this.asSystem((tx) => runsOf(tx, row.no))
    assert.ok(run)
    return { ...run, proofLevel: row.level, proofNo: row.no }
  }

  isOver(proof: string): () => Promise<boolean> {
    return async () => ['done', 'failed', 'cancelled'].includes((await this.runOf(proof)).state)
  }
}

import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Client } from 'pg'
import { correlateProofs } from '#features/case/proof-neighbour.store.ts'
import { takeNextProof } from '#features/proof/attachment-proof.jobs.ts'
import { type RunParts, runHeld } from '#features/proof/proof.jobs.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import { claimRun } from '#features/proof/proof-run.store.ts'
import type { Prove, Proved } from '#features/proof/prove.ts'
import { registerWorker, type WorkerSelf, workerIdOf } from '#features/proof/worker.store.ts'
import { no, yes } from '#kernel/result.ts'
import type { Instance } from '#main/service/instance.ts'
import { bundleReader } from '#main/service/machine-prover.ts'
import { evidenceChanged } from '#main/service/proving.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { isolationFacts } from '../db/proofs.ts'
import { functionOf } from './history.ts'
import { begin } from './randomness.ts'

/** Ed25519 in PKCS #8 (RFC 8410), of a secret that every world has. */
const signer = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  ...({ format: 'der', type: 'pkcs8' } as const),
})
const publicKey = createPublicKey(signer).export({ type: 'spki', format: 'pem' }).toString()

const self: WorkerSelf = {
  ...{ id: workerIdOf(publicKey), name: 'pier', host: 'pier', publicKey, version: '1', slots: 1 },
  ...{ ceiling: 4, compartments: ['BASALT-2', 'HERON'], isolation: yes(isolationFacts) },
}

const unhurried = { leaseMs: 600_000 }

type WorkerParts = Pick<Instance, 'pool' | 'blobs' | 'clock' | 'keys'> & {
  readonly owner: Client
  readonly scratch: string
}

/**
 * Whoever runs proofs in a world, of all labels: all that is around a run is real, and nothing is
 * run. What a run shows follows from the bytes of its bundle, so that it is the same in each world.
 */
export class Worker {
  readonly id = self.id
  readonly #parts: WorkerParts
  readonly #running: RunParts

  constructor(parts: WorkerParts) {
    this.#parts = parts
    const { clock, scratch, keys, ...rest } = parts
    this.#running = {
      ...{ ...rest, clock, self, signer, prove, scratch, keys: proofKeysOf(keys) },
      evidenceChanged: evidenceChanged({ clock }),
      onShown: (tx, shown) => correlateProofs(tx, shown, clock.now()),
    }
  }

  /** It is there all the time, by whichever clock. */
  async register(): Promise<void> {
    const { pool, clock, owner } = this.#parts
    await asActor(pool, systemActor, (tx) => registerWorker(tx, self, clock.now()))
    await owner.query(`update parley.worker set seen_at = '2127-01-01'`)
  }

  /** Takes the proofs that came as attachments, and runs what waits. */
  async work(step: string): Promise<void> {
    const { pool, keys } = this.#parts
    // What is random in it for common records follows from these alone.
    const counts = new Map<boolean, number>()
    const beginNext = (isCommon: boolean): void => {
      const count = counts.get(isCommon) ?? 0
      counts.set(isCommon, count + 1)
      begin(`${step} prove ${isCommon} ${count}`)
    }
    const reach = { ceiling: self.ceiling, compartments: self.compartments }
    const taking = { ...this.#parts, keys: proofKeysOf(keys), read: bundleReader, reach }
    do beginNext(await this.#isCommon(nextTaken))
    while ((await takeNextProof(taking)).is === 'looked')
    for (;;) {
      begin(`${step} claim`)
      const run = await asActor(pool, systemActor, (tx) => claimRun(tx, self.id, unhurried))
      if (run === null) return
      beginNext(await this.#isCommon(labelsOfRun, [run.no]))
      const { is } = await runHeld(this.#running, run, new AbortController().signal)
      if (is !== 'done' && is !== 'failed') throw new TypeError(`a run is ${is}`)
    }
  }

  async #isCommon(query: string, values: readonly unknown[] = []): Promise<boolean> {
    const { rows } = await this.#parts.owner.query<{ label: number }>(query, [...values])
    return rows.every(({ label }) => label === 1)
  }
}

const nextTaken = `
  select r.label_id as label from parley.attachment a join parley.report r on r.no = a.report_no
  where a.looked_at is null and a.filename = 'proof.tar' order by a.report_no limit 1`

const labelsOfRun = `
  select r.label_id as label from parley.proof_run u
  join parley.proof p on p.no in (u.proof_no, u.patch_of)
  join parley.report r on r.no = p.report_no where u.no = $1`

const fixes = { verdict: 'fixes', why: 'With the patch nothing shows it.', notes: [] }
const fails = { verdict: 'does not fix', why: 'With the patch it is shown.', notes: [] }

const prove: Prove = async ({ archive, patchFrom }) => {
  const bytes = await readFile(archive)
  const other = patchFrom === null ? Buffer.alloc(0) : await readFile(patchFrom)
  const [first = 0] = createHash('sha256').update(bytes).update(other).digest()
  if (patchFrom !== null)
    return yes(shown(bytes, { level: 'E4', patch: first % 2 ? fixes : fails }))
  if (first % 8 === 0) {
    return no({ code: 'build', why: 'It does not build.', isHere: false })
  }
  const level = (['E1', 'E2', 'E3', 'E4', 'E4'] as const)[first % 5] ?? 'E1'
  return yes(shown(bytes, { level, patch: level === 'E4' ? fixes : fails }))
}

function shown(bytes: Buffer, { level, patch }: Pick<Proved, 'level' | 'patch'>): Proved {
  const name = functionOf(bytes.toString('latin1'))
  const met = level >= 'E3' ? 3 : 2
  return {
    ...{ level, patch, runs: { met, of: 3 }, missing: [] },
    steps: [{ level, isReached: true, why: `${met} of 3 fresh runs showed it` }],
    attempts: [
      {
        ...({ name: 'run 1 of 3', purpose: 'proof', isPatched: false, is: 'met' } as const),
        ...{ why: 'It ended by SIGSEGV.', tookMs: 38, output: `crashed in ${name}\n` },
      },
    ],
    crash: { kind: 'SEGV', frames: [{ function: name, file: `${name}.c`, line: 1 }] },
    ...{ environment: 'cd'.repeat(32), isolation: isolationFacts },
  }
}

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { refreshCases } from '#features/case/case.store.ts'
import { correlateProofs } from '#features/case/proof-neighbour.store.ts'
import { tellCases } from '#features/case/tell.store.ts'
import { record } from '#features/ledger/ledger.store.ts'
import type { BundleReader } from '#features/proof/hand-in.ts'
import { type Ran, type RunParts, runHeld } from '#features/proof/proof.jobs.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import { beat, claimRun, giveBackLost, type HeldRun } from '#features/proof/proof-run.store.ts'
import type { Probe, Prove } from '#features/proof/prove.ts'
import { cleanScratch } from '#features/proof/scratch.ts'
import {
  registerWorker,
  type WorkerSelf,
  workerIdOf,
  workerSeen,
} from '#features/proof/worker.store.ts'
import { no, type Result } from '#kernel/result.ts'
import { deriveSeed, type Keys } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'
import type { Workplace } from './instance.ts'

/** How a machine reads and runs proofs: tests have their own. */
export type Prover = {
  readonly read: BundleReader
  readonly prove: Prove
  readonly probe: Probe
}

export type ProvingTimes = {
  /** A run belongs to nobody else for so long after its worker was last heard. */
  readonly leaseMs: number
  /** An idle worker looks for runs so often. */
  readonly lookEachMs: number
  /** Where isolation cannot be had it is tried again so often. */
  readonly probeEachMs: number
}

const usual: ProvingTimes = { leaseMs: 15_000, lookEachMs: 500, probeEachMs: 60_000 }
/** A lease is held on to so often that four beats may be missed. */
const beatsInLease = 5
const seenEachMs = 15_000

/** Where bundles lie while they are looked at or run. */
export const scratchOf = (settings: Pick<Workplace['settings'], 'dataFolder'>): string =>
  join(settings.dataFolder, 'proofs')

/** Works out again what follows of cases from what their proofs show. */
export const evidenceChanged =
  ({ clock }: Pick<Workplace, 'clock'>): RunParts['evidenceChanged'] =>
  async (tx, cases) => {
    await refreshCases(tx, cases, { clock })
    await tellCases(tx, cases, clock.now())
  }

/** Ed25519 in PKCS #8 (RFC 8410): what comes before the 32 bytes of the secret. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The key that a worker signs with: the same whenever one of its name starts with these keys, and
 * may be given the same. Another ceiling makes another worker, so that none takes by what the row
 * of a namesake says.
 */
function workerKey(keys: Keys, name: string, proofs: Workplace['settings']['proofs']): KeyObject {
  const may = [proofs.ceiling, ...[...proofs.compartments].sort()].join(' ')
  const seed = deriveSeed(keys, `proof worker/${name}/${may}`)
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
}

const publicPem = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()

type Held = { readonly ending: AbortController }

/**
 * Runs proofs for as long as the process runs. Several processes on any number of machines share
 * the queue; each run belongs to one of them by a lease, and whoever lost it writes nothing.
 */
export class Proving {
  readonly #instance: Workplace
  readonly #prover: Omit<Prover, 'read'>
  readonly #times: ProvingTimes
  readonly #ending = new AbortController()
  readonly #held = new Map<string, Held>()
  readonly #parts: Omit<RunParts, 'self'>
  readonly #name: string
  readonly #publicKey: string
  readonly #version: string
  #isolation: Result<IsolationFacts, string> = no('It is being tried.')
  #running: Promise<unknown> | null = null

  constructor(
    instance: Workplace,
    { prover, version }: { readonly prover: Omit<Prover, 'read'>; readonly version: string },
    times: ProvingTimes = usual,
  ) {
    const { pool, blobs, clock, keys, settings } = instance
    this.#instance = instance
    this.#prover = prover
    this.#version = version
    this.#times = times
    this.#name = settings.proofs.name ?? hostname()
    const signer = workerKey(keys, this.#name, settings.proofs)
    this.#publicKey = publicPem(signer)
    this.#parts = {
      ...{ pool, blobs, clock, signer, keys: proofKeysOf(keys), scratch: scratchOf(settings) },
      prove: prover.prove,
      evidenceChanged: evidenceChanged(instance),
      onShown: (tx, shown) => correlateProofs(tx, shown, clock.now()),
    }
  }

  begin(): void {
    this.#running ??= this.#run()
  }

  /** Ends what runs and gives it back. */
  async end(): Promise<void> {
    this.#ending.abort()
    for (const { ending } of this.#held.values()) ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, settings } = this.#instance
    const cleaned = await cleanScratch(this.#parts.scratch)
    if (cleaned > 0) log.warn(`removed what ${cleaned} runs of processes left that are gone`)
    const slots = Array.from({ length: settings.proofs.slots }, () => this.#slot())
    await Promise.all([this.#keepRegistered(), this.#beat(), ...slots])
  }

  /** Says that it is there and what it can, and tries again where it cannot. */
  async #keepRegistered(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#tried('a worker could not be registered', async () => {
        const isolation = await this.#prover.probe(this.#ending.signal)
        if (this.#ending.signal.aborted) return
        await this.#register(isolation)
        // Only what is registered takes runs.
        this.#isolation = isolation
      })
      const began = performance.now()
      while (!this.#ending.signal.aborted && performance.now() - began < this.#untilProbeMs()) {
        await this.#sleep(Math.min(seenEachMs, this.#times.probeEachMs))
        await this.#tried('a worker could not say that it is there', () =>
          asActor(this.#parts.pool, systemActor, (tx) => workerSeen(tx, this.#self().id)),
        )
      }
    }
  }

  #untilProbeMs(): number {
    return this.#isolation.ok ? Number.POSITIVE_INFINITY : this.#times.probeEachMs
  }

  #self(isolation = this.#isolation): WorkerSelf {
    const { proofs } = this.#instance.settings
    return {
      ...{ id: workerIdOf(this.#publicKey), name: this.#name, host: hostname() },
      ...{ publicKey: this.#publicKey, version: this.#version, slots: proofs.slots },
      ...{ ceiling: proofs.ceiling, compartments: proofs.compartments },
      isolation,
    }
  }

  async #register(isolation: Result<IsolationFacts, string>): Promise<void> {
    const { pool, clock } = this.#parts
    const self = this.#self(isolation)
    await asActor(pool, systemActor, async (tx) => {
      const now = clock.now()
      if (!(await registerWorker(tx, self, now))) return
      const of = { action: 'worker.register', kind: 'worker', record: self.id } as const
      const fields = { name: self.name, isolation: isolation.ok ? 'yes' : isolation.refusal }
      await record(tx, [{ at: now, ...of, fields }])
    })
    if (isolation.ok) return
    this.#instance.log.warn('proofs are not run here', { why: isolation.refusal })
  }

  async #slot(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const isBusy = await this.#tried('a proof could not be run', () => this.#runNext())
      if (isBusy !== true) await this.#sleep(this.#times.lookEachMs)
    }
  }

  /** Runs one proof, where one waits that this worker may be given. */
  async #runNext(): Promise<boolean> {
    const { pool } = this.#parts
    await asActor(pool, systemActor, (tx) => giveBackLost(tx, this.#parts.clock.now()))
    if (!this.#isolation.ok) return false
    const run = await asActor(pool, systemActor, (tx) => claimRun(tx, this.#self().id, this.#times))
    if (run === null) return false
    const ending = new AbortController()
    this.#held.set(run.token, { ending })
    if (this.#ending.signal.aborted) ending.abort()
    try {
      const ran = await runHeld({ ...this.#parts, self: this.#self() }, run, ending.signal)
      await this.#ran(run, ran)
      // What went back is for others first, who may have what this worker lacks.
      return ran.is !== 'back'
    } finally {
      this.#held.delete(run.token)
    }
  }

  async #ran({ id }: HeldRun, ran: Ran): Promise<void> {
    this.#instance.log.info('a proof was run', { run: id, is: ran.is })
    if (ran.is !== 'here') return
    this.#isolation = no(ran.why)
    await this.#register(this.#isolation)
  }

  /** Holds on to what runs here; what is not held any more ends at once. */
  async #beat(): Promise<void> {
    const { leaseMs } = this.#times
    let heardAt = performance.now()
    while (!this.#ending.signal.aborted) {
      await this.#sleep(leaseMs / beatsInLease)
      const tokens = [...this.#held.keys()]
      const kept = await this.#tried('leases could not be held on to', () =>
        tokens.length === 0
          ? Promise.resolve(new Set<string>())
          : asActor(this.#parts.pool, systemActor, (tx) => beat(tx, tokens, this.#times)),
      )
      if (kept !== null) heardAt = performance.now()
      // Whoever cannot say that they are still there has lost what they hold by then.
      const isCutOff = performance.now() - heardAt > leaseMs
      for (const token of tokens) {
        if (isCutOff || kept?.has(token) === false) this.#held.get(token)?.ending.abort()
      }
    }
  }

  /** What fails is logged and tried again later; null then. */
  async #tried<T>(says: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#instance.log.error(says, { error })
      await this.#sleep(this.#times.lookEachMs)
      return null
    }
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined)
  }
}

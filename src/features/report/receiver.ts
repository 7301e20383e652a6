import type { Pool } from 'pg'
import type { Clock } from '#kernel/clock.ts'
import { type Actor, asActor, type Tx } from '#platform/db/as-actor.ts'
import { claimKeys, type Keeping } from './idempotency.store.ts'
import type { Incoming, ReportKeys } from './incoming.ts'
import { organisationOf, storeReports, tellLive } from './receive.store.ts'

/** Who hands a report in; the token is noted beside the report. */
export type Sender = { readonly actor: Actor; readonly token: string | null }

export type Handed = {
  readonly sender: Sender
  readonly incoming: Incoming
  /** The number of its label; absent or null for what is usual for its organisation. */
  readonly label?: number | null
  /** Where the request may come again. */
  readonly keeping?: Keeping
}

/** `known`: the key of the request was used before, and nothing was stored. */
export type Taken = 'stored' | 'known'

export type ReceiverLimits = {
  /** Reports that may wait to be committed; more are not taken. */
  readonly waitingMax: number
  readonly waitingBytesMax: number
  /** Reports in one transaction. */
  readonly batchMax: number
  /** How long the first report of a transaction waits for company. */
  readonly gatherMs: number
  /** Transactions at once. */
  readonly commitsMax: number
}

const defaults: ReceiverLimits = {
  waitingMax: 2_000,
  waitingBytesMax: 64 * 2 ** 20,
  batchMax: 200,
  gatherMs: 2,
  commitsMax: 4,
}

/** That there is no room for a report at the moment; nothing of it was stored. */
export class Saturated extends Error {
  override readonly name = 'Saturated'
}

type Waiting = Handed & {
  readonly bytes: number
  readonly resolve: (taken: Taken) => void
  readonly reject: (error: unknown) => void
}

/** What one actor hands in; nobody else's reports are in its transactions. */
type Lane = { readonly actor: Actor; queue: Waiting[]; isBusy: boolean; timer?: NodeJS.Timeout }

/**
 * Stores reports as they arrive. What arrives for one actor at about the same time is committed
 * together, because a commit costs a wait for the disk whatever is in it; reports of two actors are
 * never in one transaction. A report that the database refuses costs no other its place.
 */
export class Receiver {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #keys: ReportKeys
  readonly #limits: ReceiverLimits
  readonly #lanes = new Map<string, Lane>()
  #waiting = 0
  #waitingBytes = 0
  #commits = 0
  readonly #ready: Lane[] = []

  constructor(
    parts: { readonly pool: Pool; readonly clock: Clock; readonly keys: ReportKeys },
    limits: Partial<ReceiverLimits> = {},
  ) {
    this.#pool = parts.pool
    this.#clock = parts.clock
    this.#keys = parts.keys
    this.#limits = { ...defaults, ...limits }
  }

  /** Seconds after which to come again; null while there is room. */
  readonly saturated = (): number | null => {
    const { waitingMax, waitingBytesMax } = this.#limits
    return this.#waiting < waitingMax && this.#waitingBytes < waitingBytesMax ? null : 2
  }

  /**
   * Resolves when the report is on disk.
   *
   * @throws {Saturated} when there is no room; what the database throws when nothing was stored or,
   * when it went away during the commit, nobody knows
   */
  take(handed: Handed): Promise<Taken> {
    if (this.saturated() !== null) return Promise.reject(new Saturated('too many reports wait'))
    const { finding, record, sealed } = handed.incoming
    const bytes = finding.length + (record?.length ?? 0) + (sealed?.length ?? 0)
    const lane = this.#laneOf(handed.sender.actor)
    this.#waiting++
    this.#waitingBytes += bytes
    return new Promise((resolve, reject) => {
      lane.queue.push({ ...handed, bytes, resolve, reject })
      this.#schedule(lane)
    })
  }

  #laneOf(actor: Actor): Lane {
    const key = `${actor.role} ${actor.organisation} ${actor.person}`
    const known = this.#lanes.get(key)
    if (known) return known
    const lane: Lane = { actor, queue: [], isBusy: false }
    this.#lanes.set(key, lane)
    return lane
  }

  /** While a transaction of the lane runs, the next one gathers. */
  #schedule(lane: Lane): void {
    if (lane.isBusy) return
    if (lane.queue.length >= this.#limits.batchMax) {
      this.#begin(lane)
      return
    }
    lane.timer ??= setTimeout(() => this.#begin(lane), this.#limits.gatherMs)
  }

  #begin(lane: Lane): void {
    clearTimeout(lane.timer)
    delete lane.timer
    lane.isBusy = true
    this.#ready.push(lane)
    this.#advance()
  }

  /** Lanes take turns: one that is never empty does not keep the others from the disk. */
  #advance(): void {
    while (this.#commits < this.#limits.commitsMax) {
      const lane = this.#ready.shift()
      if (!lane) return
      void this.#commit(lane)
    }
  }

  async #commit(lane: Lane): Promise<void> {
    this.#commits++
    const batch = lane.queue.splice(0, this.#limits.batchMax)
    await this.#store(lane.actor, batch)
    this.#waiting -= batch.length
    for (const { bytes } of batch) this.#waitingBytes -= bytes
    this.#commits--
    lane.isBusy = false
    if (lane.queue.length > 0) this.#begin(lane)
    else {
      this.#forget(lane)
      this.#advance()
    }
  }

  #forget({ actor: { role, organisation, person } }: Lane): void {
    this.#lanes.delete(`${role} ${organisation} ${person}`)
  }

  /** Never throws: each report hears what became of it. */
  async #store(actor: Actor, batch: readonly Waiting[]): Promise<void> {
    try {
      const taken = await this.#transaction(actor, batch)
      for (const one of batch) one.resolve(taken(one))
    } catch (error) {
      if (batch.length === 1 || !isOfOneReport(error)) for (const one of batch) one.reject(error)
      else for (const one of batch) await this.#store(actor, [one])
    }
  }

  async #transaction(actor: Actor, batch: readonly Waiting[]): Promise<(one: Waiting) => Taken> {
    const now = this.#clock.now()
    const stored = await asActor(this.#pool, actor, (tx) =>
      storeHanded(tx, { actor, now, keys: this.#keys }, batch),
    )
    return (one) => (stored.has(one) ? 'stored' : 'known')
  }
}

/**
 * Stores what one actor hands in, in a transaction of his or of the product itself; answers which
 * were stored, for the keys of the others were used before.
 */
export async function storeHanded<T extends Handed>(
  tx: Tx,
  { actor, now, keys }: { readonly actor: Actor; readonly now: Date; readonly keys: ReportKeys },
  batch: readonly T[],
): Promise<ReadonlySet<T>> {
  const organisation = organisationOf(actor)
  const keyed = new Map<string, T>()
  for (const one of batch) {
    // Of two that came together with one key the first counts.
    if (one.keeping && !keyed.has(one.keeping.key)) keyed.set(one.keeping.key, one)
  }
  const keepings = [...keyed.values()].flatMap(({ keeping }) => keeping ?? [])
  const claimed = await claimKeys(tx, { organisation, now }, keepings)
  const wanted = batch.filter(
    (one) => !one.keeping || (claimed.has(one.keeping.key) && keyed.get(one.keeping.key) === one),
  )
  const entries = wanted.map(({ incoming, label = null, sender: { token } }) => ({
    ...{ incoming, organisation, person: actor.person, token, label, receivedAt: now },
  }))
  await storeReports(tx, entries, keys)
  // The last one of each label: who may see one of them hears of that one.
  for (const { incoming, label } of new Map(entries.map((one) => [one.label, one])).values()) {
    await tellLive(tx, { topic: 'report', ref: incoming.id, organisation, label }, now)
  }
  return new Set(wanted)
}

/** Data exceptions and broken constraints (PostgreSQL classes 22, 23) come from one report. */
const isOfOneReport = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code))

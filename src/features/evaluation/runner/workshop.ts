import type { SteadyClock } from '#features/engagement/gateway/steady-clock.ts'
import type { Price } from '#features/engagement/gateway/usage.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import type { PackTask } from '../pack-reading.ts'
import type { Journal } from './journal.ts'
import type { Model } from './model.ts'
import type { Pace, Places } from './pace.ts'
import type { Scaffold } from './scaffold.ts'

/** What all attempts of a run share. */
export type Workshop = {
  /** The folder of the run. */
  readonly folder: string
  readonly model: Model
  readonly price: Price
  readonly scaffold: Scaffold
  readonly sandbox: Sandbox
  /** How many sandboxes there are at once. */
  readonly sandboxes: Places
  readonly pace: Pace
  readonly journal: Journal
  readonly clock: SteadyClock
  readonly stop: Stopping
  /** How long one answer may take. */
  readonly requestMs: number
  /** How often an answer is asked for that did not come. */
  readonly triesMax: number
  /** The first wait between two tries; the next ones are longer. */
  readonly backoffMs: number
  readonly canaries: readonly Pick<PackTask['task'] & PackTask, 'id' | 'canary'>[]
  /** What is worth counting while it goes on. */
  readonly count: (what: Counted) => void
  /** How many answers there were so far, to anybody. */
  readonly answers: () => number
}

export type Counted =
  | { readonly is: 'charged'; readonly tokens: number; readonly microUsd: number }
  | { readonly is: 'retry' }
  | { readonly is: 'answer' }

/** Why no attempt goes on. */
export type StopReason =
  /** By hand, or by a limit of the run: it can be gone on with. */
  | { readonly is: 'stopped'; readonly why: string }
  /** By something that somebody has to mend first. */
  | { readonly is: 'halted'; readonly why: string }
  /** Access is over for good: what was not run never will be. */
  | { readonly is: 'ended'; readonly why: string }

/**
 * Ends a run: at first nothing further is begun, after a while what is on its way is cut. Where
 * access is over only the model's part is: what it left is still judged, and handed in.
 */
export class Stopping {
  readonly #begin = new AbortController()
  readonly #cut = new AbortController()
  readonly #leave = new AbortController()
  readonly #graceMs: number
  #timer: NodeJS.Timeout | null = null
  #leaveTimer: NodeJS.Timeout | null = null
  #reason: StopReason | null = null

  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  get reason(): StopReason | null {
    return this.#reason
  }

  /** Aborted when nothing further may be begun. */
  get noMore(): AbortSignal {
    return this.#begin.signal
  }

  /** Aborted when the model is asked nothing more, nor does anything for it. */
  get cut(): AbortSignal {
    return this.#cut.signal
  }

  /** Aborted when nothing at all may go on: no verifier, and no handing in. */
  get leave(): AbortSignal {
    return this.#leave.signal
  }

  /** The first reason counts, but for the end of access. */
  stop(reason: StopReason): void {
    if (this.#reason === null || reason.is === 'ended') this.#reason = reason
    this.#begin.abort()
    this.#timer ??= setTimeout(() => this.#cut.abort(), this.#graceMs)
    this.#timer.unref()
    if (reason.is === 'ended') return
    this.#leaveTimer ??= setTimeout(() => this.#leave.abort(), this.#graceMs)
    this.#leaveTimer.unref()
  }
}

import type { Clock } from '#kernel/clock.ts'

const hourMs = 3_600_000
const tokensMax = 10_000

/** Counts what each token does in fixed windows of one hour (TAP contract, status 429). */
export class HourlyLimit {
  readonly #clock: Clock
  readonly #most: number
  readonly #counts = new Map<string, number>()
  #window = 0

  /** `most` a token may do in one window, in this process. */
  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** Counts one more; answers the seconds until the next window where that is too many. */
  spend(token: string): number | null {
    const now = this.#clock.now().getTime()
    const window = Math.floor(now / hourMs)
    // A clock that is set back begins a window anew rather than blocking until it catches up.
    if (window !== this.#window || this.#counts.size >= tokensMax) this.#counts.clear()
    this.#window = window
    const count = this.#counts.get(token) ?? 0
    if (count >= this.#most) return Math.ceil(((window + 1) * hourMs - now) / 1000)
    this.#counts.set(token, count + 1)
    return null
  }
}

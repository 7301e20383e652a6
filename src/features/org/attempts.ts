import { isIPv6 } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '#kernel/clock.ts'

export type AttemptBounds = {
  readonly windowMs: number
  /** Of one client in a window; further ones are refused until the next. */
  readonly perClient: number
  /** Of all clients in a window; beyond it each one waits. */
  readonly together: number
  readonly waitMs: number
}

const clientsMax = 10_000

/**
 * Bounds what strangers may try, by where they come from and never by whom they try to be: however
 * many guesses are made, nobody's account is locked by somebody else. Counts are of this process.
 */
export class Attempts {
  readonly #clock: Clock
  readonly #bounds: AttemptBounds
  readonly #counts = new Map<string, number>()
  #together = 0
  #window = 0

  constructor(clock: Clock, bounds: AttemptBounds) {
    this.#clock = clock
    this.#bounds = bounds
  }

  /** Seconds until this client may try again; null where it may now. */
  refusedFor(address: string): number | null {
    const left = this.#turn()
    const count = this.#counts.get(clientOf(address)) ?? 0
    return count >= this.#bounds.perClient ? Math.ceil(left / 1000) : null
  }

  count(address: string): void {
    this.#turn()
    if (this.#counts.size >= clientsMax) this.#counts.clear()
    const client = clientOf(address)
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1)
    this.#together++
  }

  /** Waits while too many try at once, from wherever. */
  async slowedDown(signal: AbortSignal): Promise<void> {
    this.#turn()
    if (this.#together < this.#bounds.together) return
    await pause(this.#bounds.waitMs, undefined, { signal })
  }

  /** Begins the window that it is time for; answers how long it lasts still. */
  #turn(): number {
    const now = this.#clock.now().getTime()
    const window = Math.floor(now / this.#bounds.windowMs)
    if (window !== this.#window) {
      this.#counts.clear()
      this.#together = 0
    }
    this.#window = window
    return (window + 1) * this.#bounds.windowMs - now
  }
}

/** Whoever has one address of IPv6 has 2^64 of them: they count as one (RFC 6177). */
export function clientOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  const groups = [...first, ...Array.from({ length: gap }, () => '0'), ...last]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

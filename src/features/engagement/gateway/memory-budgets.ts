import type { Clock } from '#kernel/clock.ts'
import type { Budget } from '../terms.ts'
import type { BudgetBook, Draw, Drawn, Spent } from './books.ts'

type Used = { requests: number; tokens: number; microUsd: number; leases: Map<string, number> }
type Reservation = { readonly draw: Draw; readonly key: string; readonly isCounted: boolean }
type Request = { readonly digest: string; inFlight: string | null; isAnswered: boolean }

/** Budgets in the memory of one process, shared by all gateways that are given the same one. */
export class MemoryBudgets implements BudgetBook {
  readonly #clock: Clock
  readonly #used = new Map<string, Used>()
  readonly #requests = new Map<string, Request>()
  readonly #reserved = new Map<string, Reservation>()
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly reserve = async (draw: Draw): Promise<Drawn> => {
    const now = this.#clock.now().getTime()
    const key = JSON.stringify([draw.gate, draw.run, draw.request])
    const known = this.#requests.get(key)
    if (known !== undefined) {
      if (known.digest !== draw.digest) return { is: 'another-request' }
      if (known.inFlight !== null && this.#isLeased(draw, known.inFlight, now)) {
        return { is: 'in-flight' }
      }
    }
    // What was asked before and not answered is the same request still.
    const isCounted = known === undefined || known.isAnswered
    for (const { name, limits } of draw.accounts) {
      const what = lackingIn(this.#usedOf(draw.gate, name, now), limits, {
        ...draw,
        isCounted,
      })
      if (what !== null) return { is: 'exhausted', account: name, what }
    }
    this.#count += 1
    const reservation = `reservation-${this.#count}`
    for (const { name } of draw.accounts) {
      const used = this.#usedOf(draw.gate, name, now)
      used.requests += isCounted ? 1 : 0
      used.tokens += draw.tokens
      used.microUsd += draw.microUsd
      used.leases.set(reservation, now + draw.leaseMs)
    }
    this.#requests.set(key, { digest: draw.digest, inFlight: reservation, isAnswered: false })
    this.#reserved.set(reservation, { draw, key, isCounted })
    return { is: 'reserved', reservation }
  }

  readonly settle = async (reservation: string, spent: Spent): Promise<void> => {
    const found = this.#reserved.get(reservation)
    if (found === undefined) return
    this.#reserved.delete(reservation)
    const now = this.#clock.now().getTime()
    for (const { name } of found.draw.accounts) {
      const used = this.#usedOf(found.draw.gate, name, now)
      used.tokens += spent.tokens - found.draw.tokens
      used.microUsd += spent.microUsd - found.draw.microUsd
      used.leases.delete(reservation)
    }
    const request = this.#requests.get(found.key)
    if (request?.inFlight !== reservation) return
    request.inFlight = null
    request.isAnswered = spent.isAnswered
  }

  /** What an account has used, reservations included. */
  usedBy(gate: string, name: string): Budget {
    const now = this.#clock.now().getTime()
    const { requests, tokens, microUsd, leases } = this.#usedOf(gate, name, now)
    return { requests, tokens, microUsd, atOnce: leases.size }
  }

  #isLeased({ gate, accounts: [first] }: Draw, reservation: string, now: number): boolean {
    return first !== undefined && this.#usedOf(gate, first.name, now).leases.has(reservation)
  }

  #usedOf(gate: string, name: string, now: number): Used {
    const key = JSON.stringify([gate, name])
    const used = this.#used.get(key) ?? { requests: 0, tokens: 0, microUsd: 0, leases: new Map() }
    this.#used.set(key, used)
    for (const [reservation, until] of used.leases) {
      if (until <= now) used.leases.delete(reservation)
    }
    return used
  }
}

function lackingIn(
  used: Used,
  limits: Budget,
  draw: { readonly tokens: number; readonly microUsd: number; readonly isCounted: boolean },
): keyof Budget | null {
  if (used.leases.size + 1 > limits.atOnce) return 'atOnce'
  if (draw.isCounted && used.requests + 1 > limits.requests) return 'requests'
  if (used.tokens + draw.tokens > limits.tokens) return 'tokens'
  if (used.microUsd + draw.microUsd > limits.microUsd) return 'microUsd'
  return null
}

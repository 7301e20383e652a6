import { no, type Result } from '#kernel/result.ts'
import { beatMs, type Lease } from './lease.ts'
import type { LogLine } from './log-line.ts'
import { type Postmaster, raise, runningOn, type ServerWish } from './postmaster.ts'
import { pruneLogs } from './server-log.ts'
import { refusalOfSystem } from './trouble.ts'
import { inTurn } from './turn.ts'

export type WatchWish = {
  readonly server: ServerWish
  readonly lease: Lease
  readonly turns: string
  readonly log: (line: LogLine) => void
}

const lookMs = 500
const backOffMsMax = 10_000
/** A server that lived longer than this before it died is one that could be started. */
const soundMs = 60_000

/** Keeps the server up: whoever notices first that it died starts it, the others share it. */
export class Watch {
  readonly #wish: WatchWish
  #timer: NodeJS.Timeout | null = null
  #upSince = performance.now()
  #lastBeat = 0
  #deaths = 0
  #lastWhy = ''
  #isEnded = false
  pid: number

  constructor(wish: WatchWish, pid: number) {
    this.#wish = wish
    this.pid = pid
    pruneLogs(wish.server.place.data)
    this.#lookIn(lookMs)
  }

  end(): void {
    this.#isEnded = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #lookIn(ms: number): void {
    if (this.#isEnded) return
    this.#timer = setTimeout(() => void this.#look(), ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const { lease, server } = this.#wish
    if (performance.now() - this.#lastBeat > beatMs) {
      this.#lastBeat = performance.now()
      lease.renew()
      pruneLogs(server.place.data)
    }
    const running = runningOn(server.place)
    if (running === null) return this.#bringBack()
    this.pid = running.pid
    this.#lookIn(lookMs)
  }

  async #bringBack(): Promise<void> {
    const { log } = this.#wish
    if (performance.now() - this.#upSince > soundMs) this.#deaths = 0
    this.#deaths++
    if (this.#deaths === 1) log({ level: 'warn', says: 'PostgreSQL is gone; it is started again' })
    const up = await this.#raise()
    if (up === null) return
    if (up.ok) {
      this.pid = up.value.pid
      this.#upSince = performance.now()
      this.#lastWhy = ''
      log({ level: 'info', says: 'PostgreSQL is back' })
    } else if (this.#lastWhy !== up.refusal.why) {
      this.#lastWhy = up.refusal.why
      log({ level: 'error', says: `PostgreSQL does not come back: ${up.refusal.why}` })
    }
    this.#lookIn(Math.min(lookMs * 2 ** (this.#deaths - 1), backOffMsMax))
  }

  /** Null where the watch was ended in the meantime. */
  async #raise(): Promise<Result<Postmaster> | null> {
    const { server, turns } = this.#wish
    try {
      const up = await inTurn(turns, async () => (this.#isEnded ? null : raise(server)))
      return up.ok ? up.value : up
    } catch (error) {
      const refusal = refusalOfSystem(error, server.place.data)
      return no(refusal ?? { code: 'no-database', why: String(error) })
    }
  }
}

/** The two clocks of a machine, in milliseconds. */
export type TwoClocks = {
  /** Since 1970; somebody may set it. */
  readonly wall: () => number
  /** Since some moment; it only goes forward, and may stand still while the machine sleeps. */
  readonly monotonic: () => number
}

export const machineClocks: TwoClocks = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
}

/**
 * A time that never goes back: whichever clock is ahead. Setting the wall clock back lengthens
 * nothing, and a machine that slept is late by nothing. A wall clock that is set forward is
 * believed, because it cannot be told from sleep: access then ends early, never late.
 */
export class SteadyClock {
  readonly #clocks: TwoClocks
  #anchorWall: number
  #anchorMonotonic: number

  constructor(clocks: TwoClocks) {
    this.#clocks = clocks
    this.#anchorWall = clocks.wall()
    this.#anchorMonotonic = clocks.monotonic()
  }

  readonly now = (): Date => new Date(this.ms())

  ms(): number {
    const monotonic = this.#clocks.monotonic()
    const carried = this.#anchorWall + Math.max(0, monotonic - this.#anchorMonotonic)
    this.#anchorWall = Math.max(this.#clocks.wall(), carried)
    this.#anchorMonotonic = Math.max(monotonic, this.#anchorMonotonic)
    return this.#anchorWall
  }

  /** For lengths of time alone. */
  elapsed(): number {
    return this.#clocks.monotonic()
  }
}

import type { Output } from './sandbox.ts'

/** Keeps the beginning of what is written, and counts the rest. */
export class BoundedOutput {
  readonly #keptMax: number
  readonly #pieces: Uint8Array[] = []
  #kept = 0
  #total = 0

  constructor(keptMax: number) {
    this.#keptMax = keptMax
  }

  get total(): number {
    return this.#total
  }

  add(piece: Uint8Array): void {
    this.#total += piece.length
    const room = this.#keptMax - this.#kept
    if (room <= 0) return
    // A copy, because what is left of the piece would be kept in memory with it.
    const taken = Uint8Array.from(piece.subarray(0, room))
    this.#pieces.push(taken)
    this.#kept += taken.length
  }

  output(): Output {
    return { bytes: Uint8Array.from(Buffer.concat(this.#pieces)), total: this.#total }
  }
}

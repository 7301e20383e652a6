const headBytesMax = 64

/** One part of what a sandbox reports: a name, and bytes. */
export type Frame = { readonly name: string; readonly bytes: Uint8Array }

/**
 * Reads frames, each a line with a name and a length and then so many bytes. The command can write
 * here too, as it runs as the same user as our script, so that nothing is believed that it could
 * not have brought about itself: after the first thing that is no frame, the rest is dropped.
 */
export class ReportReader {
  readonly #bytesMax: number
  readonly #on: (frame: Frame) => void
  #waiting = Buffer.alloc(0)
  #pieces: Buffer[] = []
  #wanted: { readonly name: string; readonly length: number; left: number } | null = null
  #isBroken = false

  /** Frames of more than `bytesMax` bytes are none. */
  constructor(bytesMax: number, on: (frame: Frame) => void) {
    this.#bytesMax = bytesMax
    this.#on = on
  }

  add(piece: Uint8Array): void {
    let rest: Buffer = Buffer.from(piece)
    while (rest.length > 0 && !this.#isBroken) {
      rest = this.#wanted === null ? this.#head(rest) : this.#body(rest)
    }
  }

  #head(rest: Buffer): Buffer {
    const all = Buffer.concat([this.#waiting, rest.subarray(0, headBytesMax)])
    const end = all.indexOf(10)
    const text = all.subarray(0, Math.max(end, 0)).toString('latin1')
    const [, name, length] = /^([a-z][a-z0-9.-]*) (\d{1,12})$/.exec(text) ?? []
    if (end < 0 && all.length < headBytesMax) {
      this.#waiting = Buffer.from(all)
      return rest.subarray(rest.length)
    }
    if (name === undefined || Number(length) > this.#bytesMax) {
      this.#isBroken = true
      return rest
    }
    const used = end + 1 - this.#waiting.length
    this.#waiting = Buffer.alloc(0)
    this.#wanted = { name, length: Number(length), left: Number(length) }
    if (this.#wanted.left === 0) this.#finish(name)
    return rest.subarray(used)
  }

  #body(rest: Buffer): Buffer {
    const wanted = this.#wanted
    if (wanted === null) return rest
    const taken = Buffer.from(rest.subarray(0, wanted.left))
    this.#pieces.push(taken)
    wanted.left -= taken.length
    if (wanted.left === 0) this.#finish(wanted.name)
    return rest.subarray(taken.length)
  }

  #finish(name: string): void {
    const bytes = Uint8Array.from(Buffer.concat(this.#pieces))
    this.#pieces = []
    this.#wanted = null
    this.#on({ name, bytes })
  }
}

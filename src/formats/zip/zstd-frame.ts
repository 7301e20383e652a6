/**
 * Finds where a frame of Zstandard (RFC 8878 section 3.1) ends, out of the sizes that it gives for
 * itself. Bytes come in pieces; nothing is unpacked. Node's decompressor stops after the first
 * frame without a word, so that whoever reads several has to part them.
 */
export class FrameEnds {
  #need = 4
  #step: 'magic' | 'header' | 'block' | 'skip' | 'sum' | 'skippable' = 'magic'
  #held: Buffer = Buffer.alloc(0)
  #skip = 0
  #hasSum = false
  #isLast = false

  /** Whether the bytes so far end where a frame does. */
  get isBetween(): boolean {
    return this.#step === 'magic' && this.#held.length === 0
  }

  /**
   * Takes bytes over up to the end of the frame that they belong to; answers how many these are,
   * and whether the frame ends there. Null where they are no Zstandard.
   */
  take(bytes: Buffer): { readonly taken: number; readonly isEnd: boolean } | null {
    let at = 0
    while (at < bytes.length) {
      if (this.#step === 'skip') {
        const passed = Math.min(this.#skip, bytes.length - at)
        at += passed
        this.#skip -= passed
        if (this.#skip === 0 && this.#afterSkip()) return { taken: at, isEnd: true }
        continue
      }
      const missing = Math.min(this.#need - this.#held.length, bytes.length - at)
      this.#held = Buffer.concat([this.#held, bytes.subarray(at, at + missing)])
      at += missing
      if (this.#held.length < this.#need) break
      const next = this.#advance(this.#held)
      if (next === null) return null
      if (next === 'end') return { taken: at, isEnd: true }
    }
    return { taken: at, isEnd: false }
  }

  #advance(held: Buffer): 'on' | 'end' | null {
    if (this.#step === 'magic') return this.#afterMagic(held.readUInt32LE(0))
    if (this.#step === 'skippable') {
      this.#skip = held.readUInt32LE(0)
      this.#isLast = true
      this.#hasSum = false
      return this.#toSkip()
    }
    if (this.#step === 'header') return this.#afterHeader(held[0] ?? 0)
    if (this.#step === 'sum') return this.#close()
    const block = held.readUIntLE(0, 3)
    const kind = (block >> 1) & 3
    if (kind === 3) return null
    this.#isLast = (block & 1) === 1
    // A block of one repeated byte holds that byte only.
    this.#skip = kind === 1 ? 1 : block >> 3
    return this.#toSkip()
  }

  #afterMagic(magic: number): 'on' | null {
    if (magic === 0xfd2fb528) return this.#expect('header', 1)
    if (magic >>> 4 === 0x0184d2a5) return this.#expect('skippable', 4)
    return null
  }

  /** Window (0 or 1 byte), dictionary (0, 1, 2, 4) and content size (0, 1, 2, 4, 8) follow. */
  #afterHeader(descriptor: number): 'on' | 'end' {
    const isSingle = (descriptor & 0x20) !== 0
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
    const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
    this.#hasSum = (descriptor & 4) !== 0
    this.#isLast = false
    this.#skip = (isSingle ? 0 : 1) + dictionary + size
    return this.#toSkip()
  }

  #toSkip(): 'on' | 'end' {
    this.#held = Buffer.alloc(0)
    this.#step = 'skip'
    return this.#skip === 0 && this.#afterSkip() ? 'end' : 'on'
  }

  /** True where the frame ends here. */
  #afterSkip(): boolean {
    if (!this.#isLast) this.#expect('block', 3)
    else if (this.#hasSum) this.#expect('sum', 4)
    else return this.#close() === 'end'
    return false
  }

  #close(): 'end' {
    this.#expect('magic', 4)
    return 'end'
  }

  #expect(step: 'magic' | 'header' | 'block' | 'sum' | 'skippable', need: number): 'on' {
    this.#step = step
    this.#need = need
    this.#held = Buffer.alloc(0)
    return 'on'
  }
}

/** The frames of bytes that are there as a whole; null where they are not whole frames. */
export function framesOf(packed: Buffer): readonly Buffer[] | null {
  const ends = new FrameEnds()
  const frames: Buffer[] = []
  let from = 0
  let at = 0
  while (at < packed.length) {
    const found = ends.take(packed.subarray(at))
    if (found === null) return null
    at += found.taken
    if (!found.isEnd) return null
    frames.push(packed.subarray(from, at))
    from = at
  }
  return frames
}

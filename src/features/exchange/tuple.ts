/**
 * A set of lists of whole numbers (at least -2^31, below 2^31), each kept once and known by the
 * number with which it was first added. Keeps them in two flat arrays, so that millions of them
 * cost no objects.
 */
export class TupleSet {
  /** Length, then the members, one tuple after the other. */
  #pool = new Int32Array(1024)
  #used = 0
  /** Where the tuple of each slot starts in the pool, plus one; 0 for a free slot. */
  #slots = new Int32Array(1024)
  /** The number under which the tuple of each slot is known. */
  #known = new Int32Array(1024)
  #count = 0

  /** The number of this tuple: `fresh` when it is added now, an older one when it is here. */
  add(tuple: readonly number[], fresh: number): number {
    let slot = this.#slotOf(hashOf(tuple))
    for (; ; slot = (slot + 1) % this.#slots.length) {
      const start = this.#slots[slot] ?? 0
      if (start === 0) break
      if (this.#holds(start - 1, tuple)) return this.#known[slot] ?? fresh
    }
    this.#slots[slot] = this.#append(tuple) + 1
    this.#known[slot] = fresh
    if (++this.#count * 2 > this.#slots.length) this.#grow()
    return fresh
  }

  #slotOf = (hash: number): number => (hash >>> 0) % this.#slots.length

  #holds(start: number, tuple: readonly number[]): boolean {
    if (this.#pool[start] !== tuple.length) return false
    for (let at = 0; at < tuple.length; at++) {
      if (this.#pool[start + 1 + at] !== tuple[at]) return false
    }
    return true
  }

  #append(tuple: readonly number[]): number {
    const start = this.#used
    const end = start + 1 + tuple.length
    if (end > this.#pool.length) {
      const larger = new Int32Array(Math.max(end, this.#pool.length * 2))
      larger.set(this.#pool)
      this.#pool = larger
    }
    this.#pool[start] = tuple.length
    this.#pool.set(tuple, start + 1)
    this.#used = end
    return start
  }

  #grow(): void {
    const [slots, known] = [this.#slots, this.#known]
    this.#slots = new Int32Array(slots.length * 2)
    this.#known = new Int32Array(slots.length * 2)
    for (let from = 0; from < slots.length; from++) {
      const start = slots[from] ?? 0
      if (start === 0) continue
      const length = this.#pool[start - 1] ?? 0
      let slot = this.#slotOf(hashOf(this.#pool.subarray(start, start + length)))
      while (this.#slots[slot] !== 0) slot = (slot + 1) % this.#slots.length
      this.#slots[slot] = start
      this.#known[slot] = known[from] ?? 0
    }
  }
}

/** FNV-1a over whole words, with the multiply-and-shift end of MurmurHash3. */
function hashOf(tuple: readonly number[] | Int32Array): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < tuple.length; at++) hash = Math.imul(hash ^ (tuple[at] ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}

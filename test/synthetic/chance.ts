/** A stream of chances that only its seed decides, for inputs that are the same in every run. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to but excluding 1 (the mulberry32 mixing steps). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  one<T>(from: readonly [T, ...T[]]): T {
    return from[this.between(0, from.length - 1)] ?? from[0]
  }

  /** So many different members of `from`, in its order. */
  some<T>(from: readonly T[], count: number): T[] {
    const left = [...from.keys()]
    while (left.length > count) left.splice(this.between(0, left.length - 1), 1)
    return left.flatMap((index) => from.slice(index, index + 1))
  }

  /** So many hexadecimal digits. */
  digest(length: number): string {
    return Array.from({ length }, () => this.between(0, 15).toString(16)).join('')
  }
}

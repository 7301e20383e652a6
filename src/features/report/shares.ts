/** Of what may be under way at once, so much one organisation may have, and the others the rest. */
export class Shares {
  readonly #most: number
  readonly #ofOne: number
  readonly #each = new Map<string, number>()
  #all = 0

  constructor(most: number, ofOne: number) {
    this.#most = most
    this.#ofOne = ofOne
  }

  /** Whether the bounds are not reached; the last one to enter may go beyond them. */
  hasRoom(who: string): boolean {
    return this.#all < this.#most && (this.#each.get(who) ?? 0) < this.#ofOne
  }

  /** Answers how to leave, once. */
  enter(who: string, amount: number): () => void {
    this.#all += amount
    this.#each.set(who, (this.#each.get(who) ?? 0) + amount)
    return () => {
      this.#all -= amount
      const left = (this.#each.get(who) ?? 0) - amount
      if (left > 0) this.#each.set(who, left)
      else this.#each.delete(who)
    }
  }
}

/** Gives every distinct text of one view a small number, so that bags are arrays of numbers. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    // A slice of a long report would keep the whole report alive: take a copy of its own.
    const own = Buffer.from(text, 'utf8').toString('utf8')
    const number = this.#texts.length
    this.#numbers.set(own, number)
    this.#texts.push(own)
    return number
  }

  /** The number of a text already known, or -1. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }

  textOf(number: number): string {
    return this.#texts[number] ?? ''
  }

  entries(): Iterable<[number, string]> {
    return this.#texts.entries()
  }

  get size(): number {
    return this.#texts.length
  }
}

/** Places of which only so many are taken at once; who comes first is let in first. */
export class Places {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#free = most
  }

  /** Does some work while holding a place. */
  async with<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#free++
      this.#letIn()
    }
  }

  /** Makes so many places more, or less; those that are taken stay taken. */
  change(by: number): void {
    this.#free += by
    this.#letIn()
  }

  #enter(): Promise<void> {
    return new Promise((settle) => {
      this.#waiting.push(settle)
      this.#letIn()
    })
  }

  #letIn(): void {
    while (this.#free > 0) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#free--
      next()
    }
  }
}

/**
 * How many requests a model is asked at once: one more for each round of answers, half as many
 * when it says that it is too much. Halved once for what was sent at one time, however many of
 * these requests are turned away.
 */
export class Pace {
  readonly #places: Places
  readonly #most: number
  #atOnce: number
  /** Answers since the last change, of which a round is as many as there are at once. */
  #answered = 0
  #epoch = 0

  constructor({ first, most }: { readonly first: number; readonly most: number }) {
    this.#atOnce = Math.min(first, most)
    this.#most = most
    this.#places = new Places(this.#atOnce)
  }

  get atOnce(): number {
    return this.#atOnce
  }

  /** Asks when there is a place; what comes back says whether the model was overloaded. */
  with<T extends { readonly is: string; readonly isOverload?: boolean }>(
    ask: () => Promise<T>,
  ): Promise<T> {
    return this.#places.with(async () => {
      const epoch = this.#epoch
      const reply = await ask()
      if (reply.isOverload === true) this.#shrink(epoch)
      else if (reply.is === 'answer') this.#grow()
      return reply
    })
  }

  #shrink(epoch: number): void {
    if (epoch !== this.#epoch) return
    this.#epoch++
    this.#change(Math.max(1, Math.floor(this.#atOnce / 2)))
  }

  #grow(): void {
    // Early on, and below what was once too much, each answer makes a place.
    const isEarly = this.#epoch === 0
    this.#answered++
    if (this.#atOnce < this.#most && (isEarly || this.#answered >= this.#atOnce)) {
      this.#change(this.#atOnce + 1)
    }
  }

  #change(to: number): void {
    this.#answered = 0
    this.#places.change(to - this.#atOnce)
    this.#atOnce = to
  }
}

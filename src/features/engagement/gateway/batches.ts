/** What was not done at all, because of one of the things that were to be done together. */
export type IsRefused = (error: unknown) => boolean

type Waiting<T, R> = {
  readonly item: T
  readonly settle: (result: R) => void
  readonly fail: (error: unknown) => void
}

/**
 * Does together what comes while the last batch is being done: one after the other where little
 * comes, many at once where much does. Where a batch is refused as a whole, each of it is done by
 * itself, so that one does not spoil it for the others.
 */
export class Batches<T, R> {
  readonly #work: (items: readonly T[]) => Promise<readonly R[]>
  readonly #isRefused: IsRefused
  readonly #atOnceMax: number
  #waiting: Waiting<T, R>[] = []
  #running: Promise<void> | null = null

  constructor(
    work: (items: readonly T[]) => Promise<readonly R[]>,
    isRefused: IsRefused,
    atOnceMax: number,
  ) {
    this.#work = work
    this.#isRefused = isRefused
    this.#atOnceMax = atOnceMax
  }

  add(item: T): Promise<R> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ item, settle, fail })
      this.#running ??= this.#run()
    })
  }

  /** Done once nothing waits. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // What is asked for in the same breath goes together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, this.#atOnceMax)
      this.#waiting = this.#waiting.slice(batch.length)
      await this.#do(batch)
    }
    this.#running = null
  }

  async #do(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.#work(batch.map(({ item }) => item))
      for (const [place, { settle, fail }] of batch.entries()) {
        const result = results[place]
        if (result === undefined) fail(new TypeError('a batch answers each of its items'))
        else settle(result)
      }
    } catch (error) {
      if (batch.length > 1 && this.#isRefused(error)) {
        for (const one of batch) await this.#do([one])
      } else {
        for (const { fail } of batch) fail(error)
      }
    }
  }
}

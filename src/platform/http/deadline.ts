/** Ends a request that is silent for too long, and one that takes too long altogether. */
export class Deadline {
  /** Why it is over; null while it is not. */
  why: string | null = null
  readonly #controller = new AbortController()
  readonly #silence: NodeJS.Timeout
  readonly #whole: NodeJS.Timeout

  constructor(silenceMs: number, wholeMs: number) {
    this.#silence = setTimeout(() => this.#end('no answer in time'), silenceMs)
    this.#whole = setTimeout(() => this.#end(`not done after ${secondsOf(wholeMs)}`), wholeMs)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something was heard: the silence begins anew. */
  heard(): void {
    this.#silence.refresh()
  }

  cancel(): void {
    clearTimeout(this.#silence)
    clearTimeout(this.#whole)
  }

  #end(why: string): void {
    this.why = why
    this.#controller.abort()
  }
}

const secondsOf = (ms: number): string => `${Math.round(ms / 100) / 10} s`

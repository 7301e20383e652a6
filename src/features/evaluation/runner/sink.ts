import { type Result, yes } from '#kernel/result.ts'
import { keyOfSample, type Sample } from '../sample.ts'
import type { Journal, RunMemory } from './journal.ts'

/** Where finished samples go. What it took is there for good once `keep` is done. */
export interface SampleSink {
  /** The attempts that it holds already, by their keys. */
  finished(): Promise<ReadonlySet<string>>
  /**
   * Keeps a sample with its transcript, a file of JSON Lines that does not change any more. Refused
   * where this sample is never taken, which says nothing of the others.
   */
  keep(sample: Sample, transcriptPath: string): Promise<Result<null, string>>
}

/** The journal of the run's own folder: what stands there is finished, and nothing else is. */
export class JournalSink implements SampleSink {
  readonly #journal: Journal
  readonly #finished: Set<string>

  constructor(journal: Journal, memory: RunMemory | null) {
    this.#journal = journal
    this.#finished = new Set(memory?.finished.keys())
  }

  async finished(): Promise<ReadonlySet<string>> {
    return this.#finished
  }

  async keep(sample: Sample): Promise<Result<null, string>> {
    await this.#journal.add({ is: 'finished', sample })
    this.#finished.add(keyOfSample(sample))
    return yes(null)
  }
}

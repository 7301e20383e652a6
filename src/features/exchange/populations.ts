import { loadPopulation, savePopulation } from '#features/correlate/correlation.store.ts'
import type { Sketch } from '#features/correlate/sketch.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** The text frequencies are saved after so many reports; losing some changes weights slightly. */
const saveEach = 2_000
/** Of so many labels they are in memory, 16 MiB each. */
const heldMax = 6

type Held = { readonly population: Sketch; unsaved: number }

type Inside = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** How often texts occur, by label: what one label counts no other hears of. */
export class Populations {
  readonly #inside: Inside
  readonly #now: () => Date
  #held = new Map<number, Held>()

  /** `inside` runs work in a transaction of its own. */
  constructor(inside: Inside, now: () => Date) {
    this.#inside = inside
    this.#now = now
  }

  /** That of a label, read in `tx` unless it is held. */
  async of(tx: Tx, label: number): Promise<Sketch> {
    const known = this.#held.get(label)
    if (known) {
      // Moved behind the others: what was used least lately is the first to go.
      this.#held.delete(label)
      this.#held.set(label, known)
      return known.population
    }
    const population = await loadPopulation(tx, label)
    this.#held.set(label, { population, unsaved: 0 })
    return population
  }

  /** Counts reports that are placed; to be called once their transaction is committed. */
  async count(label: number, reports: number, countInto: (into: Sketch) => void): Promise<void> {
    const held = this.#held.get(label)
    if (held) {
      countInto(held.population)
      held.unsaved += reports
      if (held.unsaved >= saveEach) await this.#save(label, held)
    }
    while (this.#held.size > heldMax) {
      const [first] = this.#held
      if (!first) return
      await this.#save(...first)
      this.#held.delete(first[0])
    }
  }

  /** Another process may have counted meanwhile: all is read anew. */
  forget(): void {
    this.#held = new Map()
  }

  async save(): Promise<void> {
    for (const [label, held] of this.#held) await this.#save(label, held)
  }

  async #save(label: number, held: Held): Promise<void> {
    if (held.unsaved === 0) return
    const { population } = held
    await this.#inside((tx) => savePopulation(tx, { label, population }, this.#now()))
    held.unsaved = 0
  }
}

import type { Demand, VerdictWord } from './fixed-look.ts'

/** What a sequential test is asked. */
export type BettingDemand = Demand & {
  /**
   * How many tasks the bank has, where the threshold is about the mean of this very bank. Without
   * it the tasks stand for a bank without end.
   */
  readonly bankTasks?: number
}

export type BettingRun = {
  readonly verdict: VerdictWord
  /** After how many tasks a verdict was reached, one-based; null where none was. */
  readonly stop: number | null
  /** Natural logarithms of the evidence that capability is above the threshold, a task each. */
  readonly above: readonly number[]
  /** The same for below. */
  readonly below: readonly number[]
}

/** Sums of scores are off by less than this; a mean that meets the threshold is not above it. */
const roundingMax = 1e-9

/**
 * Evidence against "the mean is at most the threshold": what a gambler who started with 1 owns,
 * who bets on each task before seeing it and who, under that hypothesis, expects to own no more
 * than 1 at any time. It reaches 1/alpha with a chance of at most alpha, however often one looks
 * (Ville, 1939; the bets after Waudby-Smith and Ramdas, JRSS-B 86, 2024, "predictable plug-in").
 */
export class Wager {
  readonly #threshold: number
  readonly #alpha: number
  readonly #bankTasks: number | null
  #tasks = 0
  #sum = 0
  #squares = 0
  #logWealth = 0

  constructor({ threshold, alpha, bankTasks }: BettingDemand) {
    this.#threshold = threshold
    this.#alpha = alpha
    this.#bankTasks = bankTasks ?? null
  }

  get logWealth(): number {
    return this.#logWealth
  }

  /** Takes in the score of the next task, from 0 to 1, and answers the logarithm of the wealth. */
  take(score: number): number {
    const left = this.#left()
    const expected = left === null ? this.#threshold : left.sum / left.tasks
    // Above 1 the hypothesis is certain by now: nothing can speak against it any more.
    if (expected <= 1) this.#bet(score, Math.max(0, expected))
    this.#tasks++
    this.#sum += score
    this.#squares += score ** 2
    // Below 0 it is impossible, whatever the tasks that are left will show.
    if ((this.#left()?.sum ?? 0) < -roundingMax) this.#logWealth = Number.POSITIVE_INFINITY
    return this.#logWealth
  }

  /** Of a finite bank: its tasks to come, and their sum at most if the hypothesis holds. */
  #left(): { readonly tasks: number; readonly sum: number } | null {
    if (this.#bankTasks === null) return null
    const tasks = this.#bankTasks - this.#tasks
    return { tasks, sum: this.#bankTasks * this.#threshold - this.#sum }
  }

  #bet(score: number, expected: number): void {
    const next = this.#tasks + 1
    // The variance so far, to which one imagined task of mean 0.5 and variance 0.25 belongs.
    const spread = (this.#squares + 0.5) / next - ((this.#sum + 0.5) / next) ** 2
    const free = Math.sqrt((2 * Math.log(1 / this.#alpha)) / (spread * next * Math.log(1 + next)))
    const stake = Math.min(free, 0.5 / expected)
    this.#logWealth += Math.log(1 + stake * (score - expected))
  }
}

/** Both one-sided tests along the tasks in their order; the first to reach 1/alpha decides. */
export function betAlong(scores: readonly number[], demand: BettingDemand): BettingRun {
  const up = new Wager(demand)
  const down = new Wager({ ...demand, threshold: 1 - demand.threshold })
  const enough = Math.log(1 / demand.alpha)
  const above: number[] = []
  const below: number[] = []
  let verdict: VerdictWord = 'UNDETERMINED'
  let stop: number | null = null
  scores.forEach((score, index) => {
    above.push(up.take(score))
    below.push(down.take(1 - score))
    if (stop !== null) return
    if (up.logWealth >= enough) verdict = 'COVERED'
    else if (down.logWealth >= enough) verdict = 'NOT SHOWN'
    else return
    stop = index + 1
  })
  return { verdict, stop, above, below }
}

/**
 * Blocks of one task of each stratum, weighted: the first block is made of the first task of each,
 * and so on, for as long as every stratum has one.
 */
export function blocksOf(
  strata: readonly { readonly weight: number; readonly values: readonly number[] }[],
): number[] {
  const blocks = Math.min(...strata.map(({ values }) => values.length))
  return Array.from({ length: Number.isFinite(blocks) ? blocks : 0 }, (_, index) =>
    strata.reduce((sum, { weight, values }) => sum + weight * (values[index] ?? 0), 0),
  )
}

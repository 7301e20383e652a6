import { type BettingDemand, type BettingRun, betAlong, blocksOf, Wager } from './betting.ts'
import { mean, type StratumSample } from './clustered.ts'
import type { Declaration } from './declaration.ts'
import { fixedLook, type VerdictWord } from './fixed-look.ts'

/** What a declared rule says of one completion of the scores. */
export type Branch = {
  readonly verdict: VerdictWord
  /** The weighted mean score; of a sequential test, over the blocks that were bet on. */
  readonly mean: number
  /** Each limit holds alone with the confidence 1 - alpha; of a sequential test, at any time. */
  readonly lower: number
  readonly upper: number
  /** The standard error and its degrees of freedom; null for a sequential test. */
  readonly error: number | null
  readonly df: number | null
  /** The evidence over time; null for a fixed look. */
  readonly run: BettingRun | null
}

/** What of a declaration the rule needs. */
type Rule = Pick<Declaration, 'rule' | 'threshold' | 'alpha'> & {
  readonly strata: readonly Pick<Declaration['strata'][number], 'name' | 'bankTasks'>[]
}

/** Applies the declared rule. Values of each stratum are in the declared order. */
export function branchOf(samples: readonly StratumSample[], declaration: Rule): Branch {
  const { rule, threshold, alpha } = declaration
  if (rule.is === 'fixed-look') {
    const { verdict, estimate, lower, upper } = fixedLook(samples, { threshold, alpha })
    const { error, df } = estimate
    return { verdict, mean: estimate.mean, lower, upper, error, df, run: null }
  }
  const bankTasks = declaration.strata[0]?.bankTasks
  const isBounded = rule.population === 'this-bank' && bankTasks !== undefined
  const demand = { threshold, alpha, ...(isBounded ? { bankTasks } : {}) }
  const blocks = blocksOf(samples)
  const run = betAlong(blocks, demand)
  return { ...limitsOf(blocks, demand), verdict: run.verdict, error: null, df: null, run }
}

/**
 * The thresholds that the evidence so far has ruled out bound the mean. The wealth of each test
 * falls as its threshold rises, so that the last one ruled out is found by halving.
 */
function limitsOf(
  blocks: readonly number[],
  demand: BettingDemand,
): Pick<Branch, 'mean' | 'lower' | 'upper'> {
  if (blocks.length === 0) return { mean: Number.NaN, lower: 0, upper: 1 }
  return {
    mean: mean(blocks),
    lower: ruledOut(blocks, demand),
    upper:
      1 -
      ruledOut(
        blocks.map((score) => 1 - score),
        demand,
      ),
  }
}

const halvings = 40

function ruledOut(scores: readonly number[], demand: BettingDemand): number {
  const enough = Math.log(1 / demand.alpha)
  const isRuledOut = (threshold: number): boolean => {
    const wager = new Wager({ ...demand, threshold })
    return scores.some((score) => wager.take(score) >= enough)
  }
  let [low, high] = [0, 1]
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2
    if (isRuledOut(middle)) low = middle
    else high = middle
  }
  return low
}

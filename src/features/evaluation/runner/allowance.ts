import { costOf, type Price, type Tokens } from '#features/engagement/gateway/usage.ts'

/** What one attempt may use. */
export type Limits = {
  readonly tokens: number
  readonly turns: number
  /** Of work: without what it waits for its turn and between tries. */
  readonly ms: number
  /** Null where money is no limit. */
  readonly microUsd: number | null
}

export type LimitKind = 'tokens' | 'turns' | 'time' | 'cost'
export type Reached = { readonly limit: LimitKind; readonly most: number }

/** What one attempt has used: it only grows, and survives the process that used it. */
export type Used = {
  readonly tokens: Tokens
  /** Of these, what was charged for answers that never arrived. */
  readonly lost: number
  readonly turns: number
  readonly ms: number
  /** Of this, what was waited for answers that never arrived. */
  readonly lostMs: number
  readonly microUsd: number
}

export const nothingUsed: Used = {
  ...{ tokens: { input: 0, output: 0 }, lost: 0, turns: 0, ms: 0, lostMs: 0, microUsd: 0 },
}

export const totalOf = ({ input, output }: Tokens): number => input + output

/** Adds what one request was charged with. */
export function charged(
  used: Used,
  tokens: Tokens,
  { price, isLost }: { readonly price: Price; readonly isLost: boolean },
): Used {
  const { input, output } = used.tokens
  return {
    ...used,
    tokens: { input: input + tokens.input, output: output + tokens.output },
    lost: used.lost + (isLost ? totalOf(tokens) : 0),
    microUsd: used.microUsd + costOf(tokens, price),
  }
}

/** Fewer tokens than that are no answer. */
const answerTokensMin = 16

/** The most that the next answer may have; or which limit leaves none. */
export function nextAnswer(
  used: Used,
  limits: Limits,
  next: { readonly input: number; readonly outputMax: number; readonly price: Price },
): { readonly is: 'room'; readonly output: number } | ({ readonly is: 'reached' } & Reached) {
  const reached = (limit: LimitKind, most: number) => ({ is: 'reached' as const, limit, most })
  if (used.turns >= limits.turns) return reached('turns', limits.turns)
  if (used.ms >= limits.ms) return reached('time', limits.ms)
  const left = limits.tokens - totalOf(used.tokens) - next.input
  if (left < answerTokensMin) return reached('tokens', limits.tokens)
  const output = Math.min(next.outputMax, left)
  const { microUsd } = limits
  if (microUsd !== null) {
    const affordable = affordableOutput(microUsd - used.microUsd, next)
    if (affordable < answerTokensMin) return reached('cost', microUsd)
    return { is: 'room', output: Math.min(output, affordable) }
  }
  return { is: 'room', output }
}

function affordableOutput(
  microUsd: number,
  { input, price, outputMax }: { readonly input: number; readonly price: Price; outputMax: number },
): number {
  const left = microUsd - costOf({ input, output: 0 }, price)
  if (left < 0) return 0
  if (price.outputMicroUsd === 0) return outputMax
  return Math.floor((left * 1_000_000) / price.outputMicroUsd)
}

/**
 * Whether a limit was reached by the machinery's fault: without the answers that were lost there
 * would have been room. Then it says nothing of the model.
 */
export function isByLoss(used: Used, limits: Limits, { limit }: Reached): boolean {
  if (limit === 'tokens') return used.lost > 0 && totalOf(used.tokens) - used.lost < limits.tokens
  if (limit === 'time') return used.lostMs > 0 && used.ms - used.lostMs < limits.ms
  return limit === 'cost' && used.lost > 0
}

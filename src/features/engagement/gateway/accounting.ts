import type { Budget } from '../terms.ts'
import type { Ask } from './ask.ts'
import { type Account, type Draw, type Endpoint, type Grant, gateOf, type Spent } from './books.ts'
import type { Passed } from './passage.ts'
import { costOf, judgeUsage, type Tokens, tokensOf, type Usage } from './usage.ts'

/** What one request can use at most: its words, and all that it asks for or the model can give. */
export function mostOf(ask: Ask | null, { most }: Endpoint): Tokens {
  if (ask === null) return { input: 0, output: 0 }
  return {
    input: Math.min(tokensOf(ask.textBytes), most.input),
    output: ask.outputTokensMax ?? most.output,
  }
}

/** A place at once is held until the request must be over, and a while for settling it. */
const settleMs = 30_000

export type Asking = {
  readonly grant: Grant
  /** Of all that pass the gate, as long as it is open. */
  readonly whole: Budget
  readonly request: string
  readonly digest: string
  readonly most: Tokens
  /** The changes of what the gate goes by that are known. */
  readonly seen: number | undefined
}

/** The account of a whole gate: of an engagement's evaluators, or of one partner. */
export const gateAccount = ({ engagement, partner }: Pick<Grant, 'engagement' | 'partner'>) =>
  partner === null ? `engagement ${engagement}` : `partner ${partner}`
const runAccount = (run: string): string => `run ${run}`

/** What is drawn before a byte leaves. */
export function drawOf({ grant, whole, request, digest, most, seen }: Asking): Draw {
  const accounts: readonly Account[] = [
    { name: gateAccount(grant), limits: whole },
    { name: runAccount(grant.run), limits: grant.budget },
  ]
  return {
    ...(seen !== undefined && { seen }),
    ...{ gate: gateOf(grant), accounts, run: grant.run, request, digest },
    ...{ tokens: most.input + most.output, microUsd: costOf(most, grant.endpoint.price) },
    leaseMs: grant.caps.wholeMs + settleMs,
  }
}

export type Accounted = { readonly usage: Usage | null; readonly spent: Spent }

/**
 * What a request has used. An endpoint that answers with an error uses what it says; whoever leaves
 * before an answer has used all that was reserved, because nobody can tell.
 */
export function accountOf(
  passed: Passed,
  ask: Ask | null,
  { endpoint, most }: { readonly endpoint: Endpoint; readonly most: Tokens },
): Accounted {
  const { outcome, status, answer, reading } = passed
  const isAnswered =
    outcome.is === 'success' ||
    outcome.is === 'refusal' ||
    outcome.is === 'safeguard-block' ||
    outcome.why === 'evaluator-left'
  const spend = (tokens: Tokens): Spent => ({
    tokens: tokens.input + tokens.output,
    microUsd: costOf(tokens, endpoint.price),
    isAnswered,
  })
  const none = { input: 0, output: 0 }
  if (ask === null || passed.sentAt === null) return { usage: null, spent: spend(none) }
  if (status === null || answer === null) {
    const isOurs = outcome.is === 'cut' || outcome.why === 'evaluator-left'
    return { usage: null, spent: spend(isOurs ? most : none) }
  }
  const usage = judgeUsage(reading.told, {
    inputTextBytes: ask.textBytes,
    outputTextBytes: answer.reader.isPartial ? answer.bytes : reading.textBytes,
    most: { input: endpoint.most.input, output: most.output },
    isMalformed: reading.isMalformed,
  })
  if (status < 400) return { usage, spent: spend(usage.charged) }
  const told = { input: usage.told.input ?? 0, output: usage.told.output ?? 0 }
  return { usage: { ...usage, doubt: null, charged: told }, spent: spend(told) }
}

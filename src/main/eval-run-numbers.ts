import { availableParallelism } from 'node:os'
import type { RunBounds } from '#features/evaluation/runner/run.ts'
import { no, type Result, yes } from '#kernel/result.ts'

export type RunNumberOptions = {
  readonly epochs?: string
  readonly concurrency?: string
  readonly sandboxes?: string
  readonly costLimit?: string
  readonly runTokens?: string
  readonly runCost?: string
  readonly runMinutes?: string
  readonly requestSeconds?: string
  readonly tries?: string
}

export type RunNumbers = {
  /** Null where the declaration says it, or once. */
  readonly epochs: number | null
  readonly samplesAtOnce: number
  readonly sandboxesAtOnce: number
  readonly requestsAtOnce: { readonly first: number; readonly most: number }
  readonly requestMs: number
  readonly triesMax: number
  readonly backoffMs: number
  readonly graceMs: number
  readonly microUsdMax: number | null
  readonly bounds: RunBounds
  /** How long this process works at it at most; null for any time. */
  readonly runMs: number | null
}

const requestsFirst = 10

/** Reads the numbers of a run, each with its bounds; the first that is none is told. */
export function runNumbers(options: RunNumberOptions): Result<RunNumbers> {
  const wrong: string[] = []
  const read = (name: string, text: string | undefined, [least, most]: Bounds): number | null => {
    if (text === undefined) return null
    const value = /^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
    const isGood = value >= least && value <= most && (least < 1 || Number.isInteger(value))
    if (!isGood) wrong.push(`--${name} takes a number from ${least} to ${most}, not "${text}"`)
    return value
  }
  const samplesAtOnce = read('concurrency', options.concurrency, [1, 10_000]) ?? 100
  const usd = (value: number | null): number | null =>
    value === null ? null : Math.max(1, Math.round(value * 1e6))
  const minutes = read('run-minutes', options.runMinutes, [0.01, 100_000])
  const numbers: RunNumbers = {
    epochs: read('epochs', options.epochs, [1, 10_000]),
    samplesAtOnce,
    sandboxesAtOnce:
      read('sandboxes', options.sandboxes, [1, 1_000]) ?? Math.max(1, availableParallelism()),
    requestsAtOnce: { first: requestsFirst, most: samplesAtOnce },
    requestMs: 1_000 * (read('request-seconds', options.requestSeconds, [1, 86_400]) ?? 600),
    triesMax: read('tries', options.tries, [1, 100]) ?? 8,
    ...{ backoffMs: 1_000, graceMs: 10_000 },
    microUsdMax: usd(read('cost-limit', options.costLimit, [0.000001, 1e6])),
    bounds: {
      tokens: read('run-tokens', options.runTokens, [1, 1e12]),
      microUsd: usd(read('run-cost', options.runCost, [0.000001, 1e9])),
    },
    runMs: minutes === null ? null : minutes * 60_000,
  }
  const [why] = wrong
  return why === undefined ? yes(numbers) : no({ code: 'bad-usage', why })
}

type Bounds = readonly [least: number, most: number]

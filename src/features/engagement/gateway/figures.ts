import type { Metrics } from '#platform/http/metrics.ts'
import type { OutcomeKind } from './outcome.ts'
import type { GatewayCode } from './refusal.ts'

/** What a gateway tells of how much it does: counts by words of ours, never who, what or where. */
export type Figures = {
  readonly ended: (outcome: OutcomeKind) => void
  /** The gateway itself answered, by the code that it gave. */
  readonly refused: (code: GatewayCode) => void
  /** How long a request that went on was held here, without what its own body took to arrive. */
  readonly held: (seconds: number) => void
}

/** What is read when the figures are asked for. */
export type Standing = {
  /** Requests that are on their way to a model or back. */
  readonly inFlight: () => number
  /** Engagements that are over and whose closing is not proven yet. */
  readonly closings: () => number
}

export const noFigures: Figures = {
  ended: () => undefined,
  refused: () => undefined,
  held: () => undefined,
}

const heldBuckets = [
  ...[0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008],
  ...[0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2.5],
]

/** Puts the figures of the one gateway of this process among its metrics. */
export function figuresIn(metrics: Metrics, standing: Standing): Figures {
  const ended = metrics.counter(
    'parley_gateway_requests_total',
    'Requests to models that ended, by how they ended',
  )
  const refused = metrics.counter(
    'parley_gateway_refused_total',
    'Requests that the gateway itself answered, by its code',
  )
  const held = metrics.histogram(
    'parley_gateway_overhead_seconds',
    'How long the gateway held requests before they went on to the model',
    heldBuckets,
  )
  metrics.gaugeOf(
    'parley_gateway_in_flight',
    'Requests that are on their way to a model or back, streams among them',
    standing.inFlight,
  )
  metrics.gaugeOf(
    'parley_gateway_closings_pending',
    'Engagements that are over and whose closing is not proven yet',
    standing.closings,
  )
  return {
    ended: (outcome) => ended.add({ outcome }),
    refused: (code) => refused.add({ code }),
    held: (seconds) => held.observe(seconds),
  }
}

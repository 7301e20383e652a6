import { assert } from '#kernel/assert.ts'
import type { Observation } from './responder.ts'

/** Values of labels, by name. */
export type Labels = Readonly<Record<string, string>>

/** A metric of which a client could make endless series is cut off at so many. */
const seriesMax = 2_000

const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Kind = 'counter' | 'gauge' | 'histogram'
type Family = {
  readonly name: string
  readonly kind: Kind
  readonly help: string
  readonly lines: () => readonly string[]
}

export type Counter = { readonly add: (labels?: Labels, by?: number) => void }
export type Gauge = { readonly set: (value: number, labels?: Labels) => void }
export type Histogram = { readonly observe: (value: number, labels?: Labels) => void }

/**
 * Figures about the process for Prometheus (text format 0.0.4). Labels hold what we name, such as
 * the template of a route; never what a client sent.
 *
 * @example
 * const metrics = new Metrics()
 * const taken = metrics.counter('reports_taken_total', 'Reports that were acknowledged')
 * taken.add({ source: 'bulk' })
 * metrics.gaugeOf('queue_waiting', 'Reports that wait for a person', () => queue.size)
 */
export class Metrics {
  readonly #families = new Map<string, Family>()
  readonly #requests: Histogram

  constructor() {
    const help = 'How long requests took, by the template of their route'
    this.#requests = this.histogram('http_request_duration_seconds', help, requestBuckets)
  }

  /** Counts a request; handed to the server as `observe`. */
  readonly observeRequest = ({ method, route, status, seconds }: Observation): void => {
    const known = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'other'
    this.#requests.observe(seconds, { method: known, route, status: String(status) })
  }

  counter(name: string, help: string): Counter {
    const series = this.#seriesOf(name, 'counter', help)
    return {
      add: (labels = {}, by = 1) => {
        assert(by >= 0, `${name} only grows`)
        const key = series.keyOf(labels)
        series.values.set(key, (series.values.get(key) ?? 0) + by)
      },
    }
  }

  gauge(name: string, help: string): Gauge {
    const series = this.#seriesOf(name, 'gauge', help)
    return { set: (value, labels = {}) => series.values.set(series.keyOf(labels), value) }
  }

  /** A gauge that is read when it is asked for. */
  gaugeOf(name: string, help: string, read: () => number): void {
    this.#add({ name, kind: 'gauge', help, lines: () => [`${name} ${shown(read())}`] })
  }

  histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    const bounds = [...buckets].sort((one, other) => one - other)
    const all = new Map<string, { readonly counts: number[]; sum: number; count: number }>()
    const lines = (): readonly string[] =>
      [...all].flatMap(([key, { counts, sum, count }]) => {
        const at = (le: string): string => (key === '' ? `le="${le}"` : `${key},le="${le}"`)
        const braces = key === '' ? '' : `{${key}}`
        return [
          ...bounds.map((bound, i) => `${name}_bucket{${at(shown(bound))}} ${counts[i] ?? 0}`),
          `${name}_bucket{${at('+Inf')}} ${count}`,
          `${name}_sum${braces} ${shown(sum)}`,
          `${name}_count${braces} ${count}`,
        ]
      })
    this.#add({ name, kind: 'histogram', help, lines })
    return {
      observe: (value, labels = {}) => {
        const key = boundedKey(labels, all)
        const one = all.get(key) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 }
        all.set(key, one)
        for (const [i, bound] of bounds.entries()) {
          if (value <= bound) one.counts[i] = (one.counts[i] ?? 0) + 1
        }
        one.sum += value
        one.count++
      },
    }
  }

  /** Everything, as `/metrics` answers it. */
  text(): string {
    const parts = [...this.#families.values()].map(({ name, kind, help, lines }) => {
      const head = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`
      return [head, `# TYPE ${name} ${kind}`, ...lines(), ''].join('\n')
    })
    return parts.join('')
  }

  #seriesOf(name: string, kind: Kind, help: string): Series {
    const values = new Map<string, number>()
    const lines = (): readonly string[] =>
      [...values].map(([key, value]) => `${name}${key === '' ? '' : `{${key}}`} ${shown(value)}`)
    this.#add({ name, kind, help, lines })
    return { values, keyOf: (labels) => boundedKey(labels, values) }
  }

  #add(family: Family): void {
    assert(/^[a-z][a-z0-9_]*$/.test(family.name), `${family.name} is no name of a metric`)
    assert(!this.#families.has(family.name), `the metric ${family.name} is there twice`)
    this.#families.set(family.name, family)
  }
}

type Series = {
  readonly values: Map<string, number>
  readonly keyOf: (labels: Labels) => string
}

/** Beyond the bound all further series count as one. */
function boundedKey(labels: Labels, all: ReadonlyMap<string, unknown>): string {
  const key = keyOf(labels)
  if (all.has(key) || all.size < seriesMax) return key
  return keyOf(Object.fromEntries(Object.keys(labels).map((name) => [name, 'other'])))
}

const keyOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const shown = (value: number): string => {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

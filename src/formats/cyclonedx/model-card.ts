import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import type { JsonObject } from '#formats/json/reader.ts'

/**
 * A bill of materials of one model, with what an evaluation of it came to on its model card. The
 * outcomes of attempts stand beside the metrics as properties.
 *
 * Source: CycloneDX 1.6 (ECMA-424), `modelCard.quantitativeAnalysis`.
 */
export function modelCardOf(result: EvaluationResult): JsonObject {
  const timestamp = timeOf(result.completedAt ?? result.createdAt)
  const { counts, library, task, taskVersion } = result
  const facts: readonly (readonly [string, string])[] = [
    ['parley:evaluation:run', result.id],
    ['parley:evaluation:status', result.status],
    ['parley:evaluation:task', taskVersion === null ? task : `${task} ${taskVersion}`],
    ['parley:evaluation:library', `${library.name} ${library.version ?? 'unknown'}`],
    ['parley:evaluation:planned', String(counts.planned)],
    ...[...counts.byOutcome].map(
      ([outcome, count]) => [`parley:evaluation:outcome:${outcome}`, String(count)] as const,
    ),
    ...[...result.limits].map(
      ([name, limit]) => [`parley:evaluation:limit:${name}`, String(limit)] as const,
    ),
  ]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    ...(timestamp !== null && { metadata: { timestamp } }),
    components: [
      {
        type: 'machine-learning-model',
        'bom-ref': result.model,
        name: result.model,
        modelCard: {
          quantitativeAnalysis: { performanceMetrics: [...metricsOf(result)] },
          properties: facts.map(([name, value]) => ({ name, value })),
        },
      },
    ],
  }
}

/**
 * Numbers are texts there. A standard error is told as a metric of its own: an interval would need
 * to know how the tasks hang together.
 */
function* metricsOf({ task, metrics }: EvaluationResult): Generator<JsonObject> {
  for (const { scorer, name, value, standardError, standardDeviation } of metrics) {
    const type = `${scorer} ${name}`
    yield { type, value: String(value), slice: task }
    if (standardError !== null) {
      yield { type: `${type}, standard error`, value: String(standardError), slice: task }
    }
    if (standardDeviation !== null) {
      yield { type: `${type}, standard deviation`, value: String(standardDeviation), slice: task }
    }
  }
}

/** The format asks for a time of RFC 3339. */
function timeOf(text: string | null): string | null {
  const time = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

import type { EvaluationMetric, EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import type { JsonObject } from '#formats/json/reader.ts'

export type RecordedBy = {
  /** When the record is made. */
  readonly at: Date
  /** Who evaluated. */
  readonly organisation: string
  readonly relationship: 'first_party' | 'third_party' | 'collaborative' | 'other'
}

/**
 * The aggregate record of an evaluation. What a log does not say, such as who made the model
 * available and how, is `unknown`; the outcomes of attempts go with every score, since a share of
 * those that were scored says nothing of the others.
 *
 * Source: Every Eval Ever 0.3.0, `eval.schema.json`.
 */
export function aggregateOf(result: EvaluationResult, by: RecordedBy): JsonObject {
  const seconds = secondsOf(by)
  const evaluatedAt = result.startedAt ?? result.createdAt
  return {
    schema_version: '0.3.0',
    evaluation_id: evaluationIdOf(result, by),
    ...(evaluatedAt !== null && { evaluation_timestamp: evaluatedAt }),
    retrieved_timestamp: seconds,
    source_metadata: {
      source_type: 'evaluation_run',
      source_organization_name: by.organisation,
      evaluator_relationship: by.relationship,
      additional_details: { run: result.id },
    },
    eval_library: { name: result.library.name, version: result.library.version ?? 'unknown' },
    model_info: {
      name: result.model,
      id: result.model,
      additional_details: { deployment_type: 'unknown', model_availability: 'unknown' },
    },
    evaluation_results: result.metrics.map((metric) => resultOf(metric, result)),
  }
}

const secondsOf = ({ at }: RecordedBy): string => String(Math.floor(at.getTime() / 1_000))

/** What records of single attempts name the aggregate record by. */
export const evaluationIdOf = ({ task, model }: EvaluationResult, by: RecordedBy): string =>
  `${task}/${model.replaceAll('/', '_')}/${secondsOf(by)}`

/** The result that the scores of attempts make up: the first metric of the scorer that counts. */
export function resultIdOf(result: EvaluationResult, scorer: string | null): string | null {
  const metric = result.metrics.find((each) => each.scorer.split('/')[0] === scorer)
  return metric === undefined ? null : idOf(metric, result)
}

const idOf = ({ scorer, name }: EvaluationMetric, { task }: EvaluationResult): string =>
  `${task}/${scorer}/${name}`

function resultOf(metric: EvaluationMetric, result: EvaluationResult): JsonObject {
  const { task, dataset } = result
  return {
    evaluation_result_id: idOf(metric, result),
    evaluation_name: task,
    source_data: { dataset_name: dataset ?? task, source_type: 'other' },
    metric_config: {
      metric_name: metric.name,
      lower_is_better: false,
      ...(metric.name === 'accuracy' && { score_type: 'continuous', min_score: 0, max_score: 1 }),
      additional_details: { scorer: metric.scorer, epochs: String(result.epochs) },
    },
    score_details: {
      score: metric.value,
      details: countsOf(result),
      ...uncertaintyOf(metric),
    },
    ...limitsOf(result),
  }
}

/** All values are texts there. */
function countsOf({ counts }: EvaluationResult): JsonObject {
  const { planned, present, byOutcome } = counts
  const all = [['planned', planned], ['present', present], ...byOutcome] as const
  return Object.fromEntries(all.map(([name, count]) => [name, String(count)]))
}

function uncertaintyOf({
  standardError,
  standardDeviation,
  samples,
}: EvaluationMetric): JsonObject {
  const uncertainty = {
    ...(standardError !== null && { standard_error: { value: standardError } }),
    ...(standardDeviation !== null && { standard_deviation: standardDeviation }),
    ...(samples !== null && { num_samples: samples }),
  }
  return Object.keys(uncertainty).length === 0 ? {} : { uncertainty }
}

const limitNames = ['time_limit', 'message_limit', 'token_limit']

function limitsOf({ limits }: EvaluationResult): JsonObject {
  const known = [...limits].filter(([name, limit]) => {
    return limitNames.includes(name) && Number.isInteger(limit)
  })
  if (known.length === 0) return {}
  return { generation_config: { generation_args: { eval_limits: Object.fromEntries(known) } } }
}

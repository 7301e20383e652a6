import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelCardOf } from '#formats/cyclonedx/model-card.ts'
import { aggregateOf } from '#formats/every-eval-ever/aggregate.ts'
import { eventLines } from '#formats/opentelemetry/evaluation-events.ts'
import { evaluated } from '../../../test/formats/evaluation-result.ts'
import type { EvaluationResult } from './evaluation-result.ts'

const result: EvaluationResult = {
  ...evaluated,
  limits: new Map([
    ['token_limit', 5_000],
    ['cost_limit', 1.5],
  ]),
  metrics: [
    ...evaluated.metrics,
    {
      ...{ scorer: 'match', name: 'mean', value: 3, samples: null },
      ...{ standardError: null, standardDeviation: null },
    },
  ],
  counts: { planned: 5, present: 4, byOutcome: new Map([['success', 3]]) },
}

test('an aggregate record says what is known, and that the rest is not', () => {
  const at = new Date('2026-11-02T00:00:00Z')
  const record = aggregateOf(result, { at, organisation: 'Lab', relationship: 'other' })
  assert.deepEqual(JSON.parse(JSON.stringify(record)), {
    schema_version: '0.3.0',
    evaluation_id: 'find-the-flaw/lab_model-1/1793577600',
    evaluation_timestamp: '2026-11-01T10:00:00+00:00',
    retrieved_timestamp: '1793577600',
    source_metadata: {
      source_type: 'evaluation_run',
      source_organization_name: 'Lab',
      evaluator_relationship: 'other',
      additional_details: { run: 'e1' },
    },
    eval_library: { name: 'inspect_ai', version: 'unknown' },
    model_info: {
      name: 'lab/model-1',
      id: 'lab/model-1',
      additional_details: { deployment_type: 'unknown', model_availability: 'unknown' },
    },
    evaluation_results: [
      {
        evaluation_result_id: 'find-the-flaw/match/accuracy',
        evaluation_name: 'find-the-flaw',
        source_data: { dataset_name: 'find-the-flaw', source_type: 'other' },
        metric_config: {
          metric_name: 'accuracy',
          lower_is_better: false,
          score_type: 'continuous',
          min_score: 0,
          max_score: 1,
          additional_details: { scorer: 'match', epochs: '1' },
        },
        score_details: {
          score: 0.75,
          details: { planned: '5', present: '4', success: '3' },
          uncertainty: { standard_error: { value: 0.25 }, num_samples: 4 },
        },
        generation_config: { generation_args: { eval_limits: { token_limit: 5_000 } } },
      },
      {
        evaluation_result_id: 'find-the-flaw/match/mean',
        evaluation_name: 'find-the-flaw',
        source_data: { dataset_name: 'find-the-flaw', source_type: 'other' },
        metric_config: {
          metric_name: 'mean',
          lower_is_better: false,
          additional_details: { scorer: 'match', epochs: '1' },
        },
        score_details: { score: 3, details: { planned: '5', present: '4', success: '3' } },
        generation_config: { generation_args: { eval_limits: { token_limit: 5_000 } } },
      },
    ],
  })
})

test('a model card has a metric for each number, all of them texts', () => {
  const [component] = JSON.parse(JSON.stringify(modelCardOf(result))).components
  assert.deepEqual(component.modelCard.quantitativeAnalysis.performanceMetrics, [
    { type: 'match accuracy', value: '0.75', slice: 'find-the-flaw' },
    { type: 'match accuracy, standard error', value: '0.25', slice: 'find-the-flaw' },
    { type: 'match mean', value: '3', slice: 'find-the-flaw' },
  ])
  const names = component.modelCard.properties.map(({ name }: { name: string }) => name)
  assert.ok(names.includes('parley:evaluation:outcome:success'))
})

test('a time that is none is left out of a model card, and 0 in events', () => {
  const timeless = { ...result, createdAt: 'soon', completedAt: null }
  assert.equal(modelCardOf(timeless)['metadata'], undefined)
  const attempt = { task: 'a', attempt: 1, outcome: 'success', score: 1 }
  const [line = ''] = eventLines(timeless, null, [attempt])
  assert.match(line, /"timeUnixNano":"0"/)
})

test('each attempt is an event; one without a score has none, and a fault is an error', () => {
  const attempts = [
    { task: 'a', attempt: 1, outcome: 'success', score: 1 },
    { task: 'b', attempt: 2, outcome: 'not_run', score: null, error: 'planned' },
  ]
  const lines = [...eventLines(result, 'match', Array(600).fill(attempts).flat())]
  assert.equal(lines.length, 3)
  const [{ scopeLogs }] = JSON.parse(lines[0] ?? '').resourceLogs
  const [first, second] = scopeLogs[0].logRecords
  assert.equal(first.timeUnixNano, '1793530800500000000')
  assert.equal(first.eventName, 'gen_ai.evaluation.result')
  const keysOf = ({ attributes }: { attributes: { key: string }[] }) =>
    attributes.map(({ key }) => key)
  assert.deepEqual(keysOf(first), [
    'gen_ai.evaluation.name',
    'gen_ai.evaluation.score.value',
    'gen_ai.evaluation.score.label',
    'parley.evaluation.sample',
    'parley.evaluation.attempt',
  ])
  assert.deepEqual(keysOf(second).slice(1, 4), [
    'gen_ai.evaluation.score.label',
    'gen_ai.evaluation.explanation',
    'error.type',
  ])
})

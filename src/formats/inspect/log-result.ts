import type {
  EvaluationCounts,
  EvaluationMetric,
  EvaluationResult,
} from '#formats/evaluation/evaluation-result.ts'
import { Reader } from '#formats/json/reader.ts'
import type { Attempts } from './attempts.ts'
import type { InspectLog, LogScore } from './log.ts'

const limitNames = [
  ...['token_limit', 'message_limit', 'turn_limit', 'time_limit', 'working_limit', 'cost_limit'],
]

export function countsOf({ attempts, planned, present }: Attempts): EvaluationCounts {
  const byOutcome = new Map<string, number>()
  for (const { outcome } of attempts) byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1)
  return { planned, present, byOutcome }
}

/** What a log came to: its own metrics, and how its attempts were counted. */
export function resultOf({ header }: InspectLog, counts: EvaluationCounts): EvaluationResult {
  const config = new Reader(header.json).object('eval').object('config')
  const limits = limitNames.flatMap((name): [string, number][] => {
    const limit = config.number(name)
    return limit === undefined ? [] : [[name, limit]]
  })
  return {
    id: header.evalId ?? header.runId ?? `${header.task} ${header.createdAt ?? ''}`.trim(),
    task: header.task,
    taskVersion: header.taskVersion,
    dataset: header.dataset,
    sampleIds: header.sampleIds,
    model: header.model,
    library: { name: 'inspect_ai', version: header.packages.get('inspect_ai') ?? null },
    status: header.status,
    createdAt: header.createdAt,
    startedAt: header.startedAt,
    completedAt: header.completedAt,
    epochs: header.epochs,
    limits: new Map(limits),
    metrics: header.scores.flatMap(metricsOf),
    counts,
  }
}

/** Spreads of another number are told with that number. */
const spreads = ['stderr', 'std', 'bootstrap_stderr', 'var']

function metricsOf({ name, scorer, scored, metrics }: LogScore): EvaluationMetric[] {
  const named = (wanted: string): number | null =>
    metrics.find((metric) => metric.name.split('/').at(-1) === wanted)?.value ?? null
  const standardError = named('stderr') ?? named('bootstrap_stderr')
  const standardDeviation = named('std')
  return metrics.flatMap((metric): EvaluationMetric[] => {
    const short = metric.name.split('/').at(-1) ?? metric.name
    if (metric.value === null || spreads.includes(short)) return []
    const judge = name === scorer ? scorer : `${scorer}/${name}`
    const spread = { standardError, standardDeviation, samples: scored }
    return [{ scorer: judge, name: short, value: metric.value, ...spread }]
  })
}

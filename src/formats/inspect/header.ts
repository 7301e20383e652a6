import { isArray, isObject, type JsonObject, Reader } from '#formats/json/reader.ts'
import type { LogHeader, LogMetric, LogScore, SampleId } from './log.ts'

/**
 * Reads the header of a log. Members that are missing or of another kind count as absent, since
 * logs of many versions are about; only a text for the task and the model has to be there.
 */
export function headerOf(json: JsonObject): LogHeader | null {
  const log = new Reader(json)
  const spec = log.object('eval')
  const task = spec.text('task')
  const model = spec.text('model')
  if (task === undefined || model === undefined) return null
  const results = log.object('results')
  const stats = log.object('stats')
  const dataset = spec.object('dataset')
  return {
    version: log.number('version') ?? null,
    status: log.text('status') ?? 'started',
    task,
    taskVersion: spec.textish('task_version') ?? null,
    model,
    evalId: spec.text('eval_id') ?? null,
    runId: spec.text('run_id') ?? null,
    createdAt: spec.text('created') ?? null,
    startedAt: stats.text('started_at') ?? null,
    completedAt: stats.text('completed_at') ?? null,
    dataset: dataset.text('name') ?? null,
    sampleIds: idsOf(dataset),
    epochs: countOf(spec.object('config').raw('epochs')) ?? 1,
    samplesTotal: countOf(results.raw('total_samples')),
    samplesCompleted: countOf(results.raw('completed_samples')),
    scorers: spec.objects('scorers').flatMap((scorer) => scorer.text('name') ?? []),
    scores: results.objects('scores').map(scoreOf),
    error: log.object('error').text('message') ?? null,
    isInvalidated: log.boolean('invalidated') ?? false,
    packages: packagesOf(spec),
    json,
  }
}

/** More than any data set has; a larger claim is no count. */
const countMax = 1e9

const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= countMax
    ? value
    : null

function idsOf(dataset: Reader): SampleId[] {
  const ids = dataset.raw('sample_ids')
  if (!isArray(ids)) return []
  return ids.filter((id) => typeof id === 'string' || typeof id === 'number')
}

function packagesOf(spec: Reader): Map<string, string> {
  const packages = spec.raw('packages')
  const found = new Map<string, string>()
  for (const [name, version] of Object.entries(isObject(packages) ? packages : {})) {
    if (typeof version === 'string') found.set(name, version)
  }
  return found
}

function scoreOf(score: Reader): LogScore {
  const name = score.text('name') ?? score.text('scorer') ?? 'score'
  return {
    name,
    scorer: score.text('scorer') ?? name,
    reducer: score.text('reducer') ?? null,
    scored: countOf(score.raw('scored_samples')),
    unscored: countOf(score.raw('unscored_samples')),
    metrics: score.entries('metrics').map(([key, metric]) => metricOf(key, metric)),
  }
}

function metricOf(key: string, metric: Reader): LogMetric {
  const value = metric.raw('value')
  return {
    name: metric.text('name') ?? key,
    value: typeof value === 'number' && Number.isFinite(value) ? value : null,
  }
}

/** How many attempts were planned: the samples of the data set times the epochs. */
export const plannedOf = ({ sampleIds, epochs, samplesTotal }: LogHeader): number =>
  Math.max(sampleIds.length * epochs, samplesTotal ?? 0)

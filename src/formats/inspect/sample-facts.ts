import { isObject, type JsonObject, Reader } from '#formats/json/reader.ts'
import type { SampleId } from './log.ts'

/** What one scorer said of a sample. */
export type SampleScore = {
  readonly scorer: string
  /** A letter, word, number, truth, or a list or object of these. */
  readonly value: unknown
  /** Why the score is out of the ordinary, in Inspect's words or the scorer's own. */
  readonly reason: string | null
}

export type SampleError = { readonly message: string; readonly traceback: string }

/** What a sample, or its row in the summaries, says of how it went. */
export type SampleFacts = {
  readonly id: SampleId
  readonly epoch: number
  /** Null where nothing was scored. */
  readonly scores: readonly SampleScore[] | null
  readonly error: SampleError | null
  /** The kind of limit that ended it: `token`, `time`, `message`, … */
  readonly limit: string | null
  readonly stopReason: string | null
  /** What the endpoint said of a stop: `refusal`, a category, … */
  readonly stopKind: string | null
  readonly invalidated: string | null
  readonly tokens: number | null
  readonly seconds: number | null
  /** True only where the log says so: a row may be written before its sample ended. */
  readonly isCompleted: boolean | null
}

/** The facts of a sample or a summary; null where it has no id. */
export function factsOf(json: JsonObject): SampleFacts | null {
  const { id } = json
  if (typeof id !== 'string' && typeof id !== 'number') return null
  const sample = new Reader(json)
  const [choice] = sample.object('output').objects('choices')
  const stop = choice?.object('stop_details')
  return {
    id,
    epoch: sample.number('epoch') ?? 1,
    scores: scoresOf(sample),
    error: errorOf(sample.raw('error')),
    limit: limitOf(sample.raw('limit')),
    stopReason: choice?.text('stop_reason') ?? null,
    stopKind: stop?.text('type') ?? stop?.text('category') ?? null,
    invalidated: invalidationOf(sample.raw('invalidation')),
    tokens: tokensOf(sample),
    seconds: sample.number('total_time') ?? null,
    isCompleted: sample.boolean('completed') ?? null,
  }
}

function scoresOf(sample: Reader): SampleScore[] | null {
  const scores = sample.raw('scores')
  // Logs before scorers had names hold one score, without a name.
  const single = sample.raw('score')
  const all = isObject(scores) ? scores : isObject(single) ? { score: single } : null
  if (all === null || Object.keys(all).length === 0) return null
  return Object.entries(all).flatMap(([scorer, score]) => {
    if (!isObject(score)) return []
    const metadata = isObject(score['metadata']) ? score['metadata'] : {}
    const reason = score['reason'] ?? metadata['unscored_reason']
    return [{ scorer, value: score['value'], reason: typeof reason === 'string' ? reason : null }]
  })
}

/** A sample has an object, a summary a text. */
function errorOf(error: unknown): SampleError | null {
  if (typeof error === 'string') return { message: error, traceback: '' }
  if (!isObject(error)) return null
  const { message, traceback } = error
  return {
    message: typeof message === 'string' && message !== '' ? message : 'an error without words',
    traceback: typeof traceback === 'string' ? traceback : '',
  }
}

function limitOf(limit: unknown): string | null {
  if (typeof limit === 'string') return limit
  const type = isObject(limit) ? limit['type'] : null
  return typeof type === 'string' ? type : null
}

function invalidationOf(invalidation: unknown): string | null {
  if (!isObject(invalidation)) return null
  const { reason, author } = invalidation
  if (typeof reason === 'string' && reason !== '') return reason
  return typeof author === 'string' ? `by ${author}` : 'without a reason'
}

function tokensOf(sample: Reader): number | null {
  const usage = sample.raw('model_usage')
  if (!isObject(usage)) return null
  let total: number | null = null
  for (const each of Object.values(usage)) {
    const tokens = isObject(each) ? each['total_tokens'] : null
    if (typeof tokens === 'number' && Number.isFinite(tokens)) total = (total ?? 0) + tokens
  }
  return total
}

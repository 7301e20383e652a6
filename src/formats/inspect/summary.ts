import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'

/** Members that a summary has as the sample has them. */
const kept = [
  ...['id', 'epoch', 'choices', 'target', 'description', 'model_usage', 'role_usage'],
  ...['model_fallbacks', 'started_at', 'completed_at', 'total_time', 'working_time', 'uuid'],
  ...['turn_count', 'token_limit', 'token_limit_type', 'token_limit_usage'],
  ...['message_limit', 'time_limit'],
]

const textMax = 1024

/**
 * The row for a sample in `summaries.json`: what a table of all samples shows, with long texts cut
 * short. Made of a sample with or without its messages and events.
 *
 * Source: `EvalSampleSummary` of inspect_ai.
 */
export function summaryOf(sample: JsonObject): JsonObject {
  const row: { [name: string]: unknown } = {}
  for (const name of kept) {
    const value = sample[name]
    if (value !== undefined && value !== null) row[name] = value
  }
  row['input'] = inputOf(sample['input'])
  row['target'] ??= ''
  row['metadata'] = thinned(sample['metadata'])
  if (isObject(sample['scores'])) row['scores'] = scoresOf(sample['scores'])
  const { error, limit, error_retries: retries, messages } = sample
  if (isObject(error)) row['error'] = shortened(error['message'])
  if (isObject(limit)) row['limit'] = limit['type']
  if (isArray(retries)) row['retries'] = retries.length
  if (isArray(messages)) row['message_count'] = messages.length
  row['completed'] = true
  return row
}

const shortened = (value: unknown): string => {
  const text = typeof value === 'string' ? value : ''
  return text.length <= textMax ? text : `${text.slice(0, textMax).toWellFormed()}…`
}

/** Messages of an input are kept with the texts that they start with. */
function inputOf(input: unknown): unknown {
  if (!isArray(input)) return shortened(input)
  return input.filter(isObject).map((message) => {
    const { content } = message
    const parts = isArray(content) ? content.filter(isObject) : []
    const texts = parts.flatMap((part) => (typeof part['text'] === 'string' ? part['text'] : []))
    const text = typeof content === 'string' ? content : texts.join(' ')
    return { role: message['role'], content: shortened(text), source: 'input' }
  })
}

/** Plain values only; what is larger stays with the sample. */
function thinned(metadata: unknown): JsonObject {
  if (!isObject(metadata)) return {}
  const members = Object.entries(metadata).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, shortened(value)]]
    return typeof value === 'object' && value !== null ? [] : [[name, value]]
  })
  return Object.fromEntries(members)
}

function scoresOf(scores: JsonObject): JsonObject {
  const rows = Object.entries(scores).flatMap(([name, score]) => {
    if (!isObject(score)) return []
    const { value, answer, explanation, reason, metadata } = score
    const row = {
      value,
      ...(typeof answer === 'string' && { answer: shortened(answer) }),
      ...(typeof explanation === 'string' && { explanation: shortened(explanation) }),
      ...(typeof reason === 'string' && { reason }),
      ...(isObject(metadata) && { metadata: thinned(metadata) }),
    }
    return [[name, row]]
  })
  return Object.fromEntries(rows)
}

import type { ToldError } from './outcome.ts'
import { isCount, type Told } from './usage.ts'

/** What was read on the way past an answer. */
export type Reading = {
  told: Told
  textBytes: number
  hasRefused: boolean
  /** The model said that it is done. */
  isDone: boolean
  error: ToldError | null
  isMalformed: boolean
}

export const nothingRead = (): Reading => ({
  ...{ told: { input: null, output: null }, textBytes: 0, hasRefused: false, isDone: false },
  ...{ error: null, isMalformed: false },
})

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
const textAt = (value: unknown, name: string): string | null => {
  const found = memberOf(value, name)
  return typeof found === 'string' ? found : null
}
const listAt = (value: unknown, name: string): readonly unknown[] => {
  const found = memberOf(value, name)
  return Array.isArray(found) ? found : []
}

const ends: ReadonlySet<string> = new Set([
  ...['message_stop', 'response.completed', 'response.incomplete', 'response.failed'],
])
/** By which the model, or a filter on its words, says that it will not. */
const refusals: ReadonlySet<string> = new Set(['content_filter', 'refusal'])

/** Takes from one event of a stream what matters. */
export function readEvent(event: unknown, into: Reading): void {
  const type = textAt(event, 'type')
  const response = memberOf(event, 'response')
  takeUsage(into, memberOf(event, 'usage'))
  takeUsage(into, memberOf(memberOf(event, 'message'), 'usage'))
  takeUsage(into, memberOf(response, 'usage'))
  takeError(into, memberOf(event, 'error') ?? memberOf(response, 'error'))
  if (type === 'error' && into.error === null) takeError(into, event)
  if (type !== null && ends.has(type)) into.isDone = true
  if (type?.startsWith('response.refusal')) into.hasRefused = true
  if (response !== undefined) takeEnd(into, response)
  takeEnd(into, event)
  const delta = memberOf(event, 'delta')
  takeEnd(into, delta)
  if (typeof delta === 'string' || type === 'content_block_delta') into.textBytes += textIn(delta)
  for (const choice of listAt(event, 'choices')) into.textBytes += textIn(memberOf(choice, 'delta'))
}

/** Takes from a whole answer what matters. */
export function readWhole(answer: unknown, into: Reading): void {
  takeUsage(into, memberOf(answer, 'usage'))
  takeError(into, memberOf(answer, 'error'))
  takeEnd(into, answer)
  into.isDone = true
  for (const choice of listAt(answer, 'choices')) {
    into.textBytes += textIn(memberOf(choice, 'message'))
  }
  into.textBytes += textIn(memberOf(answer, 'content')) + textIn(memberOf(answer, 'output'))
}

function takeEnd(into: Reading, value: unknown): void {
  if (value === null || typeof value !== 'object') return
  const reasons = [
    textAt(value, 'stop_reason'),
    textAt(memberOf(value, 'incomplete_details'), 'reason'),
  ]
  for (const choice of listAt(value, 'choices')) {
    const finish = textAt(choice, 'finish_reason')
    if (finish !== null) into.isDone = true
    reasons.push(finish)
    for (const part of [memberOf(choice, 'message'), memberOf(choice, 'delta')]) {
      if (textAt(part, 'refusal')) into.hasRefused = true
    }
  }
  for (const item of listAt(value, 'output')) {
    const parts = listAt(item, 'content')
    if (parts.some((part) => textAt(part, 'type') === 'refusal')) into.hasRefused = true
  }
  if (reasons.some((reason) => reason !== null && refusals.has(reason))) into.hasRefused = true
}

function takeError(into: Reading, error: unknown): void {
  if (error === null || error === undefined) return
  const message = typeof error === 'string' ? error : textAt(error, 'message')
  const code = memberOf(error, 'code')
  into.error = {
    type: codeOf(memberOf(error, 'type')),
    code: codeOf(code),
    innerCode: codeOf(memberOf(memberOf(error, 'innererror'), 'code')),
    message: message?.slice(0, 2_000) ?? null,
  }
}

/** Codes go into the access log, so that they have to be codes. */
const codeOf = (value: unknown): string | null =>
  (typeof value === 'string' || typeof value === 'number') && /^[\w.:-]{1,64}$/.test(`${value}`)
    ? String(value)
    : null

const inputNames = ['prompt_tokens', 'input_tokens'] as const
/** Anthropic counts what the cache gave or took beside the input, OpenAI within it. */
const besideNames = ['cache_creation_input_tokens', 'cache_read_input_tokens'] as const
const outputNames = ['completion_tokens', 'output_tokens'] as const

/** Streams tell it in parts, which grow; the largest of each is what was used. */
function takeUsage(into: Reading, usage: unknown): void {
  if (typeof usage !== 'object' || usage === null) return
  const count = (name: string): number | null => {
    const value = memberOf(usage, name)
    if (value === undefined || value === null) return null
    if (isCount(value)) return value
    into.isMalformed = true
    return null
  }
  const beside = besideNames.map(count).reduce<number>((sum, one) => sum + (one ?? 0), 0)
  const input = largest(inputNames.map(count))
  const { told } = into
  into.told = {
    input: largest([told.input, input === null ? null : input + beside]),
    output: largest([told.output, ...outputNames.map(count)]),
  }
}

const largest = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((most, one) => (one !== null && (most === null || one > most) ? one : most), null)

/** Members whose texts are no words of the model. */
const noWords: ReadonlySet<string> = new Set([
  ...['type', 'id', 'role', 'status', 'object', 'call_id', 'item_id', 'signature'],
  ...['encrypted_content', 'data', 'b64_json', 'image_url', 'url', 'stop_reason'],
])

/** Bytes of words in what a model gives: texts, reasoning, arguments of tools. */
function textIn(value: unknown, depth = 0): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value !== 'object' || value === null || depth > 12) return 0
  let bytes = 0
  for (const [name, member] of Object.entries(value)) {
    if (!noWords.has(name)) bytes += textIn(member, depth + 1)
  }
  return bytes
}

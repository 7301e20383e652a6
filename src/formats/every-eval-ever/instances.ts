import { createHash } from 'node:crypto'
import type { Attempt, Attempts } from '#formats/inspect/attempts.ts'
import { contentOf } from '#formats/inspect/content.ts'
import { type InspectLog, keyOf, type LogRemark } from '#formats/inspect/log.ts'
import { type LogSample, samplesOf } from '#formats/inspect/samples.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { Unread } from '#formats/zip/source.ts'
import { reasoningOf, type Turn, textOf, turnOf } from './turns.ts'

/** What ties records of attempts to the aggregate record. */
export type InstanceLink = {
  readonly evaluationId: string
  readonly model: string
  readonly task: string
  /** Of the one result of the aggregate that these scores make up; null where it has none. */
  readonly resultId: string | null
}

/** A record, in pieces of its text; the last one ends its line. What was lost comes as remarks. */
export type InstancePiece = string | LogRemark

/**
 * A record for each attempt that was planned, in JSON Lines: what was asked, said and scored.
 * Texts of any length go through in pieces.
 *
 * Source: Every Eval Ever 0.3.0, `instance_level_eval.schema.json`.
 */
export async function* instancesOf(
  log: InspectLog,
  { attempts, scorer }: Attempts,
  link: InstanceLink,
): AsyncGenerator<InstancePiece> {
  const left = new Map(attempts.map((each) => [keyOf(each.task, each.attempt), each]))
  for await (const sample of samplesOf(log)) {
    const key = keyOf(sample.entry.id, sample.entry.epoch)
    const attempt = left.get(key)
    left.delete(key)
    if (attempt === undefined) continue
    if (sample.is === 'unreadable') yield bareLine(attempt, link)
    else yield* sampleLine(log, sample, { attempt, link, scorer })
  }
  for (const attempt of left.values()) yield bareLine(attempt, link)
}

/** Of what was said nothing is there. */
function bareLine(attempt: Attempt, link: InstanceLink): string {
  const nothing = { interaction_type: 'single_turn', output: { raw: [] }, answer_attribution: [] }
  const asked = { raw: '', reference: [] }
  const record = { ...headOf(attempt, link), input: asked, ...nothing, ...endOf(attempt, {}) }
  return `${JSON.stringify(record)}\n`
}

const headOf = (attempt: Attempt, { evaluationId, model, task, resultId }: InstanceLink) => ({
  schema_version: '0.3.0',
  evaluation_id: evaluationId,
  model_id: model,
  evaluation_name: task,
  ...(resultId !== null && { evaluation_result_id: resultId }),
  sample_id: attempt.task,
})

type Counts = { readonly num_turns?: number; readonly tool_calls_count?: number }

/**
 * A score is asked for: where there is none it is 0, the error says so, and so does `outcome`,
 * which readers have to look at before they make a mean of scores.
 */
function endOf({ outcome, score, error, attempt }: Attempt, counts: Counts): JsonObject {
  const why = error ?? (score === null ? 'there is no score' : null)
  return {
    evaluation: { score: score ?? 0, is_correct: outcome === 'success', ...counts },
    ...(why !== null && { error: `${outcome}: ${why}` }),
    metadata: { outcome, has_score: String(score !== null), epoch: String(attempt) },
  }
}

type Read = Extract<LogSample, { is: 'sample' }>
type Scored = {
  readonly attempt: Attempt
  readonly link: InstanceLink
  readonly scorer: string | null
}

async function* sampleLine(
  log: InspectLog,
  sample: Read,
  { attempt, link, scorer }: Scored,
): AsyncGenerator<InstancePiece> {
  const { members, entry } = sample
  const said = await heard(log, sample)
  if (typeof said === 'string') {
    yield { why: `sample ${entry.id} of epoch ${entry.epoch}: ${said}`, isLost: true }
    yield bareLine(attempt, link)
    return
  }
  const input = askedOf(members)
  const head = { ...headOf(attempt, link), sample_hash: hashOf(input), input }
  const isSingle = said.calls === 0 && said.answers <= 1
  const type = isSingle ? 'single_turn' : said.calls > 0 ? 'agentic' : 'multi_turn'
  const from = isSingle ? { turn: 0, source: 'output.raw' } : { turn: said.last, source: inTurn }
  const answer = attributionOf(members, { scorer, ...from })
  const counts = { num_turns: Math.max(1, said.answers), tool_calls_count: said.calls }
  const end = {
    interaction_type: type,
    answer_attribution: answer,
    ...endOf(attempt, counts),
    ...usageOf(members),
    ...(sample.facts.seconds !== null && {
      performance: { latency_ms: Math.max(0, sample.facts.seconds * 1_000) },
    }),
  }
  if (isSingle) {
    yield `${JSON.stringify({ ...head, ...end, output: outputOf(members, said.turns) })}\n`
    return
  }
  yield `${JSON.stringify({ ...head, ...end }).slice(0, -1)},"messages":[`
  let count = 0
  const turns = said.isWhole ? said.turns : turnsOf(log, sample)
  for await (const turn of turns) yield `${count++ === 0 ? '' : ','}${JSON.stringify(turn)}`
  yield ']}\n'
}

const inTurn = 'messages[turn_idx].content'

type Heard = {
  /** All turns, unless they are too much to be held. */
  readonly turns: readonly Turn[]
  readonly isWhole: boolean
  readonly answers: number
  readonly calls: number
  /** Where the last answer is. */
  readonly last: number
}

const heldCharsMax = 16 * 2 ** 20

/** Goes through a conversation before anything of it is written, or says why that cannot be. */
async function heard(log: InspectLog, sample: Read): Promise<Heard | string> {
  const turns: Turn[] = []
  let [chars, answers, calls, last] = [0, 0, 0, 0]
  try {
    for await (const turn of turnsOf(log, sample)) {
      chars += JSON.stringify(turn).length
      if (chars <= heldCharsMax) turns.push(turn)
      if (turn.role === 'tool') calls = Math.max(calls, 1)
      if (turn.role !== 'assistant') continue
      answers++
      calls += turn.tool_calls?.length ?? 0
      last = turn.turn_idx
    }
  } catch (error) {
    if (error instanceof Unread) return error.refusal.why
    throw error
  }
  return { turns, isWhole: chars <= heldCharsMax, answers, calls, last }
}

async function* turnsOf(log: InspectLog, { entry }: Read): AsyncGenerator<Turn> {
  let index = 0
  for await (const { is, value } of contentOf(log.source, entry)) {
    const turn = is === 'message' ? turnOf(value, index) : null
    if (turn === null) continue
    index++
    yield turn
  }
}

type Asked = {
  readonly raw: string
  readonly reference: readonly string[]
  readonly choices?: readonly string[]
}

/** What the model was asked and what was expected; answers of a model are no part of the input. */
function askedOf({ input, target, choices }: JsonObject): Asked {
  const asked = isArray(input) ? input.filter(isObject) : []
  const texts = asked
    .filter(({ role }) => role === 'user' || role === 'system')
    .flatMap(({ content }) => textOf(content) ?? [])
  const raw = typeof input === 'string' ? input : texts.join('\n')
  const reference = textsOf(isArray(target) ? target : [target])
  return { raw, reference, ...(isArray(choices) && { choices: textsOf(choices) }) }
}

const textsOf = (values: readonly unknown[]): string[] =>
  values.flatMap((value) => {
    if (value === null || value === undefined) return []
    return [typeof value === 'string' ? value : JSON.stringify(value)]
  })

/** As Python writes the JSON of it with sorted keys, no blanks and nothing but ASCII. */
function hashOf({ raw, reference }: Asked): string {
  const text = JSON.stringify({ raw, reference }).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return createHash('sha256').update(text).digest('hex')
}

type AnswerPlace = {
  readonly scorer: string | null
  readonly turn: number
  readonly source: string
}

/** The answer that the scorer says it judged. */
function attributionOf({ scores }: JsonObject, { scorer, turn, source }: AnswerPlace) {
  if (!isObject(scores)) return []
  const all = Object.entries(scores)
  const [name, score] =
    all.find(([each]) => each === scorer) ?? (all.length === 1 ? all : [])[0] ?? []
  const answer = isObject(score) ? score['answer'] : null
  if (name === undefined || typeof answer !== 'string') return []
  const told = { extracted_value: answer, extraction_method: name, is_terminal: true }
  return [{ turn_idx: turn, source, ...told }]
}

/** Every completion, or where the log has none of them the one answer of the conversation. */
function outputOf({ output }: JsonObject, turns: readonly Turn[]): JsonObject {
  const choices = isObject(output) && isArray(output['choices']) ? output['choices'] : []
  const messages = choices.flatMap((choice) => {
    const message = isObject(choice) ? choice['message'] : null
    return isObject(message) ? [message] : []
  })
  if (messages.length === 0) {
    const answers = turns.filter(({ role }) => role === 'assistant')
    return { raw: answers.map(({ content }) => content ?? '') }
  }
  const thought = messages.flatMap(({ content }) => reasoningOf(content))
  const raw = messages.map(({ content }) => textOf(content) ?? '')
  return { raw, ...(thought.length > 0 && { reasoning_trace: thought }) }
}

const usageNames = ['input_tokens', 'output_tokens', 'total_tokens'] as const

/** Of all models together; left out where one of the three numbers is missing. */
function usageOf({ model_usage: usage }: JsonObject): JsonObject {
  const each = isObject(usage) ? Object.values(usage).filter(isObject) : []
  const sums = usageNames.map((name) => {
    const counts = each.map((one) => one[name])
    return counts.every(isCount) ? counts.reduce((sum, count) => sum + count, 0) : null
  })
  if (each.length === 0 || sums.includes(null)) return {}
  return { token_usage: Object.fromEntries(usageNames.map((name, at) => [name, sums[at]])) }
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

import { constants } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { EvalLogWriter } from '#formats/inspect/write-log.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import type { ByteSink } from '#formats/zip/writer.ts'
import { no } from '#kernel/result.ts'
import { splitLines } from '#platform/files/lines.ts'
import type { Sample } from '../sample.ts'
import { decodeEvent, type TranscriptEvent } from '../transcript.ts'
import type { RunPlan } from './plan.ts'
import type { RunStatus } from './progress.ts'
import { transcriptPath } from './sample-folder.ts'

export type LoggedRun = {
  readonly folder: string
  readonly plan: RunPlan
  readonly samples: readonly Sample[]
  readonly state: RunStatus['state']
  readonly version: string
}

const scorer = 'verifier'

/** Writes what a run came to as a log that Inspect opens, sample by sample. */
export async function writeInspectLog(run: LoggedRun, sink: ByteSink): Promise<void> {
  const { folder, plan, samples, state } = run
  const created = timeOf(earliest(samples) ?? new Date(0).toISOString())
  const writer = await EvalLogWriter.begin(sink, { eval: specOf(run, created) })
  for (const sample of samples) {
    // What was never run is planned and not there: readers count it as such.
    if (sample.outcome === 'not_run') continue
    const messages: JsonObject[] = []
    for await (const event of eventsOf(transcriptPath(folder, sample))) {
      const message = messageOf(event)
      if (message !== null) messages.push(message)
    }
    await writer.add(loggedSample(sample, { plan, messages }))
  }
  const last = samples
    .map(({ endedAt }) => endedAt)
    .sort()
    .at(-1)
  await writer.finish({
    status: state === 'complete' || state === 'ended' ? 'success' : 'cancelled',
    results: resultsOf(run),
    stats: {
      started_at: created,
      completed_at: last === undefined ? created : timeOf(last),
      model_usage: {},
    },
  })
}

const earliest = (samples: readonly Sample[]): string | undefined =>
  samples.map(({ startedAt }) => startedAt).sort()[0]

/** Inspect wants an offset. */
const timeOf = (iso: string): string => iso.replace(/Z$/, '+00:00')

function specOf({ plan, version }: LoggedRun, created: string): JsonObject {
  const { pack, model, scaffold, declaration, epochs, tasks, tokenBudget } = plan
  return {
    ...{ eval_id: pack.digest.slice(0, 22), run_id: pack.digest.slice(22, 44), created },
    ...{
      task: `parley/${pack.name}`,
      task_id: pack.digest.slice(0, 22),
      task_version: pack.version,
    },
    ...{ task_attribs: {}, task_args: {}, model, model_args: {}, model_generate_config: {} },
    dataset: {
      ...{ name: pack.name, samples: tasks.length, sample_ids: tasks.map(({ id }) => id) },
      shuffled: true,
    },
    config: { epochs, ...(tokenBudget !== null && { token_limit: tokenBudget }) },
    packages: { parley: version },
    scorers: [{ name: scorer, options: {}, metrics: [], metadata: {} }],
    metadata: {
      pack_label: pack.label,
      scaffold: scaffold.name,
      protocol: scaffold.digest,
      declaration,
    },
  }
}

/** Both bounds of the mean, so that what is missing leaves neither. */
function resultsOf({ plan, samples }: LoggedRun): JsonObject {
  const total = plan.tasks.length * plan.epochs
  const judged = samples.filter(({ reward }) => reward !== null)
  const sum = judged.reduce((all, { reward }) => all + (reward ?? 0), 0)
  const failed = samples.filter(({ outcome }) => asFailure.has(outcome)).length
  const metric = (name: string, value: number) => ({ [name]: { name, value, params: {} } })
  const missing = total - judged.length - failed
  return {
    total_samples: total,
    completed_samples: samples.filter(({ outcome }) => outcome !== 'not_run').length,
    scores: [
      {
        ...{ name: scorer, scorer, params: {} },
        ...{ scored_samples: total - missing, unscored_samples: missing },
        metrics: {
          ...metric('mean_if_missing_failed', sum / total),
          ...metric('mean_if_missing_succeeded', (sum + missing) / total),
        },
      },
    ],
  }
}

const asFailure: ReadonlySet<string> = new Set(['model_refusal', 'budget_exhausted'])

/** Read line by line: a transcript may be larger than what one wants to hold. */
async function* eventsOf(path: string): AsyncGenerator<TranscriptEvent> {
  let n = 0
  for await (const line of splitLines(createReadStream(path), constants.MAX_STRING_LENGTH)) {
    const event = line === null ? no('is too long') : decodeEvent(line.toString('utf8'), n++)
    if (!event.ok) throw new Error(`${path}:${n}: ${event.refusal}`)
    yield event.value
  }
}

function messageOf(event: TranscriptEvent): JsonObject | null {
  switch (event.is) {
    case 'system':
    case 'user':
      return { role: event.is, content: event.text, source: 'input' }
    case 'assistant': {
      const { text, reasoning, calls } = event
      const content =
        reasoning === undefined
          ? text
          : [
              { type: 'reasoning', reasoning },
              { type: 'text', text },
            ]
      const tool_calls = calls.map(({ id, tool, input }) => ({
        ...{ id, function: tool, arguments: argumentsOf(input), type: 'function' },
      }))
      return {
        role: 'assistant',
        content,
        source: 'generate',
        ...(calls.length > 0 && { tool_calls }),
      }
    }
    case 'tool':
      return {
        ...{ role: 'tool', content: event.output, tool_call_id: event.call, function: event.tool },
      }
    default:
      return null
  }
}

/** Arguments that are no object are told as they were said. */
function argumentsOf(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { input }
}

type Logged = { readonly plan: RunPlan; readonly messages: readonly JsonObject[] }

function loggedSample(sample: Sample, { plan, messages }: Logged) {
  const { task, epoch, tokens, startedAt, endedAt, turns, workingMs } = sample
  const { family, difficulty, outcome, why, contaminations, transcriptSha256 } = sample
  const { input: input_tokens, output: output_tokens } = tokens
  const instruction = messages.find(({ role }) => role === 'user')?.['content']
  const usage = { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens }
  return {
    ...{ id: task, epoch, input: typeof instruction === 'string' ? instruction : '', target: '' },
    ...{ messages, output: { model: plan.model, choices: [], completion: '' } },
    ...endOf(sample),
    metadata: {
      family,
      difficulty,
      outcome,
      why,
      contaminations,
      transcript_sha256: transcriptSha256,
    },
    ...{ store: {}, events: [], attachments: {}, model_usage: { [plan.model]: usage } },
    ...{ started_at: timeOf(startedAt), completed_at: timeOf(endedAt) },
    total_time: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000,
    working_time: workingMs / 1000,
    uuid: transcriptSha256.slice(0, 22),
    ...{ turn_count: turns, token_limit: sample.tokenLimit },
  }
}

/** How an attempt ended, in the words by which Inspect's readers tell outcomes apart. */
function endOf({ outcome, reward, why, tokenLimit }: Sample): JsonObject {
  const score = (value: unknown): JsonObject => ({
    scores: { [scorer]: { value, ...(why !== null && { explanation: why }), history: [] } },
  })
  const error = (message: string): JsonObject => ({
    error: { message, traceback: message, traceback_ansi: message },
  })
  switch (outcome) {
    case 'success':
    case 'failure':
      return score(reward)
    case 'model_refusal':
      return score('N')
    case 'budget_exhausted':
      return { ...score(0), limit: { type: limitOf(why), limit: tokenLimit } }
    case 'safeguard_block':
      return error(`safeguard block: ${why}`)
    case 'infra_error':
      return error(why ?? 'the machinery failed')
    default:
      // What nobody could judge has no score.
      return {}
  }
}

const limitTypes = [
  [/limit of tokens|its \d+ tokens/, 'token'],
  [/limit of time/, 'time'],
  [/limit of cost/, 'cost'],
] as const

const limitOf = (why: string | null): string =>
  limitTypes.find(([sign]) => sign.test(why ?? ''))?.[1] ?? 'custom'

import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'

/** One attempt, as far as an event tells of it. */
export type EvaluatedAttempt = {
  readonly task: string
  readonly attempt: number
  readonly outcome: string
  readonly score: number | null
  readonly error?: string
}

/** Outcomes that are faults of the evaluating, and not of the model. */
const faults = ['infra_error', 'grader_error', 'not_run']
const eachLine = 500

/**
 * Attempts as events `gen_ai.evaluation.result`, in lines of OTLP JSON as a file exporter writes
 * them, so many events a line.
 *
 * Source: OpenTelemetry semantic conventions for generative AI 1.41 (Development); OTLP 1.
 */
export function* eventLines(
  result: EvaluationResult,
  scorer: string | null,
  attempts: readonly EvaluatedAttempt[],
): Generator<string> {
  const named = { name: scorer ?? result.task, timeUnixNano: nanosOf(result) }
  for (let at = 0; at < attempts.length; at += eachLine) {
    const logRecords = attempts.slice(at, at + eachLine).map((each) => recordOf(each, named))
    const resource = {
      attributes: [
        text('service.name', result.library.name),
        text('gen_ai.request.model', result.model),
        text('parley.evaluation.run', result.id),
        text('parley.evaluation.task', result.task),
      ],
    }
    const scope = { name: 'parley' }
    const resourceLogs = [{ resource, scopeLogs: [{ scope, logRecords }] }]
    yield `${JSON.stringify({ resourceLogs })}\n`
  }
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } })

type Named = { readonly name: string; readonly timeUnixNano: string }

function recordOf(attempt: EvaluatedAttempt, { name, timeUnixNano }: Named) {
  const { task, outcome, score, error } = attempt
  const value =
    score === null ? [] : [{ key: 'gen_ai.evaluation.score.value', value: number(score) }]
  return {
    timeUnixNano,
    eventName: 'gen_ai.evaluation.result',
    attributes: [
      text('gen_ai.evaluation.name', name),
      ...value,
      text('gen_ai.evaluation.score.label', outcome),
      ...(error === undefined ? [] : [text('gen_ai.evaluation.explanation', error)]),
      ...(faults.includes(outcome) ? [text('error.type', outcome)] : []),
      text('parley.evaluation.sample', task),
      { key: 'parley.evaluation.attempt', value: { intValue: String(attempt.attempt) } },
    ],
  }
}

const number = (doubleValue: number) => ({ doubleValue })

/** Nanoseconds as a text, since they are more than a double holds; 0 is an unknown time. */
function nanosOf({ completedAt, createdAt }: EvaluationResult): string {
  const time = Date.parse(completedAt ?? createdAt ?? '')
  return Number.isNaN(time) ? '0' : String(BigInt(time) * 1_000_000n)
}

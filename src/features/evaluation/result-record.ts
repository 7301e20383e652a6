import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { type Capability, capabilities } from './capability.ts'
import { type Declared, parseDeclaration } from './declaration.ts'
import { placeText, type TaskResult, tasksOf } from './task-result.ts'
import { type Verdict, verdictOf } from './verdict.ts'

const name = z.string().min(1).max(500)

const AttemptShape = z.strictObject({
  task: name,
  family: name.optional(),
  stratum: name.optional(),
  attempt: name,
  outcome: z.enum(outcomes),
  /** From 0 to 1; null where the outcome is missing. */
  score: z.number().min(0).max(1).nullable(),
  tokens: z.int().min(0).optional(),
  position: z.int().min(1).optional(),
  /** How long people need for the task. */
  minutes: z.number().min(0.001).max(1_000_000).optional(),
})

/**
 * Everything that a verdict is worked out from, and nothing else: whoever holds a record comes to
 * the same verdict, today or under another policy.
 */
export const RecordShape = z.strictObject({
  kind: z.literal('evaluation-record'),
  version: z.literal(1),
  capability: z.enum(capabilities),
  model: name,
  /** How often these results were looked at before they were judged. */
  earlierLooks: z.int().min(0),
  declaration: z.unknown(),
  attempts: z.array(AttemptShape).max(1_000_000),
})
export type ResultRecord = z.infer<typeof RecordShape>

/** A record that was checked, with its digest. */
export type Recorded = {
  readonly record: ResultRecord
  readonly digest: string
  readonly declared: Declared
  readonly tasks: readonly TaskResult[]
}

export type Judgeable = {
  readonly capability: Capability
  readonly model: string
  readonly earlierLooks: number
  readonly declared: Declared
  readonly tasks: readonly TaskResult[]
}

/** The record of results; the order of tasks and attempts is that of their names. */
export function recordOf(of: Judgeable): Recorded {
  const { capability, model, earlierLooks, declared, tasks } = of
  const record: ResultRecord = {
    ...{ kind: 'evaluation-record', version: 1, capability, model, earlierLooks },
    declaration: declared.declaration,
    attempts: tasks.flatMap(({ attempts }) => attempts.map(keptOf)),
  }
  return { record, digest: digestOf(record), declared, tasks }
}

function keptOf(attempt: Attempt): ResultRecord['attempts'][number] {
  const { task, family, stratum, outcome, score, tokens, position, minutes } = attempt
  return {
    ...{ task, attempt: attempt.attempt, outcome, score },
    ...(family === undefined ? {} : { family }),
    ...(stratum === undefined ? {} : { stratum }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(position === undefined ? {} : { position }),
    ...(minutes === undefined ? {} : { minutes }),
  }
}

/** Reads a record; refuses what contradicts itself, each with a JSON pointer. */
export function parseRecord(value: unknown): Result<Recorded, readonly Refusal[]> {
  const read = RecordShape.safeParse(value)
  if (!read.success) {
    return no(
      read.error.issues.map(({ path, message }) => {
        const at = path.map((step) => `/${String(step)}`).join('')
        return { code: 'malformed', why: message, at }
      }),
    )
  }
  const record = read.data
  const declared = parseDeclaration(record.declaration)
  if (!declared.ok) {
    return no(declared.refusal.map((one) => ({ ...one, at: `/declaration${one.at ?? ''}` })))
  }
  const attempts = attemptsOf(record)
  if (!attempts.ok) return attempts
  const { models, contradictions } = tasksOf(attempts.value)
  if (contradictions.length > 0) {
    return no(contradictions.map(({ at, why }) => ({ code: 'malformed', why, at: placeText(at) })))
  }
  const tasks = models.get(record.model) ?? []
  return yes({ record, digest: digestOf(record), declared: declared.value, tasks })
}

function attemptsOf(record: ResultRecord): Result<readonly Attempt[], readonly Refusal[]> {
  const attempts: Attempt[] = []
  const refusals: Refusal[] = []
  for (const [index, one] of record.attempts.entries()) {
    const { score, family, stratum, tokens, position, minutes, ...rest } = one
    const at = `/attempts/${index}`
    const read = attemptOf({
      ...{ ...rest, model: record.model, at: { name: 'attempts', line: index + 1 } },
      ...(score === null ? {} : { score }),
      ...(family === undefined ? {} : { family }),
      ...(stratum === undefined ? {} : { stratum }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(position === undefined ? {} : { position }),
      ...(minutes === undefined ? {} : { minutes }),
    })
    if (!read.ok) refusals.push({ code: 'malformed', why: read.refusal.why, at })
    else if (read.value.score !== score) {
      const why = `the outcome ${rest.outcome} does not go with the score ${score}`
      refusals.push({ code: 'malformed', why, at: `${at}/score` })
    } else attempts.push(read.value)
  }
  return refusals.length > 0 ? no(refusals) : yes(attempts)
}

/** What the declared rule says of a record. */
export const verdictOfRecord = ({
  declared,
  tasks,
  record,
}: Recorded): Result<Verdict, readonly Refusal[]> =>
  verdictOf(declared, { tasks, earlierLooks: record.earlierLooks })

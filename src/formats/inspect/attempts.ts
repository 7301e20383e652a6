import type { Outcome } from '#formats/evaluation/outcome.ts'
import { plannedOf } from './header.ts'
import { type InspectLog, keyOf, type LogHeader, type LogRemark } from './log.ts'
import { type Judged, outcomeOf, type ScoreChoice } from './outcome.ts'
import type { SampleFacts } from './sample-facts.ts'
import { type LogSample, readSample, samplesOf, summariesOf } from './samples.ts'

/** One attempt at one task: what statistics are made of. */
export type Attempt = {
  /** The id of the sample. */
  readonly task: string
  /** The epoch, from 1. */
  readonly attempt: number
  readonly outcome: Outcome
  /** From 0 to 1; null where there is none. */
  readonly score: number | null
  /** Of all models together; null where the log does not say. */
  readonly tokens: number | null
  /** Why it is no success. */
  readonly error?: string
}

export type Attempts = {
  /** One for each that was planned or is there, those that are not there as `not_run`. */
  readonly attempts: readonly Attempt[]
  readonly planned: number
  readonly present: number
  /** Whose scores counted. */
  readonly scorer: string | null
  readonly remarks: readonly LogRemark[]
}

export type AttemptOptions = {
  readonly scorer?: string
  readonly key?: string
  /** Reads the log's own table and not the samples, which tells less of why one failed. */
  readonly isQuick?: boolean
}

/**
 * Every attempt that a log is about. What was planned and is not there is told as `not_run`: no
 * attempt leaves the denominator without a word.
 */
export async function attemptsOf(
  log: InspectLog,
  { scorer, key, isQuick = false }: AttemptOptions = {},
): Promise<Attempts> {
  const choice = choiceOf(log.header, scorer, key)
  const lost: LogRemark[] = []
  const asked = { choice, lost }
  const found = isQuick ? await fromSummaries(log, asked) : await fromSamples(log, asked)
  const attempts = [...found.values(), ...missingFrom(log.header, found)]
  return {
    attempts,
    planned: attempts.length,
    present: found.size,
    scorer: choice.scorer,
    remarks: [...remarksOf(log, found.size, scorer), ...lost],
  }
}

/** What a log says without its samples and its table of them; no outcome is known of that. */
export type Glance = Pick<Attempts, 'planned' | 'present' | 'remarks'>

export function glanceAt(log: InspectLog, scorer?: string): Glance {
  const present = log.samples.size
  const planned = Math.max(plannedOf(log.header), present)
  return { planned, present, remarks: [...remarksOf(log, present, scorer)] }
}

/** How many bytes the table has from which `attemptsOf` answers quickly; 0 where it is read. */
export const tableBytesOf = ({ summaries }: InspectLog): number =>
  summaries.is === 'read' ? 0 : summaries.members.reduce((sum, each) => sum + each.sizeBytes, 0)

function* remarksOf(log: InspectLog, present: number, scorer?: string): Generator<LogRemark> {
  const { header } = log
  yield* log.remarks
  if (header.scorers.length > 1 && scorer === undefined) {
    const all = `${header.scorers.length} scorers judged (${header.scorers.join(', ')})`
    yield { why: `${all}; ${choiceOf(header).scorer} counts`, isLost: false }
  }
  yield* unscoredIn(header)
  const told = header.samplesCompleted ?? 0
  if (told <= present) return
  const held = `its results are of ${told} samples, and it holds ${present}`
  yield { why: `${held}: the others count as not run here`, isLost: true }
}

/** Results count attempts, or samples where they first bring the epochs of each together. */
function* unscoredIn(header: LogHeader): Generator<LogRemark> {
  const planned = plannedOf(header)
  const reduced = Math.ceil(planned / Math.max(1, header.epochs))
  for (const { name, scored } of header.scores) {
    const all = scored !== null && scored > reduced ? planned : reduced
    if (scored === null || scored >= all) continue
    const why = `${all - scored} of ${all} planned samples have no score by ${name}`
    yield { why, isLost: false }
  }
}

/** The first scorer that results were made of; of an object the member that is named after it. */
function choiceOf(header: LogHeader, scorer?: string, key?: string): ScoreChoice {
  const [first] = header.scores
  const chosen = scorer ?? first?.scorer ?? header.scorers[0] ?? null
  const ofChosen = header.scores.find((each) => each.scorer === chosen)
  return { scorer: chosen, key: key ?? ofChosen?.name ?? null }
}

type Found = Map<string, Attempt>
type Asked = { readonly choice: ScoreChoice; readonly lost: LogRemark[] }

async function fromSamples(log: InspectLog, asked: Asked): Promise<Found> {
  const found: Found = new Map()
  for await (const sample of samplesOf(log)) {
    found.set(keyOf(sample.entry.id, sample.entry.epoch), ofSample(sample, asked.choice))
  }
  // Logs may be written without samples, and a log that is cut off has lost some.
  return withSummaries(found, log, asked)
}

/** Samples that the log's own table does not tell of are read themselves. */
async function fromSummaries(log: InspectLog, asked: Asked): Promise<Found> {
  const found = await withSummaries(new Map(), log, asked)
  for (const entry of log.samples.values()) {
    const key = keyOf(entry.id, entry.epoch)
    if (!found.has(key)) found.set(key, ofSample(await readSample(log.source, entry), asked.choice))
  }
  return found
}

function ofSample(sample: LogSample, choice: ScoreChoice): Attempt {
  if (sample.is === 'sample') return attemptOf(sample.facts, outcomeOf(sample.facts, choice))
  const { id, epoch } = sample.entry
  const error = `the sample cannot be read: ${sample.refusal.why}`
  const fixed = { outcome: 'infra_error', score: null, tokens: null } as const
  return { task: id, attempt: epoch, ...fixed, error }
}

async function withSummaries(found: Found, log: InspectLog, asked: Asked): Promise<Found> {
  const { choice, lost } = asked
  for await (const rows of summariesOf(log, lost)) {
    for (const facts of rows) {
      const key = keyOf(facts.id, facts.epoch)
      if (!found.has(key)) found.set(key, attemptOf(facts, outcomeOf(facts, choice)))
    }
  }
  return found
}

function attemptOf(facts: SampleFacts, { outcome, score, why }: Judged): Attempt {
  const { id, epoch, tokens } = facts
  const error = why === null ? {} : { error: why }
  return { task: String(id), attempt: epoch, outcome, score, tokens, ...error }
}

/** More than any run plans; a log that claims more is not filled up. */
const missingMax = 10_000_000

/** What was planned and is not there, by name where the log has names. */
function* missingFrom(header: LogHeader, found: Found): Generator<Attempt> {
  let listed = found.size
  const fixed = { outcome: 'not_run', score: null, tokens: null } as const
  for (const id of header.sampleIds) {
    for (let epoch = 1; epoch <= header.epochs && listed < missingMax; epoch++) {
      if (found.has(keyOf(id, epoch))) continue
      listed++
      yield { task: String(id), attempt: epoch, ...fixed, error: 'planned, but not in the log' }
    }
  }
  const planned = Math.min(plannedOf(header), missingMax)
  for (let number = 1; listed < planned; number++, listed++) {
    const error = 'planned, but the log does not say which sample this is'
    yield { task: `unnamed ${number}`, attempt: 1, ...fixed, error }
  }
}

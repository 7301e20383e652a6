import { modelCardOf } from '#formats/cyclonedx/model-card.ts'
import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import type { EvaluationSubject, SubjectVerdict } from '#formats/evaluation/subject.ts'
import { aggregateOf, evaluationIdOf, resultIdOf } from '#formats/every-eval-ever/aggregate.ts'
import { instancesOf } from '#formats/every-eval-ever/instances.ts'
import { markdownOf } from '#formats/haip/markdown.ts'
import { reportDraftOf } from '#formats/haip/report-draft.ts'
import { type Attempts, attemptsOf } from '#formats/inspect/attempts.ts'
import { writeAsEval, writeAsJson } from '#formats/inspect/convert-log.ts'
import type { InspectLog, LogRemark } from '#formats/inspect/log.ts'
import { countsOf, resultOf } from '#formats/inspect/log-result.ts'
import { eventLines } from '#formats/opentelemetry/evaluation-events.ts'
import { aiPackageOf } from '#formats/spdx/ai-package.ts'
import { assert } from '#kernel/assert.ts'
import { systemClock } from '#kernel/clock.ts'
import { type Result, yes } from '#kernel/result.ts'
import { type Sink, toFile } from './whole-file.ts'

/** What is known beside the log. */
export type Beside = {
  readonly subject: EvaluationSubject
  readonly verdict: (SubjectVerdict & { readonly model: string }) | null
}

export type FormatOptions = Beside & {
  readonly deflate?: boolean
  readonly scorer?: string
  /** Who evaluated, for formats that ask. */
  readonly organisation?: string
  /** A file for records of single attempts. */
  readonly samples?: string
}

type Writer = (log: InspectLog, sink: Sink) => Promise<Result<readonly LogRemark[]>>

const writers: Readonly<Record<string, (options: FormatOptions) => Writer>> = {
  eval:
    ({ deflate }) =>
    (log, sink) =>
      writeAsEval(log, sink, { packing: deflate ? 'deflate' : 'zstd' }),
  json: () => (log, sink) => writeAsJson(log, sink),
  'every-eval-ever': (options) => (log, sink) => writeEveryEvalEver(log, sink, options),
  cyclonedx: (options) => told(options, ({ result }) => [pretty(modelCardOf(result))]),
  spdx: (options) => told(options, (given) => [pretty(aiPackageOf(given))]),
  opentelemetry: (options) =>
    told(options, ({ result, attempts }) => eventLines(result, attempts.scorer, attempts.attempts)),
  haip: (options) => told(options, (given) => [markdownOf(reportDraftOf(given))]),
  'haip-json': (options) => told(options, (given) => [pretty(reportDraftOf(given))]),
}

/** What can be written. */
export const formatNames: readonly string[] = Object.keys(writers)

export function writerOf(format: string, options: FormatOptions): Writer {
  const writer = writers[format]
  assert(writer !== undefined, `no writer is called ${format}`)
  return writer(options)
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

type Told = Beside & {
  readonly result: EvaluationResult
  readonly attempts: Attempts
  readonly at: Date
  readonly organisation: string | null
}

/** Writes what a log came to, every sample read. */
function told(options: FormatOptions, texts: (told: Told) => Iterable<string>): Writer {
  const { subject, verdict, organisation = null } = options
  return async (log, sink) => {
    const read = await readWhole(log, options)
    const given = { ...read, subject, verdict, organisation, at: systemClock.now() }
    for (const text of texts(given)) await sink(Buffer.from(text))
    return yes(read.attempts.remarks)
  }
}

async function readWhole(log: InspectLog, { scorer }: FormatOptions) {
  const attempts = await attemptsOf(log, scorer === undefined ? {} : { scorer })
  return { attempts, result: resultOf(log, countsOf(attempts)) }
}

/** The aggregate record, and where a file is named for them the records that it is made of. */
async function writeEveryEvalEver(
  log: InspectLog,
  sink: Sink,
  options: FormatOptions,
): Promise<Result<readonly LogRemark[]>> {
  const { attempts, result } = await readWhole(log, options)
  const { organisation = 'unknown' } = options
  const by = { at: systemClock.now(), organisation, relationship: 'other' } as const
  await sink(Buffer.from(pretty(aggregateOf(result, by))))
  if (options.samples === undefined) return yes(attempts.remarks)
  const link = {
    evaluationId: evaluationIdOf(result, by),
    model: result.model,
    task: result.task,
    resultId: resultIdOf(result, attempts.scorer),
  }
  return toFile(options.samples, async (lines) => {
    const remarks = [...attempts.remarks]
    for await (const piece of instancesOf(log, attempts, link)) {
      if (typeof piece === 'string') await lines(Buffer.from(piece))
      else remarks.push(piece)
    }
    return yes(remarks)
  })
}

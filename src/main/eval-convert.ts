import { type FileHandle, open } from 'node:fs/promises'
import { modelCardOf } from '#formats/cyclonedx/model-card.ts'
import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import { aggregateOf } from '#formats/every-eval-ever/aggregate.ts'
import { type Attempts, attemptsOf } from '#formats/inspect/attempts.ts'
import { writeAsEval, writeAsJson } from '#formats/inspect/convert-log.ts'
import type { InspectLog, LogRemark } from '#formats/inspect/log.ts'
import { resultOf } from '#formats/inspect/log-result.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { eventLines } from '#formats/opentelemetry/evaluation-events.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { type Result, yes } from '#kernel/result.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { type Draft, draftOf } from './draft.ts'
import { placeIn } from './eval-log.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { notWritable, tell } from './output.ts'

export type EvalConvertOptions = {
  readonly to: string
  readonly out: string
  readonly deflate?: boolean
  readonly scorer?: string
  /** Who evaluated, for formats that ask. */
  readonly organisation?: string
}

type Sink = (bytes: Buffer) => Promise<void>
type Writer = (log: InspectLog, sink: Sink) => Promise<Result<readonly LogRemark[]>>

const writers = (options: EvalConvertOptions): ReadonlyMap<string, Writer> =>
  new Map<string, Writer>([
    [
      'eval',
      (log, sink) => writeAsEval(log, sink, { packing: options.deflate ? 'deflate' : 'zstd' }),
    ],
    ['json', (log, sink) => writeAsJson(log, sink)],
    [
      'every-eval-ever',
      told(options, (result) => [pretty(aggregateOf(result, recorded(options)))]),
    ],
    ['cyclonedx', told(options, (result) => [pretty(modelCardOf(result))])],
    [
      'opentelemetry',
      told(options, (result, { scorer, attempts }) => eventLines(result, scorer, attempts)),
    ],
  ])

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const recorded = ({ organisation = 'unknown' }: EvalConvertOptions) =>
  ({ at: systemClock.now(), organisation, relationship: 'other' }) as const

/** Writes what a log came to, every sample read. */
function told(
  { scorer }: EvalConvertOptions,
  lines: (result: EvaluationResult, attempts: Attempts) => Iterable<string>,
): Writer {
  return async (log, sink) => {
    const attempts = await attemptsOf(log, scorer === undefined ? {} : { scorer })
    for (const line of lines(resultOf(log, attempts), attempts)) await sink(Buffer.from(line))
    return yes(attempts.remarks)
  }
}

/** `parley eval convert FILE`: 4 where part of the log is lost; the rest was written. */
export async function runEvalConvert(path: string, options: EvalConvertOptions): Promise<ExitCode> {
  const known = writers(options)
  const write = known.get(options.to)
  if (write === undefined) {
    const hint = `known are ${[...known.keys()].join(', ')}`
    return refused({ code: 'bad-usage', why: `"${options.to}" is no format to write`, hint })
  }
  const file = await openFileSource(path)
  if (!file.ok) return refused(file.refusal)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) return refused(inFile(path, log.refusal))
  const written = await toFile(options.out, (sink) => write(log.value, sink))
  if (!written.ok) return refused(inFile(path, written.refusal))
  const lost = written.value.filter(({ isLost }) => isLost)
  tell(lost.map(({ why, at }) => `parley: ${placeIn(path, at)}: ${why}`))
  return lost.length > 0 ? exitCodeFor('malformed') : 0
}

const inFile = (path: string, refusal: Refusal): Refusal =>
  refusal.code === 'not-writable' ? refusal : { ...refusal, at: placeIn(path, refusal.at) }

/** Gives `write` a file that appears as a whole or not at all, or standard output for `-`. */
async function toFile<T>(
  path: string,
  write: (sink: Sink) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (path === '-') return write(toOutput)
  let draft: Draft | null = null
  let file: FileHandle | null = null
  try {
    draft = draftOf(path)
    file = await open(draft.path, 'w')
    const held = file
    const written = await write(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await held.write(bytes, at)).bytesWritten
    })
    await file.close()
    file = null
    if (written.ok) draft.keep()
    else draft.drop()
    return written
  } catch (error) {
    await file?.close()
    draft?.drop()
    if (error instanceof Error && 'syscall' in error) return notWritable(path, error)
    if (draft === null) return notWritable(path, error)
    throw error
  }
}

const toOutput: Sink = async (bytes) => {
  if (process.stdout.write(bytes)) return
  await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()))
}

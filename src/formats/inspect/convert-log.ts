import { encodeNonFinite } from '#formats/json/non-finite.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { asResult, Unread } from '#formats/zip/source.ts'
import type { ByteSink } from '#formats/zip/writer.ts'
import type { Result } from '#kernel/result.ts'
import { assembled } from './assembled.ts'
import { type InspectLog, type LogRemark, logLimits, type SampleEntry } from './log.ts'
import { jsonIn } from './open-log.ts'
import { chunksAt } from './sample-text.ts'
import { samplesOf } from './samples.ts'
import { summaryOf } from './summary.ts'
import { EvalLogWriter, type WriteOptions } from './write-log.ts'

/** The text of a sample as one JSON object, whatever its shape in the log. */
const textOf = ({ source }: InspectLog, { place }: SampleEntry): AsyncGenerator<Buffer> =>
  place.is === 'chunked' ? assembled(source, place.parts) : chunksAt(source, place)

/** The table of scores over epochs, where the log has one. */
async function reductionsOf({ source, reductions }: InspectLog): Promise<readonly unknown[]> {
  if (reductions === null) return []
  if (isArray(reductions)) return reductions
  const found = await jsonIn(source, reductions, logLimits.headerBytesMax)
  return isArray(found) ? found : []
}

/**
 * Writes a log anew as `.eval`; samples keep their text to the byte. Answers with what was odd,
 * samples that could not be read and are left out among it.
 */
export async function writeAsEval(
  log: InspectLog,
  sink: ByteSink,
  options: WriteOptions,
): Promise<Result<readonly LogRemark[]>> {
  return asResult(async () => {
    const { eval: spec, plan, status, stats, results, error, ...rest } = log.header.json
    const { version = 2 } = log.header.json
    if (!isObject(spec)) throw new Unread({ code: 'malformed', why: 'has no "eval"' })
    const start = {
      eval: spec,
      ...(isObject(plan) && { plan }),
      ...(typeof version === 'number' && { version }),
    }
    const writer = await EvalLogWriter.begin(sink, start, options)
    const remarks: LogRemark[] = [...log.remarks]
    for await (const sample of samplesOf(log)) {
      if (sample.is === 'unreadable') remarks.push(leftOut(sample.entry, sample.refusal.why))
      else {
        const { id, epoch } = sample.facts
        const text = textOf(log, sample.entry)
        await writer.addText({ id, epoch, text, summary: summaryOf(sample.members) })
      }
    }
    const reductions = await reductionsOf(log)
    await writer.finish({
      status: typeof status === 'string' ? status : 'started',
      ...(isObject(stats) && { stats }),
      ...(isObject(results) && { results }),
      ...(isObject(error) && { error }),
      ...(reductions.length > 0 && { reductions }),
      others: rest,
    })
    return remarks
  })
}

const leftOut = ({ id, epoch }: SampleEntry, why: string): LogRemark => ({
  why: `sample ${id} of epoch ${epoch} is left out: it ${why}`,
  isLost: true,
})

/** The same as one JSON text, in pieces. */
export async function writeAsJson(
  log: InspectLog,
  sink: ByteSink,
): Promise<Result<readonly LogRemark[]>> {
  return asResult(async () => {
    const remarks: LogRemark[] = [...log.remarks]
    const reductions = await reductionsOf(log)
    const header = encodeNonFinite({ status: 'started', ...log.header.json })
    await sink(Buffer.from(`${header.slice(0, -1)},\n"samples":[`))
    let count = 0
    for await (const sample of samplesOf(log)) {
      if (sample.is === 'unreadable') {
        remarks.push(leftOut(sample.entry, sample.refusal.why))
        continue
      }
      await sink(Buffer.from(count++ === 0 ? '\n' : ',\n'))
      for await (const piece of textOf(log, sample.entry)) await sink(piece)
    }
    const table = reductions.length > 0 ? `,\n"reductions":${encodeNonFinite(reductions)}` : ''
    await sink(Buffer.from(`\n]${table}}\n`))
    return remarks
  })
}

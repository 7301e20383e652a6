import { openLog } from '#formats/inspect/open-log.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { openFileSource } from '#platform/files/file-source.ts'
import { type Beside, formatNames, writerOf } from './eval-formats.ts'
import { refuseAll } from './eval-json.ts'
import { placeIn } from './eval-log.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { tell } from './output.ts'
import { toFile } from './whole-file.ts'

export type EvalConvertOptions = {
  readonly to: string
  readonly out: string
  readonly deflate?: boolean
  readonly scorer?: string
  readonly organisation?: string
  readonly samples?: string
  /** A file that says more of the model than the log does. */
  readonly about?: string
  /** A file that `parley eval verdict --json` wrote. */
  readonly verdict?: string
}

/** Options that only some formats know what to do with. */
const special = [
  ['samples', ['every-eval-ever']],
  ['about', ['spdx', 'haip', 'haip-json']],
  ['verdict', ['spdx', 'haip', 'haip-json']],
] as const

/** `parley eval convert FILE`: 4 where part of the log is lost; the rest was written. */
export async function runEvalConvert(path: string, options: EvalConvertOptions): Promise<ExitCode> {
  const { to } = options
  if (!formatNames.includes(to)) {
    const hint = `known are ${formatNames.join(', ')}`
    return refused({ code: 'bad-usage', why: `"${to}" is no format to write`, hint })
  }
  for (const [option, formats] of special) {
    if (options[option] === undefined || formats.some((format) => format === to)) continue
    const why = `--${option} goes with --to ${formats.join(', ')}`
    return refused({ code: 'bad-usage', why })
  }
  const beside = await readBeside(options)
  if (!beside.ok) return refuseAll(beside.refusal)
  const file = await openFileSource(path)
  if (!file.ok) return refused(file.refusal)
  await using source = file.value
  const log = await openLog(source)
  if (!log.ok) return refused(inFile(path, log.refusal))
  const { verdict } = beside.value
  const { model } = log.value.header
  if (verdict !== null && verdict.model !== model) {
    const why = `is a verdict on ${verdict.model}, and the log is of ${model}`
    return refused({ code: 'malformed', why, at: options.verdict ?? path })
  }
  const write = writerOf(to, { ...options, ...beside.value })
  const written = await toFile(options.out, (sink) => write(log.value, sink))
  if (!written.ok) return refused(inFile(path, written.refusal))
  const lost = written.value.filter(({ isLost }) => isLost)
  tell(lost.map(({ why, at }) => `parley: ${placeIn(path, at)}: ${why}`))
  return lost.length > 0 ? exitCodeFor('malformed') : 0
}

async function readBeside({
  about,
  verdict,
}: EvalConvertOptions): Promise<Result<Beside, readonly Refusal[]>> {
  if (about === undefined && verdict === undefined) return yes({ subject: {}, verdict: null })
  // Its shapes take time to load, and most conversions do without.
  const { readAbout, readVerdict } = await import('./eval-about.ts')
  const subject = await readAbout(about)
  if (!subject.ok) return no(subject.refusal)
  const judged = await readVerdict(verdict)
  return judged.ok ? yes({ subject: subject.value, verdict: judged.value }) : judged
}

const inFile = (path: string, refusal: Refusal): Refusal =>
  refusal.code === 'not-writable' ? refusal : { ...refusal, at: placeIn(path, refusal.at) }

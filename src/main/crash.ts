import { type CrashCluster, CrashTriage } from '#formats/crash/triage.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { type Document, defaultLimits, type Input, type LeftOut } from '#platform/files/input.ts'
import { screenOf } from '#platform/terminal/screen.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type CrashRun, crashJson, crashLines } from './crash-result.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { print, tell, writeWhole } from './output.ts'
import { progressFor } from './reading.ts'

export type CrashOptions = {
  readonly json?: string
  readonly top?: string
  readonly acrossBuilds?: boolean
  readonly progress?: boolean
}

const clustersShownDefault = 40

/** Logs run to gigabytes; a crash stands near the end, or near the start of what followed it. */
const logCutBytes = 64 * 2 ** 20

/** Reads the crashes in logs and ranks what they are about, with what each lets an input do. */
export async function runCrash(names: readonly string[], options: CrashOptions): Promise<ExitCode> {
  const { top, json } = options
  if (top !== undefined && !/^\d{1,9}$/.test(top)) {
    tell([oneLine(`parley: --top takes a number, not "${top}"`)])
    return 2
  }
  const { run, code } = await readCrashes(names, options)
  const written = json === undefined ? 0 : writeJson(json, run)
  if (json !== '-' && run.files > 0) {
    const { width, hasColour } = screenOf(process.stdout, environmentOf())
    const clustersMax = Number(top ?? clustersShownDefault)
    print(crashLines(run, { width, hasColour, clustersMax }))
  }
  return worse(code, written)
}

type Read = { readonly run: CrashRun; readonly code: ExitCode }

async function readCrashes(names: readonly string[], options: CrashOptions): Promise<Read> {
  const progress = progressFor(options.progress ?? false)
  const triage = new CrashTriage({ acrossBuilds: options.acrossBuilds ?? false })
  const gaps = new Map<string, LeftOut>()
  const without: string[] = []
  let code: ExitCode = 0
  let files = 0
  let crashes = 0
  const limits = { ...defaultLimits, cutBytes: logCutBytes }
  for await (const input of documentsOf(names, { limits })) {
    code = worse(code, tellInput(input))
    if (input.is === 'refused') continue
    files++
    const found = triage.add(input.name, input.text)
    crashes += found
    if (found === 0) without.push(input.name)
    if (input.leftOut) gaps.set(input.name, input.leftOut)
    progress.tell(`Reading: ${crashes} crashes in ${files} files, ${input.name}`)
  }
  progress.end()
  const clusters = triage.ranked().map((cluster) => placedInWhole(cluster, gaps))
  return { run: { clusters, files, crashes, without: without.sort() }, code }
}

/** Lines behind a cut are counted in the log as it was, not in what was read of it. */
const placedInWhole = (
  cluster: CrashCluster,
  gaps: ReadonlyMap<string, LeftOut>,
): CrashCluster => ({
  ...cluster,
  files: cluster.files.map((file) => {
    const gap = gaps.get(file.name)
    return gap && file.line > gap.afterLines ? { ...file, line: file.line + gap.lines } : file
  }),
})

/** What was wrong with an input. Odd bytes are not told: programs print anything as they die. */
function tellInput(input: Input): ExitCode {
  if (input.is === 'refused') {
    const { why, hint, code } = input.refusal
    tell([oneLine(`parley: ${input.name}: ${why}${hint === undefined ? '' : ` (${hint})`}`)])
    return input.isNamed ? exitCodeFor(code) : 4
  }
  const lost = lossesOf(input)
  tell(lost.map((why) => oneLine(`parley: ${input.name}: ${why}`)))
  return lost.length > 0 ? 4 : 0
}

const lossesOf = ({ problems }: Document): string[] =>
  problems.filter((problem) => problem.lost).map(({ why }) => why)

function writeJson(path: string, run: CrashRun): ExitCode {
  const written = writeWhole(path, crashJson(run))
  if (written.ok) {
    if (path !== '-') tell([oneLine(`Wrote ${path}`)])
    return 0
  }
  tell([oneLine(`parley: ${path}: ${written.refusal.why}`)])
  return exitCodeFor(written.refusal.code)
}

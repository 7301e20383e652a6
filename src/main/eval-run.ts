import { createHash } from 'node:crypto'
import { mkdir, realpath } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { machineClocks } from '#features/engagement/gateway/steady-clock.ts'
import type { Declared } from '#features/evaluation/declaration.ts'
import { markingOfPack } from '#features/evaluation/pack-label.ts'
import type { OpenPack } from '#features/evaluation/pack-reading.ts'
import { Journal } from '#features/evaluation/runner/journal.ts'
import { differenceIn, planOf } from '#features/evaluation/runner/plan.ts'
import { statusText } from '#features/evaluation/runner/progress.ts'
import { RemoteSink, SinkRefused } from '#features/evaluation/runner/remote-sink.ts'
import { EvalRun, type RunEnd, type RunSettings } from '#features/evaluation/runner/run.ts'
import {
  decodeScaffold,
  plainScaffold,
  type Scaffold,
} from '#features/evaluation/runner/scaffold.ts'
import type { SampleSink } from '#features/evaluation/runner/sink.ts'
import { Stopping } from '#features/evaluation/runner/workshop.ts'
import { withScratch } from '#features/proof/scratch.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { systemCodeOf, writeRefusal } from '#platform/files/disk.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { readDeclaration } from './eval-declaration.ts'
import { keyIn, type ModelOptions, openRole } from './eval-model.ts'
import { openRunPack, type PackOptions } from './eval-pack.ts'
import { type RunNumberOptions, type RunNumbers, runNumbers } from './eval-run-numbers.ts'
import { endOfRun, type RunOutput } from './eval-run-output.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { tell } from './output.ts'
import { readNamed } from './pack-files.ts'
import { progressFor } from './reading.ts'
import { listenForEnd } from './service/signals.ts'

export type EvalRunOptions = ModelOptions &
  PackOptions &
  RunNumberOptions & {
    readonly to: string
    readonly scaffold?: string
    readonly declaration?: string
    readonly seed?: string
    readonly close?: string
    readonly progress?: boolean
    readonly service?: string
    readonly serviceRun?: string
    readonly tokenFile?: string
  }

/** `parley eval run PACK --to FOLDER`: the same command goes on with what is there. */
export async function runEvalRun(path: string, options: EvalRunOptions): Promise<ExitCode> {
  const numbers = runNumbers(options)
  if (!numbers.ok) return refused(numbers.refusal)
  const declared = await declaredOf(options.declaration)
  if (!declared.ok) return declared.refusal
  const scaffold = await scaffoldOf(options.scaffold)
  if (!scaffold.ok) return refused(scaffold.refusal)
  const misfit = declarationMisfit(declared.value, scaffold.value, numbers.value)
  if (misfit !== null) return refused({ code: 'bad-usage', why: misfit, at: '--declaration' })
  return withScratch(tmpdir(), async (scratch) => {
    const pack = await openRunPack(path, options, { declared: declared.value, scratch })
    if (!pack.ok) return refused(pack.refusal)
    await using opened = pack.value
    const ready = { declared: declared.value, scaffold: scaffold.value, numbers: numbers.value }
    // The pack is closed when this returns: everything has to be over by then.
    return await ranPack(opened, options, ready)
  })
}

type Ready = {
  readonly declared: Declared | null
  readonly scaffold: Scaffold
  readonly numbers: RunNumbers
}

async function ranPack(pack: OpenPack, options: EvalRunOptions, ready: Ready): Promise<ExitCode> {
  const model = await openRole('agent', options, markingOfPack(pack.document.label))
  if (!model.ok) return refused(model.refusal)
  const { declared, scaffold, numbers } = ready
  const plan = planOf({
    ...{ pack, model: model.value.model, scaffold, declared, seed: options.seed ?? 'parley' },
    epochs: numbers.epochs ?? declared?.declaration.attempts ?? 1,
    microUsdMax: numbers.microUsdMax,
  })
  if (plan.tasks.length === 0) return refused(nothingDeclared)
  const sandbox = await openSandbox('namespaces', {}, new AbortController().signal)
  if (!sandbox.ok) {
    const { why, hint } = sandbox.refusal
    return refused({ code: 'not-configured', why, ...(hint === undefined ? {} : { hint }) })
  }
  const folder = await folderOf(options.to)
  if (!folder.ok) return refused(folder.refusal)
  await using _held = folder.value
  const opened = await Journal.open(join(options.to, 'journal.jsonl'))
  if (!opened.ok) return refused(opened.refusal)
  const { journal, memory } = opened.value
  try {
    const other = memory === null ? null : differenceIn(memory.plan, plan)
    if (other !== null) {
      const hint = 'name another folder for another run'
      return refused({
        code: 'bad-usage',
        why: `holds another run: ${other}`,
        at: options.to,
        hint,
      })
    }
    if (memory === null) {
      await journal.add({ is: 'begun', at: new Date().toISOString(), plan })
    }
    const stop = new Stopping(numbers.graceMs)
    const sinks = await sinksOf(options, stop.leave)
    if (!sinks.ok) return refused(sinks.refusal)
    // Sandboxes are told whole paths alone.
    const settings: RunSettings = {
      ...{ folder: resolve(options.to), pack, plan, ...model.value, scaffold },
      ...{ journal, memory, stop },
      ...{ sandbox: sandbox.value.sandbox, sinks: sinks.value, clocks: machineClocks, ...numbers },
      onStatus: () => {},
    }
    const output = { folder: options.to, pack, plan, declared } as const
    return await ran(settings, options, output)
  } catch (error) {
    return refused(refusalOfRun(error, options.to))
  } finally {
    await journal.close()
  }
}

const nothingDeclared: Refusal = {
  code: 'bad-usage',
  why: 'declares no stratum that the pack has a task of',
  at: '--declaration',
}

async function ran(
  settings: RunSettings,
  options: EvalRunOptions,
  output: RunOutput,
): Promise<ExitCode> {
  const progress = progressFor(options.progress ?? false)
  const { stop } = settings
  const run = EvalRun.of({ ...settings, onStatus: (status) => progress.tell(statusText(status)) })
  if (!run.ok) return refused({ code: 'not-configured', why: run.refusal })
  if (options.close !== undefined) {
    const end = await run.value.closed(options.close)
    return endOfRun(end, output)
  }
  let isAsked = false
  listenForEnd().then((by) => {
    isAsked = true
    tell([`parley: ${by}: nothing further is begun; the same command goes on later`])
    stop.stop({ is: 'stopped', why: `asked to end (${by})` })
  })
  const end: RunEnd = await run.value.run()
  progress.end()
  const code = await endOfRun(end, output)
  return isAsked ? 130 : code
}

/** Why a run could not go on, where it is no defect. */
function refusalOfRun(error: unknown, folder: string): Refusal {
  if (!(error instanceof SinkRefused)) return writeRefusal(error, folder)
  const hint = 'what is finished is kept; the same command hands it in later'
  return { code: 'no-network', why: error.message, hint }
}

async function sinksOf(
  { service, serviceRun, tokenFile }: EvalRunOptions,
  signal: AbortSignal,
): Promise<Result<readonly SampleSink[]>> {
  if (service === undefined) return yes([])
  if (serviceRun === undefined || tokenFile === undefined) {
    const why = '--service needs --service-run and --token-file'
    return no({ code: 'bad-usage', why })
  }
  const token = await readNamed(tokenFile, keyIn)
  if (!token.ok) return token
  const sink = RemoteSink.of({ base: service, run: serviceRun, token: token.value, signal })
  return sink.ok ? yes([sink.value]) : no({ code: 'bad-usage', why: sink.refusal, at: '--service' })
}

async function declaredOf(path: string | undefined): Promise<Result<Declared | null, ExitCode>> {
  if (path === undefined) return yes(null)
  const read = await readDeclaration(path)
  if (read.ok) return yes(read.value)
  for (const refusal of read.refusal) refused(refusal)
  return no(exitCodeFor(read.refusal[0]?.code ?? 'malformed'))
}

async function scaffoldOf(path: string | undefined): Promise<Result<Scaffold>> {
  return path === undefined ? yes(plainScaffold) : readNamed(path, decodeScaffold)
}

/** Why a run would not be the one that was declared. */
function declarationMisfit(
  declared: Declared | null,
  scaffold: Scaffold,
  { epochs }: RunNumbers,
): string | null {
  if (declared === null) return null
  const { attempts, protocol } = declared.declaration
  if (epochs !== null && epochs !== attempts) {
    return `declares ${attempts} attempts at each task, and --epochs says ${epochs}`
  }
  const digest = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.exec(protocol)?.[0]
  if (digest !== undefined && digest !== scaffold.digest) {
    const found = `the scaffold "${scaffold.name}" is ${scaffold.digest}`
    return `declares the protocol ${protocol}, and ${found}`
  }
  return null
}

/** Makes the folder of a run, and holds it so that no other process works at it. */
async function folderOf(path: string): Promise<Result<AsyncDisposable>> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    const name = createHash('sha256')
      .update(await realpath(path))
      .digest('hex')
    const server = createServer()
    // The name is the kernel's, and gone with the process however that ends.
    server.listen({ path: `\0parley-run-${name}` })
    await new Promise<void>((settle, fail) => {
      server.once('listening', settle)
      server.once('error', fail)
    })
    return yes({ [Symbol.asyncDispose]: async () => void server.close() })
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') {
      return no({ code: 'already-running', why: 'another process works at this run', at: path })
    }
    return no(writeRefusal(error, path))
  }
}

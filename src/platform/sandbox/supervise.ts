import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { no, type Result, yes } from '#kernel/result.ts'
import { BoundedOutput } from './bounded-output.ts'
import type { CgroupUsage } from './cgroup.ts'
import { goWord } from './inner-script.ts'
import { decodeLaunch, isStart, type Launched } from './launch-program.ts'
import { collectedBytesMax, stateBytesMax, stateMsMax } from './limits.ts'
import { decodeProbe, type Probed } from './probe-program.ts'
import { type Frame, ReportReader } from './report.ts'
import type { Ends, RunFolder } from './run-folder.ts'
import type {
  Ending,
  IsolationFacts,
  LimitName,
  Output,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
} from './sandbox.ts'
import { keepState, sendState } from './state-stream.ts'
import { type Free, limitReached } from './watch.ts'

/** What a tier brings for one run. */
export type Begun = {
  readonly folder: RunFolder
  /** What was used so far; null before the kernel counts it. */
  usage(): CgroupUsage | null
  /** Starts what runs the script of the folder; its pipes were opened. */
  begin(): ChildProcess
  /** Ends everything that `begin` started; called once or more, also after it ended. */
  end(child: ChildProcess): Promise<void>
  /** Compares what was found inside with what was promised. */
  judge(probed: Probed): Promise<Result<IsolationFacts, SandboxRefusal>>
  /** What is left of the disk, seen from outside while it runs. */
  free(child: ChildProcess): Free | null
  /** Limits that an engine says were reached, once it ended. */
  ended(): Promise<LimitName | null>
}

const watchEveryMs = 20
const beginsWithinMs = 30_000
const saidCharsMax = 400

/**
 * Runs a command to its end, whatever comes first: its own, a limit, the caller's signal. Answers
 * when nothing of it is left.
 */
export function supervise(
  begun: Begun,
  run: SandboxRun,
  signal: AbortSignal,
): Promise<Result<SandboxOutcome, SandboxRefusal>> {
  return new Supervision(begun, run, signal).done()
}

class Supervision {
  readonly #begun: Begun
  readonly #run: SandboxRun
  readonly #signal: AbortSignal
  readonly #ends: Ends
  readonly #stdout: BoundedOutput
  readonly #stderr: BoundedOutput
  readonly #collected = new Map<number, Output>()
  #collectedBytes = 0
  readonly #startedAt = new Date()
  readonly #begins = performance.now()
  #child: ChildProcess | null = null
  #facts: IsolationFacts | null = null
  #refusal: SandboxRefusal | null = null
  #stop: Ending | null = null
  #launched: Launched | null = null
  #commandBegins: number | null = null
  #commandEnds: number | null = null
  #cpuMsBefore = 0
  #isProbed = false
  #isPacked = false
  /** When the command had ended, or the sandbox. */
  #usage: CgroupUsage | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(begun: Begun, run: SandboxRun, signal: AbortSignal) {
    this.#begun = begun
    this.#run = run
    this.#signal = signal
    this.#stdout = new BoundedOutput(run.limits.outputBytes)
    this.#stderr = new BoundedOutput(run.limits.outputBytes)
    this.#ends = begun.folder.open()
  }

  async done(): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    const { readers } = this.#ends
    const { outputBytes } = this.#run.limits
    const report = new ReportReader(Math.max(outputBytes, 65_536), (frame) => this.#hear(frame))
    readers.stdout.on('data', (piece: Buffer) => this.#stdout.add(piece))
    readers.stderr.on('data', (piece: Buffer) => this.#stderr.add(piece))
    readers.report.on('data', (piece: Buffer) => report.add(piece))
    for (const way of [this.#ends.feed, this.#ends.orders]) way.on('error', () => undefined)
    const keeping = keepState(readers.state, this.#run.keepState, stateBytesMax(this.#run.limits))
    const drained = [...Object.values(readers)].map(closed)
    const aborted = () => this.#end({ kind: 'stopped' })
    this.#signal.addEventListener('abort', aborted)
    const watch = setInterval(() => this.#look(), watchEveryMs)
    this.#deadline(beginsWithinMs, () => this.#refuse(this.#notBegun('did not begin in time')))
    try {
      const child = this.#begun.begin()
      this.#child = child
      if (this.#signal.aborted) aborted()
      const error = await exited(child)
      if (error !== null) this.#refuse(this.#notBegun(`cannot be started (${error.message})`))
      this.#usage ??= this.#begun.usage()
      await this.#begun.end(child)
      this.#ends.feed.destroy()
      this.#ends.orders.destroy()
      this.#ends.release()
      await Promise.all(drained)
      const isWhole = await keeping.finish(this.#isPacked && this.#stop === null)
      return this.#outcome(await this.#begun.ended(), isWhole)
    } finally {
      clearInterval(watch)
      clearTimeout(this.#timer)
      this.#signal.removeEventListener('abort', aborted)
      this.#ends.release()
      for (const socket of [...Object.values(readers), this.#ends.feed, this.#ends.orders])
        socket.destroy()
    }
  }

  #hear({ name, bytes }: Frame): void {
    this.#ends.release()
    if (this.#facts === null) {
      const probed = decodeProbe(name, bytes)
      if (probed !== null && !this.#isProbed) this.#heard(probed)
      return
    }
    if (this.#commandBegins === null) {
      if (isStart(name)) this.#commandStarts()
      if (name === 'bad-state') this.#refuse({ code: 'bad-state', why: this.#unpacking(bytes) })
      return
    }
    if (this.#launched === null) {
      this.#launched = decodeLaunch(name, bytes)
      if (this.#launched !== null) this.#commandEnded()
      return
    }
    if (name === 'packed') this.#isPacked = true
    const [, index, total] = /^file\.(\d+)\.(\d+)$/.exec(name) ?? []
    if (index === undefined || Number(index) >= this.#run.collect.length) return
    if (this.#collected.has(Number(index))) return
    const kept = bytes.slice(0, collectedBytesMax - this.#collectedBytes)
    this.#collectedBytes += kept.length
    this.#collected.set(Number(index), { bytes: kept, total: Number(total) })
  }

  #heard(probed: Probed): void {
    this.#hearProbe(probed).catch((error: unknown) =>
      this.#refuse({ code: 'not-isolated', why: `it cannot be judged: ${error}` }),
    )
  }

  async #hearProbe(probed: Probed): Promise<void> {
    this.#isProbed = true
    const judged = await this.#begun.judge(probed)
    if (!judged.ok) {
      this.#refuse(judged.refusal)
      return
    }
    this.#facts = judged.value
    this.#deadline(stateMsMax(this.#run.limits), () =>
      this.#refuse({ code: 'bad-state', why: 'the archive took too long to unpack' }),
    )
    this.#ends.orders.write(`${goWord}\n`)
    sendState(this.#run.state, this.#ends.feed, (why) =>
      this.#refuse({ code: 'bad-state', why: `the archive cannot be read: ${why}` }),
    )
  }

  #commandStarts(): void {
    this.#commandBegins = performance.now()
    this.#cpuMsBefore = this.#begun.usage()?.cpuMs ?? 0
    this.#deadline(this.#run.limits.wallMs, () => this.#end({ kind: 'limit', limit: 'wall' }))
  }

  /**
   * What the shell does after the command is bounded too, but is no longer the command's time. A
   * command that says itself that it has ended gains no more than this time by it.
   */
  #commandEnded(): void {
    this.#commandEnds = performance.now()
    this.#usage = this.#begun.usage()
    this.#ends.orders.write(`${goWord}\n`)
    this.#deadline(stateMsMax(this.#run.limits), () => this.#kill())
  }

  /** Asks whether the command has reached a limit. */
  #look(): void {
    if (this.#commandBegins === null || this.#commandEnds !== null) return
    const limit = this.#limitSeen(this.#begun.usage())
    if (limit !== null) this.#end({ kind: 'limit', limit })
  }

  #limitSeen(usage: CgroupUsage | null): LimitName | null {
    return limitReached(this.#run.limits, {
      ...{ usage, cpuMsBefore: this.#cpuMsBefore },
      outputBytes: this.#stdout.total + this.#stderr.total,
      free: this.#child === null ? null : this.#begun.free(this.#child),
    })
  }

  #deadline(withinMs: number, then: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(then, withinMs)
  }

  #end(ending: Ending): void {
    this.#stop ??= ending
    if (this.#commandEnds === null) this.#commandEnds = performance.now()
    this.#kill()
  }

  #refuse(refusal: SandboxRefusal): void {
    this.#refusal ??= refusal
    this.#kill()
  }

  /** `done` awaits the same and hears why it failed, if it does. */
  #kill(): void {
    this.#child?.kill('SIGKILL')
    if (this.#child !== null) this.#begun.end(this.#child).catch(() => undefined)
  }

  #outcome(told: LimitName | null, kept: boolean): Result<SandboxOutcome, SandboxRefusal> {
    if (this.#refusal !== null) return no(this.#refusal)
    const facts = this.#facts
    const usage = this.#usage
    if (this.#stop?.kind === 'stopped' && facts === null) return no(this.#stopped())
    if (facts === null) return no(this.#notBegun('ended before it began'))
    if (this.#commandBegins === null) {
      if (this.#stop !== null) return no(this.#stopped())
      const why = usage?.outOfMemory
        ? 'it needs more memory than the run may have'
        : 'its tar ended'
      return no({ code: 'bad-state', why: `the archive was not unpacked: ${why}` })
    }
    const ends = this.#commandEnds ?? performance.now()
    return yes({
      ending: this.#ending(told),
      stdout: this.#stdout.output(),
      stderr: this.#stderr.output(),
      kept,
      collected: this.#run.collect.flatMap((name, index) => {
        const output = this.#collected.get(index)
        return output === undefined ? [] : [{ name, output }]
      }),
      startedAt: this.#startedAt,
      startMs: this.#commandBegins - this.#begins,
      tookMs: ends - this.#commandBegins,
      cpuMs: usage === null ? null : Math.max(0, usage.cpuMs - this.#cpuMsBefore),
      memoryPeakBytes: usage?.memoryPeakBytes ?? null,
      isolation: facts,
    })
  }

  #ending(told: LimitName | null): Ending {
    if (this.#stop !== null) return this.#stop
    const launched = this.#launched
    const limit =
      told ??
      limitReached(this.#run.limits, {
        ...{ usage: this.#usage, cpuMsBefore: this.#cpuMsBefore },
        outputBytes: this.#stdout.total + this.#stderr.total,
        free: launched === null ? null : { blocks: launched.freeBlocks, files: launched.freeFiles },
      })
    if (limit !== null) return { kind: 'limit', limit }
    // The command may end our shell, as it may end anything in its sandbox: its own way to end.
    if (launched === null) return { kind: 'signal', signal: 'SIGKILL' }
    if (launched.ended.kind === 'exit') return { kind: 'exit', code: launched.ended.code }
    const { number } = launched.ended
    if (number === constants.signals.SIGXFSZ) return { kind: 'limit', limit: 'disk' }
    if (number === constants.signals.SIGXCPU) return { kind: 'limit', limit: 'cpu' }
    return { kind: 'signal', signal: nameOfSignal(number) }
  }

  #stopped(): SandboxRefusal {
    return { code: 'bad-run', why: 'it was stopped before the command began' }
  }

  #unpacking(bytes: Uint8Array): string {
    return `the archive cannot be unpacked: ${printable(bytes)}`
  }

  #notBegun(what: string): SandboxRefusal {
    const said = printable(this.#stderr.output().bytes)
    return {
      code: 'not-isolated',
      why: `the sandbox ${what}${said === '' ? '' : `: ${said}`}`,
    }
  }
}

/** Text from inside of a sandbox, in one line that acts on no terminal. */
const printable = (bytes: Uint8Array): string =>
  new TextDecoder('utf8')
    .decode(bytes.subarray(0, saidCharsMax * 4))
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, saidCharsMax)

function nameOfSignal(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name
  return `signal ${number}`
}

const closed = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((settle) => {
    stream.once('close', settle)
    stream.once('end', settle)
    stream.once('error', () => settle())
  })

/** Awaits its end; answers why it never began, if it did not. */
const exited = (child: ChildProcess): Promise<Error | null> =>
  new Promise((settle) => {
    child.once('exit', () => settle(null))
    child.once('error', settle)
  })

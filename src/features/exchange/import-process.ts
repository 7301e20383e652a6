import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ReadItem } from '#features/report/import.ts'
import { defaultLimits } from '#platform/files/input.ts'
import { linesOf } from '#platform/files/lines.ts'
import { JobFailure } from '#platform/jobs/jobs.ts'
import type { DecodeOptions } from './import-decode.ts'
import { problemItem } from './import-item.ts'
import { itemsOfLines } from './import-line.ts'

export type ProcessOptions = DecodeOptions & {
  readonly content: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
  /** Of the heap of the process that reads. */
  readonly memoryMiB: number
  /** Whether a process that broke off for no known reason is told as a defect of the document. */
  readonly isLastTry: boolean
}

/** Reading broke off, and another try may end well. */
export class ReaderBroke extends JobFailure {}

/** What `decodeImport` gives, read in a process that may run out of memory alone. */
export async function* decodeApart(options: ProcessOptions): AsyncGenerator<ReadItem> {
  const { name, memoryMiB, signal, isLastTry } = options
  const child = start(memoryMiB)
  const stop = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  const ended = once(child, 'close')
  // What is wrong with the process shows when it is awaited, at the end of its output.
  ended.catch(() => undefined)
  const feeding = feed(child, options)
  feeding.catch(stop)
  const ending = { isWhole: false }
  try {
    yield* itemsOfLines(textLines(child), ending)
    await ended
    await feeding
    if (signal.aborted) throw new JobFailure('the reading was stopped')
    if (!ending.isWhole) yield brokenOff(name, child, { memoryMiB, isLastTry })
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Most of what reading makes is short-lived: a larger young generation is collected less often. */
const heapOf = (memoryMiB: number): readonly string[] => [
  `--max-old-space-size=${memoryMiB}`,
  '--max-semi-space-size=64',
]

/** Beside this file, in the sources as in what is built of them. */
function start(memoryMiB: number): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'
  const script = fileURLToPath(new URL(`./import-child.${extension}`, import.meta.url))
  const compiled = getCompileCacheDir()
  return spawn(process.execPath, [...heapOf(memoryMiB), script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Nothing of our settings, which hold secrets, is of any use to it. Below the folder of what
    // was compiled there is one for each version of Node.
    env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) },
  })
}

/** @throws what the source of the content throws */
async function feed({ stdin }: ChildProcess, { content, ...options }: ProcessOptions) {
  if (stdin === null) return
  let isBroken = false
  // Who reads may have stopped; why shows in how it ended.
  stdin.on('error', () => {
    isBroken = true
  })
  const { name, format, series } = options
  stdin.write(`${JSON.stringify({ name, format, series })}\n`)
  for await (const piece of content) {
    if (isBroken) return
    if (!stdin.write(piece)) await drained(stdin)
  }
  stdin.end()
}

/** Waits until what was written is taken, or nobody will. */
function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done)
      stdin.off('close', done)
      resolve()
    }
    stdin.on('drain', done)
    stdin.on('close', done)
  })
}

const lineLimits = { ...defaultLimits, lineBytesMax: 1024 * 2 ** 20 }

async function* textLines({ stdout }: ChildProcess): AsyncGenerator<string> {
  if (stdout === null) return
  for await (const line of linesOf('-', { stdin: stdout, limits: lineLimits })) {
    if (!line.ok) throw new JobFailure(`the process that reads ${line.refusal.why}`)
    yield line.value.text
  }
}

/** A process that ran out of memory will do so again; one that was killed may have been unlucky. */
function brokenOff(
  name: string,
  { exitCode, signalCode }: ChildProcess,
  { memoryMiB, isLastTry }: Pick<ProcessOptions, 'memoryMiB' | 'isLastTry'>,
): ReadItem {
  if (signalCode === 'SIGKILL' || signalCode === 'SIGTERM') {
    throw new JobFailure('the process that reads was killed')
  }
  const isMemory = signalCode === 'SIGABRT' || signalCode === 'SIGTRAP' || exitCode === 134
  if (!isMemory && !isLastTry) throw new ReaderBroke(`the process that reads ended: ${exitCode}`)
  return isMemory
    ? problemItem(name, {
        code: 'too-large',
        why: `cannot be read as one document within ${memoryMiB} MiB of memory`,
        hint: 'split it, or send it as JSON Lines, which are read one by one',
        lost: true,
      })
    : problemItem(name, {
        code: 'malformed',
        why: 'could not be read to its end',
        hint: 'this is a defect in Parley, please report it',
        lost: true,
      })
}

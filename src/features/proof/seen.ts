import type { CrashFamily } from '#formats/crash/claim.ts'
import { type TypedCrash, typedCrashesIn } from '#formats/crash/typed-crash.ts'
import type { Ending, Output, SandboxOutcome } from '#platform/sandbox/sandbox.ts'

/** What a service answered to one request; null members where it sent nothing of the kind. */
export type HttpAnswer = {
  readonly status: number | null
  readonly head: string
  readonly body: string
}

/** How the service of an attempt fared; null for attempts without one. */
export type ServiceSeen =
  | { readonly is: 'answering' }
  /** Its port was not open in time. */
  | { readonly is: 'late' }
  /** It was gone before it was told to go. */
  | { readonly is: 'ended'; readonly ending: Ending }

/** What one attempt left behind, decoded but not yet judged. Nothing of it is to be trusted. */
export type Seen = {
  /** How the attempted program ended, whatever wrapped it. */
  readonly ending: Ending
  readonly stdout: string
  readonly stderr: string
  /** Output was longer than what is kept of it. */
  readonly isCut: boolean
  readonly crashes: readonly TypedCrash[]
  /** What the sanitizers wrote to files of their own; null where they were given none. */
  readonly reports: { readonly text: string; readonly crashes: readonly TypedCrash[] } | null
  readonly answers: readonly HttpAnswer[]
  readonly service: ServiceSeen | null
  /** The text that was put where the target must not read. */
  readonly canary: string | null
  /** What stands in the file that the target must not write; null when there is none. */
  readonly written: string | null
  /** The exit code of the asserting program; null when there is none or it did not run. */
  readonly assertion: number | null
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export const textOf = (output: Output): string => decoder.decode(output.bytes)

const isCutShort = ({ bytes, total }: Output): boolean => total > bytes.length

/** Signals by number, as a shell tells them: 128 and the number (x86 and ARM Linux). */
const signals: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [13, 'SIGPIPE'],
  [14, 'SIGALRM'],
  [15, 'SIGTERM'],
  [24, 'SIGXCPU'],
  [25, 'SIGXFSZ'],
  [31, 'SIGSYS'],
])

/** What an exit code that a shell tells means for the program that the shell started. */
export function endingOfCode(code: number): Ending {
  const signal = signals.get(code - 128)
  return signal === undefined ? { kind: 'exit', code } : { kind: 'signal', signal }
}

/** What was seen of a run that holds a plain command, without service, canary or assertion. */
export function seenOf(outcome: SandboxOutcome): Seen {
  const stdout = textOf(outcome.stdout)
  const stderr = textOf(outcome.stderr)
  return {
    // Nothing stands between the launcher and the command: a code above 128 is one that it chose.
    ending: outcome.ending,
    stdout,
    stderr,
    isCut: isCutShort(outcome.stdout) || isCutShort(outcome.stderr),
    crashes: crashesOf(stdout, stderr),
    reports: null,
    answers: [],
    service: null,
    canary: null,
    written: null,
    assertion: null,
  }
}

/** The one place where output is read for crashes; detectors write to standard error. */
const crashesOf = (stdout: string, stderr: string): readonly TypedCrash[] => [
  ...typedCrashesIn(stderr),
  ...typedCrashesIn(stdout),
]

/** Detectors that write to a file where they are told to. */
const writeToFiles = new Set<CrashFamily>(['asan', 'hwasan', 'msan', 'tsan', 'ubsan', 'lsan'])

/** With the sanitizers' own files: what a program printed itself is no report of theirs then. */
export function withReports(seen: Seen, output: Output): Seen {
  const text = textOf(output)
  const crashes = typedCrashesIn(text)
  const others = seen.crashes.filter(({ by }) => !writeToFiles.has(by))
  return {
    ...seen,
    isCut: seen.isCut || isCutShort(output),
    crashes: [...crashes, ...others],
    reports: { text, crashes },
  }
}

/** An answer of HTTP/1.x from its bytes; what is no such answer has a null status. */
export function answerOf(bytes: Uint8Array): HttpAnswer {
  const text = decoder.decode(bytes)
  const end = text.search(/\r?\n\r?\n/)
  const head = end < 0 ? text : text.slice(0, end)
  const body = end < 0 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, '')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |\r|\n|$)/.exec(head)?.[1]
  const isChunked = /^transfer-encoding:.*\bchunked\b/im.test(head)
  return {
    status: status === undefined ? null : Number(status),
    head,
    body: isChunked ? unchunked(body) : body,
  }
}

/** Joins the chunks of a body (RFC 9112, 7.1) by characters; what is not chunked stays as it is. */
function unchunked(body: string): string {
  const parts: string[] = []
  const bytes = new TextEncoder().encode(body)
  let at = 0
  while (at < bytes.length) {
    const line = decoder.decode(bytes.slice(at, at + 20))
    const match = /^([0-9a-f]{1,8})[^\r\n]*\r\n/i.exec(line)
    if (!match?.[1]) return parts.length === 0 ? body : parts.join('')
    const size = Number.parseInt(match[1], 16)
    if (size === 0) break
    const start = at + match[0].length
    parts.push(decoder.decode(bytes.slice(start, start + size)))
    at = start + size + 2
  }
  return parts.join('')
}

import { present } from '#formats/finding/present.ts'
import { pattern } from '#formats/text/pattern.ts'
import { addressOf, type Claim, type ClaimRule, type CrashFamily, readerOf } from './claim.ts'
import { placeOf } from './frame.ts'
import type { Lines } from './line.ts'

const raw = String.raw

const messageLengthMax = 400

const cause = (family: CrashFamily, kind: string, message?: string): Claim =>
  present<Claim>({
    weight: 'cause',
    family,
    kind,
    message: message?.trim().slice(0, messageLengthMax) || undefined,
  })

/** Go's runtime errors by what they say; other panics are the program's own. */
const goErrors: readonly (readonly [string, string])[] = [
  ['invalid memory address', 'invalid-memory-address'],
  ['index out of range', 'index-out-of-range'],
  ['slice bounds out of range', 'slice-bounds-out-of-range'],
  ['integer divide by zero', 'integer-divide-by-zero'],
  ['makeslice: len out of range', 'makeslice-len-out-of-range'],
  ['makeslice: cap out of range', 'makeslice-cap-out-of-range'],
  ['hash of unhashable type', 'hash-of-unhashable-type'],
  ['growslice: len out of range', 'growslice-len-out-of-range'],
]

/** `panic: runtime error: index out of range [5] with length 3`. */
function goPanic(line: string, lines: Lines, at: number): Claim | null {
  const match = /(?:^|\] |\bp)(?:panic|Panic in [\w ]{1,40}): (.+)$/.exec(line)
  if (!match?.[1]) return null
  const message = match[1].replace(/ \[recovered(?:, repanicked)?\]$/, '')
  const error = /^(?:interface conversion|runtime error): (.+)$/.exec(message)
  const known = goErrors.find(([start]) => error?.[1]?.startsWith(start))
  if (known) return cause('go', known[1], message)
  if (!line.startsWith('panic: ') || !goesOn(lines, at)) return null
  return cause('go', 'panic', message)
}

/** A goroutine's header follows a real panic within a few lines. */
function goesOn(lines: Lines, at: number): boolean {
  for (let next = at + 1; next <= at + 12 && next < lines.count; next++) {
    if (/^goroutine \d|^\[signal SIG|^runtime\./.test(lines.raw(next).trimStart())) return true
  }
  return false
}

/** `fatal error: stack overflow` of Go's runtime itself. */
function goFatal(line: string, lines: Lines, at: number): Claim | null {
  const match = /^fatal error: (.{1,300})$/.exec(line)
  if (!match?.[1] || !goesOnLong(lines, at)) return null
  const kind = match[1] === 'stack overflow' ? 'stack-overflow' : 'fatal-error'
  return cause('go', kind, match[1])
}

function goesOnLong(lines: Lines, at: number): boolean {
  for (let next = at + 1; next <= at + 30 && next < lines.count; next++) {
    if (/^(?:goroutine \d|runtime stack:|runtime\.)/.test(lines.raw(next).trimStart())) return true
  }
  return false
}

/** `[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x5d]` inside a Go panic. */
function goSignal(line: string): Claim | null {
  const match = /^\[signal (SIG[A-Z]{2,6})[: ].{0,80}? addr=(0x[0-9a-f]{1,16})/.exec(line)
  return match
    ? present<Claim>({ weight: 'detail', family: 'go', address: addressOf(match[2]) })
    : null
}

/** `thread 'main' panicked at src/a.rs:4:5:` with the text below, or the older one-line form. */
function rustPanic(line: string, lines: Lines, at: number): Claim | null {
  const mark = line.indexOf("' panicked at ")
  const numbered = mark < 0 ? /^thread '[^']{0,200}' \(\d{1,9}\) panicked at /.exec(line) : null
  if (mark < 0 && !numbered) return null
  const rest = numbered ? line.slice(numbered[0].length) : line.slice(mark + 14)
  const recent = /^(\S{1,400}:\d{1,9}:\d{1,9}):$/.exec(rest)
  if (recent?.[1]) return rust(lines.bare(at + 1), recent[1])
  const old = /^'(.*)', (\S{1,400}:\d{1,9}(?::\d{1,9})?)$/.exec(rest)
  if (old) return rust(old[1] ?? '', old[2])
  return rest.startsWith("'") ? rust(rest.slice(1).replace(/'$/, '')) : null
}

function rust(message: string, at?: string): Claim {
  const place = at === undefined ? null : placeOf(at)
  return present<Claim>({
    ...cause('rust', 'panic', message),
    file: place?.file,
    line: place?.line,
  })
}

/** Rust's out of memory: `memory allocation of 4096 bytes failed`. */
function rustMemory(line: string): Claim | null {
  const match = /^memory allocation of (\d{1,20}) bytes failed/.exec(line)
  return match ? { ...cause('rust', 'out-of-memory'), sizeBytes: Number(match[1]) } : null
}

const typeName = /^(?:[A-Za-z_][\w$]{0,100}\.){0,12}[A-Z][\w$]{0,120}$/

/** Python: the traceback's header; the exception's own line comes last, after the frames. */
function pythonTraceback(line: string): Claim | null {
  return line.endsWith('Traceback (most recent call last):') ? cause('python', 'exception') : null
}

/** PySecSan prints the frames under a header of its own. */
function pythonSecurity(line: string): Claim | null {
  return /^\[PYSECSAN\] Stacktrace:$/.test(line) ? { weight: 'detail', family: 'python' } : null
}

const javaFrameForm = pattern(
  raw`^at (?:[\w.@$-]{0,100}/{1,2}){0,2}[\w.$<>-]{1,400}\((?:[\w$-]{1,200}\.(?:java|kt`,
  raw`|scala)|Native Method|Unknown Source)`,
)

/** Java: `Exception in thread "main" a.B: c`, Jazzer's header, or a bare `a.B: c` before `at`. */
function javaException(line: string, lines: Lines, at: number): Claim | null {
  const rest = line.replace(javaHeading, '')
  if (!followedBy(lines, at, javaFrameForm)) return null
  const split = rest.indexOf(': ')
  const type = split < 0 ? rest : rest.slice(0, split)
  if (type.startsWith('Caused by') || !typeName.test(type) || !type.includes('.')) return null
  const claim = cause('java', type, split < 0 ? undefined : rest.slice(split + 2))
  return rest === line ? { ...claim, weight: 'mention' } : claim
}

/** JUnit's list of what failed: `1) testRead(pear.ReaderTest)`, then the exception. */
function testFailure(line: string, lines: Lines, at: number): Claim | null {
  const failed = /^\d{1,6}\) (\w{1,200}\([\w.$]{1,300}\))$/.exec(line)?.[1]
  if (failed === undefined || !typeName.test(lines.bare(at + 1).split(': ', 1)[0] ?? ''))
    return null
  return cause('java', 'test-failure', failed)
}

const javaHeading =
  /^(?:(?:== )?Java Exception: |Exception in thread "[^"]{0,200}" |Uncaught exception: )/

const scriptErrorForm = pattern(
  raw`^(?:Uncaught )?((?:[A-Z]\w{0,60})?(?:Error|Exception))(?: \[[A-Z_]{2,60}\])?(?:: `,
  raw`(.{0,600}))?$`,
)

/** JavaScript: `TypeError: x` right before `at f (file.js:1:2)`. */
function scriptException(line: string, lines: Lines, at: number): Claim | null {
  const match = scriptErrorForm.exec(line)
  if (!match?.[1] || line.startsWith('Uncaught Exception')) return null
  if (!followedBy(lines, at, /^at .{0,600}:\d{1,9}:\d{1,9}\)?$/)) return null
  return cause('javascript', match[1], match[2])
}

const dotnetForm = pattern(
  raw`^(?:Unhandled [Ee]xception[.:] )?((?:[A-Z]\w{0,80}\.){1,8}[A-Z]\w{0,100}Exception)`,
  raw`(?:: (.{0,600}))?$`,
)

/** C#: `Unhandled exception. System.NullReferenceException: text`. */
function dotnetException(line: string, lines: Lines, at: number): Claim | null {
  const match = dotnetForm.exec(line)
  if (!match?.[1]) return null
  const headed = line.startsWith('Unhandled')
  if (!headed && !followedBy(lines, at, /^at [\w.`<>+|[\],]{3,400}\(/)) return null
  return cause('dotnet', match[1], match[2])
}

const phpForm = pattern(
  raw`^(?:PHP )?Fatal error: {1,2}(?:Uncaught (?:Error|([A-Z][\w\\]{0,100}))?:? ?)?`,
  raw`(.{0,400}?)(?: in (/[^\s:]{1,300})(?::| on line )(\d{1,9}))?$`,
)

/** PHP: `PHP Fatal error:  Uncaught TypeError: text in /a.php:12`. */
function phpError(line: string): Claim | null {
  const match = phpForm.exec(line)
  if (!match) return null
  return present<Claim>({
    ...cause('php', match[1] ?? 'fatal-error', match[2]),
    file: match[3],
    line: match[4] === undefined ? undefined : Number(match[4]),
  })
}

/** Whether the next line that says something has this form. */
function followedBy(lines: Lines, at: number, form: RegExp): boolean {
  for (let next = at + 1; next <= at + 4 && next < lines.count; next++) {
    if (form.test(lines.bare(next))) return true
  }
  return false
}

/** Android's runtime: `FATAL EXCEPTION: main`, with the exception's own line soon after. */
function androidException(line: string, lines: Lines, at: number): Claim | null {
  if (!/^(?:\*{3} )?FATAL EXCEPTION(?: IN SYSTEM PROCESS)?: /.test(line)) return null
  for (let next = at + 1; next <= at + 3; next++) {
    const [type = '', message] = lines.bare(next).split(': ', 2)
    if (type.includes('.') && typeName.test(type)) return cause('android', type, message)
  }
  return null
}

const rules: readonly ClaimRule[] = [
  { needle: 'anic', read: goPanic },
  { needle: 'fatal error: ', read: goFatal },
  { needle: '[signal SIG', read: goSignal },
  { needle: ' panicked at ', read: rustPanic },
  { needle: 'memory allocation of', read: rustMemory },
  { needle: 'Traceback (most recent', read: pythonTraceback },
  { needle: '[PYSECSAN]', read: pythonSecurity },
  { needle: 'FATAL EXCEPTION', read: androidException },
  { needle: 'Fatal error: ', read: phpError },
  { needle: 'xception', read: dotnetException },
  { needle: ') ', read: testFailure },
  { needle: 'Exception', read: javaException },
  { needle: 'Error', read: javaException },
  { needle: 'FuzzerSecurityIssue', read: javaException },
  { needle: 'Throwable', read: javaException },
  { needle: 'Error', read: scriptException },
  { needle: 'Exception', read: scriptException },
]

/** What the runtimes of languages print: Go, Rust, Python, Java, JavaScript, C#, PHP. */
export const runtimeClaim = readerOf(rules)

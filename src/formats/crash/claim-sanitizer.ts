import { present } from '#formats/finding/present.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { addressOf, type Claim, type ClaimRule, type CrashFamily, readerOf } from './claim.ts'
import { undefinedBehaviour } from './claim-undefined.ts'

const raw = String.raw

const families: Readonly<Record<string, CrashFamily>> = {
  Address: 'asan',
  KernelAddress: 'asan',
  HWAddress: 'hwasan',
  Memory: 'msan',
  Thread: 'tsan',
  UndefinedBehavior: 'ubsan',
  Leak: 'lsan',
  GWPAsan: 'asan',
}

/** The signals by name; anything else that a sanitizer reports is a finding of its own. */
const signals = new Map<string, string>([
  ['SEGV', 'SEGV'],
  ['access-violation', 'SEGV'],
  ['BUS', 'BUS'],
  ['FPE', 'FPE'],
  ['ILL', 'ILL'],
  ['illegal-instruction', 'ILL'],
  ['ABRT', 'ABRT'],
  ['TRAP', 'TRAP'],
  ['breakpoint', 'TRAP'],
])

/** Wordings that are sentences rather than names. */
const phrases: readonly (readonly [string, string])[] = [
  ['attempting double-free', 'double-free'],
  ['attempting free on address which was not', 'bad-free'],
  ['attempting free on wild pointer', 'bad-free'],
  ['attempting to call malloc_usable_size', 'bad-malloc-usable-size'],
  ['requested allocation size', 'allocation-size-too-big'],
  ['allocator is out of memory', 'out-of-memory'],
  ['allocator is trying to allocate', 'out-of-memory'],
  ['out of memory', 'out-of-memory'],
  ['out-of-memory', 'out-of-memory'],
  ['specified RSS limit exceeded', 'out-of-memory'],
  ['hard rss limit exhausted', 'out-of-memory'],
]

/** Talk of the runtime about itself, which reports nothing about the program. */
const chatter = pattern(
  raw`^(?:DEADLYSIGNAL|nested bug|while processing|detected memory leaks|can not provide`,
  raw`|reading|exiting|invalid path|failed to (?:intercept|use|restart|read|allocate))`,
)

const header = pattern(
  raw`^(.{0,200}?)(?:ERROR|WARNING|FATAL): ?(Kernel|HW)?(Address|Memory|Thread`,
  raw`|UndefinedBehavior|Leak|GWPAsan)(?:Sanitizer)?[: ] ?(.+)$`,
)

function sanitizerError(line: string): Claim | null {
  const match = header.exec(line)
  if (!match || /["']/.test(match[1] ?? '')) return null
  const family = families[`${match[2] ?? ''}${match[3]}`]
  const rest = (match[4] ?? '').trim()
  if (family === undefined || chatter.test(rest)) return null
  const kind = kindOf(rest, family)
  if (kind === null) return null
  const signal = signals.get(kind)
  const address = addressOf(
    / (?:on|at)(?: unknown)? address(?: which was not malloc\(\)-ed:?)? (0x[0-9a-f]{1,16})/i.exec(
      rest,
    )?.[1] ??
      /(?:double-free on|malloc\(\)-ed:?|wild pointer|heap object \[) ?(0x[0-9a-f]{1,16})/i.exec(
        rest,
      )?.[1],
  )
  return present<Claim>({
    weight: signal ? 'signal' : 'cause',
    family,
    kind: signal ?? kind,
    // An arithmetic fault has no address; what is printed is the instruction.
    address: signal === 'FPE' ? undefined : address,
    isJump: signal && runsAt(rest, address) ? true : undefined,
  })
}

/** Whether the program counter in `(pc 0x41 bp ...` is the address that faulted. */
function runsAt(rest: string, address: string | undefined): boolean {
  const pc = /\(pc (0x[0-9a-f]{1,16})/i.exec(rest)?.[1]
  return address !== undefined && addressOf(pc) === address
}

function kindOf(rest: string, family: CrashFamily): string | null {
  const phrase = phrases.find(([start]) => rest.startsWith(start))
  if (phrase) return phrase[1]
  if (family === 'tsan')
    return rest
      .replace(/ \(pid=?.*$/, '')
      .slice(0, 60)
      .trim()
      .replaceAll(' ', '-')
  const name = /^[A-Za-z][\w-]{1,59}/.exec(rest)?.[0]
  if (name === undefined) return null
  return signals.has(name) || /[a-z]-[a-z]/.test(name) || name === 'SEGV' ? name : null
}

const accessForm = pattern(
  raw`^(?:(?:Atomic|atomic) )?(READ|WRITE|Read|Write|read|write) of size (\d{1,12})`,
  raw`(?: at (?:addr )?(0x)?([0-9a-f]{1,16}))?`,
)

/** `READ of size 4 at 0x60 thread T0`, TSan's `Write of size 4 at`, `atomic` ones too. */
function access(line: string): Claim | null {
  const match = accessForm.exec(line)
  if (!match) return null
  return present<Claim>({
    weight: 'detail',
    family: 'asan',
    access: match[1]?.toLowerCase() === 'read' ? 'read' : 'write',
    sizeBytes: Number(match[2]),
    address: addressOf(match[4]),
  })
}

function signalAccess(line: string): Claim | null {
  const match = /^The signal is caused by a (READ|WRITE) memory access/.exec(line)
  if (!match) return null
  return { weight: 'detail', family: 'asan', access: match[1] === 'READ' ? 'read' : 'write' }
}

/** `Direct leak of 10 byte(s) in 1 object(s) allocated from:` */
function leak(line: string): Claim | null {
  const match = /^(Direct|Indirect) leak of (\d{1,18}) byte/.exec(line)
  if (!match) return null
  const direct = match[1] === 'Direct'
  return {
    weight: 'cause',
    family: 'lsan',
    kind: direct ? 'direct-leak' : 'indirect-leak',
    sizeBytes: Number(match[2]),
    apart: true,
  }
}

/** libFuzzer's own findings; `deadly signal` only notices what something else explains. */
const fuzzerKinds: readonly (readonly [string, string])[] = [
  ['out-of-memory', 'out-of-memory'],
  ['timeout after', 'timeout'],
  ['deadly signal', 'deadly-signal'],
  ['fuzz target exited', 'fuzz-target-exited'],
  ['fuzz target overwrites its const input', 'overwrites-const-input'],
  ['crash', 'deadly-signal'],
]

function libFuzzer(line: string): Claim | null {
  const rest = line.slice(line.indexOf('libFuzzer:') + 10).trim()
  if (!/ERROR: ?libFuzzer:/.test(line)) return null
  const kind = fuzzerKinds.find(([start]) => rest.startsWith(start))?.[1]
  if (kind === undefined) return null
  return { weight: kind === 'deadly-signal' ? 'last' : 'cause', family: 'fuzzer', kind }
}

const limits = [
  ['rss', 'out-of-memory'],
  ['stack', 'stack-overflow'],
] as const

const limitForm = patternAnyCase(
  raw`^(?:={3,12} |Failure {1,20}: )(per-input.timeout|timeout of \d{1,9} seconds`,
  raw`|per-batch.timeout|rss.limit|stack.limit).exceeded`,
)

/** Centipede's words for the limits that it enforces. */
function centipede(line: string): Claim | null {
  const match = limitForm.exec(line)
  const what = match?.[1]?.toLowerCase()
  if (what === undefined) return null
  const kind = limits.find(([start]) => what.startsWith(start))?.[1] ?? 'timeout'
  return { weight: 'cause', family: 'fuzzer', kind }
}

/** `===BUG DETECTED: Shell corruption===` of the sandboxing sanitizers for interpreters. */
function sandboxed(line: string): Claim | null {
  const match = /BUG DETECTED: (?:PySecSan: )?([A-Za-z][\w :-]{2,80}?) ?={0,4}$/.exec(line)
  if (!match?.[1]) return null
  const kind = match[1].toLowerCase().replaceAll(' ', '-')
  const claim: Claim = { weight: 'cause', family: 'fuzzer', kind }
  return line.includes('PySecSan') ? { ...claim, message: 'PySecSan' } : claim
}

const rules: readonly ClaimRule[] = [
  { needle: 'Sanitizer', read: sanitizerError },
  { needle: 'runtime error: ', read: undefinedBehaviour },
  { needle: ' of size ', read: access },
  { needle: 'signal is caused', read: signalAccess },
  { needle: ' leak of ', read: leak },
  { needle: 'libFuzzer:', read: libFuzzer },
  { needle: 'exceeded', read: centipede },
  { needle: 'BUG DETECTED', read: sandboxed },
]

/** What LLVM's sanitizers and fuzzers print (compiler-rt of LLVM 3.5 to 20). */
export const sanitizerClaim = readerOf(rules)

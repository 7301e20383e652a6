import type { Crash, Frame } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { pattern } from '#formats/text/pattern.ts'
import { isBoring } from './boring.ts'
import type { Claim, CrashFamily, Weight } from './claim.ts'
import { claimAt } from './claim-any.ts'
import type { PrintedFrame } from './frame.ts'
import { type Lines, linesOf } from './line.ts'
import { endsReport, frameAt, gapMax, opensSecondStack } from './stack.ts'

const raw = String.raw

/** One crash in a log: what it says, who said it, and the characters it takes up. */
export type CrashReport = {
  readonly crash: Crash
  readonly family: CrashFamily
  readonly weight: Weight
  /** Where the report itself places the fault, for want of or beside a stack. */
  readonly file?: string
  readonly line?: number
  /** The address that faulted is the one that was to be run. */
  readonly isJump?: true
  /** Character offsets of the first line and of the end of the last line that belong to it. */
  readonly start: number
  readonly end: number
}

const framesMax = 200
/** How far after its last line a crash may still be told more about. */
const silenceMax = 400

type Stack = {
  readonly frames: PrintedFrame[]
  gap: number
  /** Python prints the outermost call first; everyone else the innermost. */
  outermostFirst: boolean
}

type Open = {
  readonly start: number
  end: number
  claim: Claim
  /** Every stack printed for this crash itself, in the order of printing. */
  readonly stacks: Stack[]
  /** A heading announced stacks of the past; frames belong to those. */
  past: boolean
  /** A traceback follows that Python prints as the consequence of the one before. */
  chained: boolean
}

/**
 * Finds every crash in a text, in order: reports of sanitizers, Valgrind, debuggers, kernels and
 * language runtimes, with what is quoted or indented around them. Linear in the text's length.
 */
export function crashesIn(text: string): CrashReport[] {
  const lines = linesOf(text)
  const found: CrashReport[] = []
  let open: Open | null = null
  let at = 0
  while (at < lines.count) {
    const claim = claimAt(lines, at)
    if (claim && claim.weight !== 'detail' && !(open && isSame(open, claim, at))) {
      if (open) push(found, open, lines)
      open = { start: at, end: at, claim, stacks: [newStack()], past: false, chained: false }
    } else if (open && claim) add(open, claim, at)
    if (!open) open = bareBacktrace(lines, at)
    const used = open && !claim ? takeFrame(open, lines, at) : 1
    if (open && at - open.end > silenceMax) {
      push(found, open, lines)
      open = null
    }
    at += used
  }
  if (open) push(found, open, lines)
  return found
}

/** More stacks than this belong to threads, not to the fault. */
const stacksMax = 8

/** Opens the next stack, or goes on in the last where there are enough. */
function addStack(open: Open): void {
  if (open.stacks.length < stacksMax) open.stacks.push(newStack())
}

const newStack = (): Stack => ({ frames: [], gap: 0, outermostFirst: false })

/** The one crash that a log is about: the first that names a cause, else a signal. */
export function parseCrash(text: string): CrashReport | null {
  const all = crashesIn(text)
  const first = (weight: Weight): CrashReport | undefined =>
    all.find((report) => report.weight === weight)
  const direct = all.find(
    ({ weight, crash }) => weight === 'cause' && crash.kind !== 'indirect-leak',
  )
  return direct ?? first('cause') ?? first('signal') ?? first('last') ?? first('mention') ?? null
}

/** Whether a new claim tells more of the crash that is open rather than of another. */
function isSame(open: Open, claim: Claim, at: number): boolean {
  if (claim.apart || at - open.end > silenceMax) return false
  if (open.chained && claim.family === 'python') return true
  const hasFrames = (open.stacks[0]?.frames.length ?? 0) > 0
  if (claim.weight === 'mention' || open.claim.weight === 'mention') {
    return !hasFrames && open.claim.kind === claim.kind
  }
  if (claim.weight === 'last' || open.claim.weight === 'last') return true
  if (claim.weight === 'signal') {
    if (open.claim.weight === 'signal') return !hasFrames || open.claim.kind === claim.kind
    return !hasFrames || (raisers.has(open.claim.family) && raised.has(claim.kind ?? ''))
  }
  return open.claim.weight === 'signal' ? !hasFrames : saysAgain(open.claim, claim)
}

/** Who ends the process by a signal after saying why, and by which signals. */
const raisers = new Set<CrashFamily>(['native', 'go', 'rust', 'fuzzer', 'ubsan', 'java'])
const raised = new Set(['ABRT', 'TRAP', 'ILL'])

/** The same assertion is often logged twice: by the program and by whoever catches it. */
const saysAgain = (first: Claim, second: Claim): boolean =>
  first.kind === second.kind && first.message !== undefined && first.message === second.message

const weights: readonly Weight[] = ['detail', 'mention', 'last', 'signal', 'cause']

function add(open: Open, claim: Claim, at: number): void {
  if (claim.weight === 'detail' && open.past) return
  const heavier = weights.indexOf(claim.weight) > weights.indexOf(open.claim.weight)
  open.claim = heavier
    ? { ...claim, ...withoutNaming(open.claim, claim) }
    : { ...withoutAccess(claim, open.claim), ...open.claim }
  if (claim.weight !== 'detail') {
    if ((open.stacks.at(-1)?.frames.length ?? 0) > 0) addStack(open)
    open.past = false
  }
  open.end = at
}

/** What a lighter claim adds to a heavier one: nothing that says what or where. */
function withoutNaming(lighter: Claim, heavier: Claim): Partial<Claim> {
  const { access, sizeBytes } = lighter
  return heavier.family === 'native' ? {} : present<Partial<Claim>>({ access, sizeBytes })
}

/** The signal after an assertion has an address and an access that say nothing of the fault. */
const withoutAccess = (later: Claim, earlier: Claim): Partial<Claim> =>
  later.weight !== 'detail' && earlier.weight === 'cause' ? {} : later

/** A debugger's backtrace without a signal: three frames that count up from zero. */
function bareBacktrace(lines: Lines, at: number): Open | null {
  if (!lines.bare(at).startsWith('#0 ')) return null
  for (const step of [0, 1, 2]) {
    if (frameAt(lines, at + step, 'debugger')?.frame.index !== step) return null
  }
  const claim: Claim = { weight: 'last', family: 'debugger', kind: 'stack-trace' }
  return { start: at, end: at, claim, stacks: [newStack()], past: false, chained: false }
}

/** Takes a frame, or what ends a stack, from line `at`; answers how many lines it took. */
function takeFrame(open: Open, lines: Lines, at: number): number {
  const line = lines.bare(at)
  const stack = open.stacks.at(-1)
  if (endsReport(line)) {
    open.end = at
    // Fuchsia symbolises the stack only after the report's last line.
    open.past ||= (stack?.frames.length ?? 0) > 0
    return 1
  }
  if (opensSecondStack(line) && stack && stack.frames.length > 0) {
    open.past = true
    open.end = at
    return 1
  }
  if (open.claim.family === 'python' && stack && stack.frames.length > 0) nameException(open, line)
  const taken = frameAt(lines, at, open.claim.family)
  if (!taken || !stack) {
    if (stack && stack.frames.length > 0) stack.gap++
    return 1
  }
  if (open.past) {
    if (stack.gap <= gapMax(open.claim.family)) open.end = at + taken.used - 1
    return taken.used
  }
  if (isNextStack(stack, taken.frame, open.claim.family)) addStack(open)
  keep(open, taken.frame, line.startsWith('File "'))
  open.end = at + taken.used - 1
  return taken.used
}

/** A Python traceback ends with the exception's name and text; chained ones are one crash. */
function nameException(open: Open, line: string): void {
  if (/^(?:During handling of the above|The above exception was the direct)/.test(line)) {
    open.chained = true
    return
  }
  if (open.claim.kind !== 'exception') return
  const match = exceptionLine.exec(line)
  if (!match?.[1]) return
  const message = match[2]?.slice(0, 400)
  open.claim = present<Claim>({ ...open.claim, kind: match[1], message })
}

const exceptionLine = pattern(
  raw`^((?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,80}(?:Error|Exception|Warning|Exit`,
  raw`|Interrupt|Fault|Failure|Timeout|Iteration))(?:: (.{0,600}))?$`,
)

/** A stack begins anew at frame 0, or after more other lines than a log mixes in. */
function isNextStack(stack: Stack, frame: PrintedFrame, family: CrashFamily): boolean {
  const last = stack.frames.at(-1)
  if (!last) return false
  if (stack.gap > gapMax(family)) return true
  return frame.index === 0 && last.index !== undefined && last.index > 0
}

function keep(open: Open, frame: PrintedFrame, outermostFirst: boolean): void {
  const stack = open.stacks.at(-1)
  if (!stack) return
  stack.gap = 0
  stack.outermostFirst = outermostFirst
  if (stack.frames.length < framesMax) stack.frames.push(frame)
}

/**
 * The stack that tells most. A process that aborts often prints its stack twice, once itself
 * without places and once by a sanitizer with inlined calls: the one with more telling frames
 * that have a place wins, then the first with telling frames, then the first.
 */
function bestStack({ stacks }: Open): Stack {
  let best = stacks[0] ?? newStack()
  let bestScore = -1
  for (const stack of stacks) {
    const telling = stack.frames.filter((frame) => frame.bare !== true && !isBoring(frame))
    const placed = telling.filter(({ file }) => file !== undefined).length
    const score = Math.min(placed, 8) * 2 + (telling.length > 0 ? 1 : 0)
    if (stack.frames.length > 0 && score > bestScore) {
      best = stack
      bestScore = score
    }
  }
  return best
}

function push(found: CrashReport[], open: Open, lines: Lines): void {
  const { claim } = open
  const stack = bestStack(open)
  const frames = stack.outermostFirst ? stack.frames.toReversed() : stack.frames
  if (frames.length === 0 && (claim.weight === 'last' || isWeak(claim))) return
  const crash = present<Crash>({
    kind: claim.kind ?? 'unknown',
    access: claim.access,
    sizeBytes: claim.sizeBytes,
    address: claim.address,
    message: claim.message,
    frames: frames.length > 0 ? frames.map(plain) : named(claim),
  })
  found.push(
    present<CrashReport>({
      crash: { ...crash, frames: crash.frames ?? [] },
      family: claim.family,
      weight: claim.weight,
      file: claim.file,
      line: claim.line,
      isJump: claim.isJump,
      start: lines.offset(open.start),
      end: lines.offset(open.end + 1),
    }),
  )
}

/** Claims that mean nothing without a stack: a traceback's header, a kernel warning. */
const isWeak = (claim: Claim): boolean =>
  claim.kind === 'exception' || claim.kind === 'warning' || claim.family === 'php'

const named = (claim: Claim): Frame[] =>
  claim.function === undefined
    ? []
    : [present<Frame>({ function: claim.function, file: claim.file, line: claim.line })]

const plain = ({ function: name, file, line }: PrintedFrame): Frame =>
  present<Frame>({ function: name, file, line })

import type { Crash } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Claim, CrashFamily } from './claim.ts'
import { claimAt } from './claim-any.ts'
import { type ConventionFrame, conventionFrame, type FrameStyles } from './clusterfuzz-frame.ts'
import { crashTypeOf } from './crash-type.ts'
import { type Lines, linesOf } from './line.ts'

/** What is known of a run from outside its log. */
export type RunFacts = {
  /** The fuzz target's name, for crashes whose stack says nothing. */
  readonly target?: string
  /**
   * Whether memory and time that ran out are to be reported. Where they are not, a log in which
   * memory runs out is about nothing, and a timeout is no crash.
   */
  readonly reportsLimits?: boolean
  /** Whether checks of V8's own test functions are to be reported. */
  readonly reportsRuntimeChecks?: boolean
  /** Frames that the project passes over besides the usual ones. */
  readonly passedOver?: RegExp
  /** False where no symboliser ran: nothing in the state is then generalised. */
  readonly isSymbolised?: boolean
}

/** A crash in the words of ClusterFuzz: `state` is up to three lines. */
export type ClusterFuzzCrash = {
  readonly type: string
  /** Empty where the convention gives none. */
  readonly address: string
  readonly state: readonly string[]
}

type Fold = {
  readonly facts: RunFacts
  readonly text: string
  crash: Claim | null
  /** Lines of the state that are said and not called: what was asserted. */
  said: string[]
  /** How many frames may still follow. */
  room: number
  frames: ConventionFrame[]
  /** All frames since the crash, for the cycle of a stack that ran over. */
  all: string[]
  /** What died, where a log of Android names it beside the address. */
  process: string | undefined
}

const framesMax = 3

/**
 * What a log is about by ClusterFuzz's convention: the last crash that is no mere consequence of
 * the one before, with the first three frames after it that do not stand in every trace, or what
 * was asserted and two. Null where the log is about nothing.
 */
export function clusterFuzzCrash(text: string, facts: RunFacts = {}): ClusterFuzzCrash | null {
  const lines = linesOf(text)
  const fold: Fold = {
    facts,
    text,
    crash: null,
    said: [],
    room: framesMax,
    frames: [],
    all: [],
    process: undefined,
  }
  const styles = stylesOf(text, facts)
  for (let at = 0; at < lines.count; at++) {
    const line = lines.bare(at)
    if (isNoise(line)) continue
    const claim = countedClaim(fold, claimAt(lines, at))
    if (claim && isOutOfMemory(claim) && facts.reportsLimits === false) return null
    fold.process ??= processOf(line)
    if (claim) take(fold, claim)
    if (fold.crash && opensOther(line) && (fold.said.length > 0 || fold.frames.length > 0)) {
      fold.room = fold.frames.length
    } else if (/^ChildEBP RetAddr/.test(line)) restart(fold)
    else if (fold.crash) takeFrame(fold, lines, { at, styles })
  }
  return fold.crash ? finished(fold, fold.crash) : null
}

const stylesOf = (text: string, { isSymbolised = true }: RunFacts): FrameStyles => ({
  isGo: text.includes('.go:'),
  isPython: text.includes('.py", line'),
  isJavaScript: text.includes('Uncaught Exception: Jazzer.js'),
  isJava: /== Java Exception: |FATAL EXCEPTION/.test(text),
  isSymbolised,
})

/** Lines that repeat or only comment on what other lines say. */
const isNoise = (line: string): boolean =>
  /SUMMARY: |:INFO:CONSOLE|WARNING: AddressSanitizer|^\w+Sanitizer:DEADLYSIGNAL/.test(line)

/** Headings of stacks that tell of the past, after which a state takes no more frames. */
const opensOther = (line: string): boolean =>
  /Direct leak of|Uninitialized value was stored to memory at|allocated by thread/.test(line) ||
  /created by main thread at|located in stack of thread|previously allocated by/.test(line)

function restart(fold: Fold): void {
  fold.said = []
  fold.frames = []
  fold.all = []
  fold.room = framesMax
}

/** Kinds that explain an abort, a trap or an illegal instruction that comes after them. */
const explains = new Set([
  ...['assertion', 'check', 'dcheck', 'fatal-error', 'security-check', 'security-dcheck', 'panic'],
  ...['stack-overflow', 'out-of-memory', 'allocation-size-too-big', 'timeout', 'unreachable'],
  ...['v8-api-error', 'sandbox-violation', 'arbitrary-file-open', 'shell-corruption'],
  ...['runtime-assertion', 'correctness-failure'],
])
const raisedBy = new Set(['ABRT', 'TRAP', 'ILL'])

/** Kinds that count only where nothing was reported before. */
const firstOnly = new Set([
  ...['check', 'dcheck', 'fatal-error', 'unreachable', 'runtime-assertion', 'v8-api-error'],
  ...['correctness-failure', 'gpu-failure', 'deadly-signal', 'fuzz-target-exited'],
  ...['overwrites-const-input', 'cfi', 'missing-library', 'test-failure'],
])
const firstFamilies = new Set<CrashFamily>(['ubsan', 'java', 'windows', 'lsan'])

const outOfMemory = new Set(['out-of-memory', 'allocation-size-too-big'])
const isOutOfMemory = ({ kind = '' }: Claim): boolean => outOfMemory.has(kind)

/** The claim, where the convention reads such lines at all. */
function countedClaim({ facts, text }: Fold, claim: Claim | null): Claim | null {
  if (!claim) return null
  const { kind = '', family, weight } = claim
  const { reportsLimits = true, reportsRuntimeChecks = true } = facts
  if (kind === 'timeout' && !reportsLimits) return null
  if (kind === 'runtime-assertion' && !reportsRuntimeChecks) return null
  if (kind === 'fatal-log') return null
  if (family === 'native' && (weight === 'last' || raisedBy.has(kind))) return null
  if (family === 'kernel' && weight === 'signal') {
    const isChecked = text.includes('KASAN')
    const counts = isChecked ? kind === 'general-protection-fault' : systemStops.has(kind)
    return counts ? claim : null
  }
  return claim
}

const systemStops = new Set(['oops', 'kernel-panic'])

/** `... fault addr 0x1 in tid 2 (surfaceflinger)`: the thread, as the convention writes it. */
function processOf(line: string): string | undefined {
  if (!line.includes('fault addr')) return undefined
  const name = /fault addr .{1,200}\(([^()]{1,80})\)$/.exec(line)?.[1]
  return name === undefined
    ? undefined
    : `${name.charAt(0).toUpperCase()}${name.slice(1).toLowerCase()}`
}

function take(fold: Fold, claim: Claim): void {
  const before = fold.crash
  if (claim.weight === 'detail') {
    if (before) fold.crash = { ...before, ...detailOf(claim, before) }
    return
  }
  if (claim.weight === 'mention' || (before && isConsequence(fold, before, claim))) return
  if (before && claim.kind === 'sandbox-violation') {
    fold.crash = { ...before, kind: claim.kind }
    return
  }
  const kept = before?.kind === 'timeout' || before?.kind === 'sandbox-violation'
  fold.crash = kept ? { ...claim, kind: before.kind ?? '', family: before.family } : claim
  restart(fold)
  const said = saidOf(claim)
  if (said.length > 0) fold.said = said
  fold.room = framesMax - (claim.kind === 'v8-api-error' ? 0 : Math.min(1, said.length))
  if (claim.message?.startsWith('CSA_')) fold.room = 0
}

/** Whether a claim only follows from the crash that is known, or says less than it does. */
function isConsequence(fold: Fold, before: Claim, claim: Claim): boolean {
  const kind = claim.kind ?? ''
  if (firstOnly.has(kind) && claim.family !== 'android') return true
  if (claim.family === 'native' && kind === 'SEGV') return true
  if (claim.message !== undefined && claim.message === before.message) return kind === before.kind
  // A kernel that goes on prints the same finding again before it gives up.
  if (claim.family === 'kernel' && before.family === 'kernel') {
    if (kind === 'kernel-panic' || kind === before.kind) return true
  }
  if (firstFamilies.has(claim.family) && claim.weight === 'cause') {
    return !(claim.kind === 'direct-leak' && before.kind === 'indirect-leak')
  }
  const isRaised = raisedBy.has(kind) || claim.weight === 'last'
  if (
    isRaised &&
    claim.family !== 'android' &&
    (explains.has(before.kind ?? '') || before.family === 'go')
  )
    return true
  if (kind === 'SEGV' && before.kind === 'assertion') {
    return stopAddresses.has(claim.address ?? '') || fold.text.includes('(signal)')
  }
  if (before.family === 'kernel' || before.family === 'python')
    return claim.family !== before.family
  return false
}

/** Where WebKit writes to when it stops itself, on processors that cannot hold `0xbbadbeef`. */
const stopAddresses = new Set(
  ['bbadbeef', 'fbadbeef', '1f75b7dd', '977537dd', '9f7537dd'].map((digits) => `0x0000${digits}`),
)

function detailOf(detail: Claim, before: Claim): Partial<Claim> {
  const { access, sizeBytes, address, kind } = detail
  if (explains.has(before.kind ?? '') && before.family === 'native') return {}
  return present<Partial<Claim>>({
    ...{ sizeBytes, address: before.family === 'kernel' ? (before.address ?? address) : address },
    access: access ?? before.access,
    kind: kind ?? before.kind,
  })
}

const withFile = new Set([
  ...['check', 'dcheck', 'security-check', 'security-dcheck', 'fatal-error', 'runtime-assertion'],
  ...['unreachable', 'out-of-memory'],
])

/** What a crash says of itself, as the first lines of its state. */
function saidOf({ kind = '', family, message = '', file }: Claim): string[] {
  const source = file?.slice(file.lastIndexOf('/') + 1)
  const first = message.split('\n', 1)[0]?.trim() ?? ''
  if (kind === 'correctness-failure') return message.split('\n')
  if (first.startsWith('CSA_')) return source === undefined ? [first] : [first, source]
  if (kind === 'assertion' || kind === 'v8-api-error' || kind === 'test-failure') return [first]
  if (kind === 'panic') return [first]
  if (kind === 'vptr' || kind === 'cfi') return first === '' ? [] : [first]
  if (kind === 'missing-library') return [first]
  if (!withFile.has(kind) || family === 'php') return []
  const text = first.split(';', 1)[0]?.trim() ?? ''
  if (text === '') return source === undefined ? [] : [source]
  return [source === undefined ? text : `${text} in ${source}`]
}

type At = { readonly at: number; readonly styles: FrameStyles }

function takeFrame(fold: Fold, lines: Lines, { at, styles }: At): void {
  const frame = conventionFrame(lines.bare(at), styles)
  if (!frame || frame.isPassedOver || fold.facts.passedOver?.test(frame.name)) return
  if (fold.all.length < framesKeptMax) fold.all.push(frame.name)
  const { crash } = fold
  const isFirst = fold.all.length === 1 && frame.address !== undefined
  if (crash?.family === 'kernel' && isFirst && !fold.text.includes('KASAN')) {
    fold.crash = { ...crash, address: frame.address ?? '' }
  }
  if (styles.isPython) fold.frames.unshift(frame)
  else if (fold.frames.length < fold.room) fold.frames.push(frame)
}

const stateLineMax = 80
/** A stack that ran over has tens of thousands of frames, and shows its cycle in the first. */
const framesKeptMax = 400

function finished(fold: Fold, claim: Claim): ClusterFuzzCrash {
  const { facts } = fold
  const isSymbolised = facts.isSymbolised ?? true
  const family = claim.family
  const crash = present<Crash>({
    ...{ kind: claim.kind ?? 'unknown', access: claim.access, sizeBytes: claim.sizeBytes },
    ...{ address: claim.address, message: claim.message, frames: [] },
  })
  const whole = { crash: { ...crash, frames: [] }, family, weight: claim.weight, start: 0, end: 0 }
  const type = withoutLargeSize(crashTypeOf(whole))
  const frames = cycleOf(fold) ?? fold.frames.slice(0, fold.room).map(({ name }) => name)
  const state = [...fold.said, ...frames].map((line) =>
    isSymbolised ? generalised(line, claim).slice(0, stateLineMax) : line,
  )
  return { type, address: addressOf(claim), state: stateOr(fold, claim, state) }
}

const sizeShownMax = 16

/** Sizes above those of machine words differ from input to input. */
const withoutLargeSize = (type: string): string =>
  type.replace(/^(\D+)(\d+)/, (all, before: string, size: string) =>
    Number(size) > sizeShownMax ? `${before}{*}` : all,
  )

const byTarget = new Set(['out-of-memory', 'allocation-size-too-big', 'timeout'])

function stateOr({ facts, process }: Fold, { kind = '' }: Claim, state: string[]): string[] {
  const { target } = facts
  if (target !== undefined && (byTarget.has(kind) || kind === 'overwrites-const-input')) {
    return [target]
  }
  if (state.length > 0) return state
  const named = process ?? target
  return named === undefined ? [] : [named]
}

/** Checks of values and runtimes of languages have no address in this convention. */
function addressOf({ family, kind = '', weight, address = '' }: Claim): string {
  if (family === 'go') return ''
  if (family === 'ubsan' && weight === 'cause' && kind !== 'vptr' && kind !== 'cfi') return ''
  return address
}

const cycleMax = 10
const roundsMin = 3

/** The calls that go round in a stack that ran over: the first that come three times in a row. */
function cycleOf({ crash, all }: Fold): string[] | null {
  if (crash?.kind !== 'stack-overflow' || crash.family === 'go') return null
  for (let at = 0; at < all.length; at++) {
    for (let length = 1; length <= cycleMax; length++) {
      if (at + roundsMin * length >= all.length) break
      const round = all.slice(at, at + length)
      const comes = Array.from({ length: roundsMin * length }, (_, step) => all[at + step])
      if (comes.every((name, step) => name === round[step % length])) {
        return round.slice(0, framesMax)
      }
    }
  }
  return null
}

/** Without what changes from run to run: offsets, addresses, numbers, what cannot be printed. */
function generalised(line: string, { kind }: Claim): string {
  const printable = line.replace(/[^\x20-\x7e\t]/g, '')
  // The numbers of a comparison of builds are what was compared.
  return kind === 'correctness-failure' ? printable : withoutNumbers(printable)
}

const withoutNumbers = (line: string): string =>
  line
    .replace(/\+0x[0-9a-fA-F]+$/, '')
    .replace(/0x[0-9a-fA-F]{4,}U*/g, 'ADDRESS')
    .replace(/(?<![:\d.])(?:[\d.]{4,}|(?<= )\d{2,}|(?<=[@#])\d+)(?![A-Za-z\d.])/g, 'NUMBER')

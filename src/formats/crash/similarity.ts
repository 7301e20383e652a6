import type { Crash, Frame } from '#formats/finding/finding.ts'
import { pattern } from '#formats/text/pattern.ts'
import { stateOf, tellingFrames } from './state.ts'

const raw = String.raw

/**
 * Whether two crash states (see `stateOf`) are the same by ClusterFuzz's rule: equal, or at least
 * two lines in common in the same order, or lines that read alike on average. `NULL` and an empty
 * state say nothing and are like nothing but themselves.
 */
export function similarStates(a: readonly string[], b: readonly string[]): boolean {
  const first = told(a)
  const second = told(b)
  if (first.length === 0 || second.length === 0) return first.length === second.length
  if (first.length === second.length && first.every((line, at) => line === second[at])) return true
  if (commonInOrder(first, second) >= linesAlikeMin) return true
  return alikeness(first, second) > alikenessMin
}

/** The two constants of ClusterFuzz's comparison of crash states. */
const linesAlikeMin = 2
const alikenessMin = 0.8

const told = (state: readonly string[]): string[] =>
  state.filter((line) => line !== '' && line !== 'NULL')

/** The length of the longest common subsequence. */
function commonInOrder(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const line of a) {
    const next = [0]
    for (let at = 0; at < b.length; at++) {
      const best = line === b[at] ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0)
      next.push(best)
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The mean over lines at the same place of one minus the edit distance over both lengths. */
function alikeness(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length)
  let sum = 0
  for (let at = 0; at < length; at++) sum += halved(a[at] ?? '', b[at] ?? '')
  return length === 0 ? 0 : sum / length
}

function halved(a: string, b: string): number {
  const length = a.length + b.length
  return length === 0 ? 1 : 1 - editDistance(a.slice(0, 200), b.slice(0, 200)) / length
}

function ratio(a: string, b: string): number {
  const length = Math.max(a.length, b.length)
  return length === 0 ? 1 : 1 - editDistance(a.slice(0, 200), b.slice(0, 200)) / length
}

/** Levenshtein's distance in insertions, deletions and replacements of one character. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let left = 0; left < a.length; left++) {
    const next = [left + 1]
    for (let right = 0; right < b.length; right++) {
      const replaced = (row[right] ?? 0) + (a[left] === b[right] ? 0 : 1)
      next.push(Math.min(replaced, (row[right + 1] ?? 0) + 1, (next[right] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** How fast a frame counts less the farther it stands from the fault (CASR's `a`). */
const depthDecay = 0.04
/** How fast two equal frames count less the farther apart they stand (CASR's `r`). */
const shiftDecay = 0.13
const framesComparedMax = 40

/**
 * How alike two crashes are, 0 to 1: the position dependent model of ReBucket (Dang et al., ICSE
 * 2012) with the constants of CASR over the frames that tell something, lowered where the kinds
 * or the asserted texts contradict. 0 where neither has anything to compare. Where both frames of
 * a match name a line and the lines differ, the match counts `otherLine` of itself.
 */
export function crashSimilarity(a: Crash, b: Crash, otherLine = 1): number {
  const stacks = stackSimilarity(comparedFrames(a), comparedFrames(b), otherLine)
  const words = messageSimilarity(a, b)
  if (stacks === null) return words === null ? 0 : words * kindAgreement(a, b)
  const seen = words === null ? stacks : stacks * (0.5 + 0.5 * words)
  return seen * kindAgreement(a, b)
}

/** A crash is compared with many others, so its telling frames are found once. */
const remembered = new WeakMap<Crash, readonly Frame[]>()

/** The telling frames by which a crash is compared with others, innermost first. */
export function comparedFrames(crash: Crash): readonly Frame[] {
  const known = remembered.get(crash)
  if (known) return known
  const frames = tellingFrames(crash)
    .slice(0, framesComparedMax)
    .map((frame) => ({ ...frame, function: frame.function.replace(returnType, '') }))
  remembered.set(crash, frames)
  return frames
}

/** Template instances are printed with what they return, by some tools only. */
const returnType = /^(?:void|auto|bool|int) (?=\S*[:<])/

/** Null where one of the two has no frame that tells anything. */
function stackSimilarity(
  a: readonly Frame[],
  b: readonly Frame[],
  otherLine: number,
): number | null {
  if (a.length === 0 || b.length === 0) return null
  let row = new Array<number>(b.length + 1).fill(0)
  for (const [left, mine] of a.entries()) {
    const next = [0]
    for (const [right, theirs] of b.entries()) {
      const kept = Math.max(row[right + 1] ?? 0, next[right] ?? 0)
      if (mine.function !== theirs.function) next.push(kept)
      else {
        const credit = isOtherLine(mine, theirs) ? otherLine : 1
        next.push(Math.max(kept, (row[right] ?? 0) + credit * weight(left, right)))
      }
    }
    row = next
  }
  let whole = 0
  for (let at = 0; at < Math.min(a.length, b.length); at++) whole += Math.exp(-depthDecay * at)
  return Math.min(1, (row[b.length] ?? 0) / whole)
}

const isOtherLine = (a: Frame, b: Frame): boolean =>
  a.line !== undefined && b.line !== undefined && a.line !== b.line

const weight = (left: number, right: number): number =>
  Math.exp(-depthDecay * Math.min(left, right)) * Math.exp(-shiftDecay * Math.abs(left - right))

/** How alike two asserted texts read; null unless both crashes assert something. */
function messageSimilarity(a: Crash, b: Crash): number | null {
  if (a.message === undefined || b.message === undefined) return null
  const [first = ''] = stateOf({ ...a, frames: [] })
  const [second = ''] = stateOf({ ...b, frames: [] })
  return first === '' || second === '' ? null : ratio(first, second)
}

/** Kinds by what went wrong: within a group one bug shows now so, now so. */
const groups: readonly RegExp[] = [
  pattern(
    raw`^(?:SEGV|BUS|unknown-crash|access-violation|heap-|stack-buffer|stack-use|global-`,
    raw`|container-|use-after|dynamic-stack|slab-|invalid-(?:read|write)|tag-mismatch|null`,
    raw`|user-memory|wild-|invalid-memory|bad-free|double-free|out-of-bounds)`,
  ),
  /^(?:use-of-uninit|uninit)/,
  /overflow$|divide|^shift|^float-cast|^implicit/,
  /^(?:assertion|check|dcheck|security-|panic|ABRT|fatal-|unreachable|TRAP|ILL|deadly-signal)/,
  /^(?:out-of-memory|allocation-size|timeout|stack-overflow|rcu-stall|task-hung|soft-lockup)/,
  /leak|definitely-lost/,
]

function kindAgreement(a: Crash, b: Crash): number {
  if (a.kind === b.kind) return a.access && b.access && a.access !== b.access ? 0.95 : 1
  if (a.kind === 'stack-trace' || b.kind === 'stack-trace') return 1
  const group = groups.find((one) => one.test(a.kind))
  return group?.test(b.kind) ? 0.9 : 0.7
}

import { pattern } from '#formats/text/pattern.ts'
import type { CrashFamily } from './claim.ts'
import { kernelFrame } from './frame-kernel.ts'
import { nativeFrame } from './frame-native.ts'
import { atFrame, goFrame, pythonFrame, rustFrame, type TakenFrame } from './frame-runtime.ts'
import type { Lines } from './line.ts'

const raw = String.raw

/** The frame on line `at` in the styles that this family prints, or null. */
export function frameAt(lines: Lines, at: number, family: CrashFamily): TakenFrame | null {
  const line = lines.bare(at)
  if (line === '') return null
  const first = line.charCodeAt(0)
  if (first === 70 && line.startsWith('File "')) return pythonFrame(line)
  if (first === 97 && line.startsWith('at ') && !line.startsWith('at 0x')) return atFrame(line)
  if (family === 'go') {
    const call = goFrame(lines, at)
    if (call) return call
  }
  if (family === 'rust' && first >= 48 && first <= 57) {
    const frame = rustFrame(lines, at)
    if (frame) return frame
  }
  if (family === 'kernel') {
    const frame = kernelFrame(line.replace(/^#\d{1,4} (?=\[<)/, ''))
    if (frame) return { frame, used: 1 }
  }
  const frame = nativeFrame(line)
  return frame ? { frame, used: 1 } : null
}

/** Headings under which a second stack stands: who freed, allocated, wrote before, began it. */
const secondary = pattern(
  raw`^(?:freed by|previously (?:allocated|freed)|allocated (?:by|here|in)|deallocated`,
  raw`|Previous (?:atomic )?(?:write|read)|Allocated by|Freed by`,
  raw`|Thread T\d{1,6}\b.{0,300} created (?:by|at)|Uninit(?:ialized)? (?:value|was`,
  raw`|bytes?)\b.{0,200}(?:stored|created)|Memory was marked|Location is |Mutex M\d`,
  raw`|As if synchroni[sz]ed|Block was alloc'd|Uninitialised value was`,
  raw`|Last potentially related|Second to last potentially`,
  raw`|Local variable .{0,200} created|HINT: |Task trace:|Conflicting load`,
  raw`|goroutine \d{1,9} \[(?!running)|created by |kfence-#\d|`,
  raw`(?:Address .{0,40} )?is a wild pointer|\[end of stack trace\]|---\[ end trace`,
  raw`|Tombstone written)`,
)

export const opensSecondStack = (line: string): boolean => secondary.test(line)

/** Lines after which nothing of the crash follows, except the next crash. */
const finish = /^(?:SUMMARY: |ABORTING$|\[end of stack trace\]|---\[ end trace)/

export const endsReport = (line: string): boolean => finish.test(line)

/** How many lines that are no frames may stand between two frames of one stack. */
export function gapMax(family: CrashFamily): number {
  switch (family) {
    case 'kernel':
      return 200
    case 'python':
      return 4
    case 'go':
    case 'java':
    case 'javascript':
    case 'dotnet':
      return 3
    default:
      return 12
  }
}

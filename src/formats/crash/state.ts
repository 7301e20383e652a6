import type { Crash, Frame } from '#formats/finding/finding.ts'
import { isBoring } from './boring.ts'

const stateLineMax = 80
const stateLinesMax = 3

/**
 * A crash state after ClusterFuzz's: what was asserted, if anything, then the innermost frames
 * that say something, three lines in all, each at most 80 characters. Two crashes with the same
 * state are almost surely one bug. `file` is where the report itself places the fault. Names are
 * normalised as everywhere here; `clusterFuzzCrash` gives the state that ClusterFuzz would.
 */
export function stateOf(crash: Crash, file?: string): string[] {
  const lines: string[] = []
  const said = assertionLine(crash, file)
  if (said !== null) lines.push(said)
  for (const name of tellingNames(crash, file)) {
    if (lines.length >= stateLinesMax) break
    // Beside an assertion, the offset of code without symbols tells nothing.
    if (said !== null && moduleOffset.test(name)) continue
    lines.push(name)
  }
  return lines.map((line) => line.slice(0, stateLineMax))
}

/** Checks that a file holds: the file is part of what they say. */
const checks = new Set([
  ...['check', 'dcheck', 'security-check', 'security-dcheck', 'fatal-error'],
  ...['runtime-assertion', 'unreachable', 'out-of-memory', 'fatal-log'],
])

/** Kinds whose message names the bug better than any frame does. */
const assertive = new Set([
  ...[...checks, 'assertion', 'panic', 'missing-library', 'cfi', 'vptr'],
  ...['v8-api-error', 'correctness-failure', 'test-failure'],
])

function assertionLine(crash: Crash, file: string | undefined): string | null {
  const message = crash.message?.split('\n', 1)[0]?.trim() ?? ''
  if (!assertive.has(crash.kind)) return null
  const source = file === undefined || !checks.has(crash.kind) ? '' : baseName(file)
  if (message === '') return source === '' ? null : source
  const general = message.replace(numbers, 'NUMBER')
  return source === '' ? general : `${general} in ${source}`
}

/** Numbers that change from run to run: numbered things, and any of two digits or more. */
const numbers = /(?<=[#@])\d{1,20}|(?<=^|[\s(=])\d{2,20}(?=$|[\s),;.])/g

/**
 * The functions of a crash that tell something, innermost first: frames that stand in every trace
 * are left out, a fuzz target's entry goes by its file and ends the list, and a stack that ran
 * over starts where it recurses, since what it happened to call last is chance.
 */
export const tellingNames = (crash: Crash, file?: string): string[] =>
  tellingFrames(crash, file).map((frame) => frame.function)

/** The same with their places. */
export function tellingFrames(crash: Crash, file?: string): Frame[] {
  const telling = crash.frames.filter((frame) => !isBoring(frame) || isEntry(frame))
  const symbolised = telling.some((frame) => !isModule(frame))
  const frames: Frame[] = []
  for (const frame of symbolised ? telling.filter((one) => !isModule(one)) : telling) {
    if (!isEntry(frame)) frames.push(frame)
    else {
      const entry = frame.file ?? file
      if (entry !== undefined && !isBoring({ ...frame, function: '', file: entry })) {
        frames.push({ ...frame, function: baseName(entry) })
      }
      break
    }
  }
  return crash.kind === 'stack-overflow' ? recursion(frames) : frames
}

const isEntry = (frame: Frame): boolean => frame.function === 'LLVMFuzzerTestOneInput'

const moduleOffset = /\+0x[0-9a-f]{1,16}$/i

const isModule = (frame: Frame): boolean => moduleOffset.test(frame.function)

/** From the first function that occurs again, with direct recursion written once. */
function recursion(frames: readonly Frame[]): Frame[] {
  const counts = new Map<string, number>()
  for (const { function: name } of frames) counts.set(name, (counts.get(name) ?? 0) + 1)
  const start = frames.findIndex((frame) => (counts.get(frame.function) ?? 0) > 1)
  const rest = frames.slice(Math.max(0, start))
  return rest.filter((frame, at) => at === 0 || frame.function !== rest[at - 1]?.function)
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1)

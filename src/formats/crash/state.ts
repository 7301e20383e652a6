import type { Crash, Frame } from '#formats/finding/finding.ts'
import { isBoring } from './boring.ts'

const stateLineMax = 80
const stateLinesMax = 3

/**
 * The crash state of ClusterFuzz's convention: what was asserted, if anything, then the innermost
 * frames that say something, three lines in all, each at most 80 characters. Two crashes with the
 * same state are almost surely one bug. `file` is where the report itself places the fault.
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
  ...['runtime-assertion', 'unreachable', 'out-of-memory'],
])

/** Kinds whose message names the bug better than any frame does. */
const assertive = new Set([...checks, 'assertion', 'panic', 'missing-library', 'cfi', 'vptr'])

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
export function tellingNames(crash: Crash, file?: string): string[] {
  const telling = crash.frames.filter((frame) => !isBoring(frame) || isEntry(frame))
  const symbolised = telling.some((frame) => !isModule(frame))
  const names: string[] = []
  for (const frame of symbolised ? telling.filter((one) => !isModule(one)) : telling) {
    if (!isEntry(frame)) names.push(frame.function)
    else {
      const entry = frame.file ?? file
      if (entry !== undefined && !isBoring({ ...frame, function: '', file: entry })) {
        names.push(baseName(entry))
      }
      break
    }
  }
  return crash.kind === 'stack-overflow' ? recursion(names) : names
}

const isEntry = (frame: Frame): boolean => frame.function === 'LLVMFuzzerTestOneInput'

const moduleOffset = /\+0x[0-9a-f]{1,16}$/i

const isModule = (frame: Frame): boolean => moduleOffset.test(frame.function)

/** From the first function that occurs again, with direct recursion written once. */
function recursion(names: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const start = names.findIndex((name) => (counts.get(name) ?? 0) > 1)
  const rest = names.slice(Math.max(0, start))
  return rest.filter((name, at) => at === 0 || name !== rest[at - 1])
}

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1)

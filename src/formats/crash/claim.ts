import type { Lines } from './line.ts'

/** Who printed a crash: it decides how frames read and how the kind is named. */
export type CrashFamily =
  | 'asan'
  | 'hwasan'
  | 'msan'
  | 'tsan'
  | 'ubsan'
  | 'lsan'
  | 'fuzzer'
  | 'valgrind'
  | 'kernel'
  | 'go'
  | 'rust'
  | 'python'
  | 'java'
  | 'javascript'
  | 'dotnet'
  | 'php'
  | 'debugger'
  | 'android'
  | 'windows'
  | 'native'

/**
 * How much a line says about the cause. One crash often prints several: an assertion, then the
 * signal that it raised, then the fuzzer's word for it. The most telling one names the crash.
 *
 * - `cause`: the program or a detector itself says what is wrong
 * - `signal`: how the process died
 * - `last`: somebody noticed that it died (libFuzzer's deadly signal)
 * - `mention`: an exception was logged, and may well have been caught
 * - `detail`: adds to the crash that is open, and opens none
 */
export type Weight = 'cause' | 'signal' | 'last' | 'mention' | 'detail'

/** What one line (or a few) of a log says about a crash. */
export type Claim = {
  readonly weight: Weight
  readonly family: CrashFamily
  /** Absent in details that say nothing of the kind. */
  readonly kind?: string
  readonly access?: 'read' | 'write'
  readonly sizeBytes?: number
  readonly address?: string
  /** What the program printed: an assertion, a panic's or an exception's text. */
  readonly message?: string
  /** Where the claim itself says that it arose. */
  readonly file?: string
  readonly line?: number
  /** How many lines the claim took, when more than one. */
  readonly used?: number
  /** The function at fault, where the line itself names it: a frame for want of a stack. */
  readonly function?: string
  /** The address that faulted is the one that was to be run. */
  readonly isJump?: true
  /** Starts a crash of its own even while another of the same log is still being read. */
  readonly apart?: true
}

/** Reads the claim on line `at`, or null. Cheap for lines that hold none. */
export type ClaimReader = (lines: Lines, at: number) => Claim | null

/** One shape of claim; `needle` is a text that every such line holds. */
export type ClaimRule = {
  readonly needle: string
  readonly read: (line: string, lines: Lines, at: number) => Claim | null
}

/** Tries the rules in order on lines that hold their needle. */
export const readerOf =
  (rules: readonly ClaimRule[]): ClaimReader =>
  (lines, at) => {
    const line = lines.bare(at)
    for (const { needle, read } of rules) {
      if (!line.includes(needle)) continue
      const claim = read(line, lines, at)
      if (claim) return claim
    }
    return null
  }

/**
 * `0x` and lower-case digits, whatever the printer wrote; undefined for no address. Zeros in front
 * of 48 bits, which is what processors use of an address, are left out, as sanitizers do.
 */
export function addressOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const digits = text.replaceAll('`', '').replace(/^0x/i, '').toLowerCase()
  if (!/^[0-9a-f]{1,20}$/.test(digits)) return undefined
  return `0x${digits.length > 12 ? digits.replace(/^0+/, '').padStart(12, '0') : digits}`
}

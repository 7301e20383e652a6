/**
 * Every reason for which Parley declines, with the exit code the command line answers with.
 * The codes are public and stable: scripts match on them.
 */
export const refusals = {
  'bad-usage': 2,
  'not-found': 3,
  'not-readable': 3,
  malformed: 4,
  'too-large': 4,
  'unknown-format': 4,
  'ambiguous-format': 4,
  'not-writable': 5,
  'no-network': 6,
  'newer-version': 7,
  'not-configured': 7,
  'already-running': 7,
  'port-taken': 7,
  'disk-full': 7,
  'no-database': 7,
} as const

export type RefusalCode = keyof typeof refusals

/** One "no": what was wrong, where (file, JSON pointer or line), and what to do about it. */
export type Refusal = {
  readonly code: RefusalCode
  readonly why: string
  readonly at?: string
  readonly hint?: string
}

import type { RefusalCode } from '#kernel/refusal.ts'
import { refusals } from '#kernel/refusal.ts'

/** What each exit code means; public and stable, scripts rely on them. */
export const exitCodes = {
  0: 'everything was read and written',
  1: 'findings remain that --fail-on asks about, or a proof, patch or pack does not hold',
  2: 'the command line is wrong',
  3: 'a file or folder that was named is not there or may not be read',
  4: 'part of the input could not be read; the rest was processed',
  5: 'a result could not be written',
  6: 'the network, or what was asked of it, could not be reached',
  7: 'the service cannot run as asked: its port, its data folder, its database or its settings',
  70: 'a defect in Parley',
  130: 'interrupted',
} as const

export type ExitCode = keyof typeof exitCodes

/** Which of two codes a command answers with that has earned both. */
const gravest: readonly ExitCode[] = [130, 70, 2, 7, 5, 6, 3, 4, 1, 0]

export const worse = (one: ExitCode, other: ExitCode): ExitCode =>
  gravest.indexOf(one) <= gravest.indexOf(other) ? one : other

export const exitCodeFor = (code: RefusalCode): ExitCode => refusals[code]

/** The lines that `--help` ends with. */
export const exitCodesText = (): string =>
  [
    'Exit codes:',
    ...Object.entries(exitCodes).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`),
  ].join('\n')

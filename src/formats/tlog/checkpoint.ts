import { no, type Result, yes } from '#kernel/result.ts'
import { hashBytes } from './hash.ts'
import { exactBase64 } from './note.ts'

/** What a log says of itself: its name, how many entries it has, and the root of their tree. */
export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** Lines that others may add below (c2sp.org/tlog-checkpoint); usually none. */
  readonly extensions: readonly string[]
}

/** The text that is signed: each of its parts on a line of its own. */
export const checkpointText = ({ origin, size, root, extensions }: Checkpoint): string =>
  `${[origin, String(size), root.toString('base64'), ...extensions].join('\n')}\n`

/** Reads the text of a note; refuses what would be spelled otherwise when it is written again. */
export function parseCheckpoint(text: string): Result<Checkpoint> {
  const malformed = (why: string): Result<never> => no({ code: 'malformed', why })
  if (!text.endsWith('\n')) return malformed('is no checkpoint: its last line has no end')
  const [origin = '', digits = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n')
  if (origin === '') return malformed('is no checkpoint: it names no log')
  const size = Number(digits)
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(digits) || !Number.isSafeInteger(size)) {
    return malformed('is no checkpoint: its second line is no number of entries')
  }
  const root = exactBase64(encoded)
  if (root === null || root.length !== hashBytes) {
    return malformed('is no checkpoint: its third line is no hash')
  }
  if (extensions.includes('')) return malformed('is no checkpoint: it has an empty line')
  return yes({ origin, size, root, extensions })
}

import { closeSync, openSync, writeFileSync } from 'node:fs'
import type { Refusal } from '#kernel/refusal.ts'
import { type No, no, type Result, yes } from '#kernel/result.ts'
import { manyLines } from '#platform/terminal/visible.ts'
import { type Draft, draftOf } from './draft.ts'

/**
 * A reader that goes away (`parley ... | head`) is no error: what it did not want is not written.
 * An output that takes no more, such as a full disk, is.
 * An interruption leaves no half-written file behind, since files appear whole or not at all.
 */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode)
      if (stream === process.stdout) tell([`parley: standard output: ${error.message}`])
      process.exit(5)
    })
  }
  process.on('SIGINT', () => process.exit(130))
  process.on('SIGTERM', () => process.exit(143))
}

/** Lines for the user, to standard output. They may hold text from outside only escaped. */
export function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}

/** Lines about the work itself, to standard error, safe whatever they quote. */
export function tell(lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(`${lines.map(manyLines).join('\n')}\n`)
}

/**
 * Writes a whole file or nothing: `path` never holds half of `content`, which may come in pieces.
 * `-` is standard output.
 */
export function writeWhole(path: string, content: string | Iterable<string>): Result<null> {
  const pieces = typeof content === 'string' ? [content] : content
  if (path === '-') {
    for (const piece of batched(pieces)) process.stdout.write(piece)
    return yes(null)
  }
  let draft: Draft | null = null
  try {
    draft = draftOf(path)
    const file = openSync(draft.path, 'w')
    try {
      for (const piece of batched(pieces)) writeFileSync(file, piece)
    } finally {
      closeSync(file)
    }
    draft.keep()
    return yes(null)
  } catch (error) {
    draft?.drop()
    return notWritable(path, error)
  }
}

/** Why a result could not be written, as its exit code needs it. */
export function notWritable(path: string, error: unknown): No<Refusal> {
  const why = error instanceof Error ? error.message : String(error)
  return no({ code: 'not-writable', why: `cannot be written: ${why}`, at: path })
}

const batchLength = 2 ** 20

/** Joins small pieces, so that each is not a call to the system of its own. */
function* batched(pieces: Iterable<string>): Generator<string> {
  let held: string[] = []
  let length = 0
  for (const piece of pieces) {
    held.push(piece)
    length += piece.length
    if (length < batchLength) continue
    yield held.join('')
    held = []
    length = 0
  }
  if (length > 0) yield held.join('')
}

import { crashesIn } from '#formats/crash/crash.ts'
import type { Crash } from '#formats/finding/finding.ts'
import {
  type Location,
  type Oracle,
  type ProofBundle,
  type Run,
  type Target,
  unsaid,
} from '#formats/proof/bundle.ts'
import { pathFault } from '#kernel/inside-path.ts'

/** A file of a proposed bundle: its bytes, or the file of this machine that is copied. */
export type ProposedFile = { readonly path: string } & (
  | { readonly bytes: Uint8Array }
  | { readonly copyOf: string }
)

/** A bundle that a program put together. It is marked as proposed, and no run takes it so. */
export type Proposal = { readonly bundle: ProofBundle; readonly files: readonly ProposedFile[] }

/** What a converter found; everything else is left to the person who looks. */
export type Found = {
  readonly title: string
  /** What it was made of, and what was guessed. */
  readonly madeOf: string
  readonly target: Target
  readonly location?: Location | null
  readonly build?: readonly string[]
  readonly run: Run
  readonly oracle?: Oracle | null
  readonly patch?: string | null
  readonly finder?: ProofBundle['finder'] | null
}

export const proposalOf = (found: Found, files: readonly ProposedFile[]): Proposal => ({
  bundle: {
    title: titleLine(found.title),
    proposed:
      `Put together by parley proof convert, out of ${found.madeOf}. Read the commands, the ` +
      'target and the oracle, say why this may be run, then take this member away.',
    target: found.target,
    location: found.location ?? null,
    environment: { kind: 'host', tools: {} },
    build: found.build ?? [],
    run: found.run,
    oracle: found.oracle ?? { kind: 'exit', code: 1, says: null },
    benign: null,
    variants: [],
    patch: found.patch ?? null,
    tests: [],
    limits: {
      ...{ buildSeconds: 300, runSeconds: 60, memoryMiB: 2048, processes: 128 },
      ...{ diskMiB: 1024, outputMiB: 8 },
    },
    authorisation: { statement: unsaid, by: unsaid },
    finder: found.finder ?? { name: unsaid, model: null },
  },
  files,
})

/** One line without control characters, of a length that a title may have. */
export function titleLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
  return line === '' ? 'A flaw' : line.slice(0, 200)
}

const folderNote = 'Put the code of the target here, and take this file away.\n'

/** A folder for code that did not come along. */
export const emptyTarget = (purl: string | null): { target: Target; files: ProposedFile[] } => ({
  target: { purl, source: { kind: 'folder', path: 'target' } },
  files: [{ path: 'target/PUT-THE-CODE-HERE.txt', bytes: Buffer.from(folderNote) }],
})

const memorySafety = /overflow|underflow|use-after|double-free|bad-free|SEGV|stack-|heap-|dealloc/i

/** What would show a crash again; null where it does not say. */
export function oracleOfCrash(crash: Crash, text: string): Oracle | null {
  const [frame] = crash.frames
  const named = frame?.function === undefined ? null : titleLine(frame.function)
  const tool = toolIn(text)
  if (tool !== null) {
    const error = memorySafety.test(crash.kind) && tool === 'address' ? titleLine(crash.kind) : null
    return { kind: 'sanitizer', tool, error, function: named }
  }
  if (crash.kind === 'SEGV') return { kind: 'signal', signal: 'SIGSEGV' }
  return null
}

/** The sanitizer that a report names (the first line of each says it). */
function toolIn(text: string): Extract<Oracle, { kind: 'sanitizer' }>['tool'] | null {
  const name = /ERROR: (Address|Leak)Sanitizer|WARNING: (Memory|Thread)Sanitizer/.exec(text)
  switch (name?.[1] ?? name?.[2]) {
    case 'Address':
      return 'address'
    case 'Leak':
      return 'leak'
    case 'Memory':
      return 'memory'
    case 'Thread':
      return 'thread'
    default:
      return /: runtime error: /.test(text) ? 'undefined' : null
  }
}

/** What the first crash in a text says of oracle and place. */
export function crashIn(text: string): { oracle: Oracle | null; location: Location | null } {
  const [first] = crashesIn(text.slice(0, crashTextMax))
  if (first === undefined) return { oracle: null, location: null }
  const { crash } = first
  const own = crash.frames.find(({ file }) => file !== undefined && !/^\/usr\//.test(file))
  const location = own?.file === undefined ? null : locationOf(own.file, own)
  return { oracle: oracleOfCrash(crash, text), location }
}

const crashTextMax = 2 ** 20

/** A place in the target; null where the name of the file cannot be one. */
export function locationOf(
  file: string,
  { line, function: named }: { readonly line?: number; readonly function?: string },
): Location | null {
  const path = file.replaceAll('\\', '/').replace(/^\/(?:src|work|build)\//, '')
  if (pathFault(path) !== null) return null
  return { file: path, function: named === undefined ? null : titleLine(named), line: line ?? null }
}

/** A name of somebody else's file as one of ours. */
export function safeName(name: string, instead: string): string {
  const plain = (name.split(/[\\/]/).at(-1) ?? '').replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 80)
  return pathFault(plain) === null && !plain.startsWith('.') ? plain : instead
}

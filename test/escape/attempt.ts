import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ending, Limits, SandboxRefusal, Tier } from '#platform/sandbox/sandbox.ts'

/** What an attempt may know of the machine that it must not reach. */
export type Outside = {
  /** A file of the machine with a secret in it, in a folder like that of an instance. */
  readonly secretFile: string
  readonly secret: string
  /** A server of the machine on its loopback, by TCP, and by sockets with a name and a path. */
  readonly port: number
  readonly abstractName: string
  readonly socketPath: string
  /** The process that runs the sandboxes. */
  readonly worker: number
  readonly tier: Tier
  /** A word that stands in the command of every process that is to stay behind. */
  readonly marker: string
}

/** How an attempt came to its end. */
export type AttemptEnd =
  | Ending
  | { readonly kind: 'refused'; readonly code: SandboxRefusal['code'] }

/** Something that must not succeed. */
export type Attempt = {
  readonly name: string
  /** What is hoped to hold it, as the table says it. */
  readonly guard: string
  /** A file in `programs`, or the text of one in Python. */
  readonly program: string
  /** An archive that `/work` is made of. */
  readonly state?: () => Uint8Array
  /** Limits that differ from those of the suite. */
  readonly limits?: Partial<Limits>
  /** How it must end; in any way, where it is left out, as long as nothing escaped. */
  readonly ends?: (end: AttemptEnd) => boolean
  /** Succeeds against a kernel of gVisor's, which is the sandbox's own. */
  readonly isOfSharedKernel?: boolean
}

/** A limit that must have been told as the reason of the end. */
export const byLimit =
  (limit: string) =>
  (end: AttemptEnd): boolean =>
    end.kind === 'limit' && end.limit === limit

/** Refused before the command, for what the archive holds. */
export const byState = (end: AttemptEnd): boolean =>
  end.kind === 'refused' && end.code === 'bad-state'

const folder = join(import.meta.dirname, 'programs')
const prelude = readFileSync(join(folder, 'prelude.py'), 'utf8')

/** The command that tries it. It says `tried` first, and `ESCAPED` when it got through. */
export function commandOf({ program }: Attempt, outside: Outside): readonly string[] {
  const isFile = /\.(py|sh)$/.test(program)
  const text = isFile ? readFileSync(join(folder, program), 'utf8') : program
  const filled = Object.entries(outside).reduce(
    (all, [name, value]) => all.replaceAll(`@${name}@`, String(value)),
    text,
  )
  return program.endsWith('.sh')
    ? ['sh', '-c', `echo tried\n${filled}`]
    : ['python3', '-c', `${prelude}\n${filled}`]
}

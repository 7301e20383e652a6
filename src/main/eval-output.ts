import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { notWritable, tell, writeWhole } from './output.ts'

export type EvalOutputOptions = { readonly json?: string; readonly plots?: string }

/** A picture and what it is called, without its ending. */
export type Plot = { readonly name: string; readonly svg: string }

/** Writes what is asked for; `-` is standard output, which then holds nothing else. */
export function writeEval(
  { json, plots }: EvalOutputOptions,
  found: { readonly value: unknown; readonly plots: readonly Plot[] },
): ExitCode {
  const code = json === undefined ? 0 : writeOne(json, `${jsonText(found.value)}\n`)
  if (plots === undefined) return code
  try {
    mkdirSync(plots, { recursive: true })
  } catch (error) {
    return worse(code, told(plots, notWritable(plots, error).refusal))
  }
  const taken = new Set<string>()
  return found.plots.reduce<ExitCode>((worst, { name, svg }) => {
    const path = join(plots, `${freeName(name, taken)}.svg`)
    return worse(worst, writeOne(path, svg))
  }, code)
}

/** Numbers that JSON cannot hold are told by name, not as null, which stands for "none". */
const jsonText = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, member: unknown) =>
      typeof member === 'number' && !Number.isFinite(member) ? String(member) : member,
    2,
  )

/** Names of models may hold anything; names of files hold letters, digits, dots and dashes. */
function freeName(name: string, taken: Set<string>): string {
  const plain =
    name
      .replace(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'model'
  let free = plain
  for (let count = 2; taken.has(free.toLowerCase()); count++) free = `${plain}-${count}`
  taken.add(free.toLowerCase())
  return free
}

/** Writes one file, and says so. */
export function writeOne(path: string, text: string): ExitCode {
  const written = writeWhole(path, text)
  if (!written.ok) return told(path, written.refusal)
  if (path !== '-') tell([oneLine(`Wrote ${path}`)])
  return 0
}

function told(path: string, { why, code }: ReturnType<typeof notWritable>['refusal']): ExitCode {
  tell([oneLine(`parley: ${path}: ${why}`)])
  return exitCodeFor(code)
}

import type { Stats } from 'node:fs'
import { glob, readdir, realpath, stat } from 'node:fs/promises'
import { asUnreadable } from './bytes.ts'
import type { Limits, Refused } from './input.ts'

/** Something that can be opened and read once. */
export type Found = {
  readonly is: 'found'
  /** As the user knows it. */
  readonly name: string
  readonly isNamed: boolean
  /** Zero for what has no size of its own: pipes, standard input. */
  readonly sizeBytes: number
  /** A regular file can be opened at any place; a pipe or device only from its start. */
  readonly isRegular: boolean
}

/**
 * The files that names stand for, each once: folders are walked in the order of their names,
 * patterns that no file is called are expanded, and `-` is standard input.
 */
export async function* filesOf(
  names: readonly string[],
  limits: Limits,
): AsyncGenerator<Found | Refused> {
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '-') {
      if (!seen.has('-')) yield { is: 'found', name, isNamed: true, sizeBytes: 0, isRegular: false }
      seen.add('-')
      continue
    }
    const matches = await matchesOf(name)
    for (const match of matches) yield* walk({ name: match, depth: 0 }, { seen, limits })
  }
}

const isPattern = /[*?[{]/

/** A name that exists stands for itself, whatever characters it has. */
async function matchesOf(name: string): Promise<readonly string[]> {
  if (!isPattern.test(name)) return [name]
  try {
    await stat(name)
    return [name]
  } catch {
    const matches: string[] = []
    for await (const match of glob(name)) matches.push(match)
    return matches.length > 0 ? matches.sort() : [name]
  }
}

type Step = { readonly name: string; readonly depth: number }
type Walk = { readonly seen: Set<string>; readonly limits: Limits }

async function* walk(step: Step, all: Walk): AsyncGenerator<Found | Refused> {
  const { name, depth } = step
  const isNamed = depth === 0
  try {
    const found = await stat(name)
    // Links may lead back to a folder above: what was seen once is not read again. Pipes that a
    // shell opens for a process have no real path.
    const place = found.isFile() || found.isDirectory() ? await realpath(name) : name
    if (all.seen.has(place)) return
    all.seen.add(place)
    if (found.isDirectory()) yield* walkFolder(step, all)
    else if (isNamed || found.isFile()) yield fileOf(name, isNamed, found)
  } catch (error) {
    const { refusal } = asUnreadable(error)
    yield { is: 'refused', name, refusal: { ...refusal, at: name }, isNamed }
  }
}

const fileOf = (name: string, isNamed: boolean, found: Stats): Found => ({
  ...{ is: 'found', name, isNamed },
  ...{ sizeBytes: found.isFile() ? found.size : 0, isRegular: found.isFile() },
})

/** Names that begin with a dot are left out (`.git`, `.DS_Store`) unless given by name. */
async function* walkFolder(step: Step, all: Walk): AsyncGenerator<Found | Refused> {
  const { name, depth } = step
  if (depth >= all.limits.depthMax) {
    const why = `lies more than ${all.limits.depthMax} folders deep`
    const refusal = { code: 'too-large', why, at: name } as const
    yield { is: 'refused', name, refusal, isNamed: depth === 0 }
    return
  }
  const entries = await readdir(name)
  const base = name.replace(/(?<=[^/])\/+$/, '')
  for (const entry of entries.filter((entry) => !entry.startsWith('.')).sort()) {
    const child = base === '/' ? `/${entry}` : `${base}/${entry}`
    yield* walk({ name: child, depth: depth + 1 }, all)
  }
}

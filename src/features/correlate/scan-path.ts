/** A path as a tool writes it, in parts that can be compared from the end. */
export type Path = {
  /** Lower case, without `.` and `..`. */
  readonly parts: readonly string[]
  /** Whether it starts at the root of some machine, which no other machine need have. */
  readonly isRooted: boolean
}

const rooted = /^(?:[a-z]:)?\/|^[a-z]:$/

export function pathOf(file: string): Path | null {
  const plain = file
    .trim()
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^file:\/+(?=[a-z]:)/, '')
    .replace(/^file:\/\/(?=\/)/, '')
  const parts: string[] = []
  for (const part of plain.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.length === 0 ? null : { parts, isRooted: rooted.test(plain) }
}

/** So many last parts of two rooted paths name one file, whatever the roots are. */
const rootedPartsMin = 4

/**
 * Whether two paths are one file. Where one is the end of the other, the rest is taken for a
 * working folder; two paths from the same root that differ are two files, as in a repository of
 * many packages that are all built alike.
 */
export function agreement(a: Path, b: Path): 'same' | 'perhaps' | null {
  const shared = sharedEnd(a.parts, b.parts)
  if (shared === 0) return null
  const isEnd = shared === Math.min(a.parts.length, b.parts.length)
  if (a.isRooted === b.isRooted && isEnd && a.parts.length === b.parts.length) return 'same'
  if (a.isRooted && b.isRooted) {
    if (shared >= rootedPartsMin) return 'same'
    return shared > 1 ? 'perhaps' : null
  }
  if (isEnd) return shared >= (a.isRooted || b.isRooted ? 2 : 3) ? 'same' : 'perhaps'
  return a.isRooted !== b.isRooted && shared > 2 ? 'perhaps' : null
}

function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  while (shared < a.length && shared < b.length && a.at(-1 - shared) === b.at(-1 - shared)) shared++
  return shared
}

/** The last parts of a path; null where it has fewer. */
export const endOf = ({ parts }: Path, length: number): string | null =>
  parts.length < length ? null : parts.slice(-length).join('/')

/** What equal results write alike: all of a path, without the root of the machine. */
export const wholePath = ({ parts, isRooted }: Path): string =>
  isRooted ? `/${parts.slice(-rootedPartsMin).join('/')}` : parts.join('/')

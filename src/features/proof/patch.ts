import { no, type Result, yes } from '#kernel/result.ts'

/** Why a patch cannot be read or does not apply, and where: a line of the patch, or a file. */
export type PatchRefusal = { readonly why: string; readonly at: string }

/** A line of a hunk: kept, taken away or added; `text` is without its mark and line end. */
export type HunkLine = { readonly kind: ' ' | '-' | '+'; readonly text: string }

export type Hunk = {
  /** One-based line of the old file at which it is expected; 0 for a file that is made. */
  readonly oldStart: number
  readonly lines: readonly HunkLine[]
  /** The last line of the old or new file has no line end. */
  readonly isOldOpen: boolean
  readonly isNewOpen: boolean
}

/** What a patch does to one file; a null path stands for a file that is not there. */
export type FilePatch = {
  readonly oldPath: string | null
  readonly newPath: string | null
  readonly hunks: readonly Hunk[]
}

const patchBytesMax = 4 * 2 ** 20
const filesMax = 1000
/** How far from where it says a hunk may be found, in lines. */
const driftMax = 2000

/**
 * Reads a unified diff as `diff -u` and `git diff` write it (one folder in front of each path, as
 * for `patch -p1`). Whatever is no such diff, or would touch what is not a plain text file below
 * the target's folder, is refused.
 */
export function parsePatch(text: string): Result<readonly FilePatch[], PatchRefusal> {
  if (text.length > patchBytesMax) return refused('the patch is longer than 4 MiB', 1)
  const lines = text.split('\n')
  const files: FilePatch[] = []
  let renamed: { readonly from: string } | null = null
  let at = 0
  while (at < lines.length) {
    const line = bare(lines[at])
    const bad = unsupported(line)
    if (bad !== null) return refused(bad, at + 1)
    if (line.startsWith('rename from ')) renamed = { from: line.slice(12) }
    else if (line.startsWith('rename to ') && renamed) {
      const file = pathsOf(`a/${renamed.from}`, `b/${line.slice(10)}`)
      if (!file.ok) return refused(file.refusal, at + 1)
      const own = `a/${renamed.from}`
      const isChanged = lines.slice(at + 1, at + 4).some((one) => nameOn(one) === own)
      if (!isChanged) files.push({ ...file.value, hunks: [] })
      renamed = null
    } else if (line.startsWith('--- ') && bare(lines[at + 1]).startsWith('+++ ')) {
      const file = readFile(lines, at)
      if (!file.ok) return file
      files.push(file.value.file)
      if (files.length > filesMax) return refused(`the patch touches over ${filesMax} files`, at)
      at = file.value.end
      continue
    }
    at++
  }
  return files.length === 0
    ? refused('this is no unified diff: it holds no "--- " and "+++ " lines', 1)
    : yes(files)
}

const refused = (why: string, line: number): Result<never, PatchRefusal> =>
  no({ why, at: `line ${line}` })

const bare = (line: string | undefined): string => (line ?? '').replace(/\r$/, '')

function unsupported(line: string): string | null {
  if (line.startsWith('GIT binary patch') || /^Binary files .* differ$/.test(line)) {
    return 'the patch changes a binary file; only text can be judged'
  }
  if (/^(?:new file|old|new|deleted file) mode (?:120000|160000)/.test(line)) {
    return 'the patch makes or changes a link or a submodule; only plain files are patched'
  }
  return null
}

type ReadFile = { readonly file: FilePatch; readonly end: number }

function readFile(lines: readonly string[], start: number): Result<ReadFile, PatchRefusal> {
  const paths = pathsOf(nameOn(lines[start]), nameOn(lines[start + 1]))
  if (!paths.ok) return refused(paths.refusal, start + 1)
  const hunks: Hunk[] = []
  let at = start + 2
  while (bare(lines[at]).startsWith('@@ ')) {
    const hunk = readHunk(lines, at)
    if (!hunk.ok) return hunk
    hunks.push(hunk.value.hunk)
    at = hunk.value.end
  }
  if (hunks.length === 0) return refused('a file is named without anything to change in it', at)
  return yes({ file: { ...paths.value, hunks }, end: at })
}

/** The path of a `---` or `+++` line, without the time behind a tab and without quotes. */
function nameOn(line: string | undefined): string {
  const name = bare(line).slice(4).split('\t', 1)[0] ?? ''
  return name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name.trimEnd()
}

type Paths = { readonly oldPath: string | null; readonly newPath: string | null }

function pathsOf(oldName: string, newName: string): Result<Paths, string> {
  const paths: (string | null)[] = []
  for (const name of [oldName, newName]) {
    if (name === '/dev/null') {
      paths.push(null)
      continue
    }
    const path = name.split('/').slice(1).join('/')
    const why = badPath(name, path)
    if (why !== null) return no(why)
    paths.push(path)
  }
  const [oldPath = null, newPath = null] = paths
  return oldPath === null && newPath === null
    ? no('a file that is neither before nor after the change')
    : yes({ oldPath, newPath })
}

function badPath(name: string, path: string): string | null {
  if (name.startsWith('/')) return `the path ${name} is absolute`
  if (path === '') return `the path ${name} has no folder in front (a/file, b/file)`
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    return `the path ${name} leads out of the target's folder`
  }
  if (parts.includes('.git') || parts.includes('.parley')) {
    return `the path ${name} lies in a folder that no patch may touch`
  }
  return /[\0-\x1f\\]/.test(path) ? `the path ${name} holds characters that no path needs` : null
}

const header = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/

type ReadHunk = { readonly hunk: Hunk; readonly end: number }

function readHunk(lines: readonly string[], start: number): Result<ReadHunk, PatchRefusal> {
  const match = header.exec(bare(lines[start]))
  if (!match) return refused('a hunk without "@@ -line,count +line,count @@"', start + 1)
  let oldLeft = Number(match[2] ?? 1)
  let newLeft = Number(match[4] ?? 1)
  const found: HunkLine[] = []
  let isOldOpen = false
  let isNewOpen = false
  let at = start + 1
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('\\')) {
      const last = found.at(-1)?.kind
      isOldOpen ||= last !== '+'
      isNewOpen ||= last !== '-'
      continue
    }
    if (oldLeft === 0 && newLeft === 0) break
    const kind = kindOf(line)
    if (kind === null)
      return refused('a line of a hunk that begins with no " ", "-" or "+"', at + 1)
    if (kind !== '+') oldLeft--
    if (kind !== '-') newLeft--
    if (oldLeft < 0 || newLeft < 0) return refused('a hunk has more lines than it says', at + 1)
    found.push({ kind, text: line.slice(1) })
  }
  if (oldLeft !== 0 || newLeft !== 0) return refused('a hunk has fewer lines than it says', at)
  return yes({
    hunk: { oldStart: Number(match[1]), lines: found, isOldOpen, isNewOpen },
    end: at,
  })
}

/** Mail and editors strip the blank that marks an empty line that is kept. */
function kindOf(line: string): HunkLine['kind'] | null {
  const [mark = ' '] = line
  return mark === ' ' || mark === '-' || mark === '+' ? mark : null
}

/**
 * The text of a file after its hunks. A hunk may stand somewhat away from where it says, but its
 * old lines must be there exactly, and in one place that is nearest; nothing is fuzzy.
 */
export function applyHunks(file: FilePatch, before: string): Result<string, PatchRefusal> {
  const at = file.newPath ?? file.oldPath ?? ''
  const isOpen = before !== '' && !before.endsWith('\n')
  const lines = before === '' ? [] : before.replace(/\n$/, '').split('\n')
  const hasReturns = lines.length > 0 && lines.every((line) => line.endsWith('\r'))
  const result: string[] = []
  let done = 0
  let drift = 0
  let isOpenAfter = isOpen
  for (const [index, hunk] of file.hunks.entries()) {
    const old = hunk.lines.filter(({ kind }) => kind !== '+').map(({ text }) => text)
    const expected = Math.max(0, hunk.oldStart - (old.length === 0 ? 0 : 1)) + drift
    const found = placeOf(lines, old, { expected, from: done })
    if (found === null) {
      const why = `hunk ${index + 1} does not apply: its old lines are not in the file`
      return no({ why, at: `${at}:${hunk.oldStart}` })
    }
    drift += found - expected
    result.push(...lines.slice(done, found))
    for (const { kind, text } of hunk.lines) {
      if (kind !== '-') result.push(hasReturns && !text.endsWith('\r') ? `${text}\r` : text)
    }
    done = found + old.length
    if (done === lines.length) isOpenAfter = hunk.isNewOpen
  }
  result.push(...lines.slice(done))
  return yes(result.length === 0 ? '' : `${result.join('\n')}${isOpenAfter ? '' : '\n'}`)
}

type Where = { readonly expected: number; readonly from: number }

/** The place nearest to the expected one at which the old lines stand, or null. */
function placeOf(
  lines: readonly string[],
  old: readonly string[],
  { expected, from }: Where,
): number | null {
  const isAt = (start: number): boolean =>
    start >= from &&
    start + old.length <= lines.length &&
    old.every((text, at) => sameLine(lines[start + at], text))
  if (old.length === 0) return Math.min(Math.max(expected, from), lines.length)
  for (let away = 0; away <= driftMax; away++) {
    if (isAt(expected - away)) return expected - away
    if (isAt(expected + away)) return expected + away
  }
  return null
}

const sameLine = (line: string | undefined, text: string): boolean =>
  line !== undefined && line.replace(/\r$/, '') === text.replace(/\r$/, '')

/** What to do to a folder for a patch: the whole new text of files, and files that go. */
export type Change =
  | { readonly is: 'write'; readonly path: string; readonly text: string }
  | { readonly is: 'remove'; readonly path: string }

/** The changes that a patch makes to files, whose texts are given by path; all of it or nothing. */
export function changesOf(
  files: readonly FilePatch[],
  textOf: (path: string) => string | null,
): Result<readonly Change[], PatchRefusal> {
  const now = new Map<string, string | null>()
  const read = (path: string): string | null =>
    now.has(path) ? (now.get(path) ?? null) : textOf(path)
  for (const file of files) {
    const { oldPath, newPath } = file
    const before = oldPath === null ? '' : read(oldPath)
    if (before === null) return no({ why: 'the file to change is not there', at: oldPath ?? '' })
    if (oldPath === null && newPath !== null && read(newPath) !== null) {
      return no({ why: 'the patch makes a file that is there already', at: newPath })
    }
    const after = applyHunks(file, before)
    if (!after.ok) return after
    if (newPath === null && after.value !== '') {
      return no({
        why: 'the patch deletes a file that holds more than it takes away',
        at: oldPath ?? '',
      })
    }
    if (oldPath !== null && oldPath !== newPath) now.set(oldPath, null)
    if (newPath !== null) now.set(newPath, after.value)
  }
  return yes(
    [...now].map(([path, text]) =>
      text === null ? { is: 'remove', path } : { is: 'write', path, text },
    ),
  )
}

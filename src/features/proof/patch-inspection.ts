import type { Location } from '#formats/proof/bundle.ts'
import { pattern } from '#formats/text/pattern.ts'
import type { FilePatch, Hunk } from './patch.ts'

/** What a person should know of a patch that no run can tell. */
export type PatchNote = {
  readonly kind:
    | 'tests-only'
    | 'elsewhere'
    | 'disabled'
    | 'deleted'
    | 'large'
    | 'tests-changed'
    | 'build'
  readonly words: string
}

type PatchSize = { readonly files: number; readonly added: number; readonly removed: number }

/** Patches that change more lines than this are seldom one fix. */
const changedLinesMax = 400
/** Taking away this many lines more than are put in is more than rewording. */
const deletedLinesMin = 8

function sizeOfPatch(files: readonly FilePatch[]): PatchSize {
  const lines = files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines))
  return {
    files: files.length,
    added: lines.filter(({ kind }) => kind === '+').length,
    removed: lines.filter(({ kind }) => kind === '-').length,
  }
}

/** Looks at what a patch touches, without running it. */
export function inspectPatch(
  files: readonly FilePatch[],
  location: Location | null,
): readonly PatchNote[] {
  const notes: PatchNote[] = []
  const paths = [...new Set(files.flatMap(({ oldPath, newPath }) => newPath ?? oldPath ?? []))]
  const tests = paths.filter(isTestPath)
  const { added, removed } = sizeOfPatch(files)
  if (tests.length === paths.length) {
    notes.push({ kind: 'tests-only', words: 'it touches nothing but tests' })
  } else if (tests.some((path) => takesFrom(files, path))) {
    notes.push({ kind: 'tests-changed', words: `it takes lines out of tests: ${few(tests)}` })
  }
  const builds = paths.filter((path) => buildFile.test(path))
  if (builds.length > 0) {
    notes.push({ kind: 'build', words: `it changes how the target is built: ${few(builds)}` })
  }
  notes.push(...elsewhere(paths, location))
  notes.push(...files.flatMap(disabledIn))
  if (removed - added >= deletedLinesMin) {
    const words = `it deletes code: ${removed} lines go and ${added} come`
    notes.push({ kind: 'deleted', words })
  }
  if (added + removed > changedLinesMax) {
    const words = `it is large: ${added} lines come and ${removed} go in ${paths.length} files`
    notes.push({ kind: 'large', words })
  }
  return notes
}

const raw = String.raw
const testFolders = /(?:^|\/)(?:tests?|testing|specs?|__tests__|testdata|fixtures)\//i
const testFiles = pattern(
  raw`(?:^|\/)(?:test_[^/]*|[^/]*[_.-](?:test|tests|spec)\.[^/]+`,
  raw`|[^/]*Tests?\.\w+|conftest\.py)$`,
)
const plainTest = /(?:^|\/)tests?\.\w{1,5}$/i
const buildFile = pattern(
  raw`(?:^|\/)(?:Makefile|CMakeLists\.txt|configure(?:\.ac)?|meson\.build|pom\.xml|.*\.mk`,
  raw`|build\.(?:gradle|xml|rs|zig)|Cargo\.toml|go\.mod|package\.json|setup\.(?:py|cfg)`,
  raw`|pyproject\.toml|BUILD(?:\.bazel)?)$`,
)

const isTestPath = (path: string): boolean =>
  testFolders.test(path) || testFiles.test(path) || plainTest.test(path)

const few = (paths: readonly string[]): string =>
  paths.length <= 3
    ? paths.join(', ')
    : `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more`

const takesFrom = (files: readonly FilePatch[], path: string): boolean =>
  files.some(
    ({ oldPath, hunks }) =>
      oldPath === path && hunks.some(({ lines }) => lines.some(({ kind }) => kind === '-')),
  )

function elsewhere(paths: readonly string[], location: Location | null): readonly PatchNote[] {
  if (location === null) return []
  const named = location.file
  const code = paths.filter((path) => !isTestPath(path))
  const isSame = (path: string): boolean =>
    path === named || path.endsWith(`/${named}`) || named.endsWith(`/${path}`)
  if (code.length === 0 || code.some(isSame)) return []
  const words = `it does not touch ${named}, where the flaw is said to be, but ${few(code)}`
  return [{ kind: 'elsewhere', words }]
}

const commentStart = pattern(
  raw`^\s*(?:\/\/|#(?!\s*(?:include|define|if|endif|else|pragma|undef))`,
  raw`|--|\/\*|\*|<!--)\s?`,
)
const switchedOff = pattern(
  raw`^\s*(?:#\s*if\s+0\b|if\s*\(?\s*(?:false|0|False)\s*\)?\s*[:{]|=begin\b`,
  raw`|if false; then)`,
)
const skipsTest = pattern(
  raw`(?:@(?:Disabled|Ignore|unittest\.skip|pytest\.mark\.(?:skip|xfail))|\bt\.Skip\(`,
  raw`|#\[ignore\]|\b(?:it|test|describe)\.(?:skip|todo)\b|\bx(?:it|describe)\()`,
)
const silences = pattern(
  raw`(?:-fno-sanitize|no_sanitize|NOSONAR|nosec\b|detect_[a-z_]+=0|halt_on_error=0|-Wno-`,
  raw`|@SuppressWarnings|catch\s*(?:\([^)]*\))?\s*\{\s*\}|except(?:\s+\w+)?:\s*pass\b`,
  raw`|\|\|\s*true\s*$)`,
)

const detects = /-fsanitize|-race\b|\bsanitizer\b/
const endsTests = pattern(
  raw`^\s*(?:exec\s+true\b|exit\b|true\s*$|return\s*;?\s*$`,
  raw`|(?:sys|process|os|System)\.(?:_?exit)\b)`,
)

/** Code that a patch does not change but puts out of use. */
function disabledIn({ oldPath, newPath, hunks }: FilePatch): readonly PatchNote[] {
  const path = newPath ?? oldPath ?? ''
  const notes: PatchNote[] = []
  const note = (words: string): void => {
    notes.push({ kind: 'disabled', words: `${words} in ${path}` })
  }
  if (newPath === null) notes.push({ kind: 'deleted', words: `it deletes the file ${path}` })
  const added = textsOf(hunks, '+')
  const removed = new Set(textsOf(hunks, '-').map(squeezed))
  const commented = added.filter(
    (text) => commentStart.test(text) && isCode(text) && removed.has(squeezed(uncommented(text))),
  )
  if (commented.length > 0) note(`it comments out ${commented.length} lines of code`)
  if (added.some((text) => switchedOff.test(text))) note('it switches code off by a condition')
  if (added.some((text) => skipsTest.test(text))) note('it skips a test')
  if (added.some((text) => silences.test(text))) note('it silences a check')
  const detectors = [textsOf(hunks, '-'), added].map(
    (lines) => lines.filter((text) => detects.test(text)).length,
  )
  if ((detectors[0] ?? 0) > (detectors[1] ?? 0)) note('it takes a detector out')
  if (isTestPath(path) && added.some((text) => endsTests.test(text))) note('it ends a test early')
  if (added.length <= 2 && removed.size === 0 && hunks.some(endsEarly)) {
    note('it ends a function early and adds no check')
  }
  return notes
}

const textsOf = (hunks: FilePatch['hunks'], kind: '+' | '-'): readonly string[] =>
  hunks.flatMap(({ lines }) => lines.filter((line) => line.kind === kind).map(({ text }) => text))

const squeezed = (text: string): string => text.replace(/\s+/g, '')
const uncommented = (text: string): string => text.replace(commentStart, '').replace(/\*\/\s*$/, '')
const isCode = (text: string): boolean => /[(){};=]/.test(text)
const isEarlyEnd = (text: string): boolean =>
  /^\s*(?:return\b|exit\b|throw\b|raise\b|panic!?\()/.test(text)
/** Whether a line that is added ends a function and the line in front of it is no condition. */
function endsEarly({ lines }: Hunk): boolean {
  const kept = lines.filter(({ kind }) => kind !== '-')
  return kept.some(
    ({ kind, text }, at) => kind === '+' && isEarlyEnd(text) && !isGuarded(kept[at - 1]?.text),
  )
}

const isGuarded = (before: string | undefined): boolean =>
  before !== undefined && /\b(?:if|else|elif|case|when|unless|while)\b|\?\s*$/.test(before)

import { pattern, patternAnyCase } from '#formats/text/pattern.ts'

const raw = String.raw
/** A source file named in a text, with lines where given. */
export type FileMention = {
  readonly file: string
  readonly line?: number
  readonly endLine?: number
  /** Character offset of the mention. */
  readonly at: number
}

/** Extensions of source code and of what programs are configured with. */
const sourceExtensions = new Set(
  (
    'c cc cpp cxx c++ h hh hpp hxx inl m mm rs go js mjs cjs jsx ts mts cts tsx vue svelte py ' +
    'pyx pyi rb erb php phtml inc module java kt kts scala groovy clj cs vb fs swift dart lua pl ' +
    'pm r jl ex exs erl hs ml zig nim d s asm sol vy cairo move tact nr sh bash ps1 bat sql asp ' +
    'aspx jsp cgi htm html xml yml yaml json toml ini conf tpl ejs hbs twig tf proto gradle cmake'
  ).split(' '),
)

const hasSourceExtension = (path: string): boolean =>
  sourceExtensions.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase())

/** Extensions that product names also end in: `Node.js`, `Next.js`, `ASP.NET`. */
const alsoProduct = /^(?:[A-Za-z]{2,20}\.(?:js|net|io|ts|json|html?|xml|ya?ml|conf|d|r|m|s|sh))$/i

/** Files of the reporter's own, and documents, which are no place of a flaw. */
const notSource = patternAnyCase(
  raw`(?:^|/)(?:poc|exploit|payload|repro|reproducer|crash|testcase|attack)[\w-]*\.\w+$|`,
  raw`(?:^|/)(?:readme|changelog|security|license|contributing)\.\w+$|^/(?:etc|tmp|dev`,
  raw`|proc|home|usr|var|root|Users)/`,
)

const run = /[^\s<>"'`|*]+/g
const runLengthMax = 400
const blob = pattern(
  raw`^https?://(?:github\.com|gitlab\.[\w.-]{2,60}|[\w.-]{3,80})/`,
  raw`([\w.-]{1,80}/[\w./-]{1,160}?)/(?:-/)?(?:blob|tree|src)/([\w.%-]{1,200})/`,
  raw`([^?#\s]{1,300})(?:\?[^#]{0,200})?(?:#L{0,2}(\d{1,7})(?:C\d{1,4})?(?:-L?(\d{1,7}))?)?`,
)

/** The repository and file that a forge's link leads to, or null. */
export function blobOf(
  address: string,
): { repository: string; file: string; line?: number; endLine?: number } | null {
  const match = blob.exec(address)
  if (!match?.[1] || !match[3]) return null
  const file = decoded(match[3]).replace(/[),.;\]]+$/, '')
  return { repository: match[1], file, ...linesOf(match[4], match[5]) }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const linesOf = (from?: string, to?: string): { line?: number; endLine?: number } => {
  const line = Number(from ?? 0)
  if (line <= 0) return {}
  const endLine = Number(to ?? 0)
  return endLine > line ? { line, endLine } : { line }
}

/** Source files of a text in order: paths, `file:line`, `file#L1-L2`, links, `line 3 of f`. */
export function filesIn(text: string): FileMention[] {
  const found: FileMention[] = []
  for (const match of text.matchAll(run)) {
    if (match[0].length > runLengthMax || !match[0].includes('.')) continue
    const mention = mentionOf(text, match[0], match.index)
    if (mention) found.push(mention)
  }
  return found
}

const withLine = pattern(
  raw`^(.{1,300}?\.[A-Za-z+]{1,10})(?::|#L?|\(|:L|@L?|:line)(\d{1,7})(?:[:,]\d{1,5})?(?:`,
  raw`(?:-|–|:|~)L?(\d{1,7}))?\)?$`,
)

function mentionOf(text: string, raw: string, at: number): FileMention | null {
  const start = /^[([{,;:]+/.exec(raw)?.[0].length ?? 0
  const word = raw.slice(start).replace(/[\].,;:!?}]+$/, '')
  const link = word.indexOf('http')
  if (link >= 0) {
    const found = blobOf(word.slice(link).replace(/\)$/, ''))
    return found && hasSourceExtension(found.file) ? without(found, at) : null
  }
  const plain = word.replace(/\)+$/, (marks) => (word.includes('(') ? marks : ''))
  const numbered = withLine.exec(plain)
  const file = (numbered?.[1] ?? plain.replace(/\(\)$/, '')).replaceAll('\\', '/')
  if (!isSourceFile(file)) return null
  const lines = numbered ? linesOf(numbered[2], numbered[3]) : linesNear(text, at, at + raw.length)
  if (lines.line !== undefined) return { file, ...lines, at }
  if (notSource.test(file)) return null
  const isTicked = text[at - 1] === '`'
  if (!file.includes('/') && !isTicked && (alsoProduct.test(file) || !/\w{2}\./.test(file))) {
    return null
  }
  return { file, at }
}

const without = (
  found: { file: string; line?: number; endLine?: number },
  at: number,
): FileMention => {
  const { file, line, endLine } = found
  return { file, ...(line ? { line } : {}), ...(endLine ? { endLine } : {}), at }
}

const pathForm = /^(?:[A-Za-z]:)?[\w@~.+/$[\]-]{1,300}$/

/** A path with a source extension, whose name is more than the extension and no number. */
function isSourceFile(path: string): boolean {
  if (!hasSourceExtension(path) || !pathForm.test(path)) return false
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (
    /[A-Za-z_]/.test(name.slice(0, name.lastIndexOf('.'))) &&
    !/^[\d.]+\w?$/.test(name) &&
    !/^(?:e\.g|i\.e|etc|vs|a\.k\.a|w\.r\.t)\b/i.test(name)
  )
}

const linesBehind = patternAnyCase(
  raw`^[\x60"')\]*]{0,3}[\s,:]{0,3}(?:\(|at |on |in |around )?\(?(?:lines?|l\.|L)\s?#?`,
  raw`(\d{1,7})(?:\s?(?:-|–|to|and)\s?L?(\d{1,7}))?`,
)
const linesBefore = patternAnyCase(
  raw`\b(?:lines?|L)\s?#?(\d{1,7})(?:\s?(?:-|–|to|and)\s?(\d{1,7}))?\s(?:of|in|at)\s`,
  raw`(?:the\s)?(?:file\s)?[\x60"'(*]{0,3}$`,
)

/** `src/a.c, lines 10-20` and `line 12 of src/a.c`. */
function linesNear(text: string, from: number, to: number): { line?: number; endLine?: number } {
  const behind = linesBehind.exec(text.slice(to, to + 60))
  if (behind) return linesOf(behind[1], behind[2])
  const before = linesBefore.exec(text.slice(Math.max(0, from - 60), from))
  return before ? linesOf(before[1], before[2]) : {}
}

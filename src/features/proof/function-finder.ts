import { pattern } from '#formats/text/pattern.ts'

/** A function as it stands in a file; lines count from 1 and include both ends. */
export type FoundFunction = {
  readonly name: string
  readonly startLine: number
  readonly endLine: number
  readonly body: string
}

type Language = 'c' | 'go' | 'rust' | 'python' | 'script' | 'java' | 'shell'

const languages: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:c|h|cc|cpp|cxx|c\+\+|hh|hpp|hxx|inl|m|mm|cu)$/i, 'c'],
  [/\.go$/i, 'go'],
  [/\.rs$/i, 'rust'],
  [/\.pyi?$/i, 'python'],
  [/\.(?:[cm]?[jt]sx?)$/i, 'script'],
  [/\.(?:java|kt|scala|groovy|cs)$/i, 'java'],
  [/(?:\.(?:sh|bash|ksh|zsh|bats)|(?:^|\/)(?:configure|[a-z-]+\.in))$/i, 'shell'],
]

export function languageOf(file: string, text: string): Language | null {
  const named = languages.find(([form]) => form.test(file))?.[1]
  if (named) return named
  const first = text.slice(0, 80).split('\n', 1)[0] ?? ''
  if (/^#!.*\b(?:ba|da|k|z)?sh\b/.test(first)) return 'shell'
  if (/^#!.*\bpython/.test(first)) return 'python'
  return /^#!.*\bnode\b/.test(first) ? 'script' : null
}

/** Longer files are generated; nobody names a function in them. */
const textMax = 4_000_000

/** The functions of a file, in order; none where the language is not known. */
export function functionsIn(file: string, text: string): readonly FoundFunction[] {
  const language = languageOf(file, text)
  if (language === null || text.length > textMax) return []
  if (language === 'python') return pythonFunctions(text)
  if (language === 'shell') return shellFunctions(text)
  return braceFunctions(text, language)
}

/** The last part of a name that is qualified by class, package or namespace. */
export const bareFunction = (name: string): string =>
  name
    .replace(/[(<].*$/s, '')
    .trim()
    .split(/::|[.#/$]/)
    .at(-1) ?? name

function pythonFunctions(text: string): readonly FoundFunction[] {
  const lines = text.split('\n')
  const found: FoundFunction[] = []
  for (const [at, line] of lines.entries()) {
    const match = /^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)/.exec(line)
    if (!match) continue
    const [, indent = '', name = ''] = match
    let end = at
    let isHead = true
    for (let next = at; next < lines.length; next++) {
      const one = lines[next] ?? ''
      if (isHead) {
        isHead = !/:\s*(?:#.*)?$/.test(one) && next - at < headLinesMax
        end = next
        continue
      }
      if (one.trim() === '') continue
      if (indentOf(one) <= indent.length) break
      end = next
    }
    found.push(of(lines, name, { start: at, end }))
  }
  return found
}

const headLinesMax = 40
const indentOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0

const of = (
  lines: readonly string[],
  name: string,
  { start, end }: { readonly start: number; readonly end: number },
): FoundFunction => ({
  name,
  startLine: start + 1,
  endLine: end + 1,
  body: lines.slice(start, end + 1).join('\n'),
})

const shellHead = pattern(
  String.raw`^([ \t]*)(?:function[ \t]+([\w:.-]+)|([\w:.-]+)[ \t]*\([ \t]*\))`,
  String.raw`[ \t]*(?:\([ \t]*\))?[ \t]*(.*)$`,
)

function shellFunctions(text: string): readonly FoundFunction[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const match = shellHead.exec(line)
    const name = match?.[2] ?? match?.[3]
    if (!match || name === undefined) return []
    if (/\}[ \t]*$/.test(match[4] ?? '')) return [of(lines, name, { start: at, end: at })]
    const close = `${match[1]}}`
    const length = lines.slice(at + 1).findIndex((one) => one.startsWith(close))
    return length < 0 ? [] : [of(lines, name, { start: at, end: at + 1 + length })]
  })
}

/** Blanks out comments and literals, so that braces and names in them are not read. */
function masked(text: string, language: Language): string {
  const out: string[] = []
  let at = 0
  while (at < text.length) {
    const length = literalLength(text, at, language)
    if (length === 0) {
      out.push(text[at] ?? '')
      at += 1
    } else {
      out.push(text.slice(at, at + length).replace(/[^\n]/g, ' '))
      at += length
    }
  }
  return out.join('')
}

/** How long the comment or literal is that begins at a place; 0 where none does. */
function literalLength(text: string, at: number, language: Language): number {
  const one = text[at] ?? ''
  const two = text.slice(at, at + 2)
  if (two === '//') return until(text, at, '\n')
  if (two === '/*') return until(text, at + 2, '*/') + 4
  if (one === '"') {
    if (language === 'java' && text.startsWith('"""', at)) return until(text, at + 3, '"""') + 6
    return stringLength(text, at, '"')
  }
  if (one === '`' && (language === 'go' || language === 'script')) {
    return language === 'go' ? until(text, at + 1, '`') + 2 : stringLength(text, at, '`')
  }
  if (one === "'") {
    // In Rust, an apostrophe may begin a lifetime.
    if (language === 'rust' && !/^'(?:\\.[^']{0,8}|[^\\'])'/s.test(text.slice(at, at + 12)))
      return 0
    // In C++, it may part the digits of a number.
    if (language === 'c' && /\w/.test(text[at - 1] ?? '')) return 0
    return stringLength(text, at, "'")
  }
  return language === 'rust' ? rawStringLength(text, at) : 0
}

const until = (text: string, from: number, end: string): number => {
  const found = text.indexOf(end, from)
  return (found < 0 ? text.length : found) - from
}

function stringLength(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    const one = text[at]
    if (one === '\\') at++
    else if (one === quote || (one === '\n' && quote !== '`' && quote !== '"'))
      return at + 1 - start
  }
  return text.length - start
}

function rawStringLength(text: string, at: number): number {
  if (text[at] !== 'r' || /\w/.test(text[at - 1] ?? '')) return 0
  const hashes = /^r(#{1,8})"/.exec(text.slice(at, at + 10))?.[1]
  if (hashes === undefined) return 0
  const end = text.indexOf(`"${hashes}`, at + hashes.length + 2)
  return (end < 0 ? text.length : end + hashes.length + 1) - at
}

function braceFunctions(
  text: string,
  language: Exclude<Language, 'python' | 'shell'>,
): readonly FoundFunction[] {
  const code = masked(text, language)
  const lines = text.split('\n')
  const starts = lineStarts(code)
  const lineAt = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  const found: FoundFunction[] = []
  const open: { readonly name: string | null; readonly start: number }[] = []
  let head = 0
  for (let at = 0; at < code.length; at++) {
    const one = code[at]
    if (one === '{') {
      const text = code.slice(Math.max(head, at - headLengthMax), at)
      const first = head + (code.slice(head, at).search(/\S/) + 1 || 1) - 1
      open.push({ name: nameIn(text, language), start: lineAt(first) })
    } else if (one === '}') {
      const closed = open.pop()
      if (closed?.name) found.push(of(lines, closed.name, { start: closed.start, end: lineAt(at) }))
    }
    if (one === '{' || one === '}' || one === ';') head = at + 1
  }
  return found.sort((a, b) => a.startLine - b.startLine)
}

const headLengthMax = 2000

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const notFunctions = new Set([
  ...[
    'if',
    'for',
    'while',
    'switch',
    'catch',
    'return',
    'sizeof',
    'else',
    'do',
    'new',
    'synchronized',
  ],
  ...['match', 'loop', 'try', 'using', 'lock', 'with', 'foreach', 'defined', 'alignas', 'decltype'],
  ...['__attribute__', 'constexpr', 'throw', 'await', 'typeof', 'function', 'select', 'namespace'],
])

/** The name of the function whose head stands in front of a brace, or null. */
function nameIn(head: string, language: Language): string | null {
  switch (language) {
    case 'go':
      return /\bfunc\s*(?:\([^)]*\)\s*)?(\w+)\s*[[(]/.exec(head)?.[1] ?? null
    case 'rust':
      return /\bfn\s+(\w+)/.exec(head)?.[1] ?? null
    case 'script':
      return scriptName(head)
    default:
      return calledName(head)
  }
}

function scriptName(head: string): string | null {
  const named = /\bfunction\s*\*?\s*([\w$]+)\s*[(<]/.exec(head)?.[1]
  if (named !== undefined) return named
  if (!/(?:=>|\bfunction\s*\*?\s*\([^()]{0,400}\))\s*$/.test(head)) return calledName(head)
  return /([\w$]+)\s*(?::[^=]{0,200})?[=:](?![=>])/.exec(head)?.[1] ?? null
}

/** In `static int X::name(int a) const`, the word in front of the first parenthesis. */
function calledName(head: string): string | null {
  const plain = head.replace(/^\s*#.*$/gm, '').replace(/\b__attribute__\s*\(\(.*?\)\)/gs, '')
  if (
    /^\s*(?:else|do|try|enum|struct|union|class|interface|namespace|extern)\b[^(]*$/.test(plain)
  ) {
    return null
  }
  if (/[^=!<>]=[^=]/.test(plain.split('(', 1)[0] ?? '')) return null
  const name = /([~\w$]+)\s*\(/.exec(plain.replace(/@\w+(?:\([^)]*\))?/g, ''))?.[1]
  return name === undefined || notFunctions.has(name) || /^\d/.test(name) ? null : name
}

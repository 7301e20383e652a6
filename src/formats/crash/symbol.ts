import { pattern } from '#formats/text/pattern.ts'

const raw = String.raw

/**
 * Reduces a symbol, as a symboliser prints it, to the name that other tools print too: without
 * arguments, offsets, compiler suffixes and anonymous namespaces. Templates stay. What was reduced
 * stays as it is when it is reduced again.
 */
export function symbolOf(printed: string): string {
  let name = reduced(printed)
  for (let round = 0; round < roundsMax; round++) {
    const next = reduced(name)
    if (next === name) break
    name = next
  }
  return name
}

/** One round is enough but for symbols that nobody's compiler makes. */
const roundsMax = 20

function reduced(printed: string): string {
  let name = printed.trim()
  if (name.startsWith('_ZN') || name.startsWith('__ZN')) name = demangled(name) ?? name
  name = name
    .replaceAll('(anonymous namespace)::', '')
    .replaceAll("`anonymous namespace'::", '')
    .replaceAll('{anonymous}::', '')
  name = withoutArguments(name)
  return withoutSuffix(name).trim()
}

/** `+0x1f`, ` + 19`, `.constprop.0`, `.isra.1.part.2`, `.cold`, `.llvm.123`, `@@GLIBC_2.4`. */
const suffix = pattern(
  raw`(?:\+0x[0-9a-f]{1,16}(?:/0x[0-9a-f]{1,16})?| \+ \d{1,12}|@@?[A-Z]\w{0,30}(?:\.\d{1,4}){0,3}`,
  raw`|\.(?:constprop|isra|part|llvm|lto_priv|clone)\.\d{1,24}|\.cold(?:\.\d{1,6})?`,
  raw`| \[clone [^\]]{0,60}\]|@plt)$`,
)

/** The hash with which rustc ends its symbols; it differs from build to build. */
const rustHash = /::h[0-9a-f]{16}$/

function withoutSuffix(name: string): string {
  let rest = name
  for (let round = 0; round < 6; round++) {
    const next = rest.trimEnd().replace(suffix, '')
    if (next === rest) break
    rest = next
  }
  return rest.replace(rustHash, '')
}

/** Cuts at the first parenthesis that opens arguments: outside `<>` and not of `operator()`. */
function withoutArguments(name: string): string {
  let depth = 0
  for (let at = 0; at < name.length; at++) {
    const mark = name[at]
    if (mark === '(') {
      if (depth === 0 && !opensGoReceiver(name, at)) return at > 0 ? name.slice(0, at) : name
      const end = closing(name, at)
      if (end < 0) return depth === 0 ? name.slice(0, at) : name
      at = end
    } else if (mark === '<') depth++
    else if (mark === '>' && depth > 0) depth--
    else if (mark === 'o' && isOperator(name, at)) at = operatorEnd(name, at + 8) - 1
  }
  return name
}

const isOperator = (name: string, at: number): boolean =>
  name.startsWith('operator', at) &&
  !isWordCode(name.charCodeAt(at - 1)) &&
  !isWordCode(name.charCodeAt(at + 8))

/** `operator()`, `operator<<`, `operator->`: their signs are part of the name. */
function operatorEnd(name: string, from: number): number {
  if (name.startsWith('()', from)) return from + 2
  let end = from
  while (end < name.length && '<>=!+-*/%&|^~,[]'.includes(name.charAt(end))) end++
  return end
}

/** `json.(*decodeState).literal`: Go writes a method's receiver in parentheses after a dot. */
const opensGoReceiver = (name: string, at: number): boolean =>
  name[at - 1] === '.' && name[at + 1] === '*'

function closing(name: string, open: number): number {
  let depth = 0
  for (let at = open; at < name.length; at++) {
    const mark = name[at]
    if (mark === '(') depth++
    else if (mark === ')' && --depth === 0) return at
  }
  return -1
}

const isWordCode = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 95

/**
 * The qualified name inside a mangled nested name without template arguments (Itanium C++ ABI,
 * 5.1.2), which legacy Rust symbols share: `_ZN2ui5CurveC2Ev` is `ui::Curve::Curve`. Null for
 * anything richer, whose mangled form is then left as it stands.
 */
function demangled(mangled: string): string | null {
  const parts: string[] = []
  let at = mangled.indexOf('N') + 1
  while (mangled[at] === 'K' || mangled[at] === 'V' || mangled[at] === 'L') at++
  while (at < mangled.length) {
    const mark = mangled.charAt(at)
    if (mark === 'E') return parts.length > 0 ? parts.join('::') : null
    if (mark === 'S' && mangled[at + 1] === 't') {
      parts.push('std')
      at += 2
    } else if (/[CD]/.test(mark) && /[0-5]/.test(mangled.charAt(at + 1))) {
      const owner = parts.at(-1)
      if (owner === undefined) return null
      parts.push(mark === 'D' ? `~${owner}` : owner)
      at += 2
    } else {
      const length = /^\d{1,4}/.exec(mangled.slice(at, at + 4))?.[0]
      if (length === undefined) return null
      const start = at + length.length
      const part = mangled.slice(start, start + Number(length))
      if (part.length !== Number(length)) return null
      if (part !== '_GLOBAL__N_1') parts.push(part)
      at = start + part.length
      if (mangled[at] === 'L') at++
    }
  }
  return null
}

/** Go's functions are known by the last element of their import path: `json.Unmarshal`. */
export function goSymbolOf(name: string): string {
  const generic = name.indexOf('[')
  return name.slice(name.lastIndexOf('/', generic < 0 ? undefined : generic) + 1)
}

/** Where the parenthesis that the text ends with was opened, or -1. */
export function openingOfLast(text: string): number {
  let depth = 0
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++
    else if (text[at] === '(' && --depth === 0) return at
  }
  return -1
}

import { type ProofProblem, pointerOf } from './problem.ts'

/** Members in which a machine could be named: what runs, what is asked, and what it runs in. */
const judged = ['run', 'environment', 'benign', 'variants', 'oracle'] as const

/**
 * Every place of a document that names a machine other than the sandbox's own loopback. Works on
 * the document as it came, so that this is told whatever else is wrong with it.
 *
 * In requests, names and addresses that belong to nobody (RFC 6761, RFC 5737, RFC 3849) are let
 * through: proofs of request forgery and open redirects have to name some other place.
 */
export function liveTargets(
  document: unknown,
  lineOf: (pointer: string) => number | null,
): ProofProblem[] {
  const found: ProofProblem[] = []
  for (const { path, text } of textsBelow(document, [])) {
    if (!judged.some((name) => name === path[0])) continue
    const host = hostsIn(text, path).find((name) => !isAllowed(name, path))
    if (host === undefined) continue
    const pointer = pointerOf(path)
    found.push({
      ...{ pointer, line: lineOf(pointer) },
      why: `names another machine (${host.slice(0, 100)}): live targets are always refused`,
      hint: 'a proof runs on its own loopback, against code that comes with it: use 127.0.0.1',
    })
  }
  return found
}

type Path = readonly (string | number)[]
type Text = { readonly path: Path; readonly text: string }

function* textsBelow(value: unknown, path: Path): Generator<Text> {
  if (typeof value === 'string') yield { path, text: value }
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* textsBelow(item, [...path, index])
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* textsBelow(item, [...path, key])
  }
}

/** RFC 3986 section 3.2: what stands between `//` and the path, after a scheme. */
const address = /[a-z][a-z0-9+.-]{0,30}:[\\/]{2}([^\s/\\?#"'<>`]*)/gi
const ipv4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])`
const ipv6 = String.raw`\[[0-9a-f:.]+\](?=:\d)`
const named = String.raw`(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?=:\d{1,5}(?!\d))`
/** `1.2.3.4`, `1.2.3.4:80`, `[::1]:80` and `name.tld:80`, each as a word of its own. */
const bare = new RegExp(String.raw`(?<![\w./@-])(${ipv4}|${ipv6}|${named})`, 'gi')
/** Endings of files that compilers and debuggers write lines behind: `server.py:12`. */
const fileEnding =
  /\.(?:cc|cpp|cxx|hh|hpp|go|rs|py|js|mjs|cjs|ts|tsx|jsx|java|kt|rb|php|sh|pl|lua|swift|cs|scala)$/i

function hostsIn(text: string, path: Path): string[] {
  const addressed = [...text.matchAll(address)].map((match) => hostOf(match[1] ?? ''))
  // Versions look like addresses; nothing is reached by the words of a sanitizer or a tool.
  const isSpoken = path[0] === 'environment' || (path[0] === 'oracle' && path[1] !== 'command')
  const loose = isSpoken ? [] : [...text.matchAll(bare)].map((match) => match[1] ?? '')
  const header = isHostHeader(path) ? [hostOf(text.trim())] : []
  return [...addressed, ...loose.filter((name) => !fileEnding.test(name)), ...header]
}

const isHostHeader = (path: Path): boolean =>
  path.at(-2) === 'headers' && /^host$/i.test(String(path.at(-1)))

/** The host of an authority, without user and port. */
function hostOf(authority: string): string {
  const place = authority.slice(authority.lastIndexOf('@') + 1)
  return place.startsWith('[') ? place.replace(/\].*$/, ']') : place.replace(/:.*$/, '')
}

const loopback =
  /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\])$/i
const nobodys = new RegExp(
  String.raw`^(?:(?:[a-z0-9-]+\.)*(?:test|example|invalid)|192\.0\.2\.\d{1,3}` +
    String.raw`|198\.51\.100\.\d{1,3}|203\.0\.113\.\d{1,3}|\[2001:db8:[0-9a-f:]*\])$`,
  'i',
)

function isAllowed(host: string, path: Path): boolean {
  const name = host.replace(/\.$/, '')
  // `file:///etc/passwd` names no machine.
  if (name === '' || loopback.test(name)) return true
  return path.includes('exchange') && nobodys.test(name)
}

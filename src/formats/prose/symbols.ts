import { patternAnyCase } from '#formats/text/pattern.ts'
import type { Outline } from './outline.ts'
import { plainTitle } from './outline.ts'
import type { Role } from './sections.ts'

const raw = String.raw

const symbolsMax = 24
const scannedMax = 200_000

const identifier = /^[A-Za-z_$~][\w$]*(?:(?:::|->|\.|#|\/)~?[A-Za-z_$][\w$]*){0,8}$/
const run = /[A-Za-z_$~][\w$:.>#~-]*(?:\([^()\s]{0,60}\))?/g

/** Names that look like code and are products, formats or plain English. */
const notSymbols = new Set(
  (
    'javascript typescript github gitlab openssl libressl boringssl gnutls postgresql mysql ' +
    'sqlite mongodb mariadb graphql websocket websockets youtube linkedin facebook iphone ipad ' +
    'ios macos nodejs wordpress phpmyadmin devops ebay vmware virtualbox openssh openbsd freebsd ' +
    'netbsd android chromeos libreoffice openoffice powershell oauth oauth2 openid jquery latex ' +
    'webassembly addresssanitizer libfuzzer asan ubsan codeql sonarqube defi chainlink uniswap ' +
    'opensea ethereum readme changelog poc e.g i.e etc http https true false null none undefined'
  ).split(' '),
)

type Tally = { score: number; readonly first: number }

/** How much a symbol's place and form say that the report is about it. */
const scores = { title: 6, cause: 3, called: 3, ticked: 2, shaped: 1 } as const

/**
 * The code symbols that a report speaks of: calls, names in back-ticks, qualified names, camelCase
 * and snake_case, most prominent first. Fenced code is left out: it holds the whole neighbourhood.
 */
export function symbolsIn(
  { lines, fenced }: Outline,
  title: string,
  roles: readonly (Role | null)[] = [],
): string[] {
  const tallies = new Map<string, Tally>()
  readLine(tallies, title, scores.title)
  let read = 0
  for (const [at, line] of lines.entries()) {
    if (fenced[at] || read > scannedMax || roles[at] === 'references' || roles[at] === 'fix')
      continue
    read += line.length
    const text = line.length > 2000 ? line.slice(0, 2000) : line
    readLine(tallies, text, roles[at] === 'cause' ? scores.cause : 0)
  }
  return [...tallies]
    .filter(([, { score }]) => score > scores.shaped)
    .sort(([, a], [, b]) => b.score - a.score || a.first - b.first)
    .slice(0, symbolsMax)
    .map(([name]) => name)
}

function readLine(tallies: Map<string, Tally>, line: string, bonus: number): void {
  let rest = line.replace(/https?:\/\/\S+/g, ' ')
  if (rest.includes('`')) {
    rest = rest.replace(/`{1,2}([^`]{1,120})`{1,2}/g, (_, code: string) => {
      const name = symbolOf(code.trim())
      const isSure = name !== null && (code.includes('(') || isShaped(name))
      if (name !== null && (isSure || isNamedAsCode(line, code)))
        add(tallies, name, scores.ticked + bonus)
      return ' '
    })
  }
  for (const match of plainTitle(rest).matchAll(run)) {
    const text = match[0].replace(/[.:#>~-]+$/, '')
    const name = symbolOf(text)
    if (name === null) continue
    const isCall = text.endsWith(')')
    if (isCall || isShaped(name))
      add(tallies, name, (isCall ? scores.called : scores.shaped) + bonus)
  }
}

function add(tallies: Map<string, Tally>, name: string, score: number): void {
  const tally = tallies.get(name)
  if (tally) tally.score += score
  else tallies.set(name, { score, first: tallies.size })
}

/** The name in a piece of code: without arguments, `&`, `*`; null for anything else. */
function symbolOf(code: string): string | null {
  const open = code.indexOf('(')
  const name = (open < 0 ? code : code.slice(0, open)).replace(/^[&*.]+|[;:,.]+$/g, '')
  if (name.length < 3 || name.length > 100 || !identifier.test(name)) return null
  if (notSymbols.has(name.toLowerCase()) || isFileOrHost(name)) return null
  return name
}

/** `parser.c`, `example.com`, `a/b`: paths, hosts and file names are no symbols. */
const isFileOrHost = (name: string): boolean =>
  name.includes('/') ||
  patternAnyCase(
    raw`\.(?:c|cc|cpp|h|hpp|rs|go|js|ts|py|rb|php|java|cs|sol|sh|md|txt|json|ya?ml|xml|html?`,
    raw`|com|org|net|io|dev)$`,
  ).test(name)

/** Shapes that only code has: `a_b`, `aB`, `A::b`, `a.b`, `a->b`. */
const isShaped = (name: string): boolean =>
  /[a-z0-9]_[a-z0-9]|^_+[a-z]\w{2}|[A-Z]_[A-Z]/i.test(name) ||
  /::|->|#/.test(name) ||
  // `goTenna` and `SharePoint` are products: camel case needs length, Pascal case three humps.
  /^[a-z$][a-z0-9$]{2,}[A-Z]/.test(name) ||
  /^[A-Z][a-z0-9]+[A-Z][a-z0-9]+[A-Z]\w*$/.test(name) ||
  (/^[\w$]+(?:\.[\w$]+)+$/.test(name) && /[A-Z_]/.test(name.slice(1)))

const kinds = 'function|method|class|struct|parameter|variable|field|modifier|contract|macro|module'
const kindBefore = new RegExp(`\\b(?:${kinds})\\s*\\**$`, 'i')
const kindBehind = new RegExp(`^\\**\\s*(?:${kinds})\\b`, 'i')

/** `function \`open\``, `\`open\` function`: a plain word that the text itself calls code. */
function isNamedAsCode(line: string, code: string): boolean {
  const at = line.indexOf(`\`${code}\``)
  if (at < 0) return false
  const behind = line.slice(at + code.length + 2, at + code.length + 32)
  return kindBefore.test(line.slice(Math.max(0, at - 30), at)) || kindBehind.test(behind)
}

/** What a run of characters in a report is. */
export type TokenKind = 'word' | 'identifier' | 'version' | 'path' | 'number'

export type Token = { readonly kind: TokenKind; readonly text: string }

const extensions = [
  'c|cc|cpp|cxx|h|hh|hpp|m|mm|rs|go|js|mjs|cjs|jsx|ts|tsx|py|pyx|rb|php|phtml|inc',
  'java|kt|scala|cs|vb|swift|sol|vy|cairo|move|pl|pm|lua|sh|sql|asp|aspx|jsp|cgi',
  'html?|xml|ya?ml|json|tpl|ejs|vue|erl|ex|exs|hs|ml|s|asm|dll|exe|so|sys|ko',
]
const sourceFile = new RegExp(`\\.(?:${extensions.join('|')})$`, 'i')
const version = /^v?\d+(?:\.(?:\d+|x))+[-+~_.a-z0-9]*$/i
const camel = /^[a-z_$][\w$]*[a-z0-9][A-Z]|^[A-Z][a-z0-9]+[A-Z][a-z]|^[a-z]+[A-Z]{2,}/
const snake = /^_*[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)+_*$|^_+[a-z]\w+$/
const qualified = /^[A-Za-z_$][\w$]*(?:(?:::|->|#|\.)[A-Za-z_$][\w$]*)+$/
const runs = /[A-Za-z0-9_$./\\:#@+~%>-]+(?:\(\))?/g

const runLengthMax = 200

/** Cuts a text into tokens, in linear time. Prose punctuation is not part of a token. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(runs)) {
    const token = tokenOf(match[0])
    if (token) tokens.push(token)
  }
  return tokens
}

function tokenOf(run: string): Token | null {
  if (run.length > runLengthMax) return null
  const called = run.endsWith('()')
  const text = trim(called ? run.slice(0, -2) : run)
  if (text === '') return null
  return { kind: kindOf(text, called), text }
}

function kindOf(text: string, called: boolean): TokenKind {
  const first = text.charCodeAt(0)
  if ((first >= 48 && first <= 57) || first === 118) {
    if (version.test(text)) return 'version'
    if (/^\d+$/.test(text)) return 'number'
  }
  if (/^[A-Za-z]+$/.test(text)) {
    if (called || camel.test(text)) return 'identifier'
    return 'word'
  }
  const bare = text.replace(/[#:]L?\d.*$/, '')
  if (sourceFile.test(bare) || /^\.{0,2}[\\/]|[^/]\/[^/]+\/[^/]/.test(text)) return 'path'
  if (called || snake.test(text) || qualified.test(text) || camel.test(text)) return 'identifier'
  return 'word'
}

const isEdge = (code: number): boolean =>
  !((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) &&
  code !== 95 &&
  code !== 36 &&
  code !== 47 &&
  code !== 92

function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isEdge(text.charCodeAt(start)) && text[start] !== '.') start++
  while (start < end && text[start] === '.' && text[start + 1] !== '/' && text[start + 1] !== '.') {
    start++
  }
  while (end > start && isEdge(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

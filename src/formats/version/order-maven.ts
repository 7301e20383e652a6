import {
  compareDigits,
  compareText,
  isDigit,
  isNumeric,
  ordering,
  type Sign,
  signOf,
} from './order.ts'

/** A piece of a Maven version with what stands before it; a change of kind counts as a hyphen. */
type Token = { readonly hyphen: boolean; readonly text: string; readonly numeric: boolean }

const aliases: Readonly<Record<string, string>> = { cr: 'rc', ga: '', final: '', release: '' }
/** Words that may be one letter when a number follows directly. */
const letters: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' }
/** The known words in order; the empty one is the release. Others follow, by alphabet. */
const words = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const unknown = words.length

const lookUp = (table: Readonly<Record<string, string>>, text: string): string =>
  Object.hasOwn(table, text) ? (table[text] ?? text) : text

/** Splits at dots, hyphens and where digits and other characters meet. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let start = 0
  let hyphen = false
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at)
    const separator = at === text.length || code === 46 || code === 45
    const digits = isDigit(text.charCodeAt(start))
    const change = !separator && at > start && isDigit(code) !== digits
    if (!separator && !change) continue
    tokens.push(tokenOf(text.slice(start, at), hyphen, change))
    start = separator ? at + 1 : at
    hyphen = change || code === 45
  }
  return tokens
}

function tokenOf(text: string, hyphen: boolean, beforeDigit: boolean): Token {
  if (text === '' || isNumeric(text)) return { hyphen, text, numeric: true }
  return {
    hyphen,
    text: lookUp(aliases, beforeDigit ? lookUp(letters, text) : text),
    numeric: false,
  }
}

const isNothing = ({ text, numeric }: Token): boolean => (numeric ? /^0*$/.test(text) : text === '')

/** Drops what says nothing, zeros and release words, at the end and before every hyphen. */
function readMaven(given: string): readonly Token[] | null {
  const text = given.trim().toLowerCase()
  if (text === '') return null
  const tokens = tokensOf(text)
  const kept: Token[] = []
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index]
    const last = kept.at(-1)
    if (!token || (index > 0 && isNothing(token) && (!last || last.hyphen))) continue
    kept.push(token)
  }
  return kept.reverse()
}

const rankOf = (word: string): number => {
  const rank = words.indexOf(word)
  return rank < 0 ? unknown : rank
}

function compareWords(a: string, b: string): Sign {
  const rank = rankOf(a)
  return signOf(rank - rankOf(b)) || (rank === unknown ? compareText(a, b) : 0)
}

/** How a token stands to the end of the other version. */
function compareToEnd(token: Token): Sign {
  return token.numeric ? (isNothing(token) ? 0 : 1) : compareWords(token.text, '')
}

/** `.word` before `-word` before `-number` before `.number`. */
const kindOf = ({ hyphen, numeric }: Token): number => (numeric ? (hyphen ? 2 : 3) : hyphen ? 1 : 0)

function compareTokens(a: Token, b: Token): Sign {
  const sign = signOf(kindOf(a) - kindOf(b))
  if (sign !== 0) return sign
  return a.numeric ? compareDigits(a.text, b.text) : compareWords(a.text, b.text)
}

function compareMaven(a: readonly Token[], b: readonly Token[]): Sign {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one, other] = [a[index], b[index]]
    const sign =
      one && other
        ? compareTokens(one, other)
        : one
          ? compareToEnd(one)
          : other
            ? signOf(-compareToEnd(other))
            : 0
    if (sign !== 0) return sign
  }
  return 0
}

/**
 * Maven: the version order specification of the POM reference, as Maven 3 up to 3.8 applies it. It
 * puts `1.x` before `1-alpha`, that before `1`, and `1` before `1.x`, so it is not transitive
 * where a word follows a dot.
 */
export const mavenOrder = ordering(readMaven, compareMaven)

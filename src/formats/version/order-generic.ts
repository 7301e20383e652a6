import { compareDigits, compareText, isNumeric, ordering, type Sign, signOf } from './order.ts'

/**
 * The order for versions of which no scheme is known: numbers and words in turn, whatever stands
 * between them. A component is one of five kinds, and these sort in this order:
 *
 * 1. a word that announces a release (`alpha`, `beta`, `rc`, `dev`, and any word not named below),
 * 2. nothing, or the number zero, so that `1.0` equals `1.0.0`,
 * 3. a word that follows a release (`p`, `patch`, `post`, `sp`, `update`, ...),
 * 4. a single letter right after a number and before the end or a separator: `1.0.2a`,
 * 5. any other number, by value.
 *
 * Two versions of one kind so far go on to their next component; what is missing is nothing. The
 * idea is libversion's; kinds 4 and 5 stand as Gentoo has them.
 */
type Component = { readonly kind: Kind; readonly text: string }
type Kind = 0 | 1 | 2 | 3 | 4

const after = /^(p|pl|patch|post|sp|u|update|upd|hotfix|fix|security|sec)$/
const heralds = ['dev', 'snapshot', 'pre', 'preview', 'a', 'alpha', 'b', 'beta', 'm', 'rc', 'cr']
/** Words that mean the release itself. */
const silent = /^(v|ver|version|r|release|final|ga|stable)$/

const pieces = /\d+|[a-z]+/gi

function readGeneric(given: string): readonly Component[] | null {
  const text = given.trim().toLowerCase()
  const found: Component[] = []
  let numbered = false
  for (const match of text.matchAll(pieces)) {
    const [piece] = match
    const end = match.index + piece.length
    if (isNumeric(piece)) {
      found.push({ kind: /^0+$/.test(piece) ? 1 : 4, text: piece })
      numbered = true
    } else if (isPatchLetter(text, match.index, end)) found.push({ kind: 3, text: piece })
    else if (!silent.test(piece)) found.push({ kind: after.test(piece) ? 2 : 0, text: piece })
  }
  return numbered ? found : null
}

const isPatchLetter = (text: string, start: number, end: number): boolean =>
  end === start + 1 && /\d/.test(text[start - 1] ?? '') && !/[\da-z]/.test(text[end] ?? '')

const nothing: Component = { kind: 1, text: '' }

function compareGeneric(a: readonly Component[], b: readonly Component[]): Sign {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const one = a[index] ?? nothing
    const other = b[index] ?? nothing
    const sign = signOf(one.kind - other.kind) || compareSame(one, other)
    if (sign !== 0) return sign
  }
  return 0
}

/** Compares two components of one kind. */
function compareSame(a: Component, b: Component): Sign {
  if (a.kind === 1 || a.kind === 2) return 0
  if (a.kind === 4) return compareDigits(a.text, b.text)
  const [one, other] = [heralds.indexOf(a.text), heralds.indexOf(b.text)]
  return signOf(one - other) || compareText(a.text, b.text)
}

/** Any versions of which nothing better is known; null only for a text without a number. */
export const genericOrder = ordering(readGeneric, compareGeneric)

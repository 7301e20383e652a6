import { compareDigits, isNumeric, ordering, type Sign, signOf } from './order.ts'

/** How PHP's words start, in order; what starts with none of them comes before them all. */
const words = ['dev', 'a', 'b', 'rc', '#', 'p']
const numberRank = words.indexOf('#')

function rankOf(word: string): number {
  const text = word.startsWith('RC') ? 'rc' : word
  return words.findIndex((start) => text.startsWith(start))
}

/** PHP splits at `-`, `_`, `+` and dots, and where digits and other characters meet. */
function readComposer(given: string): readonly string[] | null {
  const text = given.trim().replace(/^v/i, '')
  return text.match(/\d+|[^\d.+_-]+/g)
}

function compareComposer(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one = '', other = ''] = [a[index], b[index]]
    const sign =
      isNumeric(one) && isNumeric(other)
        ? compareDigits(one, other)
        : signOf(rankAmong(one) - rankAmong(other))
    if (sign !== 0) return sign
  }
  return a.length >= b.length ? compareRest(a, length) : signOf(-compareRest(b, length))
}

const rankAmong = (part: string): number => (isNumeric(part) ? numberRank : rankOf(part))

/** What goes on with a number or a patch is newer, with any other word older. */
function compareRest(parts: readonly string[], from: number): Sign {
  for (let index = from; index < parts.length; index++) {
    const part = parts[index] ?? ''
    if (isNumeric(part)) return 1
    const rank = rankOf(part)
    if (rank !== numberRank) return signOf(rank - numberRank)
  }
  return 0
}

/**
 * Packagist: PHP's version_compare after a leading `v` is dropped. PHP reads `#` as any number
 * and as none; but for versions that hold one, the order is transitive.
 */
export const composerOrder = ordering(readComposer, compareComposer)

/** How many characters to add, remove, change or swap with the next make one word of the other. */
function distance(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let at = 1; at <= one.length; at++) {
    const row = [at]
    for (let to = 1; to <= other.length; to++) {
      const isSame = one[at - 1] === other[to - 1]
      const changed = (last[to - 1] ?? 0) + (isSame ? 0 : 1)
      let least = Math.min(changed, (last[to] ?? 0) + 1, (row[to - 1] ?? 0) + 1)
      const isSwap =
        at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]
      if (isSwap) least = Math.min(least, (before[to - 2] ?? 0) + 1)
      row.push(least)
    }
    before = last
    last = row
  }
  return last[other.length] ?? 0
}

const comparedLengthMax = 40

/** The name that was most likely meant; null where none is near. */
export function nearestOf(word: string, names: readonly string[]): string | null {
  if (word.length > comparedLengthMax) return null
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '-')
  const ranked = names
    .map((name) => ({ name, off: distance(plain(word), plain(name)) }))
    .sort((one, other) => one.off - other.off)
  const best = ranked[0]
  if (best === undefined) return null
  return best.off <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : null
}

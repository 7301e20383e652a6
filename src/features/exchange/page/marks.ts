/** A part of a text: `[start, end)` in UTF-16 units. */
export type Range = readonly [start: number, end: number]

/** More places in one text are not marked: the reader has seen the point by then. */
const rangesMax = 300
const markMin = 2

/**
 * The places in `text` at which one of `marks` stands, in order and apart. Case does not count,
 * and a mark that starts or ends with a letter or digit is found only as a word of its own, so
 * that `id` is not marked inside `width`.
 */
export function rangesOf(text: string, marks: readonly string[]): Range[] {
  const folded = fold(text)
  const found = marks
    .filter((mark) => mark.trim().length >= markMin)
    .flatMap((mark) => placesOf(folded, fold(mark)))
    .sort(([a, b], [c, d]) => a - c || d - b)
  const apart: Range[] = []
  let end = 0
  for (const range of found) {
    if (range[0] < end) continue
    apart.push(range)
    end = range[1]
  }
  return apart.slice(0, rangesMax)
}

/** Lower case, but only where it has the same length, so that places mean the same in both. */
function fold(text: string): string {
  const lower = text.toLowerCase()
  return lower.length === text.length ? lower : text
}

function placesOf(text: string, mark: string): Range[] {
  const places: Range[] = []
  let from = text.indexOf(mark)
  while (from >= 0 && places.length < rangesMax) {
    const end = from + mark.length
    if (isWhole(text, from, end)) places.push([from, end])
    from = text.indexOf(mark, end)
  }
  return places
}

const wordly = /[\p{L}\p{N}_]/u

const isWhole = (text: string, from: number, end: number): boolean =>
  !(wordly.test(text.charAt(from)) && wordly.test(text.charAt(from - 1))) &&
  !(wordly.test(text.charAt(end - 1)) && wordly.test(text.charAt(end)))

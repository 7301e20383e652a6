/** One-based line numbers for offsets asked in ascending order, in one pass over the text. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let at = 0
  return (offset) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset; ) {
      line++
      at = next + 1
      next = text.indexOf('\n', at)
    }
    return line
  }
}

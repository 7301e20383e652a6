const around = 160

/** Where two texts part, with what stands around that place in each. */
export function firstDifference(one: string, other: string): string {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const part = (text: string): string =>
    JSON.stringify(text.slice(Math.max(0, at - around), at + around))
  return `  without: ${part(one)}\n  with:    ${part(other)}`
}

const depthDecay = 0.04
const shiftDecay = 0.13

/** The position dependent model of ReBucket with CASR's constants, over places. */
function similarity(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const [left, mine] of a.entries()) {
    const next = [0]
    for (const [right, theirs] of b.entries()) {
      const depth = Math.min(left, right) + 1
      const weight = Math.exp(-depthDecay * depth - shiftDecay * Math.abs(left - right))
      const matched = (row[right] ?? 0) + (mine === theirs ? weight : 0)
      next.push(Math.max(row[right + 1] ?? 0, next[right] ?? 0, matched))
    }
    row = next
  }
  let whole = 0
  for (let at = 1; at <= Math.min(a.length, b.length); at++) whole += Math.exp(-depthDecay * at)
  return whole === 0 ? 0 : (row[b.length] ?? 0) / whole
}

/** Groups by complete linkage: the nearest two are merged while they stay within the diameter. */
export function completeLinkage(
  traces: readonly (readonly string[])[],
  diameter: number,
): readonly number[] {
  const groups = traces.map((_, at) => [at])
  const far = traces.map((a) => traces.map((b) => 1 - similarity(a, b)))
  const between = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.flatMap((x) => b.map((y) => far[x]?.[y] ?? 1)))
  for (;;) {
    let best = { one: -1, other: -1, distance: diameter }
    for (let one = 0; one < groups.length; one++) {
      for (let other = one + 1; other < groups.length; other++) {
        const distance = between(groups[one] ?? [], groups[other] ?? [])
        if (distance < best.distance) best = { one, other, distance }
      }
    }
    if (best.one < 0) break
    const [merged = []] = groups.splice(best.other, 1)
    groups[best.one]?.push(...merged)
  }
  return traces.map((_, at) => groups.findIndex((group) => group.includes(at)))
}

/** How well groups fit others: over pairs, and over items (F1 of B-cubed). */
export type Agreement = {
  readonly precision: number
  readonly recall: number
  readonly bcubed: number
}

export function agreement(truth: readonly number[], groups: readonly number[]): Agreement {
  const pairs = { both: 0, mine: 0, theirs: 0 }
  let precisions = 0
  let recalls = 0
  for (let one = 0; one < truth.length; one++) {
    const item = { both: 0, mine: 0, theirs: 0 }
    for (let other = 0; other < truth.length; other++) {
      const isTrue = truth[one] === truth[other]
      const isMine = groups[one] === groups[other]
      item.both += Number(isTrue && isMine)
      item.mine += Number(isMine)
      item.theirs += Number(isTrue)
    }
    precisions += item.both / item.mine
    recalls += item.both / item.theirs
    pairs.both += item.both - 1
    pairs.mine += item.mine - 1
    pairs.theirs += item.theirs - 1
  }
  const p = precisions / truth.length
  const r = recalls / truth.length
  return {
    precision: pairs.mine === 0 ? 1 : pairs.both / pairs.mine,
    recall: pairs.theirs === 0 ? 1 : pairs.both / pairs.theirs,
    bcubed: (2 * p * r) / (p + r),
  }
}

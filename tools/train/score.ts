/** Agreement of found groups with true ones, over the reports for which `counts` is true. */
export type Score = {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** B-cubed F1 (Bagga and Baldwin 1998). */
  readonly bCubed: number
  readonly pairs: { readonly true: number; readonly found: number; readonly both: number }
}

type Grouped = {
  readonly groups: readonly (readonly number[])[]
  readonly truth: readonly string[]
  readonly counts: readonly boolean[]
}

type Sums = {
  found: number
  both: number
  truePairs: number
  p: number
  r: number
  reports: number
}

const pairsIn = (size: number): number => (size * (size - 1)) / 2

const f = (p: number, r: number): number => (p + r > 0 ? (2 * p * r) / (p + r) : 0)

/** Sums that can be pooled over several batches before they become a score. */
export function sumsOf({ groups, truth, counts }: Grouped): Sums {
  const sizes = new Map<string, number>()
  for (const [report, cluster] of truth.entries()) {
    if (counts[report]) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  }
  const sums: Sums = { found: 0, both: 0, truePairs: 0, p: 0, r: 0, reports: 0 }
  for (const size of sizes.values()) {
    sums.truePairs += pairsIn(size)
    sums.reports += size
  }
  for (const group of groups) {
    const members = group.filter((report) => counts[report])
    const shares = new Map<string, number>()
    for (const report of members) {
      const cluster = truth[report] ?? ''
      shares.set(cluster, (shares.get(cluster) ?? 0) + 1)
    }
    sums.found += pairsIn(members.length)
    for (const [cluster, share] of shares) {
      sums.both += pairsIn(share)
      sums.p += (share * share) / members.length
      sums.r += (share * share) / (sizes.get(cluster) ?? 1)
    }
  }
  return sums
}

export function scoreOf(parts: readonly Sums[]): Score {
  const total = (name: keyof Sums): number => parts.reduce((sum, part) => sum + part[name], 0)
  const [found, both, truePairs, reports] = [
    total('found'),
    total('both'),
    total('truePairs'),
    total('reports'),
  ]
  const precision = found > 0 ? both / found : 1
  const recall = truePairs > 0 ? both / truePairs : 1
  return {
    precision,
    recall,
    f1: f(precision, recall),
    bCubed: reports > 0 ? f(total('p') / reports, total('r') / reports) : 1,
    pairs: { true: truePairs, found, both },
  }
}

export const showScore = (score: Score): string =>
  [score.precision, score.recall, score.f1, score.bCubed].map((value) => value.toFixed(3)).join(' ')

/** Highest share of true pairs found at a precision of at least `target`, and the threshold. */
export function recallAt(
  target: number,
  judged: { probabilities: Float32Array; isTrue: Uint8Array; truePairs: number },
): { recall: number; threshold: number } {
  const { probabilities, isTrue, truePairs } = judged
  const order = [...probabilities.keys()].sort(
    (x, y) => (probabilities[y] ?? 0) - (probabilities[x] ?? 0),
  )
  let [both, best, threshold] = [0, 0, 1]
  for (const [index, pair] of order.entries()) {
    both += isTrue[pair] ?? 0
    if (both / (index + 1) >= target) {
      best = both
      threshold = probabilities[pair] ?? 1
    }
  }
  return { recall: truePairs > 0 ? best / truePairs : 0, threshold }
}

/**
 * Calibration by isotonic regression (pool adjacent violators), thinned to at most `points`
 * points: ascending raw probability and the share of true pairs there.
 */
export function calibrate(
  probabilities: Float32Array,
  isTrue: Uint8Array,
  points: number,
): [number, number][] {
  const order = [...probabilities.keys()].sort(
    (x, y) => (probabilities[x] ?? 0) - (probabilities[y] ?? 0),
  )
  const blocks: { raw: number; sum: number; size: number }[] = []
  for (const pair of order) {
    blocks.push({ raw: probabilities[pair] ?? 0, sum: isTrue[pair] ?? 0, size: 1 })
    for (let last = blocks.at(-1), before = blocks.at(-2); last && before; ) {
      if (before.sum / before.size < last.sum / last.size) break
      blocks.pop()
      blocks.pop()
      blocks.push({ raw: last.raw, sum: before.sum + last.sum, size: before.size + last.size })
      ;[last, before] = [blocks.at(-1), blocks.at(-2)]
    }
  }
  const step = Math.max(1, Math.ceil(blocks.length / points))
  const kept = blocks.filter((_, at) => at % step === 0 || at === blocks.length - 1)
  const round = (value: number): number => Number(value.toFixed(4))
  return kept.map(({ raw, sum, size }) => [round(raw), round(sum / size)])
}

/**
 * Base metrics that versions 3 and 4 share closely enough to be held against each other, with
 * their values. Each value has a bit of its own, so that a vector is one number.
 */
const current: readonly (readonly [string, string])[] = [
  ['AV', 'NALP'],
  ['AC', 'LH'],
  ['PR', 'NLH'],
  ['UI', 'NRPA'],
  ['S', 'UC'],
  ['C', 'NLH'],
  ['I', 'NLH'],
  ['A', 'NLH'],
]
const second: readonly (readonly [string, string])[] = [
  ['AV', 'LAN'],
  ['AC', 'HML'],
  ['Au', 'MSN'],
  ['C', 'NPC'],
  ['I', 'NPC'],
  ['A', 'NPC'],
]
/** Version 4 speaks of the vulnerable system's C, I, A as VC, VI, VA. */
const renamed: Readonly<Record<string, string>> = { VC: 'C', VI: 'I', VA: 'A' }

const bitsOf = (metrics: readonly (readonly [string, string])[]): ReadonlyMap<string, number> => {
  const texts = metrics.flatMap(([name, values]) => [...values].map((value) => `${name}:${value}`))
  return new Map(texts.map((text, bit) => [text, 2 ** bit]))
}
const currentBits = bitsOf(current)
const secondBits = bitsOf(second)

/** The metrics of the first vector of version 3 or 4, and of the first of version 2; 0 if none. */
export function cvssMetrics(vectors: readonly string[]): { cvss: number; cvssOld: number } {
  const is = (version: string) => (vector: string) => vector.startsWith(`CVSS:${version}`)
  const newer = vectors.find(is('3')) ?? vectors.find(is('4'))
  const older = vectors.find((vector) => !vector.startsWith('CVSS:'))
  return { cvss: metricsOf(newer, currentBits), cvssOld: metricsOf(older, secondBits) }
}

function metricsOf(vector: string | undefined, bits: ReadonlyMap<string, number>): number {
  let found = 0
  for (const metric of vector?.slice(0, 200).split('/') ?? []) {
    const [given = '', value = ''] = metric.split(':')
    found |= bits.get(`${renamed[given] ?? given}:${value}`) ?? 0
  }
  return found
}

/** The share of metrics with equal values; NaN where a side has no vector. */
export function sharedMetrics(a: number, b: number): number {
  if (a === 0 || b === 0) return Number.NaN
  return bitCount(a & b) / Math.max(bitCount(a), bitCount(b))
}

function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Numbers from 0 up to but excluding 1. */
export type Random = () => number

/**
 * A stream of chances that only its seed decides, so that every simulation can be repeated:
 * xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021), its
 * state filled by the mixing of MurmurHash3.
 */
export function seededRandom(seed: number): Random {
  let [a, b, c, d] = [mixed(seed + 1), mixed(seed + 2), mixed(seed + 3), mixed(seed + 4) | 1]
  return () => {
    const scrambled = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const kept = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= kept
    d = rotated(d, 11)
    return scrambled / 2 ** 32
  }
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

function mixed(seed: number): number {
  let word = Math.imul(seed, 0x9e3779b1)
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35)
  return word ^ (word >>> 16)
}

/** A whole number from 0 up to but excluding `bound`. */
export const below = (random: Random, bound: number): number => Math.floor(random() * bound)

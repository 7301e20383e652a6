import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type Population, type Texts, textOf } from './background.ts'
import { type Bags, type View, views } from './views.ts'

/** Counters of a text: two, of which the lower one is believed, so that collisions rarely show. */
const bits = 22
const size = 2 ** bits

/**
 * In how many stored reports each text of each view is, within fixed memory (16 MiB) whatever is
 * stored: a count-min sketch (Cormode, Muthukrishnan 2005) with two rows in one array. A count is
 * never too low; at a million reports, single texts come out one or two too high.
 */
export class Sketch implements Population {
  readonly #counts: Uint32Array
  #reports: number

  constructor(counts: Uint32Array = new Uint32Array(size), reports = 0) {
    this.#counts = counts
    this.#reports = reports
  }

  get reports(): number {
    return this.#reports
  }

  countOf = (view: View, text: string): number => this.#countAt(placesOf(`${view} ${text}`))

  /** How many stored reports have a key that results of scanners share. */
  countOfKey = (key: string): number => this.#countAt(placesOf(`scan ${key}`))

  #countAt([first, second]: readonly [number, number]): number {
    return Math.min(this.#counts[first] ?? 0, this.#counts[second] ?? 0)
  }

  /** Counts one report more. */
  add(bags: Bags, texts: Texts): void {
    this.#reports++
    for (const [number, view] of views.entries()) {
      for (let at = bags.start(number); at < bags.end(number); at++) {
        this.#raise(placesOf(`${view} ${textOf(view, bags.id(at), texts)}`))
      }
    }
  }

  /** Counts what one report more shares with results of scanners. */
  addKeys(keys: readonly string[]): void {
    for (const key of keys) this.#raise(placesOf(`scan ${key}`))
  }

  /** Only the lower counter grows (conservative update), which halves what collisions add. */
  #raise(places: readonly [number, number]): void {
    const grown = this.#countAt(places) + 1
    for (const place of places) {
      if ((this.#counts[place] ?? 0) < grown) this.#counts[place] = grown
    }
  }

  /** Compressed; a fresh sketch is a few kilobytes. */
  encode(): Buffer {
    const { buffer, byteOffset, byteLength } = this.#counts
    return deflateRawSync(Buffer.from(buffer, byteOffset, byteLength), { level: 1 })
  }

  static decode(bytes: Uint8Array, reports: number): Sketch {
    const counts = new Uint32Array(size)
    const raw = inflateRawSync(bytes, { maxOutputLength: counts.byteLength })
    Buffer.from(counts.buffer).set(raw)
    return new Sketch(counts, reports)
  }
}

/** FNV-1a over both halves with different beginnings: fast, and the texts are not adversarial. */
function placesOf(key: string): readonly [number, number] {
  let [one, other] = [0x811c9dc5, 0x01000193]
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x85ebca6b)
    other ^= other >>> 13
  }
  const first = (one >>> 0) % size
  const second = (other >>> 0) % size
  return first === second ? [first, (second + 1) % size] : [first, second]
}

/**
 * A 31-bit number that stands for a key in the index of the store (FNV-1a with a final mix). Two
 * keys with one number make a report a candidate that shares nothing, which judging then shows.
 */
export function keyNumber(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) & 0x7fffffff
}

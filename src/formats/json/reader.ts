import type { Problem } from '#formats/finding/decoder.ts'

/** A parsed JSON object of which nothing is known yet. */
export type JsonObject = { readonly [key: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** One more step of a JSON pointer (RFC 6901 section 3: `~` and `/` are escaped). */
export const pointerTo = (base: string, step: string | number): string =>
  `${base}/${typeof step === 'number' || !/[~/]/.test(step) ? step : escaped(step)}`

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1')

/**
 * A cursor over one JSON value that reads fields leniently and writes down every surprise.
 * An absent or null field is absent without remark; a field of another type is a problem of
 * code `wrong-type` at its pointer and then counts as absent, so one bad field costs itself only.
 */
export class Reader {
  readonly value: unknown
  readonly pointer: string
  readonly problems: Problem[]

  constructor(value: unknown, pointer = '', problems: Problem[] = []) {
    this.value = value
    this.pointer = pointer
    this.problems = problems
  }

  /** The raw member, or undefined when absent, null, or when this is not an object. */
  raw(key: string): unknown {
    if (!isObject(this.value) || !Object.hasOwn(this.value, key)) return undefined
    return this.value[key] ?? undefined
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined
  }

  /** A text that is not blank. */
  text(key: string): string | undefined {
    const found = this.raw(key)
    if (found === undefined) return undefined
    if (typeof found !== 'string') return this.#wrong(key, 'a text')
    return found.trim() === '' ? undefined : found
  }

  /** A text, or a number or boolean written out: for formats that are loose about it. */
  textish(key: string): string | undefined {
    const found = this.raw(key)
    if (typeof found === 'number' || typeof found === 'boolean') return String(found)
    return this.text(key)
  }

  number(key: string): number | undefined {
    const found = this.raw(key)
    if (found === undefined) return undefined
    return typeof found === 'number' && Number.isFinite(found)
      ? found
      : this.#wrong(key, 'a number')
  }

  /** A number, or a text that holds one, e.g. `"7.5"`. */
  numberish(key: string): number | undefined {
    const found = this.raw(key)
    if (typeof found !== 'string') return this.number(key)
    if (found.trim() === '') return undefined
    const value = Number(found)
    return Number.isFinite(value) ? value : this.#wrong(key, 'a number')
  }

  boolean(key: string): boolean | undefined {
    const found = this.raw(key)
    if (found === undefined) return undefined
    return typeof found === 'boolean' ? found : this.#wrong(key, 'true or false')
  }

  /** A cursor on the member, which may be absent: reading on from it gives absence again. */
  object(key: string): Reader {
    const found = this.raw(key)
    if (found !== undefined && !isObject(found)) this.#wrong(key, 'an object')
    return this.#at(key, isObject(found) ? found : undefined)
  }

  /** Cursors on the members of an array that are objects; others are lost, which is a problem. */
  objects(key: string): Reader[] {
    if (!this.has(key)) return []
    const base = pointerTo(this.pointer, key)
    return this.#array(key).flatMap((value, index) => {
      const item = new Reader(value, pointerTo(base, index), this.problems)
      if (isObject(value)) return [item]
      item.#complain('an object', value, true)
      return []
    })
  }

  /** The texts of an array; blank ones and nulls are left out, other types are problems. */
  texts(key: string): string[] {
    if (!this.has(key)) return []
    const base = pointerTo(this.pointer, key)
    return this.#array(key).flatMap((value, index) => {
      if (typeof value === 'string') return value.trim() === '' ? [] : [value]
      if (value !== null)
        new Reader(value, pointerTo(base, index), this.problems).#complain('a text', value)
      return []
    })
  }

  /** A text or an array of texts, as formats write that cannot decide. */
  textOrTexts(key: string): string[] {
    const found = this.raw(key)
    if (typeof found === 'string') return found.trim() === '' ? [] : [found]
    return this.texts(key)
  }

  /** The members of an object by name, as cursors; not-an-object is a problem. */
  entries(key: string): [string, Reader][] {
    const inner = this.object(key)
    if (!isObject(inner.value)) return []
    return Object.keys(inner.value).map((name) => [name, inner.#at(name, inner.raw(name))])
  }

  /** Writes down a problem with this value or, with `key`, with one of its members. */
  problem(found: Omit<Problem, 'pointer' | 'lost'> & { key?: string; lost?: boolean }): void {
    const { key, lost = false, ...rest } = found
    const pointer = key === undefined ? this.pointer : pointerTo(this.pointer, key)
    this.problems.push({ ...rest, pointer, lost })
  }

  #array(key: string): readonly unknown[] {
    const found = this.raw(key)
    if (found === undefined) return []
    if (isArray(found)) return found
    this.#wrong(key, 'an array')
    return []
  }

  #at(key: string, value: unknown): Reader {
    return new Reader(value, pointerTo(this.pointer, key), this.problems)
  }

  #wrong(key: string, wanted: string): undefined {
    this.#at(key, this.raw(key)).#complain(wanted, this.raw(key))
    return undefined
  }

  #complain(wanted: string, found: unknown, lost = false): void {
    this.problem({ code: 'wrong-type', why: `expected ${wanted}, found ${nameOf(found)}`, lost })
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

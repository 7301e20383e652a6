import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { TupleSet } from './tuple.ts'

/**
 * A part of a longer text that is packed anyway: `of.slice(start, start + length)`. It is written
 * as a reference, so that a report's description is not written beside the file it comes from.
 */
export class Slice {
  readonly of: string
  readonly start: number
  readonly length: number

  constructor(of: string, start: number, length: number) {
    this.of = of
    this.start = start
    this.length = length
  }
}

/** What `unpack` reads. */
export type Packed = {
  /** JSON: the member names of each kind of object; values name them by place, from 1. */
  readonly shapes: string
  /** Of each value that occurs more than once, its packed JSON. No reference points forward. */
  readonly table: readonly string[]
  /** Of each root, its packed JSON. */
  readonly roots: readonly string[]
}

/**
 * Writes values as JSON in which every text, list and object stands once, however often it
 * occurs: an object is `[shape, ...values]`, a list `[0, ...items]`, a reference `"~<place>"` or
 * `"~<place>:<start>:<length>"` in base 36, and a text that starts with `~` gets a second one.
 * What JSON cannot say is written as `JSON.stringify` does. Linear in the size of the values.
 */
export function pack(roots: readonly unknown[]): Packed {
  const store = new Store()
  const ids = roots.map((root) => store.add(root))
  return store.write(ids)
}

/** A value that needs no more characters than this is repeated rather than referred to. */
const shortMax = 6
/** A longer one is referred to even if it occurs once: then deep nesting copies no text twice. */
const longMin = 2_048

/** A text or number: its JSON. A list or object: its shape, then the numbers of its members. */
type Node = string | readonly number[]

/** Instead of a shape: a slice, followed by the number of its text, the start and the length. */
const sliceShape = -1

class Store {
  readonly #nodes: Node[] = []
  readonly #branches = new TupleSet()
  readonly #texts = new Map<string, number>()
  readonly #leaves = new Map<string, number>()
  readonly #shapes = new Map<string, { readonly id: number; readonly json: string }>()
  readonly #sliced = new Set<number>()

  /** The number of the one node that stands for all values equal to this one. */
  add(value: unknown): number {
    if (typeof value === 'string') return this.#leaf(this.#texts, value)
    if (value instanceof Slice) return this.#slice(value)
    if (value instanceof Map) return this.#object(Object.fromEntries(value))
    if (Array.isArray(value)) return this.#list(value)
    if (isObject(value)) return this.#object(value)
    const json = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null')
    return this.#leaf(this.#leaves, json)
  }

  write(roots: readonly number[]): Packed {
    const uses = this.#usesOf(roots)
    const table: string[] = []
    /** What each node is written as where it is used: a reference or itself. */
    const written: string[] = []
    this.#nodes.forEach((node, id) => {
      const json = this.#render(node, written)
      const isShared = (uses[id] ?? 0) > 1 && json.length > shortMax
      if (isShared || json.length > longMin || this.#sliced.has(id)) {
        const place = table.push(json) - 1
        written.push(`"~${place.toString(36)}"`)
      } else written.push(json)
    })
    const shapes = [...this.#shapes.values()].map(({ json }) => json)
    return {
      shapes: `[${shapes.join(',\n')}]`,
      table,
      roots: roots.map((id) => written[id] ?? 'null'),
    }
  }

  /** How many members of distinct nodes, and roots, are this node. */
  #usesOf(roots: readonly number[]): Int32Array {
    const uses = new Int32Array(this.#nodes.length)
    const count = (id: number): void => {
      uses[id] = (uses[id] ?? 0) + 1
    }
    for (const id of roots) count(id)
    for (const node of this.#nodes) {
      if (typeof node === 'string' || node[0] === sliceShape) continue
      for (let at = 1; at < node.length; at++) count(node[at] ?? 0)
    }
    return uses
  }

  #render(node: Node, written: readonly string[]): string {
    if (typeof node === 'string') return node
    const [shape = 0, of = 0, start = 0, length = 0] = node
    if (shape === sliceShape) {
      const whole = written[of] ?? '"~"'
      return `${whole.slice(0, -1)}:${start.toString(36)}:${length.toString(36)}"`
    }
    let json = `[${shape}`
    for (let at = 1; at < node.length; at++) json += `,${written[node[at] ?? 0] ?? 'null'}`
    return `${json}]`
  }

  #list(value: readonly unknown[]): number {
    const tuple = [0]
    for (const item of value) tuple.push(this.add(item))
    return this.#branch(tuple)
  }

  #object(value: JsonObject): number {
    const names: string[] = []
    const tuple = [0]
    for (const name of Object.keys(value)) {
      const member = value[name]
      if (member === undefined) continue
      names.push(name)
      tuple.push(this.add(member))
    }
    tuple[0] = this.#shape(names)
    return this.#branch(tuple)
  }

  /** Names are joined by NUL, which hardly any holds; where one does, by what none can imitate. */
  #shape(names: readonly string[]): number {
    const isPlain = !names.some((name) => name.includes('\0'))
    const key = isPlain ? `${names.length} ${names.join('\0')}` : JSON.stringify(names)
    const found = this.#shapes.get(key)
    if (found) return found.id
    const id = this.#shapes.size + 1
    this.#shapes.set(key, { id, json: JSON.stringify(names) })
    return id
  }

  #slice({ of, start, length }: Slice): number {
    const whole = this.add(of)
    this.#sliced.add(whole)
    return this.#branch([sliceShape, whole, start, length])
  }

  #branch(tuple: readonly number[]): number {
    const id = this.#branches.add(tuple, this.#nodes.length)
    if (id === this.#nodes.length) this.#nodes.push(tuple)
    return id
  }

  #leaf(known: Map<string, number>, value: string): number {
    const found = known.get(value)
    if (found !== undefined) return found
    const id = this.#nodes.push(known === this.#texts ? textJson(value) : value) - 1
    known.set(value, id)
    return id
  }
}

const textJson = (text: string): string => JSON.stringify(text.startsWith('~') ? `~${text}` : text)

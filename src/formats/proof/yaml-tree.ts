import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { type ProofProblem, pointerOf } from './problem.ts'

/** A document as plain values, and where each of them stands. */
export type YamlTree = {
  readonly value: unknown
  /** The line of a member, or of the nearest one around it that has a line. */
  readonly lineOf: (pointer: string) => number | null
  /** What the document says in a way that is not read; the value lacks it. */
  readonly problems: readonly ProofProblem[]
}

/** Time to parse grows with the square of hostile texts: this bound keeps it below a second. */
export const documentLengthMax = 64 * 1024
const depthMax = 16
const syntaxProblemsMax = 20

/**
 * Reads YAML 1.2, of which JSON is a part, without what a bundle has no use for and a reader may
 * be fooled by: aliases, tags, keys that are no text, a key twice, further documents.
 */
export function readYamlTree(text: string): YamlTree {
  const nowhere = (why: string, hint: string): YamlTree => ({
    value: undefined,
    lineOf: () => null,
    problems: [{ pointer: '', line: null, why, hint }],
  })
  if (text.length > documentLengthMax) {
    const why = `has ${text.length} characters, more than ${documentLengthMax}`
    return nowhere(why, 'put long texts into files beside it and name these')
  }
  const lines = new LineCounter()
  const lineAt = (offset: number): number => lines.linePos(offset).line
  let document: Document.Parsed
  try {
    // The library's own search for keys that stand twice takes quadratic time.
    document = parseDocument(text, {
      ...{ lineCounter: lines, uniqueKeys: false, prettyErrors: false, schema: 'core' },
      ...{ version: '1.2', logLevel: 'error' },
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return nowhere('is nested too deep to be read', 'write it flat, as the format asks')
  }
  if (document.errors.length > 0) return broken(document.errors, lineAt)
  const walk = new Walk(lineAt)
  const value = document.contents === null ? null : walk.valueOf(document.contents, [])
  return { value, lineOf: (pointer) => nearestLine(walk.lines, pointer), problems: walk.problems }
}

/** A text that is no YAML has no values to judge. */
function broken(errors: readonly YAMLError[], lineAt: (offset: number) => number): YamlTree {
  const problems = errors.slice(0, syntaxProblemsMax).map(({ code, message, pos }) => ({
    pointer: '',
    line: lineAt(pos[0]),
    why: code === 'RESOURCE_EXHAUSTION' ? 'is nested too deep' : syntaxWords(message),
    hint: 'it is written in YAML 1.2 or JSON',
  }))
  return { value: undefined, lineOf: () => null, problems }
}

const syntaxWords = (message: string): string => `is no YAML: ${message.slice(0, 200)}`

function nearestLine(lines: ReadonlyMap<string, number>, pointer: string): number | null {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const line = lines.get(at)
    if (line !== undefined) return line
    if (at === '') return null
  }
}

type Path = readonly (string | number)[]

/** Turns the nodes of one document into values, keeping their lines. */
class Walk {
  readonly lines = new Map<string, number>()
  readonly problems: ProofProblem[] = []
  readonly #lineAt: (offset: number) => number

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt
  }

  valueOf(node: ParsedNode | Node | null, path: Path): unknown {
    if (node === null) return null
    const pointer = pointerOf(path)
    if (!this.lines.has(pointer)) this.#note(pointer, node)
    const refuse = (why: string, hint: string): undefined => this.#refuse(pointer, why, hint)
    if (isAlias(node)) return refuse('is an alias (*name), which is not read', 'write it out')
    if ('anchor' in node && node.anchor !== undefined) {
      return refuse('has an anchor (&name), which is not read', 'take it away')
    }
    if (node.tag !== undefined) {
      return refuse(`has the tag ${node.tag.slice(0, 80)}, which is not read`, 'take it away')
    }
    if (path.length > depthMax) {
      return refuse(`lies more than ${depthMax} levels deep`, 'no member of the format does')
    }
    if (isMap(node)) return this.#mapOf(node, path)
    if (isSeq(node)) return this.#listOf(node, path)
    return isScalar(node) ? node.value : undefined
  }

  #note(pointer: string, { range }: { readonly range?: readonly number[] | null }): void {
    const offset = range?.[0]
    if (offset !== undefined) this.lines.set(pointer, this.#lineAt(offset))
  }

  #refuse(pointer: string, why: string, hint: string): undefined {
    this.problems.push({ pointer, line: nearestLine(this.lines, pointer), why, hint })
    return undefined
  }

  #listOf(list: YAMLSeq, path: Path): unknown[] {
    return list.items.map((item, index) => this.valueOf(nodeOf(item), [...path, index]))
  }

  #mapOf(map: YAMLMap, path: Path): Record<string, unknown> {
    const members = new Map<string, unknown>()
    for (const pair of map.items) {
      const key = isPair(pair) ? nodeOf(pair.key) : null
      if (key === null || !isScalar(key) || typeof key.value !== 'string') {
        this.#refuse(pointerOf(path), 'has a key that is no text', 'keys are words of the format')
        continue
      }
      const name = key.value
      const pointer = pointerOf([...path, name])
      if (members.has(name)) {
        const line = key.range ? this.#lineAt(key.range[0]) : null
        this.problems.push({ pointer, line, why: 'stands twice', hint: 'keep one of them' })
        continue
      }
      this.#note(pointer, key)
      if (name === '__proto__' || key.anchor !== undefined || key.tag !== undefined) {
        this.#refuse(pointer, 'is no key that is read', 'take it away')
        continue
      }
      members.set(name, this.valueOf(nodeOf(pair.value), [...path, name]))
    }
    return Object.fromEntries(members)
  }
}

/** The library's types leave open what all items of a parsed collection are. */
const nodeOf = (item: unknown): Node | null =>
  isScalar(item) || isMap(item) || isSeq(item) || isAlias(item) ? item : null

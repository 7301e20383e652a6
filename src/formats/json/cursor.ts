import type { Problem, ProblemCode } from '#formats/finding/decoder.ts'
import { chars } from './outline.ts'
import { pointerTo } from './reader.ts'

/** So many problems of one text are listed; the rest is counted. */
export const problemsMax = 1_000

const listsMax = 1_000

/** A bracket that is open at the cursor. */
export type Frame = {
  readonly isArray: boolean
  /** The first key of the first object in this array: what its elements start with. */
  firstKey: string | null
  count: number
  /** How many of its elements start with each key. */
  readonly alike: Map<string, number>
}

/** Objects of one array that start alike: how many, and how deep they lie. */
export type AlikeList = { readonly alike: number; readonly depth: number }

/** How to read brackets that do not match; the mender tries several and keeps the best. */
export type Strategy = {
  /** An object that starts like the elements of an outer array is the next of those elements. */
  readonly siblings: boolean
  /**
   * Which closing brackets of the wrong kind are surplus; before the others the right one is
   * missing. `some` decides by what follows the bracket.
   */
  readonly strays: 'none' | 'some' | 'all'
}

/** A place in a text that is nearly JSON, and what was wrong on the way to it. */
export class Cursor {
  readonly text: string
  readonly strategy: Strategy
  readonly depthMax: number
  at: number
  readonly path: (string | number)[] = []
  readonly frames: Frame[] = []
  /** The element that is being read cannot be trusted. */
  broken = false
  /** The text ended inside the document. */
  cut = false
  /** Brackets that did not match. */
  mismatches = 0
  /** By the name of their first member: the longest list of objects that start with it. */
  readonly lists = new Map<string, AlikeList>()
  /** How many arrays are among the frames. */
  arraysOpen = 0
  /** Index of the frame down to which all brackets count as closed. */
  closeTo: number | null = null
  /** Characters in the elements that were given up. */
  lostChars = 0
  readonly problems: Problem[] = []
  /** How many problems were too many to list. */
  unlisted = 0
  readonly #lineOf: (offset: number) => number
  readonly #remarked = new Set<string>()

  constructor(from: number, given: CursorSetup) {
    this.text = given.text
    this.strategy = given.strategy
    this.depthMax = given.depthMax
    this.#lineOf = given.lineOf
    this.at = from
  }

  open(isArray: boolean): void {
    this.frames.push({ isArray, firstKey: null, count: 0, alike: new Map() })
    if (isArray) this.arraysOpen++
  }

  shut(): void {
    if (this.frames.pop()?.isArray) this.arraysOpen--
  }

  /** Counts one more element of the innermost array, an object that starts with `key`. */
  countElement(key: string | null): void {
    const frame = this.frames.at(-1)
    if (!frame) return
    frame.count++
    frame.firstKey ??= key
    if (key === null || this.lists.size >= listsMax) return
    const alike = (frame.alike.get(key) ?? 0) + 1
    frame.alike.set(key, alike)
    if (alike > (this.lists.get(key)?.alike ?? 1)) {
      this.lists.set(key, { alike, depth: this.frames.length })
    }
  }

  /** Writes down what was wrong here. */
  report(code: ProblemCode, why: string, lost: boolean): void {
    if (this.problems.length >= problemsMax) {
      this.unlisted++
      return
    }
    const pointer = this.path.reduce<string>((base, step) => pointerTo(base, step), '')
    this.problems.push({ code, why, pointer, line: this.#lineOf(this.at), lost })
  }

  /** Writes down, at its first place only, something odd whose meaning is clear. */
  remark(why: string): void {
    if (this.#remarked.has(why)) return
    this.#remarked.add(why)
    this.report('malformed', why, false)
  }

  /** Gives up the element that is being read; its first problem is the one that is told. */
  fail(why: string): void {
    if (!this.broken) this.report('malformed', why, true)
    this.broken = true
  }

  /** The code at the cursor, -1 at the end. */
  peek(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1
  }

  /** Steps over spaces and comments; answers the code behind them, -1 at the end. */
  skip(): number {
    for (;;) {
      const code = this.peek()
      if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) this.at++
      else if (code === chars.slash) {
        if (!this.#skipComment()) return code
      } else if (code === 0 || isOddSpace(code)) {
        this.remark(`${code === 0 ? 'a NUL' : 'a space that JSON does not know'} was stepped over`)
        this.at++
      } else return code
    }
  }

  #skipComment(): boolean {
    const next = this.text[this.at + 1]
    if (next !== '/' && next !== '*') return false
    this.remark('comments are not JSON; they were stepped over')
    const close = next === '/' ? '\n' : '*/'
    const end = this.text.indexOf(close, this.at + 2)
    this.at = end < 0 ? this.text.length : end + close.length
    return true
  }
}

export type CursorSetup = {
  readonly text: string
  readonly strategy: Strategy
  readonly depthMax: number
  readonly lineOf: (offset: number) => number
}

const isOddSpace = (code: number): boolean =>
  code === 0xfeff || code === 0xa0 || code === 0x85 || code === 0x2028 || code === 0x2029

/** What is to be done with a value: handed out whole, passed over, or looked into. */
export type Plan =
  | 'take'
  | 'skip'
  | { readonly each: Plan }
  | { readonly members: ReadonlyMap<string, Plan>; readonly others: Plan }

/** A value of a text that is read in pieces. */
export type Piece = {
  /** Names of members, and indices written out, from the root to the value. */
  readonly path: readonly string[]
  /** `closed` is the end of a value that was looked into. */
  readonly is: 'taken' | 'skipped' | 'too-large' | 'closed'
  /** Empty where the value was not taken. */
  readonly bytes: Buffer
  /** Offsets in the whole text, in bytes: start included, end excluded. */
  readonly from: number
  readonly to: number
}

/** What is not JSON, with the place where that shows. */
export class NotJson extends Error {
  readonly at: number
  readonly path: readonly string[]
  /** The text ends before the value does. */
  readonly isCut: boolean

  constructor(why: string, given: Pick<NotJson, 'at' | 'path' | 'isCut'>) {
    super(why)
    this.at = given.at
    this.path = given.path
    this.isCut = given.isCut
  }
}

export type PieceLimits = {
  readonly depthMax: number
  /** Of a value that is handed out whole. */
  readonly valueBytesMax: number
}

const noBytes: Buffer = Buffer.alloc(0)

const codes = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** A container that is looked into. */
type Open = {
  readonly plan: Exclude<Plan, string>
  readonly isArray: boolean
  readonly from: number
  count: number
}

/** A value that is passed over or gathered up. */
type Inside = {
  readonly from: number
  readonly isTaken: boolean
  readonly kind: 'string' | 'container' | 'word'
  depth: number
  inString: boolean
  isEscaped: boolean
  parts: Buffer[]
  length: number
}

/**
 * Reads one JSON text (RFC 8259) of any size as it comes and hands out the values that a plan asks
 * for. It holds no more than one of them. What it hands out is still to be parsed; what it passes
 * over is only looked at for where it ends.
 */
export class JsonPieces {
  readonly #root: Plan
  readonly #limits: PieceLimits
  readonly #stack: Open[] = []
  readonly #path: string[] = ['']
  #state: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'after' | 'over' = 'value'
  #inside: Inside | null = null
  #isKey = false
  #plan: Plan
  #base = 0

  constructor(plan: Plan, limits: PieceLimits) {
    this.#root = plan
    this.#plan = plan
    this.#limits = limits
  }

  /** Whether the whole value was read. */
  get isOver(): boolean {
    return this.#state === 'over' && this.#inside === null
  }

  /**
   * The values that end in these bytes, which follow those before.
   *
   * @throws NotJson where the bytes are no JSON
   */
  push(chunk: Buffer): Piece[] {
    const found: Piece[] = []
    let at = 0
    while (at < chunk.length) {
      if (this.#inside !== null) at = this.#goOn(chunk, at, found)
      else {
        const code = chunk[at] ?? 0
        if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) at++
        else at = this.#step(code, at, found)
      }
    }
    this.#base += chunk.length
    return found
  }

  /**
   * Says that the text is over.
   *
   * @throws NotJson where the value is not
   */
  end(): Piece[] {
    // A number at the very end has nothing behind it that ends it.
    const found: Piece[] = []
    if (this.#inside?.kind === 'word') this.#finish(Buffer.alloc(0), 0, found)
    if (!this.isOver) throw this.#wrong('ends before its JSON does', 0, true)
    return found
  }

  #wrong(why: string, at: number, isCut = false): NotJson {
    return new NotJson(why, { at: this.#base + at, path: this.#place(), isCut })
  }

  /** The path without the empty name that stands for the root. */
  #place(): string[] {
    return this.#path.slice(1)
  }

  #step(code: number, at: number, found: Piece[]): number {
    const open = this.#stack.at(-1)
    const isClose = code === codes.closeBrace || code === codes.closeBracket
    if (isClose && open !== undefined && this.#mayClose(open, code)) {
      this.#stack.pop()
      // An empty array has no element, though one was waited for.
      if (this.#state === 'value-or-end') this.#path.pop()
      const place = { from: open.from, to: this.#base + at + 1 }
      found.push({ path: this.#place(), is: 'closed', bytes: noBytes, ...place })
      this.#leave()
      return at + 1
    }
    switch (this.#state) {
      case 'value':
      case 'value-or-end':
        if (isClose || code === codes.comma || code === codes.colon) break
        return this.#enter(code, at)
      case 'key':
      case 'key-or-end':
        if (code !== codes.quote) break
        this.#isKey = true
        this.#inside = insideAt(this.#base + at, 'string', true)
        return at
      case 'colon':
        if (code !== codes.colon) break
        this.#state = 'value'
        return at + 1
      case 'after':
        if (code !== codes.comma || open === undefined) break
        if (open.isArray) this.#nextElement(open)
        this.#state = open.isArray ? 'value' : 'key'
        return at + 1
      default:
        throw this.#wrong('goes on behind its end', at)
    }
    throw this.#wrong('is not JSON', at)
  }

  #mayClose(open: Open, code: number): boolean {
    if (open.isArray !== (code === codes.closeBracket)) return false
    return this.#state === 'after' || this.#state === (open.isArray ? 'value-or-end' : 'key-or-end')
  }

  /** A value ended: what comes next depends on where it stood. */
  #leave(): void {
    this.#path.pop()
    this.#state = this.#stack.length === 0 ? 'over' : 'after'
  }

  #nextElement(open: Open): void {
    this.#path.push(String(open.count++))
    this.#plan = 'each' in open.plan ? open.plan.each : 'take'
  }

  #enter(code: number, at: number): number {
    const plan = this.#plan
    const isArray = code === codes.openBracket
    const fits = typeof plan === 'object' && ('each' in plan ? isArray : code === codes.openBrace)
    if (!fits) {
      this.#inside = insideAt(this.#base + at, kindOf(code), plan !== 'skip')
      return at
    }
    if (this.#stack.length >= this.#limits.depthMax) throw this.#wrong('nests too deep', at)
    const open = { plan, isArray, from: this.#base + at, count: 0 }
    this.#stack.push(open)
    this.#state = isArray ? 'value-or-end' : 'key-or-end'
    if (isArray) this.#nextElement(open)
    return at + 1
  }

  /** Goes through the value that the cursor is in, to its end or that of the chunk. */
  #goOn(chunk: Buffer, from: number, found: Piece[]): number {
    const inside = this.#inside
    if (inside === null) return from
    const end = inside.kind === 'word' ? wordEnd(chunk, from) : this.#scan(inside, chunk, from)
    const isOver = end >= 0
    const upTo = isOver ? end : chunk.length
    this.#keep(inside, chunk.subarray(from, upTo))
    if (isOver) this.#finish(chunk, upTo, found)
    return upTo
  }

  #keep(inside: Inside, bytes: Buffer): void {
    inside.length += bytes.length
    if (!inside.isTaken) return
    if (inside.length > this.#limits.valueBytesMax) inside.parts = []
    else inside.parts.push(bytes)
  }

  /** Where the string or container ends in this chunk, -1 where it goes on. */
  #scan(inside: Inside, chunk: Buffer, from: number): number {
    let { depth, inString, isEscaped } = inside
    const { depthMax } = this.#limits
    for (let at = from; at < chunk.length; at++) {
      if (inString) {
        const end = stringEnd(chunk, isEscaped ? at + 1 : at)
        isEscaped = end > chunk.length
        if (end >= chunk.length) break
        inString = false
        if (depth === 0) return end + 1
        at = end
        continue
      }
      const code = chunk[at]
      if (code === codes.quote) inString = true
      else if (code === codes.openBrace || code === codes.openBracket) {
        if (++depth > depthMax) throw this.#wrong('nests too deep', at)
      } else if ((code === codes.closeBrace || code === codes.closeBracket) && --depth <= 0) {
        return at + 1
      }
    }
    inside.depth = depth
    inside.inString = inString
    inside.isEscaped = isEscaped
    return -1
  }

  #finish(chunk: Buffer, at: number, found: Piece[]): void {
    const inside = this.#inside
    if (inside === null) return
    this.#inside = null
    const isTooLarge = inside.length > this.#limits.valueBytesMax
    const isTaken = inside.isTaken && !isTooLarge
    const bytes = isTaken ? joined(inside.parts) : noBytes
    if (this.#isKey) {
      this.#isKey = false
      const name = isTaken ? nameIn(bytes) : null
      if (name === null) throw this.#wrong('has a name that is no text', Math.min(at, chunk.length))
      this.#toMember(name)
      return
    }
    const is = isTaken ? 'taken' : inside.isTaken ? 'too-large' : 'skipped'
    const place = { from: inside.from, to: inside.from + inside.length }
    found.push({ path: this.#place(), is, bytes, ...place })
    this.#leave()
  }

  #toMember(name: string): void {
    const open = this.#stack.at(-1)
    this.#path.push(name)
    this.#state = 'colon'
    const plan = open?.plan ?? this.#root
    if (typeof plan === 'object' && 'members' in plan) {
      this.#plan = plan.members.get(name) ?? plan.others
    }
  }
}

function insideAt(from: number, kind: Inside['kind'], isTaken: boolean): Inside {
  return {
    from,
    kind,
    isTaken,
    depth: 0,
    inString: false,
    isEscaped: false,
    parts: [],
    length: 0,
  }
}

function kindOf(code: number): Inside['kind'] {
  if (code === codes.quote) return 'string'
  return code === codes.openBrace || code === codes.openBracket ? 'container' : 'word'
}

/** Most strings end before a search of the machine's own would have begun. */
const steppedBytes = 32

/**
 * Where the quote is that ends a string, in which `from` is not escaped. The length of the chunk
 * where it goes on, and 1 more where what comes next is escaped.
 */
function stringEnd(chunk: Buffer, from: number): number {
  let at = from
  while (at < chunk.length) {
    const stop = Math.min(at + steppedBytes, chunk.length)
    for (; at < stop; at++) {
      if (chunk[at] === codes.quote) return at
      if (chunk[at] === codes.backslash) at++
    }
    if (at >= chunk.length) return at
    const quote = chunk.indexOf(codes.quote, at)
    const end = quote < 0 ? chunk.length : quote
    let first = end
    while (first > at && chunk[first - 1] === codes.backslash) first--
    const isEscaped = (end - first) % 2 === 1
    if (!isEscaped) return end
    at = end + 1
  }
  return at
}

/** Where a number or word ends, -1 where the chunk ends first. */
function wordEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const code = chunk[at] ?? 0
    if (code <= 0x20 || code === codes.comma) return at
    if (code === codes.closeBrace || code === codes.closeBracket) return at
  }
  return -1
}

function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
}

function nameIn(bytes: Buffer): string | null {
  try {
    const name: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof name === 'string' ? name : null
  } catch {
    return null
  }
}

/** Where a member of the outermost object stands: bytes from `start` up to `end`. */
export type MemberSpan = { readonly name: string; readonly start: number; readonly end: number }

export type Outline = {
  readonly members: readonly MemberSpan[]
  /** Bytes in strings, at any depth, that can be words: long ones without a blank are encodings. */
  readonly textBytes: number
}

const quote = 0x22
const backslash = 0x5c
/** So much of a string is looked at for a blank. */
const wordlessBytes = 2_048
const depthMax = 512

/** Outside strings: structure, blanks, and what numbers, true, false and null are spelled with. */
const allowed = new Uint8Array(256)
for (const char of '[]{}:, \t\r\n0123456789+-.eEtrufalsn') allowed[char.charCodeAt(0)] = 1

/**
 * The members of a JSON object in UTF-8, without its content being parsed; null where the text is
 * none or where readers could differ about which members it has: nothing outside a string may be
 * a comment, another quote or another spelling.
 */
export function outlineOf(bytes: Buffer): Outline | null {
  const outline = new Outliner(bytes)
  return outline.read() ? { members: outline.members, textBytes: outline.textBytes } : null
}

class Outliner {
  readonly members: MemberSpan[] = []
  textBytes = 0
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  read(): boolean {
    this.#skipBlanks()
    if (!this.#take('{')) return false
    this.#skipBlanks()
    if (this.#take('}')) return this.#isAtEnd()
    for (;;) {
      if (!this.#member()) return false
      this.#skipBlanks()
      if (this.#take('}')) return this.#isAtEnd()
      if (!this.#take(',')) return false
      this.#skipBlanks()
    }
  }

  #member(): boolean {
    const from = this.#at
    if (!this.#string()) return false
    const name = stringOf(this.#bytes.subarray(from, this.#at))
    if (name === null) return false
    this.#skipBlanks()
    if (!this.#take(':')) return false
    this.#skipBlanks()
    const start = this.#at
    if (!this.#value()) return false
    this.members.push({ name, start, end: this.#at })
    return true
  }

  #value(): boolean {
    const first = this.#bytes[this.#at]
    if (first === quote) return this.#text()
    if (first === 0x7b || first === 0x5b) return this.#nested()
    const from = this.#at
    while (!isEndOfScalar(this.#bytes[this.#at])) this.#at += 1
    return scalar.test(this.#bytes.toString('latin1', from, Math.min(this.#at, from + 400)))
  }

  /** Brackets match and strings end; what stands between them is of no concern. */
  #nested(): boolean {
    const open: number[] = []
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at] ?? 0
      if (byte === quote) {
        if (!this.#text()) return false
        continue
      }
      if (allowed[byte] !== 1) return false
      this.#at += 1
      if (byte === 0x7b || byte === 0x5b) {
        if (open.push(byte + 2) > depthMax) return false
      } else if (byte === 0x7d || byte === 0x5d) {
        if (open.pop() !== byte) return false
        if (open.length === 0) return true
      }
    }
    return false
  }

  #text(): boolean {
    const from = this.#at + 1
    if (!this.#string()) return false
    const length = this.#at - 1 - from
    const isWords =
      length < wordlessBytes || this.#bytes.subarray(from, from + wordlessBytes).includes(0x20)
    if (isWords) this.textBytes += length
    return true
  }

  #string(): boolean {
    if (this.#bytes[this.#at] !== quote) return false
    const from = this.#at
    for (let end = from; ; ) {
      end = this.#bytes.indexOf(quote, end + 1)
      if (end < 0) return false
      let slashes = 0
      while (this.#bytes[end - 1 - slashes] === backslash) slashes += 1
      if (slashes % 2 === 0) {
        this.#at = end + 1
        return true
      }
    }
  }

  #take(char: string): boolean {
    if (this.#bytes[this.#at] !== char.charCodeAt(0)) return false
    this.#at += 1
    return true
  }

  #skipBlanks(): void {
    while (isBlank(this.#bytes[this.#at])) this.#at += 1
  }

  #isAtEnd(): boolean {
    this.#skipBlanks()
    return this.#at === this.#bytes.length
  }
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const isEndOfScalar = (byte: number | undefined): boolean =>
  byte === undefined || byte === 0x2c || byte === 0x7d || isBlank(byte)

/** The text of a JSON string with its quotes; null where it is none, or no UTF-8. */
export function stringOf(bytes: Buffer): string | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof parsed === 'string' ? parsed : null
  } catch {
    return null
  }
}

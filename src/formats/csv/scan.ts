import type { ProblemCode } from '#formats/finding/decoder.ts'

/** One record: its cells, the one-based line on which it starts, and where the next one starts. */
export type Row = { readonly line: number; readonly cells: readonly string[] }

export type ScanSetup = {
  readonly text: string
  readonly delimiter: string
  readonly cellsMax: number
  readonly cellCharsMax: number
  readonly onProblem: (code: ProblemCode, why: string, place: Blame) => void
}

/** The line that is to blame, and whether something of it could not be taken over. */
export type Blame = { readonly line: number; readonly lost: boolean }

const quote = '"'

/** Where a quoted cell ends, and what had to be forgiven on the way. */
type Closing =
  | { readonly is: 'closed'; readonly at: number; readonly isEscaped: boolean }
  | { readonly is: 'never' }
  | { readonly is: 'swallows' }

/**
 * Reads the records of a delimited text (RFC 4180, any one-character delimiter) one by one. A
 * quote that is not doubled inside a quoted cell is a character; a quote that is never closed, or
 * closed only in a later row, is a character too where the lines below it look like rows.
 */
export class Scanner {
  readonly #setup: ScanSetup
  readonly #text: string
  readonly #isOldMac: boolean
  #at = 0
  #line = 1
  /** Cells in the header, which tells rows from the lines inside a cell. */
  #width = 0
  /** Characters that may still be read twice, so that broken quotes cost linear time. */
  #rereadLeft: number

  constructor(setup: ScanSetup) {
    this.#setup = setup
    this.#text = setup.text
    this.#isOldMac = !setup.text.includes('\n')
    this.#rereadLeft = 4 * setup.text.length + 4_096
  }

  /** The next record that is not a blank line; null at the end of the text. */
  next(): Row | null {
    while (this.#at < this.#text.length) {
      const [start, line] = [this.#at, this.#line]
      const cells = this.#record()
      if (cells.length === 1 && this.#text.slice(start, this.#at).trim() === '') continue
      if (this.#width === 0) this.#width = cells.length
      return { line, cells }
    }
    return null
  }

  #record(): string[] {
    const { cellsMax } = this.#setup
    const line = this.#line
    const cells: string[] = []
    let dropped = 0
    for (;;) {
      const cell = this.#cell()
      if (cells.length < cellsMax) cells.push(cell)
      else dropped += 1
      if (this.#text[this.#at] !== this.#setup.delimiter) break
      this.#at += 1
    }
    this.#stepOverEnd()
    if (dropped > 0) {
      const why = `has ${cellsMax + dropped} cells; those after cell ${cellsMax} are left out`
      this.#setup.onProblem('too-large', why, { line, lost: true })
    }
    return cells
  }

  /** Stops at the delimiter or line end behind the cell, or at the end of the text. */
  #cell(): string {
    const open = this.#afterBlanks(this.#at)
    if (this.#text[open] !== quote) return this.#plain()
    const closing = this.#closing(open)
    if (closing.is === 'closed') {
      const inside = this.#text.slice(open + 1, closing.at)
      this.#line += this.#linesIn(open, closing.at)
      this.#at = this.#afterBlanks(closing.at + 1)
      return this.#cut(closing.isEscaped ? inside.replaceAll('""', quote) : inside)
    }
    const isCut = closing.is === 'never' && this.#width > 0
    if (isCut && !this.#looksLikeRow(this.#nextLine(open))) return this.#truncated(open)
    const why = 'a quote opens a cell and is not closed in its row; it is read as a character'
    this.#setup.onProblem('malformed', why, { line: this.#line, lost: false })
    return this.#plain()
  }

  /** The text ends inside a cell: what is there of it is kept. */
  #truncated(open: number): string {
    const why = 'the text ends inside a quoted cell'
    this.#setup.onProblem('truncated', why, { line: this.#line, lost: true })
    const inside = this.#text.slice(open + 1)
    this.#line += this.#linesIn(open, this.#text.length)
    this.#at = this.#text.length
    return this.#cut(inside.replaceAll('""', quote))
  }

  #plain(): string {
    let end = this.#at
    while (end < this.#text.length && !this.#endsCell(end)) end += 1
    const cell = this.#text.slice(this.#at, end)
    this.#at = end
    return this.#cut(cell)
  }

  #closing(open: number): Closing {
    let isEscaped = false
    let strays = 0
    let from = open + 1
    for (;;) {
      const at = this.#text.indexOf(quote, from)
      if (at < 0) return this.#reread(open, this.#text.length) ? { is: 'never' } : this.#rest()
      if (this.#text[at + 1] === quote) {
        isEscaped = true
        from = at + 2
      } else if (this.#endsCell(this.#afterBlanks(at + 1))) {
        if (strays > 0) this.#blameStrays()
        return { is: 'closed', at, isEscaped }
      } else if (this.#isBeyond(at, open, strays) && this.#reread(open, at)) {
        return { is: 'swallows' }
      } else {
        strays += 1
        from = at + 1
      }
    }
  }

  #blameStrays(): void {
    const why = 'a quote inside a quoted cell is not doubled; it is read as a character'
    this.#setup.onProblem('malformed', why, { line: this.#line, lost: false })
  }

  /** After too many broken quotes the rest is one cell, since reading on could take for ever. */
  #rest(): Closing {
    const why = 'too many quotes are never closed; the rest of the text is one cell'
    this.#setup.onProblem('malformed', why, { line: this.#line, lost: true })
    return { is: 'closed', at: this.#text.length, isEscaped: false }
  }

  #reread(from: number, to: number): boolean {
    if (this.#rereadLeft < to - from) return false
    this.#rereadLeft -= to - from
    return true
  }

  /**
   * Whether a stray quote opens another cell: it begins a line that looks like a row, or, after
   * an earlier stray one, stands right behind a delimiter. Then the open quote was not closed.
   */
  #isBeyond(at: number, open: number, strays: number): boolean {
    if (at - 1 <= open) return false
    const before = this.#text[at - 1]
    if (before === this.#setup.delimiter) return strays > 0
    return (before === '\n' || before === '\r') && this.#looksLikeRow(at)
  }

  /** Whether the line from `at` on has as many delimiters as the header. */
  #looksLikeRow(at: number): boolean {
    if (this.#width < 2 || at >= this.#text.length) return false
    let delimiters = 0
    for (let index = at; index < this.#text.length && !this.#isLineEnd(index); index += 1) {
      if (this.#text[index] === this.#setup.delimiter) delimiters += 1
      if (delimiters === this.#width - 1) return true
    }
    return false
  }

  #nextLine(at: number): number {
    let end = at
    while (end < this.#text.length && !this.#isLineEnd(end)) end += 1
    return this.#afterLineEnd(end)
  }

  #cut(cell: string): string {
    const { cellCharsMax } = this.#setup
    if (cell.length <= cellCharsMax) return cell
    const why = `a cell of ${cell.length} characters is cut to ${cellCharsMax}`
    this.#setup.onProblem('too-large', why, { line: this.#line, lost: true })
    return cell.slice(0, cellCharsMax)
  }

  #endsCell(at: number): boolean {
    return (
      at >= this.#text.length || this.#text[at] === this.#setup.delimiter || this.#isLineEnd(at)
    )
  }

  /** A lone carriage return ends a line only in texts without line feeds. */
  #isLineEnd(at: number): boolean {
    const char = this.#text[at]
    if (char === '\n') return true
    return char === '\r' && (this.#isOldMac || this.#text[at + 1] === '\n')
  }

  #afterLineEnd(at: number): number {
    const isPair = this.#text[at] === '\r' && this.#text[at + 1] === '\n'
    return Math.min(at + (isPair ? 2 : 1), this.#text.length)
  }

  #stepOverEnd(): void {
    if (this.#at >= this.#text.length) return
    this.#at = this.#afterLineEnd(this.#at)
    this.#line += 1
  }

  #afterBlanks(at: number): number {
    let index = at
    while (this.#isBlank(this.#text[index])) index += 1
    return index
  }

  #isBlank(char: string | undefined): boolean {
    return (char === ' ' || char === '\t') && char !== this.#setup.delimiter
  }

  #linesIn(from: number, to: number): number {
    const end = this.#isOldMac ? '\r' : '\n'
    let lines = 0
    let at = this.#text.indexOf(end, from)
    while (at >= 0 && at < to) {
      lines += 1
      at = this.#text.indexOf(end, at + 1)
    }
    return lines
  }
}

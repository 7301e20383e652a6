import type { ReadItem } from '#features/report/import.ts'
import { isObject } from '#formats/json/reader.ts'
import { tapDecoder } from '#formats/tap/tap.ts'
import type { Chunks } from '#platform/files/bytes.ts'
import { type Line, linesOf } from '#platform/files/lines.ts'
import { decoders } from './decoders.ts'
import { itemsOf, problemItem, reportsIn, submissionItem } from './import-item.ts'
import { type Reading, readText } from './recognise.ts'

/**
 * Formats of which each line says all about itself. Of the others a line may explain what others
 * mean, so their documents are read as a whole.
 */
const lineFormats: ReadonlySet<string> = new Set([
  ...['tap', 'osv', 'cve', 'nvd', 'csaf', 'github', 'hackerone', 'rows', 'nuclei', 'scrutineer'],
  'defectdojo',
])

export type Head = { readonly text: string; readonly isWhole: boolean }

/** Whether a document that begins so is one that is read line by line. */
export function isByLine({ text, isWhole }: Head, format: string | null): boolean {
  const lines = text.split('\n')
  // The last line may be cut where the head ends.
  const isCut = !isWhole && lines.length > 1
  const whole = (isCut ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '')
  const [first] = whole
  if (first === undefined || objectOn(first) === null) return false
  if (isTap(first, format)) return true
  if (whole.length < 2 || !whole.slice(0, 5).every((line) => objectOn(line) !== null)) return false
  const options = { decoders, ...(format !== null && { format }) }
  const { format: found } = readText(whole.slice(0, 50).join('\n'), options)
  return found?.split('+').every((one) => lineFormats.has(one)) ?? false
}

function objectOn(line: string): object | null {
  if (!/^[\s\ufeff]*\{/.test(line)) return null
  try {
    const value: unknown = JSON.parse(line.replace(/^\ufeff/, ''))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const likely = 2

/** Whether a line is a report of the intake contract, which is judged by itself. */
function isTap(line: string, format: string | null): boolean {
  if (format !== null) return format === tapDecoder.name
  const value = objectOn(line)
  return value !== null && tapDecoder.recognise({ kind: 'json', value, text: '' }) >= likely
}

export type LinesOptions = {
  readonly document: string
  readonly format: string | null
  readonly series: string | null
}

const noJson = 'this line is no JSON object'

const linesAtOnce = 400
const charactersAtOnce = 4 * 2 ** 20

/** The reports of a document of one JSON object a line, however long it is. */
export async function* readLines(chunks: Chunks, options: LinesOptions): AsyncGenerator<ReadItem> {
  const { document, format, series } = options
  const formats = new Set<string>()
  const held = new HeldLines()
  function* release(): Generator<ReadItem> {
    const { first, text } = held.take()
    if (text === '') return
    const reading = readText(text, { decoders, ...(format !== null && { format }) })
    if (reading.format !== null) formats.add(reading.format)
    yield* itemsOfText(reading, { ...options, first, lines: text.split('\n') })
  }
  for await (const line of linesOf('-', { stdin: chunks })) {
    if (!line.ok) {
      const { why, hint } = line.refusal
      const told = { code: 'not-readable', why, ...(hint !== undefined && { hint }) } as const
      yield problemItem(document, { ...told, lost: true })
      continue
    }
    const { text, number } = line.value
    if (text.trim() === '') continue
    if (isTap(text, format)) {
      yield* release()
      formats.add(tapDecoder.name)
      const at = { document, format: tapDecoder.name, series }
      yield submissionItem({ text, line: number }, at)
    } else if (objectOn(text) === null) {
      // What is broken must not take the lines around it along.
      yield problemItem(document, { code: 'malformed', why: noJson, line: number, lost: true })
    } else {
      held.add(line.value)
      if (held.count >= linesAtOnce || held.characters >= charactersAtOnce) yield* release()
    }
  }
  yield* release()
  const all = [...formats].sort().join('+')
  yield { is: 'document', format: all === '' ? null : all, emptySeries: null }
}

/** Lines that follow each other and are read together. */
class HeldLines {
  count = 0
  characters = 0
  #lines: string[] = []
  #first = 0

  add({ number, text }: Line): void {
    if (this.#lines.length === 0) this.#first = number
    // Lines that were taken out stand as empty ones, so that places stay right.
    while (this.#first + this.#lines.length < number) this.#lines.push('')
    this.#lines.push(text)
    this.count++
    this.characters += text.length
  }

  take(): { readonly first: number; readonly text: string } {
    const taken = { first: this.#first, text: this.#lines.join('\n') }
    this.#lines = []
    this.count = 0
    this.characters = 0
    return taken
  }
}

type Held = LinesOptions & { readonly first: number; readonly lines: readonly string[] }

function* itemsOfText(
  { format, decoded }: Reading,
  { document, series, first, lines }: Held,
): Generator<ReadItem> {
  const lineOf = (line: number | undefined): number => first + (line ?? 1) - 1
  const findings = decoded.findings.map((finding) => ({
    ...finding,
    at: { ...finding.at, line: lineOf(finding.at.line) },
  }))
  const textAt = (line: number): string | undefined => lines[line - first]
  yield* itemsOf(reportsIn(document, findings), { format: format ?? '', series, textAt })
  for (const problem of decoded.problems) {
    yield problemItem(document, { ...problem, line: lineOf(problem.line) })
  }
}

import { parseCsv } from '#formats/csv/parse.ts'
import type { Material, Problem, XmlElement } from '#formats/finding/decoder.ts'
import { parseJson } from '#formats/json/parse.ts'
import { parseXml } from '#formats/xml/parse.ts'

/** One way to read the syntax of a text, with what was wrong with it in that way. */
export type Candidate = {
  readonly material: Material
  readonly problems: readonly Problem[]
  /** Reads all of it, where `material` is only as much as its format is judged by. */
  readonly whole?: () => Candidate
}

/** How structured text begins; what begins so is never taken for a report in prose. */
const jsonStart = /^[\s\0\x1e]*(\{\s*["}]|\[\s*[[{"\]])/
const xmlStart = /^\s*<(\?xml\s|!DOCTYPE\s+(?!html))/i
/** Record separators (RFC 7464) and NUL bytes may stand before the first document. */
const firstCharacter = /[^\s\0\x1e]/

/**
 * The ways in which a text can be read, most telling first: structure that is there before plain
 * text, because structured documents quote mails and crash logs, and not the other way round.
 */
export function* candidatesOf(text: string): Generator<Candidate> {
  const start = firstCharacter.exec(text)?.[0]
  if (start === '{' || start === '[') yield* jsonCandidates(text)
  if (start === '<') {
    const { root, problems } = parseXml(text)
    if (root || xmlStart.test(text)) yield xmlCandidate(text, root, problems)
  }
  if (jsonStart.test(text) || xmlStart.test(text)) return
  const table = tableCandidate(text)
  if (table) yield table
  if (!table || !isRegular(table.material)) yield { material: { kind: 'text', text }, problems: [] }
}

/** Tables are judged by their header and first rows, so that prose is not read as a long table. */
const tableSampleLength = 65_536

function tableCandidate(text: string): Candidate | null {
  const cut = text.length > tableSampleLength ? text.lastIndexOf('\n', tableSampleLength) : -1
  const sample = cut > 0 ? text.slice(0, cut) : text
  const { table, problems } = parseCsv(sample)
  if (!table) return null
  const whole = (): Candidate => {
    const all = parseCsv(text)
    return { material: { kind: 'table', table: all.table ?? table, text }, problems: all.problems }
  }
  return { material: { kind: 'table', table, text }, problems, whole }
}

const columnsMin = 3
const columnNameLengthMax = 40

/** Whether this is surely a table, so that it is told as an unknown one and never as prose. */
function isRegular(material: Material): boolean {
  if (material.kind !== 'table') return false
  const { header, rows } = material.table
  const isNamed = header.every((name) => name !== '' && name.length <= columnNameLengthMax)
  const even = rows.filter(({ cells }) => cells.length === header.length).length
  return isNamed && header.length >= columnsMin && rows.length > 0 && even * 10 >= rows.length * 9
}

/** A document of which nothing could be kept still says why. */
function xmlCandidate(
  text: string,
  root: XmlElement | null,
  problems: readonly Problem[],
): Candidate {
  const nothing = {
    name: '',
    namespace: '',
    attributes: new Map(),
    children: [],
    text: '',
    line: 1,
  }
  return { material: { kind: 'xml', root: root ?? nothing, text }, problems }
}

/** Several documents are rows; one document on one line may also be a file of one row. */
function* jsonCandidates(text: string): Generator<Candidate> {
  const { documents, problems } = parseJson(text)
  const [first, second] = documents
  if (first && !second) yield { material: { kind: 'json', value: first.value, text }, problems }
  const rows = documents.map(({ line, value }) => ({ line, value }))
  if (first) yield { material: { kind: 'rows', rows, text }, problems }
}

import type { Material, Problem, XmlElement } from '#formats/finding/decoder.ts'
import { parseJson } from '#formats/json/parse.ts'
import { parseXml } from '#formats/xml/parse.ts'

/** One way to read the syntax of a text, with what was wrong with it in that way. */
export type Candidate = { readonly material: Material; readonly problems: readonly Problem[] }

/** How structured text begins; what begins so is never taken for a report in prose. */
const jsonStart = /^\s*(\{\s*["}]|\[\s*[[{"\]])/
const xmlStart = /^\s*<\?xml\s/

/**
 * The ways in which a text can be read, most telling first: structure that is there before plain
 * text, because structured documents quote mails and crash logs, and not the other way round.
 */
export function* candidatesOf(text: string): Generator<Candidate> {
  const start = /\S/.exec(text)?.[0]
  if (start === '{' || start === '[') yield* jsonCandidates(text)
  if (start === '<') {
    const { root, problems } = parseXml(text)
    if (root || xmlStart.test(text)) yield xmlCandidate(text, root, problems)
  }
  if (!jsonStart.test(text) && !xmlStart.test(text)) {
    yield { material: { kind: 'text', text }, problems: [] }
  }
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

import type { Decoded, Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isHtml, textOfHtml } from '#formats/text/html.ts'
import { pattern } from '#formats/text/pattern.ts'
import { type Field, fieldsOf } from './fields.ts'
import { type Outline, outlineOf } from './outline.ts'
import { readReport } from './report.ts'
import { sectionsOf } from './sections.ts'
import { signsIn } from './signs.ts'
import { chunksOf } from './split.ts'

const raw = String.raw

/** Signs from which a text is likely a report, and perhaps one. */
const likelyMin = 9
const perhapsMin = 4.5

function recognise(material: Material): 0 | 1 | 2 | 3 {
  if (material.kind !== 'text') return 0
  const text = isHtml(material.text) ? textOfHtml(material.text) : material.text
  const signs = signsIn(text)
  if (signs >= likelyMin) return 2
  return signs >= perhapsMin ? 1 : 0
}

function decode(material: Material): Decoded {
  const empty = { findings: [], components: [], problems: [] }
  if (material.kind !== 'text' || material.text.trim() === '') return empty
  const { text: source } = material
  const fromHtml = isHtml(source)
  const text = fromHtml ? textOfHtml(source) : source
  const outline = outlineOf(text)
  const fields = fieldsOf(outline)
  const chunks = chunksOf(outline, sectionsOf(outline), fields)
  const first = chunks[0]?.start ?? 0
  const shared =
    chunks.length > 1 ? fields.filter(({ key, line }) => line < first && isShared(key)) : []
  const offsets = lineOffsets(text)
  const findings = chunks.map((chunk, at): Finding => {
    const body = outline.lines.slice(chunk.start, chunk.end).join('\n')
    const heading = chunk.heading === undefined ? {} : { heading: chunk.heading }
    const report = readReport({ text: body, ...heading, shared })
    const start = at === 0 ? 0 : (offsets[chunk.start] ?? 0)
    const end = offsets[chunk.end] ?? text.length
    const original = chunks.length === 1 ? source : text.slice(start, end)
    return { ...report, at: { line: fromHtml ? 1 : lineOf(outline, chunk.start) }, original }
  })
  return { findings, components: [], problems: [] }
}

/** One-based, of the first line from `start` on that says something. */
function lineOf({ lines }: Outline, start: number): number {
  for (let at = start; at < lines.length; at++) if ((lines[at] ?? '').trim() !== '') return at + 1
  return start + 1
}

/** Where each line starts, whatever ends the lines. */
function lineOffsets(text: string): number[] {
  const starts = [0]
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length)
  return starts
}

const sharedKeys = pattern(
  raw`^(?:package|product|component|project|software|repository|repo|vendor|ecosystem|date`,
  raw`|auditors?|authors?|reported by|reporter|credits?|researchers?|version`,
  raw`|affected versions?|product name|project name|from)$`,
)

const isShared = (key: Field['key']): boolean => sharedKeys.test(key)

/** Reports that people and models write: Markdown or plain text, one or many in a file. */
export const proseDecoder: Decoder = {
  name: 'prose',
  title: 'Reports in Markdown or plain text',
  source:
    'Markdown (CommonMark 0.31) as issue templates, GitHub advisories, bug bounty programmes and ' +
    'audit contests use it; read from the public judging repositories of Sherlock contests',
  recognise,
  decode,
}

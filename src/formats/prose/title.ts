import { titleFrom } from '#formats/advisory/prose.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { type Field, fieldOf } from './fields.ts'
import { type Heading, type Outline, plainTitle } from './outline.ts'
import { roleOf } from './sections.ts'
import { loneSeverity } from './severity.ts'
import { isGeneric } from './split.ts'

const raw = String.raw

/** A title with the zero-based line that it was taken from, where it stood on a line of its own. */
export type FoundTitle = { readonly title: string; readonly line?: number }

const titleKeys = [
  ...['title', 'finding title', 'issue title', 'bug title', 'report title', 'subject', 'name'],
  ...['vulnerability name', 'vulnerability title', 'issue', 'vulnerability', 'headline'],
]

const titleLengthMax = 300

/** `Security Advisory: x`, `Vulnerability report - x` are about x. */
const announcement = patternAnyCase(
  raw`^(?:security (?:advisory|report|issue|bug|vulnerability)|vulnerability (?:report`,
  raw`|disclosure)|bug report|advisory|finding)\s?[:–-]\s(?=\S)`,
)

/**
 * The title of one report: a label, the first heading that names no part of a report, or the
 * first sentence. Never empty; null where the text holds no words.
 */
export function titleOf(
  outline: Outline,
  fields: readonly Field[],
  opening?: Heading,
): FoundTitle | null {
  const labelled = fieldOf(fields.slice(0, 40), titleKeys.slice(0, 8))
  if (labelled !== undefined) return { title: clean(labelled) }
  if (opening) return { title: clean(opening.title), line: opening.line }
  const heading = leadingHeading(outline)
  if (heading) return { title: clean(heading.title), line: heading.line }
  const other = fieldOf(fields.slice(0, 12), titleKeys.slice(8))
  if (other !== undefined && other.length > 12) return { title: clean(other) }
  const sentence = titleFrom(proseFrom(outline))
  return sentence === undefined ? null : { title: clean(plainTitle(sentence)) }
}

/** The first heading that is a title; none once a part of a report has been headed. */
function leadingHeading({ headings }: Outline): Heading | null {
  for (const heading of headings) {
    if (heading.level === 7) continue
    if (roleOf(heading.title) !== null) return null
    if (!isGeneric(heading.title)) return heading
  }
  return null
}

/** The prose for a first sentence: without code, labels, a handle and a severity on their own. */
function proseFrom({ lines, fenced }: Outline): string {
  const kept: string[] = []
  for (const [at, line] of lines.entries()) {
    if (fenced[at] || loneSeverity(line) || roleOf(line.replace(/^#+\s/, '')) !== null) continue
    if (
      pattern(
        raw`^\s*(?:\|.*\||[\w -]{1,30}:\s.{0,80}|[-=*_]{3,}|!\[.*|<!--.*|https?:\S+)\s*$`,
      ).test(line)
    )
      continue
    if (
      isGeneric(line.replace(pattern(raw`^[#\s]+`), '')) ||
      /^\s*(?:hi|hello|hey|dear|greetings)\b.{0,60}$/i.test(line)
    )
      continue
    kept.push(line)
    if (kept.length > 60) break
  }
  return kept.join('\n')
}

function clean(title: string): string {
  const plain = title.replace(announcement, '').replace(/\s+/g, ' ').trim()
  const whole = plain === '' ? title.trim() : plain
  return whole.length > titleLengthMax ? `${whole.slice(0, titleLengthMax - 1).trimEnd()}…` : whole
}

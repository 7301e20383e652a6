import { patternAnyCase } from '#formats/text/pattern.ts'
import type { Field } from './fields.ts'
import type { Heading, Outline } from './outline.ts'
import type { Section } from './sections.ts'

const raw = String.raw

/** One report of a text: zero-based lines, and the heading or field that opens it. */
export type Chunk = {
  readonly start: number
  readonly end: number
  readonly heading?: Heading
}

/** How headings look that number or rate findings: `Finding 3`, `[H-01] x`, `ACME-12: x`. */
const numberedForm = patternAnyCase(
  raw`^(?:(?:finding|issue|vulnerability|bug|report|vuln|weakness|observation)s?\s?`,
  raw`(?:no\.?\s?|#|id:?\s?|number\s?)?[A-Z]{0,4}-?\d{1,4}(?=[\s:.)–-]|$)`,
  raw`|[[(]?(?:crit|high|med|low|info|qa|nc|[chmlign])[-_ #]{0,2}\d{1,3}[\])]?[\s:.)|–-]`,
  raw`|\[?[A-Z]{2,10}(?:-[A-Z0-9]{1,8}){0,3}-\d{1,7}\]?[\s:.)–-]`,
  raw`|[[(](?:critical|high|medium|moderate|low|informational|info)(?: (?:risk|severity))?[\])]`,
  raw`|(?:critical|high|medium|low|informational)(?: (?:risk|severity))?\s?[:–-]\s\S)`,
)
/** `1. Title`: also how the sections of a single report are numbered, so it needs more. */
const plainNumber = /^\d{1,3}[.)]\s+\S/

/** Headings that stand beside findings and are none. */
const generic = patternAnyCase(
  raw`^(?:[\d.\s]*)(?:(?:table of )?contents|introduction|appendix\b.*|conclusions?`,
  raw`|methodology|scope`,
  raw`|disclaimer|about\b.*|executive summary|summary|overview|findings?(?: summary| overview)?`,
  raw`|(?:security|audit|vulnerability|bug|penetration test|pentest|final)? ?(?:reports?|advisory`,
  raw`|advisories|disclosures?|assessment|findings|issues|vulnerabilities)|details?|results?`,
  raw`|(?:critical|high|medium|low|informational|gas)(?: (?:risk|severity))?`,
  raw`(?: (?:findings|issues))?)$`,
)

export const isGeneric = (title: string): boolean => generic.test(title.trim())

const splitLevelMax = 4

/** More reports than this are not cut from one text; the last chunk then holds the rest. */
const chunksMax = 5000

/**
 * Cuts a text that holds several reports under repeated headings of one depth into its reports; a
 * text that holds one is one chunk. What stands before the first heading belongs to no chunk, and
 * what follows a report (an appendix) stays with it.
 */
export function chunksOf(
  outline: Outline,
  sections: readonly Section[],
  fields: readonly Field[],
): Chunk[] {
  const starts = startsOf(sections, fields)
  const last = outline.lines.length
  if (starts.length < 2) return titledChunks(outline, fields) ?? [{ start: 0, end: last }]
  return starts.slice(0, chunksMax).map((heading, at) => ({
    start: heading.line,
    end: at + 1 < chunksMax ? (starts[at + 1]?.line ?? last) : last,
    heading,
  }))
}

/** The headings that open reports, at the highest depth at which two or more do. */
function startsOf(sections: readonly Section[], fields: readonly Field[]): Heading[] {
  const rich = richness(sections, fields)
  for (let level = 1; level <= splitLevelMax; level++) {
    const here = sections.filter(({ heading }) => heading.level === level)
    const titles = here.filter(({ role, heading }) => role === null && !isGeneric(heading.title))
    const numbered = titles.filter(({ heading }) => numberedForm.test(heading.title))
    if (numbered.length > 1) return numbered.map(({ heading }) => heading)
    const counted = titles.filter(
      (one) => plainNumber.test(one.heading.title) && (rich.get(one) ?? 0) > 0,
    )
    if (counted.length > 1) return counted.map(({ heading }) => heading)
    const structured = titles.filter((one) => (rich.get(one) ?? 0) > 1)
    if (structured.length > 1) return structured.map(({ heading }) => heading)
  }
  return []
}

const telling = new Set(['severity', 'risk', 'cwe', 'cvss', 'cve', 'impact', 'status', 'location'])

/** For each section how many different parts of a report stand in it: roles and labels. */
function richness(sections: readonly Section[], fields: readonly Field[]): Map<Section, number> {
  const parts = new Map<Section, Set<string>>(sections.map((one) => [one, new Set<string>()]))
  const open: Section[] = []
  let field = 0
  const close = (line: number): void => {
    for (; field < fields.length && (fields[field]?.line ?? 0) < line; field++) {
      const { key, line: at } = fields[field] ?? { key: '', line: 0 }
      if (!telling.has(key)) continue
      for (const one of open) if (at < one.end) parts.get(one)?.add(key)
    }
  }
  for (const section of sections) {
    close(section.heading.line)
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= section.heading.line) open.pop()
    if (section.role) for (const one of open) parts.get(one)?.add(section.role)
    open.push(section)
  }
  close(Number.POSITIVE_INFINITY)
  return new Map([...parts].map(([section, found]) => [section, found.size]))
}

/** Plain text with a `Title:` label for each of several reports. */
function titledChunks(outline: Outline, fields: readonly Field[]): Chunk[] | null {
  const titles = fields.filter(({ key }) => key === 'title' || key === 'finding title')
  if (titles.length < 2) return null
  const last = outline.lines.length
  return titles.slice(0, chunksMax).map(({ line }, at) => ({
    start: line,
    end: at + 1 < chunksMax ? (titles[at + 1]?.line ?? last) : last,
  }))
}

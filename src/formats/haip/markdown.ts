import type { ReportArea, ReportDraft } from './report-draft.ts'

const unwritten = '**For the developer to write:**'

/** The draft as a text that people go on with. */
export function markdownOf(draft: ReportDraft): string {
  const who = draft.organisation === null ? unwritten : escaped(draft.organisation)
  const head = [
    `# Draft of a report on ${escaped(draft.model)}`,
    `${draft.framework}. Status: **draft**. Role: ${draft.role}. Organisation: ${who}`,
    draft.note,
  ]
  return `${[...head, ...draft.areas.flatMap(areaText)].join('\n\n')}\n`
}

function areaText({ number, title, known, forTheDeveloper }: ReportArea): string[] {
  const facts = known.map((fact) => `- ${escaped(fact)}`)
  return [
    `## ${number}. ${title}`,
    facts.length === 0 ? 'Nothing is known of this here.' : facts.join('\n'),
    unwritten,
    forTheDeveloper.map((what) => `- ${what}`).join('\n'),
  ]
}

/** Text from outside stays text: no link, no picture, no heading, no line of its own. */
const escaped = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[\\`*_{}[\]<>#|~!&()]/g, (sign) => `\\${sign}`)
    .replace(/https?:\/\//gi, (scheme) => scheme.replace(':', '\\:'))

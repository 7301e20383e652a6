import { startsWithAny } from '#formats/text/pattern.ts'
import type { Heading, Outline } from './outline.ts'

const raw = String.raw

/** What a section of a report is for. */
export type Role =
  | 'summary'
  | 'details'
  | 'cause'
  | 'impact'
  | 'proof'
  | 'fix'
  | 'affected'
  | 'severity'
  | 'references'
  | 'credits'
  | 'timeline'
  | 'code'
  | 'tool'

export type Section = {
  readonly role: Role | null
  readonly heading: Heading
  /** Zero-based lines below the heading up to the next heading of the same depth or higher. */
  readonly start: number
  readonly end: number
}

/** How reports head their parts: the words of templates and trackers. First match counts. */
const roles: readonly (readonly [Role, RegExp])[] = [
  [
    'proof',
    startsWithAny(
      raw`(?:coded? )?p\.?o\.?c\b|proofs?[- ]of[- ](?:concept|code)|reproduc\w+|demonstration\b`,
      raw`(?:steps|how) to (?:reproduce|replicate|trigger)|test case\b|(?:example )?payloads?\b`,
      raw`exploit(?:ation|ability)?(?: (?:scenario|steps|code|script|example))?\b`,
      raw`attack (?:scenario|path|steps|vector)s?\b|crash (?:log|output|trace)\b`,
      raw`(?:asan|sanitizer|valgrind|gdb) (?:log|output|report|trace)\b|stack ?trace\b|backtrace\b`,
    ),
  ],
  [
    'fix',
    startsWithAny(
      raw`(?:(?:recommended|suggested|proposed|possible) )?(?:fix(?:es)?|mitigations?(?: steps?)?`,
      raw`recommend(?:ation|ed)s?|remediation|patch(?:es)?|workarounds?|solutions?|resolution`,
      raw`countermeasures?|suggest(?:ion|ed)s?|correction)\b|how to fix\b`,
    ),
  ],
  [
    'cause',
    startsWithAny(
      raw`(?:technical )?root cause(?: analysis)?\b|cause\b|where\b|sink\b|location\b`,
      raw`vulnerable (?:code|function|component|endpoint)\b|affected code\b|analysis\b`,
      raw`vulnerability (?:location|analysis)\b|technical (?:details|analysis|description)\b`,
    ),
  ],
  [
    'impact',
    startsWithAny(
      raw`(?:security |potential |business )?impact(?: (?:analysis|statement|details))?\b`,
      raw`consequences?\b|risks?$|likelihood\b|threat\b|what an attacker can\b`,
    ),
  ],
  [
    'affected',
    startsWithAny(
      raw`(?:affected|vulnerable|impacted|tested) (?:versions?|products?|packages?|components?)\b`,
      raw`(?:affected|vulnerable|impacted|tested) (?:software|systems?|files?|targets?|range)\b`,
      raw`(?:versions?|products?|packages?|environment|scope|targets?)(?: (?:affected|tested))?$`,
      raw`(?:fixed|patched) versions?\b`,
    ),
  ],
  [
    'severity',
    startsWithAny(raw`(?:severity|cvss|risk rating|rating|priority|weakness(?:es)?|cwe)\b`),
  ],
  [
    'references',
    startsWithAny(
      raw`(?:references?|links?|see also|resources?|further reading|bibliography|sources)\b`,
      raw`related (?:links|issues|work)\b|external (?:links|references)\b`,
    ),
  ],
  [
    'credits',
    startsWithAny(
      raw`credits?\b|acknowledge?ments?\b|(?:reported|discovered|found) by\b|thanks\b`,
      raw`(?:reporters?|researchers?|finders?|authors?)\b`,
    ),
  ],
  ['timeline', startsWithAny(raw`(?:disclosure )?timeline\b|disclosure\b|history$|chronology\b`)],
  ['tool', startsWithAny(raw`tools?(?: used)?$`)],
  [
    'code',
    startsWithAny(
      raw`code (?:snippets?|references?|locations?|affected)\b|snippets?\b|instances?\b`,
      raw`lines of code\b|links to (?:affected )?code\b|relevant (?:code|github links)\b`,
    ),
  ],
  [
    'summary',
    startsWithAny(
      raw`summary\b|executive summary\b|overview$|abstract$|tl;?dr|synopsis$|introduction$`,
      raw`short description$`,
    ),
  ],
  [
    'details',
    startsWithAny(
      raw`(?:(?:vulnerability|issue|bug|finding|problem|full) )?(?:details?|descriptions?)$`,
      raw`(?:vulnerability|issue|problem|explanation|background|context|observations?)$`,
      raw`what(?:'s| is) wrong$|(?:internal |external )?pre-?conditions?$|prerequisites?$`,
    ),
  ],
]

/** The role that a heading names, or null: titles of findings have none. */
export function roleOf(title: string): Role | null {
  const plain = title
    .toLowerCase()
    .replace(/^[\s\d.)(:#-]+|[\s:.]+$/g, '')
    .replace(/^(?:[ivx]{1,4}[.)] )/, '')
  if (plain === '' || plain.length > 60) return null
  return roles.find(([, form]) => form.test(plain))?.[0] ?? null
}

/** The sections of a text in order, nested ones too; `end` never reaches past `limit`. */
export function sectionsOf(outline: Outline): Section[] {
  const { headings, lines } = outline
  const ends = endsOf(headings, lines.length)
  return headings.map((heading, at) => ({
    role: roleOf(heading.title),
    heading,
    start: heading.body,
    end: ends[at] ?? lines.length,
  }))
}

/** For each heading the line of the next one that is as high or higher, found with a stack. */
function endsOf(headings: readonly Heading[], last: number): number[] {
  const ends = new Array<number>(headings.length).fill(last)
  const open: number[] = []
  for (const [at, { level, line }] of headings.entries()) {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if ((headings[top]?.level ?? 0) < level) break
      ends[top] = line
      open.pop()
    }
    open.push(at)
  }
  return ends
}

/** The text of a section, trimmed. */
export const textOfSection = (outline: Outline, section: Section): string =>
  outline.lines.slice(section.start, section.end).join('\n').trim()

/** The role of the innermost section that each line stands in; null before any. */
export function rolesByLine(outline: Outline, sections: readonly Section[]): (Role | null)[] {
  const roleAt = new Array<Role | null>(outline.lines.length).fill(null)
  // A section without a role inherits the role of the one that it stands in.
  let at = 0
  const open: Section[] = []
  for (const section of sections) {
    fill(roleAt, [at, section.heading.line], open)
    at = section.heading.line
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= section.heading.line) open.pop()
    open.push(section)
  }
  fill(roleAt, [at, outline.lines.length], open)
  return roleAt
}

/** Fills lines up to `until` with the role of the innermost open section that has one. */
function fill(
  roleAt: (Role | null)[],
  [from, until]: readonly [number, number],
  open: readonly Section[],
): void {
  const role = open.findLast((section) => section.role !== null)?.role ?? null
  if (role !== null) roleAt.fill(role, from, until)
}

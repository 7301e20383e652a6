import { pattern } from '#formats/text/pattern.ts'
import { type Field, fieldOf } from './fields.ts'
import { plainTitle } from './outline.ts'

const raw = String.raw

const finderKeys = [
  ...['reported by', 'reporter', 'reporters', 'discovered by', 'discoverer', 'found by', 'finder'],
  ...[
    'finders',
    'credit',
    'credits',
    'researcher',
    'researchers',
    'author',
    'authors',
    'auditor',
    'auditors',
  ],
  ...['submitted by', 'submitter', 'reporter name', 'researcher name', 'acknowledgement'],
  ...['acknowledgements', 'acknowledgments', 'hunter', 'from'],
]

const phrase = new RegExp(
  pattern(
    raw`\b(?:reported|discovered|found|identified|disclosed|submitted)(?: (?:and|to \w+`,
    raw`|independently|responsibly|first|originally|initially|reported|discovered`,
    raw`|disclosed)){0,4} by:? +`,
  ).source,
  'gi',
)
const creditPhrase = /\b(?:credits?(?: goes)?(?: to)?|thanks to|kudos to)[ :]+/gi

const namesMax = 20
const nameLengthMax = 100

/** Who found the flaw, as written: by label, in a credits section, or in `reported by X`. */
export function findersIn(
  fields: readonly Field[],
  prose: string,
  credits: readonly string[] = [],
): string[] {
  const names = new Set<string>()
  const labelled = fieldOf(fields, finderKeys)
  if (labelled !== undefined) for (const name of namesOf(labelled)) names.add(name)
  for (const line of credits) for (const name of namesOfCredit(line)) names.add(name)
  if (names.size === 0) {
    for (const name of namesBehind(prose, phrase)) names.add(name)
  }
  return [...names].slice(0, namesMax)
}

/** A line of a credits section: with or without the phrase in front. */
function namesOfCredit(line: string): string[] {
  const text = line.replace(/^[\s>*+-]+/, '').trim()
  if (text === '' || text.length > 400) return []
  const phrased = [...namesBehind(text, phrase), ...namesBehind(text, creditPhrase)]
  if (phrased.length > 0) return phrased
  // A sentence of prose is no name.
  return /[.!?]\s|\b(?:the|this|was|were|for|we|please)\b/i.test(text) ? [] : namesOf(text)
}

function* namesBehind(text: string, form: RegExp): Generator<string> {
  for (const match of text.matchAll(form)) {
    const rest = text.slice(match.index + match[0].length, match.index + match[0].length + 160)
    const clause = pattern(
      raw`^[^\n.;()<[]{2,120}?(?=\s+(?:on|in|via|through|during|while|who|using|at|for)\b`,
      raw`|[\n.;()<[]|$)`,
    ).exec(rest)?.[0]
    if (clause === undefined || !/^[*_`"']{0,2}[A-Z@0-9]/.test(clause)) continue
    yield* namesOf(clause)
  }
}

/** Several names in one value: commas, semicolons, `and`, `&`. Roles and blanks fall away. */
export function namesOf(value: string): string[] {
  return plainTitle(value)
    .split(/\s*(?:,(?!\s*(?:Inc|Ltd|LLC|Jr|PhD)\b)|;|\s&\s|\band\b|\s\/\s)\s*/)
    .map((name) =>
      name
        .replace(/^(?:and|by|to|the)\s+/i, '')
        .replace(/[\s.:]+$/, '')
        .trim(),
    )
    .filter((name) => name.length > 1 && name.length <= nameLengthMax && isName(name))
}

const isName = (name: string): boolean =>
  /[\p{L}\p{N}]/u.test(name) &&
  !/^(?:n\/?a|none|unknown|tbd|todo|anonymous|various|internal|me|myself|us|yes|no)$/i.test(name) &&
  name.split(' ').length <= 8

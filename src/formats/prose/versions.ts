import type { VersionRange } from '#formats/finding/finding.ts'

/** What a text says about versions; nothing is guessed from numbers that stand alone. */
export type Versions = {
  readonly ranges: readonly VersionRange[]
  /** Versions named one by one as affected or tested. */
  readonly exact: readonly string[]
  /** The word before the first phrase that names what the versions are of, if it is a name. */
  readonly name?: string
}

/** A version of at least two parts, or of one behind the word `version`. */
const version =
  String.raw`v?\d{1,6}(?:\.(?:\d{1,8}|x)){1,4}` +
  String.raw`(?:[-+_.]?[A-Za-z][\w.+-]{0,24}|-\d[\w.-]{0,20})?`
const word = String.raw`(?:versions?|releases?|v\.?)\s+`
/** What follows a number that is a quantity rather than a version. */
const unit =
  String.raw`(?!\s?(?:%|x\b|times|seconds?|minutes?|hours?|days?|ms\b|[kKMGT]i?B\b` +
  String.raw`|bytes?|GHz|MHz|ETH\b|USD\b|percent))`
const token = `(?:${word})?(${version})${unit}`

const inclusive = String.raw`(?:\(?\s?(?:and|or)?\s?inclu\w+\s?\)?\s?)?`

type Reading = (range: VersionRange[], groups: readonly (string | undefined)[]) => void

const rangeOf = (introduced?: string, fixed?: string, lastAffected?: string): VersionRange => ({
  ...(introduced ? { introduced } : {}),
  ...(fixed ? { fixed } : {}),
  ...(lastAffected ? { lastAffected } : {}),
})

const reading =
  (build: (groups: readonly (string | undefined)[]) => VersionRange): Reading =>
  (ranges, groups) => {
    ranges.push(build(groups))
  }

/** The phrases of advisories, from the most to the least telling; each match is used up. */
const phrases: readonly (readonly [RegExp, Reading])[] = [
  [
    phrase(
      `(?:from |between |>=? ?)${token}(?:,| and)? ?`,
      `(?:to|through|until|and|up to|-|–|<=)${inclusive} ?${token}`,
    ),
    reading(([a, b]) => rangeOf(clean(a), undefined, clean(b))),
  ],
  [
    phrase(`>=? ?${token},? ?(?:and |&& ?)?< ?${token}`),
    reading(([a, b]) => rangeOf(clean(a), clean(b))),
  ],
  [
    phrase(
      `(?:from |since |starting (?:with|from) )?${token} `,
      `(?:and )?(?:before|prior to|until) ${token}`,
    ),
    reading(([a, b]) => rangeOf(clean(a), clean(b))),
  ],
  [
    phrase(`${token} ?(?:through|–|to|up to) ?${token}`),
    reading(([a, b]) => rangeOf(clean(a), undefined, clean(b))),
  ],
  [
    phrase(
      '(?:before|prior to|earlier than|older than|lower than|below|versions? <|affected: ?<) ?',
      token,
    ),
    reading(([a]) => rangeOf(undefined, clean(a))),
  ],
  [
    phrase(`(?:through|up to|until|versions? <=|<=|≤) ?${inclusive}${token}`),
    reading(([a]) => rangeOf(undefined, undefined, clean(a))),
  ],
  [
    phrase(`${token} ?(?:and|or) (?:earlier|below|prior|older|lower|previous|before)`),
    reading(([a]) => rangeOf(undefined, undefined, clean(a))),
  ],
  [
    phrase(
      '(?:fixed|patched|resolved|addressed|corrected)(?: \\w+){0,2} ',
      `(?:in|by|with|since|as of)(?: the)? ${token}`,
    ),
    reading(([a]) => rangeOf(undefined, clean(a))),
  ],
  [
    phrase(`(?:fixed|patched)(?: in)? (?:versions?|releases?) ?[:=|*\`(]{1,6} ?${token}`),
    reading(([a]) => rangeOf(undefined, clean(a))),
  ],
  [
    phrase(`(?:upgrade|update|upgrading|updating) (?:\\S+ ){0,3}?to (?:at least )?${token}`),
    reading(([a]) => rangeOf(undefined, clean(a))),
  ],
  [
    phrase(
      `(?:introduced in|since|starting (?:with|from|in)|from) ${token}`,
      '(?: (?:onwards?|on|and (?:later|newer|above|up)))?',
    ),
    reading(([a]) => rangeOf(clean(a))),
  ],
  [phrase(`${token} (?:and|or) (?:later|newer|above|up)`), reading(([a]) => rangeOf(clean(a)))],
]

function phrase(...pieces: readonly string[]): RegExp {
  return new RegExp(`(?<![\\w.])${pieces.join('')}(?![\\w]|\\.\\d)`, 'gi')
}

const clean = (text: string | undefined): string =>
  (text ?? '').replace(/^v(?=\d)/i, '').replace(/[-_.+]+$/, '')

const exactPhrase = phrase(
  '(?:(?:tested|confirmed|verified|reproduced|affects?|affected|vulnerable|found|present)',
  '(?: (?:on|in|with|against|versions?|is|are|the|latest|:|=))*',
  `|(?:in|on|of|current|latest) versions?:?) (${version})${unit}`,
)

const lineLengthMax = 1000
const linesMax = 20_000

/** Reads ranges and versions from prose, line by line. */
export function versionsIn(text: string): Versions {
  const ranges: VersionRange[] = []
  const exact = new Set<string>()
  let name: string | undefined
  for (const line of text.split('\n', linesMax)) {
    if (line.length > lineLengthMax || !/\d\.[\dx]/.test(line) || isAddress(line)) continue
    const left = readPhrases(line, ranges, (before) => {
      name ??= nameBefore(before)
    })
    for (const match of left.matchAll(exactPhrase)) exact.add(clean(match[1]))
  }
  return { ranges: merged(ranges), exact: [...exact], ...(name === undefined ? {} : { name }) }
}

/** Lines of network addresses and of version control's own numbers are not about versions. */
const isAddress = (line: string): boolean => /\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d|:\d)/.test(line)

function readPhrases(
  line: string,
  ranges: VersionRange[],
  onFirst: (before: string) => void,
): string {
  let left = line
  for (const [form, read] of phrases) {
    left = left.replace(form, (whole, ...rest: (string | number | undefined)[]) => {
      const at = rest.find((one) => typeof one === 'number') ?? 0
      const groups = rest.filter((one): one is string => typeof one === 'string')
      onFirst(left.slice(Math.max(0, Number(at) - 60), Number(at)))
      read(ranges, groups)
      return ' '.repeat(whole.length)
    })
  }
  return left
}

/** `libfoo before 1.2` is about libfoo; `versions before 1.2` says no name. */
function nameBefore(before: string): string | undefined {
  const found =
    /(?:^|[\s(`*])([A-Za-z@][\w.@/+-]{1,60})[`*]{0,3},?\s(?:versions?\s|releases?\s)?$/.exec(
      before,
    )?.[1]
  return found === undefined || notNames.has(found.toLowerCase()) ? undefined : found
}

const notNames = new Set(
  (
    'all any version versions release releases in the affected affect affects are is was to and ' +
    'or of from a an every older product products package library software running using with ' +
    'on for it this that upgrade been has have issue vulnerability bug fix only also before ' +
    'since until patched fixed vulnerable present exist exists prior user users both these ' +
    'those its their our between'
  ).split(' '),
)

/** One range where a start and an end were said apart; repetitions once. */
function merged(ranges: readonly VersionRange[]): VersionRange[] {
  const seen = new Map<string, VersionRange>()
  for (const range of ranges) seen.set(JSON.stringify(range), range)
  const distinct = [...seen.values()]
  const starts = distinct.filter((range) => range.introduced && !range.fixed && !range.lastAffected)
  const ends = distinct.filter((range) => !range.introduced && (range.fixed || range.lastAffected))
  const whole = distinct.filter((range) => range.introduced && (range.fixed || range.lastAffected))
  if (whole.length > 0) return withFixes(whole, ends)
  const [start] = starts
  const [end, ...others] = combine(ends)
  if (starts.length === 1 && start && end && others.length === 0) return [{ ...start, ...end }]
  return [...starts, ...(end ? [end, ...others] : [])]
}

/** A last affected and a fixed version of one range belong together. */
function combine(ends: readonly VersionRange[]): VersionRange[] {
  const fixed = ends.filter((range) => range.fixed)
  const last = ends.filter((range) => !range.fixed)
  const [onlyFix] = fixed
  const [onlyLast] = last
  if (fixed.length === 1 && last.length === 1 && onlyFix && onlyLast) {
    return [{ ...onlyFix, ...onlyLast }]
  }
  return [...fixed, ...last]
}

/** Complete ranges stand; a fix that is said beside the only one completes it. */
function withFixes(whole: readonly VersionRange[], ends: readonly VersionRange[]): VersionRange[] {
  const [range] = whole
  const fixes = ends.filter(({ fixed }) => fixed !== undefined)
  if (whole.length === 1 && range && range.fixed === undefined && fixes.length === 1) {
    return [{ ...range, ...fixes[0] }]
  }
  return [...whole]
}

import type { Evidence } from './evidence.ts'
import { classesIn, classOfCwe } from './weakness.ts'

/**
 * Rules of Bandit and the weakness that each means: its reports often give the number alone. The
 * numbers are CWE's; those for XML parsers name the attack instead of missing validation.
 */
const bandit: readonly (readonly [cwe: number, rules: string])[] = [
  [22, 'B202 B310'],
  [78, 'B102 B307 B322 B404 B601 B602 B603 B604 B605 B606 B607 B609'],
  [79, 'B308 B702 B703 B704'],
  [89, 'B608 B610 B611'],
  [94, 'B201 B612 B701'],
  [259, 'B105 B106 B107'],
  [295, 'B309 B323 B501 B507'],
  [319, 'B302 B312 B321 B401 B402 B415 B508 B509'],
  [327, 'B303 B304 B305 B324 B413 B502 B503 B504'],
  [326, 'B505'],
  [330, 'B311'],
  [377, 'B108 B306 B325'],
  [400, 'B113'],
  [502, 'B301 B403 B506'],
  [611, 'B313 B314 B315 B316 B317 B318 B319 B320 B405 B406 B407 B408 B409 B410 B411'],
  [732, 'B103'],
]

const byRule = new Map(bandit.flatMap(([cwe, rules]) => rules.split(' ').map((id) => [id, cwe])))

/** The tool behind a rule id that only one tool has, where a report does not name it. */
export const toolOfRule = (rule: string | undefined): string | undefined =>
  rule !== undefined && /^B\d{3}$/.test(rule) ? 'bandit' : undefined

/** What a result says of its weakness. */
export type Weakness = {
  /** Classes by CWE number or by a known rule, else by its words. */
  readonly classes: ReadonlySet<number>
  /** Classes that its words name, whatever its numbers are. */
  readonly said: ReadonlySet<number>
}

const wordsMax = 60

export function weaknessOf({ cwe, title, body, rule }: Evidence): Weakness {
  const known = rule === undefined ? undefined : byRule.get(rule)
  const numbers = [...cwe, ...(known === undefined ? [] : [known])]
  const byNumber = numbers.map(classOfCwe).filter((found) => found >= 0)
  const said = new Set(classesIn(wordsOf(title === '' ? body.slice(0, 400) : title)))
  if (byNumber.length > 0) return { classes: new Set(byNumber), said }
  return { classes: new Set([...said, ...classesIn(wordsOf(rule ?? ''))]), said }
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .slice(0, wordsMax)

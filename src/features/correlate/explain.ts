import type { Evidence } from './evidence.ts'
import type { Interner } from './interner.ts'
import type { Judged } from './pair.ts'
import type { Rarity } from './rarity.ts'
import { tokensOf } from './tokens.ts'
import { type View, viewNumber } from './views.ts'
import { className } from './weakness.ts'
import { stemOf } from './words.ts'

/** A reason that a person checks in five seconds: what both say, and the texts to look for. */
export type Reason = {
  readonly says: string
  readonly marks: readonly string[]
  /** False for evidence against. */
  readonly supports: boolean
}

/** Two reports and what their rarity is measured by. */
export type Explained = {
  readonly a: Judged
  readonly b: Judged
  readonly evidence: readonly [Evidence, Evidence]
  readonly rarity: Rarity
  readonly interner: Interner
}

type Weighed = Reason & { readonly weight: number }

const reasonsMax = 5
const againstMax = 2
const textsMax = 4

/** The reasons for (and against) two reports being one vulnerability, strongest first. */
export function explain(pair: Explained): Reason[] {
  const found = [
    ...aliases(pair),
    ...crash(pair),
    ...places(pair),
    ...shared(pair, 'paths', 'point at'),
    ...versions(pair),
    ...shared(pair, 'identifiers', 'name'),
    ...component(pair),
    ...weakness(pair),
    ...title(pair),
    ...words(pair),
  ].sort((x, y) => y.weight - x.weight)
  const against = found.filter(({ supports }) => !supports).slice(0, againstMax)
  const supporting = found.filter(({ supports }) => supports).slice(0, reasonsMax - against.length)
  return [...supporting, ...against].map(({ says, marks, supports }) => ({ says, marks, supports }))
}

type Shared = { readonly text: string; readonly weight: number; readonly reports: number }

/** What both have in a view, rarest first. */
function sharedTexts({ a, b, rarity, interner }: Explained, view: View): Shared[] {
  const number = viewNumber(view)
  const others = new Set(b.bags.ids(number))
  const weights = rarity.weightsOf(number)
  return a.bags
    .ids(number)
    .filter((id) => others.has(id))
    .map((id) => ({
      text: interner.textOf(view, id),
      weight: weights[id] ?? rarity.newest,
      reports: rarity.countOf(number, id),
    }))
    .sort((x, y) => y.weight - x.weight || (x.text < y.text ? -1 : 1))
}

const list = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ')

function aliases(pair: Explained): Weighed[] {
  const texts = sharedTexts(pair, 'aliases').map(({ text }) => text)
  if (texts.length === 0) return []
  return [
    {
      says: `Both carry ${list(texts.slice(0, textsMax))}`,
      marks: texts,
      supports: true,
      weight: 30,
    },
  ]
}

function crash({ evidence: [x, y] }: Explained): Weighed[] {
  if (!x.crash || !y.crash) return []
  const [mine, theirs] = [x.crash.frames, y.crash.frames].map((frames) =>
    frames.slice(0, 5).map((frame) => frame.function),
  )
  const common = mine?.filter((name) => theirs?.includes(name)) ?? []
  if (common.length > 0) {
    const says = `Both crash (${x.crash.kind}, ${y.crash.kind}) through ${list(common)}`
    return [{ says, marks: common, supports: true, weight: 20 }]
  }
  const says = `The crashes run through different functions: ${mine?.[0]} and ${theirs?.[0]}`
  return [{ says, marks: [], supports: false, weight: 8 }]
}

function places(pair: Explained): Weighed[] {
  const lines = sharedTexts(pair, 'places').filter(({ text }) => text.includes(':'))
  const [first] = lines
  if (!first) return []
  const [file = '', line = ''] = first.text.split(':')
  const says =
    lines.length > 1
      ? `Both point at the same ${lines.length} lines of ${file}, from line ${line} on`
      : `Both point at ${file}, line ${line}`
  return [{ says, marks: [file, `L${line}`], supports: true, weight: 10 + first.weight }]
}

function shared(pair: Explained, view: View, verb: string): Weighed[] {
  const texts = sharedTexts(pair, view).filter(({ text }) => text.length > 2)
  const chosen = texts.slice(0, textsMax)
  const [first] = chosen
  if (!first) return []
  const names = chosen.map(({ text }) => text)
  const rest = first.reports > 0 ? ` (the rarest stands in ${first.reports} reports)` : ''
  const says = `Both ${verb} ${list(names)}${rest}`
  const weight = first.weight + 0.5 * (chosen.length - 1)
  return [{ says, marks: surfaces(pair, names), supports: true, weight }]
}

function versions(pair: Explained): Weighed[] {
  const fixed = sharedTexts(pair, 'fixed').map(({ text }) => text)
  if (fixed.length > 0) {
    const says = `Both name the same fixed version: ${list(fixed.slice(0, textsMax))}`
    return [{ says, marks: fixed, supports: true, weight: 9 }]
  }
  const [x, y] = pair.evidence.map(({ ranges }) =>
    ranges.flatMap(({ fixed: found }) => found ?? []),
  )
  if (x?.[0] && y?.[0]) {
    const says = `They name different fixed versions: ${x[0]} and ${y[0]}`
    return [{ says, marks: [x[0], y[0]], supports: false, weight: 6 }]
  }
  const named = sharedTexts(pair, 'versions').filter(({ text }) => text.includes('.'))
  const texts = named.slice(0, textsMax).map(({ text }) => text)
  if (texts.length === 0) return []
  const says = `Both name the version${texts.length > 1 ? 's' : ''} ${list(texts)}`
  return [{ says, marks: texts, supports: true, weight: 5 }]
}

function component(pair: Explained): Weighed[] {
  const [x, y] = pair.evidence
  const common = x.packages.filter((name) =>
    y.packages.some((other) => other.toLowerCase() === name.toLowerCase()),
  )
  if (common.length > 0) {
    const says = `Both are about ${list(common.slice(0, textsMax))}`
    return [{ says, marks: common, supports: true, weight: 5 }]
  }
  const mentioned = [...x.packages, ...y.packages].filter(
    (name) => name.length > 3 && mentions(x, name) && mentions(y, name),
  )
  if (mentioned[0]) {
    const says = `One is about "${mentioned[0]}", which the other mentions`
    return [{ says, marks: [mentioned[0]], supports: true, weight: 4 }]
  }
  if (!x.packages[0] || !y.packages[0]) return []
  const says = `They name different components: "${x.packages[0]}" and "${y.packages[0]}"`
  return [{ says, marks: [x.packages[0], y.packages[0]], supports: false, weight: 5 }]
}

const mentions = (evidence: Evidence, name: string): boolean =>
  `${evidence.title}\n${evidence.body}\n${evidence.packages.join('\n')}`
    .toLowerCase()
    .includes(name.toLowerCase())

function weakness({ a, b, evidence: [x, y] }: Explained): Weighed[] {
  const numbers = x.cwe.filter((cwe) => y.cwe.includes(cwe))
  if (numbers.length > 0) {
    const marks = numbers.map((cwe) => `CWE-${cwe}`)
    return [{ says: `Both are ${list(marks)}`, marks, supports: true, weight: 4 }]
  }
  const classes = a.facts.classes.filter((found) => b.facts.classes.includes(found))
  if (classes.length > 0) {
    const kinds = classes.slice(0, 3).map(spoken).join(', ')
    const says = `Both describe the same kind of flaw: ${kinds}`
    return [{ says, marks: [], supports: true, weight: 3 }]
  }
  const [mine] = a.facts.classes
  const [theirs] = b.facts.classes
  if (mine === undefined || theirs === undefined) return []
  const says = `They describe different kinds of flaw: ${spoken(mine)} and ${spoken(theirs)}`
  return [{ says, marks: [], supports: false, weight: 4 }]
}

/** `useAfterFree` reads "use after free". */
const spoken = (number: number): string =>
  className(number)
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase()

function title(pair: Explained): Weighed[] {
  const texts = sharedTexts(pair, 'title').slice(0, textsMax)
  if (texts.length < 2) return []
  const marks = surfaces(
    pair,
    texts.map(({ text }) => text),
  )
  if (marks.length === 0) return []
  const says = `Both titles say ${list(marks.slice(0, texts.length))}`
  return [{ says, marks, supports: true, weight: 0.5 * sum(texts) }]
}

function words(pair: Explained): Weighed[] {
  const texts = sharedTexts(pair, 'words').slice(0, 6)
  if (texts.length === 0) return []
  const marks = surfaces(
    pair,
    texts.map(({ text }) => text),
  )
  if (marks.length === 0) return []
  const says = `Both use the rare words ${list(marks.slice(0, texts.length))}`
  return [{ says, marks, supports: true, weight: 0.4 * sum(texts) }]
}

const sum = (texts: readonly Shared[]): number => texts.reduce((all, { weight }) => all + weight, 0)

const marksMax = 12

/**
 * The words of the two reports, as written there, that were compared in a reduced form: first one
 * spelling of each, then the other spellings.
 */
function surfaces({ evidence }: Explained, reduced: readonly string[]): string[] {
  const spellings = new Map<string, Set<string>>(reduced.map((text) => [text, new Set()]))
  for (const { title: head, body } of evidence) {
    for (const { text } of tokensOf(`${head}\n${body.slice(0, 20_000)}`)) {
      const low = text.toLowerCase()
      for (const key of [low, stemOf(low), low.split(/::|->|[.#]/).at(-1) ?? low]) {
        spellings.get(key)?.add(text)
      }
    }
  }
  const sets = [...spellings.values()].map((set) => [...set])
  const firsts = sets.flatMap(([first]) => first ?? [])
  return [...firsts, ...sets.flatMap(([, ...rest]) => rest)].slice(0, marksMax)
}

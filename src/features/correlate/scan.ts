import { crashSimilarity } from '#formats/crash/similarity.ts'
import type { Evidence } from './evidence.ts'
import type { Link } from './linkage.ts'
import { type Seen, seenOf } from './scan-seen.ts'

/**
 * The rules by which results that point into code are held against each other, strongest first,
 * with the probability each gives. Those of at least `scanMergeMin` merge by themselves: identical
 * results, one public identifier in one component, one crash, and one file, function and weakness
 * class. All others are for a person.
 */
export const scanRules = {
  'identical-result': 0.99,
  'same-identifier-and-component': 0.97,
  'same-crash': 0.96,
  'same-file-function-and-class': 0.95,
  'same-line-and-class': 0.7,
  'similar-crash': 0.6,
  'same-endpoint-and-class': 0.6,
  'near-lines-and-class': 0.45,
  'same-function-and-class': 0.4,
  'same-identifier': 0.35,
} as const

export type ScanRule = keyof typeof scanRules

export const scanMergeMin = 0.9
export const scanSuggestMin = 0.35

/** Lines this close are the same place, and the same neighbourhood. */
const sameLines = 3
const nearLines = 10
const similarCrashMin = 0.75
/** Of results that share a key, each is compared with at most this many that follow it. */
const comparedMax = 40

export type ScanLink = Link & { readonly rule: ScanRule }

/** The strongest rule that holds between two results, or null. */
export function scanRuleOf(a: Seen, b: Seen): ScanRule | null {
  if (a.whole === b.whole) return 'identical-result'
  const components = isShared(a.components, b.components)
  if (a.evidence.aliases.some((alias) => b.evidence.aliases.includes(alias))) {
    return components && isListed(a) && isListed(b)
      ? 'same-identifier-and-component'
      : 'same-identifier'
  }
  return crashRuleOf(a, b) ?? placeRuleOf(a, b)
}

/** A scanner looked the identifier up by its rule; in other reports it is only a claim. */
const isListed = ({ evidence }: Seen): boolean =>
  evidence.domain === 'scan' && evidence.rule !== undefined

function crashRuleOf(a: Seen, b: Seen): ScanRule | null {
  if (a.crash !== null && a.crash === b.crash) return 'same-crash'
  const [x, y] = [a.evidence.crash, b.evidence.crash]
  if (!x || !y || x.frames.length < 2 || y.frames.length < 2) return null
  return crashSimilarity(x, y) >= similarCrashMin ? 'similar-crash' : null
}

function placeRuleOf(a: Seen, b: Seen): ScanRule | null {
  if (!isShared(a.classes, b.classes)) return null
  if (a.path === null || a.path !== b.path) {
    return a.endpoint !== null && a.endpoint === b.endpoint ? 'same-endpoint-and-class' : null
  }
  const apart = a.line === null || b.line === null ? null : Math.abs(a.line - b.line)
  if (isShared(a.functions, b.functions)) {
    // One tool that reports two lines of a function means two flaws, however near.
    const isOneList = a.evidence.tool !== undefined && a.evidence.tool === b.evidence.tool
    const isNear = apart === null || apart <= (isOneList ? 0 : nearLines)
    return isNear ? 'same-file-function-and-class' : 'same-function-and-class'
  }
  if (a.functions.size > 0 && b.functions.size > 0) return null
  if (apart === null || a.evidence.tool === b.evidence.tool) return null
  if (apart <= sameLines) return 'same-line-and-class'
  return apart <= nearLines ? 'near-lines-and-class' : null
}

function isShared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  for (const item of small) if (large.has(item)) return true
  return false
}

/**
 * Numbers results so that equal numbers mean one flaw beyond doubt: identical results, the same
 * identifiers listed for the same component, the same crash. These are equalities, so they cannot
 * chain, and however many results repeat one flaw, they count as one from here on.
 */
export function equalResults(batch: readonly Evidence[]): number[] {
  const known = new Map<string, number>()
  return batch.map((evidence, report) => {
    const keys = equalityKeys(seenOf(evidence))
    const found = keys.map((key) => known.get(key)).find((number) => number !== undefined)
    const number = found ?? report
    for (const key of keys) if (!known.has(key)) known.set(key, number)
    return number
  })
}

/** The strongest equality first; each key names one kind of equality. */
function equalityKeys(seen: Seen): string[] {
  const { evidence, components, crash } = seen
  const ids = [...evidence.aliases].sort()
  const listed = ids.length > 0 && components.size === 1 && isListed(seen)
  return [
    `whole ${seen.whole}`,
    ...(listed ? [`listed ${ids.join()} ${[...components].join()}`] : []),
    ...(crash === null || evidence.domain !== 'scan' ? [] : [`crash ${crash}`]),
  ]
}

/** Every pair of results between which a rule holds; linear in the number of results. */
export function scanLinks(batch: readonly Evidence[]): ScanLink[] {
  const seen = batch.map(seenOf)
  const links = new Map<string, ScanLink>()
  for (const bucket of bucketsOf(seen)) {
    for (const [at, a] of bucket.entries()) {
      for (const b of bucket.slice(at + 1, at + 1 + comparedMax)) addLink(links, seen, [a, b])
    }
  }
  return [...links.values()].sort((x, y) => x.a - y.a || x.b - y.b)
}

function addLink(
  links: Map<string, ScanLink>,
  seen: readonly Seen[],
  [x, y]: readonly [number, number],
): void {
  const [a, b] = [Math.min(x, y), Math.max(x, y)]
  const [one, other] = [seen[a], seen[b]]
  if (!one || !other || links.has(`${a} ${b}`)) return
  const rule = scanRuleOf(one, other)
  if (rule) links.set(`${a} ${b}`, { a, b, rule, probability: scanRules[rule] })
}

/** Results that share a key, ordered by line inside a file, so that near ones meet. */
function bucketsOf(seen: readonly Seen[]): number[][] {
  const buckets = new Map<string, number[]>()
  for (const [report, one] of seen.entries()) {
    for (const key of keysOf(one)) {
      const bucket = buckets.get(key)
      if (bucket) bucket.push(report)
      else buckets.set(key, [report])
    }
  }
  const lineOf = (report: number): number => seen[report]?.line ?? 0
  return [...buckets.values()]
    .filter((bucket) => bucket.length > 1)
    .map((bucket) => bucket.sort((x, y) => lineOf(x) - lineOf(y) || x - y))
}

function keysOf(seen: Seen): Set<string> {
  const { evidence, path, endpoint, crash } = seen
  const keys = new Set<string>([`whole ${seen.whole}`])
  for (const alias of evidence.aliases) keys.add(`alias ${alias}`)
  if (path !== null) for (const found of seen.classes) keys.add(`place ${path} ${found}`)
  if (endpoint !== null) for (const found of seen.classes) keys.add(`at ${endpoint} ${found}`)
  if (crash !== null) for (const frame of crash.split('\n').slice(1)) keys.add(`frame ${frame}`)
  return keys
}

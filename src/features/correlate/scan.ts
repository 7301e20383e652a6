import type { Evidence } from './evidence.ts'
import type { Link } from './linkage.ts'
import { endOf } from './scan-path.ts'
import { type ScanRule, scanRuleOf, scanRules } from './scan-rule.ts'
import { type Seen, seenOf } from './scan-seen.ts'

/** Where rules for scanner results merge by themselves, and where they ask a person. */
export const scanMergeMin = 0.9
export const scanSuggestMin = 0.35

/** Of results that share a key, each is compared with at most this many that follow it. */
const comparedMax = 20

export type ScanLink = Link & { readonly rule: ScanRule }

/**
 * Numbers results so that equal numbers mean one flaw beyond doubt: identical results, the same
 * identifiers that scanners looked up or that are listed for the same component, the same crash.
 * These are equalities, so they cannot chain, and however many results repeat one flaw, they count
 * as one from here on.
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
export function equalityKeys({ evidence, components, crash, isListed, whole }: Seen): string[] {
  const ids = evidence.aliases.length > 0 && isListed ? [...evidence.aliases].sort().join() : null
  return [
    `whole ${whole}`,
    ...(ids !== null && evidence.listed === true ? [`looked up ${ids}`] : []),
    ...(ids !== null && components.size === 1 ? [`listed ${ids} ${[...components].join()}`] : []),
    ...(crash === null || evidence.domain !== 'scan' ? [] : [`crash ${crash}`]),
  ]
}

/** Every pair of results between which a rule holds; linear in the number of results. */
export function scanLinks(batch: readonly Evidence[]): ScanLink[] {
  const seen = batch.map(seenOf)
  const links = new Map<number, ScanLink>()
  for (const bucket of bucketsOf(seen)) {
    for (const [at, x] of bucket.entries()) {
      for (const y of bucket.slice(at + 1, at + 1 + comparedMax)) addLink(links, seen, [x, y])
    }
  }
  return [...links.values()].sort((x, y) => x.a - y.a || x.b - y.b)
}

function addLink(
  links: Map<number, ScanLink>,
  seen: readonly Seen[],
  [x, y]: readonly [number, number],
): void {
  const [a, b] = [Math.min(x, y), Math.max(x, y)]
  const [one, other] = [seen[a], seen[b]]
  const key = a * seen.length + b
  if (a === b || !one || !other || links.has(key)) return
  const rule = scanRuleOf(one, other)
  if (rule) links.set(key, { a, b, rule, probability: scanRules[rule] })
}

/** Results that share a key, ordered by line inside a file, so that near ones meet. */
function bucketsOf(seen: readonly Seen[]): number[][] {
  const buckets = new Map<string, number[]>()
  const wanted = new Set<string>()
  for (const [report, one] of seen.entries()) {
    for (const { key, isWanted } of keysOf(one)) {
      const bucket = buckets.get(key)
      if (bucket) bucket.push(report)
      else buckets.set(key, [report])
      if (isWanted) wanted.add(key)
    }
  }
  const lineOf = (report: number): number => seen[report]?.place?.line ?? 0
  return [...buckets]
    .filter(([key, bucket]) => bucket.length > 1 && wanted.has(key))
    .map(([, bucket]) => bucket.sort((x, y) => lineOf(x) - lineOf(y) || x - y))
}

/** One result that lists more identifiers than this is found by the first of them. */
const aliasesMax = 200

/** Results under a key that none of them wants are left to their other keys. */
type Key = { readonly key: string; readonly isWanted: boolean }

function keysOf(seen: Seen): Key[] {
  const { evidence, endpoint, crash, fault, whole } = seen
  const subjects = subjectsOf(seen)
  const plain = [
    `whole ${whole}`,
    ...evidence.aliases.slice(0, aliasesMax).map((alias) => `alias ${alias}`),
    ...(endpoint === null ? [] : subjects.map((subject) => `${subject} at ${endpoint}`)),
    ...(crash === null ? [] : [`crash ${crash}`]),
    ...(fault === null ? [] : [`fault ${fault.function}`]),
  ]
  return [...plain.map((key) => ({ key, isWanted: true })), ...placeKeysOf(seen, subjects)]
}

/** Every key under which a result may meet another one. */
export const scanKeys = (seen: Seen): string[] => keysOf(seen).map(({ key }) => key)

/** What two results of one file must share for any rule to hold. */
const subjectsOf = ({ rule, place, weakness }: Seen): string[] => [
  ...(rule === null ? [] : [`rule ${rule}`]),
  ...(place?.line === undefined ? [] : [`line ${place.line}`]),
  ...[...weakness.classes].map((found) => `class ${found}`),
]

/** So many last parts of a path make its key. */
const keyParts = 3

/**
 * Results of one file meet under the end of its path. Shorter ends are there for paths that have
 * no more parts, and for paths of two machines, which may have no more in common.
 */
function placeKeysOf({ path }: Seen, subjects: readonly string[]): Key[] {
  if (path === null) return []
  const ends = [1, 2, keyParts].flatMap((length) => {
    const end = endOf(path, length)
    const isShort = path.parts.length === length || (length === 2 && path.isRooted)
    return end === null ? [] : [{ end, isWanted: length === keyParts || isShort }]
  })
  return subjects.flatMap((subject) =>
    ends.map(({ end, isWanted }) => ({ key: `${subject} in ${end}`, isWanted })),
  )
}

import { agreement } from './scan-path.ts'
import { registryOf, type Seen } from './scan-seen.ts'

/**
 * The rules by which results that point into code are held against each other, with the
 * probability that each gives: how often it was right on the labelled pairs, by the rule of
 * succession (docs/correlation-scanners.md, `npm run measure:scan`). Rules of at least
 * `scanMergeMin` merge by themselves: equalities, one file, function and class, and what has
 * earned it with a lower bound of .95. All others stay below it, however well they measured, and
 * the last three have not been measured at all.
 */
export const scanRules = {
  'identical-result': 0.99,
  'same-listed-identifier': 0.99,
  'same-identifier-and-component': 0.97,
  'same-crash': 0.97,
  'same-file-function-and-class': 0.95,
  'same-fault': 0.89,
  'same-rule-line-and-text': 0.89,
  'same-line-and-text': 0.89,
  'same-rule-and-text': 0.89,
  'near-lines-and-class': 0.85,
  'same-line-and-class': 0.85,
  'same-identifier': 0.75,
  'same-rule-and-line': 0.7,
  'similar-crash': 0.65,
  'same-endpoint-and-class': 0.5,
  'same-function-and-class': 0.5,
  'perhaps-same-place': 0.5,
} as const

export type ScanRule = keyof typeof scanRules

/** Lines of different tools this close are the same place, and the same neighbourhood. */
const sameLines = 3
const nearLines = 20
/** Results in one function this close are one place in it. */
const functionLines = 10
const textMin = 12

/** The strongest rule that holds between two results, or null. */
export function scanRuleOf(a: Seen, b: Seen): ScanRule | null {
  if (a.whole === b.whole) return 'identical-result'
  const identifier = identifierRuleOf(a, b)
  if (identifier !== null) return identifier === 'other' ? null : identifier
  // A look-up says which library is flawed, a place what is written there: two different flaws.
  if (isLookUp(a) !== isLookUp(b)) return null
  if (a.crash !== null && a.crash === b.crash) return 'same-crash'
  return isOnePlace(a, b)
    ? 'same-file-function-and-class'
    : (crashRuleOf(a, b) ?? placeRuleOf(a, b))
}

const isLookUp = ({ isListed, aliases, components }: Seen): boolean =>
  isListed && aliases.size > 0 && components.size > 0

/** `other` where two identifiers of one registry contradict each other. */
function identifierRuleOf(a: Seen, b: Seen): ScanRule | 'other' | null {
  if (a.aliases.size === 0 || b.aliases.size === 0) return null
  if (!isShared(a.aliases, b.aliases)) return isShared(a.registries, b.registries) ? 'other' : null
  if (!a.isListed || !b.isListed || isUmbrella(a, b) || isUmbrella(b, a)) return 'same-identifier'
  if (isShared(a.components, b.components)) return 'same-identifier-and-component'
  const areLookUps = a.evidence.listed === true && b.evidence.listed === true
  return areLookUps ? 'same-listed-identifier' : 'same-identifier'
}

/** Whether the first lists a flaw beside those of the second, from a registry that both use. */
function isUmbrella(a: Seen, b: Seen): boolean {
  for (const alias of a.aliases) {
    if (!b.aliases.has(alias) && b.registries.has(registryOf(alias))) return true
  }
  return false
}

function crashRuleOf(a: Seen, b: Seen): ScanRule | null {
  if (!a.fault || a.fault.function !== b.fault?.function) return null
  if (a.fault.at !== null && a.fault.at === b.fault.at) return 'same-fault'
  // Every crash under one fuzz target shares its outer frames: only those near the fault tell.
  const [x, y] = [a.fault.callers, b.fault.callers]
  const shared = x.filter((name) => y.includes(name)).length
  return shared > 0 && shared * 2 >= Math.max(x.length, y.length) ? 'similar-crash' : null
}

/** One file, one function and one class are one flaw unless something speaks against it. */
function isOnePlace(a: Seen, b: Seen): boolean {
  if (!isShared(a.functions, b.functions) || !isShared(a.weakness.classes, b.weakness.classes)) {
    return false
  }
  if (agreed(a, b) !== 'same' || areColumnsApart(a, b)) return false
  if (saysOtherwise(a, b) || saysOtherwise(b, a)) return false
  const apart = linesApart(a, b)
  const areCrashes = a.fault !== null && b.fault !== null
  // One rule that says two things has found two things, or one of them is a copy of the other.
  if (isRule(a, b) && a.text !== b.text && !areCrashes) return false
  // One tool that reports two lines of a function means two flaws, however near.
  if (isOneTool(a, b) && !areCrashes) return apart === 0
  return apart === null || apart <= functionLines
}

const agreed = ({ path: x }: Seen, { path: y }: Seen): 'same' | 'perhaps' | null =>
  x && y ? agreement(x, y) : null

function placeRuleOf(a: Seen, b: Seen): ScanRule | null {
  const isClass = isShared(a.weakness.classes, b.weakness.classes)
  const file = agreed(a, b)
  if (file === null) {
    const isEndpoint = a.endpoint !== null && a.endpoint === b.endpoint
    return isEndpoint && isClass ? 'same-endpoint-and-class' : null
  }
  if (areColumnsApart(a, b)) return null
  if (file === 'perhaps') return perhapsRuleOf(a, b, isClass)
  return lineRuleOf(a, b) ?? (isClass ? classRuleOf(a, b) : null)
}

/** Whether the words name weaknesses, and none that the other result is about. */
const saysOtherwise = ({ weakness: { said } }: Seen, { weakness }: Seen): boolean =>
  said.size > 0 && !isShared(said, weakness.classes) && !isShared(said, weakness.said)

const isOneTool = (a: Seen, b: Seen): boolean =>
  a.tool === null || b.tool === null || a.tool.includes(b.tool) || b.tool.includes(a.tool)

function areColumnsApart(a: Seen, b: Seen): boolean {
  const [x, y] = [a.place?.column, b.place?.column]
  return isOneTool(a, b) && x !== undefined && y !== undefined && x !== y && linesApart(a, b) === 0
}

function lineRuleOf(a: Seen, b: Seen): ScanRule | null {
  const apart = linesApart(a, b)
  const isText = a.text === b.text && a.text.length >= textMin
  if (!isRule(a, b)) return apart === 0 && isText ? 'same-line-and-text' : null
  if (apart === 0) return isText ? 'same-rule-line-and-text' : 'same-rule-and-line'
  // One rule at two lines is two places where it applies, or one place that has moved: nothing
  // in two results tells which.
  return apart === null && isText ? 'same-rule-and-text' : null
}

const isRule = (a: Seen, b: Seen): boolean => a.rule !== null && a.rule === b.rule

/** One weakness near by, told by different rules. */
function classRuleOf(a: Seen, b: Seen): ScanRule | null {
  const apart = linesApart(a, b)
  const isFunction = isShared(a.functions, b.functions)
  if (isRule(a, b)) return null
  if (isOneTool(a, b)) return apart === 0 ? 'same-line-and-class' : null
  const isContradicted = !isFunction && a.functions.size > 0 && b.functions.size > 0
  if (apart !== null && !isContradicted) {
    if (apart <= sameLines) return 'same-line-and-class'
    if (apart <= nearLines) return 'near-lines-and-class'
  }
  return isFunction ? 'same-function-and-class' : null
}

/** Paths that may be one file need more than a weakness in common. */
function perhapsRuleOf(a: Seen, b: Seen, isClass: boolean): ScanRule | null {
  const isPlace = linesApart(a, b) === 0 || isShared(a.functions, b.functions)
  return isPlace && (isClass || isRule(a, b)) ? 'perhaps-same-place' : null
}

function linesApart(a: Seen, b: Seen): number | null {
  const [x, y] = [a.place?.line, b.place?.line]
  return x === undefined || y === undefined ? null : Math.abs(x - y)
}

function isShared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  for (const item of small) if (large.has(item)) return true
  return false
}

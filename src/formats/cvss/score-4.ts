import { type MacroVector, scoreOfMacroVector } from './macro-vector.ts'
import { isGroupDefined, isNotDefined } from './metric.ts'
import { nearestTenth, type Scores } from './scores.ts'

type Given = Readonly<Record<string, string>>
type Value = (metric: string) => string

/** What a threat or environmental metric counts as while it is not defined: the worst. */
const worst: Readonly<Record<string, string>> = { E: 'A', CR: 'H', IR: 'H', AR: 'H' }

/**
 * The score of a vector of version 4.0 (section 8), with its base alone, with the threat and with
 * the environment, as far as those are defined: CVSS-B, CVSS-BT and CVSS-BTE.
 */
export function scoresOf4(given: Given): Scores {
  const base: Value = (metric) => worst[metric] ?? given[metric] ?? 'X'
  const threat: Value = (metric) => (metric === 'E' ? (given['E'] ?? 'A') : base(metric))
  return {
    base: scoreOf(base),
    ...(isGroupDefined('threat', '4.0', given) ? { threat: scoreOf(threat) } : {}),
    ...(isGroupDefined('environment', '4.0', given) ? { environment: scoreOf(placed(given)) } : {}),
  }
}

/** The value that counts: the modified one, else its own, else the worst. */
function placed(given: Given): Value {
  return (metric) => {
    for (const name of [`M${metric}`, metric]) {
      const value = given[name]
      if (value !== undefined && !isNotDefined(value)) return value
    }
    return worst[metric] ?? 'X'
  }
}

const impacts = ['VC', 'VI', 'VA', 'SC', 'SI', 'SA'] as const

/** How far a value is from the most severe one of its metric, in steps (section 8.2). */
const steps: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0, A: 1, L: 2, P: 3 },
  PR: { N: 0, L: 1, H: 2 },
  UI: { N: 0, P: 1, A: 2 },
  AC: { L: 0, H: 1 },
  AT: { N: 0, P: 1 },
  VC: { H: 0, L: 1, N: 2 },
  VI: { H: 0, L: 1, N: 2 },
  VA: { H: 0, L: 1, N: 2 },
  SC: { H: 1, L: 2, N: 3 },
  SI: { S: 0, H: 1, L: 2, N: 3 },
  SA: { S: 0, H: 1, L: 2, N: 3 },
  CR: { H: 0, M: 1, L: 2 },
  IR: { H: 0, M: 1, L: 2 },
  AR: { H: 0, M: 1, L: 2 },
}

/**
 * Every equivalence set with its metrics. All most severe vectors of a level are equally many
 * steps away from the zero of {@link steps}, so that number (`top`) stands for them; `depth` is
 * how many steps the level goes down. Sets 3 and 6 are taken together and named by both levels.
 */
type Level = { readonly top: number; readonly depth: number }
type EquivalenceSet = {
  readonly metrics: readonly string[]
  readonly levels: Readonly<Record<string, Level>>
}

const sets = {
  set1: {
    metrics: ['AV', 'PR', 'UI'],
    levels: { 0: { top: 0, depth: 1 }, 1: { top: 1, depth: 4 }, 2: { top: 3, depth: 5 } },
  },
  set2: {
    metrics: ['AC', 'AT'],
    levels: { 0: { top: 0, depth: 1 }, 1: { top: 1, depth: 2 } },
  },
  set36: {
    metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
    levels: {
      '00': { top: 0, depth: 7 },
      '01': { top: 3, depth: 6 },
      10: { top: 1, depth: 8 },
      11: { top: 3, depth: 8 },
      21: { top: 3, depth: 10 },
    },
  },
  set4: {
    metrics: ['SC', 'SI', 'SA'],
    levels: { 0: { top: 1, depth: 6 }, 1: { top: 3, depth: 5 }, 2: { top: 6, depth: 4 } },
  },
} as const satisfies Record<string, EquivalenceSet>

function scoreOf(value: Value): number {
  if (impacts.every((metric) => value(metric) === 'N')) return 0
  const at = macroVectorOf(value)
  const score = scoreOfMacroVector(at) ?? 0
  const { set1, set2, set3, set4, set5, set6 } = at
  const lower36 = lowerOf36(at)
  const drops = [
    drop(score, scoreOfMacroVector({ ...at, set1: set1 + 1 }), share(sets.set1, `${set1}`, value)),
    drop(score, scoreOfMacroVector({ ...at, set2: set2 + 1 }), share(sets.set2, `${set2}`, value)),
    drop(score, lower36, share(sets.set36, `${set3}${set6}`, value)),
    drop(score, scoreOfMacroVector({ ...at, set4: set4 + 1 }), share(sets.set4, `${set4}`, value)),
    drop(score, scoreOfMacroVector({ ...at, set5: set5 + 1 }), 0),
  ].filter((one) => one !== null)
  const mean = drops.length === 0 ? 0 : drops.reduce((sum, one) => sum + one, 0) / drops.length
  return nearestTenth(Math.min(100, score - mean) / 10)
}

/** The part of the way down to the next lower macro vector; null where there is none. */
const drop = (score: number, lower: number | null, part: number): number | null =>
  lower === null ? null : (score - lower) * part

/** How far down its level a vector is, 0 to below 1. */
function share({ metrics, levels }: EquivalenceSet, level: string, value: Value): number {
  const { top, depth } = levels[level] ?? { top: 0, depth: 1 }
  const down = metrics.reduce((sum, metric) => sum + (steps[metric]?.[value(metric)] ?? 0), 0)
  return (down - top) / depth
}

/** Sets 3 and 6 go down one after the other; from the top both ways are open, the higher counts. */
function lowerOf36(at: MacroVector): number | null {
  const down3 = scoreOfMacroVector({ ...at, set3: at.set3 + 1 })
  const down6 = scoreOfMacroVector({ ...at, set6: at.set6 + 1 })
  if (at.set6 === 1) return down3
  return at.set3 === 0 ? Math.max(down3 ?? 0, down6 ?? 0) : down6
}

/** The levels of the equivalence sets (tables 24 to 29). */
function macroVectorOf(value: Value): MacroVector {
  const is = (metric: string, wanted: string): boolean => value(metric) === wanted
  const [av, pr, ui] = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')]
  const [vc, vi, va] = [is('VC', 'H'), is('VI', 'H'), is('VA', 'H')]
  const isSafety = is('SI', 'S') || is('SA', 'S')
  const isSubsequentHigh = is('SC', 'H') || is('SI', 'H') || is('SA', 'H')
  const isNeeded = (is('CR', 'H') && vc) || (is('IR', 'H') && vi) || (is('AR', 'H') && va)
  return {
    set1: av && pr && ui ? 0 : (av || pr || ui) && !is('AV', 'P') ? 1 : 2,
    set2: is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    set3: vc && vi ? 0 : vc || vi || va ? 1 : 2,
    set4: isSafety ? 0 : isSubsequentHigh ? 1 : 2,
    set5: is('E', 'A') ? 0 : is('E', 'P') ? 1 : 2,
    set6: isNeeded ? 0 : 1,
  }
}

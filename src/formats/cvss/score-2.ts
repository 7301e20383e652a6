import { isGroupDefined } from './metric.ts'
import { nearestTenth, type Scores } from './scores.ts'

type Given = Readonly<Record<string, string>>
type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>

/** The numbers of CVSS 2.0, complete guide, section 3.2. Not defined counts as 1, or 0 for CDP. */
const weights: Weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  impact: { N: 0, P: 0.275, C: 0.66 },
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1 },
  need: { L: 0.5, M: 1, H: 1.51 },
}

const weigh = (metric: string, value: string | undefined): number =>
  weights[metric]?.[value ?? 'ND'] ?? (metric === 'CDP' ? 0 : 1)

/** Base, temporal and environmental score of a vector of version 2 (section 3.2.1 to 3.2.3). */
export function scoresOf2(given: Given): Scores {
  const [c, i, a] = ['C', 'I', 'A'].map((name) => weigh('impact', given[name]))
  const [cr, ir, ar] = ['CR', 'IR', 'AR'].map((name) => weigh('need', given[name]))
  const impact = impactOf([c ?? 0, i ?? 0, a ?? 0])
  const adjusted = impactOf([(c ?? 0) * (cr ?? 1), (i ?? 0) * (ir ?? 1), (a ?? 0) * (ar ?? 1)])
  const base = baseOf(given, impact)
  return {
    base,
    ...(isGroupDefined('threat', '2.0', given) ? { threat: temporalOf(given, base) } : {}),
    ...(isGroupDefined('environment', '2.0', given)
      ? { environment: placedOf(given, temporalOf(given, baseOf(given, Math.min(10, adjusted)))) }
      : {}),
  }
}

const impactOf = (parts: readonly number[]): number =>
  10.41 * (1 - parts.reduce((left, part) => left * (1 - part), 1))

function baseOf(given: Given, impact: number): number {
  const exploitability =
    20 * weigh('AV', given['AV']) * weigh('AC', given['AC']) * weigh('Au', given['Au'])
  return nearestTenth((0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176))
}

const temporalOf = (given: Given, base: number): number =>
  nearestTenth(base * weigh('E', given['E']) * weigh('RL', given['RL']) * weigh('RC', given['RC']))

const placedOf = (given: Given, temporal: number): number =>
  nearestTenth((temporal + (10 - temporal) * weigh('CDP', given['CDP'])) * weigh('TD', given['TD']))

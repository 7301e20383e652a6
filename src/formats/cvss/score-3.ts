import { isNotDefined } from './metric.ts'
import { type Scores, upToTenth, upToTenthOfHundredThousands } from './scores.ts'

type Given = Readonly<Record<string, string>>
type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>

/** The numbers of CVSS 3.0 section 8.4 and CVSS 3.1 section 7.4; not defined counts as 1. */
const weights: Weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  changedPR: { N: 0.85, L: 0.68, H: 0.5 },
  UI: { N: 0.85, R: 0.62 },
  impact: { H: 0.56, L: 0.22, N: 0 },
  E: { H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { C: 1, R: 0.96, U: 0.92 },
  need: { H: 1.5, M: 1, L: 0.5 },
}

const weigh = (metric: string, value: string | undefined): number =>
  weights[metric]?.[value ?? 'X'] ?? 1

type Version = '3.0' | '3.1'

const roundUp = (value: number, version: Version): number =>
  version === '3.0' ? upToTenth(value) : upToTenthOfHundredThousands(value)

/** Base, temporal and environmental score of a vector of version 3. */
export function scoresOf3(given: Given, version: Version): Required<Scores> {
  const base = baseOf(given, version)
  const threat = weigh('E', given['E']) * weigh('RL', given['RL']) * weigh('RC', given['RC'])
  return {
    base,
    threat: roundUp(base * threat, version),
    environment: roundUp(placedOf(given, version) * threat, version),
  }
}

type Value = (metric: string) => string | undefined

function baseOf(given: Given, version: Version): number {
  const value: Value = (metric) => given[metric]
  const missing = missingOf(value, () => 1)
  const impact =
    value('S') === 'C' ? 7.52 * (missing - 0.029) - 3.25 * (missing - 0.02) ** 15 : 6.42 * missing
  return roundUp(combined(impact, value), version)
}

/** The base score over the modified metrics; the versions differ when scope is changed. */
function placedOf(given: Given, version: Version): number {
  const value: Value = (metric) =>
    isNotDefined(given[`M${metric}`]) ? given[metric] : given[`M${metric}`]
  const missing = Math.min(
    missingOf(value, (metric) => weigh('need', given[`${metric}R`])),
    0.915,
  )
  const spread = version === '3.0' ? (missing - 0.02) ** 15 : (missing * 0.9731 - 0.02) ** 13
  const impact = value('S') === 'C' ? 7.52 * (missing - 0.029) - 3.25 * spread : 6.42 * missing
  return roundUp(combined(impact, value), version)
}

/** What is lost of confidentiality, integrity and availability together, 0 to 1. */
function missingOf(value: Value, needOf: (metric: string) => number): number {
  const leftOf = (metric: string): number => 1 - weigh('impact', value(metric)) * needOf(metric)
  return 1 - leftOf('C') * leftOf('I') * leftOf('A')
}

function combined(impact: number, value: Value): number {
  if (impact <= 0) return 0
  const isChanged = value('S') === 'C'
  const reach = weigh('AV', value('AV')) * weigh('AC', value('AC')) * weigh('UI', value('UI'))
  const exploitability = 8.22 * reach * weigh(isChanged ? 'changedPR' : 'PR', value('PR'))
  return Math.min(10, (isChanged ? 1.08 : 1) * (impact + exploitability))
}

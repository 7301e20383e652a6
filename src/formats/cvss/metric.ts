/** The versions of CVSS, as vectors and scores name them. */
export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0'

/**
 * What a metric is about. Version 2 and 3 call the threat group temporal; only version 4 has a
 * supplemental group, which never changes a score.
 */
export type MetricGroup = 'base' | 'threat' | 'environment' | 'supplement'

/** One metric of one version: its name in vectors, its title and the values it may have. */
export type Metric = {
  readonly name: string
  readonly title: string
  readonly group: MetricGroup
  readonly values: ReadonlySet<string>
  /** Place in the order in which version 4 demands the metrics. */
  readonly place: number
}

export type Metrics = ReadonlyMap<string, Metric>

type Written = readonly [group: MetricGroup, name: string, title: string, values: string]

function metricsOf(written: readonly Written[]): Metrics {
  return new Map(
    written.map(([group, name, title, values], place) => [
      name,
      { name, title, group, values: new Set(values.split(' ')), place },
    ]),
  )
}

/** CVSS 2.0, tables 1 to 13 of the complete guide. */
const version2 = metricsOf([
  ['base', 'AV', 'Access Vector', 'L A N'],
  ['base', 'AC', 'Access Complexity', 'H M L'],
  ['base', 'Au', 'Authentication', 'M S N'],
  ['base', 'C', 'Confidentiality Impact', 'N P C'],
  ['base', 'I', 'Integrity Impact', 'N P C'],
  ['base', 'A', 'Availability Impact', 'N P C'],
  ['threat', 'E', 'Exploitability', 'U POC F H ND'],
  ['threat', 'RL', 'Remediation Level', 'OF TF W U ND'],
  ['threat', 'RC', 'Report Confidence', 'UC UR C ND'],
  ['environment', 'CDP', 'Collateral Damage Potential', 'N L LM MH H ND'],
  ['environment', 'TD', 'Target Distribution', 'N L M H ND'],
  ['environment', 'CR', 'Confidentiality Requirement', 'L M H ND'],
  ['environment', 'IR', 'Integrity Requirement', 'L M H ND'],
  ['environment', 'AR', 'Availability Requirement', 'L M H ND'],
])

/** CVSS 3.0 and 3.1, table 15 of either specification. */
const version3 = metricsOf([
  ['base', 'AV', 'Attack Vector', 'N A L P'],
  ['base', 'AC', 'Attack Complexity', 'L H'],
  ['base', 'PR', 'Privileges Required', 'N L H'],
  ['base', 'UI', 'User Interaction', 'N R'],
  ['base', 'S', 'Scope', 'U C'],
  ['base', 'C', 'Confidentiality', 'H L N'],
  ['base', 'I', 'Integrity', 'H L N'],
  ['base', 'A', 'Availability', 'H L N'],
  ['threat', 'E', 'Exploit Code Maturity', 'X H F P U'],
  ['threat', 'RL', 'Remediation Level', 'X U W T O'],
  ['threat', 'RC', 'Report Confidence', 'X C R U'],
  ['environment', 'CR', 'Confidentiality Requirement', 'X H M L'],
  ['environment', 'IR', 'Integrity Requirement', 'X H M L'],
  ['environment', 'AR', 'Availability Requirement', 'X H M L'],
  ['environment', 'MAV', 'Modified Attack Vector', 'X N A L P'],
  ['environment', 'MAC', 'Modified Attack Complexity', 'X L H'],
  ['environment', 'MPR', 'Modified Privileges Required', 'X N L H'],
  ['environment', 'MUI', 'Modified User Interaction', 'X N R'],
  ['environment', 'MS', 'Modified Scope', 'X U C'],
  ['environment', 'MC', 'Modified Confidentiality', 'X H L N'],
  ['environment', 'MI', 'Modified Integrity', 'X H L N'],
  ['environment', 'MA', 'Modified Availability', 'X H L N'],
])

/** CVSS 4.0, table 23 of the specification, in its order. */
const version4 = metricsOf([
  ['base', 'AV', 'Attack Vector', 'N A L P'],
  ['base', 'AC', 'Attack Complexity', 'L H'],
  ['base', 'AT', 'Attack Requirements', 'N P'],
  ['base', 'PR', 'Privileges Required', 'N L H'],
  ['base', 'UI', 'User Interaction', 'N P A'],
  ['base', 'VC', 'Vulnerable System Confidentiality', 'H L N'],
  ['base', 'VI', 'Vulnerable System Integrity', 'H L N'],
  ['base', 'VA', 'Vulnerable System Availability', 'H L N'],
  ['base', 'SC', 'Subsequent System Confidentiality', 'H L N'],
  ['base', 'SI', 'Subsequent System Integrity', 'H L N'],
  ['base', 'SA', 'Subsequent System Availability', 'H L N'],
  ['threat', 'E', 'Exploit Maturity', 'X A P U'],
  ['environment', 'CR', 'Confidentiality Requirement', 'X H M L'],
  ['environment', 'IR', 'Integrity Requirement', 'X H M L'],
  ['environment', 'AR', 'Availability Requirement', 'X H M L'],
  ['environment', 'MAV', 'Modified Attack Vector', 'X N A L P'],
  ['environment', 'MAC', 'Modified Attack Complexity', 'X L H'],
  ['environment', 'MAT', 'Modified Attack Requirements', 'X N P'],
  ['environment', 'MPR', 'Modified Privileges Required', 'X N L H'],
  ['environment', 'MUI', 'Modified User Interaction', 'X N P A'],
  ['environment', 'MVC', 'Modified Vulnerable System Confidentiality', 'X H L N'],
  ['environment', 'MVI', 'Modified Vulnerable System Integrity', 'X H L N'],
  ['environment', 'MVA', 'Modified Vulnerable System Availability', 'X H L N'],
  ['environment', 'MSC', 'Modified Subsequent System Confidentiality', 'X H L N'],
  ['environment', 'MSI', 'Modified Subsequent System Integrity', 'X S H L N'],
  ['environment', 'MSA', 'Modified Subsequent System Availability', 'X S H L N'],
  ['supplement', 'S', 'Safety', 'X N P'],
  ['supplement', 'AU', 'Automatable', 'X N Y'],
  ['supplement', 'R', 'Recovery', 'X A U I'],
  ['supplement', 'V', 'Value Density', 'X D C'],
  ['supplement', 'RE', 'Vulnerability Response Effort', 'X L M H'],
  ['supplement', 'U', 'Provider Urgency', 'X Clear Green Amber Red'],
])

/** The metrics of each version, in the order of its specification. */
export const metricsByVersion: Readonly<Record<CvssVersion, Metrics>> = {
  '2.0': version2,
  '3.0': version3,
  '3.1': version3,
  '4.0': version4,
}

/** What stands for "not defined": `ND` in version 2, `X` later. */
export const isNotDefined = (value: string | undefined): boolean =>
  value === undefined || value === 'X' || value === 'ND'

/** Whether any metric of a group is defined. */
export function isGroupDefined(
  group: MetricGroup,
  version: CvssVersion,
  metrics: Readonly<Record<string, string>>,
): boolean {
  const known = metricsByVersion[version]
  return Object.entries(metrics).some(
    ([name, value]) => known.get(name)?.group === group && !isNotDefined(value),
  )
}

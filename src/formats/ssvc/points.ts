import { pointOf } from './point.ts'

/* Decision points as CERT/CC and CISA publish them (CERTCC/SSVC, data/json/decision_points). */

export const exploitation = pointOf('ssvc:E:1.1.0', 'Exploitation', [
  ['none', 'N'],
  ['public poc', 'P'],
  ['active', 'A'],
])

export const automatable = pointOf('ssvc:A:2.0.0', 'Automatable', [
  ['no', 'N'],
  ['yes', 'Y'],
])

export const technicalImpact = pointOf('ssvc:TI:1.0.0', 'Technical Impact', [
  ['partial', 'P'],
  ['total', 'T'],
])

export const systemExposure = pointOf('ssvc:EXP:1.0.1', 'System Exposure', [
  ['small', 'S'],
  ['controlled', 'C'],
  ['open', 'O'],
])

export const safetyImpact = pointOf('ssvc:SI:2.0.1', 'Safety Impact', [
  ['negligible', 'N'],
  ['marginal', 'M'],
  ['critical', 'R'],
  ['catastrophic', 'C'],
])

export const missionImpact = pointOf('ssvc:MI:2.0.0', 'Mission Impact', [
  ['degraded', 'D'],
  ['mef support crippled', 'MSC'],
  ['mef failure', 'MEF'],
  ['mission failure', 'MF'],
])

export const humanImpact = pointOf('ssvc:HI:2.0.2', 'Human Impact', [
  ['low', 'L'],
  ['medium', 'M'],
  ['high', 'H'],
  ['very high', 'VH'],
])

export const valueDensity = pointOf('ssvc:VD:1.0.0', 'Value Density', [
  ['diffuse', 'D'],
  ['concentrated', 'C'],
])

export const utility = pointOf('ssvc:U:1.0.1', 'Utility', [
  ['laborious', 'L'],
  ['efficient', 'E'],
  ['super effective', 'S'],
])

export const publicSafetyImpact = pointOf('ssvc:PSI:2.0.1', 'Public Safety Impact', [
  ['minimal', 'M'],
  ['significant', 'S'],
])

export const missionAndWellBeing = pointOf('ssvc:MWI:1.0.0', 'Mission and Well-Being Impact', [
  ['low', 'L'],
  ['medium', 'M'],
  ['high', 'H'],
])

export const reportPublic = pointOf('ssvc:RP:1.0.0', 'Report Public', [
  ['yes', 'Y'],
  ['no', 'N'],
])

export const supplierContacted = pointOf('ssvc:SCON:1.0.0', 'Supplier Contacted', [
  ['no', 'N'],
  ['yes', 'Y'],
])

export const reportCredibility = pointOf('ssvc:RC:1.0.0', 'Report Credibility', [
  ['not credible', 'NC'],
  ['credible', 'C'],
])

export const supplierCardinality = pointOf('ssvc:SC:1.0.0', 'Supplier Cardinality', [
  ['one', 'O'],
  ['multiple', 'M'],
])

export const supplierEngagement = pointOf('ssvc:SE:1.0.0', 'Supplier Engagement', [
  ['active', 'A'],
  ['unresponsive', 'U'],
])

export const supplierInvolvement = pointOf('ssvc:SINV:1.0.0', 'Supplier Involvement', [
  ['fix ready', 'FR'],
  ['cooperative', 'C'],
  ['uncooperative/unresponsive', 'UU'],
])

export const publicValueAdded = pointOf('ssvc:PVA:1.0.0', 'Public Value Added', [
  ['limited', 'L'],
  ['ampliative', 'A'],
  ['precedence', 'P'],
])

export const inKev = pointOf('cisa:KEV:1.0.0', 'In KEV', [
  ['no', 'N'],
  ['yes', 'Y'],
])

export const publiclyExposed = pointOf('cisa:PE:1.0.0', 'Publicly Exposed', [
  ['no', 'N'],
  ['yes', 'Y'],
])

/* Outcome groups. */

export const deployerOutcome = pointOf(
  'ssvc:DSOI:1.0.0',
  'Defer, Scheduled, Out-of-Cycle, Immediate',
  [
    ['defer', 'D'],
    ['scheduled', 'S'],
    ['out-of-cycle', 'O'],
    ['immediate', 'I'],
  ],
)

export const coordinateOutcome = pointOf('ssvc:COORDINATE:1.0.1', 'Decline, Track, Coordinate', [
  ['decline', 'D'],
  ['track', 'T'],
  ['coordinate', 'C'],
])

export const publishOutcome = pointOf('ssvc:PUBLISH:1.0.0', 'Publish, Do Not Publish', [
  ['do not publish', 'N'],
  ['publish', 'P'],
])

export const cisaLevel = pointOf('cisa:CISA:1.1.0', 'CISA Levels', [
  ['track', 'T'],
  ['track*', 'T*'],
  ['attend', 'AT'],
  ['act', 'AC'],
])

export const remediationTimeline = pointOf(
  'cisa:BOD2604:1.0.0',
  'CISA BOD 26-04 Remediation Timelines',
  [
    ['fix on system upgrade', 'FSU'],
    ['60 days', '60D'],
    ['14 days', '14D'],
    ['3 days', '3D'],
    ['3 days & forensic investigation', '3DF'],
  ],
)

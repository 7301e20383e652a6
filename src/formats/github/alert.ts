import { distinct } from '#formats/advisory/identifiers.ts'
import { oneLine } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import { advisoryOf, componentOf, type Said, upgradeOf } from './advisory.ts'
import { objectIn, textIn } from './said.ts'

/** An alert of Dependabot: an advisory that applies to a manifest of a repository. */
export function alertOf(alert: Reader): Said | undefined {
  const vulnerability = objectIn(alert, 'security_vulnerability', 'securityVulnerability')
  const own = alert.has('security_advisory') || alert.has('securityAdvisory')
  const advisory = own
    ? objectIn(alert, 'security_advisory', 'securityAdvisory')
    : vulnerability.object('advisory')
  const said = advisoryOf(advisory)
  if (said === undefined) return undefined
  const component = componentIn(alert, vulnerability)
  const manifest = manifestOf(alert)
  return {
    ...said,
    nativeId: textIn(alert, 'number', 'id') ?? said.nativeId,
    severity: severityOf(textIn(vulnerability, 'severity')) ?? said.severity,
    components: component === undefined ? said.components : [component],
    locations: manifest === undefined ? [] : [{ file: manifest }],
    references: distinct([...(said.references ?? []), textIn(alert, 'html_url')]),
    fix: upgradeOf([vulnerability]) ?? said.fix,
    standing: dismissalOf(alert) ?? said.standing,
  }
}

/** The package of the alert, at the version that the manifest requires exactly. */
function componentIn(alert: Reader, vulnerability: Reader): Component | undefined {
  const found = componentOf(vulnerability) ?? componentOf(alert.object('dependency'))
  const required = textIn(alert, 'vulnerableRequirements')
  const version = /^=\s*(\S+)$/.exec(required?.trim() ?? '')?.[1]
  return found && present<Component>({ ...found, version })
}

const manifestOf = (alert: Reader): string | undefined =>
  textIn(alert, 'vulnerableManifestPath', 'vulnerableManifestFilename') ??
  textIn(alert.object('dependency'), 'manifest_path')

/** What a dismissal means, by the reasons of Dependabot and of code scanning. */
const reasons: Readonly<Record<string, Standing['is']>> = {
  inaccurate: 'false-positive',
  'false positive': 'false-positive',
  not_used: 'not-affected',
  fix_started: 'accepted',
  no_bandwidth: 'accepted',
  tolerable_risk: 'accepted',
  "won't fix": 'accepted',
  'used in tests': 'accepted',
}

/** Whether an alert was closed; REST and GraphQL name the states alike but for their case. */
export function dismissalOf(alert: Reader): Standing | undefined {
  const state = textIn(alert, 'state')?.toLowerCase()
  const isDismissed = textIn(alert, 'dismissed_at', 'dismissedAt') !== undefined
  if (state === 'fixed') return { is: 'fixed' }
  if (state === 'auto_dismissed') return { is: 'suppressed', why: 'dismissed by a rule' }
  if (state !== 'dismissed' && (state !== undefined || !isDismissed)) return undefined
  const reason = textIn(alert, 'dismissed_reason', 'dismissReason')
  const comment = textIn(alert, 'dismissed_comment', 'dismissComment')
  const key = reason?.toLowerCase() ?? ''
  const is = Object.hasOwn(reasons, key) ? reasons[key] : undefined
  const why = distinct([reason, comment]).map(oneLine).join(': ')
  return { is: is ?? 'suppressed', why: why === '' ? 'dismissed' : why }
}

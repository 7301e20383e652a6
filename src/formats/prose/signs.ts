import { crashesIn } from '#formats/crash/crash.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { fieldsOf } from './fields.ts'
import { identifiersIn } from './identifiers.ts'
import { outlineOf } from './outline.ts'
import { type Role, sectionsOf } from './sections.ts'
import { cvssVectorsIn } from './severity.ts'

const raw = String.raw

const vulnerable = new RegExp(
  pattern(
    raw`\b(?:(?:buffer|heap|stack|integer) (?:over|under)flow|use[- ]after[- ]free`,
    raw`|double free|out[- ]of[- ]bounds|null pointer|race condition|(?:sql|command|code`,
    raw`|html|template|prompt) injection|cross[- ]site|xss|csrf|ssrf|xxe|path traversal`,
    raw`|directory traversal|remote code execution|rce|privilege escalation`,
    raw`|denial[- ]of[- ]service|deserialization|prototype pollution|re-?entrancy`,
    raw`|open redirect|auth\w* bypass|information (?:disclosure|leak)|memory (?:corruption`,
    raw`|leak)|hard-?coded|vulnerab\w+|exploit\w*|unauthenticated|untrusted input`,
    raw`|insecure direct object references?|idor|broken (?:access control|authentication)`,
    raw`|front-?run\w*|slippage)\b`,
  ).source,
  'gi',
)
const attacker = patternAnyCase(
  raw`\b(?:an?|the|malicious|remote|local|unauthenticated) (?:attacker|adversary|user`,
  raw`|actor)s? (?:can|could|may|might|is able to|are able to)\b|\ballows? (?:an? )?`,
  raw`(?:attacker|remote|unauthenticated|malicious)\b`,
)
const report = new RegExp(
  pattern(
    raw`\b(?:proof[- ]of[- ]concept|steps to reproduce|root cause|security (?:issue`,
    raw`|vulnerability|bug|report|researcher)|i (?:found|discovered|would like to report)`,
    raw`|we (?:found|discovered)|responsible disclosure)\b`,
  ).source,
  'gi',
)
const policy = new RegExp(
  pattern(
    raw`\b(?:(?:report|disclose|submit)(?:ing)? (?:a |any |security )*(?:vulnerabilit(?:y`,
    raw`|ies)|issues?) (?:to|by|via|through)|supported versions|bug bounty program`,
    raw`|please do not (?:open|report)|security policy)\b`,
  ).source,
  'gi',
)

const distinct = (text: string, form: RegExp): number =>
  new Set(text.match(form)?.map((one) => one.toLowerCase())).size

const severityKey =
  /^(?:severity(?: \w+)?|risk(?: rating| level)?|cvss.*|cwe.*|cve.*|weakness.*|impact|affected.*)$/

const releaseHeading = /^\[?v?\d+\.\d+[\w.]*\]?(?:\s|$|\s*[-–(])/i

/** Parts that only reports head; each counts once. */
const telling: ReadonlySet<Role | null> = new Set<Role>([
  ...(['proof', 'impact', 'cause', 'fix', 'details', 'severity', 'affected', 'code'] as const),
])

/**
 * How many signs a text gives of being a vulnerability report. Parts that only reports have count
 * most; policies, change logs and texts that only speak of vulnerabilities give few or none.
 */
export function signsIn(whole: string): number {
  const text = whole.slice(0, readCharsMax)
  const outline = outlineOf(text)
  const sections = sectionsOf(outline)
  const releases = outline.headings.filter(({ title }) => releaseHeading.test(title)).length
  if (releases > 2) return 0
  const roles = new Set(sections.map(({ role }) => role).filter((role) => telling.has(role)))
  const labels = new Set(
    fieldsOf(outline).flatMap(({ key }) => (severityKey.test(key) ? [key.split(' ')[0]] : [])),
  )
  const sample = text.slice(0, sampleLength)
  const words = Math.min(4, distinct(sample, vulnerable))
  const said = (attacker.test(sample) ? 2 : 0) + Math.min(3, distinct(sample, report))
  const ids = Math.min(2, identifiersIn(sample).length) + (cvssVectorsIn(sample).length > 0 ? 3 : 0)
  const crash = crashesIn(text).some(({ weight }) => weight !== 'mention') ? 3 : 0
  const against = 3 * Math.min(2, distinct(sample, policy))
  // Headings alone are those of any document: they count beside words of the field only.
  const structure = Math.min(6, roles.size * 1.5) + Math.min(6, labels.size * 2)
  const substance = words + said + ids + crash
  const isFramed = roles.size > 2 && (roles.has('impact') || roles.has('proof'))
  // A long text without the parts of a report speaks of many flaws rather than reports one.
  const length = roles.size > 1 || labels.size > 0 ? 0 : Math.min(6, text.length / longLength)
  const form = isFramed ? structure : Math.min(structure, substance * 4)
  return form + substance - against - length
}

const longLength = 4000

/** What makes a report one stands at its beginning. */
const readCharsMax = 400_000
const sampleLength = 100_000

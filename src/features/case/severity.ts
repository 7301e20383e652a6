import { cvssOf, severityOfCvss } from '#formats/cvss/cvss.ts'
import type { Crash, Finding, Severity } from '#formats/finding/finding.ts'

/** How grave a case is in one word; `unknown` is not the same as `info`. */
export type CaseSeverity = Severity | 'unknown'

const order: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical']

/** The gravest word that any report earns, or `unknown` where none earns one. */
export function severityOf(findings: readonly Finding[]): CaseSeverity {
  return gravest(findings.flatMap((finding) => severityIn(finding) ?? [])) ?? 'unknown'
}

/**
 * The word of one report: its own, else that of its CVSS vectors, else that of its bare score, else
 * what its crash suggests. Whoever states a word knows more than a score or a crash can say.
 */
export function severityIn({ severity, cvss = [], score, crash }: Finding): Severity | undefined {
  if (severity !== undefined) return severity
  const scored = cvss.flatMap((vector) => {
    const found = cvssOf(vector)
    return found ? [severityOfCvss(found.score, found.version)] : []
  })
  if (scored.length > 0) return gravest(scored)
  if (score !== undefined && score >= 0 && score <= 10) return severityOfCvss(score, '3.1')
  return crash && severityOfCrash(crash)
}

const gravest = (words: readonly Severity[]): Severity | undefined =>
  order.findLast((word) => words.includes(word))

/** Memory used or given back when it is gone, types that are not what they seem, commands. */
const corrupting = new RegExp(
  [
    'use-after|double-free|bad-free|invalid-free|attempting-free|poison',
    'cfi|vptr|bad-cast|security-|shell-corruption|arbitrary-file',
  ].join('|'),
  'i',
)

/** Reads of what does not belong to the program, and what makes its state unpredictable. */
const reading = /overflow|underflow|out-of-bounds|bounds|uninit|race|SEGV|BUS|access-violation/i

/** Kinds whose names have "overflow" in them and that corrupt nothing. */
const exhausting = /stack-overflow|integer-overflow|float-cast-overflow|out-of-memory/i

/** Below this address a pointer was null, with an offset of a member or an element. */
const nullAddressMax = 2 ** 16

/**
 * What a crash alone suggests, along the lines of ClusterFuzz's severity analyser: corruption and
 * writes are high, reads medium; null pointers, assertions, leaks, timeouts and exhaustion are low.
 */
export function severityOfCrash({ kind, access, address }: Crash): Severity {
  if (corrupting.test(kind)) return 'high'
  if (exhausting.test(kind) || isNull(address)) return 'low'
  if (access === 'write') return 'high'
  return access === 'read' || reading.test(kind) ? 'medium' : 'low'
}

function isNull(address: string | undefined): boolean {
  if (address === undefined || !/^(?:0x)?[0-9a-f]{1,16}$/i.test(address)) return false
  return Number.parseInt(address, 16) < nullAddressMax
}

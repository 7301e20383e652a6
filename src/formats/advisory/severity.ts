import type { Severity } from '#formats/finding/finding.ts'

const words: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  urgent: 'critical',
  high: 'high',
  important: 'high',
  major: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  minor: 'low',
  info: 'info',
  information: 'info',
  informational: 'info',
  negligible: 'info',
  note: 'info',
  none: 'info',
  unimportant: 'info',
}

/**
 * The severity that a word stands for, in any case: the scales of CVSS, GitHub, Red Hat, Debian
 * and Ubuntu. `unknown` and words of no scale are absent, since not known is not the same as low.
 */
export function severityOf(word: string | undefined): Severity | undefined {
  const key = word?.trim().toLowerCase() ?? ''
  return Object.hasOwn(words, key) ? words[key] : undefined
}

/** Whether a text is a CVSS vector of any version, with or without the prefix of its version. */
export const isCvssVector = (text: string): boolean =>
  /^\s*(CVSS:\d\.\d\/|\(?AV:[NAL]\/A[CU]:)/i.test(text)

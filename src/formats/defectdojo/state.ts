import type { Standing } from '#formats/finding/finding.ts'

/** The marks by which DefectDojo takes a finding back; absent means not said. */
export type Marks = {
  readonly isFalsePositive: boolean | undefined
  readonly isRiskAccepted: boolean | undefined
  readonly isMitigated: boolean | undefined
  readonly isOutOfScope: boolean | undefined
  readonly isDuplicate: boolean | undefined
  readonly isActive: boolean | undefined
}

/** The most telling mark; a finding that is merely inactive says no more than that. */
export function standingOf(marks: Marks): Standing | undefined {
  if (marks.isFalsePositive) return { is: 'false-positive' }
  if (marks.isRiskAccepted) return { is: 'accepted', why: 'the risk is accepted' }
  if (marks.isMitigated) return { is: 'fixed', why: 'marked as mitigated' }
  if (marks.isOutOfScope) return { is: 'suppressed', why: 'marked as out of scope' }
  if (marks.isDuplicate) return { is: 'suppressed', why: 'marked as a duplicate' }
  return marks.isActive === false ? { is: 'suppressed', why: 'marked as inactive' } : undefined
}

/**
 * A date in ISO 8601, also from `28/02/2021` and `01/30/2018` where one of the two numbers can
 * only be a day; other dates are absent, since nobody can tell.
 */
export function isoDate(written: string | undefined): string | undefined {
  if (written === undefined || /^\d{4}-\d\d-\d\d/.test(written)) return written
  const [, first = '', second = '', year = ''] =
    /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(written) ?? []
  const [a, b] = [Number(first), Number(second)]
  const iso = (month: string, day: string): string =>
    [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-')
  if (a > 12 && a <= 31 && b >= 1 && b <= 12) return iso(second, first)
  if (b > 12 && b <= 31 && a >= 1 && a <= 12) return iso(first, second)
  return a === b && a >= 1 && a <= 12 ? iso(first, second) : undefined
}

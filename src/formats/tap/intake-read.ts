import { no, type Result, yes } from '#kernel/result.ts'
import { deprecatedFields, fileAttachments } from './attachment.ts'
import { judgeContentType } from './content-type.ts'
import type { IntakeReading, IntakeRequest } from './intake.ts'
import { judgeFields } from './intake-field.ts'
import { readReportJson } from './intake-json.ts'
import { judgePackage } from './intake-package.ts'
import { readParts } from './intake-parts.ts'
import {
  bodyBytesMax,
  bodyTooLarge,
  type IntakeProblem,
  type IntakeWarning,
  type Violation,
  validationProblem,
} from './intake-problem.ts'
import { documentOf, recordOf } from './intake-record.ts'
import type { SentReport, Way } from './sent-report.ts'

/**
 * Reads a report as the Akrites intake takes it (Akrites SIRT, TAP API specification): strictly,
 * unlike `tapDecoder`, and with the problem documents of that contract. Total: it answers for any
 * bytes. It does not authenticate: `judgeHeaders` comes first, while the body is still unread.
 */
export function readIntake(request: IntakeRequest): IntakeReading {
  const read = readSent(request)
  if (!read.ok) return { ok: false, problem: read.refusal }
  const { report, way } = read.value
  const errors: Violation[] = []
  const fault = (violation: Violation): void => {
    errors.push(violation)
  }
  for (const field of report.misplaced) {
    const reason = 'travels in a part of its own, not in the part report'
    fault({ code: 'field_not_allowed', field, reason })
  }
  const fields = { ...judgePackage(fault, report), ...judgeFields(fault, report) }
  const filed = fileAttachments(fault, report, way)
  if (errors.length > 0) return { ok: false, problem: validationProblem(errors) }
  const documented = { ...fields, attachments: filed.map(({ attachment }) => attachment) }
  const submission = {
    ...documented,
    record: recordOf(report.members, filed),
    document: documentOf(documented),
  }
  const old = deprecatedFields.filter((field) => filed.some(({ path }) => path === field))
  return { ok: true, submission, warnings: old.map(warningOf) }
}

const warningOf = (field: string): IntakeWarning => ({
  code: 'deprecated_field',
  field,
  reason: `${field} is deprecated: send an attachment instead`,
})

/** The report with all that came beside it, typed and not yet judged. */
function readSent({
  contentType,
  body,
}: IntakeRequest): Result<{ report: SentReport; way: Way }, IntakeProblem> {
  const form = judgeContentType(contentType)
  if (!form.ok) return form
  if (body.length > bodyBytesMax) return no(bodyTooLarge)
  const { way } = form.value
  if (way === 'json') {
    const report = readReportJson(body, way)
    return report.ok ? yes({ report: report.value, way }) : report
  }
  const parts = readParts(body, form.value.boundary)
  if (!parts.ok) return parts
  const report = readReportJson(parts.value.report, way)
  if (!report.ok) return report
  const { attachments, deprecated } = parts.value
  return yes({ report: { ...report.value, attachments, deprecated }, way })
}

import { z } from 'zod'
import type { ReadItem } from '#features/report/import.ts'
import { ImportProblemWire } from '#features/report/report.wire.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import type { TapSubmission } from '#formats/tap/intake.ts'

/**
 * What one process tells another of a document, in lines of JSON. A finding is two lines: about it,
 * and itself, which is not looked into on its way to the database.
 */
const KnownShape = z.strictObject({
  ...{ series: z.string(), keys: z.array(z.string()), digest: z.string() },
  isSnapshot: z.boolean(),
})
const HeadShape = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('finding'),
    finding: z.strictObject({
      ...{ format: z.string(), document: z.string(), finders: z.array(z.string()) },
      ...{ source: z.string(), title: z.string(), severity: z.string().nullable() },
      ...{ aside: z.string().nullable(), known: KnownShape.nullable() },
    }),
  }),
  z.strictObject({
    is: z.literal('submission'),
    submission: z.unknown(),
    line: z.number().nullable(),
    known: KnownShape,
  }),
  z.strictObject({ is: z.literal('problem'), problem: ImportProblemWire }),
  z.strictObject({
    is: z.literal('document'),
    format: z.string().nullable(),
    emptySeries: z.string().nullable(),
  }),
  z.strictObject({ is: z.literal('end') }),
])

/** Says that nothing is missing: a process that died did not say it. */
export const endLine = '{"is":"end"}\n'

export function linesOfItem(item: ReadItem): string {
  if (item.is === 'finding') {
    const { finding, ...rest } = item.finding
    return `${JSON.stringify({ is: item.is, finding: rest })}\n${finding}\n`
  }
  if (item.is !== 'submission') return `${JSON.stringify(item)}\n`
  const attachments = item.submission.attachments.map((file) => ({
    ...file,
    bytes: Buffer.from(file.bytes).toString('base64'),
  }))
  return `${JSON.stringify({ ...item, submission: { ...item.submission, attachments } })}\n`
}

/** Reads the lines back; `whole` is false where the end is missing. */
export async function* itemsOfLines(
  lines: AsyncIterable<string>,
  ending: { isWhole: boolean },
): AsyncGenerator<ReadItem> {
  let held: Extract<z.infer<typeof HeadShape>, { is: 'finding' }> | null = null
  for await (const line of lines) {
    if (held !== null) {
      yield { is: 'finding', finding: { ...held.finding, finding: line } }
      held = null
      continue
    }
    const head = HeadShape.parse(JSON.parse(line))
    if (head.is === 'end') ending.isWhole = true
    else if (head.is === 'finding') held = head
    else if (head.is === 'submission') {
      yield { ...head, submission: submissionOf(head.submission) }
    } else yield head
  }
}

/** What our own process read strictly; only its bytes travel as text. */
function submissionOf(value: unknown): TapSubmission {
  const travelled: unknown = isObject(value) && {
    ...value,
    attachments: isArray(value['attachments']) && value['attachments'].map(withBytes),
  }
  if (!isSubmission(travelled)) throw new TypeError('not a submission')
  return travelled
}

const withBytes = (file: unknown): unknown =>
  isObject(file) && { ...file, bytes: Buffer.from(String(file['bytes']), 'base64') }

const isSubmission = (value: unknown): value is TapSubmission =>
  isObject(value) &&
  isArray(value['attachments']) &&
  isObject(value['record']) &&
  isObject(value['document'])

import type { IntakeReading, TapSubmission } from '#formats/tap/intake.ts'
import type { IntakeProblem } from '#formats/tap/intake-problem.ts'
import { readIntake } from '#formats/tap/intake-read.ts'

/** The least that is a report. */
export const least = { purl: 'pkg:npm/frames@2.3.1' }

export const json = 'application/json'

export const readBytes = (body: Uint8Array, contentType: string | null = json): IntakeReading =>
  readIntake({ contentType, body })

export const readText = (text: string): IntakeReading => readBytes(Buffer.from(text))

/** Reads `least` with other members beside or in place of its own. */
export const readJson = (members: object): IntakeReading =>
  readText(JSON.stringify({ ...least, ...members }))

export type ExamplePart = {
  readonly headers: readonly string[]
  readonly content: string | Uint8Array
}

/** A multipart body as RFC 2046 draws it. */
export const multipartBody = (parts: readonly ExamplePart[], boundary = 'edge'): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ headers, content }) => [
      Buffer.from(`--${boundary}\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])

export const readParts = (parts: readonly ExamplePart[]): IntakeReading =>
  readBytes(multipartBody(parts), 'multipart/mixed; boundary=edge')

export const reportPart = (members: object = {}): ExamplePart => ({
  headers: ['Content-Disposition: attachment; name=report', 'Content-Type: application/json'],
  content: JSON.stringify({ ...least, ...members }),
})

type PartSpec = {
  readonly name?: string
  readonly filename?: string
  readonly type?: string | null
  readonly more?: readonly string[]
  readonly content?: string | Uint8Array
}

/** An attachment called `crash`, unless something else is said. */
export function filePart(spec: PartSpec = {}): ExamplePart {
  const { name = 'attachment', filename = 'crash', type = 'text/plain', more = [] } = spec
  const disposition = `Content-Disposition: attachment; name=${name}; filename="${filename}"`
  const typed = type === null ? [] : [`Content-Type: ${type}`]
  return { headers: [disposition, ...typed, ...more], content: spec.content ?? 'x' }
}

/** The submission of a report that has to be good. */
export function submissionOf(reading: IntakeReading): TapSubmission {
  if (reading.ok) return reading.submission
  throw new Error(JSON.stringify(reading.problem))
}

/** The problem of a report that has to be refused. */
export function problemOf(reading: IntakeReading): IntakeProblem {
  if (!reading.ok) return reading.problem
  throw new Error('the report was taken')
}

/** `400 missing_field purl; ...`, or `202` for a report that is taken. */
export function verdictOf(reading: IntakeReading): string {
  if (reading.ok) return '202'
  const { status, type, errors } = reading.problem
  const told = errors?.map(({ code, field, also_field: also }) =>
    also === undefined ? `${code} ${field}` : `${code} ${field}+${also}`,
  )
  const kind = type.slice(type.lastIndexOf('/') + 1)
  return `${status} ${told === undefined ? kind : told.join('; ')}`
}

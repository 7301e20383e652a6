import { z } from 'zod'
import type { IntakeReading } from '#formats/tap/intake.ts'
import { bodyBytesMax, bodyTooLarge, plainProblem } from '#formats/tap/intake-problem.ts'
import { readIntake } from '#formats/tap/intake-read.ts'
import type { Answer } from '#platform/http/answer.ts'
import { type Body, BodyRefused } from '#platform/http/body.ts'
import { problemMediaType } from '#platform/http/problem.ts'
import { IntakeProblemWire } from './report.wire.ts'
import { contractAnswer } from './tap-answer.ts'

/** How reports of the TAP contract arrive, whatever route they take. */

export const reportTypes = ['application/json', 'multipart/mixed'] as const
const Accepted = z
  .looseObject({ receipt: z.string(), message: z.string() })
  .meta({ id: 'Accepted' })

const refusals = [
  [400, 'No report: malformed, not valid, or two tokens.'],
  [401, 'The token is not recognised; nothing more is said.'],
  [403, 'Sent by a page of another origin, or by a token that may not hand in.'],
  [413, 'The body, or a field of it, is too large.'],
  [415, 'Neither JSON nor multipart/mixed.'],
  [422, 'The Idempotency-Key was used for another request, or the label is above the ceiling.'],
  [429, 'This token has sent all that it may in this hour; see Retry-After.'],
  [503, 'No room at the moment, nothing was stored; see Retry-After.'],
] as const

/** What is answered: that it is on disk, or a problem in the words of the contract. */
export const acceptedShapes = [
  {
    ...{ status: 202, description: 'On disk.', mediaType: 'application/json' },
    shape: Accepted,
  },
  ...refusals.map(([status, description]) => ({
    ...{ status, description, mediaType: problemMediaType, shape: IntakeProblemWire },
  })),
]

/** What a body will hold at the most, before a byte of it is read. */
export const bytesOf = (length: string | undefined): number =>
  length === undefined ? bodyBytesMax : Math.min(Number(length), bodyBytesMax)

export const noRoom = 'There is no room at the moment; nothing was stored.'
export const tooOften = 'This token has sent all that it may send in this hour.'
export const badKey = plainProblem(
  400,
  'Idempotency-Key must be 1 to 255 visible ASCII characters.',
)
const keyUsed = 'This Idempotency-Key was used for another request; nothing was stored.'

export const keyUsedAnswer = (): Answer =>
  contractAnswer({ ...plainProblem(400, keyUsed), status: 422, title: 'Unprocessable Content' })

/** A report as it was sent; one that is too large is a problem of the contract too. */
export async function readReport(body: Body, contentType: string | null): Promise<IntakeReading> {
  try {
    return readIntake({ contentType, body: await body.whole() })
  } catch (error) {
    const isLarge = error instanceof BodyRefused && error.problem.code === 'too-large'
    if (!isLarge) throw error
    return { ok: false, problem: bodyTooLarge }
  }
}

/** One header of those that may come several times. */
export const oneOf = (header: string | readonly string[] | undefined): string | null =>
  typeof header === 'string' ? header : (header?.join(', ') ?? null)

/** The key of a request that may come again; undefined for a header that is none. */
export function onceKeyOf(
  header: string | readonly string[] | undefined,
): string | null | undefined {
  if (header === undefined) return null
  const key = oneOf(header) ?? ''
  return /^[\x21-\x7e]{1,255}$/.test(key) ? key : undefined
}

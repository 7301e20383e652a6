import { z } from 'zod'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Verified } from './dsse.ts'

export const statementType = 'https://in-toto.io/Statement/v1'
export const statementPayloadType = 'application/vnd.in-toto+json'

const hex256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in lower-case hexadecimal')

/** in-toto attestation framework, Statement v1: something is said of things named by digest. */
const StatementShape = z.object({
  _type: z.literal(statementType),
  subject: z
    .array(z.object({ name: z.string().min(1).max(500), digest: z.object({ sha256: hex256 }) }))
    .min(1)
    .max(100),
  predicateType: z.string().min(1).max(200),
  // Taken as it is: a record that is copied loses a member called __proto__.
  predicate: z.custom<JsonObject>(isObject, 'is no object'),
})

export type Statement = z.infer<typeof StatementShape>

/** A statement as the bytes that are signed. */
export const encodeStatement = (statement: Statement): Verified => ({
  payload: Buffer.from(JSON.stringify(statement)),
  payloadType: statementPayloadType,
})

/** Reads what a signature was found to be over. */
export function decodeStatement({ payload, payloadType }: Verified): Result<Statement> {
  const malformed = (why: string): Result<never> => no({ code: 'malformed', why })
  if (payloadType !== statementPayloadType) {
    return malformed(`holds ${payloadType}, and not an in-toto statement`)
  }
  let value: unknown
  try {
    value = JSON.parse(payload.toString('utf8'))
  } catch {
    return malformed('holds a statement that is not JSON')
  }
  const found = StatementShape.safeParse(value)
  if (found.success) return yes(found.data)
  const [issue] = found.error.issues
  const at = `/${(issue?.path ?? []).map(String).join('/')}`
  return malformed(`holds no in-toto statement: ${issue?.message ?? 'another shape'} at ${at}`)
}

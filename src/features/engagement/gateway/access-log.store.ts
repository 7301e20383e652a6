import { sql } from 'kysely'
import { z } from 'zod'
import type { Tx } from '#platform/db/as-actor.ts'
import { gateAccount } from './accounting.ts'
import { type AccessEntry, type Grant, gateOf } from './books.ts'
import { outcomes } from './outcome.ts'

const told = z.strictObject({ input: z.int().nullable(), output: z.int().nullable() })
const tokens = z.strictObject({ input: z.int(), output: z.int() })
const time = z.number().nullable()
const sha256 = z.string().nullable()

/** An entry as it is kept, and as the developer reads it. */
export const AccessEntryShape: z.ZodType<AccessEntry> = z
  .strictObject({
    ...{ node: z.string(), sequence: z.int(), previous: z.string(), engagement: z.string() },
    partner: z.string().optional(),
    ...{ organisation: z.string(), person: z.string(), run: z.string(), request: z.string() },
    ...{ asked: z.string(), receivedAt: z.string(), endedMs: z.number() },
    ...{ sentMs: time, firstByteMs: time, status: z.int().nullable() },
    outcome: z.strictObject({ is: z.enum(outcomes), why: z.string().nullable() }),
    ...{ requestBytes: z.int(), answerBytes: z.int() },
    ...{ requestSha256: sha256, answerSha256: sha256, microUsd: z.int() },
    usage: z
      .strictObject({
        ...{ told, counted: tokens, charged: tokens },
        doubt: z.enum(['missing', 'malformed', 'too-low', 'too-high']).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'AccessEntry' })

export type AccessQuery = {
  readonly before: number | null
  readonly limit: number
  readonly person: string | null
  readonly run: string | null
}

export type ListedAccess = {
  readonly no: number
  readonly entry: AccessEntry
  readonly digest: string
}

/** What passed and what was refused, the newest first. */
export async function listAccess(
  tx: Tx,
  gate: string,
  { before, limit, person, run }: AccessQuery,
): Promise<readonly ListedAccess[]> {
  const { rows } = await sql<{ no: number; entry: unknown; digest: string }>`
    select no, entry, digest from parley.gateway_access
    where gate_id = ${gate} and (${before}::bigint is null or no < ${before})
      and (${person}::text is null or person_id = ${person})
      and (${run}::text is null or entry ->> 'run' = ${run})
    order by no desc limit ${limit}`.execute(tx)
  return rows.map(({ no, entry, digest }) => ({ no, entry: AccessEntryShape.parse(entry), digest }))
}

export type Used = {
  readonly requests: number
  readonly tokens: number
  readonly microUsd: number
  readonly atOnce: number
}

/** What is used of the whole budget, what is on its way included. */
export async function usedOf(tx: Tx, of: Pick<Grant, 'engagement' | 'partner'>): Promise<Used> {
  const { rows } = await sql<Used>`
    select requests, tokens, micro_usd as "microUsd", at_once as "atOnce"
    from parley.gateway_account
    where gate_id = ${gateOf(of)} and name = ${gateAccount(of)}`.execute(tx)
  return rows[0] ?? { requests: 0, tokens: 0, microUsd: 0, atOnce: 0 }
}

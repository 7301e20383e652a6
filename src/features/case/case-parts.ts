import type { Pool } from 'pg'
import { z } from 'zod'
import type { ReportKeys } from '#features/report/incoming.ts'
import type { Cursors } from '#platform/http/cursor.ts'
import type { ProblemCode } from '#platform/http/problem.ts'

/** What the routes of cases work with. */
export type CaseParts = {
  readonly pool: Pool
  /** Opens what the payloads of reports say, for those who may read them. */
  readonly keys: ReportKeys
  readonly cursors: Cursors
}

/** What every route that asks who calls may answer. */
export const refusals: readonly ProblemCode[] = ['unauthenticated', 'not-allowed']

export const caseId = z.strictObject({ id: z.string().max(100) })

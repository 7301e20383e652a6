import { sql } from 'kysely'
import type { Level } from '#features/proof/evidence.ts'
import { levelOf } from '#features/proof/proof-level.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** How well a case is evidenced by what its proofs showed; absent for what has none. */
type ProofLevels = ReadonlyMap<string, Level>

/** The highest level that the proofs of each of these cases give it. */
export async function levelsOfCases(tx: Tx, cases: readonly string[]): Promise<ProofLevels> {
  const { rows } = await sql<{ case_id: string; level: string }>`
    select * from parley.proof_levels(${[...cases]}::text[])`.execute(tx)
  return new Map(rows.map(({ case_id, level }) => [case_id, levelOf(level)]))
}

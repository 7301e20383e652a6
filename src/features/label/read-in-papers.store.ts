import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { type Paper, papers } from './read-in.ts'
import { papersOf } from './read-in-row.store.ts'

/** Whose papers are asked for, and for which organisation they would have signed. */
export type Signer = { readonly person: string; readonly organisation: string }

/** Which papers somebody accepted here themselves, in the versions that count now. */
export async function acceptedPapers(
  tx: Tx,
  { person, organisation }: Signer,
): Promise<readonly Paper[]> {
  const { rows } = await sql<{ kind: string }>`
    select kind from unnest(${[...papers]}::text[]) as asked (kind)
    where parley.has_accepted(${person}, ${organisation}, array[kind])`.execute(tx)
  return papersOf(rows.map(({ kind }) => kind))
}

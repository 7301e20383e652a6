import { sql } from 'kysely'
import { digestOf } from '#features/ledger/entry.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { JudgedSample } from './attempts-of.ts'
import type { RunRow } from './run.store.ts'

type Row = Omit<JudgedSample, 'outcome'> & { readonly outcome: Outcome; readonly digest: string }

const samplesMax = 1_000_000

/** Every sample of a run as it was judged, by task and attempt. */
export async function judgedSamples(
  tx: Tx,
  { no }: Pick<RunRow, 'no'>,
): Promise<readonly JudgedSample[]> {
  const { rows } = await sql<Row>`
    select task, epoch, family, stratum, position, outcome, reward, tokens
    from parley.evaluation_sample where run_no = ${no}
    order by task, epoch limit ${samplesMax}`.execute(tx)
  return rows
}

/** SHA-256 over the digests of everything that is held of a run, and how many samples those are. */
export async function heldOf(
  tx: Tx,
  { no }: Pick<RunRow, 'no'>,
): Promise<{ readonly sha256: string; readonly samples: number }> {
  const { rows } = await sql<{ task: string; epoch: number; digest: string }>`
    select task, epoch, digest from parley.evaluation_sample
    where run_no = ${no} order by task, epoch`.execute(tx)
  return { sha256: digestOf(rows), samples: rows.length }
}

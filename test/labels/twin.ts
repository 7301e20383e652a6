import fc from 'fast-check'
import type { Client, Pool } from 'pg'
import {
  type Clearance,
  classificationRank,
  digestOfLabel,
  dominates,
  join,
  type Label,
  tlpRank,
} from '#features/label/label.ts'
import { clearances, labels } from './label.ts'

/** What the database answered otherwise than label.ts. */
export type Difference = {
  readonly held: Clearance
  readonly a: Label
  readonly b: Label
  readonly answer: unknown
}

type Answer = { readonly is: boolean; readonly own: string; readonly joined: boolean }

const pairsAtOnce = 2_000
const now = new Date('2026-11-21T00:00:00Z')

/** Asks both twins about random pairs: who is shown what, and what two labels come to. */
export async function differences(
  on: Pool | Client,
  { pairs, seed }: { readonly pairs: number; readonly seed: number },
): Promise<readonly Difference[]> {
  const found: Difference[] = []
  const samples = { held: clearances, a: labels, b: labels }
  for (let done = 0; done < pairs; done += pairsAtOnce) {
    const numRuns = Math.min(pairsAtOnce, pairs - done)
    const asked = fc.sample(fc.record(samples), { numRuns, seed: seed + done })
    const { rows } = await on.query<Answer>(query, [JSON.stringify(asked.map(flat)), now])
    for (const [at, { held, a, b }] of asked.entries()) {
      const answer = rows[at]
      const isSame =
        answer?.is === dominates(held, a, now) && answer.own === digestOfLabel(a) && answer.joined
      if (!isSame) found.push({ held, a, b, answer })
    }
  }
  return found
}

/** A clearance in columns, as the database keeps it. */
const flat = ({ held, a, b }: { held: Clearance; a: Label; b: Label }) => ({
  ...{
    a,
    b,
    joined: join(a, b),
    organisation_id: held.organisation,
    compartments: held.compartments,
  },
  ...{ classification: classificationRank(held.classification), tlp: tlpRank(held.tlp) },
  ...{ pcii: held.pcii, under_embargo: held.underEmbargo },
})

const query = `
  select parley.dominates(jsonb_populate_record(null::parley.clearance, e.pair), e.own, $2) as is,
    encode((e.own).digest, 'hex') as own,
    parley.joined_label(e.pair -> 'a', e.pair -> 'b') = e.pair -> 'joined' as joined
  from (select pair, at, parley.label_of(pair -> 'a') as own
    from jsonb_array_elements($1::jsonb) with ordinality as p (pair, at) offset 0) e
  order by e.at`

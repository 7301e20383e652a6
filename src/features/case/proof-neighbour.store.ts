import { sql } from 'kysely'
import type { Shown } from '#features/proof/proof.jobs.ts'
import { queueRun } from '#features/proof/proof-run.store.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { tellSuggestions } from './tell.store.ts'

/**
 * A patch is tried on so many other proofs of each label: those of one label never take the turn of
 * those of another, which would tell that they are there.
 */
const neighboursMax = 5

/** A suggestion that two proofs stand on either side of. */
type Neighbour = {
  readonly suggestion: string
  readonly proof: string
  readonly no: number
  readonly isAlike: boolean
  /** The number of the label of its report. */
  readonly label: number
}

/**
 * Draws conclusions from what a proof showed for the cases that its own may be one with. Of open
 * suggestions with a proof of the same target on the other side, those get a reason whose proof
 * crashes alike; a patch that fixes this proof is tried on the others, and where it stops one of
 * them too, that is a reason as well. Suggestions with such a reason are shown first; whether the
 * cases are one stays for a person to say.
 */
export async function correlateProofs(tx: Tx, shown: Shown, now: Date): Promise<void> {
  const { proved, patchOf } = shown
  const neighbours = await neighboursOf(tx, shown.proofNo)
  if (patchOf !== null) {
    if (proved.patch?.verdict !== 'fixes') return
    const both = neighbours.filter(({ no }) => no === patchOf.no)
    await addReason(tx, both, { says: onePatch, now })
    return
  }
  if (proved.level >= 'E3') {
    const alike = neighbours.filter(({ isAlike }) => isAlike)
    await addReason(tx, alike, { says: oneCrash, now })
  }
  if (proved.level !== 'E4') return
  for (const ofLabel of Map.groupBy(neighbours, ({ label }) => label).values()) {
    const others = [...new Set(ofLabel.map(({ no }) => no))].slice(0, neighboursMax)
    for (const proofNo of others) {
      const wish = { why: 'neighbour', person: null, patchOf: shown.proofNo } as const
      await queueRun(tx, { proofNo, ...wish }, now)
    }
  }
}

const onePatch = 'The patch of one stops the proof of the other.'
const oneCrash = 'The proofs of both crash in the same way and place.'

/**
 * Proofs of the same target on the other side of open suggestions, the likeliest first, and so many
 * of each label.
 */
async function neighboursOf(tx: Tx, proofNo: number): Promise<readonly Neighbour[]> {
  const { rows } = await sql<Neighbour>`
    with own as materialized (
      select p.no, p.purl, p.crash, cr.case_id from parley.proof p
      join parley.case_report cr on cr.report_no = p.report_no where p.no = ${proofNo}
    ), sides as (
      select s.id, s.probability, s.report_a as mine, s.report_b as other
      from own join parley.case_report m on m.case_id = own.case_id
      join parley.suggestion s on s.report_a = m.report_no where s.state in ('open', 'unsure')
      union
      select s.id, s.probability, s.report_b, s.report_a
      from own join parley.case_report m on m.case_id = own.case_id
      join parley.suggestion s on s.report_b = m.report_no where s.state in ('open', 'unsure')
    )
    select suggestion, proof, no, label, "isAlike" from (
      select sides.id as suggestion, p.id as proof, p.no, r.label_id as label, sides.probability,
        coalesce(p.crash = own.crash and p.level in ('E3', 'E4'), false) as "isAlike",
        row_number() over (
          partition by r.label_id order by sides.probability desc, p.no, sides.id) as place
      from sides join parley.case_report o on o.report_no = sides.other
      join parley.case_report all_ on all_.case_id = o.case_id
      join parley.proof p on p.report_no = all_.report_no
      join parley.report r on r.no = p.report_no cross join own
      where o.case_id <> own.case_id and p.purl = own.purl and p.disputed_at is null) found
    where place <= 100 order by probability desc, no`.execute(tx)
  return rows
}

/** How probable a suggestion is with a reason that was seen and not only read. */
const probabilityShown = 0.99

async function addReason(
  tx: Tx,
  neighbours: readonly Neighbour[],
  { says, now }: { readonly says: string; readonly now: Date },
): Promise<void> {
  const ids = [...new Set(neighbours.map(({ suggestion }) => suggestion))]
  if (ids.length === 0) return
  const reason = JSON.stringify([{ says, marks: [], supports: true }])
  const { rows } = await sql<{ id: string }>`
    update parley.suggestion set because = ${reason}::jsonb || because,
      probability = greatest(probability, ${probabilityShown}::real)
    where id = any (${ids}::text[]) and not because @> ${reason}::jsonb returning id`.execute(tx)
  await tellSuggestions(
    tx,
    rows.map(({ id }) => id),
    now,
  )
}

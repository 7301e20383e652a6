import { sql } from 'kysely'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'

/** A report has so many proofs at most. */
export const proofsOfReportMax = 100
/** Of one organisation so many proofs that came in wait to be run at most. */
export const waitingOfOrganisationMax = 200

/** Why a report takes no more proofs now; null where it does. */
export type NoRoom = 'destroyed' | 'report-full' | 'queue-full' | null

type Wish = {
  readonly reportNo: number
  readonly organisation: string
  /** Hexadecimal, of the bytes of the proof: what is there already is no more than that. */
  readonly sha256: string
}

/**
 * Whether there is room for a proof, which stays so until the transaction ends: proofs of one
 * organisation, and of one report, are handed in one behind the other, and never while what came
 * with their report is destroyed.
 */
export function noRoomFor(tx: Tx, { reportNo, organisation, sha256 }: Wish): Promise<NoRoom> {
  return actingAs(tx, systemActor, async (system) => {
    const lock = `proofs of ${organisation}`
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(system)
    if (await isDestroyed(system, reportNo)) return 'destroyed'
    const { rows } = await sql<{ same: boolean; proofs: number; waiting: number }>`
      select
        exists (select 1 from parley.proof p where p.report_no = ${reportNo}
          and p.organisation_id = ${organisation} and p.sha256 = decode(${sha256}, 'hex')) as same,
        (select count(*) from parley.proof p where p.report_no = ${reportNo}) as proofs,
        (select count(*) from parley.proof_run r where r.organisation_id = ${organisation}
          and r.state = 'queued' and r.why = 'arrived') as waiting`.execute(system)
    const [found] = rows
    if (found === undefined || found.same) return null
    if (found.proofs >= proofsOfReportMax) return 'report-full'
    return found.waiting >= waitingOfOrganisationMax ? 'queue-full' : null
  })
}

/**
 * Whether what came with a report is destroyed. Where it is not, it stays until the transaction
 * ends; where somebody is at it, that is waited for. For the product itself.
 */
export async function isDestroyed(system: Tx, reportNo: number): Promise<boolean> {
  await sql`select 1 from parley.report where no = ${reportNo} for no key update`.execute(system)
  const { rows } = await sql`
    select 1 from parley.payload_end where report_no = ${reportNo}`.execute(system)
  return rows.length > 0
}

import { record } from '#features/ledger/ledger.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cast } from './cast.ts'
import type { World } from './world.ts'

/** That somebody opened a case, or a list of suggestions: the places of its common reports. */
type Opened = {
  readonly action: 'case.read' | 'suggestion.read'
  readonly person: string
  readonly places: readonly number[]
}

/** A mark in the ledger of a world, to tell what comes after it. */
export async function ledgerEnd({ owner }: World): Promise<number> {
  const { rows } = await owner.query<{ no: number }>(
    'select coalesce(max(no), 0)::int as no from parley.ledger_pending',
  )
  return rows[0]?.no ?? 0
}

const commonReports = `
  select r.no, r.id, (row_number() over (order by r.no))::int as place
  from parley.report r where r.label_id = 1`

/**
 * Opens in one world the common cases and suggestions that were opened in the other since then, by
 * who did what is secret there. They may open those whenever they like, and those concerned hear
 * that they did: it gives nothing away as long as it looks like nothing else. So all that is
 * not just that is left as it is, a difference.
 */
export async function openAlike(from: World, to: World, since: number): Promise<void> {
  const { rows } = await from.owner.query<Opened>(
    `with common as (${commonReports})
     select e.action, e.fields #>> '{actor,value}' as person,
       array_agg(c.place order by c.place) as places
     from parley.ledger_pending e join common c on c.id = any (e.about)
     where e.no > $1 and e.action in ('case.read', 'suggestion.read')
     group by e.no, e.action order by e.no`,
    [since],
  )
  for (const { action, person, places } of rows) {
    const found = await to.owner.query<{ id: string; of: string }>(
      `with common as (${commonReports})
       select c.id, cr.case_id as of from common c join parley.case_report cr on cr.report_no = c.no
       where c.place = any ($1) order by c.place`,
      [places],
    )
    const about = found.rows.map(({ id }) => id)
    const { organisation = '', role = 'reader' } = cast.find((one) => one.person === person) ?? {}
    await asActor(to.database.app, systemActor, (tx) =>
      record(tx, [
        {
          ...{ at: new Date(to.at.ms), action, about, actor: { person, organisation, role } },
          ...(action === 'case.read'
            ? { kind: 'case', record: found.rows[0]?.of ?? '' }
            : { kind: 'suggestions', record: 'list' }),
        },
      ]),
    )
  }
}

import { sql } from 'kysely'
import type { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { FinderListWire, FinderWire } from './case.wire.ts'
import { shareOf } from './finder.ts'

type Finder = z.infer<typeof FinderWire>
export type FinderList = z.infer<typeof FinderListWire>

type Row = {
  readonly organisation_id: string
  readonly organisation: string | null
  readonly is_pseudonymous: boolean | null
  readonly name: string
  readonly submitted: number
  readonly duplicates: number
  readonly confirmed: number
  readonly refuted: number
  readonly proofs: number
  readonly first_at: Date
  readonly last_at: Date
}

export const finderSorts = ['submitted', 'confirmed', 'duplicates', 'recent', 'name'] as const
export type FinderSort = (typeof finderSorts)[number]

/** Of more finders than this the ones that submitted most are listed. */
const finderMax = 5_000

const keyOf = ({ organisation_id: organisation, name }: Row): string =>
  Buffer.from(`${organisation}\n${name}`).toString('base64url')

/** Track records that the actor may see. `after` is what the list before named as its end. */
export async function listFinders(
  tx: Tx,
  asked: { readonly sort: FinderSort; readonly after?: string | undefined; readonly limit: number },
): Promise<Result<FinderList, 'after'>> {
  // Each finder has a row for each label: they are summed up before their names are looked up.
  const { rows } = await sql<Row>`
    select f.*, o.name as organisation, o.is_pseudonymous
    from (
      select n.organisation_id, n.name, sum(n.submitted)::bigint as submitted,
        sum(n.duplicates)::bigint as duplicates, sum(n.confirmed)::bigint as confirmed,
        sum(n.refuted)::bigint as refuted, coalesce(sum(p.proofs), 0)::bigint as proofs,
        min(n.first_at) as first_at, max(n.last_at) as last_at
      from parley.finder n left join parley.proofs_shown() p
        on p.organisation_id = n.organisation_id and p.name = n.name and p.label_id = n.label_id
      group by n.organisation_id, n.name
      order by submitted desc, n.organisation_id, n.name limit ${finderMax}
    ) f left join parley.organisation o on o.id = f.organisation_id
    order by f.submitted desc, f.organisation_id, f.name`.execute(tx)
  const sorted = rows.toSorted(orders[asked.sort])
  const before =
    asked.after === undefined ? -1 : sorted.findIndex((row) => keyOf(row) === asked.after)
  if (asked.after !== undefined && before < 0) return no('after')
  const page = sorted.slice(before + 1, before + 1 + asked.limit)
  const last = before + 1 + asked.limit < sorted.length ? page.at(-1) : undefined
  return yes({ items: page.map(presentFinder), next: last ? keyOf(last) : null })
}

const byName = (x: Row, y: Row): number => (x.name < y.name ? -1 : x.name > y.name ? 1 : 0)
const shareLow = ({ confirmed, refuted }: Row): number =>
  shareOf(confirmed, confirmed + refuted).low
const duplicateLow = ({ duplicates, submitted }: Row): number => shareOf(duplicates, submitted).low

/** Shares are ordered by what can be relied on: the lower ends of their intervals. */
const orders: Readonly<Record<FinderSort, (x: Row, y: Row) => number>> = {
  submitted: (x, y) => y.submitted - x.submitted || byName(x, y),
  confirmed: (x, y) => shareLow(y) - shareLow(x) || y.submitted - x.submitted || byName(x, y),
  duplicates: (x, y) => duplicateLow(y) - duplicateLow(x) || byName(x, y),
  recent: (x, y) => y.last_at.getTime() - x.last_at.getTime() || byName(x, y),
  name: byName,
}

const presentFinder = (row: Row): Finder => ({
  ...{ name: row.name, organisation: row.organisation ?? '', submitted: row.submitted },
  pseudonymId: row.is_pseudonymous === true ? row.organisation_id : null,
  ...{ duplicates: row.duplicates, confirmed: row.confirmed, refuted: row.refuted },
  proofs: row.proofs,
  confirmedShare: shareOf(row.confirmed, row.confirmed + row.refuted),
  duplicateShare: shareOf(row.duplicates, row.submitted),
  ...{ firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString() },
})

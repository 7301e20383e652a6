import { sql } from 'kysely'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { By } from './change.store.ts'
import { declineIfMerged, listed } from './decision.ts'
import type { Decline } from './decline.ts'
import { lockCases, writeEvents } from './event.store.ts'
import { tellCases } from './tell.store.ts'

const Artifact = z.object({
  purl: z.string(),
  version: z.string(),
  sha256: z.string().nullable(),
})

/** What tiers see of a case, and the moments that open them. */
export type CasePlan = {
  /** Counts changes; 0 where nothing was planned yet. */
  readonly version: number
  readonly fixText: string
  readonly fixLinks: readonly string[]
  readonly artifacts: readonly z.infer<typeof Artifact>[]
  readonly embargoUntil: Date | null
  readonly analysisAt: Date | null
  readonly upstreamAt: Date | null
  readonly disclosureAt: Date | null
  readonly goLiveAt: Date | null
  readonly disclosedAt: Date | null
}

const nothing: CasePlan = {
  ...{ version: 0, fixText: '', fixLinks: [], artifacts: [], embargoUntil: null },
  ...{ analysisAt: null, upstreamAt: null, disclosureAt: null, goLiveAt: null },
  disclosedAt: null,
}

const words: Readonly<Record<keyof Omit<CasePlan, 'version'>, string>> = {
  ...{ fixText: 'the fix', fixLinks: 'links to the fix', artifacts: 'the artifacts' },
  ...{ embargoUntil: 'the embargo', analysisAt: 'when analysis begins' },
  ...{ upstreamAt: 'when it is ready for upstream', disclosureAt: 'the planned disclosure' },
  ...{ goLiveAt: 'when it goes live', disclosedAt: 'that it is public' },
}

/** The plan of a case; null for a case that does not exist for the actor. */
export async function planOf(tx: Tx, of: string): Promise<CasePlan | null> {
  const { rows } = await sql`select 1 from parley.vulnerability_case where id = ${of}`.execute(tx)
  if (rows.length === 0) return null
  const row = await tx
    .selectFrom('parley.case_plan')
    .selectAll()
    .where('case_id', '=', of)
    .executeTakeFirst()
  if (row === undefined) return nothing
  return {
    ...{ version: row.version, fixText: row.fix_text, fixLinks: row.fix_links },
    artifacts: z.array(Artifact).parse(row.artifacts),
    ...{ embargoUntil: row.embargo_until, analysisAt: row.analysis_at },
    ...{ upstreamAt: row.upstream_at, disclosureAt: row.disclosure_at },
    ...{ goLiveAt: row.go_live_at, disclosedAt: row.disclosed_at },
  }
}

type Embargoed = Pick<CasePlan, 'embargoUntil'>

/** Whether an embargo that still stands would end before it was to end. */
export const isEmbargoLifted = (before: Embargoed, after: Embargoed, now: Date): boolean =>
  before.embargoUntil !== null &&
  before.embargoUntil > now &&
  (after.embargoUntil === null || after.embargoUntil < before.embargoUntil)

/** Changes the plan that somebody saw; every read-in ends with the case said to be public. */
export async function savePlan(
  tx: Tx,
  { case: of, plan }: { readonly case: string; readonly plan: CasePlan },
  { person, now, isApproved = false }: By & { readonly isApproved?: boolean },
): Promise<Result<CasePlan, Decline>> {
  const standing = (await lockCases(tx, [of])).get(of)
  const before = await planOf(tx, of)
  if (!standing || !before) return no({ is: 'unknown', what: 'case' })
  const gone = declineIfMerged(standing)
  if (gone) return no(gone)
  if (plan.version !== before.version) {
    return no({ is: 'changed', current: before.version, since: [] })
  }
  if (!isApproved && isEmbargoLifted(before, plan, now)) {
    return no({ is: 'needs-approval', kind: 'case.lift-embargo' })
  }
  if (plan.disclosedAt && plan.disclosedAt > now) {
    const why = 'That is to come: say it once the case is public.'
    return no({ is: 'invalid', why, field: '/disclosedAt' })
  }
  const changed = keysOf(words).filter(
    (name) => JSON.stringify(plan[name]) !== JSON.stringify(before[name]),
  )
  if (changed.length === 0) return no({ is: 'invalid', why: 'It changes nothing.', field: '' })
  const artifacts = JSON.stringify(plan.artifacts)
  const version = before.version + 1
  await sql`insert into parley.case_plan (case_id, version, changed_at, changed_by, fix_text,
      fix_links, artifacts, embargo_until, analysis_at, upstream_at, disclosure_at, go_live_at,
      disclosed_at)
    values (${of}, ${version}, ${now}, ${person}, ${plan.fixText}, ${plan.fixLinks}::text[],
      ${artifacts}::jsonb, ${plan.embargoUntil}, ${plan.analysisAt}, ${plan.upstreamAt},
      ${plan.disclosureAt}, ${plan.goLiveAt}, ${plan.disclosedAt})
    on conflict (case_id) do update set version = excluded.version,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by,
      fix_text = excluded.fix_text, fix_links = excluded.fix_links,
      artifacts = excluded.artifacts, embargo_until = excluded.embargo_until,
      analysis_at = excluded.analysis_at, upstream_at = excluded.upstream_at,
      disclosure_at = excluded.disclosure_at, go_live_at = excluded.go_live_at,
      disclosed_at = excluded.disclosed_at`.execute(tx)
  const says = `planned ${listed(changed.map((name) => words[name]))}`
  const told = { says, why: null, version: standing.version, cases: [of] }
  const event = { case: of, kind: 'planned', told: { ...told, touches: [`${of} plan`] } } as const
  await writeEvents(tx, [event], { by: person, now })
  await tellCases(tx, [of], now)
  return yes({ ...plan, version })
}

const keysOf = (of: typeof words): readonly (keyof typeof words)[] => {
  const isKey = (name: string): name is keyof typeof words => Object.hasOwn(of, name)
  return Object.keys(of).filter(isKey)
}

import { roles } from '#features/org/role.ts'
import type { World } from './world.ts'

/**
 * What secret records are labelled with: each is beyond the clearance of every outsider in one way
 * of its own.
 */
const beyond = [
  { compartments: ['HERON'] },
  { tlp: 'red' },
  { classification: 'secret' },
  { releasableTo: ['org_finder03'] },
  { legal: [{ kind: 'pcii', from: '2026-01-01', until: null }] },
  { compartments: ['BASALT-2', 'HERON'], tlp: 'red', classification: 'confidential' },
  { embargoUntil: '2127-06-01T00:00:00.000Z' },
  { releasableTo: ['org_finder03', 'org_staff001'], compartments: ['HERON'] },
  { releasableTo: ['org_staff001'], embargoUntil: '2127-01-01T00:00:00.000Z' },
] as const

const secretLabels: readonly object[] = beyond.map((part) => ({
  ...{ classification: 'unclassified', compartments: [], embargoUntil: null, foia: [], legal: [] },
  ...{ owners: [], releasableTo: null, tlp: 'amber+strict' },
  ...part,
}))

/** One of these labels. */
export const secretLabel = (pick: number): object => secretLabels[pick % secretLabels.length] ?? {}

/** The same for an engagement: where few may be shown it, its evaluators are among them. */
export function deskLabel(pick: number): object {
  const label = secretLabel(pick)
  if (!('releasableTo' in label) || label.releasableTo === null) return label
  return { ...label, releasableTo: ['org_oakinst01'], compartments: ['HERON'] }
}

/** Clears Cleo, Ivo, Sable, Eve and Lark for everything that is secret here, and no outsider. */
export async function prepareSecrets({ owner, at }: World): Promise<void> {
  await owner.query('select parley.set_ceiling(4::smallint)')
  await owner.query(
    `insert into parley.clearance (person_id, organisation_id, classification, tlp, compartments,
      pcii, under_embargo, changed_at)
    select m.person_id, m.organisation_id, case when is_cleared then 4 else 0 end,
      case when is_cleared then 4 else 3 end,
      case when is_cleared then '{BASALT-2,HERON}'::text[] else '{}' end, is_cleared, is_cleared, $1
    from parley.membership m, lateral (select m.person_id = any ($2) as is_cleared) c`,
    [new Date(at.ms), cleared],
  )
}

const cleared = [
  ...['person_cleo0001', 'person_ivo00001', 'person_sable001', 'person_eve00001'],
  'person_lark0001',
]

/** Nobody reaches the bounds of how much they may open. */
export async function openWide({ owner, at }: World): Promise<void> {
  const most = [100_000, 1_000_000] as const
  const budgets = Object.fromEntries(roles.map((role) => [role, { cases: most, proofs: most }]))
  await owner.query(
    `insert into parley.setting (name, value, changed_at, changed_by)
     values ('read-budgets', $1::jsonb, $2, 'person_bela0001')`,
    [JSON.stringify(budgets), new Date(at.ms)],
  )
}

/** Ids of everything in a world that no outsider is cleared for. */
export async function secretsOf({ owner }: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await owner.query<{ kind: string; id: string }>(`
    with held as (select id from parley.vulnerability_case where label_id <> 1),
      desk as (select id from parley.engagement where label_id <> 1)
    select 'report' as kind, id from parley.report where label_id <> 1
    union all select 'case', id from held
    union all select 'import', id from parley.bulk_import where label_id <> 1
    union all select 'attachment', a.id from parley.attachment a
      join parley.report r on r.no = a.report_no where r.label_id <> 1
    union all select 'proof', p.id from parley.proof p
      join parley.report r on r.no = p.report_no where r.label_id <> 1
    union all select 'run', u.id from parley.proof_run u
      join parley.proof p on p.no in (u.proof_no, u.patch_of)
      join parley.report r on r.no = p.report_no where r.label_id <> 1
    union all select 'receipt', receipt from parley.report where label_id <> 1
    union all select 'event', e.id from parley.case_event e join held on held.id = e.case_id
    union all select 'suggestion', id from parley.suggestion where label_id <> 1
    union all select 'honey', h.id from parley.honey h join held on held.id = h.case_id
    union all select 'view', id from parley.saved_view where person_id = 'person_cleo0001'
    union all select 'note', n.id from parley.note n join held on held.id = n.case_id
    union all select 'readin', i.id from parley.read_in i join held on held.id = i.case_id
    union all select 'approval', id from parley.approval
      where exists (select 1 from held where says::text like '%' || held.id || '%')
    union all select 'exclusion', x.id from parley.exclusion x join held on held.id = x.case_id
    union all select 'engagement', id from desk
    union all select 'document', o.id from parley.engagement_document o
      join desk on desk.id = o.engagement_id
    union all select 'paper', desk.id || '/' || o.id from parley.engagement_document o
      join desk on desk.id = o.engagement_id
    union all select 'determination', t.id from parley.determination t
      join desk on desk.id = t.engagement_id
    union all select 'partner', p.id from parley.partner p join desk on desk.id = p.engagement_id
    union all select 'occurrence', o.id from parley.partner_occurrence o
      join parley.partner p on p.no = o.partner_no join desk on desk.id = p.engagement_id
    union all select 'pack', p.id from parley.pack p where p.committed_by = 'person_eve00001'
    union all select 'declared', d.engagement_id || '/' || d.digest from parley.declaration d
      join desk on desk.id = d.engagement_id
    union all select kind, u.id from parley.evaluation_run u join desk on desk.id = u.engagement_id,
      unnest('{run,trial}'::text[]) kind
    union all select 'grant', desk.id || '/' || g.id from parley.gateway_grant g
      join desk on desk.id = g.gate_id
    union all select 'technique', t.id from parley.technique t
      join desk on desk.id = t.engagement_id
    union all select 'plan', case_id from parley.case_plan join held on held.id = case_id
    union all select 'relation', case_a from parley.case_relation
      where case_a in (select id from held) or case_b in (select id from held)
    union all select 'link', id from parley.suggestion where kind = 'link' and label_id <> 1
    union all select 'widened', i.id from parley.read_in i join held on held.id = i.case_id
      where i.approval is not null
    order by 1, 2`)
  const found = new Map<string, string[]>()
  for (const { kind, id } of rows) found.set(kind, [...(found.get(kind) ?? []), id])
  return found
}

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

/** Clears Cleo, Ivo and Sable for everything that is secret here, and no outsider. */
export async function prepareSecrets({ owner, at }: World): Promise<void> {
  await owner.query('select parley.set_ceiling(4::smallint)')
  await owner.query(
    `insert into parley.clearance (person_id, organisation_id, classification, tlp, compartments,
      pcii, under_embargo, changed_at)
    select m.person_id, m.organisation_id, case when is_cleared then 4 else 0 end,
      case when is_cleared then 4 else 3 end,
      case when is_cleared then '{BASALT-2,HERON}'::text[] else '{}' end, is_cleared, is_cleared, $1
    from parley.membership m, lateral (select m.person_id = any ($2) as is_cleared) c`,
    [new Date(at.ms), ['person_cleo0001', 'person_ivo00001', 'person_sable001']],
  )
}

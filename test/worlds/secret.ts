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
] as const

const secretLabels: readonly object[] = beyond.map((part) => ({
  ...{ classification: 'unclassified', compartments: [], embargoUntil: null, foia: [], legal: [] },
  ...{ owners: [], releasableTo: null, tlp: 'amber+strict' },
  ...part,
}))

/** One of these labels. */
export const secretLabel = (pick: number): object => secretLabels[pick % secretLabels.length] ?? {}

/** Clears Cleo and Sable for everything that is secret here, which no outsider is cleared for. */
export async function prepareSecrets({ owner, at }: World): Promise<void> {
  await owner.query('select parley.set_ceiling(4::smallint)')
  await owner.query(
    `insert into parley.clearance (person_id, organisation_id, classification, tlp, compartments,
      pcii, under_embargo, changed_at)
    values ('person_cleo0001', 'org_staff001', 4, 4, '{BASALT-2,HERON}', true, true, $1),
      ('person_sable001', 'org_finder03', 4, 4, '{BASALT-2,HERON}', true, true, $1)`,
    [new Date(at.ms)],
  )
}

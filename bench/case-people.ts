import { sql } from 'kysely'
import { labelIdFor } from '../src/features/label/label.store.ts'
import { type Clearance, canonical, commonLabel, type Label } from '../src/features/label/label.ts'
import { type Actor, asActor, systemActor, type Tx } from '../src/platform/db/as-actor.ts'
import type { TestDatabase } from '../test/db/database.ts'
import { clear, peopleOf, raiseCeiling } from '../test/db/reports.ts'
import { Chance } from '../test/synthetic/chance.ts'

/** Labels of the reports, from the commonest; what joins two of them comes on top. */
const labelCount = 200
const compartments = ['GLASS', 'HERON', 'QUARTZ', 'SABLE', 'TERN'] as const
const labs = Array.from({ length: 8 }, (_, at) => `org_lab0000${at}`)
const highest = { classification: 'top-secret', tlp: 'red' } as const

type Person = { readonly actor: Actor; readonly held: Clearance | null; readonly says: string }

const inStaff = (role: Actor['role'], person: string): Actor => ({
  ...{ role, organisation: 'org_staff001', person, via: 'session' },
})
const clearance = (held: Partial<Clearance>): Clearance => ({
  ...{ classification: 'unclassified', tlp: 'amber+strict', compartments: [], pcii: false },
  ...{ underEmbargo: true, organisation: 'org_staff001', ...held },
})

/** Whom each page is measured for: from those who see almost everything to those who see little. */
export const people: readonly [Person, ...Person[]] = [
  {
    actor: inStaff('coordinator', 'person_ada00001'),
    held: clearance({ ...highest, compartments, pcii: true }),
    says: 'coordinator, cleared for all but what is for others',
  },
  {
    actor: inStaff('triager', 'person_bo000001'),
    held: null,
    says: 'triager, whom nobody cleared',
  },
  {
    actor: inStaff('analyst', 'person_cle00001'),
    held: clearance({
      ...{ classification: 'secret', tlp: 'red' },
      ...{ compartments: ['GLASS', 'SABLE'], underEmbargo: false },
    }),
    says: 'analyst, secret, 2 of 5 compartments, no embargo',
  },
  {
    actor: inStaff('reader', 'person_rea00001'),
    held: clearance({ classification: 'secret', compartments }),
    says: 'reader, secret, read in to 40 cases',
  },
  {
    actor: inStaff('reader', 'person_low00001'),
    held: clearance({ tlp: 'clear' }),
    says: 'reader of TLP:CLEAR alone',
  },
]

/** The people, their clearances and a number for every label, the commonest first. */
export async function prepare(database: TestDatabase): Promise<readonly number[]> {
  await raiseCeiling(database, 4)
  await peopleOf(database.app)
  await asActor(database.app, systemActor, addPeople)
  for (const { actor, held } of people) if (held !== null) await clear(database, actor, held)
  return asActor(database.app, systemActor, async (tx) => {
    const numbers: number[] = []
    for (const label of labels()) {
      const number = await labelIdFor(tx, label)
      if (number.ok) numbers.push(number.value)
    }
    return numbers
  })
}

async function addPeople(tx: Tx): Promise<void> {
  for (const lab of labs) {
    await sql`insert into parley.organisation values (${lab}, ${lab}, now(), null)`.execute(tx)
  }
  await sql`insert into parley.person values ('person_cle00001', 'Cle', now(), null),
    ('person_rea00001', 'Rea', now(), null), ('person_low00001', 'Low', now(), null)`.execute(tx)
  await sql`insert into parley.membership values
    ('person_cle00001', 'org_staff001', 'analyst', now()),
    ('person_rea00001', 'org_staff001', 'reader', now()),
    ('person_low00001', 'org_staff001', 'reader', now())`.execute(tx)
  await sql`update parley.membership set role = 'triager'
    where person_id = 'person_bo000001'`.execute(tx)
}

/** The common label and others that differ from each other: most mild, few strict. */
function labels(): readonly Label[] {
  const chance = new Chance(29)
  const all = new Map([[JSON.stringify(commonLabel), commonLabel]])
  while (all.size < labelCount) {
    const label = labelAt(chance)
    all.set(JSON.stringify(label), label)
  }
  return [...all.values()]
}

function labelAt(chance: Chance): Label {
  const day = String(chance.between(1, 28)).padStart(2, '0')
  const owner = chance.some(labs, 1)
  return canonical({
    classification: chance.one([
      ...(['unclassified', 'unclassified', 'unclassified', 'restricted'] as const),
      ...(['confidential', 'secret', 'top-secret'] as const),
    ]),
    tlp: chance.one(['clear', 'green', 'amber', 'amber+strict', 'amber+strict', 'red']),
    compartments: chance.is(0.4) ? chance.some(compartments, chance.between(1, 2)) : [],
    owners: chance.is(0.3) ? owner : [],
    releasableTo: chance.is(0.15) ? [...owner, ...(chance.is(0.7) ? ['org_staff001'] : [])] : null,
    legal: chance.is(0.1) ? [{ kind: 'pcii', from: '2026-01-01', until: null }] : [],
    foia: chance.is(0.1) ? ['b(4)'] : [],
    embargoUntil: chance.is(0.15) ? `2027-0${chance.between(1, 9)}-${day}T00:00:00Z` : null,
  })
}

const readInCount = 40

/** Reads one reader in to cases that their clearance covers but for the sharing, as a whole. */
export async function readIn(database: TestDatabase): Promise<void> {
  const person = 'person_rea00001'
  const reader = inStaff('reader', person)
  await asActor(database.app, reader, (tx) =>
    sql`insert into parley.passkey (id, person_id, credential_id, name, public_key, counter,
        transports, created_at)
      values ('passkey_rea', ${person}, 'rea', 'Key', '\\x01', 0, '{}', now())`.execute(tx),
  )
  await asActor(database.app, systemActor, async (tx) => {
    await sql`
      insert into parley.read_in (id, case_id, person_id, organisation_id, sponsor_id, tier, part,
        role, is_emergency, nominated_at, nominated_by, assigned_at, assigned_by, opens_at, until,
        acknowledged_at, acknowledged_digest)
      select 'read_in_' || c.no, c.id, ${person}, 'org_staff001', 'person_ada00001', '0', 'full',
        'analyse-or-patch', false, now(), 'person_ada00001', now(), 'person_ada00001', now(),
        now() + interval '90 days', now(), repeat('a', 64)
      from parley.vulnerability_case c join parley.label l on l.id = c.label_id
      where l.tlp = 4 and l.classification < 4 and not l.is_pcii and c.merged_into is null
        and c.status = 'open'
      order by c.no limit ${readInCount}`.execute(tx)
    await sql`
      insert into parley.read_in_gate (read_in_id, gate, at, by_person, is_passed, what, papers)
      select r.id, g.gate, now(), 'person_ada00001', true, 'Seen and spoken to.', '{nda}'
      from parley.read_in r, generate_series(1, 3) as g (gate)`.execute(tx)
  })
}

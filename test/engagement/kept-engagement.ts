import { Client } from 'pg'
import { decideOffer } from '#features/engagement/deciding.ts'
import {
  type EngagementId,
  engagementKeysOf,
  keepOffer,
  lockEngagement,
  newEngagementId,
  say,
} from '#features/engagement/engagement.store.ts'
import type { Act } from '#features/engagement/engagement.ts'
import {
  keepPartner,
  lockPartner,
  newPartnerId,
  savePartner,
} from '#features/engagement/partner.store.ts'
import { decideProposal, type Partner } from '#features/engagement/partner.ts'
import type { Proposal } from '#features/engagement/proposal.ts'
import { commonLabelId } from '#features/label/label.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, type Tx } from '#platform/db/as-actor.ts'
import type { TestDatabase } from '../db/database.ts'
import { parties, proposal } from './offering.ts'

export const rootKeys: Keys = { is: 'root', all: [randomKey()] }

type Database = Pick<TestDatabase, 'ownerUrl' | 'app'>

/** Does something behind the policies, to make or to look at what no role may. */
export async function asOwner(
  database: Database,
  text: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    await owner.query('begin')
    await owner.query('set local role parley_keeper')
    await owner.query(text, [...values])
    await owner.query('commit')
  } finally {
    await owner.end()
  }
}

type Player = Actor & { readonly organisation: string; readonly person: string }

const actor = (role: Actor['role'], organisation: string, person: string): Player => ({
  ...{ role, organisation, person, via: 'session' },
})

/** Who is there: both sides, a developer and an evaluator of others, and a finder. */
export const cast = {
  developer: actor('developer', parties.developer, 'person_dev00001'),
  ada: actor('evaluator', parties.evaluator, 'person_ada00001'),
  ben: actor('evaluator', parties.evaluator, 'person_ben00001'),
  /** Of the evaluator, and not named in the terms. */
  cyd: actor('evaluator', parties.evaluator, 'person_cyd00001'),
  otherDeveloper: actor('developer', 'org_developer2', 'person_odev0001'),
  otherEvaluator: actor('evaluator', 'org_evaluator2', 'person_oeva0001'),
  /** Named by the partners of the tests, and a colleague whom some name as well. */
  pat: actor('partner', 'org_partner001', 'person_pat00001'),
  gus: actor('partner', 'org_partner001', 'person_gus00001'),
  finder: actor('finder', 'org_finder001', 'person_fin00001'),
} as const

/** Puts them into a database; once more changes nothing. */
async function castIn(database: Database): Promise<void> {
  const all = Object.values(cast)
  const organisations = [...new Set(all.map(({ organisation }) => organisation))]
  await asOwner(
    database,
    `insert into parley.organisation (id, name, created_at)
     select id, id, now() from unnest($1::text[]) as t (id) on conflict do nothing`,
    [organisations],
  )
  await asOwner(
    database,
    `with people as (
       insert into parley.person (id, name, created_at)
       select id, id, now() from unnest($1::text[]) as t (id) on conflict do nothing)
     select 1`,
    [all.map(({ person }) => person)],
  )
  await asOwner(
    database,
    `insert into parley.membership (person_id, organisation_id, role, created_at)
     select p, o, r, now() from unnest($1::text[], $2::text[], $3::text[]) as t (p, o, r)
     on conflict do nothing`,
    [
      all.map(({ person }) => person),
      all.map(({ organisation }) => organisation),
      all.map(({ role }) => role),
    ],
  )
}

const dayMs = 86_400_000

/** A proposal whose window is open at this moment, and so much longer. */
export function openNow(forMs = 5 * dayMs, now = new Date()): Proposal {
  const after = (ms: number): Date => new Date(now.getTime() + ms)
  const budget = { requests: 1_000_000, tokens: 1e12, microUsd: 1e12, atOnce: 10_000 }
  return {
    ...proposal,
    ...{ terms: { ...proposal.terms, budget }, plannedReleaseAt: after(10 * dayMs) },
    window: { opensAt: after(-dayMs), closesAt: after(forMs) },
  }
}

const keys = engagementKeysOf(rootKeys)

/** An engagement that both sides have agreed to. */
export async function newEngagement(
  database: Database,
  wish: { readonly proposal?: Proposal; readonly isAgreed?: boolean } = {},
): Promise<EngagementId> {
  await castIn(database)
  const id = newEngagementId()
  const offer = wish.proposal ?? openNow()
  const now = new Date(offer.window.opensAt.getTime() - dayMs)
  const made = decideOffer({ ...parties, id }, offer, now)
  if (!made.ok) throw new Error(JSON.stringify(made.refusal))
  const engagement = made.value
  await asActor(database.app, cast.developer, (tx) =>
    keepOffer(tx, keys, { engagement, labelId: commonLabelId }),
  )
  const digest = engagement.versions[0]?.digest ?? ''
  if (wish.isAgreed !== false) {
    await asActor(database.app, cast.ada, (tx) =>
      sayIn(tx, id, { act: { kind: 'accept', digest }, side: 'evaluator', now }),
    )
  }
  return id
}

type Saying = {
  readonly act: Act
  readonly side: 'developer' | 'evaluator'
  readonly now: Date
}

async function sayIn(tx: Tx, id: string, { act, side, now }: Saying): Promise<void> {
  const kept = await lockEngagement(tx, keys, id)
  if (kept === null) throw new Error('there is no such engagement')
  const said = await say(tx, keys, { kept, act, speaker: { side, now } })
  if (!said.ok) throw new Error(said.refusal.why)
}

const users = [cast.pat.person, cast.gus.person]

/** A trusted partner of an engagement that has started, and lasts for so long. */
export async function newPartner(
  database: Database,
  engagement: string,
  forMs = 5 * dayMs,
): Promise<Partner> {
  const now = new Date()
  const endsAt = new Date(now.getTime() + forMs)
  const wish = { organisation: 'Grid', tier: 'red-team', users, usersMax: 25, endsAt } as const
  const made = decideProposal({ id: newPartnerId(), ...wish }, 'developer', now)
  if (!made.ok) throw new Error(made.refusal.why)
  const partner = made.value
  await asActor(database.app, cast.developer, (tx) =>
    keepPartner(tx, keys, { engagement, partner, side: 'developer', now }),
  )
  return changePartner(database, partner.id, (found) => ({ ...found, startedAt: now }))
}

/** What the developer makes of a partner. */
export const changePartner = (
  database: Database,
  id: string,
  change: (found: Partner) => Partner,
): Promise<Partner> =>
  asActor(database.app, cast.developer, async (tx) => {
    const kept = await lockPartner(tx, keys, id)
    if (kept === null) throw new Error('there is no such partner')
    const partner = change(kept.partner)
    await savePartner(tx, keys, { ...kept, partner })
    return partner
  })

/** The developer says something of it. */
export const developerSays = (database: Database, id: string, act: Act) =>
  asActor(database.app, cast.developer, (tx) =>
    sayIn(tx, id, { act, side: 'developer', now: new Date() }),
  )

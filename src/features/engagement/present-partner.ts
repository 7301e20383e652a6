import type { z } from 'zod'
import type { KeptOccurrence } from './occurrence.store.ts'
import type { KeptPartner } from './partner.store.ts'
import { budgetOf, partnerStateOf, partnerTierRules } from './partner.ts'
import type { PartnerWire } from './partner.wire.ts'

type Beside = {
  readonly names: ReadonlyMap<string, string>
  /** Those told last, the newest last. */
  readonly occurrences: readonly KeptOccurrence[]
  /** Whether something was told before those. */
  readonly hasEarlier: boolean
  readonly now: Date
}

type Shown = z.infer<typeof PartnerWire>

/** A trusted partner as both sides and its own people read it. */
export function presentPartner(
  { partner, engagement }: KeptPartner,
  { names, occurrences, hasEarlier, now }: Beside,
): Shown {
  const rule = partnerTierRules[partner.tier]
  const { what, credentialHoursMax, egress, isReviewed, promptsShownToDeveloper } = rule
  return {
    ...{ id: partner.id, engagement, organisation: partner.organisation, tier: partner.tier },
    ...{ users: [...partner.users], usersMax: partner.usersMax },
    state: partnerStateOf(partner, now),
    agreedBy: [...partner.agreedBy],
    isReviewedWithAuthority: partner.isReviewedWithAuthority,
    endsAt: partner.endsAt.toISOString(),
    startedAt: partner.startedAt?.toISOString() ?? null,
    endedAt: partner.ended?.at.toISOString() ?? null,
    budget: { ...budgetOf(partner) },
    rule: { what, credentialHoursMax, egress, promptsShownToDeveloper, isReviewed },
    occurrences: occurrences.map(presentOccurrence),
    hasEarlierOccurrences: hasEarlier,
    names: namesOf([...partner.users, ...peopleIn(occurrences)], names),
  }
}

/** Whom occurrences name. */
export const peopleIn = (occurrences: readonly KeptOccurrence[]): readonly string[] =>
  occurrences
    .flatMap(({ person, toldBy, duties }) => [person, toldBy, ...duties.map((one) => one.doneBy)])
    .filter((one) => one !== null)

/** What those are called that are named, and nobody else. */
export const namesOf = (ids: readonly string[], names: ReadonlyMap<string, string>) =>
  Object.fromEntries(
    [...new Set(ids)].toSorted().flatMap((id) => {
      const name = names.get(id)
      return name === undefined ? [] : [[id, name]]
    }),
  )

export const presentOccurrence = (found: KeptOccurrence): Shown['occurrences'][number] => ({
  ...{ id: found.id, what: found.what, text: found.text, person: found.person },
  ...{ knownAt: found.knownAt.toISOString(), toldAt: found.toldAt.toISOString() },
  toldBy: found.toldBy,
  duties: found.duties.map(({ what, by, doneAt, doneBy }) => ({
    ...{ what, by: by.toISOString(), doneAt: doneAt?.toISOString() ?? null, doneBy },
  })),
})

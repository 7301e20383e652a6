import { mayEither, mayInPerson, stepUp } from '#features/org/access.ts'
import { actingAs, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { noPartner } from '../desk.ts'
import { actorSide, keptEngagement } from '../engagement.store.ts'
import { lockPartner, partnerById } from '../partner.store.ts'
import { type Partner, partnerStateOf, partnerTierRules } from '../partner.ts'
import type { FoundGate, GateKind } from './gate-kind.ts'
import { openingOfPartner } from './opening.ts'

type Whose = Pick<FoundGate, 'isGiver' | 'isAsker' | 'labelId'> & {
  readonly engagement: string
  readonly now: Date
}

function found(partner: Partner, { engagement, now, ...whose }: Whose): FoundGate {
  const state = partnerStateOf(partner, now)
  return {
    ...{ ...whose, opening: openingOfPartner(partner, engagement) },
    // A developer makes ready before it starts a partner; nobody asks before.
    givenUntil: state === 'ended' ? null : partner.endsAt,
    askedUntil: state === 'started' ? partner.endsAt : null,
    tokenMinutesMax: 60 * partnerTierRules[partner.tier].credentialHoursMax,
  }
}

/** The gates of trusted partners: their developer's and their own people's, nobody else's. */
export const partnerGates: GateKind = {
  ...{ root: 'partners', of: 'of a trusted partner' },
  named: (name) => name.replace('gateway', 'partner').replace('Gateway', 'Partner'),
  isDevelopers: true,
  unfit: ({ role }) =>
    role === 'partner'
      ? null
      : problem('not-allowed', 'Tokens are for the role "partner", of which a passkey is asked.'),
  // What cannot be phished is asked of the role; a token of the API is no way round that.
  ...{ ask: stepUp(mayInPerson('partake')), see: mayEither('offer', 'partake'), none: noPartner },
  shut: () => problem('not-in-this-state', 'This partner has not started, or it has ended.'),
  find: async (tx, { keys }, { id, principal, now, isHeld }) => {
    const seen = await partnerById(tx, keys, id)
    if (seen === null) return null
    const { engagement } = seen
    const isGiver = (await actorSide(tx, engagement)) === 'developer'
    return actingAs(tx, systemActor, async (system) => {
      // Its people change nothing of a partner, so that the product holds it for them.
      const kept = isHeld ? await lockPartner(system, keys, id) : seen
      const own = await keptEngagement(system, keys, engagement)
      if (kept === null || own === null) return null
      const isAsker = kept.partner.users.includes(principal.person)
      if (!isGiver && !isAsker) return null
      const { labelId } = own
      return found(kept.partner, { engagement, labelId, isGiver, isAsker, now })
    })
  },
}

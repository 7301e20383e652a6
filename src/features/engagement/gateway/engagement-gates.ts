import { may, mayEither } from '#features/org/access.ts'
import { problem } from '#platform/http/problem.ts'
import { noEngagement } from '../desk.ts'
import { actorSide, keptEngagement, lockEngagement } from '../engagement.store.ts'
import { accessAt, type Engagement } from '../engagement.ts'
import type { GateKind } from './gate-kind.ts'
import { openingOfEngagement } from './opening.ts'

/** Until when an engagement gives access; null where it does not, or not any more. */
function accessEnd(engagement: Engagement, now: Date): Date | null {
  const access = accessAt(engagement, now)
  return access.is === 'none' || access.is === 'over' ? null : access.endsAt
}

const tokenMinutesMax = 720

/** The gates of evaluators, each under its engagement. */
export const engagementGates: GateKind = {
  ...{ root: 'engagements', of: 'under an engagement', named: (name) => name },
  ...{ ask: may('evaluate'), see: mayEither('offer', 'evaluate'), none: noEngagement },
  ...{ isDevelopers: false, unfit: () => null },
  shut: () =>
    problem('not-in-this-state', 'There is no access under this engagement, or it has ended.'),
  find: async (tx, { keys }, { id, now, isHeld }) => {
    const kept = await (isHeld ? lockEngagement : keptEngagement)(tx, keys, id)
    const side = kept && (await actorSide(tx, id))
    if (kept === null || side === null) return null
    const until = accessEnd(kept.engagement, now)
    return {
      ...{ opening: openingOfEngagement(kept.engagement), labelId: kept.labelId },
      ...{ isGiver: side === 'developer', isAsker: side === 'evaluator' },
      ...{ givenUntil: until, askedUntil: until, tokenMinutesMax },
    }
  },
}

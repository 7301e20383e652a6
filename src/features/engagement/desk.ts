import type { Pool } from 'pg'
import { labelsOf } from '#features/label/label.store.ts'
import { commonLabelId, type Label } from '#features/label/label.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import type { Cursors } from '#platform/http/cursor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import type { EngagementRefusal } from './deciding.ts'
import type { EngagementKeys } from './engagement.store.ts'

/** What routes of the model desk are made of. */
export type DeskParts = {
  readonly pool: Pool
  readonly keys: EngagementKeys
  readonly cursors: Cursors
}

export const deskRefusals = ['unauthenticated', 'not-allowed', 'not-found'] as const

/** The same for what is not there and what is not theirs. */
export const noEngagement = (): Problem => problem('not-found', 'There is no such engagement.')

export const noPartner = (): Problem => problem('not-found', 'There is no such partner.')
/** The same for a run that is not there and for one that is not theirs. */
export const noRun = (): Problem => problem('not-found', 'There is no such run for you.')

/** What a label says, also to a developer, whose own it is whatever they are cleared for. */
export async function labelOf(tx: Tx, id: number): Promise<Label> {
  const found = await actingAs(tx, systemActor, (system) => labelsOf(system, [id, commonLabelId]))
  const label = found.get(id)
  if (label === undefined) throw new TypeError('what is stored has a label')
  return label
}

/** What to answer to whoever said something that cannot be said; `within` is where it stood. */
export function refusedAct({ code, why, at }: EngagementRefusal, within = ''): Problem {
  switch (code) {
    case 'not-allowed':
      return problem('not-allowed', why)
    case 'not-in-this-state':
    case 'released':
      return problem('not-in-this-state', why)
    case 'another-digest':
      return problem('changed', why)
    default:
      return invalid([{ in: 'body', pointer: `${within}${at ?? ''}`, detail: why }])
  }
}

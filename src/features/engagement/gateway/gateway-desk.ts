import { z } from 'zod'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { DeskParts } from '../desk.ts'
import { namesIn } from '../engagement-event.store.ts'
import type { GatewayKeys } from './endpoint.store.ts'
import type { Opening } from './opening.ts'
import type { ReachRule } from './reach.ts'

/** What routes about gateways are made of. */
export type GatewayDesk = DeskParts & {
  readonly gatewayKeys: GatewayKeys
  readonly reach: ReachRule
  /** Where evaluators reach a gateway, without a slash at its end; null where nobody says. */
  readonly gatewayUrl: string | null
}

export const byId = z.strictObject({ id: z.string().max(100) })
export const byToken = z.strictObject({ id: z.string().max(100), token: z.string().max(100) })

/**
 * What people are called who pass a gate: nobody else of its engagement to a partner, whose people
 * see nothing of it themselves.
 */
export async function namesAt(tx: Tx, { engagement, partner, terms }: Opening) {
  if (partner === null) return namesIn(tx, engagement)
  const names = await actingAs(tx, systemActor, (system) => namesIn(system, engagement))
  return new Map([...names].filter(([id]) => terms?.people.includes(id)))
}

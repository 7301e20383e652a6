import type { Principal } from '#features/org/org.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Access as RouteAccess } from '#platform/http/access.ts'
import type { Problem } from '#platform/http/problem.ts'
import { type EngagementEntry, recordFor, tellGate } from '../engagement-event.store.ts'
import { gateOf } from './books.ts'
import type { GatewayDesk } from './gateway-desk.ts'
import type { Opening } from './opening.ts'

/** A gate as whoever acts finds it; whoever may not see it finds none. */
export type FoundGate = {
  readonly opening: Opening
  /** Whether the actor says where the model answers: its developer does. */
  readonly isGiver: boolean
  /** Whether the actor may ask for tokens, where they are named. */
  readonly isAsker: boolean
  /** Of the engagement: what passes carries it at least. */
  readonly labelId: number
  /** Until when an endpoint may be given, and tokens be made; null where they may not. */
  readonly givenUntil: Date | null
  readonly askedUntil: Date | null
  /** How long a token lives at most, minutes. */
  readonly tokenMinutesMax: number
}

type Access = RouteAccess<Principal, Principal>

/** What differs between the gate of an engagement's evaluators and that of a partner. */
export type GateKind = {
  /** Of what it is, for addresses of the API and of gateways. */
  readonly root: 'engagements' | 'partners'
  /** What the generated client calls a route of this kind. */
  readonly named: (name: string) => string
  /** Of what, in the summary of a route: `under an engagement`. */
  readonly of: string
  /** Who asks for tokens, and who sees what passed. */
  readonly ask: Access
  readonly see: Access
  /** Why somebody is given no token whom the terms name; null where nothing speaks against it. */
  readonly unfit: (principal: Principal) => Problem | null
  /** The same for what is not there and what is not theirs. */
  readonly none: () => Problem
  /** Of whom an entry is read by both sides; at a partner's gate by its developer alone. */
  readonly isDevelopers: boolean
  /** Why nobody may ask or be given anything now. */
  readonly shut: () => Problem
  readonly find: (tx: Tx, desk: GatewayDesk, sought: Sought) => Promise<FoundGate | null>
}

export type Sought = {
  readonly id: string
  readonly principal: Principal
  readonly now: Date
  /** Held until the transaction ends, so that the second of two sees what the first did. */
  readonly isHeld: boolean
}

/** Writes down what was done at a gate, and has the pages of those look again who have it. */
export async function noteAt(
  tx: Tx,
  { kind, opening }: { readonly kind: GateKind; readonly opening: Opening },
  entry: EngagementEntry,
): Promise<void> {
  const { engagement, partner } = opening
  const fields = { ...entry.fields, ...(partner !== null && { partner }) }
  const { isDevelopers } = kind
  await recordFor(tx, engagement, [{ ...entry, fields, isDevelopers }])
  await tellGate(tx, gateOf(opening), entry.at)
}

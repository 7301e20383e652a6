import { z } from 'zod'

/** Claims of an ID token that count here (OpenID Connect Core 1.0 section 2). */
const Claims = z.object({
  sub: z.string().min(1).max(255),
  acr: z.string().max(200).optional(),
  amr: z.array(z.string().max(100)).max(20).optional(),
})

/** Who somebody is to their provider, and how they showed it there. */
export type Told = {
  readonly subject: string
  /** How much the way of showing it is worth, where the provider tells. */
  readonly acr: string | null
  /** The methods that were used, such as `hwk` and `user` (RFC 8176). */
  readonly amr: readonly string[]
}

/** Null where a claim is not what it has to be. */
export function toldBy(claims: unknown): Told | null {
  const read = Claims.safeParse(claims)
  if (!read.success) return null
  const { sub, acr = null, amr = [] } = read.data
  return { subject: sub, acr, amr }
}

/** What an instance wants of the way in which people show who they are. */
export type Demand = { readonly acr: readonly string[]; readonly amr: readonly string[] }

/** Whether both demands are met; one without values is met by anything. */
export const meets = ({ acr, amr }: Told, demand: Demand): boolean =>
  (demand.acr.length === 0 || (acr !== null && demand.acr.includes(acr))) &&
  (demand.amr.length === 0 || amr.some((method) => demand.amr.includes(method)))

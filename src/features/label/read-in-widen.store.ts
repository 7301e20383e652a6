import { z } from 'zod'
import { Bug } from '#kernel/assert.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { changeTier, type Done } from './read-in.store.ts'
import { readInById } from './read-in-row.store.ts'
import { readInTiers, tierRules } from './read-in-tier.ts'

export const WidenWish = z.strictObject({
  readIn: z.string().max(100),
  tier: z.enum(readInTiers),
  until: z.iso.datetime(),
  why: z.string().min(1).max(2_000),
})

type Wish = z.output<typeof WidenWish>

/** What two people are asked for, and the approval that it became. */
type WidenRequest = { readonly id: string; readonly wish: Wish; readonly now: Date }

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A kind of approval: a read-in that shows more, or lasts longer than its tier. */
export const widenTier = {
  /** What exactly will happen, a sentence each; none where there is nothing to widen. */
  describe: async (tx: Tx, { readIn, tier, until, why }: Wish): Promise<readonly string[]> => {
    const found = await readInById(tx, readIn)
    if (found === null) return []
    const { person, organisation, rule } = found
    const { part, marking } = tierRules[tier]
    return [
      `${person.name} of ${organisation.name} is read in to case ${rule.case}.`,
      `From tier ${rule.tier} (${rule.part}) to tier ${tier} (${part}, TLP:${marking}).`,
      `Until ${minute(new Date(until))}, instead of ${
        rule.assigned ? minute(rule.assigned.until) : 'never'
      }.`,
      `Why: ${why}`,
    ]
  },
  /** Widens as was approved; whoever the transaction runs as is written down for it. */
  carryOut: async (tx: Tx, { id, wish, now }: WidenRequest): Promise<Done> => {
    const { readIn, tier, until, why } = wish
    const { person } = actorIn(tx)
    if (person === null) throw new Bug('an approval is carried out for a person')
    const asked = { id: readIn, tier, until: new Date(until), why, approval: id }
    return changeTier(tx, asked, { person, now })
  },
}

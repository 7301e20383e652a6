import type { z } from 'zod'
import type { Tx } from '#platform/db/as-actor.ts'
import type { EngagementKeys } from './engagement.store.ts'
import { namesUnder } from './engagement-event.store.ts'
import { type OccurrenceRow, occurrencesOf } from './occurrence.store.ts'
import type { KeptPartner } from './partner.store.ts'
import type { PartnerWire } from './partner.wire.ts'
import { presentPartner } from './present-partner.ts'

type Shown = z.infer<typeof PartnerWire>

/** So many occurrences are shown with a partner; the others are read page by page. */
const occurrencesShown = 10

/** Partners with what happened at them: names are asked for once for each engagement. */
export async function shownPartners(
  tx: Tx,
  keys: EngagementKeys,
  { shown, now }: { readonly shown: readonly KeptPartner[]; readonly now: Date },
): Promise<Shown[]> {
  const names = await namesUnder(
    tx,
    shown.map(({ engagement }) => engagement),
  )
  const found = await occurrencesOf(tx, keys, {
    ...{ partners: shown.map((kept) => kept.no), before: null, limit: occurrencesShown + 1 },
  })
  const byPartner = Map.groupBy(found, ({ partnerNo }) => partnerNo)
  return shown.map((kept) => {
    const own: readonly OccurrenceRow[] = byPartner.get(kept.no) ?? []
    return presentPartner(kept, {
      ...{ names: names(kept.engagement), now },
      occurrences: own.slice(0, occurrencesShown).toReversed(),
      hasEarlier: own.length > occurrencesShown,
    })
  })
}

export async function shownPartner(
  tx: Tx,
  keys: EngagementKeys,
  { kept, now }: { readonly kept: KeptPartner; readonly now: Date },
): Promise<Shown> {
  const [one] = await shownPartners(tx, keys, { shown: [kept], now })
  if (one === undefined) throw new TypeError('what is shown is there')
  return one
}

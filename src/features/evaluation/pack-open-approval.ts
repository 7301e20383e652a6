import { z } from 'zod'
import { asParty } from '#features/case/as-party.ts'
import { type EngagementKeys, keptEngagement } from '#features/engagement/engagement.store.ts'
import { accessAt } from '#features/engagement/engagement.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import type { Party } from '#features/label/approval.ts'
import { type ApprovalKind, approvalKind } from '#features/label/approval-kind.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { standingDeclaration } from './declaration.store.ts'
import { keepOpening, type PackRow, packById } from './pack-shelf.store.ts'

/** How long the key can be fetched once it was granted. */
const fetchWithinHours = 12

const OpenWish = z.strictObject({
  pack: z.string().max(100),
  engagement: z.string().max(100),
  /** Whose key: the places of two holders, such as `1-2`. */
  pair: z.string().regex(/^[1-8]-[1-8]$/),
})
type OpenWish = z.output<typeof OpenWish>

const notThere = 'There is no such pack for you that is declared under such an engagement.'

type Looked = { readonly pack: PackRow; readonly digest: string; readonly names: string }

/** What somebody would open; a sentence where they may not. */
async function looked(
  tx: Tx,
  keys: EngagementKeys,
  { wish, by, now }: { readonly wish: OpenWish; readonly by: Party; readonly now: Date },
): Promise<Result<Looked, string>> {
  const found = await asParty(tx, { ...by, permission: 'evaluate' }, async (theirs) => {
    const pack = await packById(theirs, wish.pack)
    const engagement = (await keptEngagement(theirs, keys, wish.engagement))?.engagement
    if (!pack?.mayQuery || engagement?.evaluator !== by.organisation) {
      return null
    }
    const digest = await standingDeclaration(theirs, { engagement: engagement.id, pack: pack.no })
    return digest === null ? null : { pack, engagement, digest }
  })
  if (found === null) return no(notThere)
  const { pack, engagement, digest } = found
  const access = accessAt(engagement, now).is
  if (!('agreed' in engagement) || access === 'none' || access === 'over') {
    return no('No window is agreed in which it could be run, or it is over.')
  }
  if (!engagement.agreed.terms.people.includes(by.person)) {
    return no('The terms of access do not name whoever asks.')
  }
  const [first = 0, second = 0] = wish.pair.split('-').map(Number)
  const holders = pack.holders ?? []
  const [one, other] = [holders[first - 1], holders[second - 1]]
  if (first >= second || one === undefined || other === undefined) {
    return no(`It has no such pair of holders; they are ${holders.join(', ')}.`)
  }
  return yes({ pack, digest, names: `"${one}" and "${other}"` })
}

/** The key of a pair of holders is given out to one person where another agrees. */
export const packOpenKind = (keys: EngagementKeys): ApprovalKind =>
  approvalKind({
    ...{ name: 'pack.open', title: 'Open a sealed pack', mode: 'two-persons' },
    ...{ whoMayAsk: 'evaluate', whoMayDecide: 'evaluate' },
    shape: OpenWish,
    describe: async (tx, { request, by, now }) => {
      const found = await looked(tx, keys, { wish: request, by, now })
      if (!found.ok) return found
      const { pack, digest, names } = found.value
      const { name, version, label } = pack.commitment
      const sealed = `the sealed pack ${name} ${version} (${label})`
      const says = [
        `Person ${by.person} fetches ${sealed} with the key for ${names}.`,
        `It is for engagement ${request.engagement}, under the declaration ${digest}.`,
        `They alone can fetch the key, for ${fetchWithinHours} hours from the grant.`,
        'The two holders open it together, with their own keys.',
      ]
      const basis = { root: pack.root, digest }
      return yes({ subject: pack.id, cases: [], says, basis })
    },
    carryOut: async (tx, { request, id, by, granted, now }) => {
      const theirs = await asParty(tx, { ...granted, permission: 'evaluate' }, (own) =>
        packById(own, request.pack),
      )
      if (theirs?.mayQuery !== true || granted.organisation !== by.organisation) {
        return no('Whoever grants this has to be let fetch the pack themselves.')
      }
      const until = new Date(now.getTime() + fetchWithinHours * 3_600_000)
      const { engagement, pair } = request
      await keepOpening(tx, {
        ...{ approval: id, packNo: theirs.no, person: by.person, engagement, pair },
        ...{ grantedBy: granted.person, now, until },
      })
      const fields = { requestedBy: by.person, grantedBy: granted.person, pair, approval: id }
      const of = { action: 'pack.open', kind: 'pack', record: theirs.id, fields } as const
      await recordFor(tx, engagement, [{ at: now, ...of, digest: theirs.root }])
      await tellEngagement(tx, engagement, now)
      return yes(null)
    },
  })

import { z } from 'zod'
import { asParty } from '#features/case/as-party.ts'
import { keptEngagement, lockEngagement } from '#features/engagement/engagement.store.ts'
import type { Engagement } from '#features/engagement/engagement.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import type { Party } from '#features/label/approval.ts'
import { type ApprovalKind, approvalKind } from '#features/label/approval-kind.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { type RunRow, runById } from './run.store.ts'
import { type Held, type KeptVerdict, verdictById } from './verdict.store.ts'
import { bundleOf, keepBundle, nextBundleNumber } from './verdict-bundle.store.ts'
import { bundleWording, verdictBundleOf } from './verdict-bundle.ts'
import { signedVerdict } from './verdict-crossing.ts'
import { type SignerOf, verifierOf } from './verdict-signer.ts'

export const exportDownKind = 'verdict.export-down'

const ExportWish = z.strictObject({ verdict: z.string().max(100) })
type ExportWish = z.output<typeof ExportWish>

export type VerdictExportParts = { readonly keys: EvaluationKeys; readonly signerOf: SignerOf }

type Looked = {
  readonly verdict: KeptVerdict
  readonly held: Held
  readonly run: Pick<RunRow, 'id'> & { readonly salt: Buffer }
  /** Of the proposal that both sides accepted. */
  readonly digest: string
}

const digestAgreed = (engagement: Engagement | undefined): string | null =>
  engagement !== undefined && 'agreed' in engagement ? engagement.agreed.digest : null

/** A verdict that somebody may let out; a sentence where they may not, or nobody can. */
async function looked(
  tx: Tx,
  { keys }: VerdictExportParts,
  { verdict: id, by }: ExportWish & { readonly by: Party },
): Promise<Result<Looked, string>> {
  const found = await asParty(tx, { ...by, permission: 'evaluate' }, async (theirs) => {
    const verdict = await verdictById(theirs, keys.evaluation, id)
    const run = verdict && (await runById(theirs, keys.evaluation, verdict.run))
    const kept = verdict && (await keptEngagement(theirs, keys.engagement, verdict.engagement))
    if (verdict === null || run === null || kept === null) return null
    const { engagement } = kept
    return engagement.evaluator === by.organisation ? { verdict, run, engagement } : null
  })
  const digest = digestAgreed(found?.engagement)
  if (found === null || digest === null) return no('There is no such verdict for you.')
  const { verdict, run } = found
  if (verdict.held === null || run.salt === null) {
    return no('What it was worked out from is destroyed: nobody could check it any more.')
  }
  if ((await bundleOf(tx, keys.evaluation, id)) !== null) {
    return no('It was let out before: the bundle can be fetched.')
  }
  return yes({ verdict, held: verdict.held, run: { id: run.id, salt: run.salt }, digest })
}

const idOfSigner = (parts: VerdictExportParts, person: string): string =>
  verifierOf(parts.signerOf(person)).key

/** A verdict leaves for an instance of lower classification where two people of one side agree. */
export const verdictExportKind = (parts: VerdictExportParts): ApprovalKind =>
  approvalKind({
    ...{ name: exportDownKind, title: 'Let a verdict out', mode: 'two-persons' },
    ...{ whoMayAsk: 'evaluate', whoMayDecide: 'evaluate' },
    shape: ExportWish,
    describe: async (tx, { request, by }) => {
      const found = await looked(tx, parts, { ...request, by })
      if (!found.ok) return found
      const { verdict, digest } = found.value
      const { engagement, capability, word, declarationSha256, resultsSha256 } = verdict
      const key = idOfSigner(parts, by.person)
      const says = [
        `The verdict ${verdict.id} leaves for an instance of lower classification.`,
        `The bundle says: ${bundleWording(capability, word)}.`,
        `It names the proposal ${digest}, the root of the pack, a number and a day: nothing else.`,
        `It is signed for person ${by.person} with the key ${key}, and for whoever grants this.`,
        `The developer of engagement ${engagement} sees that it left, and who let it.`,
        'Nothing in it holds, delays or permits a release.',
      ]
      const basis = { word, capability, declarationSha256, resultsSha256, digest, key }
      return yes({ subject: verdict.id, cases: [], says, basis })
    },
    carryOut: async (tx, { request, id, by, granted, now }) => {
      if (granted.organisation !== by.organisation) {
        return no('Whoever grants this has to evaluate for the same organisation.')
      }
      // Of two that are granted at once the second finds what the first let out.
      const first = await looked(tx, parts, { ...request, by: granted })
      if (!first.ok) return first
      await lockEngagement(tx, parts.keys.engagement, first.value.verdict.engagement)
      const seen = await looked(tx, parts, { ...request, by: granted })
      if (!seen.ok) return seen
      return carryOut(tx, parts, { looked: seen.value, approval: id, by, granted, now })
    },
  })

type Carrying = {
  readonly looked: Looked
  readonly approval: string
  readonly by: Party
  readonly granted: Party
  readonly now: Date
}

/** Makes and signs it, for the product itself; the engagement is locked since it was looked at. */
async function carryOut(
  tx: Tx,
  { keys, signerOf }: VerdictExportParts,
  { looked: { verdict, held, run, digest }, approval, by, granted, now }: Carrying,
): Promise<Result<null, string>> {
  const { engagement, capability } = verdict
  const number = await nextBundleNumber(tx, { engagement, capability })
  const made = verdictBundleOf({ recorded: held.recorded, engagement: digest, number, now })
  if (!made.ok) return no(made.refusal.map(({ why }) => why).join('; '))
  const { bundle, opening } = made.value
  if (bundle.verdict !== verdict.word) throw new TypeError(`${verdict.id} is worked out otherwise`)
  const text = signedVerdict(bundle, [signerOf(by.person), signerOf(granted.person)])
  const sha256 = digestOf(bundle)
  await keepBundle(tx, keys.evaluation, {
    ...{ verdict: verdict.id, engagement, capability, number, sha256, text, opening, run, now },
    ...{ approval, askedBy: by.person, grantedBy: granted.person },
  })
  const fields = {
    ...{ requestedBy: by.person, grantedBy: granted.person, approval },
    ...{ number: String(number), verdict: verdict.word },
  }
  const of = { at: now, action: 'verdict.export-down', kind: 'verdict' } as const
  await recordFor(tx, engagement, [{ ...of, record: verdict.id, digest: sha256, fields }])
  await tellEngagement(tx, engagement, now)
  return yes(null)
}

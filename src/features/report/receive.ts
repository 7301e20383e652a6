import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { digestOfLabel, type Label } from '#features/label/label.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import type { TapAttachment, TapSubmission } from '#formats/tap/intake.ts'
import type { IntakeWarning } from '#formats/tap/intake-problem.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import type { OwnSalt } from '#platform/crypto/keys.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { answerKept, type KeptAnswer } from './idempotency.store.ts'
import {
  contentOwner,
  digestOf,
  type Incoming,
  incomingOf,
  newReportId,
  ownSaltFor,
  type ReportKeys,
  type StoredAttachment,
  storedAttachment,
} from './incoming.ts'
import { labelNumber } from './label-header.ts'
import { type Receiver, Saturated } from './receiver.ts'
import { acceptedAnswer } from './tap-answer.ts'

export type ReceiveParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: ReportKeys
  readonly receiver: Receiver
}

/** A submission that was read, from whom, and the key by which it may come again. */
export type Sent = {
  readonly principal: Principal
  readonly submission: TapSubmission
  readonly warnings: readonly IntakeWarning[]
  readonly onceKey: string | null
  /** What it is to be labelled; null or absent for what is usual for its organisation. */
  readonly label?: Label | null
}

/**
 * Why a submission is not taken: `used` says that its key belongs to another one, the others that
 * there is no room, that its payloads could not be kept, or that its label is above what this
 * instance may hold. Nothing of it is stored.
 */
export type NotTaken = { readonly is: 'used' | 'saturated' | 'not-kept' | 'above-ceiling' }

/**
 * Takes a submission and answers once it is on disk: first its payloads, sealed, then the report
 * with everything that belongs to it. A request that comes again is answered as the first time.
 */
export async function receive(
  parts: ReceiveParts,
  { principal, submission, warnings, onceKey, label = null }: Sent,
): Promise<Result<KeptAnswer, NotTaken>> {
  const actor = actorOf(principal)
  const { organisation } = principal
  const digest = labelledDigest(digestOf(submission), label)
  const once = onceKey === null ? null : { key: onceKey, digest }
  const kept = once && (await answerBefore())
  if (kept) return kept
  const number = await labelNumber(parts.pool, actor, label)
  if (!number.ok) return no({ is: 'above-ceiling' })
  const prepared = await prepare(parts, { organisation, submission, warnings })
  if (prepared === null) return no({ is: 'not-kept' })
  const { incoming, answer } = prepared
  try {
    const taken = await parts.receiver.take({
      sender: { actor, token: principal.token },
      ...{ incoming, label: number.value },
      ...(once && { keeping: { ...once, answer } }),
    })
    if (taken === 'stored') return yes(answer)
  } catch (error) {
    if (error instanceof Saturated) return no({ is: 'saturated' })
    throw error
  }
  return (await answerBefore()) ?? no({ is: 'saturated' })

  async function answerBefore(): Promise<Result<KeptAnswer, NotTaken> | null> {
    if (once === null) return null
    const found = await asActor(parts.pool, actor, (tx) => answerKept(tx, organisation, once))
    if (found === null) return null
    return found === 'other' ? no({ is: 'used' }) : yes(found)
  }
}

/** A report that can be stored, and what is answered once it is. */
export type Prepared = { readonly incoming: Incoming; readonly answer: KeptAnswer }

type Preparing = Pick<Sent, 'submission' | 'warnings'> & { readonly organisation: string }

/** Keeps the payloads of a submission, sealed; null when one of them could not be kept. */
export async function prepare(
  { blobs, keys }: Pick<ReceiveParts, 'blobs' | 'keys'>,
  { organisation, submission, warnings }: Preparing,
): Promise<Prepared | null> {
  const id = newReportId()
  const own = ownSaltFor(id, submission)
  const files = await keepFiles(blobs, { organisation, own }, submission.attachments)
  if (files === null) return null
  const incoming = incomingOf({ submission, attachments: files, id, own }, keys)
  return { incoming, answer: acceptedAnswer(incoming.receipt, warnings) }
}

/** The same request under another label is another request. */
export const labelledDigest = (digest: Buffer, label: Label | null): Buffer =>
  label === null
    ? digest
    : createHash('sha256').update(digest).update(digestOfLabel(label)).digest()

/** Null when a payload could not be kept. */
export async function keepFiles(
  blobs: Blobs,
  { organisation, own }: { readonly organisation: string; readonly own: OwnSalt | null },
  attachments: readonly TapAttachment[],
): Promise<readonly StoredAttachment[] | null> {
  const associatedData = contentOwner(organisation)
  const keeping = { sealed: true, associatedData, ...(own && { own }) } as const
  const kept = await Promise.all(
    attachments.map(async (attachment, place) => {
      const blob = await blobs.put(attachment.bytes, keeping)
      return blob.ok ? storedAttachment(attachment, place, blob.value) : null
    }),
  )
  const stored = kept.flatMap((one) => one ?? [])
  return stored.length === kept.length ? stored : null
}

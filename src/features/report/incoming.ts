import { createHash, randomBytes } from 'node:crypto'
import { randomName } from '#features/org/org.ts'
import { pseudonymKeysOf } from '#features/org/pseudonym.store.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { JsonObject } from '#formats/json/reader.ts'
import type { TapAttachment, TapSubmission } from '#formats/tap/intake.ts'
import { type Receipt, receiptBytes, receiptOf } from '#formats/tap/receipt.ts'
import { tapDecoder } from '#formats/tap/tap.ts'
import { type Id, idOf } from '#kernel/id.ts'
import type { BlobRef } from '#platform/blobs/blobs.ts'
import { type DestroyedKeys, nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import {
  type Keys,
  keysFor,
  type OwnSalt,
  ownKeysFor,
  ownSaltBytes,
  type PurposeKeys,
} from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { ReportId } from './report.ts'
import { asideOf } from './standing.ts'
import { storedJson, storedName, storedText } from './stored-json.ts'

export type AttachmentId = Id<'attachment'>
export const AttachmentId = idOf('attachment')

/** A file of a report whose bytes are kept already, sealed. */
export type StoredAttachment = {
  readonly id: AttachmentId
  readonly place: number
  readonly filename: string
  readonly contentType: string
  readonly type: string
  readonly description: string | null
  readonly blob: BlobRef
}

/** A report that is to be stored: every text fits the database, every secret is sealed. */
export type Incoming = {
  readonly id: ReportId
  readonly receipt: Receipt
  readonly format: string
  readonly document: string
  /** Null where nobody is named: then who handed it in is credited. */
  readonly finders: readonly string[] | null
  /** Null where no tool is named: then the list is that of who handed it in. */
  readonly source: string | null
  readonly title: string
  readonly severity: string | null
  /** JSON text. */
  readonly finding: string
  /** JSON text of what the audit keeps; null where the finding holds its original. */
  readonly record: string | null
  readonly aside: string | null
  readonly notify: string
  readonly contact: Buffer | null
  readonly sealed: Buffer | null
  /** What its payloads have keys of their own by; null where it has none. */
  readonly salt: Buffer | null
  readonly attachments: readonly StoredAttachment[]
}

/** What is sealed in rows, each for its own purpose. */
export type ReportKeys = {
  readonly contact: PurposeKeys
  readonly finding: PurposeKeys
  /** Reports whose payloads must not be opened any more, whatever stands in the database. */
  readonly destroyed: DestroyedKeys
  /** Of the names of those who are known by a pseudonym. */
  readonly pseudonym: PurposeKeys
}

export const reportKeysOf = (keys: Keys): ReportKeys => ({
  contact: keysFor(keys, 'report contact'),
  finding: keysFor(keys, 'report finding'),
  destroyed: keys.destroyed ?? nothingDestroyed,
  pseudonym: pseudonymKeysOf(keys),
})

export const newReceipt = (): Receipt => receiptOf(randomBytes(receiptBytes))
export const newReportId = (): ReportId => ReportId.of(randomName())

/** Keys for the payloads of a report that is new; null where it has none. */
export const ownSaltFor = (
  id: ReportId,
  { attachments }: Pick<TapSubmission, 'attachments'>,
): OwnSalt | null => (attachments.length === 0 ? null : { id, salt: randomBytes(ownSaltBytes) })

/** A submission whose payloads are kept already. */
export type Filed = {
  readonly submission: TapSubmission
  readonly attachments: readonly StoredAttachment[]
  readonly id: ReportId
  /** With which the attachments were kept. */
  readonly own: OwnSalt | null
  /** Where it stands in a document of several. */
  readonly line?: number
}

/** A submission becomes a report: its payloads are in blobs by now, and nowhere in the clear. */
export function incomingOf(
  { submission, attachments, id, own, line }: Filed,
  keys: ReportKeys,
): Incoming {
  const receipt = newReceipt()
  const { open, hidden } = findingsOf(submission, line)
  const { email, notify } = submission
  return {
    ...{ id, receipt, attachments, notify, format: tapDecoder.name, document: receipt },
    ...{ finders: null, source: open.tool ? storedName(open.tool.name) : null },
    ...{ title: storedText(open.title), severity: open.severity ?? null },
    aside: asideOf(open.standing),
    finding: storedJson(open),
    record: storedJson(recordOf(submission, keys, id)),
    contact: email === undefined ? null : seal(keys.contact, email, id),
    sealed: hidden === null ? null : seal(findingKeys(keys, own), JSON.stringify(hidden), id),
    salt: own && Buffer.from(own.salt),
  }
}

/** What the sealed part of a report is sealed with: keys of its own, where it has a salt. */
export const findingKeys = ({ finding }: ReportKeys, own: OwnSalt | null): PurposeKeys =>
  own === null ? finding : ownKeysFor(finding, own)

/** The address stands in the audit record as the contract asks, sealed as everywhere. */
function recordOf({ record }: TapSubmission, keys: ReportKeys, id: ReportId): JsonObject {
  const { email } = record
  if (typeof email !== 'string') return record
  return { ...record, email: { sealed: seal(keys.contact, email, id).toString('base64') } }
}

const textsKeptMax = 65_536

/**
 * The finding without anything of the payloads, and the members that the payloads change. The
 * original stands in the audit record, once.
 */
function findingsOf(
  { document, attachments }: TapSubmission,
  line: number | undefined,
): { readonly open: Finding; readonly hidden: Partial<Finding> | null } {
  const whole = decoded(document, line)
  if (attachments.length === 0) return { open: whole, hidden: null }
  const {
    attachments: _files,
    exploit: _exploit,
    exploit_content_type: _exploitType,
    raw: _raw,
    raw_content_type: _rawType,
    ...clear
  } = document
  const open = decoded(clear, line)
  const hidden = Object.entries(whole).filter(
    ([name, member]) => JSON.stringify(member) !== JSON.stringify(memberOf(open, name)),
  )
  return { open, hidden: hidden.length > 0 ? bounded(Object.fromEntries(hidden)) : null }
}

const memberOf = (finding: Finding, name: string): unknown =>
  Object.entries(finding).find(([key]) => key === name)?.[1]

function decoded(value: JsonObject, line: number | undefined): Finding {
  const [finding] = tapDecoder.decode({ kind: 'json', value, text: '' }).findings
  if (!finding) throw new TypeError('a report gives no finding')
  return { ...finding, original: null, ...(line !== undefined && { at: { line } }) }
}

/** Judging looks at the beginnings of long texts only; all of them are among the attachments. */
const bounded = (hidden: Partial<Finding>): Partial<Finding> =>
  JSON.parse(
    JSON.stringify(hidden, (_key, member: unknown) =>
      typeof member === 'string' ? member.slice(0, textsKeptMax) : member,
    ),
  )

/** A report as it lies in the database: without a salt it is from before reports had one. */
type StoredParts = {
  readonly finding: Finding
  readonly sealed: Uint8Array | null
  readonly salt: Uint8Array | null
}

/**
 * The finding with what its payloads say: what correlation and the people of a case look at.
 *
 * @throws TypeError when the sealed part does not belong to this report
 */
export function wholeFinding(
  keys: ReportKeys,
  id: string,
  { finding, sealed, salt }: StoredParts,
): Finding {
  if (sealed === null || keys.destroyed.has(id)) return finding
  const own = salt && { id, salt }
  const opened = unseal(findingKeys(keys, own), sealed, id)
  if (!opened.ok) throw new TypeError(`the sealed part of ${id} ${opened.refusal.why}`)
  const hidden: Partial<Finding> = JSON.parse(opened.value.toString('utf8'))
  return { ...finding, ...hidden }
}

/** What two requests have in common that say the same, whatever way they were sent. */
export function digestOf({ record, attachments }: TapSubmission): Buffer {
  const hash = createHash('sha256').update('report\n').update(JSON.stringify(record))
  for (const { bytes } of attachments) {
    hash.update('\n').update(createHash('sha256').update(bytes).digest())
  }
  return hash.digest()
}

/** What sealed content of an organisation is bound to; the same is needed to open it. */
export const contentOwner = (organisation: string): string => organisation

export const storedAttachment = (
  { filename, contentType, type, description }: TapAttachment,
  place: number,
  blob: BlobRef,
): StoredAttachment => ({
  ...{ id: AttachmentId.of(randomName()), place, filename: storedText(filename), contentType },
  ...{ type, description: description === undefined ? null : storedText(description), blob },
})

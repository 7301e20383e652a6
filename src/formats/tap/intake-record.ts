import { isUtf8 } from 'node:buffer'
import type { JsonObject } from '#formats/json/reader.ts'
import { deprecatedFields, type Filed } from './attachment.ts'
import { isTextType } from './content-type.ts'
import type { TapAttachment, TapSubmission } from './intake.ts'
import { payloadFields } from './sent-report.ts'

/** Stands for a payload in what may be read in the clear. */
const marker = ({ bytes }: TapAttachment): string => `[payload of ${bytes.length} bytes]`

const metadataOf = ({ filename, contentType, description, type }: TapAttachment) => ({
  ...{ filename, content_type: contentType, type },
  ...(description !== undefined && { description }),
})

/**
 * The audit record: the JSON of the report as it was sent, payloads replaced by markers, metadata
 * of attachments canonical. What came in parts stands where it would have stood in JSON.
 */
export function recordOf(members: JsonObject, filed: readonly Filed[]): JsonObject {
  const payloads: ReadonlySet<string> = new Set(payloadFields)
  const kept = Object.entries(members).filter(([key]) => !payloads.has(key))
  const isDeprecated = ({ path }: Filed): boolean =>
    deprecatedFields.some((field) => field === path)
  const attachments = filed
    .filter((each) => !isDeprecated(each))
    .map(({ attachment }) => ({ ...metadataOf(attachment), data: marker(attachment) }))
  const deprecated = filed.filter(isDeprecated).flatMap(({ path, attachment }) => [
    [path, marker(attachment)],
    [`${path}_content_type`, attachment.contentType],
  ])
  return Object.fromEntries([
    ...kept,
    ...(attachments.length > 0 ? [['attachments', attachments]] : []),
    ...deprecated,
  ])
}

type Documented = Omit<TapSubmission, 'record' | 'document'>

/**
 * What `tapDecoder` reads the submission from. The address and the wish to be told stay out: they
 * say nothing of the flaw, and a finding is seen by more people than they are meant for.
 */
export function documentOf(submission: Documented): JsonObject {
  const { versions, references, upstreamIds, attachments } = submission
  return withoutAbsent({
    purl: submission.purl,
    software: submission.software,
    ecosystem: submission.ecosystem,
    versions,
    code_path: submission.codePath,
    affected_symbol: submission.affectedSymbol,
    references,
    upstream_ids: upstreamIds,
    introduced_commit: submission.introducedCommit,
    fixed_commit: submission.fixedCommit,
    package_repo_url: submission.packageRepoUrl,
    discovery_method: submission.discoveryMethod,
    discovery_tooling: submission.discoveryTooling,
    enrichment: submission.enrichment,
    attachments: attachments.flatMap(documentOfFile),
  })
}

const withoutAbsent = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )

/**
 * A file for the decoder. One that is text, whatever type it was sent with, is shown as it is. Of
 * the others, and of blank ones, only proofs are worth a mention: a marker among prose or in a
 * patch would pass for it.
 */
function documentOfFile(attachment: TapAttachment): JsonObject[] {
  const { bytes, contentType, type } = attachment
  const isText = isTextType(contentType) || (isUtf8(bytes) && !bytes.includes(0))
  const data = isText ? textOf(bytes) : ''
  const metadata = metadataOf(attachment)
  const shown = isTextType(contentType) ? contentType : 'text/plain'
  if (data.trim() !== '') return [{ ...metadata, content_type: shown, data }]
  if (type !== 'reproducer' && type !== 'exploit-proof-of-concept') return []
  const mention = `[file ${attachment.downloadName}, ${bytes.length} bytes, not shown]`
  return [{ ...metadata, content_type: 'text/plain', data: mention }]
}

/** NUL has a stand-in: PostgreSQL keeps none in JSON, and nobody could see it. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('utf8').replaceAll('\0', '\ufffd')

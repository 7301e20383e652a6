import type { JsonObject } from '#formats/json/reader.ts'
import type { IntakeProblem, IntakeWarning } from './intake-problem.ts'

/** A report as the contract takes it: checked, canonical, its payloads decoded. */
export type TapSubmission = {
  /** Canonical, with its version; absent only beside `software` and `ecosystem`. */
  readonly purl?: string
  readonly software?: string
  /** By OSV's name, with its release: `Debian:12`; or `Hardware`. */
  readonly ecosystem?: string
  /** Each once, in the order sent; the version of the purl is one of them. */
  readonly versions: readonly string[]
  readonly codePath?: string
  readonly affectedSymbol?: AffectedSymbol
  readonly references: readonly string[]
  readonly upstreamIds: readonly string[]
  /** 7 to 64 lower-case hexadecimal digits, as is `fixedCommit`. */
  readonly introducedCommit?: string
  readonly fixedCommit?: string
  readonly packageRepoUrl?: string
  readonly discoveryMethod?: string
  readonly discoveryTooling?: string
  /** Personal and never echoed: it stands here and in `record`, nowhere in `document`. */
  readonly email?: string
  readonly notify: Notify
  readonly enrichment?: JsonObject
  /** At most 16: those sent, in their order, then the deprecated `exploit` and `raw`. */
  readonly attachments: readonly TapAttachment[]
  /**
   * For the audit: the JSON of the report with each payload replaced by a marker and the metadata
   * of attachments canonical. The same for a report sent as JSON and as multipart.
   */
  readonly record: JsonObject
  /**
   * A report for `tapDecoder`, so that the submission becomes a finding: without the address, with
   * payloads that are text in the clear and a marker for each proof that is not. Seal it as you
   * seal the payloads.
   */
  readonly document: JsonObject
}

/** `line` is shown to people and never compared. */
export type AffectedSymbol = {
  readonly file?: string
  readonly function?: string
  readonly line?: number
}

export type Notify = 'off' | 'final' | 'milestones' | 'all'

export type AttachmentType =
  | 'patch'
  | 'exploit-proof-of-concept'
  | 'reproducer'
  | 'threat-model'
  | 'other'

/** A file of a report. Only `bytes` is secret; the rest may be stored and logged in the clear. */
export type TapAttachment = {
  readonly filename: string
  /** The file name with the extension of its type, unless it ends in it; unique in a report. */
  readonly downloadName: string
  /** In lower case and without parameters. */
  readonly contentType: string
  readonly type: AttachmentType
  readonly description?: string
  /** The file itself, base64 undone; never empty. */
  readonly bytes: Uint8Array
}

export type IntakeRequest = {
  /** The header as it came; null where there was none. */
  readonly contentType: string | null
  readonly body: Uint8Array
}

export type IntakeReading =
  | {
      readonly ok: true
      readonly submission: TapSubmission
      readonly warnings: readonly IntakeWarning[]
    }
  | { readonly ok: false; readonly problem: IntakeProblem }

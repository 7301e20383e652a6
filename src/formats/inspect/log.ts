import type { JsonObject } from '#formats/json/reader.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import type { ByteSource } from '#formats/zip/source.ts'
import type { SampleFacts } from './sample-facts.ts'

/** A sample's id as the data set has it: 7 and "7" are told apart only by their writing. */
export type SampleId = string | number

/** A number that a metric has for all samples of a log. */
export type LogMetric = { readonly name: string; readonly value: number | null }

/** What one scorer came to over all samples. */
export type LogScore = {
  readonly name: string
  readonly scorer: string
  readonly reducer: string | null
  readonly scored: number | null
  readonly unscored: number | null
  readonly metrics: readonly LogMetric[]
}

/** What a log says of itself, without its samples. `json` is all of it, unknown keys included. */
export type LogHeader = {
  readonly version: number | null
  /** `success`, `error`, `cancelled`, or `started` where the run did not come to its end. */
  readonly status: string
  readonly task: string
  readonly taskVersion: string | null
  readonly model: string
  readonly evalId: string | null
  readonly runId: string | null
  readonly createdAt: string | null
  readonly startedAt: string | null
  readonly completedAt: string | null
  readonly dataset: string | null
  readonly sampleIds: readonly SampleId[]
  readonly epochs: number
  /** How many samples, times epochs, the results were made for; null without results. */
  readonly samplesTotal: number | null
  readonly samplesCompleted: number | null
  readonly scorers: readonly string[]
  readonly scores: readonly LogScore[]
  readonly error: string | null
  readonly isInvalidated: boolean
  readonly packages: ReadonlyMap<string, string>
  readonly json: JsonObject
}

/** Something odd about a log. `isLost`: part of it could not be read. */
export type LogRemark = { readonly why: string; readonly at?: string; readonly isLost: boolean }

/** Where the text of a sample lies. */
export type SamplePlace =
  | { readonly is: 'member'; readonly member: ZipMember }
  | { readonly is: 'chunked'; readonly parts: ReadonlyMap<string, ZipMember> }
  | { readonly is: 'span'; readonly from: number; readonly to: number }

export type SampleEntry = {
  /** The id as text, which names the sample within its log together with the epoch. */
  readonly id: string
  readonly epoch: number
  readonly place: SamplePlace
}

/** The samples of a log in its order, no two with one `keyOf`; a map of them is that. */
export type LogSamples = Pick<ReadonlyMap<string, SampleEntry>, 'size' | 'values'>

/** An Inspect log that was opened: its header, and where each sample is. */
export type InspectLog = {
  readonly container: 'eval' | 'json'
  readonly source: ByteSource
  readonly header: LogHeader
  readonly samples: LogSamples
  /** What a reader needs for a table of all samples; read by `summariesOf`. */
  readonly summaries: SummaryPlace
  readonly reductions: ZipMember | readonly unknown[] | null
  readonly remarks: readonly LogRemark[]
}

export type SummaryPlace =
  | { readonly is: 'members'; readonly members: readonly ZipMember[] }
  | { readonly is: 'read'; readonly facts: readonly SampleFacts[] }

/** What tells a sample from the others of its log. */
export const keyOf = (id: SampleId, epoch: number): string => `${epoch} ${id}`

/** Members of a sample that grow with its length: they are read by `contentOf`, one by one. */
export const longMembers: readonly string[] = [
  ...['messages', 'events', 'attachments', 'events_data'],
  // What `events_data` was before it had that name.
  ...['message_pool', 'call_pool'],
]

/** Bounds on what is held of a log at one time. */
export const logLimits = {
  headerBytesMax: 256 * 2 ** 20,
  summariesBytesMax: 2 ** 31,
  /** A sample up to this size is read in one go. */
  sampleBytesWhole: 8 * 2 ** 20,
  /** Of one message, event, attachment or other member of a larger sample. */
  valueBytesMax: 32 * 2 ** 20,
  /** Messages, calls and attachments that are held to be put in where they are referred to. */
  poolBytesMax: 96 * 2 ** 20,
  depthMax: 1_000,
} as const

import { createHash } from 'node:crypto'
import { canonicalJson } from '#features/ledger/entry.ts'
import type { Terms } from './terms.ts'
import type { Window } from './window.ts'

/**
 * How evaluators reach the model: through the developer's endpoint, or with weights handed over.
 */
export const reaches = ['endpoint', 'weights'] as const
export type Reach = (typeof reaches)[number]

/** The one model that an engagement is about, as the developer describes it. */
export type OfferedModel = {
  readonly name: string
  readonly version: string
  readonly modalities: readonly ('text' | 'image' | 'audio' | 'video')[]
  readonly reach: Reach
  /** Variants that may be asked: with all safeguards, without, or named ones between. */
  readonly safeguards: readonly string[]
  readonly contextTokens: number
  readonly tools: readonly string[]
  /**
   * Weights will be published: there is no endpoint to close, so what was handed over goes back.
   */
  readonly isOpenWeight: boolean
}

/** What an evaluator says about itself before the developer agrees to anything. */
export type Independence = {
  readonly organisation: string
  readonly isIndependent: boolean
  /** Each one in words; none is an empty list. */
  readonly conflicts: readonly string[]
  readonly declaredAt: Date
}

/** What a developer may add of its own accord; nothing asks for it. */
export const disclosureKinds = ['training-summary', 'stress-test', 'safety-evaluation'] as const
export type Disclosure = {
  readonly kind: (typeof disclosureKinds)[number]
  readonly title: string
  readonly sha256: string
}

/** All that both sides agree to, or none of it. */
export type Proposal = {
  readonly model: OfferedModel
  readonly plannedReleaseAt: Date
  readonly window: Window
  readonly terms: Terms
  /** The agreement as a document, by the SHA-256 of its bytes; null where the values are all. */
  readonly documentSha256: string | null
  readonly disclosures: readonly Disclosure[]
  readonly independence: readonly Independence[]
}

/** SHA-256 of the canonical JSON, hexadecimal: both sides name it when they accept. */
export const digestOf = (proposal: Proposal): string =>
  createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(proposal))))
    .digest('hex')

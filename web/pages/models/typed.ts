import type { Proposal, ProposalWish, Terms } from '../../api/types.ts'
import type { disclosureWords } from '../../parts/engagement-words.ts'

/** A proposal as somebody types it: numbers and moments are texts, lists are lines. */
export type TypedTerms = {
  readonly purposes: Terms['purposes'][number][]
  readonly people: readonly string[]
  readonly places: string
  readonly visibility: Terms['promptsShownToDeveloper']
  readonly audiences: Terms['audiences'][number][]
  readonly publication: Terms['publication']
  readonly transcriptDays: string
  readonly resultDays: string
  readonly disposal: Terms['disposal']
  readonly requests: string
  readonly tokens: string
  readonly usd: string
  readonly atOnce: string
}

export type TypedDisclosure = {
  readonly kind: keyof typeof disclosureWords
  readonly title: string
  readonly sha256: string
}

export type Typed = TypedTerms & {
  readonly name: string
  readonly version: string
  readonly modalities: ProposalWish['model']['modalities'][number][]
  readonly reach: ProposalWish['model']['reach']
  readonly safeguards: string
  readonly contextTokens: string
  readonly tools: string
  readonly isOpenWeight: boolean
  /** Moments as a field of a form has them, in UTC: `2026-11-22T09:00:00`. */
  readonly releaseAt: string
  readonly opensAt: string
  readonly closesAt: string
  readonly documentSha256: string
  readonly disclosures: readonly TypedDisclosure[]
}

const dayMs = 86_400_000

/** A moment for a field, in UTC and to the second. */
export const fieldOf = (iso: string): string => iso.slice(0, 19)
/** A moment from a field; null where none was typed. */
export function momentOf(field: string): string | null {
  const at = new Date(`${field}${field.length === 16 ? ':00' : ''}Z`)
  return field === '' || Number.isNaN(at.getTime()) ? null : at.toISOString()
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Only digits are a number; anything else is one that the server refuses, at its place. */
const wholeOf = (text: string): number =>
  /^\d{1,15}$/.test(text.trim().replaceAll(',', '')) ? Number(text.replaceAll(',', '')) : -1

/** What is proposed where nothing else is said: it gives little, and for a short while. */
export function usual(now: number): Typed {
  const tomorrow = new Date(now + dayMs).toISOString().slice(0, 10)
  return {
    ...{ name: '', version: '', modalities: ['text'], reach: 'endpoint' },
    ...{ safeguards: 'All safeguards on', contextTokens: '128000', tools: '', isOpenWeight: false },
    ...{ releaseAt: '', opensAt: `${tomorrow}T09:00:00`, closesAt: '' },
    ...{ purposes: ['capability-evaluation'], people: [], places: '', visibility: 'digests' },
    ...{ audiences: [], publication: 'nothing', transcriptDays: '30', resultDays: '365' },
    ...{ disposal: 'destroy', requests: '20000', tokens: '100000000', usd: '1000', atOnce: '8' },
    ...{ documentSha256: '', disclosures: [] },
  }
}

export const typedTerms = (terms: Terms): TypedTerms => ({
  ...{ purposes: [...terms.purposes], people: terms.people, places: terms.places.join('\n') },
  ...{ visibility: terms.promptsShownToDeveloper, audiences: [...terms.audiences] },
  ...{ publication: terms.publication, disposal: terms.disposal },
  transcriptDays: String(terms.retentionDays.transcripts),
  resultDays: String(terms.retentionDays.results),
  requests: String(terms.budget.requests),
  tokens: String(terms.budget.tokens),
  usd: String(terms.budget.microUsd / 1_000_000),
  atOnce: String(terms.budget.atOnce),
})

export const typedOf = ({ model, window, terms, ...rest }: Proposal): Typed => ({
  ...typedTerms(terms),
  ...{ name: model.name, version: model.version, modalities: [...model.modalities] },
  ...{ reach: model.reach, isOpenWeight: model.isOpenWeight },
  ...{ safeguards: model.safeguards.join('\n'), tools: model.tools.join('\n') },
  contextTokens: String(model.contextTokens),
  releaseAt: fieldOf(rest.plannedReleaseAt),
  ...{ opensAt: fieldOf(window.opensAt), closesAt: fieldOf(window.closesAt) },
  documentSha256: rest.documentSha256 ?? '',
  disclosures: rest.disclosures.map((one) => ({ ...one })),
})

export const termsOf = (typed: TypedTerms): Terms => ({
  ...{ purposes: typed.purposes, people: typed.people, places: linesOf(typed.places) },
  ...{ promptsShownToDeveloper: typed.visibility, audiences: typed.audiences },
  ...{ publication: typed.publication, disposal: typed.disposal },
  retentionDays: {
    transcripts: wholeOf(typed.transcriptDays),
    results: wholeOf(typed.resultDays),
  },
  budget: {
    ...{ requests: wholeOf(typed.requests), tokens: wholeOf(typed.tokens) },
    microUsd: Math.round(Number(typed.usd.replaceAll(',', '') || '-1') * 1_000_000) || 0,
    atOnce: wholeOf(typed.atOnce),
  },
})

/**
 * The moment that was meant: the exact one of before where the field still says the same second,
 * so that what nobody changed stays the same to the millisecond.
 */
const kept = (field: string, before: string | undefined): string | null =>
  before !== undefined && fieldOf(before) === field ? before : momentOf(field)

/** The proposal that was typed; null where a moment is missing. Access ends with the release. */
export function proposalOf(typed: Typed, before?: Proposal): ProposalWish | null {
  const plannedReleaseAt = kept(typed.releaseAt, before?.plannedReleaseAt)
  const opensAt = kept(typed.opensAt, before?.window.opensAt)
  const closesAt =
    typed.closesAt === '' ? plannedReleaseAt : kept(typed.closesAt, before?.window.closesAt)
  if (plannedReleaseAt === null || opensAt === null || closesAt === null) return null
  return {
    model: {
      ...{ name: typed.name.trim(), version: typed.version.trim() },
      ...{ modalities: typed.modalities, reach: typed.reach },
      ...{ safeguards: linesOf(typed.safeguards), tools: linesOf(typed.tools) },
      contextTokens: wholeOf(typed.contextTokens),
      isOpenWeight: typed.isOpenWeight,
    },
    ...{ plannedReleaseAt, window: { opensAt, closesAt }, terms: termsOf(typed) },
    documentSha256: typed.documentSha256.trim().toLowerCase() || null,
    disclosures: typed.disclosures.map(({ kind, title, sha256 }) => ({
      ...{ kind, title: title.trim(), sha256: sha256.trim().toLowerCase() },
    })),
  }
}

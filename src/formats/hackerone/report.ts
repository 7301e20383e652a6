import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { proofsIn } from '#formats/advisory/proof.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { weaknessNamed } from './weakness.ts'

/** What a report says, whichever export it stands in. */
export type Report = {
  readonly id: string | undefined
  readonly title: string | undefined
  readonly body?: readonly (string | undefined)[]
  /** `new`, `triaged`, `resolved`, `not-applicable`, ... */
  readonly state: string | undefined
  readonly rating: string | undefined
  readonly score?: number | undefined
  readonly weakness?: { readonly id?: string | undefined; readonly name?: string | undefined }
  readonly asset?: { readonly kind?: string | undefined; readonly name?: string | undefined }
  readonly programme?: string | undefined
  readonly reporters: readonly (string | undefined)[]
  readonly names?: readonly (string | undefined)[]
  readonly links?: readonly (string | undefined)[]
  readonly reported?: string | undefined
}

export type Said = Omit<Finding, 'at' | 'original'>

/** A finding for a report; undefined when the report has neither title nor text. */
export function saidBy(report: Report): Said | undefined {
  const details = paragraphs(report.body ?? [])
  const title = report.title ?? titleFrom(details)
  if (title === undefined) return undefined
  const { score } = report
  return present<Said>({
    title: oneLine(title),
    details,
    nativeId: report.id,
    aliases: publicIds(report.names ?? []),
    severity: severityOf(report.rating),
    score: score !== undefined && score > 0 && score <= 10 ? score : undefined,
    cwe: weaknessesOf(report),
    ...assetOf(report),
    finders: distinct(report.reporters),
    proofs: proofsIn(details),
    references: distinct(report.links ?? []),
    published: report.reported,
    standing: standingOf(report.state),
  })
}

/** HackerOne numbers its weaknesses by CWE or CAPEC; tables give the name only. */
function weaknessesOf({ weakness }: Report): number[] {
  const stated = /^cwe-\d/i.test(weakness?.id ?? '') ? cweNumbers([weakness?.id ?? '']) : []
  return stated.length > 0 ? stated : cweNumbers([weaknessNamed(weakness?.name) ?? 0])
}

/** Kinds of assets at which a flaw shows; other assets are products. */
const reachable = /^(url|wildcard|domain|cidr|ip_address|other_url)$/i
const looksReachable = /^(https?:\/\/|\*\.|[\w-]+(\.[\w-]+)*\.[a-z]{2,}([/:]|$))/i

/** The asset as an endpoint or as a product of the programme; a bare number names neither. */
function assetOf({ asset, programme }: Report): Pick<Said, 'endpoints' | 'components'> {
  const name = asset?.name?.trim()
  if (!name) return {}
  const kind = asset?.kind
  if (kind === undefined ? looksReachable.test(name) : reachable.test(kind)) {
    return { endpoints: [name] }
  }
  if (/^\d+$/.test(name)) return {}
  return { components: [present<Component>({ name, vendor: programme })] }
}

/**
 * States in which the programme itself takes a report back. A duplicate is none of them: it
 * tells of a flaw, and whose report came first is decided by comparing.
 */
const standings: Readonly<Record<string, Standing>> = {
  resolved: { is: 'fixed', why: 'resolved' },
  informative: { is: 'accepted', why: 'informative' },
  'not-applicable': { is: 'false-positive', why: 'not applicable' },
  spam: { is: 'false-positive', why: 'spam' },
}

function standingOf(state: string | undefined): Standing | undefined {
  const key = state?.trim().toLowerCase().replaceAll(/[ _]/g, '-') ?? ''
  return Object.hasOwn(standings, key) ? standings[key] : undefined
}

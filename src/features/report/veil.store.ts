import { pseudonymOf, realNameOf } from '#features/org/pseudonym.store.ts'
import { type Veil, veiledJson, veilOf } from '#features/org/pseudonym.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { findingKeys, type ReportKeys } from './incoming.ts'
import type { Entry } from './receive.store.ts'

/** What takes the names of one pseudonymous organisation out of what it hands in. */
export type ReportVeil = {
  readonly pseudonym: string
  /** Who it is, as it gave its names. */
  readonly names: readonly string[]
}

/**
 * The veil of an organisation; null where its name is its own. The actor is the product itself or a
 * member of the organisation: nobody else may open the names.
 */
export async function organisationVeil(
  tx: Tx,
  organisation: string,
  keys: ReportKeys,
): Promise<ReportVeil | null> {
  const pseudonym = await pseudonymOf(tx, organisation)
  if (pseudonym === null) return null
  const real = await realNameOf(tx, keys.pseudonym, organisation)
  if (real === null) throw new TypeError(`the names of ${organisation} are not there`)
  return { pseudonym, names: [...real.names, ...(real.contact === null ? [] : [real.contact])] }
}

/** Names that a document credits and that are too short to be looked for in prose. */
const creditMin = 4
/** Of more credits than this the others are replaced as credits, but not looked for in prose. */
const creditsMax = 1_000

const wholeVeil = ({ pseudonym, names }: ReportVeil, credits: readonly string[]): Veil =>
  veilOf(pseudonym, [
    ...names,
    ...credits.filter((one) => one.length >= creditMin).slice(0, creditsMax),
  ])

type Told = {
  readonly finders: readonly string[]
  readonly source: string
  readonly title: string
  readonly document: string
  readonly aside: string | null
  /** JSON text. */
  readonly finding: string
}

/** A finding of a document: its credits are the pseudonym, and no text in it names anybody. */
export function veiledFinding<T extends Told>(veil: ReportVeil, found: T): T {
  const credits = creditsOf(found)
  const hide = wholeVeil(veil, credits)
  return {
    ...found,
    ...{ finders: [veil.pseudonym], source: hide(found.source), title: hide(found.title) },
    ...{ document: hide(found.document), aside: found.aside && hide(found.aside) },
    finding: veiledCredits(veiledJson(found.finding, hide), veil),
  }
}

/** Whom a finding credits. Where it credits nobody, the tool or the file stands in their place. */
function creditsOf({ finding, finders, source, document }: Told): readonly string[] {
  const said: unknown = JSON.parse(finding)
  const isNamed = typeof said === 'object' && said !== null && 'finders' in said
  const named = isNamed && Array.isArray(said.finders) ? said.finders : []
  return [...named, ...finders]
    .filter((one) => typeof one === 'string')
    .filter((one) => one !== source && one !== document)
}

/** Credits too short to be looked for in prose are still replaced where they are credits. */
function veiledCredits(finding: string, { pseudonym }: ReportVeil): string {
  const said: unknown = JSON.parse(finding)
  if (typeof said !== 'object' || said === null || !('finders' in said)) return finding
  return JSON.stringify({ ...said, finders: [pseudonym] })
}

/** What an upload is called by who sent it. */
export function veiledDocument<T extends { name: string; series: string | null }>(
  veil: ReportVeil,
  document: T,
): T {
  const hide = wholeVeil(veil, [])
  const { name, series } = document
  return { ...document, name: hide(name), series: series === null ? null : hide(series) }
}

/** The same for reports that are about to be stored, of whatever organisations. */
export async function veilEntries(
  tx: Tx,
  entries: readonly Entry[],
  keys: ReportKeys,
): Promise<readonly Entry[]> {
  const veils = new Map<string, ReportVeil>()
  for (const organisation of new Set(entries.map((entry) => entry.organisation))) {
    const veil = await organisationVeil(tx, organisation, keys)
    if (veil !== null) veils.set(organisation, veil)
  }
  return entries.map((entry) => {
    const veil = veils.get(entry.organisation)
    return veil === undefined ? entry : veiledEntry(veil, entry, keys)
  })
}

function veiledEntry(veil: ReportVeil, entry: Entry, keys: ReportKeys): Entry {
  const { incoming } = entry
  const { finders, source, record, sealed, salt, id } = incoming
  const found = { ...incoming, finders: finders ?? [], source: source ?? '' }
  const hide = wholeVeil(veil, creditsOf(found))
  const open = veiledFinding(veil, found)
  return {
    ...entry,
    incoming: {
      ...{ ...open, source: source === null ? null : open.source },
      record: record === null ? null : veiledJson(record, hide),
      sealed: sealed === null ? null : resealed(sealed, { hide, veil, keys, id, salt }),
      attachments: incoming.attachments.map((file) => ({
        ...{ ...file, filename: hide(file.filename) },
        description: file.description && hide(file.description),
      })),
    },
  }
}

type Resealing = {
  readonly hide: Veil
  readonly veil: ReportVeil
  readonly keys: ReportKeys
  readonly id: string
  /** What its own keys are derived from. */
  readonly salt: Buffer | null
}

/** What payloads say of a finding is shown with it, so no name stays in that either. */
function resealed(sealed: Buffer, { hide, veil, keys, id, salt }: Resealing): Buffer {
  const own = findingKeys(keys, salt && { id, salt })
  const opened = unseal(own, sealed, id)
  if (!opened.ok) throw new TypeError(`the sealed part of ${id} ${opened.refusal.why}`)
  const hidden = veiledCredits(veiledJson(opened.value.toString('utf8'), hide), veil)
  return seal(own, hidden, id)
}

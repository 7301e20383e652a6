import { canonicalJson } from '#features/ledger/entry.ts'
import { sha256 } from '#formats/tlog/hash.ts'

/** Ordered from what anybody may see; db/migrations keeps the places in these lists, from 0. */
export const classifications = [
  ...(['unclassified', 'restricted', 'confidential', 'secret', 'top-secret'] as const),
] as const
export type Classification = (typeof classifications)[number]

/** The Traffic Light Protocol, version 2.0 (FIRST, 2022), from the widest audience. */
export const tlpColours = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const
export type Tlp = (typeof tlpColours)[number]

/**
 * By what law or agreement information is protected: shared under the Cybersecurity Information
 * Sharing Act of 2015 (6 U.S.C. 1501-1510), Protected Critical Infrastructure Information (6 CFR
 * part 29), or a contract.
 */
export const protections = ['cisa-2015', 'pcii', 'contract'] as const
export type Protection = (typeof protections)[number]

/** A protection and the days on which it begins and ends, as `YYYY-MM-DD`. */
export type Legal = {
  readonly kind: Protection
  readonly from: string
  /** Null for no end. */
  readonly until: string | null
}

/** What a record may be shown to. Lists are sets: sorted, each member once. */
export type Label = {
  readonly classification: Classification
  readonly tlp: Tlp
  /** A clearance has to hold all of them. */
  readonly compartments: readonly string[]
  /** Organisations to which the information is proprietary; this only tells. */
  readonly owners: readonly string[]
  /** Organisations, for one of which the reader has to act; null for any, `[]` for nobody. */
  readonly releasableTo: readonly string[] | null
  readonly legal: readonly Legal[]
  /** Exemptions of the Freedom of Information Act, 5 U.S.C. 552(b); this only tells. */
  readonly foia: readonly string[]
  /** As `2026-12-01T00:00:00Z`. */
  readonly embargoUntil: string | null
}

/** What somebody may be shown while they act for an organisation. */
export type Clearance = {
  readonly classification: Classification
  readonly tlp: Tlp
  readonly compartments: readonly string[]
  /** Whether they are an authorised user of PCII (6 CFR 29.8). */
  readonly pcii: boolean
  readonly underEmbargo: boolean
  readonly organisation: string
}

/** How a member of each set is spelled. */
export const spelling = {
  compartment: /^[A-Z0-9-]{1,40}$/,
  organisation: /^org_[0-9a-z]{8,64}$/,
  /** 5 U.S.C. 552(b)(1) to (9), of which (7) has parts (A) to (F). */
  exemption: /^b\((?:[1-689]|7(?:\)\([A-F])?)\)$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
} as const

/** Number 1 in every database: what everything has of which nobody says otherwise. */
export const commonLabel: Label = {
  ...{ classification: 'unclassified', tlp: 'amber+strict', compartments: [], owners: [] },
  ...{ releasableTo: null, legal: [], foia: [], embargoUntil: null },
}
export const commonLabelId = 1

/** Number 0: of what has no label, and for which nobody is cleared. */
export const strictest: Label = {
  ...commonLabel,
  ...{ classification: 'top-secret', tlp: 'red', compartments: ['UNLABELLED'], releasableTo: [] },
}

/** Of whom nobody cleared: what the common label asks, and nothing more. */
export const uncleared = (organisation: string): Clearance => ({
  ...{ classification: 'unclassified', tlp: 'amber+strict', compartments: [] },
  ...{ pcii: false, underEmbargo: true, organisation },
})

const rankOf = <T>(order: readonly T[], one: T): number => order.indexOf(one)

export const classificationRank = (one: Classification): number => rankOf(classifications, one)
export const tlpRank = (one: Tlp): number => rankOf(tlpColours, one)

/**
 * Whether a clearance covers a label at a moment: every part of it, by itself. The dates of a
 * protection lift nothing; who may read PCII may do so on every day (6 CFR 29.7).
 */
export function dominates(held: Clearance, label: Label, now: Date): boolean {
  return (
    classificationRank(held.classification) >= classificationRank(label.classification) &&
    tlpRank(held.tlp) >= tlpRank(label.tlp) &&
    label.compartments.every((one) => held.compartments.includes(one)) &&
    (label.releasableTo === null || label.releasableTo.includes(held.organisation)) &&
    (held.pcii || label.legal.every(({ kind }) => kind !== 'pcii')) &&
    (held.underEmbargo || label.embargoUntil === null || new Date(label.embargoUntil) <= now)
  )
}

/**
 * The lowest label that is as strict as both: what tells of two records may be shown to those who
 * may be shown each of them, and to nobody else.
 */
export function join(a: Label, b: Label): Label {
  const isHigher = classificationRank(a.classification) >= classificationRank(b.classification)
  return canonical({
    classification: isHigher ? a.classification : b.classification,
    tlp: tlpRank(a.tlp) >= tlpRank(b.tlp) ? a.tlp : b.tlp,
    compartments: [...a.compartments, ...b.compartments],
    owners: [...a.owners, ...b.owners],
    releasableTo: sharedBy(a.releasableTo, b.releasableTo),
    legal: [...a.legal, ...b.legal],
    foia: [...a.foia, ...b.foia],
    embargoUntil: laterOf(a.embargoUntil, b.embargoUntil),
  })
}

function sharedBy(
  a: readonly string[] | null,
  b: readonly string[] | null,
): readonly string[] | null {
  if (a === null || b === null) return a ?? b
  return a.filter((one) => b.includes(one))
}

/** Instants of one spelling are in the order of their texts. */
function laterOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return a >= b ? a : b
}

/** Whether `b` is at least as strict as `a`: whoever is shown `b` is shown `a`. */
export const isRaise = (a: Label, b: Label): boolean =>
  digestOfLabel(join(a, b)) === digestOfLabel(b)

const setOf = (list: readonly string[]): string[] => [...new Set(list)].sort()

const legalKey = ({ from, kind, until }: Legal): string => `${from} ${kind} ${until ?? '~'}`

/** The same label with its sets sorted, each member once. */
export function canonical(label: Label): Label {
  const legal = new Map(label.legal.map((one) => [legalKey(one), one]))
  return {
    ...{ classification: label.classification, tlp: label.tlp },
    ...{ compartments: setOf(label.compartments), owners: setOf(label.owners) },
    releasableTo: label.releasableTo && setOf(label.releasableTo),
    legal: [...legal.keys()].sort().flatMap((key) => legal.get(key) ?? []),
    ...{ foia: setOf(label.foia), embargoUntil: label.embargoUntil },
  }
}

/** SHA-256 of the canonical form, hexadecimal: equal for equal labels alone. */
export const digestOfLabel = (label: Label): string =>
  sha256(Buffer.from(canonicalJson(canonical(label)))).toString('hex')

const legalWords: Readonly<Record<Protection, string>> = {
  'cisa-2015': 'CISA 2015',
  pcii: 'PCII',
  contract: 'CONTRACT',
}

/**
 * A label as one line, in the manner of a banner. What only some labels have is left out of others.
 *
 * @example
 * 'SECRET//GLASS//TLP:AMBER+STRICT//REL TO org_aaaaaaaa//PCII 2026-01-01/..//FOIA b(4)'
 */
export function markingOf(label: Label): string {
  const { classification, tlp, compartments, owners, releasableTo, legal, foia, embargoUntil } =
    canonical(label)
  const list = (word: string, of: readonly string[]): string[] =>
    of.length > 0 ? [`${word} ${of.join(', ')}`] : []
  return [
    classification.replace('-', ' ').toUpperCase(),
    ...(compartments.length > 0 ? [compartments.join('/')] : []),
    `TLP:${tlp.toUpperCase()}`,
    ...(releasableTo?.length === 0 ? ['REL TO NONE'] : list('REL TO', releasableTo ?? [])),
    ...list('PROPIN', owners),
    ...legal.map(({ kind, from, until }) => `${legalWords[kind]} ${from}/${until ?? '..'}`),
    ...list('FOIA', foia),
    ...(embargoUntil === null ? [] : [`EMBARGO ${embargoUntil}`]),
  ].join('//')
}

/** The label of a marking; null for any text that `markingOf` does not write. */
export function parseMarking(text: string): Label | null {
  const parts = text.split('//')
  const classification = classifications.find(
    (one) => one.replace('-', ' ').toUpperCase() === parts[0],
  )
  const hasCompartments = parts[1] !== undefined && !parts[1].startsWith('TLP:')
  const rest = parts.slice(hasCompartments ? 2 : 1)
  const tlp = tlpColours.find((one) => `TLP:${one.toUpperCase()}` === rest[0])
  if (classification === undefined || tlp === undefined) return null
  const after = (word: string): readonly string[] =>
    rest.flatMap((part) => (part.startsWith(`${word} `) ? [part.slice(word.length + 1)] : []))
  const listed = (word: string): readonly string[] => after(word)[0]?.split(', ') ?? []
  const released = listed('REL TO')
  const label: Label = {
    ...{ classification, tlp, compartments: hasCompartments ? (parts[1]?.split('/') ?? []) : [] },
    releasableTo: released.length === 0 ? null : released[0] === 'NONE' ? [] : released,
    owners: listed('PROPIN'),
    legal: protections.flatMap((kind) =>
      after(legalWords[kind]).map((days) => legalOf(kind, days)),
    ),
    ...{ foia: listed('FOIA'), embargoUntil: after('EMBARGO')[0] ?? null },
  }
  return isSpelled(label) && markingOf(label) === text ? canonical(label) : null
}

function legalOf(kind: Protection, days: string): Legal {
  const [from = '', until = ''] = days.split('/')
  return { kind, from, until: until === '..' ? null : until }
}

const isDay = (text: string): boolean => spelling.day.test(text) && isInstant(`${text}T00:00:00Z`)

/** Whether a text is an instant, to the second, of a year that the calendar has. */
export function isInstant(text: string): boolean {
  const at = new Date(text)
  return (
    spelling.instant.test(text) &&
    !Number.isNaN(at.getTime()) &&
    at.toISOString() === text.replace('Z', '.000Z') &&
    !text.startsWith('0000')
  )
}

const isSpelled = (label: Label): boolean =>
  label.compartments.every((one) => spelling.compartment.test(one)) &&
  [...label.owners, ...(label.releasableTo ?? [])].every((one) =>
    spelling.organisation.test(one),
  ) &&
  label.foia.every((one) => spelling.exemption.test(one)) &&
  label.legal.every(({ from, until }) => isDay(from) && (until === null || isDay(until))) &&
  (label.embargoUntil === null || isInstant(label.embargoUntil))

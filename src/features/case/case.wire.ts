import { z } from 'zod'
import { LabelWire } from '#features/label/label.wire.ts'
import { OriginShape } from '#features/report/origin.ts'
import { lineShape } from '#platform/http/line-shape.ts'

/** Shapes of cases as they cross HTTP. Times are ISO 8601 in UTC, probabilities 0 to 1. */

export const SeverityWire = z.enum(['critical', 'high', 'medium', 'low', 'info', 'unknown'])
export const BandWire = z.enum(['now', 'soon', 'planned', 'later'])
export const StatusWire = z.enum(['open', 'waiting', 'closed'])
export const VerdictWire = z.enum(['open', 'confirmed', 'refuted'])
export const EvidenceWire = z.enum(['E0', 'E1', 'E2', 'E3', 'E4'])

const PersonWire = z.strictObject({ id: z.string(), name: z.string() }).meta({ id: 'Person' })

/** A row of the queue. */
export const CaseRowWire = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    severity: SeverityWire,
    band: BandWire,
    /** SSVC deployer outcome, e.g. `immediate`. */
    decision: z.string(),
    status: StatusWire,
    verdict: VerdictWire,
    evidence: EvidenceWire,
    assignee: PersonWire.nullable(),
    packages: z.array(z.string()),
    aliases: z.array(z.string()),
    reports: z.number(),
    finders: z.number(),
    isExploited: z.boolean(),
    isPublic: z.boolean(),
    suggestions: z.number(),
    firstReportedAt: z.string(),
    lastReportedAt: z.string(),
    goneAt: z.string().nullable(),
    version: z.number(),
    /** What the case and its reports may be shown to. */
    label: LabelWire,
  })
  .meta({ id: 'CaseRow' })

export const CaseListWire = z
  .strictObject({
    items: z.array(CaseRowWire),
    /** Give it as `after` to go on; null at the end. */
    next: z.string().nullable(),
    /** How many match, counted up to a bound; `isMore` when the bound was reached. */
    count: z.number(),
    isMore: z.boolean(),
  })
  .meta({ id: 'CaseList' })

/** Without one: relevance where something is searched for, else priority. */
const caseSorts = [
  ...(['priority', 'newest', 'oldest', 'reports', 'severity', 'relevance'] as const),
] as const

/** Filters of the queue; lists are separated by commas. The address of the page uses the same. */
export const CaseQueryWire = z.strictObject({
  q: z.string().max(400).optional(),
  status: z.string().max(200).optional(),
  severity: z.string().max(200).optional(),
  band: z.string().max(200).optional(),
  verdict: z.string().max(200).optional(),
  evidence: z.string().max(200).optional(),
  /** `me`, `nobody` or the id of a person. */
  assignee: z.string().max(100).optional(),
  finder: z.string().max(300).optional(),
  package: z.string().max(300).optional(),
  import: z.string().max(100).optional(),
  seen: z.enum(['yes', 'gone']).optional(),
  sort: z.enum(caseSorts).optional(),
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})

export const FacetsWire = z
  .strictObject({
    facets: z.record(z.string(), z.array(z.strictObject({ value: z.string(), count: z.number() }))),
    isMore: z.boolean(),
  })
  .meta({ id: 'Facets' })

const ReasonWire = z
  .strictObject({ says: z.string(), marks: z.array(z.string()), supports: z.boolean() })
  .meta({ id: 'Reason' })

const OriginWire = OriginShape.meta({ id: 'ReportOrigin' })

export const CaseReportWire = z
  .strictObject({
    id: z.string(),
    receipt: z.string(),
    title: z.string(),
    severity: SeverityWire,
    finders: z.array(z.string()),
    organisation: z.string(),
    receivedAt: z.string(),
    lastSeenAt: z.string().nullable(),
    goneAt: z.string().nullable(),
    format: z.string(),
    document: z.string(),
    /** JSON pointer or line inside the document. */
    at: z.string(),
    /** The finding in the vocabulary of `formats/finding`, without the original. */
    finding: z.unknown(),
    /** Whether it has proofs that whoever asks may not read: they are left out here. */
    isProofWithheld: z.boolean(),
    /** Since when nothing opens its attachments and sealed parts any more; null while they are. */
    payloadDestroyedAt: z.string().nullable(),
    attachments: z.array(
      z.strictObject({
        id: z.string(),
        filename: z.string(),
        contentType: z.string(),
        type: z.string(),
        sizeBytes: z.number(),
      }),
    ),
    how: z.enum(['first', 'merged', 'person']),
    probability: z.number().nullable(),
    /** Against which report it was judged, and why it is here. */
    with: z.string().nullable(),
    because: z.array(ReasonWire),
    /**
     * The samples of evaluations that showed the flaw. Left out where whoever asks is not cleared
     * for the evaluation, and once the report is labelled less strictly than it.
     */
    origins: z.array(OriginWire),
  })
  .meta({ id: 'CaseReport' })

const CaseEventWire = z
  .strictObject({
    id: z.string(),
    at: z.string(),
    by: PersonWire.nullable(),
    kind: z.string(),
    /** One sentence, ready to be shown. */
    says: z.string(),
    undoneBy: z.string().nullable(),
    canUndo: z.boolean(),
  })
  .meta({ id: 'CaseEvent' })

export const NoteWire = z
  .strictObject({
    id: z.string(),
    by: PersonWire,
    at: z.string(),
    changedAt: z.string().nullable(),
    text: z.string(),
  })
  .meta({ id: 'Note' })

const InputWire = z.strictObject({
  name: z.string(),
  value: z.string(),
  from: z.enum(['given', 'derived', 'default']),
  because: z.string(),
})

export const CaseWire = z
  .strictObject({
    ...CaseRowWire.shape,
    /** Where the id asked for was merged away: the case that holds its reports now. */
    mergedInto: z.string().nullable(),
    /** What a person set instead of what the reports say. */
    edited: z.array(z.string()),
    hold: z
      .strictObject({ why: z.string(), owner: z.string(), until: z.string().nullable() })
      .nullable(),
    credits: z.array(
      z.strictObject({ name: z.string(), reports: z.number(), firstAt: z.string() }),
    ),
    weaknesses: z.array(z.strictObject({ id: z.number(), name: z.string() })),
    components: z.array(z.unknown()),
    priority: z.strictObject({
      deployer: z.string(),
      coordinator: z.string(),
      directive: z.strictObject({ row: z.number(), deadline: z.string() }),
      inputs: z.array(InputWire),
      rules: z.array(z.string()),
    }),
    known: z.array(z.string()),
    relations: z.array(
      z.strictObject({
        kind: z.string(),
        with: z.string(),
        title: z.string().nullable(),
        because: z.string(),
        by: PersonWire.nullable(),
      }),
    ),
    reportList: z.array(CaseReportWire),
    /** True when the case has more reports than the list holds. */
    isReportListCut: z.boolean(),
    openSuggestions: z.array(
      z.strictObject({
        id: z.string(),
        case: z.string(),
        title: z.string(),
        probability: z.number(),
      }),
    ),
    /** What all of this together may be shown to, with the other cases that it names. */
    banner: LabelWire,
    history: z.array(CaseEventWire),
    notes: z.array(NoteWire),
  })
  .meta({ id: 'Case' })

/** As the database counts them; a number beyond that is a fault of the sender, not of ours. */
const SeenVersion = z.int().min(0).max(2_147_483_647)

/** Every change names the version it was decided on; another one is answered with 409. */
export const CaseChangeWire = z.strictObject({
  version: SeenVersion,
  title: lineShape(300).nullable().optional(),
  severity: SeverityWire.nullable().optional(),
  verdict: VerdictWire.optional(),
  /** A person's id, or null for nobody. */
  assignee: z.string().max(100).nullable().optional(),
  status: StatusWire.optional(),
  /** Needed to wait or close: why, and until when for a case that waits. */
  why: z.string().min(1).max(2000).optional(),
  until: z.string().max(40).optional(),
})

export const MergeWire = z.strictObject({
  version: SeenVersion,
  /** Cases whose reports move here. */
  cases: z.array(z.string().max(100)).min(1).max(100),
  why: z.string().max(2000).optional(),
})

export const SplitWire = z.strictObject({
  version: SeenVersion,
  /** Reports that leave, together, into a case of their own. */
  reports: z.array(z.string().max(100)).min(1).max(1000),
  why: z.string().max(2000).optional(),
})

export const ApartWire = z.strictObject({
  version: SeenVersion,
  with: z.string().max(100),
  why: z.string().max(2000).optional(),
})

export const RelateWire = z.strictObject({
  version: SeenVersion,
  with: z.string().max(100),
  kind: z.enum(['same-root', 'same-fix', 'regression-of', 'related']),
  why: z.string().min(1).max(2000),
})

/** What a change did: the case as it is now, and the event that undoes it. */
export const ChangedWire = z
  .strictObject({ case: CaseWire, event: z.string(), others: z.array(z.string()) })
  .meta({ id: 'Changed' })

export const BulkChangeWire = z.strictObject({
  cases: z
    .array(z.strictObject({ id: z.string().max(100), version: SeenVersion }))
    .min(1)
    .max(500),
  change: CaseChangeWire.omit({ version: true }),
})

export const BulkChangedWire = z
  .strictObject({
    changed: z.array(z.strictObject({ id: z.string(), event: z.string(), version: z.number() })),
    refused: z.array(z.strictObject({ id: z.string(), why: z.string() })),
  })
  .meta({ id: 'BulkChanged' })

/** One decision for a person: are these two one vulnerability? (Or: is this one case two?) */
export const SuggestionWire = z
  .strictObject({
    id: z.string(),
    /** `link`: of unlike labels, so they are related, never merged. */
    kind: z.enum(['merge', 'split', 'link']),
    probability: z.number(),
    because: z.array(ReasonWire),
    model: z.string(),
    state: z.enum(['open', 'accepted', 'rejected', 'unsure', 'void']),
    madeAt: z.string(),
    a: z.strictObject({ case: CaseRowWire, report: CaseReportWire }),
    b: z.strictObject({ case: CaseRowWire, report: CaseReportWire }),
  })
  .meta({ id: 'Suggestion' })

export const SuggestionListWire = z
  .strictObject({
    items: z.array(SuggestionWire),
    next: z.string().nullable(),
    open: z.number(),
    decidedToday: z.number(),
  })
  .meta({ id: 'SuggestionList' })

export const DecisionWire = z.strictObject({
  decision: z.enum(['yes', 'no', 'unsure']),
  why: z.string().max(2000).optional(),
})

export const DecidedWire = z
  .strictObject({ event: z.string().nullable(), case: z.string().nullable(), open: z.number() })
  .meta({ id: 'Decided' })

/** A proportion with its 95 % Wilson interval. */
const ShareWire = z.strictObject({
  value: z.number().nullable(),
  low: z.number(),
  high: z.number(),
})

export const FinderWire = z
  .strictObject({
    name: z.string(),
    organisation: z.string(),
    /** The id of its organisation where that is known by a pseudonym. */
    pseudonymId: z.string().nullable(),
    submitted: z.number(),
    duplicates: z.number(),
    confirmed: z.number(),
    refuted: z.number(),
    /** Of so many of their proofs every fresh run showed the flaw. */
    proofs: z.number(),
    confirmedShare: ShareWire,
    duplicateShare: ShareWire,
    firstAt: z.string(),
    lastAt: z.string(),
  })
  .meta({ id: 'Finder' })

export const FinderListWire = z
  .strictObject({ items: z.array(FinderWire), next: z.string().nullable() })
  .meta({ id: 'FinderList' })

export const OverviewWire = z
  .strictObject({
    funnel: z.array(z.strictObject({ name: z.string(), count: z.number(), query: z.string() })),
    /** One row a day, oldest first, in UTC. */
    days: z.array(
      z.strictObject({
        day: z.string(),
        reports: z.number(),
        duplicates: z.number(),
        cases: z.number(),
        decisions: z.number(),
      }),
    ),
    open: z.strictObject({
      suggestions: z.number(),
      waiting: z.number(),
      unassigned: z.number(),
      arriving: z.number(),
    }),
  })
  .meta({ id: 'Overview' })

export const SavedViewWire = z
  .strictObject({ id: z.string(), name: z.string(), query: z.string() })
  .meta({ id: 'SavedView' })

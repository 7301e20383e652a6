// Written by tools/api-client.ts from the table of routes: change the routes instead.

export type ProblemWire = {
  readonly type: string
  readonly title: string
  readonly status: number
  /** Stable; what programs match on */
  readonly code: string
  readonly detail: string
  readonly instance?: string
  readonly errors?: readonly ViolationWire[]
}

export type ViolationWire = {
  readonly in: "body" | "query" | "path" | "header"
  /** JSON pointer (RFC 6901) */
  readonly pointer: string
  readonly detail: string
}

export type TapReportWire = {
  /** Needed unless both `ecosystem` and `software` are there */
  readonly purl?: string
  /** Needed without `purl` */
  readonly software?: string
  /** Needed without `purl`; must agree with it */
  readonly ecosystem?: string
  /** That of the purl is added */
  readonly versions?: readonly string[]
  /** Free text; `affected_symbol` is better */
  readonly code_path?: string
  readonly affected_symbol?: {
    /** Its path in the sources */
    readonly file?: string
    /** Its name */
    readonly function?: string
    /** Shown, never compared */
    readonly line?: number
  }
  /** Absolute http or https addresses */
  readonly references?: readonly string[]
  /** CVE, GHSA, OSV, GO, RUSTSEC or PYSEC identifiers */
  readonly upstream_ids?: readonly string[]
  /** 7 to 64 hexadecimal digits */
  readonly introduced_commit?: string
  /** 7 to 64 hexadecimal digits */
  readonly fixed_commit?: string
  /** The http or https address of a git repository */
  readonly package_repo_url?: string
  /** Such as manual, ai-assisted, ai-discovered, automated-scan */
  readonly discovery_method?: string
  /** Such as a model and its harness */
  readonly discovery_tooling?: string
  /** One mailbox; sealed at rest and never repeated */
  readonly email?: string
  /** milestones with an `email`; anything but off needs one */
  readonly notify?: "off" | "final" | "milestones" | "all"
  /** At most 64 KiB and 8 deep */
  readonly enrichment?: {
    /** CVSS 4.0 */
    readonly cvss_vector?: string
    /** `CWE-` and a number, then any text */
    readonly cwe?: string
    /** Track, Track*, Attend or Act */
    readonly ssvc?: string
    /** None, Low, Medium, High or Critical */
    readonly severity?: string
    /** unconfirmed, simulated or confirmed */
    readonly verified?: string
  }
  readonly attachments?: readonly TapAttachmentWire[]
  readonly exploit?: string
  /** Of `exploit`, which it needs */
  readonly exploit_content_type?: string
  readonly raw?: string
  /** Of `raw`, which it needs */
  readonly raw_content_type?: string
}

export type TapAttachmentWire = {
  readonly filename: string
  /** text/plain, text/markdown, application/json, application/pdf, application/zip, application/gzip, application/x-bzip2 or application/octet-stream */
  readonly content_type: string
  /** As it is for text and JSON, else padded standard base64; sealed at rest */
  readonly data: string
  readonly type?: "patch" | "exploit-proof-of-concept" | "reproducer" | "threat-model" | "other"
  /** One line */
  readonly description?: string
}

export type AcceptedWire = {
  readonly receipt: string
  readonly message: string
}

export type IntakeProblemWire = {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: ReadonlyArray<{
    readonly code?: string
    readonly field?: string
    readonly reason?: string
    readonly also_field?: string
  }>
}

export type SubmissionWire = {
  readonly receipt: string
  readonly status: "queued" | "processing" | "done"
  readonly at: string
  readonly outcome?: "waiting" | "new" | "duplicate" | "aside"
  readonly case?: {
    readonly id: string
    readonly title: string
    readonly status: string
    readonly verdict: string
    readonly severity: string
    readonly evidence: string
    readonly firstReportedAt: string
    readonly isFirst: boolean
  }
  readonly next?: string
  readonly payloadDestroyedAt?: string
}

export type ImportAcceptedWire = {
  readonly import: string
  readonly isKnown: boolean
  readonly message: string
}

export type ImportListWire = {
  readonly items: readonly ImportWire[]
  readonly next: string | null
}

export type ImportWire = {
  readonly id: string
  readonly name: string
  readonly series: string | null
  readonly format: string | null
  readonly state: "stored" | "reading" | "read" | "placed" | "refused"
  readonly sizeBytes: number
  readonly sha256: string
  readonly receivedAt: string
  readonly finishedAt: string | null
  readonly counts: {
    readonly findings: number
    readonly reports: number
    readonly unchanged: number
    readonly refreshed: number
    readonly gone: number
    readonly aside: number
    readonly placed: number
    readonly cases: number
    readonly duplicates: number
    readonly suggestions: number
  }
  readonly problems: readonly ImportProblemWire[]
}

export type ImportProblemWire = {
  readonly code: string
  readonly why: string
  readonly at: string | null
  readonly hint: string | null
  readonly lost: boolean
}

export type ImportedReportListWire = {
  readonly items: readonly ImportedReportWire[]
  readonly next: string | null
}

export type ImportedReportWire = {
  readonly ordinal: number
  readonly receipt: string
  readonly title: string
  readonly outcome: "waiting" | "new" | "duplicate" | "unchanged" | "refreshed" | "aside"
  readonly case: string | null
}

export type LabelDefaultListWire = {
  readonly items: ReadonlyArray<{
    readonly of: string
    readonly label: LabelWire
  }>
}

export type LabelWire = {
  readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
  readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
  readonly compartments: readonly string[]
  readonly owners: readonly string[]
  readonly releasableTo: readonly string[] | null
  readonly legal: ReadonlyArray<{
    readonly kind: "cisa-2015" | "pcii" | "contract"
    readonly from: string
    readonly until: string | null
  }>
  readonly foia: readonly string[]
  readonly embargoUntil: string | null
  readonly marking: string
}

export type WebhookListWire = {
  readonly items: ReadonlyArray<{
    readonly organisation: string
    readonly name: string
    readonly url: string
  }>
}

export type WebhookWishWire = {
  readonly url: string
}

export type WebhookMadeWire = {
  readonly url: string
  readonly secret: string
}

export type CaseListWire = {
  readonly items: readonly CaseRowWire[]
  readonly next: string | null
  readonly count: number
  readonly isMore: boolean
}

export type CaseRowWire = {
  readonly id: string
  readonly title: string
  readonly severity: "critical" | "high" | "medium" | "low" | "info" | "unknown"
  readonly band: "now" | "soon" | "planned" | "later"
  readonly decision: string
  readonly status: "open" | "waiting" | "closed"
  readonly verdict: "open" | "confirmed" | "refuted"
  readonly evidence: "E0" | "E1" | "E2" | "E3" | "E4"
  readonly assignee: PersonWire | null
  readonly packages: readonly string[]
  readonly aliases: readonly string[]
  readonly reports: number
  readonly finders: number
  readonly isExploited: boolean
  readonly isPublic: boolean
  readonly suggestions: number
  readonly firstReportedAt: string
  readonly lastReportedAt: string
  readonly goneAt: string | null
  readonly version: number
  readonly label: LabelWire
}

export type PersonWire = {
  readonly id: string
  readonly name: string
}

export type FacetsWire = {
  readonly facets: { readonly [name: string]: ReadonlyArray<{
    readonly value: string
    readonly count: number
  }> }
  readonly isMore: boolean
}

export type CaseWire = {
  readonly id: string
  readonly title: string
  readonly severity: "critical" | "high" | "medium" | "low" | "info" | "unknown"
  readonly band: "now" | "soon" | "planned" | "later"
  readonly decision: string
  readonly status: "open" | "waiting" | "closed"
  readonly verdict: "open" | "confirmed" | "refuted"
  readonly evidence: "E0" | "E1" | "E2" | "E3" | "E4"
  readonly assignee: PersonWire | null
  readonly packages: readonly string[]
  readonly aliases: readonly string[]
  readonly reports: number
  readonly finders: number
  readonly isExploited: boolean
  readonly isPublic: boolean
  readonly suggestions: number
  readonly firstReportedAt: string
  readonly lastReportedAt: string
  readonly goneAt: string | null
  readonly version: number
  readonly label: LabelWire
  readonly mergedInto: string | null
  readonly edited: readonly string[]
  readonly hold: {
    readonly why: string
    readonly owner: string
    readonly until: string | null
  } | null
  readonly credits: ReadonlyArray<{
    readonly name: string
    readonly reports: number
    readonly firstAt: string
  }>
  readonly weaknesses: ReadonlyArray<{
    readonly id: number
    readonly name: string
  }>
  readonly components: readonly unknown[]
  readonly priority: {
    readonly deployer: string
    readonly coordinator: string
    readonly directive: {
      readonly row: number
      readonly deadline: string
    }
    readonly inputs: ReadonlyArray<{
      readonly name: string
      readonly value: string
      readonly from: "given" | "derived" | "default"
      readonly because: string
    }>
    readonly rules: readonly string[]
  }
  readonly known: readonly string[]
  readonly relations: ReadonlyArray<{
    readonly kind: string
    readonly with: string
    readonly title: string | null
    readonly because: string
    readonly by: PersonWire | null
  }>
  readonly reportList: readonly CaseReportWire[]
  readonly isReportListCut: boolean
  readonly openSuggestions: ReadonlyArray<{
    readonly id: string
    readonly case: string
    readonly title: string
    readonly probability: number
  }>
  readonly banner: LabelWire
  readonly history: readonly CaseEventWire[]
  readonly notes: readonly NoteWire[]
}

export type CaseReportWire = {
  readonly id: string
  readonly receipt: string
  readonly title: string
  readonly severity: "critical" | "high" | "medium" | "low" | "info" | "unknown"
  readonly finders: readonly string[]
  readonly organisation: string
  readonly receivedAt: string
  readonly lastSeenAt: string | null
  readonly goneAt: string | null
  readonly format: string
  readonly document: string
  readonly at: string
  readonly finding: unknown
  readonly isProofWithheld: boolean
  readonly payloadDestroyedAt: string | null
  readonly attachments: ReadonlyArray<{
    readonly id: string
    readonly filename: string
    readonly contentType: string
    readonly type: string
    readonly sizeBytes: number
  }>
  readonly how: "first" | "merged" | "person"
  readonly probability: number | null
  readonly with: string | null
  readonly because: readonly ReasonWire[]
  readonly origins: readonly ReportOriginWire[]
}

export type ReasonWire = {
  readonly says: string
  readonly marks: readonly string[]
  readonly supports: boolean
}

export type ReportOriginWire = {
  readonly by: "model-under-evaluation"
  readonly model: {
    readonly name: string
    readonly version: string
  }
  readonly run: string
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly pack: {
    readonly name: string
    readonly version: string
    readonly root: string
  }
}

export type CaseEventWire = {
  readonly id: string
  readonly at: string
  readonly by: PersonWire | null
  readonly kind: string
  readonly says: string
  readonly undoneBy: string | null
  readonly canUndo: boolean
}

export type NoteWire = {
  readonly id: string
  readonly by: PersonWire
  readonly at: string
  readonly changedAt: string | null
  readonly text: string
}

export type ChangedWire = {
  readonly case: CaseWire
  readonly event: string
  readonly others: readonly string[]
}

export type BulkChangedWire = {
  readonly changed: ReadonlyArray<{
    readonly id: string
    readonly event: string
    readonly version: number
  }>
  readonly refused: ReadonlyArray<{
    readonly id: string
    readonly why: string
  }>
}

export type LabelledWire = {
  readonly event: string | null
}

export type SuggestionListWire = {
  readonly items: readonly SuggestionWire[]
  readonly next: string | null
  readonly open: number
  readonly decidedToday: number
}

export type SuggestionWire = {
  readonly id: string
  readonly kind: "merge" | "split" | "link"
  readonly probability: number
  readonly because: readonly ReasonWire[]
  readonly model: string
  readonly state: "open" | "accepted" | "rejected" | "unsure" | "void"
  readonly madeAt: string
  readonly a: {
    readonly case: CaseRowWire
    readonly report: CaseReportWire
  }
  readonly b: {
    readonly case: CaseRowWire
    readonly report: CaseReportWire
  }
}

export type DecidedWire = {
  readonly event: string | null
  readonly case: string | null
  readonly open: number
}

export type FinderListWire = {
  readonly items: readonly FinderWire[]
  readonly next: string | null
}

export type FinderWire = {
  readonly name: string
  readonly organisation: string
  readonly pseudonymId: string | null
  readonly submitted: number
  readonly duplicates: number
  readonly confirmed: number
  readonly refuted: number
  readonly proofs: number
  readonly confirmedShare: {
    readonly value: number | null
    readonly low: number
    readonly high: number
  }
  readonly duplicateShare: {
    readonly value: number | null
    readonly low: number
    readonly high: number
  }
  readonly firstAt: string
  readonly lastAt: string
}

export type OverviewWire = {
  readonly funnel: ReadonlyArray<{
    readonly name: string
    readonly count: number
    readonly query: string
  }>
  readonly days: ReadonlyArray<{
    readonly day: string
    readonly reports: number
    readonly duplicates: number
    readonly cases: number
    readonly decisions: number
  }>
  readonly open: {
    readonly suggestions: number
    readonly waiting: number
    readonly unassigned: number
    readonly arriving: number
  }
}

export type SavedViewWire = {
  readonly id: string
  readonly name: string
  readonly query: string
}

export type ReadInListWire = {
  readonly items: readonly ReadInWire[]
}

export type ReadInWire = {
  readonly id: string
  readonly case: string
  readonly state: "nominated" | "gates" | "assigned" | "acknowledged" | "ended" | "refused"
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly sponsor: {
    readonly id: string
    readonly name: string
  }
  readonly nominatedAt: string
  readonly nominatedBy: {
    readonly id: string
    readonly name: string
  }
  readonly marking: "RED" | "AMBER+STRICT" | "AMBER"
  readonly tier: "0" | "1" | "2" | "3" | "1.5" | "3.5"
  readonly part: "full" | "fix-material" | "fix-and-timing" | "artifact-and-time"
  readonly role: "analyse-or-patch" | "test" | "stage"
  readonly isEmergency: boolean
  readonly gates: ReadonlyArray<{
    readonly gate: number
    readonly isPassed: boolean
    readonly at: string
    readonly by: {
      readonly id: string
      readonly name: string
    }
    readonly what: string
    readonly papers: ReadonlyArray<"nda" | "conduct" | "antitrust">
    readonly reusedFrom: string | null
  }>
  readonly gatesMissing: readonly number[]
  readonly reasons: ReadonlyArray<{
    readonly step: string
    readonly at: string
    readonly by: {
      readonly id: string
      readonly name: string
    }
    readonly text: string
  }>
  readonly assignedAt: string | null
  readonly assignedBy: {
    readonly id: string
    readonly name: string
  } | null
  readonly opensAt: string | null
  readonly until: string | null
  readonly acknowledgedAt: string | null
  readonly acknowledgedDigest: string | null
  readonly agreed: ReadonlyArray<"nda" | "conduct" | "antitrust">
  readonly approval: string | null
  readonly refusedAt: string | null
  readonly endedAt: string | null
  readonly endedBy: {
    readonly id: string
    readonly name: string
  } | null
  readonly endedWhy: "task-done" | "left-sponsor" | "need-ended" | "breach" | "mistake" | "expired" | "disclosed" | "case-closed" | "case-merged" | "person-disabled" | "organisation-disabled" | "left-organisation" | "sponsor-left" | "excluded" | null
}

export type OwnReadInListWire = {
  readonly items: readonly OwnReadInWire[]
}

export type OwnReadInWire = {
  readonly id: string
  readonly state: "nominated" | "gates" | "assigned" | "acknowledged" | "ended" | "refused"
  readonly marking: "RED" | "AMBER+STRICT" | "AMBER"
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly isEmergency: boolean
  readonly tier: "0" | "1" | "2" | "3" | "1.5" | "3.5"
  readonly part: "full" | "fix-material" | "fix-and-timing" | "artifact-and-time"
  readonly role: "analyse-or-patch" | "test" | "stage"
  readonly opensAt: string | null
  readonly until: string | null
  readonly acknowledgedAt: string | null
  readonly endedAt: string | null
  readonly endedWhy: "task-done" | "left-sponsor" | "need-ended" | "breach" | "mistake" | "expired" | "disclosed" | "case-closed" | "case-merged" | "person-disabled" | "organisation-disabled" | "left-organisation" | "sponsor-left" | "excluded" | null
  readonly missing: readonly string[]
  readonly acknowledgement: {
    readonly text: string
    readonly digest: string
    readonly papers: ReadonlyArray<"nda" | "conduct" | "antitrust">
  } | null
}

export type ShownPartWire = {
  readonly part: "full" | "fix-material" | "fix-and-timing" | "artifact-and-time"
  readonly fix?: {
    readonly text: string
    readonly links: readonly string[]
  }
  readonly timing?: {
    readonly embargoUntil: string | null
    readonly disclosureAt: string | null
  }
  readonly goLiveAt?: string | null
  readonly artifacts?: ReadonlyArray<{
    readonly purl: string
    readonly version: string
    readonly sha256: string | null
  }>
  readonly page?: CaseWire
}

export type CasePlanWire = {
  readonly version: number
  readonly fixText: string
  readonly fixLinks: readonly string[]
  readonly artifacts: ReadonlyArray<{
    readonly purl: string
    readonly version: string
    readonly sha256: string | null
  }>
  readonly embargoUntil: string | null
  readonly analysisAt: string | null
  readonly upstreamAt: string | null
  readonly disclosureAt: string | null
  readonly goLiveAt: string | null
  readonly disclosedAt: string | null
}

export type ExclusionListWire = {
  readonly items: readonly ExclusionWire[]
}

export type ExclusionWire = {
  readonly id: string
  readonly person: {
    readonly id: string
    readonly name: string
  } | null
  readonly organisation: {
    readonly id: string
    readonly name: string
  } | null
  readonly case: string | null
  readonly reason: string
  readonly madeAt: string
  readonly madeBy: {
    readonly id: string
    readonly name: string
  }
  readonly until: string | null
  readonly endedAt: string | null
}

export type ReadInReuseWire = {
  readonly rule: {
    readonly organisations: readonly string[]
    readonly days: number
  } | null
}

export type SessionWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly permissions: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit" | "offer" | "evaluate" | "partake">
  readonly held: "factor-needed" | "agreement-needed" | null
  readonly expiresAt: string
  readonly memberships: ReadonlyArray<{
    readonly organisation: {
      readonly id: string
      readonly name: string
    }
    readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  }>
  readonly instance: {
    readonly name: string
    readonly version: string
    readonly isEmpty: boolean
  }
}

export type AssertionOptionsWire = {
  readonly challenge: string
  readonly rpId: string
  readonly timeout: number
  readonly userVerification: "required"
}

export type WaysInWire = {
  readonly provider: ProviderWire | null
}

export type ProviderWire = {
  readonly label: string
}

export type ProviderDoneWire = {
  readonly purpose: "sign-in" | "link"
  readonly target: string
}

export type ProfileWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly passkeys: readonly PasskeyWire[]
  readonly passkeyOrigin: string | null
  readonly recoveryCodes: {
    readonly left: number
    readonly madeAt: string | null
  }
  readonly provider: ProviderWire | null
  readonly identities: readonly IdentityWire[]
  readonly sessions: readonly OwnSessionWire[]
}

export type PasskeyWire = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly copiedAt: string | null
}

export type IdentityWire = {
  readonly id: string
  readonly issuer: string
  readonly subject: string
  readonly linkedAt: string
  readonly lastUsedAt: string | null
}

export type OwnSessionWire = {
  readonly id: string
  readonly isThisOne: boolean
  readonly from: string
  readonly factor: "link" | "passkey" | "recovery code" | "provider"
  readonly openedAt: string
  readonly lastUsedAt: string | null
}

export type RegistrationOptionsWire = {
  readonly challenge: string
  readonly rp: {
    readonly id: string
    readonly name: string
  }
  readonly user: {
    readonly id: string
    readonly name: string
    readonly displayName: string
  }
  readonly pubKeyCredParams: ReadonlyArray<{
    readonly type: "public-key"
    readonly alg: number
  }>
  readonly timeout: number
  readonly excludeCredentials: ReadonlyArray<{
    readonly type: "public-key"
    readonly id: string
    readonly transports: readonly string[]
  }>
  readonly authenticatorSelection: {
    readonly residentKey: "required"
    readonly requireResidentKey: true
    readonly userVerification: "required"
  }
  readonly attestation: "none"
}

export type RecoveryCodesWire = {
  readonly codes: readonly string[]
}

export type OwnPseudonymWire = {
  readonly pseudonym: string | null
  readonly hasContact: boolean
  readonly reveals: ReadonlyArray<{
    readonly at: string
    readonly by: string
    readonly granted: string
    readonly reason: string
    readonly usedAt: string | null
  }>
}

export type TokenWire = {
  readonly id: string
  readonly name: string
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly owner: string
  readonly ownerId: string
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly scopes: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit" | "offer" | "evaluate" | "partake"> | null
  readonly workload: {
    readonly name: string
    readonly version: string | null
  } | null
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export type TokenMadeWire = {
  readonly token: string
  readonly about: TokenWire
}

export type OrganisationListWire = {
  readonly items: readonly OrganisationWire[]
}

export type OrganisationWire = {
  readonly id: string
  readonly name: string
  readonly kinds: ReadonlyArray<"lab" | "vendor" | "operator" | "provider" | "agency" | "coordinator" | "evaluator" | "partner" | "auditor">
  readonly isPseudonymous: boolean
  readonly createdAt: string
  readonly disabledAt: string | null
  readonly people: readonly MemberWire[]
}

export type MemberWire = {
  readonly id: string
  readonly name: string
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly addedAt: string
  readonly disabledAt: string | null
  readonly lastSeenAt: string | null
  readonly sameHuman: readonly string[]
}

export type OneTimeLinkWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly link: string
  readonly expiresAt: string
}

export type AgreementListWire = {
  readonly items: readonly AgreementFaceWire[]
}

export type AgreementFaceWire = {
  readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
  readonly version: number
  readonly digest: string
  readonly publishedAt: string
  readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant">
  readonly organisations: readonly string[]
  readonly tokenDays: number
  readonly acceptedAt: string | null
  readonly isNeeded: boolean
}

export type AgreementWire = {
  readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
  readonly version: number
  readonly digest: string
  readonly publishedAt: string
  readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant">
  readonly organisations: readonly string[]
  readonly tokenDays: number
  readonly acceptedAt: string | null
  readonly isNeeded: boolean
  readonly text: string
  readonly versions: number
  readonly publishedBy: string
}

export type AcceptanceListWire = {
  readonly items: readonly AcceptanceWire[]
}

export type AcceptanceWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
  readonly version: number
  readonly acceptedAt: string | null
}

export type FactorAskedWire = {
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly asks: "any" | "phishing-resistant"
}

export type ClearanceWire = {
  readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
  readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
  readonly compartments: readonly string[]
  readonly pcii: boolean
  readonly underEmbargo: boolean
  readonly ceiling: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
  readonly changedAt: string | null
}

export type EvaluatorListWire = {
  readonly items: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}

export type EngagementListWire = {
  readonly items: readonly EngagementRowWire[]
  readonly next: string | null
}

export type EngagementRowWire = {
  readonly id: string
  readonly state: "offered" | "agreed" | "closed" | "settled" | "declined" | "withdrawn"
  readonly side: "developer" | "evaluator"
  readonly developer: {
    readonly id: string
    readonly name: string
  }
  readonly evaluator: {
    readonly id: string
    readonly name: string
  }
  readonly model: {
    readonly name: string
    readonly version: string
  }
  readonly plannedReleaseAt: string
  readonly releasedAt: string | null
  readonly access: {
    readonly is: "none"
  } | {
    readonly is: "before" | "open" | "paused"
    readonly opensAt: string
    readonly endsAt: string
  } | {
    readonly is: "over"
    readonly endedAt: string
    readonly why: "agreed-end" | "planned-release" | "release" | "day-30" | "developer-ended" | "evaluator-left" | "withdrawn" | null
  }
  readonly waitsFor: "developer" | "evaluator" | null
  readonly label: LabelWire
}

export type ProposalWishWire = {
  readonly model: {
    readonly name: string
    readonly version: string
    readonly modalities: ReadonlyArray<"text" | "image" | "audio" | "video">
    readonly reach: "endpoint" | "weights"
    readonly safeguards: readonly string[]
    readonly contextTokens: number
    readonly tools: readonly string[]
    readonly isOpenWeight: boolean
  }
  readonly plannedReleaseAt: string
  readonly window: {
    readonly opensAt: string
    readonly closesAt: string
  }
  readonly terms: {
    readonly purposes: ReadonlyArray<"capability-evaluation" | "safeguard-testing" | "elicitation" | "defensive-flaw-finding" | "infrastructure-checks">
    readonly people: readonly string[]
    readonly places: readonly string[]
    readonly promptsShownToDeveloper: "sizes" | "digests" | "content"
    readonly audiences: ReadonlyArray<"authority" | "trusted-partners" | "other-evaluators" | "public">
    readonly publication: "nothing" | "counts" | "verdict" | "statistics" | "everything"
    readonly retentionDays: {
      readonly transcripts: number
      readonly results: number
    }
    readonly disposal: "return" | "destroy"
    readonly budget: {
      readonly requests: number
      readonly tokens: number
      readonly microUsd: number
      readonly atOnce: number
    }
  }
  readonly documentSha256: string | null
  readonly disclosures: ReadonlyArray<{
    readonly kind: "training-summary" | "stress-test" | "safety-evaluation"
    readonly title: string
    readonly sha256: string
  }>
}

export type EngagementWire = {
  readonly id: string
  readonly state: "offered" | "agreed" | "closed" | "settled" | "declined" | "withdrawn"
  readonly side: "developer" | "evaluator"
  readonly developer: {
    readonly id: string
    readonly name: string
  }
  readonly evaluator: {
    readonly id: string
    readonly name: string
  }
  readonly model: {
    readonly name: string
    readonly version: string
  }
  readonly plannedReleaseAt: string
  readonly releasedAt: string | null
  readonly access: {
    readonly is: "none"
  } | {
    readonly is: "before" | "open" | "paused"
    readonly opensAt: string
    readonly endsAt: string
  } | {
    readonly is: "over"
    readonly endedAt: string
    readonly why: "agreed-end" | "planned-release" | "release" | "day-30" | "developer-ended" | "evaluator-left" | "withdrawn" | null
  }
  readonly waitsFor: "developer" | "evaluator" | null
  readonly label: LabelWire
  readonly digest: string
  readonly acceptedBy: ReadonlyArray<"developer" | "evaluator">
  readonly agreed: {
    readonly at: string
    readonly digest: string
    readonly terms: {
      readonly purposes: ReadonlyArray<"capability-evaluation" | "safeguard-testing" | "elicitation" | "defensive-flaw-finding" | "infrastructure-checks">
      readonly people: readonly string[]
      readonly places: readonly string[]
      readonly promptsShownToDeveloper: "sizes" | "digests" | "content"
      readonly audiences: ReadonlyArray<"authority" | "trusted-partners" | "other-evaluators" | "public">
      readonly publication: "nothing" | "counts" | "verdict" | "statistics" | "everything"
      readonly retentionDays: {
        readonly transcripts: number
        readonly results: number
      }
      readonly disposal: "return" | "destroy"
      readonly budget: {
        readonly requests: number
        readonly tokens: number
        readonly microUsd: number
        readonly atOnce: number
      }
    }
    readonly endsWithRelease: boolean
  } | null
  readonly pausedAt: string | null
  readonly settled: {
    readonly at: string
    readonly how: "return" | "destroy"
    readonly proofSha256: string
  } | null
  readonly versions: readonly ProposalVersionWire[]
  readonly mayDo: readonly string[]
  readonly names: { readonly [name: string]: string }
  readonly documents: ReadonlyArray<{
    readonly id: string
    readonly sha256: string
    readonly name: string
    readonly sizeBytes: number
    readonly destroyedAt: string | null
    readonly mediaType: string
    readonly by: "developer" | "evaluator"
    readonly at: string
  }>
}

export type ProposalVersionWire = {
  readonly number: number
  readonly digest: string
  readonly by: "developer" | "evaluator"
  readonly at: string
  readonly isNarrowing: boolean
  readonly proposal: ProposalWire
  readonly changes: ReadonlyArray<{
    readonly at: string
    readonly was: string
    readonly is: string
    readonly allows: "more" | "less" | null
  }>
}

export type ProposalWire = {
  readonly model: {
    readonly name: string
    readonly version: string
    readonly modalities: ReadonlyArray<"text" | "image" | "audio" | "video">
    readonly reach: "endpoint" | "weights"
    readonly safeguards: readonly string[]
    readonly contextTokens: number
    readonly tools: readonly string[]
    readonly isOpenWeight: boolean
  }
  readonly plannedReleaseAt: string
  readonly window: {
    readonly opensAt: string
    readonly closesAt: string
  }
  readonly terms: {
    readonly purposes: ReadonlyArray<"capability-evaluation" | "safeguard-testing" | "elicitation" | "defensive-flaw-finding" | "infrastructure-checks">
    readonly people: readonly string[]
    readonly places: readonly string[]
    readonly promptsShownToDeveloper: "sizes" | "digests" | "content"
    readonly audiences: ReadonlyArray<"authority" | "trusted-partners" | "other-evaluators" | "public">
    readonly publication: "nothing" | "counts" | "verdict" | "statistics" | "everything"
    readonly retentionDays: {
      readonly transcripts: number
      readonly results: number
    }
    readonly disposal: "return" | "destroy"
    readonly budget: {
      readonly requests: number
      readonly tokens: number
      readonly microUsd: number
      readonly atOnce: number
    }
  }
  readonly documentSha256: string | null
  readonly disclosures: ReadonlyArray<{
    readonly kind: "training-summary" | "stress-test" | "safety-evaluation"
    readonly title: string
    readonly sha256: string
  }>
  readonly independence: ReadonlyArray<{
    readonly organisation: string
    readonly isIndependent: boolean
    readonly conflicts: readonly string[]
    readonly declaredAt: string
  }>
}

export type EngagementEventListWire = {
  readonly items: readonly EngagementEventWire[]
  readonly next: string | null
}

export type EngagementEventWire = {
  readonly at: string
  readonly action: string
  readonly kind: string
  readonly record: string
  readonly person: {
    readonly id: string
    readonly name: string
  } | null
  readonly organisation: string | null
  readonly fields: { readonly [name: string]: string }
}

export type DocumentTakenWire = {
  readonly id: string
  readonly sha256: string
}

export type DeterminationListWire = {
  readonly items: readonly DeterminationWire[]
}

export type DeterminationWire = {
  readonly id: string
  readonly askedAt: string
  readonly takenBackAt: string | null
  readonly verdicts: ReadonlyArray<{
    readonly id: string
    readonly word: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
    readonly declarationSha256: string
    readonly resultsSha256: string
    readonly wording: string
  }>
  readonly authority: ReadonlyArray<{
    readonly position: "covered" | "not covered" | "not decided"
    readonly text: string
    readonly by: string
    readonly at: string
  }>
  readonly developer: ReadonlyArray<{
    readonly position: "covered" | "not covered" | "not decided"
    readonly text: string
    readonly by: string
    readonly at: string
  }>
  readonly isDisagreed: boolean
}

export type PartnerListWire = {
  readonly items: readonly PartnerWire[]
  readonly next: string | null
}

export type PartnerWire = {
  readonly id: string
  readonly engagement: string
  readonly organisation: string
  readonly tier: "defence" | "red-team" | "specialised"
  readonly users: readonly string[]
  readonly usersMax: number
  readonly state: "proposed" | "agreed" | "started" | "ended"
  readonly agreedBy: ReadonlyArray<"developer" | "evaluator">
  readonly isReviewedWithAuthority: boolean
  readonly endsAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly budget: {
    readonly requests: number
    readonly tokens: number
    readonly microUsd: number
    readonly atOnce: number
  }
  readonly rule: {
    readonly what: string
    readonly credentialHoursMax: number
    readonly egress: string
    readonly promptsShownToDeveloper: "sizes" | "digests" | "content"
    readonly isReviewed: boolean
  }
  readonly occurrences: readonly PartnerOccurrenceWire[]
  readonly hasEarlierOccurrences: boolean
  readonly names: { readonly [name: string]: string }
}

export type PartnerOccurrenceWire = {
  readonly id: string
  readonly what: "misuse" | "compromised-credential" | "leaver"
  readonly knownAt: string
  readonly toldAt: string
  readonly toldBy: string | null
  readonly person: string | null
  readonly text: string
  readonly duties: ReadonlyArray<{
    readonly what: string
    readonly by: string
    readonly doneAt: string | null
    readonly doneBy: string | null
  }>
}

export type PartnerOccurrenceListWire = {
  readonly items: readonly PartnerOccurrenceWire[]
  readonly names: { readonly [name: string]: string }
  readonly next: string | null
}

export type DeskCountsWire = {
  readonly isPublished: boolean
  readonly counts: {
    readonly offered: number
    readonly agreed: number
    readonly ended: number
    readonly released: number
  } | null
}

export type PackListWire = {
  readonly items: readonly PackRowWire[]
  readonly next: string | null
}

export type PackRowWire = {
  readonly id: string
  readonly organisation: string
  readonly commitment: PackCommitmentWire
  readonly committedAt: string
  readonly committedBy: string
  readonly publishedAt: string | null
  readonly holders: readonly string[] | null
  readonly mayQuery: boolean
  readonly mayKeep: boolean
}

export type PackCommitmentWire = {
  readonly parley: "pack-commitment/1"
  readonly name: string
  readonly version: string
  readonly label: string
  readonly count: number
  readonly strata: ReadonlyArray<{
    readonly family: string
    readonly difficulty: number
    readonly tasks: number
    readonly weight: number
  }>
  readonly root: string
}

export type PackCommittedWire = {
  readonly id: string
  readonly isSame: boolean
}

export type PackWire = {
  readonly id: string
  readonly organisation: string
  readonly commitment: PackCommitmentWire
  readonly committedAt: string
  readonly committedBy: string
  readonly publishedAt: string | null
  readonly holders: readonly string[] | null
  readonly mayQuery: boolean
  readonly mayKeep: boolean
  readonly rights: readonly PackRightWire[]
  readonly openings: readonly PackKeyOpeningWire[]
  readonly names: { readonly [name: string]: string }
  readonly colleagues: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}

export type PackRightWire = {
  readonly person: string
  readonly name: string
  readonly may: "view" | "query"
  readonly givenAt: string
  readonly givenBy: string | null
}

export type PackKeyOpeningWire = {
  readonly approval: string
  readonly person: string
  readonly engagement: string
  readonly pair: string
  readonly grantedBy: string
  readonly grantedAt: string
  readonly until: string
}

export type PackTaskOpeningWire = {
  readonly parley: "pack-opening/1"
  readonly name: string
  readonly version: string
  readonly index: number
  readonly id: string
  readonly salt: string
  readonly entries: ReadonlyArray<{
    readonly kind: "folder"
    readonly path: string
  } | {
    readonly kind: "file"
    readonly path: string
    readonly sizeBytes: number
    readonly sha256: string
    readonly isProgram: boolean
  }>
  readonly proof: readonly string[]
}

export type PackTaskOpeningListWire = {
  readonly commitment: PackCommitmentWire
  readonly items: ReadonlyArray<{
    readonly task: string
    readonly publishedAt: string
    readonly opening: PackTaskOpeningWire
  }>
  readonly next: number | null
}

export type PackHandedInWire = {
  readonly holders: readonly string[]
  readonly files: ReadonlyArray<{
    readonly name: string
    readonly sizeBytes: number
    readonly sha256: string
  }>
}

export type DeclarationListWire = {
  readonly items: readonly KeptDeclarationWire[]
}

export type KeptDeclarationWire = {
  readonly digest: string
  readonly declaration: EvaluationDeclarationWire
  readonly pack: string | null
  readonly proposedAt: string
  readonly proposedBy: string
  readonly developerAgreedAt: string | null
  readonly evaluatorAgreedAt: string | null
  readonly agreedAt: string | null
  readonly isStanding: boolean
}

export type EvaluationDeclarationWire = {
  readonly kind: "evaluation-declaration"
  readonly version: 1
  readonly bankRoot: string
  readonly strata: ReadonlyArray<{
    readonly name: string
    readonly weight: number
    readonly tasksMax: number
    readonly bankTasks?: number
  }>
  readonly protocol: string
  readonly tokenBudget: number
  readonly attempts: number
  readonly threshold: number
  readonly alpha: number
  readonly rule: {
    readonly is: "fixed-look"
  } | {
    readonly is: "sequential"
    readonly population: "large-bank" | "this-bank"
  }
  readonly orderSeed: string
  readonly missing: "both-bounds"
}

export type EvaluationRunListWire = {
  readonly items: readonly EvaluationRunWire[]
  readonly next: string | null
}

export type EvaluationRunWire = {
  readonly id: string
  readonly engagement: string
  readonly declaration: string
  readonly pack: string | null
  readonly number: number
  readonly rule: "fixed-look" | "sequential"
  readonly state: "queued" | "running" | "closed"
  readonly askedAt: string
  readonly askedBy: string
  readonly begunAt: string | null
  readonly closed: {
    readonly at: string
    readonly by: string | null
    readonly why: "finished" | "stopped" | "window-over"
    readonly neverBegun: ReadonlyArray<{
      readonly stratum: string
      readonly tasks: number
    }>
  } | null
  readonly accessEndsAt: string
  readonly handInUntil: string
  readonly expected: {
    readonly tasks: number
    readonly samples: number
  }
  readonly finished: number
  readonly troubled: number
  readonly outcomes: OutcomeCountsWire | null
  readonly looks: number
  readonly seed: string | null
  readonly roles: { readonly [name: string]: string } | null
  readonly mayWork: boolean
  readonly names: { readonly [name: string]: string }
}

export type OutcomeCountsWire = {
  readonly success: number
  readonly failure: number
  readonly model_refusal: number
  readonly budget_exhausted: number
  readonly safeguard_block: number
  readonly infra_error: number
  readonly grader_error: number
  readonly not_run: number
}

export type EvaluationLooksWire = {
  readonly outcomes: OutcomeCountsWire
  readonly looks: ReadonlyArray<{
    readonly at: string
    readonly person: string
    readonly organisation: string
    readonly samples: number
  }>
}

export type SampleTakenWire = {
  readonly digest: string
  readonly isSame: boolean
}

export type SampleListWire = {
  readonly items: ReadonlyArray<{
    readonly task: string
    readonly epoch: number
    readonly digest: string
    readonly handedInAt: string
    readonly events: number
    readonly sizeBytes: number
    readonly result: SampleResultWire | null
  }>
  readonly next: {
    readonly afterTask: string
    readonly afterEpoch: number
  } | null
}

export type SampleResultWire = {
  readonly family: string
  readonly difficulty: number
  readonly stratum: string
  readonly outcome: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
  readonly reward: number | null
  readonly why: string | null
  readonly tokens: {
    readonly input: number
    readonly output: number
  } | null
  readonly tokenLimit: number | null
  readonly turns: number | null
  readonly microUsd: number | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly workingMs: number | null
  readonly contaminations: readonly string[] | null
}

export type TranscriptSliceWire = {
  readonly total: number
  readonly from: number
  readonly events: ReadonlyArray<{
    readonly is: "system"
    readonly n: number
    readonly at: string
    readonly text: string
  } | {
    readonly is: "user"
    readonly n: number
    readonly at: string
    readonly text: string
  } | {
    readonly is: "assistant"
    readonly n: number
    readonly at: string
    readonly text: string
    readonly reasoning?: string
    readonly calls: ReadonlyArray<{
      readonly id: string
      readonly tool: string
      readonly input: string
    }>
  } | {
    readonly is: "tool"
    readonly n: number
    readonly at: string
    readonly call: string
    readonly tool: string
    readonly output: string
    readonly truncated: boolean
  } | {
    readonly is: "usage"
    readonly n: number
    readonly at: string
    readonly request: string
    readonly input: number
    readonly output: number
    readonly microUsd: number
    readonly doubt: "missing" | "malformed" | "too-low" | "too-high" | null
    readonly stop: string | null
  } | {
    readonly is: "limit"
    readonly n: number
    readonly at: string
    readonly limit: "tokens" | "turns" | "time" | "cost"
    readonly most: number
  } | {
    readonly is: "error"
    readonly n: number
    readonly at: string
    readonly code: string
    readonly why: string
  } | {
    readonly is: "retry"
    readonly n: number
    readonly at: string
    readonly request: string
    readonly waitMs: number
    readonly why: string
  } | {
    readonly is: "verifier"
    readonly n: number
    readonly at: string
    readonly reward: number | null
    readonly why: string | null
  } | {
    readonly is: "note"
    readonly n: number
    readonly at: string
    readonly text: string
  }>
}

export type GatewayEndpointWire = {
  readonly base: string
  readonly models: readonly string[]
  readonly mayList: boolean
  readonly most: {
    readonly input: number
    readonly output: number
  }
  readonly price: {
    readonly inputMicroUsd: number
    readonly outputMicroUsd: number
  }
  readonly version: number
  readonly clearance: {
    readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
    readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
    readonly compartments: readonly string[]
  }
  readonly caps: {
    readonly requestBytes: number
    readonly answerBytes: number
    readonly firstByteMs: number
    readonly silenceMs: number
    readonly wholeMs: number
  }
  readonly credential: {
    readonly header: "authorization" | "x-api-key"
    readonly scheme: string
    readonly destroyedAt: string | null
  }
  readonly putAt: string
  readonly putBy: string | null
  readonly withdrawnAt: string | null
}

export type GatewayTokenMadeWire = {
  readonly id: string
  readonly token: string
  readonly expiresAt: string
  readonly models: readonly string[]
  readonly openai: string | null
  readonly anthropic: string | null
}

export type GatewayTokenListWire = {
  readonly items: readonly GatewayTokenWire[]
  readonly next: string | null
}

export type GatewayTokenWire = {
  readonly id: string
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly run: string
  readonly label: LabelWire
  readonly budget: {
    readonly requests: number
    readonly tokens: number
    readonly microUsd: number
    readonly atOnce: number
  }
  readonly madeAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
}

export type AccessLogPageWire = {
  readonly items: ReadonlyArray<{
    readonly entry: AccessEntryWire
    readonly digest: string
    readonly person: string
  }>
  readonly next: string | null
  readonly used: {
    readonly requests: number
    readonly tokens: number
    readonly microUsd: number
    readonly atOnce: number
  }
  readonly budget: {
    readonly requests: number
    readonly tokens: number
    readonly microUsd: number
    readonly atOnce: number
  } | null
}

export type AccessEntryWire = {
  readonly node: string
  readonly sequence: number
  readonly previous: string
  readonly engagement: string
  readonly partner?: string
  readonly organisation: string
  readonly person: string
  readonly run: string
  readonly request: string
  readonly asked: string
  readonly receivedAt: string
  readonly endedMs: number
  readonly sentMs: number | null
  readonly firstByteMs: number | null
  readonly status: number | null
  readonly outcome: {
    readonly is: "success" | "refusal" | "safeguard-block" | "overload" | "error" | "cut" | "refused"
    readonly why: string | null
  }
  readonly requestBytes: number
  readonly answerBytes: number
  readonly requestSha256: string | null
  readonly answerSha256: string | null
  readonly microUsd: number
  readonly usage: {
    readonly told: {
      readonly input: number | null
      readonly output: number | null
    }
    readonly counted: {
      readonly input: number
      readonly output: number
    }
    readonly charged: {
      readonly input: number
      readonly output: number
    }
    readonly doubt: "missing" | "malformed" | "too-low" | "too-high" | null
  } | null
}

export type ClosingProofListWire = {
  readonly items: readonly ClosingProofWire[]
}

export type ClosingProofWire = {
  readonly node: string
  readonly engagement: string
  readonly partner?: string
  readonly closedAt: string
  readonly doneAt: string
  readonly cutStreams: number
  readonly lastRequest: {
    readonly request: string
    readonly receivedAt: string
  } | null
  readonly entries: number
  readonly chainHead: string
}

export type VerdictWishWire = {
  readonly capability?: "cyber" | "reasoning" | "autonomous-tool-use"
}

export type VerdictWire = {
  readonly id: string
  readonly run: string
  readonly at: string
  readonly by: string
  readonly capability: "cyber" | "reasoning" | "autonomous-tool-use"
  readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
  readonly wording: string
  readonly declarationSha256: string
  readonly resultsSha256: string
  readonly numbers: {
    readonly tasks: readonly number[]
    readonly outcomes: { readonly [name: string]: number }
    readonly waiting: number
    readonly overBudget: number
    readonly earlierLooks: number
    readonly isMissingSome: boolean
    readonly ifAllFailed: {
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly mean: number | null
      readonly lower: number
      readonly upper: number
      readonly error: number | null
      readonly df: number | null
      readonly stop: number | null
      readonly evidence: {
        readonly above: readonly number[]
        readonly below: readonly number[]
      } | null
    }
    readonly ifAllSucceeded: {
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly mean: number | null
      readonly lower: number
      readonly upper: number
      readonly error: number | null
      readonly df: number | null
      readonly stop: number | null
      readonly evidence: {
        readonly above: readonly number[]
        readonly below: readonly number[]
      } | null
    }
    readonly withoutFamilies: ReadonlyArray<{
      readonly family: string
      readonly tasks: number
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED" | null
    }>
    readonly recounts: readonly RecountWire[]
    readonly horizon: RunHorizonWire | null
  } | null
  readonly effect: "Nothing here holds, delays or permits a release."
}

export type RecountWire = {
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly by: "review" | "dispute"
  readonly reason: string
  readonly was: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
  readonly is: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
}

export type RunHorizonWire = {
  readonly tasks: number
  readonly withoutTime: number
  readonly families: number
  readonly ifAllFailed: {
    readonly curve: {
      readonly slope: number
      readonly intercept: number
    } | null
    readonly horizon: {
      readonly p50: number
      readonly p80: number
    } | null
    readonly intervals: {
      readonly p50: {
        readonly lower: number | null
        readonly upper: number | null
      }
      readonly p80: {
        readonly lower: number | null
        readonly upper: number | null
      }
      readonly draws: number
      readonly withoutHorizon: number
    } | null
    readonly why: string | null
  }
  readonly ifAllSucceeded: {
    readonly curve: {
      readonly slope: number
      readonly intercept: number
    } | null
    readonly horizon: {
      readonly p50: number
      readonly p80: number
    } | null
    readonly intervals: {
      readonly p50: {
        readonly lower: number | null
        readonly upper: number | null
      }
      readonly p80: {
        readonly lower: number | null
        readonly upper: number | null
      }
      readonly draws: number
      readonly withoutHorizon: number
    } | null
    readonly why: string | null
  } | null
  readonly points: ReadonlyArray<{
    readonly minutes: number
    readonly score: number
  }>
}

export type VerdictListWire = {
  readonly items: readonly VerdictWire[]
}

export type OwnVerdictKeyWire = {
  readonly key: string
  readonly pem: string
}

export type VerdictKeyListWire = {
  readonly items: readonly VerdictKeyWire[]
}

export type VerdictKeyWire = {
  readonly id: string
  readonly pem: string
  readonly holder: string
  readonly trustedAt: string
  readonly trustedBy: string
  readonly endedAt: string | null
}

export type VerdictKeyWishWire = {
  readonly pem: string
  readonly holder: string
}

export type VerdictKeyTrustedWire = {
  readonly id: string
}

export type CrossedVerdictListWire = {
  readonly items: readonly CrossedVerdictWire[]
}

export type CrossedVerdictWire = {
  readonly id: string
  readonly takenAt: string
  readonly takenBy: string
  readonly sha256: string
  readonly engagement: string
  readonly number: number
  readonly issued: string
  readonly capability: "cyber" | "reasoning" | "autonomous-tool-use"
  readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
  readonly wording: string
  readonly pack: string
  readonly signers: ReadonlyArray<{
    readonly key: string
    readonly holder: string
    readonly isTrusted: boolean
  }>
  readonly effect: "Nothing here holds, delays or permits a release."
}

export type VerdictBundleWishWire = {
  readonly bundle: string
}

export type SampleReviewListWire = {
  readonly items: readonly SampleReviewWire[]
  readonly notes: readonly RunNoteWire[]
}

export type SampleReviewWire = {
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly state: "unflagged" | "flagged" | "kept" | "set-aside"
  readonly opinions: ReadonlyArray<{
    readonly reviewer: string
    readonly isPerson: boolean
    readonly confidence: number
    readonly note: string
    readonly at: string
  }>
  readonly decisions: ReadonlyArray<{
    readonly is: "kept" | "set-aside"
    readonly by: string
    readonly reason: string
    readonly at: string
  }>
}

export type RunNoteWire = {
  readonly at: string
  readonly person: string
  readonly text: string
}

export type ReviewSayingWire = {
  readonly kind: "opinion"
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly model?: string
  readonly confidence: number
  readonly note: string
} | {
  readonly kind: "decision"
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly is: "kept" | "set-aside"
  readonly reason: string
} | {
  readonly kind: "note"
  readonly text: string
}

export type DisputeListWire = {
  readonly items: readonly DisputeWire[]
}

export type DisputeWire = {
  readonly id: string
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly claim: string
  readonly openedBy: string
  readonly openedAt: string
  readonly state: "open" | "answered" | "withdrawn"
  readonly answered: {
    readonly answer: {
      readonly is: "stands"
    } | {
      readonly is: "set-aside"
    } | {
      readonly is: "re-judged"
      readonly outcome: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
      readonly score: number | null
    }
    readonly reason: string
    readonly by: string
    readonly at: string
  } | null
  readonly remarks: ReadonlyArray<{
    readonly side: "developer" | "evaluator"
    readonly by: string
    readonly text: string
    readonly at: string
  }>
}

export type DisputeWishWire = {
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly claim: string
}

export type DisputeActWire = {
  readonly kind: "answer"
  readonly answer: {
    readonly is: "stands"
  } | {
    readonly is: "set-aside"
  } | {
    readonly is: "re-judged"
    readonly outcome: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
    readonly score: number | null
  }
  readonly reason: string
} | {
  readonly kind: "withdraw"
} | {
  readonly kind: "remark"
  readonly text: string
}

export type RunResponseWishWire = {
  readonly text: string
}

export type RunResponseListWire = {
  readonly items: readonly RunNoteWire[]
}

export type FlawListWire = {
  readonly items: ReadonlyArray<{
    readonly sample: {
      readonly task: string
      readonly epoch: number
    }
    readonly at: string
    readonly by: string
    readonly receipt: string | null
  }>
}

export type FlawWishWire = {
  readonly sample: {
    readonly task: string
    readonly epoch: number
  }
  readonly receipt: string
}

export type TechniqueListWire = {
  readonly items: readonly TechniqueWire[]
}

export type TechniqueWire = {
  readonly id: string
  readonly engagement: string
  readonly at: string
  readonly by: string
  readonly technique: {
    readonly title: string
    readonly summary: string
    readonly attack: readonly string[]
    readonly atlas: readonly string[]
    readonly conditions: ReadonlyArray<{
      readonly is: "access" | "privilege" | "tool" | "network" | "knowledge" | "safeguards" | "time"
      readonly text: string
    }>
    readonly seen: ReadonlyArray<{
      readonly run: string
      readonly task: string
      readonly epoch: number
    }>
    readonly evidence: ReadonlyArray<{
      readonly seen: number
      readonly transcriptSha256: string
      readonly from: number
      readonly count: number
    }>
  }
}

export type TechniqueWishWire = {
  readonly engagement: string
  readonly technique: {
    readonly title: string
    readonly summary: string
    readonly attack: readonly string[]
    readonly atlas: readonly string[]
    readonly conditions: ReadonlyArray<{
      readonly is: "access" | "privilege" | "tool" | "network" | "knowledge" | "safeguards" | "time"
      readonly text: string
    }>
    readonly seen: ReadonlyArray<{
      readonly run: string
      readonly task: string
      readonly epoch: number
    }>
    readonly evidence: ReadonlyArray<{
      readonly seen: number
      readonly transcriptSha256: string
      readonly from: number
      readonly count: number
    }>
  }
}

export type TechniqueKeptWire = {
  readonly id: string
}

export type PolicyListWire = {
  readonly items: ReadonlyArray<{
    readonly policy: {
      readonly kind: "classification-policy"
      readonly version: 1
      readonly number: number
      readonly inForceSince: string
      readonly parameters: ReadonlyArray<{
        readonly capability: "cyber" | "reasoning" | "autonomous-tool-use"
        readonly threshold: number
        readonly alpha: number
        readonly packRoot: string
        readonly tokenBudget: number
      }>
    }
    readonly digest: string
    readonly publishedAt: string
    readonly publishedBy: string
  }>
}

export type PolicyWishWire = {
  readonly policy: {
    readonly kind: "classification-policy"
    readonly version: 1
    readonly number: number
    readonly inForceSince: string
    readonly parameters: ReadonlyArray<{
      readonly capability: "cyber" | "reasoning" | "autonomous-tool-use"
      readonly threshold: number
      readonly alpha: number
      readonly packRoot: string
      readonly tokenBudget: number
    }>
  }
  readonly label?: {
    readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
    readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
    readonly compartments: readonly string[]
    readonly owners: readonly string[]
    readonly releasableTo: readonly string[] | null
    readonly legal: ReadonlyArray<{
      readonly kind: "cisa-2015" | "pcii" | "contract"
      readonly from: string
      readonly until: string | null
    }>
    readonly foia: readonly string[]
    readonly embargoUntil: string | null
  }
}

export type PolicyPublishedWire = {
  readonly digest: string
  readonly changes: { readonly [name: string]: number }
}

export type PolicyReadingListWire = {
  readonly items: ReadonlyArray<{
    readonly before: {
      readonly is: "read"
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly wording: string
    } | {
      readonly is: "cannot-be-read"
      readonly because: ReadonlyArray<{
        readonly what: "capability" | "pack" | "budget" | "results"
        readonly why: string
      }>
    }
    readonly after: {
      readonly is: "read"
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly wording: string
    } | {
      readonly is: "cannot-be-read"
      readonly because: ReadonlyArray<{
        readonly what: "capability" | "pack" | "budget" | "results"
        readonly why: string
      }>
    }
    readonly why: readonly string[]
    readonly policy: number
    readonly verdict: string
    readonly change: "same" | "wording" | "verdict" | "became-readable" | "became-unreadable"
  }>
}

export type HandBackWire = {
  readonly engagement: string
  readonly madeAt: string
  readonly runs: readonly RunHandedBackWire[]
  readonly techniques: readonly TechniqueWire[]
  readonly policyReadings: ReadonlyArray<{
    readonly before: {
      readonly is: "read"
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly wording: string
    } | {
      readonly is: "cannot-be-read"
      readonly because: ReadonlyArray<{
        readonly what: "capability" | "pack" | "budget" | "results"
        readonly why: string
      }>
    }
    readonly after: {
      readonly is: "read"
      readonly verdict: "COVERED" | "NOT SHOWN" | "UNDETERMINED"
      readonly wording: string
    } | {
      readonly is: "cannot-be-read"
      readonly because: ReadonlyArray<{
        readonly what: "capability" | "pack" | "budget" | "results"
        readonly why: string
      }>
    }
    readonly why: readonly string[]
    readonly policy: number
    readonly verdict: string
    readonly change: "same" | "wording" | "verdict" | "became-readable" | "became-unreadable"
  }>
  readonly transcripts: "sizes" | "digests" | "content" | null
  readonly effect: "Nothing here holds, delays or permits a release."
}

export type RunHandedBackWire = {
  readonly id: string
  readonly number: number
  readonly closedAt: string | null
  readonly verdicts: readonly VerdictWire[]
  readonly record: {
    readonly kind: "evaluation-record"
    readonly version: 1
    readonly capability: "cyber" | "reasoning" | "autonomous-tool-use"
    readonly model: string
    readonly earlierLooks: number
    readonly declaration: unknown
    readonly attempts: ReadonlyArray<{
      readonly task: string
      readonly family?: string
      readonly stratum?: string
      readonly attempt: string
      readonly outcome: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"
      readonly score: number | null
      readonly tokens?: number
      readonly position?: number
      readonly minutes?: number
    }>
  } | null
  readonly reviews: readonly SampleReviewWire[]
  readonly notes: readonly RunNoteWire[]
  readonly disputes: readonly DisputeWire[]
  readonly responses: readonly RunNoteWire[]
  readonly flaws: ReadonlyArray<{
    readonly sample: {
      readonly task: string
      readonly epoch: number
    }
    readonly at: string
    readonly by: string
    readonly receipt: string | null
  }>
}

export type ViewerListWire = {
  readonly items: ReadonlyArray<{
    readonly person: string
    readonly organisation: string
    readonly firstAt: string
    readonly lastAt: string
    readonly times: number
  }>
}

export type HoldingWire = {
  readonly held: number
  readonly destroyed: number
  readonly retention: {
    readonly transcriptsUntil: string
    readonly resultsUntil: string
    readonly isOverdue: boolean
  } | null
  readonly settled: {
    readonly at: string
    readonly proofSha256: string
  } | null
}

export type SettledWire = {
  readonly document: string
  readonly sha256: string
}

export type ApprovalListWire = {
  readonly toDecide: readonly ApprovalWire[]
  readonly mine: readonly ApprovalWire[]
  readonly past: readonly ApprovalWire[]
}

export type ApprovalWire = {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly subject: string
  readonly says: readonly string[]
  readonly reason: string
  readonly by: {
    readonly person: {
      readonly id: string
      readonly name: string
    }
    readonly organisation: {
      readonly id: string
      readonly name: string
    }
  }
  readonly requestedAt: string
  readonly expiresAt: string
  readonly mode: "two-persons" | "two-organisations"
  readonly state: "requested" | "granted" | "refused" | "withdrawn" | "expired" | "done" | "failed"
  readonly decided: {
    readonly by: {
      readonly person: {
        readonly id: string
        readonly name: string
      }
      readonly organisation: {
        readonly id: string
        readonly name: string
      }
    } | null
    readonly at: string
    readonly why: string
  } | null
  readonly failedWhy: string | null
  readonly digest: string
  readonly isMine: boolean
  readonly whyNot: "own-request" | "same-human" | "account-made-by-requester" | "organisation-too-near" | "expired" | "decided" | "changed" | "lacks-permission" | "not-in-person" | null
}

export type ApprovalPageWire = {
  readonly id: string
  readonly kind: string
  readonly title: string
  readonly subject: string
  readonly says: readonly string[]
  readonly reason: string
  readonly by: {
    readonly person: {
      readonly id: string
      readonly name: string
    }
    readonly organisation: {
      readonly id: string
      readonly name: string
    }
  }
  readonly requestedAt: string
  readonly expiresAt: string
  readonly mode: "two-persons" | "two-organisations"
  readonly state: "requested" | "granted" | "refused" | "withdrawn" | "expired" | "done" | "failed"
  readonly decided: {
    readonly by: {
      readonly person: {
        readonly id: string
        readonly name: string
      }
      readonly organisation: {
        readonly id: string
        readonly name: string
      }
    } | null
    readonly at: string
    readonly why: string
  } | null
  readonly failedWhy: string | null
  readonly digest: string
  readonly isMine: boolean
  readonly whyNot: "own-request" | "same-human" | "account-made-by-requester" | "organisation-too-near" | "expired" | "decided" | "changed" | "lacks-permission" | "not-in-person" | null
  readonly isChanged: boolean | null
  readonly deciders: number | null
}

export type Schema0Wire = string | number | boolean | null | readonly Schema0Wire[] | { readonly [name: string]: Schema0Wire }

export type ApprovalPolicyWire = {
  readonly mode: "two-persons" | "two-organisations"
  readonly expiryHours: number
  readonly exportMax: number
}

export type RevealedFinderWire = {
  readonly pseudonym: string
  readonly names: readonly string[]
  readonly contact: string | null
}

export type HoldAnswerWire = {
  readonly hold: {
    readonly heldAt: string
    readonly backupTakenAt: string
    readonly isAlone: boolean
  } | null
}

export type LedgerListWire = {
  readonly items: readonly LedgerEntryWire[]
  readonly next: string | null
}

export type LedgerEntryWire = {
  readonly index: number
  readonly at: string
  readonly action: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch" | "engagement.offer" | "engagement.act" | "engagement.close" | "engagement.read" | "engagement.document" | "determination.ask" | "determination.act" | "gateway.endpoint" | "gateway.withdraw" | "gateway.token" | "gateway.revoke" | "gateway.read" | "gateway.close" | "partner.propose" | "partner.act" | "partner.occurrence" | "partner.duty" | "pack.commit" | "pack.publish" | "pack.hand-in" | "pack.right" | "pack.fetch" | "pack.open" | "pack.open-task" | "engagement.declare" | "run.begin" | "run.sample" | "run.read" | "run.look" | "run.close" | "run.review" | "run.dispute" | "run.respond" | "run.destroy" | "verdict.give" | "verdict.read" | "technique.keep" | "technique.read" | "policy.publish" | "policy.reread" | "engagement.hand-back" | "verdict.export-down" | "verdict.fetch-bundle" | "verdict.take" | "verdict-key.trust" | "verdict-key.end" | "retention.pass" | "transcript.destroy" | "document.destroy"
  readonly person: {
    readonly id: string
    readonly name: string | null
  } | null
  readonly organisation: {
    readonly id: string
    readonly name: string | null
  } | null
  readonly role: "system" | "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly kind: "session" | "token" | "passkey" | "person" | "organisation" | "case" | "report" | "attachment" | "import" | "advisories" | "backup" | "entry" | "approval" | "suggestion" | "search" | "suggestions" | "ledger" | "key" | "read-in" | "exclusion" | "export" | "setting" | "stop" | "alert" | "honey" | "agreement" | "proof" | "run" | "worker" | "engagement" | "determination" | "partner" | "document" | "endpoint" | "grant" | "pack" | "declaration" | "verdict" | "technique" | "policy"
  readonly record: string | null
  readonly digest: string | null
  readonly reason: string | null
  readonly fields: { readonly [name: string]: string }
  readonly redacted: readonly string[]
  readonly damaged: readonly string[]
}

export type LedgerProofWire = {
  readonly entry: LedgerEntryWire
  readonly leaf: string
  readonly salted: { readonly [name: string]: {
    readonly salt: string
    readonly value: string
  } }
  readonly proof: readonly string[]
  readonly checkpoint: string
}

export type LedgerCheckpointWire = {
  readonly checkpoint: string
  readonly key: string
}

export type AnomalyListWire = {
  readonly items: ReadonlyArray<{
    readonly person: {
      readonly id: string
      readonly name: string | null
    }
    readonly kind: "volume" | "hour"
    readonly what: "opens" | "exports" | null
    readonly span: "hour" | "day"
    readonly from: string
    readonly count: number
    readonly own: number | null
    readonly all: number
  }>
}

export type SeenListWire = {
  readonly items: readonly SeenEntryWire[]
  readonly next: string | null
}

export type SeenEntryWire = {
  readonly id: string
  readonly at: string
  readonly action: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch" | "engagement.offer" | "engagement.act" | "engagement.close" | "engagement.read" | "engagement.document" | "determination.ask" | "determination.act" | "gateway.endpoint" | "gateway.withdraw" | "gateway.token" | "gateway.revoke" | "gateway.read" | "gateway.close" | "partner.propose" | "partner.act" | "partner.occurrence" | "partner.duty" | "pack.commit" | "pack.publish" | "pack.hand-in" | "pack.right" | "pack.fetch" | "pack.open" | "pack.open-task" | "engagement.declare" | "run.begin" | "run.sample" | "run.read" | "run.look" | "run.close" | "run.review" | "run.dispute" | "run.respond" | "run.destroy" | "verdict.give" | "verdict.read" | "technique.keep" | "technique.read" | "policy.publish" | "policy.reread" | "engagement.hand-back" | "verdict.export-down" | "verdict.fetch-bundle" | "verdict.take" | "verdict-key.trust" | "verdict-key.end" | "retention.pass" | "transcript.destroy" | "document.destroy"
  readonly person: {
    readonly name: string | null
    readonly knownAs: string
  } | null
  readonly organisation: string | null
  readonly role: "system" | "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
  readonly reason: string | null
  readonly label: string | null
}

export type ReadBudgetsWire = {
  readonly coordinator: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly analyst: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly triager: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly reader: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly auditor: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly finder: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
  readonly participant: {
    readonly cases: readonly [number, number]
    readonly proofs: readonly [number, number]
  }
}

export type ReadStopsWire = {
  readonly items: readonly ReadStopWire[]
}

export type ReadStopWire = {
  readonly id: string
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly token: string | null
  readonly stoppedAt: string
}

export type AlertsWire = {
  readonly items: readonly AlertWire[]
}

export type AlertWire = {
  readonly id: string
  readonly kind: string
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly token: {
    readonly id: string
    readonly name: string
  } | null
  readonly beganAt: string
  readonly lastedTo: string
  readonly seen: number
  readonly usual: number
  readonly case: string | null
  readonly acknowledged: {
    readonly by: string
    readonly at: string
    readonly reason: string
  } | null
}

export type ExplainedAccessWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly record: {
    readonly kind: "case" | "report" | "attachment"
    readonly id: string
    readonly organisation: string | null
    readonly label: LabelWire
  }
  readonly ways: ReadonlyArray<{
    readonly by: "membership" | "token"
    readonly token: {
      readonly id: string
      readonly name: string
    } | null
    readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
    readonly organisation: {
      readonly id: string
      readonly name: string
    }
    readonly steps: ReadonlyArray<{
      readonly name: string
      readonly holds: boolean
      readonly says: string
    }>
    readonly grounds: ReadonlyArray<{
      readonly ground: "role" | "own" | "read-in"
      readonly steps: ReadonlyArray<{
        readonly name: string
        readonly holds: boolean
        readonly says: string
      }>
    }>
    readonly may: boolean
    readonly database: boolean
  }>
  readonly may: boolean
}

export type HoneyWire = {
  readonly id: string
  readonly case: string
  readonly title: string
  readonly madeAt: string
  readonly madeBy: {
    readonly id: string
    readonly name: string
  }
  readonly retiredAt: string | null
}

export type HoneyListWire = {
  readonly items: readonly HoneyWire[]
}

export type ProofTakenWire = {
  readonly id: string
  readonly isSame: boolean
}

export type ProofListWire = {
  readonly items: readonly ProofRowWire[]
}

export type ProofRowWire = {
  readonly id: string
  readonly title: string
  readonly report: string
  readonly case: string | null
  readonly target: string | null
  readonly finder: {
    readonly name: string
    readonly model: string | null
  }
  readonly handedInAt: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly level: "E0" | "E1" | "E2" | "E3" | "E4"
  readonly shownIn: {
    readonly met: number
    readonly of: number
  } | null
  readonly verdict: string | null
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled" | null
  readonly dispute: ProofDisputeWire | null
  readonly destroyedAt: string | null
}

export type ProofDisputeWire = {
  readonly at: string
  readonly by: string
  readonly why: string
}

export type ProofWire = {
  readonly id: string
  readonly title: string
  readonly report: string
  readonly case: string | null
  readonly target: string | null
  readonly finder: {
    readonly name: string
    readonly model: string | null
  }
  readonly handedInAt: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly level: "E0" | "E1" | "E2" | "E3" | "E4"
  readonly shownIn: {
    readonly met: number
    readonly of: number
  } | null
  readonly verdict: string | null
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled" | null
  readonly dispute: ProofDisputeWire | null
  readonly destroyedAt: string | null
  readonly label: LabelWire
  readonly manifest: { readonly [name: string]: Schema1Wire } | null
  readonly patch: string | null
  readonly runs: readonly ProofRunWire[]
}

export type Schema1Wire = string | number | boolean | null | readonly Schema1Wire[] | { readonly [name: string]: Schema1Wire }

export type ProofRunWire = {
  readonly id: string
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled"
  readonly why: "arrived" | "re-run" | "neighbour"
  readonly askedBy: string | null
  readonly patchOf: string | null
  readonly queuedAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly worker: string | null
  readonly attempts: number
  readonly level: "E0" | "E1" | "E2" | "E3" | "E4" | null
  readonly verdict: string | null
  readonly met: number | null
  readonly of: number | null
  readonly environment: string | null
  readonly isAttested: boolean
  readonly refusal: {
    readonly code: string
    readonly why: string
  } | null
  readonly shown: ProofShownWire | null
}

export type ProofShownWire = {
  readonly runs: {
    readonly met: number
    readonly of: number
  }
  readonly steps: ReadonlyArray<{
    readonly level: "E0" | "E1" | "E2" | "E3" | "E4"
    readonly isReached: boolean
    readonly why: string
  }>
  readonly missing: readonly string[]
  readonly attempts: ReadonlyArray<{
    readonly name: string
    readonly purpose: string
    readonly isPatched: boolean
    readonly tookMs: number
    readonly output: string
    readonly is: "met" | "not-met" | "unclear"
    readonly why: string
  }>
  readonly crash: {
    readonly type: string
    readonly frames: ReadonlyArray<{
      readonly function: string
      readonly file: string | null
      readonly line: number | null
    }>
  } | null
  readonly patch: {
    readonly verdict: string | null
    readonly why: string
    readonly notes: readonly string[]
  } | null
  readonly isolation: { readonly [name: string]: Schema2Wire } | null
}

export type Schema2Wire = string | number | boolean | null | readonly Schema2Wire[] | { readonly [name: string]: Schema2Wire }

export type ProofRunAskedWire = {
  readonly run: string
}

export type ProofWorkerListWire = {
  readonly items: readonly ProofWorkerWire[]
}

export type ProofWorkerWire = {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly version: string
  readonly publicKey: string
  readonly slots: number
  readonly running: number
  readonly done: number
  readonly isolation: { readonly [name: string]: Schema3Wire } | null
  readonly refusal: string | null
  readonly ceiling: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
  readonly compartments: readonly string[]
  readonly firstAt: string
  readonly seenAt: string
  readonly isGone: boolean
  readonly off: {
    readonly at: string
    readonly by: string
    readonly why: string
  } | null
}

export type Schema3Wire = string | number | boolean | null | readonly Schema3Wire[] | { readonly [name: string]: Schema3Wire }

export type ProofQueueWire = {
  readonly waiting: number
  readonly running: number
  readonly oldestSeconds: number | null
  readonly organisations: ReadonlyArray<{
    readonly id: string
    readonly name: string
    readonly waiting: number
    readonly running: number
  }>
}

export type JobListWire = {
  readonly items: readonly JobWire[]
  readonly queues: ReadonlyArray<{
    readonly name: string
    readonly about: string
    readonly waiting: number
    readonly running: number
    readonly failed: number
  }>
  readonly workers: number
}

export type JobWire = {
  readonly id: string
  readonly queue: string
  readonly ref: string
  readonly state: "waiting" | "retry" | "running" | "done" | "failed" | "cancelled"
  readonly attempts: number
  readonly why: string | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

export type HappenedWire = {
  readonly ref: string
}

export type HealthWire = {
  readonly status: "alive"
}

export type ReadinessWire = {
  readonly isReady: boolean
  readonly checks: ReadonlyArray<{
    readonly name: string
    readonly isReady: boolean
    readonly why?: string
  }>
}

/** Where the service is and who asks. */
export type Target = {
  /** Such as `https://parley.example.org`; empty for the host that a page is from. */
  readonly base: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** What was answered; the network failing is thrown. */
export type Answered<T> =
  | { readonly ok: true; readonly value: T; readonly headers: Headers }
  | { readonly ok: false; readonly problem: ProblemWire; readonly headers: Headers }

type Value = string | number | boolean | readonly (string | number)[] | null | undefined

type Ask = {
  readonly params?: { readonly [name: string]: Value }
  readonly query?: { readonly [name: string]: Value }
  readonly headers?: { readonly [name: string]: Value }
  readonly signal?: AbortSignal
}

type Sent = Ask & { readonly body?: RequestInit['body']; readonly type?: string }

function addressOf({ base }: Target, path: string, { params = {}, query = {} }: Ask): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one))
    }
  }
  const textOf = (name: string): string => encodeURIComponent(String(params[name]))
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => textOf(name))
  return `${base}${filled}${search.size > 0 ? `?${search}` : ''}`
}

async function send(to: Target, [method, path]: readonly [string, string], ask: Sent) {
  const headers = new Headers({ 'x-requested-by': 'parley' })
  if (to.token !== undefined) headers.set('authorization', `Bearer ${to.token}`)
  if (ask.type !== undefined) headers.set('content-type', ask.type)
  for (const [name, value] of Object.entries(ask.headers ?? {})) {
    if (value !== undefined && value !== null) headers.set(name, String(value))
  }
  const half = ask.body instanceof ReadableStream ? { duplex: 'half' as const } : {}
  return (to.fetch ?? fetch)(addressOf(to, path, ask), {
    method,
    headers,
    credentials: 'same-origin',
    ...(ask.body === undefined ? {} : { body: ask.body, ...half }),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  })
}

async function problemIn(response: Response): Promise<ProblemWire> {
  const { status } = response
  const text = await response.text()
  if (response.headers.get('content-type')?.includes('problem+json')) return JSON.parse(text)
  const detail = `The answer was ${status} and not from the service itself.`
  return { type: 'about:blank', title: 'Error', status, code: 'failed', detail }
}

async function answered<T>(
  response: Response,
  take: (response: Response) => Promise<T>,
): Promise<Answered<T>> {
  const { headers } = response
  if (!response.ok) return { ok: false, problem: await problemIn(response), headers }
  return { ok: true, value: await take(response), headers }
}

async function json<T>(to: Target, how: readonly [string, string], ask: Sent) {
  const response = await send(to, how, ask)
  return answered<T>(response, async () => {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  })
}

const text = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), (response) => response.text())

const file = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), async (response) => response)

const encoded = ({ body, ...ask }: Ask & { readonly body: unknown }): Sent => ({
  ...ask,
  body: JSON.stringify(body),
  type: 'application/json',
})

/** Hand in one report (TAP contract), with a token. */
export const submitReport = (
  to: Target,
  ask: {
    readonly headers?: { readonly 'idempotency-key'?: string; readonly 'parley-label'?: string }
    readonly body: RequestInit['body']
    readonly type: 'application/json' | 'multipart/mixed' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<AcceptedWire>> => json<AcceptedWire>(to, ['POST', '/v1/reports'], ask)

/** What became of a report; more of it for those who handed it in. */
export const submission = (
  to: Target,
  ask: {
    readonly params: { readonly receipt: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SubmissionWire>> => json<SubmissionWire>(to, ['GET', '/v1/submissions/{receipt}'], ask)

/** Hand in a document of any format that is read here, packed or not. */
export const submitDocument = (
  to: Target,
  ask: {
    readonly query?: { readonly name?: string; readonly series?: string; readonly format?: string }
    readonly headers?: { readonly 'idempotency-key'?: string; readonly 'parley-label'?: string }
    readonly body: RequestInit['body']
    readonly type: 'application/octet-stream' | 'application/x-ndjson' | 'application/json' | 'text/plain' | 'text/csv' | 'application/xml' | 'application/gzip' | 'application/zip' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<ImportAcceptedWire>> => json<ImportAcceptedWire>(to, ['POST', '/v1/reports/bulk'], ask)

/** Documents that were handed in, newest first. */
export const imports = (
  to: Target,
  ask: {
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ImportListWire>> => json<ImportListWire>(to, ['GET', '/v1/imports'], ask)

/** What became of a document. */
export const showImport = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ImportWire>> => json<ImportWire>(to, ['GET', '/v1/imports/{id}'], ask)

/** The findings of a document in their order, with a receipt each. */
export const importedReports = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ImportedReportListWire>> => json<ImportedReportListWire>(to, ['GET', '/v1/imports/{id}/reports'], ask)

/** Which labels reports have that name none. */
export const labelDefaults = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<LabelDefaultListWire>> => json<LabelDefaultListWire>(to, ['GET', '/v1/label-defaults'], ask)

/** Set the label of what names none, for an organisation or for `instance`. */
export const setLabelDefault = (
  to: Target,
  ask: {
    readonly params: { readonly of: string }
    readonly body: {
      readonly label: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      } | null
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/label-defaults/{of}'], encoded(ask))

/** Which organisations have a webhook. */
export const webhooks = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<WebhookListWire>> => json<WebhookListWire>(to, ['GET', '/v1/webhooks'], ask)

/** Have an organisation told by webhook; answers the secret, once. */
export const setWebhook = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string }
    readonly body: WebhookWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<WebhookMadeWire>> => json<WebhookMadeWire>(to, ['PUT', '/v1/webhooks/{organisation}'], encoded(ask))

/** Stop telling an organisation by webhook. */
export const dropWebhook = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/webhooks/{organisation}'], ask)

/** Hand in the example findings: invented flaws of invented software. */
export const loadExamples = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly items: readonly ImportAcceptedWire[]
}>> => json<{
  readonly items: readonly ImportAcceptedWire[]
}>(to, ['POST', '/v1/examples'], encoded(ask))

/** The queue: filtered, searched and in order, page by page. */
export const cases = (
  to: Target,
  ask: {
    readonly query?: { readonly q?: string; readonly status?: string; readonly severity?: string; readonly band?: string; readonly verdict?: string; readonly evidence?: string; readonly assignee?: string; readonly finder?: string; readonly package?: string; readonly import?: string; readonly seen?: "yes" | "gone"; readonly sort?: "priority" | "newest" | "oldest" | "reports" | "severity" | "relevance"; readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<CaseListWire>> => json<CaseListWire>(to, ['GET', '/v1/cases'], ask)

/** For each filter of the queue, how many cases its values would leave. */
export const caseFacets = (
  to: Target,
  ask: {
    readonly query?: { readonly q?: string; readonly status?: string; readonly severity?: string; readonly band?: string; readonly verdict?: string; readonly evidence?: string; readonly assignee?: string; readonly finder?: string; readonly package?: string; readonly import?: string; readonly seen?: "yes" | "gone"; readonly sort?: "priority" | "newest" | "oldest" | "reports" | "severity" | "relevance"; readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<FacetsWire>> => json<FacetsWire>(to, ['GET', '/v1/cases/facets'], ask)

/** A case with its reports, history and everything that was decided. */
export const showCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<CaseWire>> => json<CaseWire>(to, ['GET', '/v1/cases/{id}'], ask)

/** Set title, severity, verdict, assignee or state of a case. */
export const changeCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly title?: string | null
      readonly severity?: "critical" | "high" | "medium" | "low" | "info" | "unknown" | null
      readonly verdict?: "open" | "confirmed" | "refuted"
      readonly assignee?: string | null
      readonly status?: "open" | "waiting" | "closed"
      readonly why?: string
      readonly until?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['PATCH', '/v1/cases/{id}'], encoded(ask))

/** The same change to many cases; each is changed or refused by itself. */
export const changeCases = (
  to: Target,
  ask: {
    readonly body: {
      readonly cases: ReadonlyArray<{
        readonly id: string
        readonly version: number
      }>
      readonly change: {
        readonly title?: string | null
        readonly severity?: "critical" | "high" | "medium" | "low" | "info" | "unknown" | null
        readonly verdict?: "open" | "confirmed" | "refuted"
        readonly assignee?: string | null
        readonly status?: "open" | "waiting" | "closed"
        readonly why?: string
        readonly until?: string
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<BulkChangedWire>> => json<BulkChangedWire>(to, ['POST', '/v1/cases/bulk'], encoded(ask))

/** Make other cases part of this one; their ids point to it from then on. */
export const mergeCases = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly cases: readonly string[]
      readonly why?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['POST', '/v1/cases/{id}/merge'], encoded(ask))

/** Put some reports of this case into a case of their own. */
export const splitCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly reports: readonly string[]
      readonly why?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['POST', '/v1/cases/{id}/split'], encoded(ask))

/** Say that this case and another are never one vulnerability. */
export const keepApart = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly with: string
      readonly why?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['POST', '/v1/cases/{id}/apart'], encoded(ask))

/** Say how this case stands to another without being the same. */
export const relate = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly with: string
      readonly kind: "same-root" | "same-fix" | "regression-of" | "related"
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['POST', '/v1/cases/{id}/relation'], encoded(ask))

/** Take a decision back exactly, unless later ones rest on it. */
export const undo = (
  to: Target,
  ask: {
    readonly params: { readonly event: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<ChangedWire>> => json<ChangedWire>(to, ['POST', '/v1/history/{event}/undo'], encoded(ask))

/** Give a case and its reports a stricter label. */
export const labelCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly label: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      }
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<LabelledWire>> => json<LabelledWire>(to, ['POST', '/v1/cases/{id}/label'], encoded(ask))

/** What a person has to decide: both sides with the evidence, most probable first. */
export const suggestions = (
  to: Target,
  ask: {
    readonly query?: { readonly state?: "open" | "unsure" | "accepted" | "rejected" | "void"; readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<SuggestionListWire>> => json<SuggestionListWire>(to, ['GET', '/v1/suggestions'], ask)

/** One vulnerability: yes, no or not sure; taken back through its event. */
export const decideSuggestion = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly decision: "yes" | "no" | "unsure"
      readonly why?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<DecidedWire>> => json<DecidedWire>(to, ['POST', '/v1/suggestions/{id}/decision'], encoded(ask))

/** Write a note beside a case. */
export const addNote = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly text: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<NoteWire>> => json<NoteWire>(to, ['POST', '/v1/cases/{id}/notes'], encoded(ask))

/** Change a note of your own. */
export const changeNote = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly text: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<NoteWire>> => json<NoteWire>(to, ['PATCH', '/v1/notes/{id}'], encoded(ask))

/** Take a note of your own away. */
export const removeNote = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/notes/{id}'], ask)

/** Who found what: track records with their intervals; finders see their own. */
export const finders = (
  to: Target,
  ask: {
    readonly query?: { readonly sort?: "submitted" | "confirmed" | "duplicates" | "recent" | "name"; readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<FinderListWire>> => json<FinderListWire>(to, ['GET', '/v1/finders'], ask)

/** What came in, what became of it and what waits. */
export const overview = (
  to: Target,
  ask: {
    readonly query?: { readonly days?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<OverviewWire>> => json<OverviewWire>(to, ['GET', '/v1/overview'], ask)

/** How many public records cases are matched with. */
export const advisoryCount = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly count: number
}>> => json<{
  readonly count: number
}>(to, ['GET', '/v1/advisories/count'], ask)

/** Your saved views of the queue. */
export const views = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: readonly SavedViewWire[]
}>> => json<{
  readonly items: readonly SavedViewWire[]
}>(to, ['GET', '/v1/views'], ask)

/** Save a view; one of the same name is replaced. */
export const saveView = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly query: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SavedViewWire>> => json<SavedViewWire>(to, ['POST', '/v1/views'], encoded(ask))

/** Remove a saved view of yours. */
export const removeView = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/views/{id}'], ask)

/** Who was nominated for a case, every gate, and what became of it. */
export const readIns = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInListWire>> => json<ReadInListWire>(to, ['GET', '/v1/cases/{id}/read-ins'], ask)

/** Nominate a named person for one case, with the need in writing. */
export const nominate = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly person: string
      readonly sponsor: string
      readonly tier: "0" | "1" | "2" | "3" | "1.5" | "3.5"
      readonly role: "analyse-or-patch" | "test" | "stage"
      readonly isEmergency: boolean
      readonly need: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/cases/{id}/read-ins'], encoded(ask))

/** Write down how a gate was decided; failures stay in the record. */
export const decideGate = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly gate: "1" | "2" | "3" }
    readonly body: {
      readonly result: "passed" | "failed" | "reused"
      readonly what: string
      readonly papers: ReadonlyArray<"nda" | "conduct" | "antitrust">
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/read-ins/{id}/gates/{gate}'], encoded(ask))

/** Refuse a nomination. */
export const refuseReadIn = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/read-ins/{id}/refuse'], encoded(ask))

/** Authorise a read-in for its case, behind all gates and prerequisites. */
export const assignReadIn = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly why: string
      readonly until?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/read-ins/{id}/assign'], encoded(ask))

/** Give a read-in another tier or end; showing more takes an approval. */
export const changeReadIn = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly tier: "0" | "1" | "2" | "3" | "1.5" | "3.5"
      readonly until: string
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/read-ins/{id}/tier'], encoded(ask))

/** End a read-in at once. */
export const endReadIn = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly why: "task-done" | "left-sponsor" | "need-ended" | "breach" | "mistake"
      readonly note: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInWire>> => json<ReadInWire>(to, ['POST', '/v1/read-ins/{id}/end'], encoded(ask))

/** What one was read in to oneself, without a word of any case. */
export const myReadIns = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<OwnReadInListWire>> => json<OwnReadInListWire>(to, ['GET', '/v1/read-ins/mine'], ask)

/** Acknowledge the text that was shown, before anything else is. */
export const acknowledgeReadIn = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly digest: string
      readonly agreed: ReadonlyArray<"nda" | "conduct" | "antitrust">
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<OwnReadInWire>> => json<OwnReadInWire>(to, ['POST', '/v1/read-ins/mine/{id}/acknowledge'], encoded(ask))

/** What a read-in shows now; not theirs, not begun, over and unknown look alike. */
export const readInPart = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ShownPartWire>> => json<ShownPartWire>(to, ['GET', '/v1/read-ins/mine/{id}/part'], ask)

/** Fix, artifacts and times of a case, as tiers see parts of them. */
export const casePlan = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<CasePlanWire>> => json<CasePlanWire>(to, ['GET', '/v1/cases/{id}/plan'], ask)

/** Plan a case; saying that it is public ends every read-in. */
export const planCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly version: number
      readonly fixText: string
      readonly fixLinks: readonly string[]
      readonly artifacts: ReadonlyArray<{
        readonly purl: string
        readonly version: string
        readonly sha256: string | null
      }>
      readonly embargoUntil: string | null
      readonly analysisAt: string | null
      readonly upstreamAt: string | null
      readonly disclosureAt: string | null
      readonly goLiveAt: string | null
      readonly disclosedAt: string | null
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<CasePlanWire>> => json<CasePlanWire>(to, ['PUT', '/v1/cases/{id}/plan'], encoded(ask))

/** The log of read-ins with all its columns, of one case or of all. */
export const readInLog = (
  to: Target,
  ask: {
    readonly query?: { readonly as?: "json" | "csv"; readonly case?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<Response>> => file(to, ['GET', '/v1/read-ins/log'], ask)

/** Who is shut out of cases, the newest first. */
export const exclusions = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ExclusionListWire>> => json<ExclusionListWire>(to, ['GET', '/v1/exclusions'], ask)

/** Shut somebody out of a case or of all; what they are read in to ends at once. */
export const addExclusion = (
  to: Target,
  ask: {
    readonly body: {
      readonly who: {
        readonly person: string
      } | {
        readonly organisation: string
      }
      readonly case: string | null
      readonly reason: string
      readonly until: string | null
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly id: string
}>> => json<{
  readonly id: string
}>(to, ['POST', '/v1/exclusions'], encoded(ask))

/** Let somebody be nominated again; what has ended stays over. */
export const endExclusion = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/exclusions/{id}'], ask)

/** Whose second and third gate may be taken from an earlier read-in. */
export const readInReuse = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ReadInReuseWire>> => json<ReadInReuseWire>(to, ['GET', '/v1/read-ins/reuse'], ask)

/** Say whose second and third gate may be taken along; the first never is. */
export const setReadInReuse = (
  to: Target,
  ask: {
    readonly body: ReadInReuseWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadInReuseWire>> => json<ReadInReuseWire>(to, ['PUT', '/v1/read-ins/reuse'], encoded(ask))

/** A case as a mail draft, Markdown, OSV or CSAF draft, or as everything in a zip. */
export const exportCase = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query: { readonly as: "mail" | "markdown" | "osv" | "csaf" | "zip"; readonly for?: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/cases/{id}/export'], ask)

/** What came with a report, for its submitter and who may read proofs. */
export const attachment = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/attachments/{id}'], ask)

/** What came with a report of a case that one is read in to as a whole. */
export const readInAttachment = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly attachment: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/read-ins/mine/{id}/attachments/{attachment}'], ask)

/** The cases of a granted request as one zip, once, within an hour of the grant. */
export const fetchApproved = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/approvals/{id}/export'], ask)

/** Open a session with a one-time link. */
export const signIn = (
  to: Target,
  ask: {
    readonly headers?: { readonly 'user-agent'?: string }
    readonly body: {
      readonly link: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['POST', '/v1/session'], encoded(ask))

/** Who is signed in. */
export const session = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['GET', '/v1/session'], ask)

/** End the session. */
export const signOut = (
  to: Target,
  ask: {
    readonly headers?: { readonly cookie?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/session'], ask)

/** Ask for a challenge to sign in with a passkey. */
export const passkeyOptions = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<AssertionOptionsWire>> => json<AssertionOptionsWire>(to, ['POST', '/v1/session/passkey/options'], encoded(ask))

/** Open a session with a passkey. */
export const signInByPasskey = (
  to: Target,
  ask: {
    readonly headers?: { readonly 'user-agent'?: string }
    readonly body: {
      readonly id: string
      readonly clientDataJSON: string
      readonly authenticatorData: string
      readonly signature: string
      readonly userHandle: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['POST', '/v1/session/passkey'], encoded(ask))

/** Open a session with a recovery code, which is spent by it. */
export const signInByRecoveryCode = (
  to: Target,
  ask: {
    readonly headers?: { readonly 'user-agent'?: string }
    readonly body: {
      readonly code: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['POST', '/v1/session/recovery'], encoded(ask))

/** Ways to sign in that not every instance has. */
export const waysIn = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<WaysInWire>> => json<WaysInWire>(to, ['GET', '/v1/ways-in'], ask)

/** Ask where to send the browser to sign in through the provider. */
export const beginAtProvider = (
  to: Target,
  ask: {
    readonly body: {
      readonly target: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly url: string
}>> => json<{
  readonly url: string
}>(to, ['POST', '/v1/session/provider/begin'], encoded(ask))

/** Ask where to send the browser to link an account at the provider. */
export const beginLinking = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly url: string
}>> => json<{
  readonly url: string
}>(to, ['POST', '/v1/identities/begin'], encoded(ask))

/** Open a session, or link an account, with the answer of the provider. */
export const finishAtProvider = (
  to: Target,
  ask: {
    readonly headers?: { readonly cookie?: string; readonly 'user-agent'?: string }
    readonly body: {
      readonly answer: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProviderDoneWire>> => json<ProviderDoneWire>(to, ['POST', '/v1/session/provider'], encoded(ask))

/** Remove the link to an account of yours at the provider. */
export const removeIdentity = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly isLastMeant?: boolean }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/identities/{id}'], ask)

/** Your passkeys, recovery codes and sessions. */
export const profile = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ProfileWire>> => json<ProfileWire>(to, ['GET', '/v1/profile'], ask)

/** Ask for a challenge to add a passkey. */
export const newPasskeyOptions = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<RegistrationOptionsWire>> => json<RegistrationOptionsWire>(to, ['POST', '/v1/passkeys/options'], encoded(ask))

/** Add a passkey with the answer of the authenticator. */
export const addPasskey = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly id: string
      readonly transports: readonly string[]
      readonly clientDataJSON: string
      readonly attestationObject: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PasskeyWire>> => json<PasskeyWire>(to, ['POST', '/v1/passkeys'], encoded(ask))

/** Give a passkey of yours another name. */
export const renamePasskey = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly name: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PATCH', '/v1/passkeys/{id}'], encoded(ask))

/** Remove a passkey of yours. */
export const removePasskey = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly isLastMeant?: boolean }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/passkeys/{id}'], ask)

/** Make a set of recovery codes in place of the one before. */
export const makeRecoveryCodes = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<RecoveryCodesWire>> => json<RecoveryCodesWire>(to, ['POST', '/v1/recovery-codes'], encoded(ask))

/** End a session of yours. */
export const endSession = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/sessions/{id}'], ask)

/** End all your sessions but this one. */
export const endOtherSessions = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly ended: number
}>> => json<{
  readonly ended: number
}>(to, ['DELETE', '/v1/sessions'], ask)

/** The pseudonym of your organisation, and to whom its name was let be shown. */
export const ownPseudonym = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<OwnPseudonymWire>> => json<OwnPseudonymWire>(to, ['GET', '/v1/profile/pseudonym'], ask)

/** Be known by a pseudonym from now on; what was known before stays known. */
export const becomePseudonymous = (
  to: Target,
  ask: {
    readonly body: {
      readonly contact?: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<OwnPseudonymWire>> => json<OwnPseudonymWire>(to, ['POST', '/v1/profile/pseudonym'], encoded(ask))

/** The API tokens, newest first. */
export const tokens = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: readonly TokenWire[]
}>> => json<{
  readonly items: readonly TokenWire[]
}>(to, ['GET', '/v1/tokens'], ask)

/** Make an API token; the answer is the only place where it is shown. */
export const makeToken = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly organisation: string
      readonly isPseudonymous?: boolean
      readonly contact?: string
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner"
      readonly days: number
      readonly scopes?: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit" | "offer" | "evaluate" | "partake">
      readonly workload?: {
        readonly name: string
        readonly version?: string
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<TokenMadeWire>> => json<TokenMadeWire>(to, ['POST', '/v1/tokens'], encoded(ask))

/** Revoke an API token, at once and for good. */
export const revokeToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/tokens/{id}'], ask)

/** The API tokens that you answer for, newest first. */
export const ownTokens = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: readonly TokenWire[]
}>> => json<{
  readonly items: readonly TokenWire[]
}>(to, ['GET', '/v1/profile/tokens'], ask)

/** Make an API token that may what you may here; the answer alone shows it. */
export const makeOwnToken = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly days: number
      readonly scopes?: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit" | "offer" | "evaluate" | "partake">
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<TokenMadeWire>> => json<TokenMadeWire>(to, ['POST', '/v1/profile/tokens'], encoded(ask))

/** Revoke an API token that you answer for, at once and for good. */
export const revokeOwnToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/profile/tokens/{id}'], ask)

/** Organisations and their people. */
export const organisations = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<OrganisationListWire>> => json<OrganisationListWire>(to, ['GET', '/v1/organisations'], ask)

/** Add a person to an organisation, with a one-time link for their first sign-in. */
export const addPerson = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly organisation: string
      readonly isPseudonymous?: boolean
      readonly contact?: string
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<OneTimeLinkWire>> => json<OneTimeLinkWire>(to, ['POST', '/v1/people'], encoded(ask))

/** Who can be given a case. */
export const people = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}>> => json<{
  readonly items: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}>(to, ['GET', '/v1/people'], ask)

/** Make a one-time link with which a person signs in. */
export const makeOneTimeLink = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<OneTimeLinkWire>> => json<OneTimeLinkWire>(to, ['POST', '/v1/people/{id}/link'], encoded(ask))

/** Rename, disable or enable a person; who is disabled is out at once. */
export const changePerson = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly name?: string
      readonly isDisabled?: boolean
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PATCH', '/v1/people/{id}'], encoded(ask))

/** Rename, disable or enable an organisation, or say what it is; its people are out at once. */
export const changeOrganisation = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly name?: string
      readonly isDisabled?: boolean
      readonly kinds?: ReadonlyArray<"lab" | "vendor" | "operator" | "provider" | "agency" | "coordinator" | "evaluator" | "partner" | "auditor">
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PATCH', '/v1/organisations/{id}'], encoded(ask))

/** Give a member another role; they sign in anew. */
export const setRole = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string; readonly id: string }
    readonly body: {
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/organisations/{organisation}/people/{id}'], encoded(ask))

/** Take a member out of an organisation; they are out at once. */
export const removeMember = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string; readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/organisations/{organisation}/people/{id}'], ask)

/** Make somebody who is here a member of another organisation too. */
export const addMembership = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string; readonly id: string }
    readonly body: {
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant"
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/organisations/{organisation}/people/{id}'], encoded(ask))

/** Say that two accounts are one person’s: neither approves what the other asks for. */
export const saySameHuman = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly other: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/people/{id}/same-human'], encoded(ask))

/** Say that an account is its person’s only one after all; not of one’s own. */
export const unsaySameHuman = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/people/{id}/same-human'], ask)

/** What is to be agreed to: of each kind the version that counts. */
export const agreements = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<AgreementListWire>> => json<AgreementListWire>(to, ['GET', '/v1/agreements'], ask)

/** Publish an agreement, or its next version; whoever it is asked of accepts it first. */
export const publishAgreement = (
  to: Target,
  ask: {
    readonly body: {
      readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
      readonly text: string
      readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "developer" | "evaluator" | "partner" | "participant">
      readonly organisations: readonly string[]
      readonly tokenDays?: number
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<AgreementWire>> => json<AgreementWire>(to, ['POST', '/v1/agreements'], encoded(ask))

/** One version of an agreement, with its text. */
export const showAgreement = (
  to: Target,
  ask: {
    readonly params: { readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"; readonly version: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<AgreementWire>> => json<AgreementWire>(to, ['GET', '/v1/agreements/{kind}/versions/{version}'], ask)

/** Accept a version for your organisation, by the digest of what you read. */
export const acceptAgreement = (
  to: Target,
  ask: {
    readonly body: {
      readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
      readonly version: number
      readonly digest: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/agreements/accept'], encoded(ask))

/** Who accepted which version, and who has not; the latter first. */
export const acceptances = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<AcceptanceListWire>> => json<AcceptanceListWire>(to, ['GET', '/v1/agreements/acceptances'], ask)

/** Go on as a member of another organisation of yours, in a session of its own. */
export const switchOrganisation = (
  to: Target,
  ask: {
    readonly body: {
      readonly organisation: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/session/organisation'], encoded(ask))

/** Ask for a challenge to show a passkey again. */
export const proveOptions = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<AssertionOptionsWire>> => json<AssertionOptionsWire>(to, ['POST', '/v1/session/prove/options'], encoded(ask))

/** Show a passkey again; for five minutes this session may do what asks for that. */
export const prove = (
  to: Target,
  ask: {
    readonly body: {
      readonly id: string
      readonly clientDataJSON: string
      readonly authenticatorData: string
      readonly signature: string
      readonly userHandle: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/session/prove'], encoded(ask))

/** What each role is asked for when it signs in. */
export const factors = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: readonly FactorAskedWire[]
}>> => json<{
  readonly items: readonly FactorAskedWire[]
}>(to, ['GET', '/v1/factors'], ask)

/** Say what a role is asked for; sessions that lack it do nothing else from then on. */
export const askFactor = (
  to: Target,
  ask: {
    readonly body: FactorAskedWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/factors'], encoded(ask))

/** What a member may be shown while they act for an organisation. */
export const showClearance = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string; readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ClearanceWire>> => json<ClearanceWire>(to, ['GET', '/v1/organisations/{organisation}/people/{id}/clearance'], ask)

/** Clear a member; it holds at once. */
export const setClearance = (
  to: Target,
  ask: {
    readonly params: { readonly organisation: string; readonly id: string }
    readonly body: {
      readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
      readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
      readonly compartments: readonly string[]
      readonly pcii: boolean
      readonly underEmbargo: boolean
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/organisations/{organisation}/people/{id}/clearance'], encoded(ask))

/** The organisations that a model can be offered to. */
export const evaluators = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<EvaluatorListWire>> => json<EvaluatorListWire>(to, ['GET', '/v1/evaluators'], ask)

/** Engagements of your organisation, as developer or as evaluator, the newest first. */
export const engagements = (
  to: Target,
  ask: {
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<EngagementListWire>> => json<EngagementListWire>(to, ['GET', '/v1/engagements'], ask)

/** Offer a model; nothing obliges you to, and nothing here holds or permits a release. */
export const offerModel = (
  to: Target,
  ask: {
    readonly body: {
      readonly evaluator: string
      readonly proposal: ProposalWishWire
      readonly label?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly id: string
  readonly digest: string
}>> => json<{
  readonly id: string
  readonly digest: string
}>(to, ['POST', '/v1/engagements'], encoded(ask))

/** One engagement: every version of its terms, and where access stands. */
export const engagement = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EngagementWire>> => json<EngagementWire>(to, ['GET', '/v1/engagements/{id}'], ask)

/** Say something for your side; a release is never refused. */
export const sayOfEngagement = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly kind: "counter"
      readonly proposal: ProposalWishWire
      readonly independence?: {
        readonly isIndependent: boolean
        readonly conflicts: readonly string[]
      }
    } | {
      readonly kind: "accept"
      readonly digest: string
    } | {
      readonly kind: "decline" | "withdraw" | "pause" | "resume" | "end" | "leave" | "release"
    } | {
      readonly kind: "narrow"
      readonly terms: {
        readonly purposes: ReadonlyArray<"capability-evaluation" | "safeguard-testing" | "elicitation" | "defensive-flaw-finding" | "infrastructure-checks">
        readonly people: readonly string[]
        readonly places: readonly string[]
        readonly promptsShownToDeveloper: "sizes" | "digests" | "content"
        readonly audiences: ReadonlyArray<"authority" | "trusted-partners" | "other-evaluators" | "public">
        readonly publication: "nothing" | "counts" | "verdict" | "statistics" | "everything"
        readonly retentionDays: {
          readonly transcripts: number
          readonly results: number
        }
        readonly disposal: "return" | "destroy"
        readonly budget: {
          readonly requests: number
          readonly tokens: number
          readonly microUsd: number
          readonly atOnce: number
        }
      }
      readonly closesAt: string
    } | {
      readonly kind: "extend"
      readonly until: string
    } | {
      readonly kind: "plan-release"
      readonly plannedAt: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EngagementWire>> => json<EngagementWire>(to, ['POST', '/v1/engagements/{id}/acts'], encoded(ask))

/** What was done and looked at under it, the newest first. */
export const engagementEvents = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EngagementEventListWire>> => json<EngagementEventListWire>(to, ['GET', '/v1/engagements/{id}/events'], ask)

/** Hand in an agreement or a disclosure as a file. */
export const addDocument = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query: { readonly name: string }
    readonly body: RequestInit['body']
    readonly type: 'application/pdf' | 'text/plain' | 'application/octet-stream' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<DocumentTakenWire>> => json<DocumentTakenWire>(to, ['POST', '/v1/engagements/{id}/documents'], ask)

/** One document as it was handed in. */
export const document = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly document: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/engagements/{id}/documents/{document}'], ask)

/** Questions whether the model is covered, and the answers. */
export const determinations = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<DeterminationListWire>> => json<DeterminationListWire>(to, ['GET', '/v1/engagements/{id}/determinations'], ask)

/** Ask whether your model is covered; nothing follows from it. */
export const askDetermination = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<DeterminationWire>> => json<DeterminationWire>(to, ['POST', '/v1/engagements/{id}/determinations'], encoded(ask))

/** State a position, name a verdict, or take the question back. */
export const sayOfDetermination = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly kind: "state"
      readonly position: "covered" | "not covered" | "not decided"
      readonly text: string
    } | {
      readonly kind: "name-verdict"
      readonly verdict: string
    } | {
      readonly kind: "take-back"
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<DeterminationWire>> => json<DeterminationWire>(to, ['POST', '/v1/determinations/{id}/acts'], encoded(ask))

/** The trusted partners of an engagement, the newest first. */
export const engagementPartners = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerListWire>> => json<PartnerListWire>(to, ['GET', '/v1/engagements/{id}/partners'], ask)

/** Name an organisation as a trusted partner. */
export const proposePartner = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly organisation: string
      readonly tier: "defence" | "red-team" | "specialised"
      readonly users: readonly string[]
      readonly usersMax?: number
      readonly budget?: {
        readonly requests: number
        readonly tokens: number
        readonly microUsd: number
        readonly atOnce: number
      }
      readonly endsAt: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerWire>> => json<PartnerWire>(to, ['POST', '/v1/engagements/{id}/partners'], encoded(ask))

/** Where you are named as a user of a trusted partner, and until when. */
export const ownPartners = (
  to: Target,
  ask: {
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<PartnerListWire>> => json<PartnerListWire>(to, ['GET', '/v1/partners'], ask)

/** Agree to a partner, start it (that is the release), name its users, or end it. */
export const sayOfPartner = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly kind: "agree" | "review" | "end"
    } | {
      readonly kind: "start"
    } | {
      readonly kind: "users"
      readonly users: readonly string[]
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerWire>> => json<PartnerWire>(to, ['POST', '/v1/partners/{id}/acts'], encoded(ask))

/** What happened at a partner and what is owed after it, the newest first. */
export const partnerOccurrences = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerOccurrenceListWire>> => json<PartnerOccurrenceListWire>(to, ['GET', '/v1/partners/{id}/occurrences'], ask)

/** Tell what happened at a partner; the clocks of what is owed run. */
export const tellOccurrence = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly what: "misuse" | "compromised-credential" | "leaver"
      readonly knownAt: string
      readonly person: string | null
      readonly text: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerWire>> => json<PartnerWire>(to, ['POST', '/v1/partners/{id}/occurrences'], encoded(ask))

/** Say that something owed after an occurrence was done. */
export const doDuty = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly occurrence: string
      readonly what: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PartnerWire>> => json<PartnerWire>(to, ['POST', '/v1/partners/{id}/duties'], encoded(ask))

/** How many models were offered, agreed on and released; nothing of which. */
export const deskCounts = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<DeskCountsWire>> => json<DeskCountsWire>(to, ['GET', '/v1/desk/counts'], ask)

/** Publish the counts of the model desk, or stop that. */
export const publishDeskCounts = (
  to: Target,
  ask: {
    readonly body: {
      readonly isPublished: boolean
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/desk/counts'], encoded(ask))

/** Packs of tasks: those that name you, and those declared to you that were published. */
export const packs = (
  to: Target,
  ask: {
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<PackListWire>> => json<PackListWire>(to, ['GET', '/v1/packs'], ask)

/** Commit to a version of a pack: its name, label, strata and root, and nothing of it. */
export const commitToPack = (
  to: Target,
  ask: {
    readonly body: PackCommitmentWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<PackCommittedWire>> => json<PackCommittedWire>(to, ['POST', '/v1/packs'], encoded(ask))

/** One pack: what was committed to, who may see or fetch it, and who opened it. */
export const pack = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PackWire>> => json<PackWire>(to, ['GET', '/v1/packs/{id}'], ask)

/** Publish a commitment, for good: developers to whom the pack is declared see it. */
export const publishPack = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/packs/{id}/publication'], ask)

/** Let somebody by name see that a pack exists, or also fetch it. */
export const givePackRight = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly person: string }
    readonly body: {
      readonly may: "view" | "query"
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/packs/{id}/rights/{person}'], encoded(ask))

/** Take somebody’s right to a pack back, at once. */
export const endPackRight = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly person: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/packs/{id}/rights/{person}'], ask)

/** Open one task of a published pack, with the proof that it was committed to. */
export const openPackTask = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: PackTaskOpeningWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/packs/{id}/tasks'], encoded(ask))

/** Tasks that were opened, with what verifies each of them against the commitment. */
export const openedPackTasks = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PackTaskOpeningListWire>> => json<PackTaskOpeningListWire>(to, ['GET', '/v1/packs/{id}/tasks'], ask)

/** Hand in a sealed pack, once: a tar archive of what `parley pack seal` wrote. */
export const handInPack = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: RequestInit['body']
    readonly type: 'application/x-tar' | 'application/octet-stream' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<PackHandedInWire>> => json<PackHandedInWire>(to, ['PUT', '/v1/packs/{id}/sealed'], ask)

/** A sealed pack: with the key of a pair of holders only after two people agreed. */
export const fetchPack = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/packs/{id}/sealed'], ask)

/** What was declared under an engagement: every version, and who agreed to it when. */
export const declarations = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<DeclarationListWire>> => json<DeclarationListWire>(to, ['GET', '/v1/engagements/{id}/declarations'], ask)

/** Propose what is declared, and agree to it for one’s side, before there is access. */
export const declare = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: EvaluationDeclarationWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<KeptDeclarationWire>> => json<KeptDeclarationWire>(to, ['POST', '/v1/engagements/{id}/declarations'], encoded(ask))

/** Agree to a declaration by its digest; with the second side it is agreed. */
export const agreeToDeclaration = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly digest: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<KeptDeclarationWire>> => json<KeptDeclarationWire>(to, ['POST', '/v1/engagements/{id}/declarations/{digest}/agreement'], ask)

/** The runs of an engagement, the newest first. */
export const runs = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EvaluationRunListWire>> => json<EvaluationRunListWire>(to, ['GET', '/v1/engagements/{id}/runs'], ask)

/** Queue a run of a pack under what was agreed to be declared. */
export const beginRun = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly declaration: string
      readonly pack: string
      readonly seed: string
      readonly roles: { readonly [name: string]: string }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EvaluationRunWire>> => json<EvaluationRunWire>(to, ['POST', '/v1/engagements/{id}/runs'], encoded(ask))

/** How a run stands: what came in, and once it may be seen what came of it. */
export const run = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EvaluationRunWire>> => json<EvaluationRunWire>(to, ['GET', '/v1/runs/{id}'], ask)

/** Look at the running results; a fixed look gives no verdict after that. */
export const lookAtRun = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly endsFixedLook?: boolean
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EvaluationLooksWire>> => json<EvaluationLooksWire>(to, ['POST', '/v1/runs/{id}/looks'], encoded(ask))

/** Close a run for good: what is missing of it is not_run. */
export const closeRun = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<EvaluationRunWire>> => json<EvaluationRunWire>(to, ['POST', '/v1/runs/{id}/closing'], ask)

/** Hand in a finished sample: itself in the first line, its transcript in the others. */
export const handInSample = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly task: string; readonly epoch: string }
    readonly body: RequestInit['body']
    readonly type: 'application/x-ndjson' | 'application/octet-stream' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<SampleTakenWire>> => json<SampleTakenWire>(to, ['PUT', '/v1/runs/{id}/samples/{task}/{epoch}'], ask)

/** What is there of a run, by task and attempt: a runner goes on from it. */
export const samples = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly afterTask?: string; readonly afterEpoch?: number; readonly limit?: number; readonly outcome?: "success" | "failure" | "model_refusal" | "budget_exhausted" | "safeguard_block" | "infra_error" | "grader_error" | "not_run"; readonly words?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SampleListWire>> => json<SampleListWire>(to, ['GET', '/v1/runs/{id}/samples'], ask)

/** A slice of a transcript: for who may fetch the pack, and as the terms say. */
export const transcript = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly task: string; readonly epoch: string }
    readonly query?: { readonly from?: number; readonly count?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<TranscriptSliceWire>> => json<TranscriptSliceWire>(to, ['GET', '/v1/runs/{id}/samples/{task}/{epoch}/events'], ask)

/** Say where your model answers under an engagement, with a credential for gateways. */
export const putGatewayEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly base: string
      readonly models: readonly string[]
      readonly mayList: boolean
      readonly most: {
        readonly input: number
        readonly output: number
      }
      readonly price: {
        readonly inputMicroUsd: number
        readonly outputMicroUsd: number
      }
      readonly credential: {
        readonly header: "authorization" | "x-api-key"
        readonly scheme: string
        readonly value: string
      }
      readonly clearance?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
      }
      readonly caps?: {
        readonly requestBytes?: number
        readonly answerBytes?: number
        readonly firstByteMs?: number
        readonly silenceMs?: number
        readonly wholeMs?: number
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayEndpointWire>> => json<GatewayEndpointWire>(to, ['PUT', '/v1/engagements/{id}/endpoint'], encoded(ask))

/** Where your model answers under an engagement; the credential is never shown. */
export const gatewayEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayEndpointWire>> => json<GatewayEndpointWire>(to, ['GET', '/v1/engagements/{id}/endpoint'], ask)

/** Take the endpoint back at once: what goes on is cut, its credential destroyed. */
export const withdrawGatewayEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/engagements/{id}/endpoint'], ask)

/** Ask for a token under an engagement for yourself and one run; it is shown once. */
export const makeGatewayToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly run: string
      readonly label?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      }
      readonly budget?: {
        readonly requests?: number
        readonly tokens?: number
        readonly microUsd?: number
        readonly atOnce?: number
      }
      readonly minutes?: number
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayTokenMadeWire>> => json<GatewayTokenMadeWire>(to, ['POST', '/v1/engagements/{id}/tokens'], encoded(ask))

/** Tokens under an engagement, the newest first; never what they are. */
export const gatewayTokens = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayTokenListWire>> => json<GatewayTokenListWire>(to, ['GET', '/v1/engagements/{id}/tokens'], ask)

/** Take a token back: what goes on with it is cut at once, whichever side says so. */
export const revokeGatewayToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly token: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/engagements/{id}/tokens/{token}'], ask)

/** The access log under an engagement: who asked, when, how much, and what came of it. */
export const gatewayRequests = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number; readonly person?: string; readonly run?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<AccessLogPageWire>> => json<AccessLogPageWire>(to, ['GET', '/v1/engagements/{id}/requests'], ask)

/** Proofs that access under an engagement ended, one of each gateway that passed any. */
export const gatewayClosings = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ClosingProofListWire>> => json<ClosingProofListWire>(to, ['GET', '/v1/engagements/{id}/closings'], ask)

/** Say where your model answers of a trusted partner, with a credential for gateways. */
export const putPartnerEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly base: string
      readonly models: readonly string[]
      readonly mayList: boolean
      readonly most: {
        readonly input: number
        readonly output: number
      }
      readonly price: {
        readonly inputMicroUsd: number
        readonly outputMicroUsd: number
      }
      readonly credential: {
        readonly header: "authorization" | "x-api-key"
        readonly scheme: string
        readonly value: string
      }
      readonly clearance?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
      }
      readonly caps?: {
        readonly requestBytes?: number
        readonly answerBytes?: number
        readonly firstByteMs?: number
        readonly silenceMs?: number
        readonly wholeMs?: number
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayEndpointWire>> => json<GatewayEndpointWire>(to, ['PUT', '/v1/partners/{id}/endpoint'], encoded(ask))

/** Where your model answers of a trusted partner; the credential is never shown. */
export const partnerEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayEndpointWire>> => json<GatewayEndpointWire>(to, ['GET', '/v1/partners/{id}/endpoint'], ask)

/** Take the endpoint back at once: what goes on is cut, its credential destroyed. */
export const withdrawPartnerEndpoint = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/partners/{id}/endpoint'], ask)

/** Ask for a token of a trusted partner for yourself and one run; it is shown once. */
export const makePartnerToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly run: string
      readonly label?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      }
      readonly budget?: {
        readonly requests?: number
        readonly tokens?: number
        readonly microUsd?: number
        readonly atOnce?: number
      }
      readonly minutes?: number
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayTokenMadeWire>> => json<GatewayTokenMadeWire>(to, ['POST', '/v1/partners/{id}/tokens'], encoded(ask))

/** Tokens of a trusted partner, the newest first; never what they are. */
export const partnerTokens = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<GatewayTokenListWire>> => json<GatewayTokenListWire>(to, ['GET', '/v1/partners/{id}/tokens'], ask)

/** Take a token back: what goes on with it is cut at once, whichever side says so. */
export const revokePartnerToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly token: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/partners/{id}/tokens/{token}'], ask)

/** The access log of a trusted partner: who asked, when, how much, and what came of it. */
export const partnerRequests = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number; readonly person?: string; readonly run?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<AccessLogPageWire>> => json<AccessLogPageWire>(to, ['GET', '/v1/partners/{id}/requests'], ask)

/** Proofs that access of a trusted partner ended, one of each gateway that passed any. */
export const partnerClosings = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ClosingProofListWire>> => json<ClosingProofListWire>(to, ['GET', '/v1/partners/{id}/closings'], ask)

/** Have the agreed rule worked out on what was handed in; nobody says what it is. */
export const giveVerdict = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: VerdictWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<VerdictWire>> => json<VerdictWire>(to, ['POST', '/v1/runs/{id}/verdict'], encoded(ask))

/** What the agreed rule says of a run, every time that it was worked out. */
export const runVerdicts = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<VerdictListWire>> => json<VerdictListWire>(to, ['GET', '/v1/runs/{id}/verdict'], ask)

/** A verdict as it may be taken to an instance of lower classification. */
export const verdictBundle = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/verdicts/{id}/bundle'], ask)

/** The public key by which a lower instance knows that you let a verdict out. */
export const ownVerdictKey = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<OwnVerdictKeyWire>> => json<OwnVerdictKeyWire>(to, ['GET', '/v1/verdict-keys/own'], ask)

/** Whose signatures count here for verdicts of a higher instance. */
export const verdictKeys = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<VerdictKeyListWire>> => json<VerdictKeyListWire>(to, ['GET', '/v1/verdict-keys'], ask)

/** Trust the key of somebody who lets verdicts out of a higher instance. */
export const trustVerdictKey = (
  to: Target,
  ask: {
    readonly body: VerdictKeyWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<VerdictKeyTrustedWire>> => json<VerdictKeyTrustedWire>(to, ['POST', '/v1/verdict-keys'], encoded(ask))

/** Trust a key no longer; what was taken by it stays and says so. */
export const endVerdictKey = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/verdict-keys/{id}'], ask)

/** Verdicts that your organisation took from an instance of higher classification. */
export const crossedVerdicts = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<CrossedVerdictListWire>> => json<CrossedVerdictListWire>(to, ['GET', '/v1/crossed-verdicts'], ask)

/** Take a verdict that two trusted people let out of a higher instance. */
export const takeVerdict = (
  to: Target,
  ask: {
    readonly body: VerdictBundleWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<CrossedVerdictWire>> => json<CrossedVerdictWire>(to, ['POST', '/v1/crossed-verdicts'], encoded(ask))

/** What reviewers said of transcripts, and what was decided; both sides read it. */
export const runReviews = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SampleReviewListWire>> => json<SampleReviewListWire>(to, ['GET', '/v1/runs/{id}/reviews'], ask)

/** Say what a transcript shows, decide about a flagged one, or leave a note. */
export const reviewRun = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: ReviewSayingWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<SampleReviewListWire>> => json<SampleReviewListWire>(to, ['POST', '/v1/runs/{id}/reviews'], encoded(ask))

/** Samples that the developer disputes, with every word of both sides. */
export const runDisputes = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<DisputeListWire>> => json<DisputeListWire>(to, ['GET', '/v1/runs/{id}/disputes'], ask)

/** Dispute how a sample of your model was judged. */
export const disputeSample = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: DisputeWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<DisputeWire>> => json<DisputeWire>(to, ['POST', '/v1/runs/{id}/disputes'], encoded(ask))

/** Answer a dispute, take it back, or say something to it. */
export const sayOfDispute = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly dispute: string }
    readonly body: DisputeActWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<DisputeWire>> => json<DisputeWire>(to, ['POST', '/v1/runs/{id}/disputes/{dispute}'], encoded(ask))

/** Say what you think of the results; it stays beside them. */
export const respondToRun = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: RunResponseWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<RunResponseListWire>> => json<RunResponseListWire>(to, ['POST', '/v1/runs/{id}/response'], encoded(ask))

/** What the developer said of the results. */
export const runResponses = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<RunResponseListWire>> => json<RunResponseListWire>(to, ['GET', '/v1/runs/{id}/response'], ask)

/** Flaws in real software that went to the clearinghouse, and the samples they are from. */
export const runFlaws = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<FlawListWire>> => json<FlawListWire>(to, ['GET', '/v1/runs/{id}/flaws'], ask)

/** Say which report is about a flaw that a sample showed in real software. */
export const linkFlaw = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: FlawWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<FlawListWire>> => json<FlawListWire>(to, ['POST', '/v1/runs/{id}/flaws'], encoded(ask))

/** Techniques that models showed, of one engagement or of all that you see. */
export const techniques = (
  to: Target,
  ask: {
    readonly query?: { readonly engagement?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<TechniqueListWire>> => json<TechniqueListWire>(to, ['GET', '/v1/techniques'], ask)

/** Record a technique that a model showed, with the samples it was seen in. */
export const keepTechnique = (
  to: Target,
  ask: {
    readonly body: TechniqueWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<TechniqueKeptWire>> => json<TechniqueKeptWire>(to, ['POST', '/v1/techniques'], encoded(ask))

/** Techniques as attack patterns of STIX 2.1, without samples and evidence. */
export const techniquesAsStix = (
  to: Target,
  ask: {
    readonly query?: { readonly engagement?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<Response>> => file(to, ['GET', '/v1/techniques/stix'], ask)

/** Classification policies that you are cleared for, the newest first. */
export const policies = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<PolicyListWire>> => json<PolicyListWire>(to, ['GET', '/v1/policies'], ask)

/** Publish the next classification policy; past verdicts are read under it, not changed. */
export const publishPolicy = (
  to: Target,
  ask: {
    readonly body: PolicyWishWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<PolicyPublishedWire>> => json<PolicyPublishedWire>(to, ['POST', '/v1/policies'], encoded(ask))

/** What its verdicts are under each policy, and what changed. */
export const policyReadings = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<PolicyReadingListWire>> => json<PolicyReadingListWire>(to, ['GET', '/v1/engagements/{id}/policy-readings'], ask)

/** Results, statistics, notes, disputes, techniques: all that is handed back. */
export const handBack = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<HandBackWire>> => json<HandBackWire>(to, ['GET', '/v1/engagements/{id}/hand-back'], ask)

/** Everybody who opened or did anything under it; both sides read the whole list. */
export const viewers = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ViewerListWire>> => json<ViewerListWire>(to, ['GET', '/v1/engagements/{id}/viewers'], ask)

/** What evaluators hold still, and until when they may. */
export const holding = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<HoldingWire>> => json<HoldingWire>(to, ['GET', '/v1/engagements/{id}/settlement'], ask)

/** Settle it with a proof from the ledger that what was held is destroyed. */
export const settle = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SettledWire>> => json<SettledWire>(to, ['POST', '/v1/engagements/{id}/settlement'], ask)

/** Destroy all that is held of its runs; it cannot be undone. */
export const destroyHeld = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<HoldingWire>> => json<HoldingWire>(to, ['POST', '/v1/engagements/{id}/disposal'], ask)

/** Hand in a flaw that a sample showed in real software, as a report (TAP contract). */
export const reportFlaw = (
  to: Target,
  ask: {
    readonly params: { readonly id: string; readonly task: string; readonly epoch: string }
    readonly headers?: { readonly 'idempotency-key'?: string; readonly 'parley-label'?: string }
    readonly body: RequestInit['body']
    readonly type: 'application/json' | 'multipart/mixed' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<AcceptedWire>> => json<AcceptedWire>(to, ['POST', '/v1/runs/{id}/samples/{task}/{epoch}/flaws'], ask)

/** Requests that wait for a second person, one’s own, and those that are over. */
export const approvals = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ApprovalListWire>> => json<ApprovalListWire>(to, ['GET', '/v1/approvals'], ask)

/** Ask that a second person lets something be done. */
export const askForApproval = (
  to: Target,
  ask: {
    readonly body: {
      readonly kind: string
      readonly request: { readonly [name: string]: Schema0Wire }
      readonly reason: string
      readonly hours?: number
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly id: string
}>> => json<{
  readonly id: string
}>(to, ['POST', '/v1/approvals'], encoded(ask))

/** One request: exactly what will happen, who asks, why, and until when. */
export const approval = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ApprovalPageWire>> => json<ApprovalPageWire>(to, ['GET', '/v1/approvals/{id}'], ask)

/** Let it be done, at once: exactly what was shown. */
export const grantApproval = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly digest: string
      readonly reason: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/approvals/{id}/grant'], encoded(ask))

/** Say no to a request, for good. */
export const refuseApproval = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly digest: string
      readonly reason: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/approvals/{id}/refuse'], encoded(ask))

/** Take one’s own request back. */
export const withdrawApproval = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly digest: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/approvals/{id}/withdraw'], encoded(ask))

/** How approvals are given here; a request of the kind policy.change changes it. */
export const approvalPolicy = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ApprovalPolicyWire>> => json<ApprovalPolicyWire>(to, ['GET', '/v1/approval-policy'], ask)

/** Who a pseudonymous finder is, once, within an hour of the grant. */
export const readRevealed = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<RevealedFinderWire>> => json<RevealedFinderWire>(to, ['GET', '/v1/approvals/{id}/revealed'], ask)

/** Have a message sent to a pseudonymous finder, by the id of its organisation. */
export const writeToFinder = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly text: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<{
  readonly id: string
}>> => json<{
  readonly id: string
}>(to, ['POST', '/v1/finders/{id}/messages'], encoded(ask))

/** Whether this instance was restored and waits until people let it open. */
export const hold = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<HoldAnswerWire>> => json<HoldAnswerWire>(to, ['GET', '/v1/hold'], ask)

/** Let a restored instance open, where nobody else could: the ledger says so. */
export const openAlone = (
  to: Target,
  ask: {
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/hold/open'], encoded(ask))

/** Who did what, newest first. */
export const ledgerEntries = (
  to: Target,
  ask: {
    readonly query?: { readonly action?: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch" | "engagement.offer" | "engagement.act" | "engagement.close" | "engagement.read" | "engagement.document" | "determination.ask" | "determination.act" | "gateway.endpoint" | "gateway.withdraw" | "gateway.token" | "gateway.revoke" | "gateway.read" | "gateway.close" | "partner.propose" | "partner.act" | "partner.occurrence" | "partner.duty" | "pack.commit" | "pack.publish" | "pack.hand-in" | "pack.right" | "pack.fetch" | "pack.open" | "pack.open-task" | "engagement.declare" | "run.begin" | "run.sample" | "run.read" | "run.look" | "run.close" | "run.review" | "run.dispute" | "run.respond" | "run.destroy" | "verdict.give" | "verdict.read" | "technique.keep" | "technique.read" | "policy.publish" | "policy.reread" | "engagement.hand-back" | "verdict.export-down" | "verdict.fetch-bundle" | "verdict.take" | "verdict-key.trust" | "verdict-key.end" | "retention.pass" | "transcript.destroy" | "document.destroy"; readonly record?: string; readonly person?: string; readonly since?: string; readonly until?: string; readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<LedgerListWire>> => json<LedgerListWire>(to, ['GET', '/v1/ledger/entries'], ask)

/** An entry with what proves that the newest checkpoint holds it. */
export const ledgerEntry = (
  to: Target,
  ask: {
    readonly params: { readonly index: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<LedgerProofWire>> => json<LedgerProofWire>(to, ['GET', '/v1/ledger/entries/{index}'], ask)

/** The newest signed checkpoint: keep it, and later ledgers can be held against it. */
export const ledgerCheckpoint = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<LedgerCheckpointWire>> => json<LedgerCheckpointWire>(to, ['GET', '/v1/ledger/checkpoint'], ask)

/** Who opened or took out far more than usual, or at an unusual hour, in the last day. */
export const ledgerAnomalies = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<AnomalyListWire>> => json<AnomalyListWire>(to, ['GET', '/v1/ledger/anomalies'], ask)

/** Who has seen a report of yours, newest first. */
export const reportSeen = (
  to: Target,
  ask: {
    readonly params: { readonly receipt: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SeenListWire>> => json<SeenListWire>(to, ['GET', '/v1/reports/{receipt}/seen'], ask)

/** Who has opened a case, or took it or a report of it out, newest first. */
export const caseSeen = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<LedgerListWire>> => json<LedgerListWire>(to, ['GET', '/v1/cases/{id}/seen'], ask)

/** Everything that somebody did that is recorded, newest first. */
export const personLedger = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly after?: string; readonly limit?: number }
    readonly signal?: AbortSignal
  },
): Promise<Answered<LedgerListWire>> => json<LedgerListWire>(to, ['GET', '/v1/people/{id}/ledger'], ask)

/** How many cases and proofs each role may open in an hour and in a day. */
export const readBudgets = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ReadBudgetsWire>> => json<ReadBudgetsWire>(to, ['GET', '/v1/read-budgets'], ask)

/** Set how much each role may open before it has to say why. */
export const setReadBudgets = (
  to: Target,
  ask: {
    readonly body: ReadBudgetsWire
    readonly signal?: AbortSignal
  },
): Promise<Answered<ReadBudgetsWire>> => json<ReadBudgetsWire>(to, ['PUT', '/v1/read-budgets'], encoded(ask))

/** Who opened so much that they have to be let go on. */
export const readStops = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ReadStopsWire>> => json<ReadStopsWire>(to, ['GET', '/v1/read-stops'], ask)

/** Let somebody go on who was stopped; their budgets begin anew. */
export const liftReadStop = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly reason: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/read-stops/{id}/lift'], encoded(ask))

/** What is unusual in who opens how much and when, the open ones first. */
export const alerts = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<AlertsWire>> => json<AlertsWire>(to, ['GET', '/v1/alerts'], ask)

/** Say that an alert was looked into, and what came of it. */
export const acknowledgeAlert = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly reason: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/alerts/{id}/acknowledge'], encoded(ask))

/** Why a person may or may not see a case, a report or an attachment. */
export const explainAccess = (
  to: Target,
  ask: {
    readonly query: { readonly person: string; readonly record: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ExplainedAccessWire>> => json<ExplainedAccessWire>(to, ['GET', '/v1/access/explain'], ask)

/** Make a case that nobody has a reason to open, like any other to all others. */
export const makeHoney = (
  to: Target,
  ask: {
    readonly body: {
      readonly organisation: string
      readonly report: TapReportWire
      readonly label?: {
        readonly classification: "unclassified" | "restricted" | "confidential" | "secret" | "top-secret"
        readonly tlp: "clear" | "green" | "amber" | "amber+strict" | "red"
        readonly compartments: readonly string[]
        readonly owners: readonly string[]
        readonly releasableTo: readonly string[] | null
        readonly legal: ReadonlyArray<{
          readonly kind: "cisa-2015" | "pcii" | "contract"
          readonly from: string
          readonly until: string | null
        }>
        readonly foia: readonly string[]
        readonly embargoUntil: string | null
      }
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<HoneyWire>> => json<HoneyWire>(to, ['POST', '/v1/honey'], encoded(ask))

/** The cases that are honey. */
export const listHoney = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<HoneyListWire>> => json<HoneyListWire>(to, ['GET', '/v1/honey'], ask)

/** Let a honey case be a case that tells nobody; it stays where it is. */
export const retireHoney = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/honey/{id}'], ask)

/** Hand in a proof of a report: an archive with a proof.yaml. */
export const handInProof = (
  to: Target,
  ask: {
    readonly params: { readonly receipt: string }
    readonly body: RequestInit['body']
    readonly type: 'application/octet-stream' | 'application/gzip' | 'application/x-tar' | 'application/zip' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProofTakenWire>> => json<ProofTakenWire>(to, ['PUT', '/v1/submissions/{receipt}/proof'], ask)

/** Add a proof to a report of a case, or to its best evidenced one. */
export const addProof = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly query?: { readonly report?: string }
    readonly body: RequestInit['body']
    readonly type: 'application/octet-stream' | 'application/gzip' | 'application/x-tar' | 'application/zip' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProofTakenWire>> => json<ProofTakenWire>(to, ['POST', '/v1/cases/{id}/proofs'], ask)

/** The proofs of a case, the best evidenced first. */
export const caseProofs = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProofListWire>> => json<ProofListWire>(to, ['GET', '/v1/cases/{id}/proofs'], ask)

/** One proof: what it claims, the ladder of evidence, its runs and its patch. */
export const proof = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProofWire>> => json<ProofWire>(to, ['GET', '/v1/proofs/{id}'], ask)

/** The archive as it was handed in. */
export const proofBundle = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly headers?: { readonly 'x-reason'?: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/proofs/{id}/bundle'], ask)

/** Say why a proof does not show what it claims: it counts for no more than its files. */
export const disputeProof = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/proofs/{id}/dispute'], encoded(ask))

/** Take a dispute back: what the proof showed counts again. */
export const withdrawDispute = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/proofs/{id}/dispute'], ask)

/** Have a proof run again, before those that nobody asked for. */
export const rerunProof = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<ProofRunAskedWire>> => json<ProofRunAskedWire>(to, ['POST', '/v1/proofs/{id}/runs'], encoded(ask))

/** End every run of a proof that waits or runs: for whoever handed it in, or decides. */
export const cancelProof = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/proofs/{id}/cancel'], encoded(ask))

/** What a worker signed of a run: a sigstore bundle. */
export const proofAttestation = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<Response>> => file(to, ['GET', '/v1/proof-runs/{id}/attestation'], ask)

/** Who runs proofs, how they are isolated, and why some are not. */
export const proofWorkers = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ProofWorkerListWire>> => json<ProofWorkerListWire>(to, ['GET', '/v1/workers'], ask)

/** How many proofs wait, for how long, and of whom. */
export const proofQueue = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ProofQueueWire>> => json<ProofQueueWire>(to, ['GET', '/v1/proof-queue'], ask)

/** Switch a worker off, or on again; what it runs it finishes. */
export const switchProofWorker = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: {
      readonly isOn: boolean
      readonly why: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['PUT', '/v1/workers/{id}'], encoded(ask))

/** Background work: what waits, runs and failed, and why. */
export const jobs = (
  to: Target,
  ask: {
    readonly query?: { readonly state?: "waiting" | "retry" | "running" | "done" | "failed" | "cancelled"; readonly queue?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<JobListWire>> => json<JobListWire>(to, ['GET', '/v1/jobs'], ask)

/** Try a failed job again. */
export const retryJob = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/jobs/{id}/retry'], encoded(ask))

export type EventsEvent = HappenedWire

/** What changes, as it changes: a topic and an id each: the address for an EventSource. */
export const eventsAddress = (to: Target, ask: {
    readonly headers?: { readonly authorization?: string; readonly cookie?: string }
    readonly signal?: AbortSignal
  } = {}): string => addressOf(to, '/v1/events', ask)

/** Whether the process lives. */
export const health = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<HealthWire>> => json<HealthWire>(to, ['GET', '/healthz'], ask)

/** Whether requests can be answered, and if not why. */
export const readiness = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ReadinessWire>> => json<ReadinessWire>(to, ['GET', '/readyz'], ask)

/** Figures for Prometheus. */
export const metrics = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<string>> => text(to, ['GET', '/metrics'], ask)

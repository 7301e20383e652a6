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
}

export type ReasonWire = {
  readonly says: string
  readonly marks: readonly string[]
  readonly supports: boolean
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
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
  readonly permissions: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit">
  readonly held: "factor-needed" | "agreement-needed" | null
  readonly expiresAt: string
  readonly memberships: ReadonlyArray<{
    readonly organisation: {
      readonly id: string
      readonly name: string
    }
    readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
  readonly scopes: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit"> | null
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
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
  readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant">
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
  readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant">
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
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
  readonly kind: "participation" | "nda" | "conduct" | "antitrust" | "defensive-use"
  readonly version: number
  readonly acceptedAt: string | null
}

export type FactorAskedWire = {
  readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
  readonly action: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch"
  readonly person: {
    readonly id: string
    readonly name: string | null
  } | null
  readonly organisation: {
    readonly id: string
    readonly name: string | null
  } | null
  readonly role: "system" | "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
  readonly kind: "session" | "token" | "passkey" | "person" | "organisation" | "case" | "report" | "attachment" | "import" | "advisories" | "backup" | "entry" | "approval" | "suggestion" | "search" | "suggestions" | "ledger" | "key" | "read-in" | "exclusion" | "export" | "setting" | "stop" | "alert" | "honey" | "agreement" | "proof" | "run" | "worker"
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
  readonly action: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch"
  readonly person: {
    readonly name: string | null
    readonly knownAs: string
  } | null
  readonly organisation: string | null
  readonly role: "system" | "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
    readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
  const half = ask.body instanceof ReadableStream ? { duplex: 'half' } : {}
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
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder"
      readonly days: number
      readonly scopes?: ReadonlyArray<"read" | "read-proofs" | "decide" | "export" | "hand-in" | "operate" | "administer" | "audit">
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
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
      readonly role: "coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant"
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
      readonly roles: ReadonlyArray<"coordinator" | "analyst" | "triager" | "reader" | "auditor" | "finder" | "participant">
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
    readonly query?: { readonly action?: "sign-in.open" | "sign-in.end" | "token.make" | "token.revoke" | "link.make" | "passkey.add" | "passkey.remove" | "recovery-codes.make" | "member.role" | "member.remove" | "identity.link" | "identity.remove" | "person.add" | "person.change" | "organisation.change" | "agreement.publish" | "agreement.accept" | "factor.ask" | "case.read" | "case.decide" | "case.export" | "case.search" | "suggestion.read" | "link.decide" | "label.default" | "report.shred" | "case.label" | "clearance.change" | "attachment.read" | "import.receive" | "advisories.import" | "backup.take" | "approval.request" | "approval.grant" | "approval.refuse" | "approval.withdraw" | "approval.expire" | "approval.done" | "approval.fail" | "person.same" | "person.not-same" | "hold.open" | "read-in.nominate" | "read-in.gate" | "read-in.refuse" | "read-in.assign" | "read-in.acknowledge" | "read-in.tier" | "read-in.end" | "read-in.look" | "read-in.log" | "read-in.reuse" | "exclusion.add" | "exclusion.end" | "ledger.read" | "ledger.redact" | "ledger.rotate-key" | "watermark.read" | "setting.change" | "read-stop.lift" | "alert.acknowledge" | "access.explain" | "alert.raise" | "honey.make" | "honey.retire" | "pseudonym.make" | "pseudonym.reveal" | "finder.message" | "proof.hand-in" | "proof.read" | "proof.run" | "proof.end" | "proof.dispute" | "proof.cancel" | "worker.register" | "worker.switch"; readonly record?: string; readonly person?: string; readonly since?: string; readonly until?: string; readonly after?: string; readonly limit?: number }
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

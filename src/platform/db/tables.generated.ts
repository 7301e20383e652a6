// Written by tools/schema.ts from the migrated schema; not edited by hand.
import type { ColumnType, Generated } from 'kysely'

/** JSON goes in as text and comes out as a value that has to be looked at. */
type Json = ColumnType<unknown, string, string>
type JsonOrNull = ColumnType<unknown, string | null, string | null>
type Moment = Date

export type Tables = {
  'parley.account_hand': {
    id: Generated<string>
    account_id: string
    by_id: string
    did: string
    at: Moment
  }
  'parley.advisory': {
    id: string
    aliases: string[]
    source: string
    modified: string | null
    record: Json
    imported_at: Moment
  }
  'parley.agreement': {
    kind: string
    version: number
    text: string
    digest: Buffer
    published_at: Moment
    person_id: string
    roles: string[]
    organisations: string[]
    token_days: number
  }
  'parley.agreement_acceptance': {
    id: string
    person_id: string
    organisation_id: string
    kind: string
    version: number
    digest: Buffer
    accepted_at: Moment
    session_id: string
  }
  'parley.alert': {
    id: string
    kind: string
    person_id: string
    token_id: string
    began_at: Moment
    lasted_to: Moment
    seen: number
    usual: number
    acknowledged_at: Moment | null
    acknowledged_by: string | null
    reason: string | null
    case_id: string | null
    is_recorded: Generated<boolean>
  }
  'parley.apart': {
    report_a: number
    report_b: number
    said_at: Moment
    said_by: string | null
    event_no: number | null
  }
  'parley.api_token': {
    id: string
    organisation_id: string
    owner_id: string
    name: string
    hash: Buffer
    role: string
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | null
    last_used_at: Moment | null
    scopes: string[] | null
    workload: string | null
    workload_version: string | null
  }
  'parley.approval': {
    id: string
    kind: string
    subject: string
    request: string
    says: string[]
    digest: string
    reason: string
    person_id: string
    organisation_id: string
    decided_with: string
    mode: string
    requested_at: Moment
    expires_at: Moment
    state: Generated<string>
    decided_by: string | null
    decided_for: string | null
    decided_at: Moment | null
    decided_why: string | null
    failed_why: string | null
    cases: string[]
  }
  'parley.approval_policy': {
    id: string
    mode: string
    expiry_hours: number
    export_max: number
    changed_at: Moment
  }
  'parley.arrival': {
    report_no: number
    import_no: number | null
    label_id: Generated<number>
  }
  'parley.attachment': {
    id: string
    report_no: number
    organisation_id: string
    place: number
    filename: string
    content_type: string
    type: string
    description: string | null
    size_bytes: number
    sha256: Buffer
    blob: Json
    looked_at: Moment | null
    looks: Generated<number>
    look_after: Moment | null
  }
  'parley.bulk_import': {
    no: Generated<number>
    id: string
    organisation_id: string
    submitted_by: string | null
    name: string
    series: string | null
    sha256: Buffer
    size_bytes: number
    blob: Json
    format: string | null
    state: string
    position: Generated<number>
    received_at: Moment
    read_at: Moment | null
    placed_at: Moment | null
    told: ColumnType<unknown, string | undefined, string>
    asked_format: string | null
    label_id: Generated<number>
  }
  'parley.case_count': {
    shard: number
    status: string
    verdict: string
    severity: string
    band: string
    evidence: string
    assignee_id: string
    is_gone: boolean
    count: number
    label_id: Generated<number>
  }
  'parley.case_event': {
    no: Generated<number>
    case_id: string
    at: Moment
    by_person: string | null
    kind: string
    told: Json
    undoes: number | null
    undone_by: number | null
    id: Generated<string>
  }
  'parley.case_export': {
    id: string
    code: Buffer | null
    case_id: string
    form: string
    recipient: string | null
    person_id: string
    organisation_id: string
    made_at: Moment
  }
  'parley.case_kin': {
    key: number
    case_id: string
    kind: string
    because: string
  }
  'parley.case_plan': {
    case_id: string
    version: number
    changed_at: Moment
    changed_by: string
    fix_text: string
    fix_links: string[]
    artifacts: Json
    embargo_until: Moment | null
    analysis_at: Moment | null
    upstream_at: Moment | null
    disclosure_at: Moment | null
    go_live_at: Moment | null
    disclosed_at: Moment | null
  }
  'parley.case_relation': {
    case_a: string
    case_b: string
    kind: string
    because: string
    said_at: Moment
    said_by: string | null
    event_no: number | null
  }
  'parley.case_report': {
    report_no: number
    case_id: string
    joined_at: Moment
    how: string
    probability: number | null
    because: JsonOrNull
    substance: Generated<number>
    artifacts: Generated<boolean>
    severity: string | null
  }
  'parley.case_taken': {
    id: Generated<string>
    person_id: string
    case_id: string
    at: Moment
  }
  'parley.ceiling': {
    no: Generated<number>
    classification: number
  }
  'parley.clearance': {
    person_id: string
    organisation_id: string
    classification: number
    tlp: number
    compartments: Generated<string[]>
    pcii: Generated<boolean>
    under_embargo: Generated<boolean>
    changed_at: Moment
    changed_by: string | null
  }
  'parley.correlation_across': {
    report_no: number
    is_relabelled: Generated<boolean>
  }
  'parley.correlation_equal': {
    key: number
    report_no: number
  }
  'parley.correlation_label': {
    label_id: number
    holds_others: boolean
  }
  'parley.correlation_population': {
    label_id: number
    reports: number
    counts: Buffer
    saved_at: Moment
  }
  'parley.correlation_profile': {
    report_no: number
    domain: string
    scan: number[]
    text: number[]
    label_id: Generated<number>
  }
  'parley.day_count': {
    day: string
    name: string
    shard: number
    count: number
    label_id: Generated<number>
  }
  'parley.exclusion': {
    id: string
    person_id: string | null
    organisation_id: string | null
    case_id: string | null
    reason: string
    made_at: Moment
    made_by: string
    until: Moment | null
    ended_at: Moment | null
    ended_by: string | null
  }
  'parley.export_grant': {
    approval_id: string
    person_id: string
    until: Moment
    used_at: Moment | null
  }
  'parley.finder': {
    organisation_id: string
    name: string
    submitted: Generated<number>
    duplicates: Generated<number>
    confirmed: Generated<number>
    refuted: Generated<number>
    first_at: Moment
    last_at: Moment
    label_id: Generated<number>
  }
  'parley.finder_message': {
    id: string
    organisation_id: string
    person_id: string
    sealed: Buffer
    state: Generated<string>
    why: string | null
    made_at: Moment
    ended_at: Moment | null
  }
  'parley.fixed_report': {
    report_no: number
    event_no: number
  }
  'parley.hold': {
    id: string
    held_at: Moment
    backup_taken_at: Moment
    opened_at: Moment | null
  }
  'parley.honey': {
    id: string
    case_id: string
    report_id: string
    title: string
    made_at: Moment
    made_by: string
    retired_at: Moment | null
    retired_by: string | null
  }
  'parley.idempotency': {
    organisation_id: string
    key: string
    digest: Buffer
    answer: Json
    created_at: Moment
  }
  'parley.import_known': {
    import_no: number
    ordinal: number
    report_no: number
    organisation_id: string
    outcome: string
  }
  'parley.label': {
    id: Generated<number>
    digest: Buffer
    label: Json
    classification: number
    tlp: number
    compartments: string[]
    releasable_to: string[] | null
    is_pcii: boolean
    embargo_until: Moment | null
  }
  'parley.ledger_about': {
    entry: number
    id: string
    list: string
  }
  'parley.ledger_checkpoint': {
    size: number
    at: Moment
    root: Buffer
    note: string
  }
  'parley.ledger_entry': {
    index: number
    pending_no: number
    action: string
    leaf: string
  }
  'parley.ledger_field': {
    index: number
    fields: Json
    person: string | null
    record: string | null
  }
  'parley.ledger_key': {
    first_size: number
    key_id: string
    verifier: string
  }
  'parley.ledger_list': {
    digest: string
    place: number
    report: string
  }
  'parley.ledger_pending': {
    no: Generated<number>
    action: string
    leaf: string
    fields: Json
    about: string[] | null
  }
  'parley.ledger_tile': {
    level: number
    index: number
    hashes: Buffer
  }
  'parley.live_event': {
    no: Generated<number>
    at: Moment
    topic: string
    ref: string
    organisation_id: string | null
    label_id: Generated<number>
  }
  'parley.membership': {
    person_id: string
    organisation_id: string
    role: string
    created_at: Moment
  }
  'parley.migration': {
    name: string
    sha256: string
    applied_at: Moment
  }
  'parley.note': {
    no: Generated<number>
    id: string
    case_id: string
    written_at: Moment
    written_by: string
    text: string
    changed_at: Moment | null
    removed_at: Moment | null
  }
  'parley.notice': {
    no: Generated<number>
    id: string
    report_no: number
    organisation_id: string
    event: string
    made_at: Moment
    state: Generated<string>
    attempts: Generated<number>
    why: string | null
    sent_at: Moment | null
  }
  'parley.organisation': {
    id: string
    name: string
    created_at: Moment
    disabled_at: Moment | null
    kinds: Generated<string[]>
    is_pseudonymous: Generated<boolean>
  }
  'parley.passkey': {
    id: string
    person_id: string
    credential_id: string
    name: string
    public_key: Buffer
    counter: number
    transports: string[]
    created_at: Moment
    last_used_at: Moment | null
    copied_at: Moment | null
  }
  'parley.passkey_challenge': {
    hash: Buffer
    purpose: string
    person_id: string | null
    expires_at: Moment
  }
  'parley.payload_end': {
    report_no: number
    destroyed_at: Moment
    approval_id: string | null
  }
  'parley.payload_key': {
    report_no: number
    organisation_id: string
    salt: Buffer
  }
  'parley.person': {
    id: string
    name: string
    created_at: Moment
    disabled_at: Moment | null
  }
  'parley.proof': {
    no: Generated<number>
    id: string
    report_no: number
    organisation_id: string
    handed_by: string | null
    attachment_id: string | null
    at: Moment
    title: string
    purl: string | null
    finder: string
    finder_model: string | null
    size_bytes: number
    sha256: Buffer
    blob: Json
    manifest: Buffer | null
    level: Generated<string>
    verdict: string | null
    crash: Buffer | null
    disputed_at: Moment | null
    disputed_by: string | null
    dispute: string | null
  }
  'parley.proof_run': {
    no: Generated<number>
    id: string
    proof_no: number
    organisation_id: string
    state: string
    why: string
    asked_by: string | null
    priority: number
    patch_of: number | null
    queued_at: Moment
    worker_id: string | null
    worker_name: string | null
    lease_token: string | null
    lease_until: Moment | null
    attempts: Generated<number>
    started_at: Moment | null
    ended_at: Moment | null
    level: string | null
    verdict: string | null
    met: number | null
    of: number | null
    record: Buffer | null
    environment: string | null
    attestation: JsonOrNull
    refusal_code: string | null
    refusal: string | null
  }
  'parley.provider_identity': {
    id: string
    issuer: string
    subject: string
    person_id: string
    linked_at: Moment
    last_used_at: Moment | null
  }
  'parley.provider_request': {
    hash: Buffer
    purpose: string
    person_id: string | null
    session_id: string | null
    target: string
    expires_at: Moment
  }
  'parley.pseudonym': {
    organisation_id: string
    sealed: Buffer
    made_at: Moment
  }
  'parley.pseudonym_reveal': {
    approval_id: string
    organisation_id: string
    person_id: string
    granted_by: string
    reason: string
    granted_at: Moment
    until: Moment
    used_at: Moment | null
  }
  'parley.read_count': {
    person_id: string
    token_id: string
    hour: Moment
    role: string
    cases: Generated<string[]>
    proofs: Generated<string[]>
    forgiven_cases: Generated<number>
    forgiven_proofs: Generated<number>
  }
  'parley.read_in': {
    id: string
    case_id: string
    person_id: string
    organisation_id: string
    sponsor_id: string
    tier: string
    part: string
    role: string
    is_emergency: boolean
    nominated_at: Moment
    nominated_by: string
    refused_at: Moment | null
    assigned_at: Moment | null
    assigned_by: string | null
    opens_at: Moment | null
    until: Moment | null
    acknowledged_at: Moment | null
    acknowledged_digest: string | null
    agreed: Generated<string[]>
    approval: string | null
    ended_at: Moment | null
    ended_by: string | null
    ended_why: string | null
    is_end_recorded: Generated<boolean>
  }
  'parley.read_in_gate': {
    no: Generated<number>
    read_in_id: string
    gate: number
    at: Moment
    by_person: string
    is_passed: boolean
    what: string
    papers: string[]
    reused_from: string | null
  }
  'parley.read_in_reason': {
    no: Generated<number>
    read_in_id: string
    step: string
    at: Moment
    by_person: string
    text: string
  }
  'parley.read_stop': {
    id: string
    person_id: string
    token_id: string
    stopped_at: Moment
    lifted_at: Moment | null
    lifted_by: string | null
    reason: string | null
  }
  'parley.recovery_code': {
    hash: Buffer
    person_id: string
    created_at: Moment
    used_at: Moment | null
  }
  'parley.report': {
    no: Generated<number>
    id: string
    receipt: string
    organisation_id: string
    token_id: string | null
    submitted_by: string | null
    received_at: Moment
    import_no: number | null
    ordinal: number | null
    format: string
    document: string
    finders: string[]
    source: string
    title: string
    severity: string | null
    finding: Json
    record: JsonOrNull
    revision: Generated<number>
    aside: string | null
    notify: Generated<string>
    contact: Buffer | null
    sealed: Buffer | null
    label_id: Generated<number>
  }
  'parley.report_revision': {
    report_no: number
    revision: number
    finding: Json
    import_no: number | null
    replaced_at: Moment
  }
  'parley.same_human': {
    person_id: string
    other_id: string
    said_by: string | null
    said_at: Moment
  }
  'parley.saved_view': {
    id: string
    person_id: string
    name: string
    query: string
    created_at: Moment
  }
  'parley.session': {
    hash: Buffer
    person_id: string
    organisation_id: string
    role: string
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | null
    id: Generated<string>
    factor: Generated<string>
    opened_from: Generated<string>
    last_used_at: Moment | null
    provider_acr: string | null
    provider_amr: Generated<string[]>
    proven_at: Moment | null
  }
  'parley.setting': {
    name: string
    value: Json
    changed_at: Moment
    changed_by: string | null
  }
  'parley.sighting': {
    report_no: number
    series: string
    organisation_id: string
    first_import: number
    last_import: number
    last_seen_at: Moment
    gone_at: Moment | null
    keys: Generated<string[]>
    digest: Generated<string>
  }
  'parley.sign_in_link': {
    hash: Buffer
    person_id: string
    created_at: Moment
    expires_at: Moment
    used_at: Moment | null
  }
  'parley.suggestion': {
    no: Generated<number>
    id: string
    kind: string
    report_a: number
    report_b: number
    probability: number
    because: Json
    model: string
    state: Generated<string>
    made_at: Moment
    decided_at: Moment | null
    decided_by: string | null
    event_no: number | null
    label_id: Generated<number>
  }
  'parley.suggestion_count': {
    shard: number
    kind: string
    state: string
    count: number
    label_id: Generated<number>
  }
  'parley.vulnerability_case': {
    no: Generated<number>
    id: string
    title: string
    severity: string
    edits: ColumnType<unknown, string | undefined, string>
    status: Generated<string>
    verdict: Generated<string>
    hold: JsonOrNull
    assignee_id: string | null
    evidence: string
    band: string
    rank_key: number[]
    told: Json
    aliases: Generated<string[]>
    packages: Generated<string[]>
    finders: Generated<string[]>
    report_count: number
    finder_count: number
    first_reported_at: Moment
    last_reported_at: Moment
    changed_at: Moment
    gone_at: Moment | null
    version: Generated<number>
    merged_into: string | null
    search: Generated<string>
    rank: Generated<Buffer>
    label_id: Generated<number>
  }
  'parley.worker': {
    id: string
    name: string
    host: string
    public_key: string
    version: string
    slots: number
    isolation: JsonOrNull
    refusal: string | null
    ceiling: number
    compartments: Generated<string[]>
    first_at: Moment
    seen_at: Moment
    done: Generated<number>
    off_at: Moment | null
    off_by: string | null
    off_why: string | null
  }
}

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
  'parley.classification_policy': {
    number: number
    digest: string
    label_id: number
    published_at: Moment
    published_by: string
    value: Json
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
  'parley.crossed_verdict': {
    no: Generated<number>
    id: string
    sha256: string
    engagement_sha256: string
    capability: string
    number: number
    content: string
    taken_at: Moment
    person_id: string
    organisation_id: string
  }
  'parley.day_count': {
    day: string
    name: string
    shard: number
    count: number
    label_id: Generated<number>
  }
  'parley.declaration': {
    no: Generated<number>
    engagement_id: string
    digest: string
    pack_no: number
    rule: string
    proposed_at: Moment
    proposed_by: string
    proposed_for: string
    developer_at: Moment | null
    developer_by: string | null
    evaluator_at: Moment | null
    evaluator_by: string | null
    agreed_at: Moment | null
    value: Buffer
  }
  'parley.determination': {
    no: Generated<number>
    id: string
    engagement_id: string
    asked_at: Moment
    asked_by: string | null
    taken_back_at: Moment | null
    version: number
    value: Buffer
  }
  'parley.engagement': {
    no: Generated<number>
    id: string
    developer_id: string
    evaluator_id: string
    label_id: number
    state: string
    offered_at: Moment
    planned_at: Moment
    released_at: Moment | null
    agreed_at: Moment | null
    opens_at: Moment | null
    ends_at: Moment | null
    paused_at: Moment | null
    closed_at: Moment | null
    settled_at: Moment | null
    seen_at: Moment
    version: number
    value: Buffer
  }
  'parley.engagement_act': {
    no: Generated<number>
    engagement_id: string
    number: number
    at: Moment
    side: string
    person_id: string | null
    organisation_id: string
    kind: string
    digest: string | null
    body: Buffer
  }
  'parley.engagement_document': {
    no: Generated<number>
    id: string
    engagement_id: string
    side: string
    person_id: string | null
    at: Moment
    sha256: string
    size_bytes: number
    media_type: string
    name: Buffer
    content: Buffer | null
    destroyed_at: Moment | null
  }
  'parley.engagement_event': {
    no: Generated<number>
    engagement_id: string
    at: Moment
    person_id: string | null
    organisation_id: string | null
    action: string
    kind: string
    record: string
    fields: ColumnType<unknown, string | undefined, string>
    is_developers: Generated<boolean>
  }
  'parley.engagement_retention': {
    engagement_id: string
    part: string
    due_at: Moment
    passed_at: Moment | null
  }
  'parley.evaluation_look': {
    no: Generated<number>
    run_no: number
    at: Moment
    person_id: string
    organisation_id: string
    samples: number
  }
  'parley.evaluation_run': {
    no: Generated<number>
    id: string
    engagement_id: string
    declaration_no: number
    pack_no: number
    number: number
    asked_at: Moment
    asked_by: string
    begun_at: Moment | null
    samples: Generated<number>
    closed_at: Moment | null
    closed_by: string | null
    closed_why: string | null
    never_begun: JsonOrNull
    salt: Buffer | null
    value: Buffer
  }
  'parley.evaluation_sample': {
    no: Generated<number>
    run_no: number
    task: string
    epoch: number
    family: string
    difficulty: number
    stratum: string
    outcome: string
    reward: number | null
    tokens: number
    events: number
    size_bytes: number
    digest: string
    upload: string | null
    handed_at: Moment
    handed_by: string | null
    value: Buffer | null
    position: number | null
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
  'parley.gateway_access': {
    no: Generated<number>
    gate_id: string
    node: string
    sequence: number
    digest: string
    organisation_id: string
    person_id: string
    received_at: Moment
    entry: Json
  }
  'parley.gateway_account': {
    gate_id: string
    name: string
    requests: Generated<number>
    tokens: Generated<number>
    micro_usd: Generated<number>
    at_once: Generated<number>
  }
  'parley.gateway_closing': {
    gate_id: string
    node: string
    at: Moment
    proof: Json
  }
  'parley.gateway_credential': {
    gate_id: string
    version: number
    sealed: Buffer | null
    destroyed_at: Moment | null
  }
  'parley.gateway_endpoint': {
    gate_id: string
    version: number
    value: Buffer
    put_at: Moment
    put_by: string | null
    withdrawn_at: Moment | null
  }
  'parley.gateway_gate': {
    id: string
    engagement_id: string
    partner_no: number | null
    changes: Generated<number>
  }
  'parley.gateway_grant': {
    no: Generated<number>
    id: string
    digest: string
    gate_id: string
    organisation_id: string
    person_id: string
    run: string
    label_id: number
    requests: number
    tokens: number
    micro_usd: number
    at_once: number
    made_at: Moment
    expires_at: Moment
    revoked_at: Moment | null
    revoked_by: string | null
  }
  'parley.gateway_request': {
    gate_id: string
    run: string
    name: string
    digest: string
    reservation_no: number | null
    is_answered: Generated<boolean>
  }
  'parley.gateway_reservation': {
    no: Generated<number>
    gate_id: string
    run: string
    request: string
    accounts: string[]
    tokens: number
    micro_usd: number
    lease_until: Moment
    is_held: Generated<boolean>
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
  'parley.pack': {
    no: Generated<number>
    id: string
    organisation_id: string
    name: string
    version: string
    label_id: Generated<number>
    root: string
    commitment: Json
    committed_at: Moment
    committed_by: string
    published_at: Moment | null
    published_by: string | null
    holders: string[] | null
  }
  'parley.pack_file': {
    pack_no: number
    name: string
    size_bytes: number
    sha256: string
    upload: string
    blob: Json
    handed_at: Moment
    handed_by: string
  }
  'parley.pack_opening': {
    approval_id: string
    pack_no: number
    person_id: string
    engagement_id: string
    pair: string
    granted_by: string
    granted_at: Moment
    until: Moment
  }
  'parley.pack_right': {
    no: Generated<number>
    pack_no: number
    person_id: string
    may: string
    given_at: Moment
    given_by: string | null
    ended_at: Moment | null
    ended_by: string | null
  }
  'parley.pack_task': {
    pack_no: number
    place: number
    task: string
    opening: Json
    published_at: Moment
    published_by: string
  }
  'parley.partner': {
    no: Generated<number>
    id: string
    engagement_id: string
    tier: string
    proposed_at: Moment
    ends_at: Moment
    started_at: Moment | null
    ended_at: Moment | null
    version: number
    value: Buffer
    proposed_side: string | null
  }
  'parley.partner_duty': {
    no: Generated<number>
    occurrence_no: number
    what: string
    due_at: Moment
    done_at: Moment | null
    done_by: string | null
  }
  'parley.partner_occurrence': {
    no: Generated<number>
    id: string
    partner_no: number
    what: string
    known_at: Moment
    told_at: Moment
    told_by: string | null
    person_id: string | null
    text: Buffer
  }
  'parley.partner_user': {
    partner_no: number
    person_id: string
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
  'parley.policy_reading': {
    no: Generated<number>
    policy_number: number
    verdict_no: number
    engagement_id: string
    change: string
    value: Buffer
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
  'parley.report_origin': {
    no: Generated<number>
    report_no: number
    run_no: number
    engagement_id: string
    task: string
    epoch: number
    label_id: Generated<number>
    at: Moment
    value: Buffer
  }
  'parley.report_revision': {
    report_no: number
    revision: number
    finding: Json
    import_no: number | null
    replaced_at: Moment
  }
  'parley.run_word': {
    no: Generated<number>
    run_no: number
    engagement_id: string
    number: number
    at: Moment
    side: string
    person_id: string
    organisation_id: string
    kind: string
    task: string | null
    epoch: number | null
    body: Buffer
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
  'parley.technique': {
    no: Generated<number>
    id: string
    engagement_id: string
    at: Moment
    person_id: string
    organisation_id: string
    value: Buffer
  }
  'parley.transcript_part': {
    sample_no: number
    first_event: number
    events: number
    blob: Json
  }
  'parley.transcript_reading': {
    sample_no: number
    person_id: string
    organisation_id: string
    at: Moment
  }
  'parley.verdict': {
    no: Generated<number>
    id: string
    run_no: number
    engagement_id: string
    at: Moment
    person_id: string
    capability: string
    word: string
    declaration_sha256: string
    results_sha256: string
    wording: Buffer
    value: Buffer
    numbers: Buffer | null
  }
  'parley.verdict_bundle': {
    no: Generated<number>
    verdict_id: string
    engagement_id: string
    capability: string
    number: number
    approval_id: string
    asked_by: string
    granted_by: string
    made_at: Moment
    sha256: string
    content: Buffer
    opening: Buffer
  }
  'parley.verdict_key': {
    id: string
    pem: string
    holder: string
    trusted_at: Moment
    trusted_by: string
    ended_at: Moment | null
    ended_by: string | null
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

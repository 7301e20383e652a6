-- Written by tools/schema.ts from the migrated schema; not edited by hand.

-- Extensions

extension intarray in parley

-- Tables

table account_hand secured forced (
  id text not null default ('hand_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text))
  account_id text not null
  by_id text not null
  did text not null
  at timestamp with time zone not null
)

table advisory secured forced (
  id text not null
  aliases text[] not null
  source text not null
  modified text
  record jsonb not null
  imported_at timestamp with time zone not null
)

table apart secured forced (
  report_a bigint not null
  report_b bigint not null
  said_at timestamp with time zone not null
  said_by text
  event_no bigint
)

table api_token secured forced (
  id text not null
  organisation_id text not null
  owner_id text not null
  name text not null
  hash bytea not null
  role text not null
  created_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  last_used_at timestamp with time zone
)

table approval secured forced (
  id text not null
  kind text not null
  subject text not null
  request text not null
  says text[] not null
  digest text not null
  reason text not null
  person_id text not null
  organisation_id text not null
  decided_with text not null
  mode text not null
  requested_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  state text not null default 'requested'::text
  decided_by text
  decided_for text
  decided_at timestamp with time zone
  decided_why text
  failed_why text
)

table approval_policy secured forced (
  id text not null
  mode text not null
  expiry_hours integer not null
  export_max integer not null
  changed_at timestamp with time zone not null
)

table arrival secured forced (
  report_no bigint not null
  import_no bigint
)

table attachment secured forced (
  id text not null
  report_no bigint not null
  organisation_id text not null
  place integer not null
  filename text not null
  content_type text not null
  type text not null
  description text
  size_bytes bigint not null
  sha256 bytea not null
  blob jsonb not null
)

table bulk_import secured forced (
  no bigint not null identity always
  id text not null
  organisation_id text not null
  submitted_by text
  name text not null
  series text
  sha256 bytea not null
  size_bytes bigint not null
  blob jsonb not null
  format text
  state text not null
  position bigint not null default 0
  received_at timestamp with time zone not null
  read_at timestamp with time zone
  placed_at timestamp with time zone
  told jsonb not null default '{}'::jsonb
  asked_format text
)

table case_count secured forced (
  shard integer not null
  status text not null
  verdict text not null
  severity text not null
  band text not null
  evidence text not null
  assignee_id text not null
  is_gone boolean not null
  count bigint not null
)

table case_event secured forced (
  no bigint not null identity always
  case_id text not null
  at timestamp with time zone not null
  by_person text
  kind text not null
  told jsonb not null
  undoes bigint
  undone_by bigint
  id text not null default ('event_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text))
)

table case_kin secured forced (
  key bigint not null
  case_id text not null
  kind text not null
  because text not null
)

table case_relation secured forced (
  case_a text not null
  case_b text not null
  kind text not null
  because text not null
  said_at timestamp with time zone not null
  said_by text
  event_no bigint
)

table case_report secured forced (
  report_no bigint not null
  case_id text not null
  joined_at timestamp with time zone not null
  how text not null
  probability real
  because jsonb
  substance real not null default 0
  artifacts boolean not null default false
  severity text
)

table case_taken secured forced (
  id text not null default ('taken_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text))
  person_id text not null
  case_id text not null
  at timestamp with time zone not null
)

table correlation_equal secured forced (
  key bigint not null
  report_no bigint not null
)

table correlation_population secured forced (
  id integer not null
  reports bigint not null
  counts bytea not null
  saved_at timestamp with time zone not null
)

table correlation_profile secured forced (
  report_no bigint not null
  domain text not null
  scan integer[] not null
  text integer[] not null
)

table day_count secured forced (
  day text not null
  name text not null
  shard integer not null
  count bigint not null
)

table export_grant secured forced (
  approval_id text not null
  person_id text not null
  until timestamp with time zone not null
  used_at timestamp with time zone
)

table finder secured forced (
  organisation_id text not null
  name text not null
  submitted bigint not null default 0
  duplicates bigint not null default 0
  confirmed bigint not null default 0
  refuted bigint not null default 0
  first_at timestamp with time zone not null
  last_at timestamp with time zone not null
)

table fixed_report secured forced (
  report_no bigint not null
  event_no bigint not null
)

table hold secured forced (
  id text not null
  held_at timestamp with time zone not null
  backup_taken_at timestamp with time zone not null
  opened_at timestamp with time zone
)

table idempotency secured forced (
  organisation_id text not null
  key text not null
  digest bytea not null
  answer jsonb not null
  created_at timestamp with time zone not null
)

table import_known secured forced (
  import_no bigint not null
  ordinal bigint not null
  report_no bigint not null
  organisation_id text not null
  outcome text not null
)

table ledger_checkpoint secured forced (
  size bigint not null
  at timestamp with time zone not null
  root bytea not null
  note text not null
)

table ledger_entry secured forced (
  index bigint not null
  pending_no bigint not null
  action text not null
  leaf text not null
)

table ledger_field secured forced (
  index bigint not null
  fields jsonb not null
  person text
  record text
)

table ledger_pending secured forced (
  no bigint not null identity always
  action text not null
  leaf text not null
  fields jsonb not null
)

table ledger_tile secured forced (
  level smallint not null
  index bigint not null
  hashes bytea not null
)

table live_event secured forced (
  no bigint not null identity always
  at timestamp with time zone not null
  topic text not null
  ref text not null
  organisation_id text
)

table membership secured forced (
  person_id text not null
  organisation_id text not null
  role text not null
  created_at timestamp with time zone not null
)

table migration secured (
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null
)

table note secured forced (
  no bigint not null identity always
  id text not null
  case_id text not null
  written_at timestamp with time zone not null
  written_by text not null
  text text not null
  changed_at timestamp with time zone
  removed_at timestamp with time zone
)

table notice secured forced (
  no bigint not null identity always
  id text not null
  report_no bigint not null
  organisation_id text not null
  event text not null
  made_at timestamp with time zone not null
  state text not null default 'waiting'::text
  attempts integer not null default 0
  why text
  sent_at timestamp with time zone
)

table organisation secured forced (
  id text not null
  name text not null
  created_at timestamp with time zone not null
  disabled_at timestamp with time zone
)

table passkey secured forced (
  id text not null
  person_id text not null
  credential_id text not null
  name text not null
  public_key bytea not null
  counter bigint not null
  transports text[] not null
  created_at timestamp with time zone not null
  last_used_at timestamp with time zone
  copied_at timestamp with time zone
)

table passkey_challenge secured forced (
  hash bytea not null
  purpose text not null
  person_id text
  expires_at timestamp with time zone not null
)

table person secured forced (
  id text not null
  name text not null
  created_at timestamp with time zone not null
  disabled_at timestamp with time zone
)

table provider_identity secured forced (
  id text not null
  issuer text not null
  subject text not null
  person_id text not null
  linked_at timestamp with time zone not null
  last_used_at timestamp with time zone
)

table provider_request secured forced (
  hash bytea not null
  purpose text not null
  person_id text
  session_id text
  target text not null
  expires_at timestamp with time zone not null
)

table recovery_code secured forced (
  hash bytea not null
  person_id text not null
  created_at timestamp with time zone not null
  used_at timestamp with time zone
)

table report secured forced (
  no bigint not null identity always
  id text not null
  receipt text not null
  organisation_id text not null
  token_id text
  submitted_by text
  received_at timestamp with time zone not null
  import_no bigint
  ordinal bigint
  format text not null
  document text not null
  finders text[] not null
  source text not null
  title text not null
  severity text
  finding jsonb not null
  record jsonb
  revision integer not null default 1
  aside text
  notify text not null default 'off'::text
  contact bytea
  sealed bytea
)

table report_revision secured forced (
  report_no bigint not null
  revision integer not null
  finding jsonb not null
  import_no bigint
  replaced_at timestamp with time zone not null
)

table same_human secured forced (
  person_id text not null
  other_id text not null
  said_by text
  said_at timestamp with time zone not null
)

table saved_view secured forced (
  id text not null
  person_id text not null
  name text not null
  query text not null
  created_at timestamp with time zone not null
)

table session secured forced (
  hash bytea not null
  person_id text not null
  organisation_id text not null
  role text not null
  created_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  ended_at timestamp with time zone
  id text not null default ('session_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text))
  factor text not null default 'link'::text
  opened_from text not null default ''::text
  last_used_at timestamp with time zone
  provider_acr text
  provider_amr text[] not null default '{}'::text[]
)

table setting secured forced (
  name text not null
  value jsonb not null
  changed_at timestamp with time zone not null
  changed_by text
)

table sighting secured forced (
  report_no bigint not null
  series text not null
  organisation_id text not null
  first_import bigint not null
  last_import bigint not null
  last_seen_at timestamp with time zone not null
  gone_at timestamp with time zone
  keys text[] not null default '{}'::text[]
  digest text not null default ''::text
)

table sign_in_link secured forced (
  hash bytea not null
  person_id text not null
  created_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  used_at timestamp with time zone
)

table suggestion secured forced (
  no bigint not null identity always
  id text not null
  kind text not null
  report_a bigint not null
  report_b bigint not null
  probability real not null
  because jsonb not null
  model text not null
  state text not null default 'open'::text
  made_at timestamp with time zone not null
  decided_at timestamp with time zone
  decided_by text
  event_no bigint
)

table suggestion_count secured forced (
  shard integer not null
  kind text not null
  state text not null
  count bigint not null
)

table vulnerability_case secured forced (
  no bigint not null identity always
  id text not null
  title text not null
  severity text not null
  edits jsonb not null default '{}'::jsonb
  status text not null default 'open'::text
  verdict text not null default 'open'::text
  hold jsonb
  assignee_id text
  evidence text not null
  band text not null
  rank_key double precision[] not null
  told jsonb not null
  aliases text[] not null default '{}'::text[]
  packages text[] not null default '{}'::text[]
  finders text[] not null default '{}'::text[]
  report_count integer not null
  finder_count integer not null
  first_reported_at timestamp with time zone not null
  last_reported_at timestamp with time zone not null
  changed_at timestamp with time zone not null
  gone_at timestamp with time zone
  version integer not null default 1
  merged_into text
  search tsvector not null default ''::tsvector
  rank bytea not null default '\x'::bytea
)

-- Views

-- Constraints

account_hand: account_hand_account_id_fkey FOREIGN KEY (account_id) REFERENCES parley.person(id)

account_hand: account_hand_by_id_fkey FOREIGN KEY (by_id) REFERENCES parley.person(id)

account_hand: account_hand_pkey PRIMARY KEY (id)

account_hand: hand_is_known CHECK ((did = ANY (ARRAY['made'::text, 'role'::text, 'link'::text])))

advisory: advisory_pkey PRIMARY KEY (id)

apart: apart_event_no_fkey FOREIGN KEY (event_no) REFERENCES parley.case_event(no)

apart: apart_in_order CHECK ((report_a < report_b))

apart: apart_pkey PRIMARY KEY (report_a, report_b)

apart: apart_report_a_fkey FOREIGN KEY (report_a) REFERENCES parley.report(no)

apart: apart_report_b_fkey FOREIGN KEY (report_b) REFERENCES parley.report(no)

apart: apart_said_by_fkey FOREIGN KEY (said_by) REFERENCES parley.person(id)

api_token: api_token_hash_key UNIQUE (hash)

api_token: api_token_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

api_token: api_token_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES parley.person(id)

api_token: api_token_pkey PRIMARY KEY (id)

api_token: token_lives_a_year_at_most CHECK ((expires_at <= (created_at + '366 days'::interval)))

api_token: token_role_is_known CHECK (parley.is_role(role))

approval: approval_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES parley.person(id)

approval: approval_decided_for_fkey FOREIGN KEY (decided_for) REFERENCES parley.organisation(id)

approval: approval_has_a_reason CHECK ((btrim(reason) <> ''::text))

approval: approval_has_its_moment CHECK (((state = 'requested'::text) = (decided_at IS NULL)))

approval: approval_is_decided_by_somebody CHECK (((state = ANY (ARRAY['granted'::text, 'refused'::text, 'done'::text, 'failed'::text])) = ((decided_by IS NOT NULL) AND (decided_for IS NOT NULL))))

approval: approval_lives_for_a_time CHECK (((expires_at >= (requested_at + '01:00:00'::interval)) AND (expires_at <= (requested_at + '14 days'::interval))))

approval: approval_mode_is_known CHECK ((mode = ANY (ARRAY['two-persons'::text, 'two-organisations'::text])))

approval: approval_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

approval: approval_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

approval: approval_pkey PRIMARY KEY (id)

approval: approval_state_is_known CHECK ((state = ANY (ARRAY['requested'::text, 'granted'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text, 'done'::text, 'failed'::text])))

approval: digest_is_sha256 CHECK ((digest ~ '^[0-9a-f]{64}$'::text))

approval_policy: approval_policy_is_one CHECK ((id = 'policy'::text))

approval_policy: approval_policy_pkey PRIMARY KEY (id)

approval_policy: policy_expiry_is_bounded CHECK (((expiry_hours >= 1) AND (expiry_hours <= 336)))

approval_policy: policy_export_is_bounded CHECK (((export_max >= 1) AND (export_max <= 100000)))

approval_policy: policy_mode_is_known CHECK ((mode = ANY (ARRAY['two-persons'::text, 'two-organisations'::text])))

arrival: arrival_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

arrival: arrival_pkey PRIMARY KEY (report_no)

arrival: arrival_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

attachment: attachment_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

attachment: attachment_pkey PRIMARY KEY (id)

attachment: attachment_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

attachment: attachment_report_no_place_key UNIQUE (report_no, place)

bulk_import: bulk_import_id_key UNIQUE (id)

bulk_import: bulk_import_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

bulk_import: bulk_import_pkey PRIMARY KEY (no)

bulk_import: import_state_is_known CHECK ((state = ANY (ARRAY['stored'::text, 'reading'::text, 'read'::text, 'placed'::text, 'refused'::text])))

case_count: case_count_pkey PRIMARY KEY (status, verdict, severity, band, evidence, assignee_id, is_gone, shard)

case_event: case_event_by_person_fkey FOREIGN KEY (by_person) REFERENCES parley.person(id)

case_event: case_event_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

case_event: case_event_pkey PRIMARY KEY (no)

case_event: case_event_undoes_fkey FOREIGN KEY (undoes) REFERENCES parley.case_event(no)

case_event: case_event_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES parley.case_event(no)

case_event: event_is_named_once UNIQUE (id)

case_kin: case_kin_pkey PRIMARY KEY (key, case_id)

case_relation: case_relation_case_a_fkey FOREIGN KEY (case_a) REFERENCES parley.vulnerability_case(id)

case_relation: case_relation_case_b_fkey FOREIGN KEY (case_b) REFERENCES parley.vulnerability_case(id)

case_relation: case_relation_event_no_fkey FOREIGN KEY (event_no) REFERENCES parley.case_event(no)

case_relation: case_relation_pkey PRIMARY KEY (case_a, case_b, kind)

case_relation: case_relation_said_by_fkey FOREIGN KEY (said_by) REFERENCES parley.person(id)

case_report: case_report_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

case_report: case_report_pkey PRIMARY KEY (report_no)

case_report: case_report_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

case_report: report_joins_somehow CHECK ((how = ANY (ARRAY['first'::text, 'merged'::text, 'person'::text])))

case_taken: case_taken_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

case_taken: case_taken_pkey PRIMARY KEY (id)

correlation_equal: correlation_equal_pkey PRIMARY KEY (key)

correlation_equal: correlation_equal_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

correlation_population: correlation_population_pkey PRIMARY KEY (id)

correlation_population: there_is_one_population CHECK ((id = 1))

correlation_profile: correlation_profile_pkey PRIMARY KEY (report_no)

correlation_profile: correlation_profile_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

day_count: day_count_pkey PRIMARY KEY (day, name, shard)

export_grant: export_grant_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

export_grant: export_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

export_grant: export_grant_pkey PRIMARY KEY (approval_id)

finder: finder_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

finder: finder_pkey PRIMARY KEY (organisation_id, name)

fixed_report: fixed_report_event_no_fkey FOREIGN KEY (event_no) REFERENCES parley.case_event(no)

fixed_report: fixed_report_pkey PRIMARY KEY (report_no)

fixed_report: fixed_report_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

hold: hold_is_of_a_restore CHECK ((id = 'restore'::text))

hold: hold_pkey PRIMARY KEY (id)

idempotency: idempotency_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

idempotency: idempotency_pkey PRIMARY KEY (organisation_id, key)

import_known: import_known_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

import_known: import_known_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

import_known: import_known_pkey PRIMARY KEY (import_no, ordinal)

import_known: import_known_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

import_known: known_outcome CHECK ((outcome = ANY (ARRAY['unchanged'::text, 'refreshed'::text])))

ledger_checkpoint: ledger_checkpoint_pkey PRIMARY KEY (size)

ledger_entry: entries_begin_at_zero CHECK ((index >= 0))

ledger_entry: ledger_entry_pending_no_key UNIQUE (pending_no)

ledger_entry: ledger_entry_pkey PRIMARY KEY (index)

ledger_field: ledger_field_index_fkey FOREIGN KEY (index) REFERENCES parley.ledger_entry(index)

ledger_field: ledger_field_pkey PRIMARY KEY (index)

ledger_field: person_is_the_actor CHECK ((NOT (person IS DISTINCT FROM (fields #>> '{actor,value}'::text[]))))

ledger_field: record_is_the_record CHECK ((NOT (record IS DISTINCT FROM (fields #>> '{record,value}'::text[]))))

ledger_pending: fields_are_an_object CHECK ((jsonb_typeof(fields) = 'object'::text))

ledger_pending: leaf_fits_a_bundle CHECK ((octet_length(leaf) <= 65535))

ledger_pending: ledger_pending_pkey PRIMARY KEY (no)

ledger_tile: ledger_tile_pkey PRIMARY KEY (level, index)

ledger_tile: tile_holds_hashes CHECK ((((octet_length(hashes) >= 32) AND (octet_length(hashes) <= 8192)) AND ((octet_length(hashes) % 32) = 0)))

live_event: live_event_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

live_event: live_event_pkey PRIMARY KEY (no)

membership: membership_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

membership: membership_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

membership: membership_pkey PRIMARY KEY (person_id, organisation_id)

membership: membership_role_is_known CHECK (parley.is_role(role))

migration: migration_pkey PRIMARY KEY (name)

note: note_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

note: note_id_key UNIQUE (id)

note: note_pkey PRIMARY KEY (no)

note: note_written_by_fkey FOREIGN KEY (written_by) REFERENCES parley.person(id)

notice: notice_id_key UNIQUE (id)

notice: notice_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

notice: notice_pkey PRIMARY KEY (no)

notice: notice_report_no_event_key UNIQUE (report_no, event)

notice: notice_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

notice: notice_state_is_known CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])))

organisation: organisation_has_a_name CHECK ((name <> ''::text))

organisation: organisation_pkey PRIMARY KEY (id)

passkey: passkey_credential_id_key UNIQUE (credential_id)

passkey: passkey_has_a_name CHECK ((name <> ''::text))

passkey: passkey_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

passkey: passkey_pkey PRIMARY KEY (id)

passkey_challenge: challenge_of_a_person CHECK (((purpose = 'register'::text) = (person_id IS NOT NULL)))

passkey_challenge: challenge_purpose_is_known CHECK ((purpose = ANY (ARRAY['register'::text, 'sign-in'::text])))

passkey_challenge: passkey_challenge_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

passkey_challenge: passkey_challenge_pkey PRIMARY KEY (hash)

person: person_has_a_name CHECK ((name <> ''::text))

person: person_pkey PRIMARY KEY (id)

provider_identity: identity_is_linked_once UNIQUE (issuer, subject)

provider_identity: provider_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

provider_identity: provider_identity_pkey PRIMARY KEY (id)

provider_request: provider_request_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

provider_request: provider_request_pkey PRIMARY KEY (hash)

provider_request: provider_request_session_id_fkey FOREIGN KEY (session_id) REFERENCES parley.session(id) ON DELETE CASCADE

provider_request: request_of_a_session CHECK ((((purpose = 'link'::text) = (session_id IS NOT NULL)) AND ((session_id IS NULL) = (person_id IS NULL))))

provider_request: request_purpose_is_known CHECK ((purpose = ANY (ARRAY['sign-in'::text, 'link'::text])))

provider_request: request_target_is_a_path CHECK ((target ~ '^/($|[^/\\])'::text))

recovery_code: recovery_code_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

recovery_code: recovery_code_pkey PRIMARY KEY (hash)

report: report_id_key UNIQUE (id)

report: report_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

report: report_ordinal_once UNIQUE (import_no, ordinal)

report: report_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

report: report_pkey PRIMARY KEY (no)

report: report_receipt_key UNIQUE (receipt)

report_revision: report_revision_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

report_revision: report_revision_pkey PRIMARY KEY (report_no, revision)

report_revision: report_revision_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

same_human: pairs_have_an_order CHECK ((person_id < other_id))

same_human: same_human_other_id_fkey FOREIGN KEY (other_id) REFERENCES parley.person(id)

same_human: same_human_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

same_human: same_human_pkey PRIMARY KEY (person_id, other_id)

saved_view: saved_view_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

saved_view: saved_view_person_id_name_key UNIQUE (person_id, name)

saved_view: saved_view_pkey PRIMARY KEY (id)

session: session_factor_is_known CHECK ((factor = ANY (ARRAY['link'::text, 'passkey'::text, 'recovery code'::text, 'provider'::text])))

session: session_id_key UNIQUE (id)

session: session_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

session: session_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

session: session_pkey PRIMARY KEY (hash)

session: session_role_is_known CHECK (parley.is_role(role))

session: session_told_by_a_provider CHECK (((factor = 'provider'::text) OR ((provider_acr IS NULL) AND (provider_amr = '{}'::text[]))))

setting: setting_pkey PRIMARY KEY (name)

sighting: sighting_first_import_fkey FOREIGN KEY (first_import) REFERENCES parley.bulk_import(no)

sighting: sighting_last_import_fkey FOREIGN KEY (last_import) REFERENCES parley.bulk_import(no)

sighting: sighting_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

sighting: sighting_pkey PRIMARY KEY (report_no)

sighting: sighting_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

sign_in_link: sign_in_link_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

sign_in_link: sign_in_link_pkey PRIMARY KEY (hash)

suggestion: suggestion_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES parley.person(id)

suggestion: suggestion_event_no_fkey FOREIGN KEY (event_no) REFERENCES parley.case_event(no)

suggestion: suggestion_id_key UNIQUE (id)

suggestion: suggestion_kind_is_known CHECK ((kind = ANY (ARRAY['merge'::text, 'split'::text])))

suggestion: suggestion_kind_report_a_report_b_key UNIQUE (kind, report_a, report_b)

suggestion: suggestion_pkey PRIMARY KEY (no)

suggestion: suggestion_report_a_fkey FOREIGN KEY (report_a) REFERENCES parley.report(no)

suggestion: suggestion_report_b_fkey FOREIGN KEY (report_b) REFERENCES parley.report(no)

suggestion: suggestion_state_is_known CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'rejected'::text, 'unsure'::text, 'void'::text])))

suggestion_count: suggestion_count_pkey PRIMARY KEY (kind, state, shard)

vulnerability_case: case_status_is_known CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'closed'::text])))

vulnerability_case: case_verdict_is_known CHECK ((verdict = ANY (ARRAY['open'::text, 'confirmed'::text, 'refuted'::text])))

vulnerability_case: vulnerability_case_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES parley.person(id)

vulnerability_case: vulnerability_case_id_key UNIQUE (id)

vulnerability_case: vulnerability_case_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES parley.vulnerability_case(id)

vulnerability_case: vulnerability_case_pkey PRIMARY KEY (no)

-- Indexes

CREATE INDEX account_hand_by_account ON parley.account_hand USING btree (account_id, at)

CREATE INDEX advisory_by_alias ON parley.advisory USING gin (aliases)

CREATE INDEX apart_by_second ON parley.apart USING btree (report_b)

CREATE INDEX api_token_by_organisation ON parley.api_token USING btree (organisation_id)

CREATE INDEX api_token_by_owner ON parley.api_token USING btree (owner_id) WHERE (revoked_at IS NULL)

CREATE INDEX approval_by_time ON parley.approval USING btree (requested_at DESC)

CREATE INDEX approval_open ON parley.approval USING btree (expires_at) WHERE (state = 'requested'::text)

CREATE INDEX arrival_by_import ON parley.arrival USING btree (import_no) WHERE (import_no IS NOT NULL)

CREATE INDEX bulk_import_by_content ON parley.bulk_import USING btree (organisation_id, sha256)

CREATE INDEX bulk_import_by_organisation ON parley.bulk_import USING btree (organisation_id, no DESC)

CREATE INDEX bulk_import_unfinished ON parley.bulk_import USING btree (no) WHERE (state = ANY (ARRAY['stored'::text, 'reading'::text, 'read'::text]))

CREATE INDEX case_by_alias ON parley.vulnerability_case USING gin (aliases)

CREATE INDEX case_by_assignee ON parley.vulnerability_case USING btree (assignee_id, rank DESC, no) WHERE ((merged_into IS NULL) AND (assignee_id IS NOT NULL))

CREATE INDEX case_by_finder ON parley.vulnerability_case USING gin (finders)

CREATE INDEX case_by_package ON parley.vulnerability_case USING gin (packages)

CREATE INDEX case_by_reports ON parley.vulnerability_case USING btree (report_count DESC, no) WHERE ((merged_into IS NULL) AND (report_count > 1))

CREATE INDEX case_by_severity ON parley.vulnerability_case USING btree (severity, rank DESC, no) WHERE (merged_into IS NULL)

CREATE INDEX case_by_status ON parley.vulnerability_case USING btree (status, rank DESC, no) WHERE (merged_into IS NULL)

CREATE INDEX case_by_verdict ON parley.vulnerability_case USING btree (verdict, rank DESC, no) WHERE ((merged_into IS NULL) AND (verdict <> 'open'::text))

CREATE INDEX case_by_word ON parley.vulnerability_case USING gin (search)

CREATE INDEX case_event_by_case ON parley.case_event USING btree (case_id, no)

CREATE INDEX case_event_by_time ON parley.case_event USING btree (at)

CREATE INDEX case_gone ON parley.vulnerability_case USING btree (rank DESC, no) WHERE ((merged_into IS NULL) AND (gone_at IS NOT NULL))

CREATE INDEX case_kin_by_case ON parley.case_kin USING btree (case_id)

CREATE INDEX case_merged_away ON parley.vulnerability_case USING btree (merged_into) WHERE (merged_into IS NOT NULL)

CREATE INDEX case_relation_by_second ON parley.case_relation USING btree (case_b)

CREATE INDEX case_report_by_case ON parley.case_report USING btree (case_id, report_no)

CREATE INDEX case_report_by_substance ON parley.case_report USING btree (case_id, substance DESC, report_no)

CREATE INDEX case_taken_by_person ON parley.case_taken USING btree (person_id, at)

CREATE INDEX correlation_profile_by_domain ON parley.correlation_profile USING btree (domain) WHERE (domain <> 'scan'::text)

CREATE INDEX correlation_profile_by_scan ON parley.correlation_profile USING gin (scan) WITH (gin_pending_list_limit='2048')

CREATE INDEX correlation_profile_by_text ON parley.correlation_profile USING gin (text) WITH (gin_pending_list_limit='2048')

CREATE INDEX idempotency_by_age ON parley.idempotency USING btree (created_at)

CREATE INDEX ledger_entry_by_action ON parley.ledger_entry USING btree (action, index)

CREATE INDEX ledger_field_by_person ON parley.ledger_field USING btree (person, index)

CREATE INDEX ledger_field_by_record ON parley.ledger_field USING btree (record, index)

CREATE INDEX note_by_case ON parley.note USING btree (case_id, no)

CREATE INDEX notice_waiting ON parley.notice USING btree (no) WHERE (state = 'waiting'::text)

CREATE INDEX passkey_by_person ON parley.passkey USING btree (person_id)

CREATE INDEX passkey_challenge_by_end ON parley.passkey_challenge USING btree (expires_at)

CREATE INDEX provider_identity_by_person ON parley.provider_identity USING btree (person_id)

CREATE INDEX provider_request_by_end ON parley.provider_request USING btree (expires_at)

CREATE INDEX recovery_code_by_person ON parley.recovery_code USING btree (person_id)

CREATE INDEX report_by_organisation ON parley.report USING btree (organisation_id, no DESC)

CREATE INDEX same_human_by_other ON parley.same_human USING btree (other_id)

CREATE INDEX session_by_person ON parley.session USING btree (person_id) WHERE (ended_at IS NULL)

CREATE INDEX sighting_by_import ON parley.sighting USING btree (last_import)

CREATE INDEX sighting_by_series ON parley.sighting USING btree (organisation_id, series) WHERE (gone_at IS NULL)

CREATE INDEX sign_in_link_by_person ON parley.sign_in_link USING btree (person_id) WHERE (used_at IS NULL)

CREATE INDEX suggestion_by_first ON parley.suggestion USING btree (report_a)

CREATE INDEX suggestion_by_second ON parley.suggestion USING btree (report_b)

CREATE INDEX suggestion_decided ON parley.suggestion USING btree (decided_at) WHERE (decided_at IS NOT NULL)

CREATE INDEX suggestion_open ON parley.suggestion USING btree (probability DESC, no) WHERE (state = 'open'::text)

CREATE INDEX suggestion_unsure ON parley.suggestion USING btree (probability DESC, no) WHERE (state = 'unsure'::text)

-- Policies

account_hand: administrators_own_are_noted for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (by_id = ( SELECT parley.actor_person() AS actor_person)))

account_hand: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

account_hand: keeper for all to parley_keeper
  using true
  with check true

advisory: keeper for all to parley_keeper
  using true
  with check true

advisory: operators_add for insert to parley_app
  with check ( SELECT parley.actor_may('operate'::text) AS actor_may)

advisory: operators_change for update to parley_app
  using ( SELECT parley.actor_may('operate'::text) AS actor_may)
  with check ( SELECT parley.actor_may('operate'::text) AS actor_may)

advisory: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

apart: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

apart: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

apart: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

apart: keeper for all to parley_keeper
  using true
  with check true

apart: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

api_token: administrators_add for insert to parley_app
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

api_token: administrators_change for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

api_token: auditors_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (owner_id = ( SELECT parley.actor_person() AS actor_person)) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

api_token: keeper for all to parley_keeper
  using true
  with check true

approval: another_human_decides for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)) OR parley.actor_may(decided_with))
  with check ((( SELECT parley.actor_is_system() AS actor_is_system) AND (state = ANY (ARRAY['expired'::text, 'done'::text, 'failed'::text]))) OR ((state = 'withdrawn'::text) AND (person_id = ( SELECT parley.actor_person() AS actor_person))) OR ((state = ANY (ARRAY['granted'::text, 'refused'::text])) AND (decided_by = ( SELECT parley.actor_person() AS actor_person)) AND (decided_for = ( SELECT parley.actor_organisation() AS actor_organisation)) AND parley.actor_may(decided_with) AND (parley.too_close(person_id, decided_by, decided_at) IS NULL) AND ((mode <> 'two-organisations'::text) OR (decided_for <> organisation_id))))

approval: askers_deciders_and_auditors_see for select to parley_app
  using ((person_id = ( SELECT parley.actor_person() AS actor_person)) OR ( SELECT parley.actor_may('audit'::text) AS actor_may) OR parley.actor_may(decided_with))

approval: keeper for all to parley_keeper
  using true
  with check true

approval: own_is_asked for insert to parley_app
  with check ((person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

approval_policy: keeper for all to parley_keeper
  using true
  with check true

approval_policy: system_begins for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

approval_policy: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

approval_policy: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

arrival: handed_in_waits for insert to parley_app
  with check ( SELECT parley.actor_may('hand-in'::text) AS actor_may)

arrival: keeper for all to parley_keeper
  using true
  with check true

arrival: system_places for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

attachment: keeper for all to parley_keeper
  using true
  with check true

attachment: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

attachment: proof_readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read-proofs'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

attachment: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

bulk_import: keeper for all to parley_keeper
  using true
  with check true

bulk_import: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

bulk_import: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

bulk_import: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

case_count: keeper for all to parley_keeper
  using true
  with check true

case_count: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

case_event: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_event: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_event: keeper for all to parley_keeper
  using true
  with check true

case_event: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

case_kin: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_kin: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_kin: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_kin: keeper for all to parley_keeper
  using true
  with check true

case_kin: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

case_relation: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_relation: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_relation: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_relation: keeper for all to parley_keeper
  using true
  with check true

case_relation: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

case_report: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_report: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_report: keeper for all to parley_keeper
  using true
  with check true

case_report: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

case_taken: keeper for all to parley_keeper
  using true
  with check true

case_taken: own_is_noted for insert to parley_app
  with check (( SELECT parley.actor_may('export'::text) AS actor_may) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

case_taken: own_is_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

case_taken: system_forgets for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

correlation_equal: keeper for all to parley_keeper
  using true
  with check true

correlation_equal: system_alone for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

correlation_population: keeper for all to parley_keeper
  using true
  with check true

correlation_population: system_alone for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

correlation_profile: keeper for all to parley_keeper
  using true
  with check true

correlation_profile: system_alone for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

day_count: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

day_count: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

day_count: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

day_count: keeper for all to parley_keeper
  using true
  with check true

day_count: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

export_grant: keeper for all to parley_keeper
  using true
  with check true

export_grant: own_is_seen for select to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))

export_grant: own_is_used for update to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

export_grant: system_lets for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

finder: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

finder: deciders_count for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

finder: keeper for all to parley_keeper
  using true
  with check true

finder: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

fixed_report: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

fixed_report: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

fixed_report: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

fixed_report: keeper for all to parley_keeper
  using true
  with check true

fixed_report: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

hold: keeper for all to parley_keeper
  using true
  with check true

hold: system_opens for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

hold: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

idempotency: keeper for all to parley_keeper
  using true
  with check true

idempotency: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

idempotency: own_keys_are_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

idempotency: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

idempotency: system_forgets for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

import_known: keeper for all to parley_keeper
  using true
  with check true

import_known: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

import_known: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_checkpoint: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

ledger_checkpoint: keeper for all to parley_keeper
  using true
  with check true

ledger_checkpoint: system_adds_checkpoints for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_entry: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

ledger_entry: keeper for all to parley_keeper
  using true
  with check true

ledger_entry: system_adds_entries for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_field: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

ledger_field: keeper for all to parley_keeper
  using true
  with check true

ledger_field: system_adds_fields for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_pending: each_records_its_own for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((NOT ((fields #>> '{actor,value}'::text[]) IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person))) AND (((leaf)::jsonb -> 'actingFor'::text) = ( SELECT jsonb_build_object('organisation', parley.actor_organisation(), 'role', parley.actor_role()) AS jsonb_build_object)) AND (( SELECT parley.actor_role() AS actor_role) IS NOT NULL)))

ledger_pending: keeper for all to parley_keeper
  using true
  with check true

ledger_pending: system_places_pending for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_pending: system_reads_pending for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_tile: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

ledger_tile: keeper for all to parley_keeper
  using true
  with check true

ledger_tile: system_adds_tiles for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_tile: system_extends_tiles for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

live_event: events_are_seen for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)) OR ((topic = 'people'::text) AND ( SELECT parley.actor_may('audit'::text) AS actor_may)))

live_event: keeper for all to parley_keeper
  using true
  with check true

live_event: system_forgets_events for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

live_event: what_was_done_is_told for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) OR ( SELECT parley.actor_may('administer'::text) AS actor_may) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

membership: administrators_add for insert to parley_app
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

membership: administrators_change for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

membership: administrators_end for delete to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)

membership: auditors_and_self_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

membership: keeper for all to parley_keeper
  using true
  with check true

migration: keeper for all to parley_keeper
  using true
  with check true

note: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

note: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

note: deciders_remove for delete to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)

note: keeper for all to parley_keeper
  using true
  with check true

note: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

notice: deciders_tell for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

notice: keeper for all to parley_keeper
  using true
  with check true

notice: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

notice: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

organisation: administrators_add for insert to parley_app
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

organisation: administrators_change for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

organisation: keeper for all to parley_keeper
  using true
  with check true

organisation: readers_auditors_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR ( SELECT parley.actor_may('audit'::text) AS actor_may) OR (id = ( SELECT parley.actor_organisation() AS actor_organisation)))

passkey: keeper for all to parley_keeper
  using true
  with check true

passkey: own_passkeys for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

passkey: own_passkeys_are_added for insert to parley_app
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

passkey: own_passkeys_change for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

passkey: own_passkeys_go for delete to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))

passkey_challenge: keeper for all to parley_keeper
  using true
  with check true

passkey_challenge: system_keeps_challenges for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

person: administrators_add for insert to parley_app
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

person: administrators_change for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

person: keeper for all to parley_keeper
  using true
  with check true

person: readers_auditors_and_self_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR ( SELECT parley.actor_may('audit'::text) AS actor_may) OR (id = ( SELECT parley.actor_person() AS actor_person)))

provider_identity: identities_are_used for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

provider_identity: keeper for all to parley_keeper
  using true
  with check true

provider_identity: own_identities for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

provider_identity: own_identities_are_linked for insert to parley_app
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

provider_identity: own_identities_go for delete to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))

provider_request: keeper for all to parley_keeper
  using true
  with check true

provider_request: system_keeps_provider_requests for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

recovery_code: keeper for all to parley_keeper
  using true
  with check true

recovery_code: own_recovery_codes for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

recovery_code: own_recovery_codes_are_made for insert to parley_app
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

recovery_code: own_recovery_codes_go for delete to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))

recovery_code: recovery_codes_are_spent for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

report: keeper for all to parley_keeper
  using true
  with check true

report: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

report: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

report: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

report_revision: keeper for all to parley_keeper
  using true
  with check true

report_revision: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

report_revision: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

same_human: administrators_and_auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

same_human: administrators_say for insert to parley_app
  with check ( SELECT parley.actor_may('administer'::text) AS actor_may)

same_human: administrators_unsay for delete to parley_app
  using (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((parley.too_close(( SELECT parley.actor_person() AS actor_person), person_id, now()) IS NULL) AND (parley.too_close(( SELECT parley.actor_person() AS actor_person), other_id, now()) IS NULL))))

same_human: keeper for all to parley_keeper
  using true
  with check true

saved_view: keeper for all to parley_keeper
  using true
  with check true

saved_view: own_views for all to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

session: auditors_see for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

session: keeper for all to parley_keeper
  using true
  with check true

session: own_sessions for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

session: own_sessions_end for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

session: system_opens_sessions for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

setting: keeper for all to parley_keeper
  using true
  with check true

setting: operators_reset for update to parley_app
  using ( SELECT parley.actor_may('operate'::text) AS actor_may)
  with check ( SELECT parley.actor_may('operate'::text) AS actor_may)

setting: operators_see for select to parley_app
  using ( SELECT parley.actor_may('operate'::text) AS actor_may)

setting: operators_set for insert to parley_app
  with check ( SELECT parley.actor_may('operate'::text) AS actor_may)

sighting: keeper for all to parley_keeper
  using true
  with check true

sighting: readers_and_own_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

sighting: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

sighting: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

sign_in_link: keeper for all to parley_keeper
  using true
  with check true

sign_in_link: system_makes_links for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

suggestion: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

suggestion: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

suggestion: keeper for all to parley_keeper
  using true
  with check true

suggestion: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

suggestion_count: keeper for all to parley_keeper
  using true
  with check true

suggestion_count: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

vulnerability_case: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

vulnerability_case: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

vulnerability_case: keeper for all to parley_keeper
  using true
  with check true

vulnerability_case: readers_see for select to parley_app
  using ( SELECT parley.actor_may('read'::text) AS actor_may)

-- Rights

account_hand: parley_app may insert, select

account_hand: parley_keeper may delete, insert, select, update

advisory: parley_app may insert, select, update

advisory: parley_keeper may delete, insert, select, update

apart: parley_app may delete, insert, select, update

apart: parley_keeper may delete, insert, select, update

api_token: parley_app may insert, select, update

api_token: parley_keeper may delete, insert, select, update

approval: parley_app may insert, select

approval: parley_keeper may delete, insert, select, update

approval_policy: parley_app may insert, select

approval_policy: parley_keeper may delete, insert, select, update

arrival: parley_app may delete, insert, select, update

arrival: parley_keeper may delete, insert, select, update

attachment: parley_app may insert, select, update

attachment: parley_keeper may delete, insert, select, update

bulk_import: parley_app may insert, select, update

bulk_import: parley_keeper may delete, insert, select, update

case_count: parley_app may select

case_count: parley_keeper may delete, insert, select, update

case_event: parley_app may insert, select, update

case_event: parley_keeper may delete, insert, select, update

case_kin: parley_app may delete, insert, select, update

case_kin: parley_keeper may delete, insert, select, update

case_relation: parley_app may delete, insert, select, update

case_relation: parley_keeper may delete, insert, select, update

case_report: parley_app may insert, select, update

case_report: parley_keeper may delete, insert, select, update

case_taken: parley_app may delete, insert, select

case_taken: parley_keeper may delete, insert, select, update

correlation_equal: parley_app may delete, insert, select, update

correlation_equal: parley_keeper may delete, insert, select, update

correlation_population: parley_app may delete, insert, select, update

correlation_population: parley_keeper may delete, insert, select, update

correlation_profile: parley_app may delete, insert, select, update

correlation_profile: parley_keeper may delete, insert, select, update

day_count: parley_app may delete, insert, select, update

day_count: parley_keeper may delete, insert, select, update

export_grant: parley_app may insert, select

export_grant: parley_keeper may delete, insert, select, update

finder: parley_app may insert, select, update

finder: parley_keeper may delete, insert, select, update

fixed_report: parley_app may delete, insert, select, update

fixed_report: parley_keeper may delete, insert, select, update

hold: parley_app may select

hold: parley_keeper may delete, insert, select, update

idempotency: parley_app may delete, insert, select, update

idempotency: parley_keeper may delete, insert, select, update

import_known: parley_app may insert, select

import_known: parley_keeper may delete, insert, select, update

ledger_checkpoint: parley_app may insert, select

ledger_checkpoint: parley_keeper may insert, select

ledger_entry: parley_app may insert, select

ledger_entry: parley_keeper may insert, select

ledger_field: parley_app may insert, select

ledger_field: parley_keeper may insert, select, update

ledger_pending: parley_app may delete, insert, select

ledger_pending: parley_keeper may insert, select

ledger_tile: parley_app may insert, select

ledger_tile: parley_keeper may insert, select

live_event: parley_app may delete, insert, select

live_event: parley_keeper may delete, insert, select, update

membership: parley_app may delete, insert, select

membership: parley_keeper may delete, insert, select, update

migration: parley_keeper may delete, insert, select, update

note: parley_app may delete, insert, select, update

note: parley_keeper may delete, insert, select, update

notice: parley_app may insert, select, update

notice: parley_keeper may delete, insert, select, update

organisation: parley_app may insert, select, update

organisation: parley_keeper may delete, insert, select, update

passkey: parley_app may delete, insert, select, update

passkey: parley_keeper may delete, insert, select, update

passkey_challenge: parley_app may delete, insert, select

passkey_challenge: parley_keeper may delete, insert, select, update

person: parley_app may insert, select, update

person: parley_keeper may delete, insert, select, update

provider_identity: parley_app may delete, insert, select, update

provider_identity: parley_keeper may delete, insert, select, update

provider_request: parley_app may delete, insert, select

provider_request: parley_keeper may delete, insert, select, update

recovery_code: parley_app may delete, insert, select, update

recovery_code: parley_keeper may delete, insert, select, update

report: parley_app may insert, update

report: parley_keeper may delete, insert, select, update

report_revision: parley_app may insert, select, update

report_revision: parley_keeper may delete, insert, select, update

same_human: parley_app may delete, insert, select

same_human: parley_keeper may delete, insert, select, update

saved_view: parley_app may delete, insert, select, update

saved_view: parley_keeper may delete, insert, select, update

session: parley_app may insert, select

session: parley_keeper may delete, insert, select, update

setting: parley_app may insert, select, update

setting: parley_keeper may delete, insert, select, update

sighting: parley_app may insert, select, update

sighting: parley_keeper may delete, insert, select, update

sign_in_link: parley_app may delete, insert, select, update

sign_in_link: parley_keeper may delete, insert, select, update

suggestion: parley_app may insert, select, update

suggestion: parley_keeper may delete, insert, select, update

suggestion_count: parley_app may select

suggestion_count: parley_keeper may delete, insert, select, update

vulnerability_case: parley_app may insert, select, update

vulnerability_case: parley_keeper may delete, insert, select, update

-- Functions

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.accounts_of_human(person text)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with recursive one (id) as (
    select person
    union
    select case when s.person_id = one.id then s.other_id else s.person_id end
    from one join parley.same_human s on one.id in (s.person_id, s.other_id)
  )
  select id from one
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_follows()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select case when current_setting('parley.role', true) = 'finder'
    then nullif(current_setting('parley.organisation', true), '') end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_is_system()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('parley.role', true) = 'system', false) $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_may(permission text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(permission = any (
    parley.permissions_of(current_setting('parley.role', true))), false) $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_of_session(session_hash bytea, moment timestamp with time zone)
 RETURNS TABLE(session_id text, person_id text, person_name text, organisation_id text, role text, expires_at timestamp with time zone, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select s.id, s.person_id, p.name, s.organisation_id, s.role, s.expires_at, s.last_used_at
  from parley.session s
  join parley.person p on p.id = s.person_id and p.disabled_at is null
  join parley.organisation o on o.id = s.organisation_id and o.disabled_at is null
  where s.hash = session_hash and s.ended_at is null and s.expires_at > moment
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_of_token(token_hash bytea, moment timestamp with time zone)
 RETURNS TABLE(token_id text, organisation_id text, person_id text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select t.id, t.organisation_id, t.owner_id, t.role
  from parley.api_token t
  join parley.organisation o on o.id = t.organisation_id and o.disabled_at is null
  join parley.person p on p.id = t.owner_id and p.disabled_at is null
  where t.hash = token_hash and t.revoked_at is null and t.expires_at > moment
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_organisation()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('parley.organisation', true), '') $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_person()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('parley.person', true), '') $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_role()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('parley.role', true), '') $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.advisories_of(asked text[])
 RETURNS SETOF parley.advisory
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  known text[] := asked;
  grown text[];
begin
  if not parley.actor_may('read') then return; end if;
  for step in 1..3 loop
    select array_agg(distinct name) into grown
      from (select unnest(known) as name union all
        select unnest(a.aliases) from parley.advisory a where a.aliases && known) every;
    exit when cardinality(grown) = cardinality(known);
    known := grown;
  end loop;
  return query select a.* from parley.advisory a where a.aliases && known or a.id = 'kev:*';
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.approval_moves()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    -- A restored backup holds those that were decided.
    if new.state = 'requested' or current_user = 'parley_keeper' then return new; end if;
    raise exception 'a request begins as one' using errcode = 'insufficient_privilege';
  end if;
  if (old.id, old.kind, old.subject, old.request, old.says, old.digest, old.reason, old.person_id,
      old.organisation_id, old.decided_with, old.mode, old.requested_at, old.expires_at)
    is distinct from (new.id, new.kind, new.subject, new.request, new.says, new.digest, new.reason,
      new.person_id, new.organisation_id, new.decided_with, new.mode, new.requested_at,
      new.expires_at)
  then
    raise exception 'what was asked for is not changed' using errcode = 'insufficient_privilege';
  end if;
  if old.state = 'requested' and new.state in ('granted', 'refused', 'withdrawn')
    and new.decided_at >= old.requested_at and new.decided_at < old.expires_at
  then return new; end if;
  if old.state = 'requested' and new.state = 'expired' and new.decided_at >= old.expires_at
  then return new; end if;
  if old.state = 'granted' and new.state in ('done', 'failed')
    and (old.decided_by, old.decided_for, old.decided_at, old.decided_why)
      is not distinct from (new.decided_by, new.decided_for, new.decided_at, new.decided_why)
    and (new.state = 'failed') = (new.failed_why is not null)
  then return new; end if;
  raise exception 'a request that is % does not become %', old.state, new.state
    using errcode = 'insufficient_privilege';
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.arriving_count(at_most integer)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select count(*) from (
    select 1 from parley.arrival where parley.actor_may('read') limit at_most) waiting
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.case_conditions(asked jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  wanted text := 'c.merged_into is null';
  name text;
begin
  foreach name in array array['severity', 'verdict', 'evidence', 'band'] loop
    if asked ? name then
      wanted := wanted || format(' and c.%I = any (%L::text[])', name,
        array(select jsonb_array_elements_text(asked -> name)));
    end if;
  end loop;
  if asked ? 'rank_from' then
    wanted := wanted || format(' and c.rank >= %L::bytea and c.rank < %L::bytea',
      '\x' || (asked ->> 'rank_from'), '\x' || (asked ->> 'rank_below'));
  end if;
  if asked ? 'assignee' then
    wanted := wanted || case when asked ->> 'assignee' = '' then ' and c.assignee_id is null'
      else format(' and c.assignee_id = %L', asked ->> 'assignee') end;
  end if;
  if asked ? 'seen' then
    wanted := wanted || case when asked ->> 'seen' = 'gone' then ' and c.gone_at is not null'
      else ' and c.gone_at is null' end;
  end if;
  if asked ? 'finder' then
    wanted := wanted || format(' and c.finders @> array[%L]', asked ->> 'finder');
  end if;
  if asked ? 'package' then
    wanted := wanted || format(' and c.packages @> array[%L]', asked ->> 'package');
  end if;
  if asked ? 'import' then
    wanted := wanted || format(' and c.id in (select cr.case_id from parley.report r
      join parley.case_report cr on cr.report_no = r.no where r.import_no =
        (select i.no from parley.bulk_import i where i.id = %L))', asked ->> 'import');
  end if;
  if asked ? 'words' then
    wanted := wanted || format(' and c.search @@ %L::tsquery', asked ->> 'words');
  end if;
  return wanted;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.case_kinds(asked jsonb, at_most integer)
 RETURNS TABLE(status text, verdict text, severity text, band text, evidence text, assignee_id text, is_gone boolean, count bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
 SET work_mem TO '32MB'
AS $function$
begin
  if not parley.actor_may('read') then return; end if;
  return query execute format(
    'select c.status, c.verdict, c.severity, c.band, c.evidence, coalesce(c.assignee_id, ''''),
       c.gone_at is not null, count(*)
     from (select * from parley.vulnerability_case c where %s limit %s) c group by 1, 2, 3, 4, 5, 6, 7',
    parley.case_conditions(asked - array['status', 'severity', 'verdict', 'evidence', 'band',
      'rank_from', 'rank_below', 'assignee', 'seen']), at_most);
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.cases_of_aliases(asked text[])
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if not parley.actor_may('read') then return; end if;
  return query select c.id from parley.vulnerability_case c
    where c.aliases && asked and c.merged_into is null order by c.id;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.changed_member_is_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.session set ended_at = now()
    where person_id = old.person_id and organisation_id = old.organisation_id
      and ended_at is null;
  update parley.api_token t set revoked_at = now()
    where t.owner_id = old.person_id and t.revoked_at is null and not exists (
      select 1 from parley.membership m where m.person_id = old.person_id
        and parley.permissions_of(m.role) @> parley.permissions_of(t.role));
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.correlation_near(by_text boolean, keys integer[], ends integer[], at_most integer, but_results boolean)
 RETURNS TABLE(asker integer, report_no bigint, shared integer[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
  own integer[];
  start integer := 1;
begin
  if not parley.actor_is_system() then return; end if;
  for one in 1 .. coalesce(array_length(ends, 1), 0) loop
    own := keys[start : ends[one]];
    start := ends[one] + 1;
    if by_text then
      return query select one - 1, p.report_no, p.text operator(parley.&) own
        from parley.correlation_profile p
        where p.text && own and (not but_results or p.domain <> 'scan') limit at_most;
    else
      return query select one - 1, p.report_no, p.scan operator(parley.&) own
        from parley.correlation_profile p where p.scan && own limit at_most;
    end if;
  end loop;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.count_cases()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own integer := parley.free_shard();
begin
  if tg_op = 'INSERT' then
    insert into parley.case_count
      select own, status, verdict, severity, band, evidence, coalesce(assignee_id, ''),
        gone_at is not null, count(*)
      from added where merged_into is null group by 2, 3, 4, 5, 6, 7, 8
      on conflict (status, verdict, severity, band, evidence, assignee_id, is_gone, shard)
        do update set count = case_count.count + excluded.count;
  else
    insert into parley.case_count
      select own, status, verdict, severity, band, evidence, assignee, is_gone, sum(step)
      from (
        select status, verdict, severity, band, evidence, coalesce(assignee_id, '') as assignee,
          gone_at is not null as is_gone, 1 as step from added where merged_into is null
        union all
        select status, verdict, severity, band, evidence, coalesce(assignee_id, ''),
          gone_at is not null, -1 from removed where merged_into is null
      ) changed group by 2, 3, 4, 5, 6, 7, 8 having sum(step) <> 0
      on conflict (status, verdict, severity, band, evidence, assignee_id, is_gone, shard)
        do update set count = case_count.count + excluded.count;
  end if;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.count_suggestions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own integer := parley.free_shard();
begin
  if tg_op = 'INSERT' then
    insert into parley.suggestion_count
      select own, kind, state, count(*) from added group by 2, 3
      on conflict (kind, state, shard)
        do update set count = suggestion_count.count + excluded.count;
  else
    insert into parley.suggestion_count
      select own, kind, state, sum(step)
      from (select kind, state, 1 as step from added
        union all select kind, state, -1 from removed) changed
      group by 2, 3 having sum(step) <> 0
      on conflict (kind, state, shard)
        do update set count = suggestion_count.count + excluded.count;
  end if;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.disabled_organisation_is_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.session set ended_at = new.disabled_at
    where organisation_id = new.id and ended_at is null;
  update parley.api_token set revoked_at = new.disabled_at
    where organisation_id = new.id and revoked_at is null;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.disabled_person_is_out()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.session set ended_at = new.disabled_at
    where person_id = new.id and ended_at is null;
  update parley.sign_in_link set used_at = new.disabled_at
    where person_id = new.id and used_at is null;
  update parley.api_token set revoked_at = new.disabled_at
    where owner_id = new.id and revoked_at is null;
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.enqueue(queue_name text, ref text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if ref !~ '^[a-zA-Z0-9_:.-]{1,160}$' then
    raise exception 'a job carries an id, not content' using errcode = 'check_violation';
  end if;
  insert into pgboss.job (name, data, priority, start_after, created_on, expire_seconds,
      deletion_seconds, keep_until, retry_limit, retry_delay, retry_backoff, retry_delay_max,
      policy, dead_letter, heartbeat_seconds, blocked, blocking, pending_dependencies)
    select q.name, pg_catalog.jsonb_build_object('ref', ref), 0, now(), now(), q.expire_seconds,
      q.deletion_seconds, now() + q.retention_seconds * interval '1 second', q.retry_limit,
      q.retry_delay, coalesce(q.retry_backoff, false), q.retry_delay_max, q.policy, q.dead_letter,
      q.heartbeat_seconds, false, false, 0
    from pgboss.queue q where q.name = queue_name;
  if not found then
    raise exception 'there is no queue %', queue_name using errcode = 'undefined_object';
  end if;
  perform pg_catalog.pg_notify('parley_job', queue_name);
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.enqueue_missing(queue_name text, refs text[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  missing text;
  asked bigint := 0;
begin
  if not parley.actor_is_system() then return 0; end if;
  for missing in
    select r.ref from unnest(refs) with ordinality as r (ref, place)
    where not exists (
      select 1 from (select j.data ->> 'ref' as ref from pgboss.job j
        where j.name = queue_name and j.state::text in ('created', 'retry')) waiting
      where waiting.ref = r.ref)
    order by r.place
  loop
    perform parley.enqueue(queue_name, missing);
    asked := asked + 1;
  end loop;
  return asked;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.find_cases(asked jsonb, at_most integer, ranked_max integer)
 RETURNS TABLE(id text, no bigint, rank bytea, severity text, reports integer, score real, matched bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
 SET work_mem TO '32MB'
AS $function$
declare
  conditions text := parley.case_conditions(asked);
  sort text := coalesce(asked ->> 'sort', 'priority');
  after jsonb := asked -> 'after';
  statuses text[] := case when asked ? 'status'
    then array(select jsonb_array_elements_text(asked -> 'status'))
    else array['open', 'waiting', 'closed'] end;
  severities text[] := array['critical', 'high', 'medium', 'low', 'info', 'unknown'];
  of_status text;
  parts text[] := '{}';
  part text;
  ordering text;
  columns text := 'c.id, c.no, c.rank, c.severity, c.report_count, 0::real, null::bigint';
  matching bigint;
begin
  if not parley.actor_may('read') then return; end if;
  of_status := format(' and c.status = any (%L::text[])', statuses);
  if sort = 'relevance' then
    execute 'select count(*) from (select 1 from parley.vulnerability_case c where '
      || conditions || of_status || format(' limit %s) m', ranked_max + 1) into matching;
    if matching = 0 then return; end if;
    if matching > ranked_max then
      sort := 'priority';
    else
      part := case when after is null then '' else format(
        ' where s.score < %1$L::real or (s.score = %1$L::real and s.no > %2$L::bigint)',
        after ->> 'score', after ->> 'no') end;
      return query execute format('select * from (
        select c.id, c.no, c.rank, c.severity, c.report_count,
          ts_rank(''{0.05, 0.1, 0.3, 1}'', c.search, %L::tsquery) as score, %s::bigint
        from parley.vulnerability_case c where %s%s) s%s order by s.score desc, s.no limit %s',
        asked ->> 'words', matching, conditions, of_status, part, at_most);
      return;
    end if;
  end if;
  if sort = 'priority' then
    ordering := 'rank desc, no';
    if after is not null then
      conditions := conditions || format(
        ' and c.rank <= %1$L::bytea and (c.rank < %1$L::bytea or c.no > %2$L::bigint)',
        '\x' || (after ->> 'rank'), after ->> 'no');
    end if;
    for part in select unnest(statuses) loop
      parts := parts || format('(select %s from parley.vulnerability_case c where c.status = %L
        and %s order by c.rank desc, c.no limit %s)', columns, part, conditions, at_most);
    end loop;
  elsif sort = 'severity' then
    if after is not null then
      severities := severities[array_position(severities, after ->> 'severity'):];
    end if;
    ordering := format('array_position(%L::text[], severity), rank desc, no', severities);
    for part in select unnest(severities) loop
      parts := parts || format('(select %s from parley.vulnerability_case c where c.severity = %L
        and %s%s%s order by c.rank desc, c.no limit %s)', columns, part, conditions, of_status,
        case when part = after ->> 'severity' then format(
          ' and c.rank <= %1$L::bytea and (c.rank < %1$L::bytea or c.no > %2$L::bigint)',
          '\x' || (after ->> 'rank'), after ->> 'no') else '' end, at_most);
    end loop;
  elsif sort = 'reports' then
    ordering := 'report_count desc, no';
    if after is not null then
      conditions := conditions || format(
        ' and c.report_count <= %1$L::int and (c.report_count < %1$L::int or c.no > %2$L::bigint)',
        after ->> 'reports', after ->> 'no');
    end if;
    parts := parts || format('(select %1$s from parley.vulnerability_case c where %2$s%3$s
        and c.report_count > 1 order by c.report_count desc, c.no limit %4$s)',
      columns, conditions, of_status, at_most);
    parts := parts || format('(select %1$s from parley.vulnerability_case c where %2$s%3$s
        and c.report_count <= 1 order by c.no limit %4$s)',
      columns, conditions, of_status, at_most);
  else
    ordering := case sort when 'newest' then 'no desc' else 'no' end;
    if after is not null then
      conditions := conditions || format(' and c.no %s %L::bigint',
        case sort when 'newest' then '<' else '>' end, after ->> 'no');
    end if;
    parts := parts || format('(select %s from parley.vulnerability_case c where %s%s
      order by c.%s limit %s)', columns, conditions, of_status, ordering, at_most);
  end if;
  return query execute format(
    'select u.id, u.no, u.rank, u.severity, u.report_count, u.score, %L::bigint from (%s)
       as u (id, no, rank, severity, report_count, score, matched) order by %s limit %s',
    matching, array_to_string(parts, ' union all '), ordering, at_most);
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.free_shard()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  own integer := pg_backend_pid() % 64;
begin
  for step in 0..63 loop
    if pg_try_advisory_xact_lock(7289653, (own + step) % 64) then return (own + step) % 64; end if;
  end loop;
  perform pg_advisory_xact_lock(7289653, own);
  return own;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.hands_of(person text, moment timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with recursive one (id) as (
    select person
    union
    select next.id from one, lateral (
      select case when s.person_id = one.id then s.other_id else s.person_id end as id
      from parley.same_human s where one.id in (s.person_id, s.other_id)
      union all
      select h.by_id from parley.account_hand h
      where h.account_id = one.id and h.at > moment - interval '30 days'
    ) next
  )
  select id from one
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.import_rows(asked text, after_ordinal bigint, at_most integer)
 RETURNS TABLE(ordinal bigint, receipt text, title text, outcome text, case_id text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with wanted as (
    select no from parley.bulk_import where id = asked
      and (parley.actor_may('read') or organisation_id = parley.actor_follows())
  ), found as (
    (select r.ordinal, r.no, null::text as known from parley.report r, wanted w
      where r.import_no = w.no and r.ordinal > after_ordinal
      order by r.ordinal limit at_most)
    union all
    (select k.ordinal, k.report_no, k.outcome from parley.import_known k, wanted w
      where k.import_no = w.no and k.ordinal > after_ordinal
      order by k.ordinal limit at_most)
  )
  select f.ordinal, r.receipt, r.title,
    case when f.known is not null then f.known
      when r.aside is not null then 'aside'
      when cr.report_no is null then 'waiting'
      when cr.how = 'first' then 'new' else 'duplicate' end,
    cr.case_id
  from found f
  join parley.report r on r.no = f.no
  left join parley.case_report cr on cr.report_no = r.no
  order by f.ordinal limit at_most
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.is_role(role text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select coalesce(role <> 'system' and parley.permissions_of(role) is not null, false) $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.job_counts()
 RETURNS TABLE(queue text, waiting bigint, running bigint, failed bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not parley.actor_may('operate') then return; end if;
  return query
    select j.name::text, count(*) filter (where j.state::text in ('created', 'retry')),
      count(*) filter (where j.state::text = 'active'),
      count(*) filter (where j.state::text = 'failed')
    from pgboss.job j where left(j.name, 2) <> '__' group by j.name;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.job_list(of_queue text, in_states text[], at_most integer)
 RETURNS TABLE(id uuid, queue text, ref text, state text, attempts integer, why text, created_at timestamp with time zone, started_at timestamp with time zone, finished_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if not parley.actor_may('operate') then return; end if;
  return query
    select j.id, j.name::text, coalesce(j.data ->> 'ref', ''), j.state::text, j.retry_count,
      left(coalesce(j.output ->> 'why', j.output ->> 'message', j.output #>> '{value,message}'), 500),
      j.created_on, j.started_on, j.completed_on
    from pgboss.job j
    where (of_queue is null or j.name = of_queue)
      and (in_states is null or j.state::text = any (in_states))
      and left(j.name, 2) <> '__'
    order by j.created_on desc, j.id limit least(at_most, 500);
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.ledger_field_shrinks()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if new.index = old.index and old.fields @> new.fields
    and not exists (select 1 from jsonb_each(new.fields) n
      where old.fields -> n.key is distinct from n.value)
  then return new; end if;
  raise exception 'the ledger is never changed: a field is only taken away'
    using errcode = 'insufficient_privilege';
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.ledger_pending_has_its_place()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if exists (
    select 1 from gone g where not exists (
      select 1 from parley.ledger_entry e join parley.ledger_field f on f.index = e.index
      where e.pending_no = g.no and e.leaf = g.leaf and e.action = g.action
        and f.fields = g.fields))
  then
    raise exception 'the ledger loses nothing: an entry without a place was to be deleted'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.ledger_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  raise exception 'the ledger is never changed: % on %', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.ledger_tile_grows()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if new.level = old.level and new.index = old.index
    and octet_length(new.hashes) > octet_length(old.hashes)
    and substring(new.hashes from 1 for octet_length(old.hashes)) = old.hashes
  then return new; end if;
  raise exception 'the ledger is never changed: a tile only grows'
    using errcode = 'insufficient_privilege';
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.note_session_use(id_of_session text, moment timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  update parley.session set last_used_at = moment
  where id = id_of_session
    and (last_used_at is null or last_used_at < moment - interval '1 minute')
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.note_token_use(id_of_token text, moment timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  update parley.api_token set last_used_at = moment
  where id = id_of_token and (last_used_at is null or last_used_at < moment - interval '1 minute')
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.organisations_with_webhook()
 RETURNS TABLE(organisation_id text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select substr(s.name, length('webhook:') + 1) from parley.setting s
  where parley.actor_may('decide') and s.name like 'webhook:%' and s.value <> 'null'::jsonb
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.permissions_of(role text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select case
    when role in ('system', 'coordinator') then array['read', 'read-proofs', 'decide', 'export',
      'hand-in', 'operate', 'administer', 'audit']
    when role = 'analyst' then array['read', 'read-proofs', 'decide', 'export', 'hand-in']
    when role = 'triager' then array['read', 'decide']
    when role = 'reader' then array['read', 'read-proofs']
    when role = 'auditor' then array['audit']
    when role = 'finder' then array['hand-in']
  end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.remember_hand()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  whose text := to_jsonb(new) ->> tg_argv[1];
begin
  if parley.actor_person() is not null and parley.actor_person() <> whose then
    insert into parley.account_hand (account_id, by_id, did, at)
      values (whose, parley.actor_person(), tg_argv[0],
        case when tg_op = 'INSERT' then new.created_at else now() end);
  end if;
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.retry_job(job uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  of_queue text;
begin
  if not parley.actor_may('operate') then return false; end if;
  -- A bare "job" would also be the row that is updated.
  update pgboss.job set state = 'retry', completed_on = null, start_after = now(),
      retry_limit = retry_count + 1, output = null
    where id = retry_job.job and state = 'failed'
    returning name into of_queue;
  if of_queue is null then return false; end if;
  perform pg_catalog.pg_notify('parley_job', of_queue);
  return true;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.sealed_of(asked bigint[])
 RETURNS TABLE(report_no bigint, sealed bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.no, r.sealed from parley.report r
  where r.no = any (asked) and r.sealed is not null
    and (parley.actor_may('read-proofs') or r.organisation_id = parley.actor_follows())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.status_of_receipt(asked text)
 RETURNS TABLE(status text, at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select case when c.report_no is null and r.aside is null then 'queued' else 'done' end,
    coalesce(c.joined_at, r.received_at)
  from parley.report r left join parley.case_report c on c.report_no = r.no
  where r.receipt = asked
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.submission_of_receipt(asked text)
 RETURNS TABLE(received_at timestamp with time zone, joined_at timestamp with time zone, aside text, how text, case_id text, title text, status text, verdict text, severity text, evidence text, first_reported_at timestamp with time zone, wait_until text, is_first boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.received_at, cr.joined_at, r.aside, cr.how, c.id, c.title, c.status, c.verdict,
    c.severity, c.evidence, c.first_reported_at, c.hold ->> 'until',
    not exists (select 1 from parley.case_report o
      where o.case_id = cr.case_id and o.report_no < cr.report_no)
  from parley.report r
  left join parley.case_report cr on cr.report_no = r.no
  left join parley.vulnerability_case c on c.id = cr.case_id
  where r.receipt = asked
    and (parley.actor_may('read') or r.organisation_id = parley.actor_follows())
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.tell_access_ended()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_catalog.pg_notify('parley_live', 'access');
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.tell_live()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_catalog.pg_notify('parley_live',
    new.no || ' ' || new.topic || ' ' || new.ref || ' ' || coalesce(new.organisation_id, ''));
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.too_close(person text, other text, moment timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select case
    when other in (select parley.accounts_of_human(person)) then 'same human'
    when exists (select parley.hands_of(person, moment) intersect
      select parley.hands_of(other, moment)) then 'one hand'
  end
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.withheld_of(asked bigint[])
 RETURNS TABLE(report_no bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.no from parley.report r
  where parley.actor_may('read') and not parley.actor_may('read-proofs')
    and r.no = any (asked) and (r.sealed is not null
      or exists (select 1 from parley.attachment a where a.report_no = r.no))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.worker_count()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select count(*) from pg_catalog.pg_stat_activity
  where application_name = 'parley-worker' and datname = current_database()
$function$

-- Triggers

CREATE TRIGGER token_end_is_told AFTER UPDATE OF revoked_at ON parley.api_token FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON parley.approval FOR EACH ROW EXECUTE FUNCTION parley.approval_moves()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_entry FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER shrinks BEFORE UPDATE ON parley.ledger_field FOR EACH ROW EXECUTE FUNCTION parley.ledger_field_shrinks()

CREATE TRIGGER stays BEFORE DELETE ON parley.ledger_field FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER has_its_place AFTER DELETE ON parley.ledger_pending REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION parley.ledger_pending_has_its_place()

CREATE TRIGGER stays BEFORE UPDATE ON parley.ledger_pending FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER grows BEFORE UPDATE ON parley.ledger_tile FOR EACH ROW EXECUTE FUNCTION parley.ledger_tile_grows()

CREATE TRIGGER stays BEFORE DELETE ON parley.ledger_tile FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER live_event_is_told AFTER INSERT ON parley.live_event FOR EACH ROW EXECUTE FUNCTION parley.tell_live()

CREATE TRIGGER changed_member_is_out AFTER UPDATE OF role ON parley.membership FOR EACH ROW WHEN ((old.role <> new.role)) EXECUTE FUNCTION parley.changed_member_is_out()

CREATE TRIGGER ended_member_is_out AFTER DELETE ON parley.membership FOR EACH ROW EXECUTE FUNCTION parley.changed_member_is_out()

CREATE TRIGGER giver_is_remembered AFTER INSERT OR UPDATE OF role ON parley.membership FOR EACH ROW EXECUTE FUNCTION parley.remember_hand('role', 'person_id')

CREATE TRIGGER disabled_organisation_is_out AFTER UPDATE OF disabled_at ON parley.organisation FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.disabled_organisation_is_out()

CREATE TRIGGER disabled_person_is_out AFTER UPDATE OF disabled_at ON parley.person FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.disabled_person_is_out()

CREATE TRIGGER maker_is_remembered AFTER INSERT ON parley.person FOR EACH ROW EXECUTE FUNCTION parley.remember_hand('made', 'id')

CREATE TRIGGER session_end_is_told AFTER UPDATE OF ended_at ON parley.session FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER suggestion_is_counted AFTER INSERT ON parley.suggestion REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_suggestions()

CREATE TRIGGER suggestion_is_recounted AFTER UPDATE ON parley.suggestion REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_suggestions()

CREATE TRIGGER case_is_counted AFTER INSERT ON parley.vulnerability_case REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_cases()

CREATE TRIGGER case_is_recounted AFTER UPDATE ON parley.vulnerability_case REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_cases()

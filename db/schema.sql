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

table agreement secured forced (
  kind text not null
  version integer not null
  text text not null
  digest bytea not null
  published_at timestamp with time zone not null
  person_id text not null
  roles text[] not null
  organisations text[] not null
  token_days integer not null
)

table agreement_acceptance secured forced (
  id text not null
  person_id text not null
  organisation_id text not null
  kind text not null
  version integer not null
  digest bytea not null
  accepted_at timestamp with time zone not null
  session_id text not null
)

table alert secured forced (
  id text not null
  kind text not null
  person_id text not null
  token_id text not null
  began_at timestamp with time zone not null
  lasted_to timestamp with time zone not null
  seen integer not null
  usual integer not null
  acknowledged_at timestamp with time zone
  acknowledged_by text
  reason text
  case_id text
  is_recorded boolean not null default true
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
  scopes text[]
  workload text
  workload_version text
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
  cases text[] not null
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
  label_id integer not null default 0
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
  looked_at timestamp with time zone
  looks smallint not null default 0
  look_after timestamp with time zone
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
  label_id integer not null default 0
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
  label_id integer not null default 0
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

table case_export secured forced (
  id text not null
  code bytea
  case_id text not null
  form text not null
  recipient text
  person_id text not null
  organisation_id text not null
  made_at timestamp with time zone not null
)

table case_kin secured forced (
  key bigint not null
  case_id text not null
  kind text not null
  because text not null
)

table case_plan secured forced (
  case_id text not null
  version integer not null
  changed_at timestamp with time zone not null
  changed_by text not null
  fix_text text not null
  fix_links text[] not null
  artifacts jsonb not null
  embargo_until timestamp with time zone
  analysis_at timestamp with time zone
  upstream_at timestamp with time zone
  disclosure_at timestamp with time zone
  go_live_at timestamp with time zone
  disclosed_at timestamp with time zone
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

table ceiling secured forced (
  no integer not null default 1
  classification smallint not null
)

table classification_policy secured forced (
  number integer not null
  digest text not null
  label_id integer not null
  published_at timestamp with time zone not null
  published_by text not null
  value jsonb not null
)

table clearance secured forced (
  person_id text not null
  organisation_id text not null
  classification smallint not null
  tlp smallint not null
  compartments text[] not null default '{}'::text[]
  pcii boolean not null default false
  under_embargo boolean not null default true
  changed_at timestamp with time zone not null
  changed_by text
)

table correlation_across secured forced (
  report_no bigint not null
  is_relabelled boolean not null default false
)

table correlation_equal secured forced (
  key bigint not null
  report_no bigint not null
)

table correlation_label secured forced (
  label_id integer not null
  holds_others boolean not null
)

table correlation_population secured forced (
  label_id integer not null
  reports bigint not null
  counts bytea not null
  saved_at timestamp with time zone not null
)

table correlation_profile secured forced (
  report_no bigint not null
  domain text not null
  scan integer[] not null
  text integer[] not null
  label_id integer not null default 0
)

table crossed_verdict secured forced (
  no bigint not null identity always
  id text not null
  sha256 text not null
  engagement_sha256 text not null
  capability text not null
  number integer not null
  content text not null
  taken_at timestamp with time zone not null
  person_id text not null
  organisation_id text not null
)

table day_count secured forced (
  day text not null
  name text not null
  shard integer not null
  count bigint not null
  label_id integer not null default 0
)

table declaration secured forced (
  no bigint not null identity always
  engagement_id text not null
  digest text not null
  pack_no bigint not null
  rule text not null
  proposed_at timestamp with time zone not null
  proposed_by text not null
  proposed_for text not null
  developer_at timestamp with time zone
  developer_by text
  evaluator_at timestamp with time zone
  evaluator_by text
  agreed_at timestamp with time zone
  value bytea not null
)

table determination secured forced (
  no bigint not null identity always
  id text not null
  engagement_id text not null
  asked_at timestamp with time zone not null
  asked_by text
  taken_back_at timestamp with time zone
  version integer not null
  value bytea not null
)

table engagement secured forced (
  no bigint not null identity always
  id text not null
  developer_id text not null
  evaluator_id text not null
  label_id integer not null
  state text not null
  offered_at timestamp with time zone not null
  planned_at timestamp with time zone not null
  released_at timestamp with time zone
  agreed_at timestamp with time zone
  opens_at timestamp with time zone
  ends_at timestamp with time zone
  paused_at timestamp with time zone
  closed_at timestamp with time zone
  settled_at timestamp with time zone
  seen_at timestamp with time zone not null
  version integer not null
  value bytea not null
)

table engagement_act secured forced (
  no bigint not null identity always
  engagement_id text not null
  number integer not null
  at timestamp with time zone not null
  side text not null
  person_id text
  organisation_id text not null
  kind text not null
  digest text
  body bytea not null
)

table engagement_document secured forced (
  no bigint not null identity always
  id text not null
  engagement_id text not null
  side text not null
  person_id text
  at timestamp with time zone not null
  sha256 text not null
  size_bytes integer not null
  media_type text not null
  name bytea not null
  content bytea
  destroyed_at timestamp with time zone
)

table engagement_event secured forced (
  no bigint not null identity always
  engagement_id text not null
  at timestamp with time zone not null
  person_id text
  organisation_id text
  action text not null
  kind text not null
  record text not null
  fields jsonb not null default '{}'::jsonb
  is_developers boolean not null default false
)

table engagement_retention secured forced (
  engagement_id text not null
  part text not null
  due_at timestamp with time zone not null
  passed_at timestamp with time zone
)

table evaluation_look secured forced (
  no bigint not null identity always
  run_no bigint not null
  at timestamp with time zone not null
  person_id text not null
  organisation_id text not null
  samples integer not null
)

table evaluation_run secured forced (
  no bigint not null identity always
  id text not null
  engagement_id text not null
  declaration_no bigint not null
  pack_no bigint not null
  number integer not null
  asked_at timestamp with time zone not null
  asked_by text not null
  begun_at timestamp with time zone
  samples integer not null default 0
  closed_at timestamp with time zone
  closed_by text
  closed_why text
  never_begun jsonb
  salt bytea
  value bytea not null
)

table evaluation_sample secured forced (
  no bigint not null identity always
  run_no bigint not null
  task text not null
  epoch integer not null
  family text not null
  difficulty smallint not null
  stratum text not null
  outcome text not null
  reward double precision
  tokens bigint not null
  events integer not null
  size_bytes bigint not null
  digest text not null
  upload text
  handed_at timestamp with time zone not null
  handed_by text
  value bytea
  position integer
)

table exclusion secured forced (
  id text not null
  person_id text
  organisation_id text
  case_id text
  reason text not null
  made_at timestamp with time zone not null
  made_by text not null
  until timestamp with time zone
  ended_at timestamp with time zone
  ended_by text
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
  label_id integer not null default 0
)

table finder_message secured forced (
  id text not null
  organisation_id text not null
  person_id text not null
  sealed bytea not null
  state text not null default 'waiting'::text
  why text
  made_at timestamp with time zone not null
  ended_at timestamp with time zone
)

table fixed_report secured forced (
  report_no bigint not null
  event_no bigint not null
)

table gateway_access secured forced (
  no bigint not null identity always
  gate_id text not null
  node text not null
  sequence bigint not null
  digest text not null
  organisation_id text not null
  person_id text not null
  received_at timestamp with time zone not null
  entry jsonb not null
)

table gateway_account secured forced (
  gate_id text not null
  name text not null
  requests bigint not null default 0
  tokens bigint not null default 0
  micro_usd bigint not null default 0
  at_once integer not null default 0
)

table gateway_closing secured forced (
  gate_id text not null
  node text not null
  at timestamp with time zone not null
  proof jsonb not null
)

table gateway_credential secured forced (
  gate_id text not null
  version integer not null
  sealed bytea
  destroyed_at timestamp with time zone
)

table gateway_endpoint secured forced (
  gate_id text not null
  version integer not null
  value bytea not null
  put_at timestamp with time zone not null
  put_by text
  withdrawn_at timestamp with time zone
)

table gateway_gate secured forced (
  id text not null
  engagement_id text not null
  partner_no bigint
  changes bigint not null default 0
)

table gateway_grant secured forced (
  no bigint not null identity always
  id text not null
  digest text not null
  gate_id text not null
  organisation_id text not null
  person_id text not null
  run text not null
  label_id integer not null
  requests bigint not null
  tokens bigint not null
  micro_usd bigint not null
  at_once integer not null
  made_at timestamp with time zone not null
  expires_at timestamp with time zone not null
  revoked_at timestamp with time zone
  revoked_by text
)

table gateway_request secured forced (
  gate_id text not null
  run text not null
  name text not null
  digest text not null
  reservation_no bigint
  is_answered boolean not null default false
)

table gateway_reservation secured forced (
  no bigint not null identity always
  gate_id text not null
  run text not null
  request text not null
  accounts text[] not null
  tokens bigint not null
  micro_usd bigint not null
  lease_until timestamp with time zone not null
  is_held boolean not null default true
)

table hold secured forced (
  id text not null
  held_at timestamp with time zone not null
  backup_taken_at timestamp with time zone not null
  opened_at timestamp with time zone
)

table honey secured forced (
  id text not null
  case_id text not null
  report_id text not null
  title text not null
  made_at timestamp with time zone not null
  made_by text not null
  retired_at timestamp with time zone
  retired_by text
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

table label secured forced (
  id integer not null identity
  digest bytea not null
  label jsonb not null
  classification smallint not null
  tlp smallint not null
  compartments text[] not null
  releasable_to text[]
  is_pcii boolean not null
  embargo_until timestamp with time zone
)

table ledger_about secured forced (
  entry bigint not null
  id text not null
  list text not null
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

table ledger_key secured forced (
  first_size bigint not null
  key_id text not null
  verifier text not null
)

table ledger_list secured forced (
  digest text not null
  place integer not null
  report text not null
)

table ledger_pending secured forced (
  no bigint not null identity always
  action text not null
  leaf text not null
  fields jsonb not null
  about text[]
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
  label_id integer not null default 0
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
  kinds text[] not null default '{}'::text[]
  is_pseudonymous boolean not null default false
)

table pack secured forced (
  no bigint not null identity always
  id text not null
  organisation_id text not null
  name text not null
  version text not null
  label_id integer not null default 0
  root text not null
  commitment jsonb not null
  committed_at timestamp with time zone not null
  committed_by text not null
  published_at timestamp with time zone
  published_by text
  holders text[]
)

table pack_file secured forced (
  pack_no bigint not null
  name text not null
  size_bytes bigint not null
  sha256 text not null
  upload text not null
  blob jsonb not null
  handed_at timestamp with time zone not null
  handed_by text not null
)

table pack_opening secured forced (
  approval_id text not null
  pack_no bigint not null
  person_id text not null
  engagement_id text not null
  pair text not null
  granted_by text not null
  granted_at timestamp with time zone not null
  until timestamp with time zone not null
)

table pack_right secured forced (
  no bigint not null identity always
  pack_no bigint not null
  person_id text not null
  may text not null
  given_at timestamp with time zone not null
  given_by text
  ended_at timestamp with time zone
  ended_by text
)

table pack_task secured forced (
  pack_no bigint not null
  place integer not null
  task text not null
  opening jsonb not null
  published_at timestamp with time zone not null
  published_by text not null
)

table partner secured forced (
  no bigint not null identity always
  id text not null
  engagement_id text not null
  tier text not null
  proposed_at timestamp with time zone not null
  ends_at timestamp with time zone not null
  started_at timestamp with time zone
  ended_at timestamp with time zone
  version integer not null
  value bytea not null
  proposed_side text
)

table partner_duty secured forced (
  no bigint not null identity always
  occurrence_no bigint not null
  what text not null
  due_at timestamp with time zone not null
  done_at timestamp with time zone
  done_by text
)

table partner_occurrence secured forced (
  no bigint not null identity always
  id text not null
  partner_no bigint not null
  what text not null
  known_at timestamp with time zone not null
  told_at timestamp with time zone not null
  told_by text
  person_id text
  text bytea not null
)

table partner_user secured forced (
  partner_no bigint not null
  person_id text not null
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

table payload_end secured forced (
  report_no bigint not null
  destroyed_at timestamp with time zone not null
  approval_id text
)

table payload_key secured forced (
  report_no bigint not null
  organisation_id text not null
  salt bytea not null
)

table person secured forced (
  id text not null
  name text not null
  created_at timestamp with time zone not null
  disabled_at timestamp with time zone
)

table policy_reading secured forced (
  no bigint not null identity always
  policy_number integer not null
  verdict_no bigint not null
  engagement_id text not null
  change text not null
  value bytea not null
)

table proof secured forced (
  no bigint not null identity always
  id text not null
  report_no bigint not null
  organisation_id text not null
  handed_by text
  attachment_id text
  at timestamp with time zone not null
  title text not null
  purl text
  finder text not null
  finder_model text
  size_bytes bigint not null
  sha256 bytea not null
  blob jsonb not null
  manifest bytea
  level text not null default 'E0'::text
  verdict text
  crash bytea
  disputed_at timestamp with time zone
  disputed_by text
  dispute text
)

table proof_run secured forced (
  no bigint not null identity always
  id text not null
  proof_no bigint not null
  organisation_id text not null
  state text not null
  why text not null
  asked_by text
  priority smallint not null
  patch_of bigint
  queued_at timestamp with time zone not null
  worker_id text
  worker_name text
  lease_token text
  lease_until timestamp with time zone
  attempts smallint not null default 0
  started_at timestamp with time zone
  ended_at timestamp with time zone
  level text
  verdict text
  met smallint
  of smallint
  record bytea
  environment text
  attestation jsonb
  refusal_code text
  refusal text
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

table pseudonym secured forced (
  organisation_id text not null
  sealed bytea not null
  made_at timestamp with time zone not null
)

table pseudonym_reveal secured forced (
  approval_id text not null
  organisation_id text not null
  person_id text not null
  granted_by text not null
  reason text not null
  granted_at timestamp with time zone not null
  until timestamp with time zone not null
  used_at timestamp with time zone
)

table read_count secured forced (
  person_id text not null
  token_id text not null
  hour timestamp with time zone not null
  role text not null
  cases text[] not null default '{}'::text[]
  proofs text[] not null default '{}'::text[]
  forgiven_cases integer not null default 0
  forgiven_proofs integer not null default 0
)

table read_in secured forced (
  id text not null
  case_id text not null
  person_id text not null
  organisation_id text not null
  sponsor_id text not null
  tier text not null
  part text not null
  role text not null
  is_emergency boolean not null
  nominated_at timestamp with time zone not null
  nominated_by text not null
  refused_at timestamp with time zone
  assigned_at timestamp with time zone
  assigned_by text
  opens_at timestamp with time zone
  until timestamp with time zone
  acknowledged_at timestamp with time zone
  acknowledged_digest text
  agreed text[] not null default '{}'::text[]
  approval text
  ended_at timestamp with time zone
  ended_by text
  ended_why text
  is_end_recorded boolean not null default false
)

table read_in_gate secured forced (
  no bigint not null identity always
  read_in_id text not null
  gate smallint not null
  at timestamp with time zone not null
  by_person text not null
  is_passed boolean not null
  what text not null
  papers text[] not null
  reused_from text
)

table read_in_reason secured forced (
  no bigint not null identity always
  read_in_id text not null
  step text not null
  at timestamp with time zone not null
  by_person text not null
  text text not null
)

table read_stop secured forced (
  id text not null
  person_id text not null
  token_id text not null
  stopped_at timestamp with time zone not null
  lifted_at timestamp with time zone
  lifted_by text
  reason text
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
  label_id integer not null default 0
)

table report_origin secured forced (
  no bigint not null identity always
  report_no bigint not null
  run_no bigint not null
  engagement_id text not null
  task text not null
  epoch integer not null
  label_id integer not null default 0
  at timestamp with time zone not null
  value bytea not null
)

table report_revision secured forced (
  report_no bigint not null
  revision integer not null
  finding jsonb not null
  import_no bigint
  replaced_at timestamp with time zone not null
)

table run_word secured forced (
  no bigint not null identity always
  run_no bigint not null
  engagement_id text not null
  number integer not null
  at timestamp with time zone not null
  side text not null
  person_id text not null
  organisation_id text not null
  kind text not null
  task text
  epoch integer
  body bytea not null
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
  proven_at timestamp with time zone
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
  label_id integer not null default 0
)

table suggestion_count secured forced (
  shard integer not null
  kind text not null
  state text not null
  count bigint not null
  label_id integer not null default 0
)

table technique secured forced (
  no bigint not null identity always
  id text not null
  engagement_id text not null
  at timestamp with time zone not null
  person_id text not null
  organisation_id text not null
  value bytea not null
)

table transcript_part secured forced (
  sample_no bigint not null
  first_event integer not null
  events integer not null
  blob jsonb not null
)

table transcript_reading secured forced (
  sample_no bigint not null
  person_id text not null
  organisation_id text not null
  at timestamp with time zone not null
)

table verdict secured forced (
  no bigint not null identity always
  id text not null
  run_no bigint not null
  engagement_id text not null
  at timestamp with time zone not null
  person_id text not null
  capability text not null
  word text not null
  declaration_sha256 text not null
  results_sha256 text not null
  wording bytea not null
  value bytea not null
  numbers bytea
)

table verdict_bundle secured forced (
  no bigint not null identity always
  verdict_id text not null
  engagement_id text not null
  capability text not null
  number integer not null
  approval_id text not null
  asked_by text not null
  granted_by text not null
  made_at timestamp with time zone not null
  sha256 text not null
  content bytea not null
  opening bytea not null
)

table verdict_key secured forced (
  id text not null
  pem text not null
  holder text not null
  trusted_at timestamp with time zone not null
  trusted_by text not null
  ended_at timestamp with time zone
  ended_by text
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
  label_id integer not null default 0
)

table worker secured forced (
  id text not null
  name text not null
  host text not null
  public_key text not null
  version text not null
  slots smallint not null
  isolation jsonb
  refusal text
  ceiling smallint not null
  compartments text[] not null default '{}'::text[]
  first_at timestamp with time zone not null
  seen_at timestamp with time zone not null
  done bigint not null default 0
  off_at timestamp with time zone
  off_by text
  off_why text
)

-- Views

-- Constraints

account_hand: account_hand_account_id_fkey FOREIGN KEY (account_id) REFERENCES parley.person(id)

account_hand: account_hand_by_id_fkey FOREIGN KEY (by_id) REFERENCES parley.person(id)

account_hand: account_hand_pkey PRIMARY KEY (id)

account_hand: hand_is_known CHECK ((did = ANY (ARRAY['made'::text, 'role'::text, 'link'::text])))

advisory: advisory_pkey PRIMARY KEY (id)

agreement: agreement_digest_is_of_the_text CHECK ((digest = sha256(convert_to(text, 'UTF8'::name))))

agreement: agreement_is_named_by_its_digest UNIQUE (kind, version, digest)

agreement: agreement_is_read_in_a_sitting CHECK (((text <> ''::text) AND (octet_length(text) <= 262144)))

agreement: agreement_kind_is_known CHECK ((kind = ANY (ARRAY['participation'::text, 'nda'::text, 'conduct'::text, 'antitrust'::text, 'defensive-use'::text])))

agreement: agreement_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

agreement: agreement_pkey PRIMARY KEY (kind, version)

agreement: agreement_token_days_are_few CHECK (((token_days >= 0) AND (token_days <= 365)))

agreement: agreement_versions_begin_at_one CHECK ((version >= 1))

agreement_acceptance: acceptance_is_given_once UNIQUE (person_id, organisation_id, kind, version)

agreement_acceptance: acceptance_is_of_a_session CHECK ((session_id <> ''::text))

agreement_acceptance: agreement_acceptance_kind_version_digest_fkey FOREIGN KEY (kind, version, digest) REFERENCES parley.agreement(kind, version, digest)

agreement_acceptance: agreement_acceptance_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

agreement_acceptance: agreement_acceptance_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

agreement_acceptance: agreement_acceptance_pkey PRIMARY KEY (id)

alert: acknowledged_alert_says_why CHECK ((((acknowledged_at IS NULL) = (acknowledged_by IS NULL)) AND ((acknowledged_at IS NULL) = (reason IS NULL))))

alert: alert_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES parley.person(id)

alert: alert_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

alert: alert_kind_is_known CHECK ((kind = ANY (ARRAY['volume'::text, 'hour'::text, 'honey'::text])))

alert: alert_kind_person_id_token_id_began_at_key UNIQUE (kind, person_id, token_id, began_at)

alert: alert_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

alert: alert_pkey PRIMARY KEY (id)

alert: honey_names_its_case CHECK (((kind = 'honey'::text) = (case_id IS NOT NULL)))

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

api_token: token_role_is_known CHECK ((parley.is_role(role) AND (role <> 'participant'::text)))

api_token: token_scopes_are_of_the_role CHECK (((scopes IS NULL) OR ((scopes <> '{}'::text[]) AND (scopes <@ parley.permissions_of(role)))))

api_token: token_version_is_of_a_workload CHECK (((workload_version IS NULL) OR ((workload_version <> ''::text) AND (workload IS NOT NULL))))

api_token: token_workload_has_a_name CHECK ((workload <> ''::text))

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

case_count: case_count_pkey PRIMARY KEY (status, verdict, severity, band, evidence, assignee_id, is_gone, label_id, shard)

case_event: case_event_by_person_fkey FOREIGN KEY (by_person) REFERENCES parley.person(id)

case_event: case_event_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

case_event: case_event_pkey PRIMARY KEY (no)

case_event: case_event_undoes_fkey FOREIGN KEY (undoes) REFERENCES parley.case_event(no)

case_event: case_event_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES parley.case_event(no)

case_event: event_is_named_once UNIQUE (id)

case_export: case_export_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

case_export: case_export_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

case_export: case_export_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

case_export: case_export_pkey PRIMARY KEY (id)

case_export: code_has_five_bytes CHECK ((octet_length(code) = 5))

case_export: recipient_is_a_line CHECK (((length(recipient) >= 1) AND (length(recipient) <= 200)))

case_kin: case_kin_pkey PRIMARY KEY (key, case_id)

case_plan: artifacts_are_listed CHECK ((jsonb_typeof(artifacts) = 'array'::text))

case_plan: case_plan_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

case_plan: case_plan_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES parley.person(id)

case_plan: case_plan_pkey PRIMARY KEY (case_id)

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

ceiling: ceiling_is_known CHECK (((classification >= 0) AND (classification <= 4)))

ceiling: ceiling_pkey PRIMARY KEY (no)

ceiling: there_is_one_ceiling CHECK ((no = 1))

classification_policy: classification_policy_digest_key UNIQUE (digest)

classification_policy: classification_policy_label_id_fkey FOREIGN KEY (label_id) REFERENCES parley.label(id)

classification_policy: classification_policy_pkey PRIMARY KEY (number)

classification_policy: classification_policy_published_by_fkey FOREIGN KEY (published_by) REFERENCES parley.person(id)

classification_policy: policies_are_numbered_from_one CHECK ((number >= 1))

clearance: clearance_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES parley.person(id)

clearance: clearance_classification_is_known CHECK (((classification >= 0) AND (classification <= 4)))

clearance: clearance_person_id_organisation_id_fkey FOREIGN KEY (person_id, organisation_id) REFERENCES parley.membership(person_id, organisation_id) ON DELETE CASCADE

clearance: clearance_pkey PRIMARY KEY (person_id, organisation_id)

clearance: clearance_tlp_is_known CHECK (((tlp >= 0) AND (tlp <= 4)))

correlation_across: correlation_across_pkey PRIMARY KEY (report_no)

correlation_across: correlation_across_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

correlation_equal: correlation_equal_pkey PRIMARY KEY (key)

correlation_equal: correlation_equal_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

correlation_label: correlation_label_label_id_fkey FOREIGN KEY (label_id) REFERENCES parley.label(id)

correlation_label: correlation_label_pkey PRIMARY KEY (label_id)

correlation_population: correlation_population_pkey PRIMARY KEY (label_id)

correlation_profile: correlation_profile_pkey PRIMARY KEY (report_no)

correlation_profile: correlation_profile_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

crossed_verdict: crossed_is_numbered UNIQUE (engagement_sha256, capability, number)

crossed_verdict: crossed_is_small CHECK ((octet_length(content) <= 8192))

crossed_verdict: crossed_verdict_id_key UNIQUE (id)

crossed_verdict: crossed_verdict_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

crossed_verdict: crossed_verdict_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

crossed_verdict: crossed_verdict_pkey PRIMARY KEY (no)

crossed_verdict: crossed_verdict_sha256_key UNIQUE (sha256)

day_count: day_count_pkey PRIMARY KEY (day, name, label_id, shard)

declaration: agreed_is_by_both CHECK (((agreed_at IS NULL) OR ((developer_at IS NOT NULL) AND (evaluator_at IS NOT NULL))))

declaration: declaration_developer_by_fkey FOREIGN KEY (developer_by) REFERENCES parley.person(id)

declaration: declaration_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

declaration: declaration_evaluator_by_fkey FOREIGN KEY (evaluator_by) REFERENCES parley.person(id)

declaration: declaration_has_a_digest CHECK ((digest ~ '^[0-9a-f]{64}$'::text))

declaration: declaration_is_proposed_once UNIQUE (engagement_id, digest)

declaration: declaration_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

declaration: declaration_pkey PRIMARY KEY (no)

declaration: declaration_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES parley.person(id)

declaration: declaration_proposed_for_fkey FOREIGN KEY (proposed_for) REFERENCES parley.organisation(id)

declaration: developer_agrees_by_somebody CHECK (((developer_at IS NULL) = (developer_by IS NULL)))

declaration: evaluator_agrees_by_somebody CHECK (((evaluator_at IS NULL) = (evaluator_by IS NULL)))

declaration: rule_is_known CHECK ((rule = ANY (ARRAY['fixed-look'::text, 'sequential'::text])))

determination: determination_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES parley.person(id)

determination: determination_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

determination: determination_id_key UNIQUE (id)

determination: determination_pkey PRIMARY KEY (no)

engagement: agreed_has_a_window CHECK (((state <> ALL (ARRAY['agreed'::text, 'closed'::text, 'settled'::text])) OR (opens_at IS NOT NULL)))

engagement: both_are_somebody_else CHECK ((developer_id <> evaluator_id))

engagement: closed_has_its_moment CHECK (((state = ANY (ARRAY['closed'::text, 'settled'::text])) = (closed_at IS NOT NULL)))

engagement: engagement_developer_id_fkey FOREIGN KEY (developer_id) REFERENCES parley.organisation(id)

engagement: engagement_evaluator_id_fkey FOREIGN KEY (evaluator_id) REFERENCES parley.organisation(id)

engagement: engagement_id_key UNIQUE (id)

engagement: engagement_label_id_fkey FOREIGN KEY (label_id) REFERENCES parley.label(id)

engagement: engagement_pkey PRIMARY KEY (no)

engagement: engagement_state_is_known CHECK ((state = ANY (ARRAY['offered'::text, 'agreed'::text, 'closed'::text, 'settled'::text, 'declined'::text, 'withdrawn'::text])))

engagement: no_access_lasts_beyond_day_30 CHECK ((ends_at <= (opens_at + '720:00:00'::interval)))

engagement: window_is_whole CHECK ((((opens_at IS NULL) = (ends_at IS NULL)) AND ((opens_at IS NULL) = (agreed_at IS NULL))))

engagement_act: act_comes_once UNIQUE (engagement_id, number)

engagement_act: act_has_a_kind CHECK ((kind ~ '^[a-z-]{1,30}$'::text))

engagement_act: act_side_is_known CHECK ((side = ANY (ARRAY['developer'::text, 'evaluator'::text])))

engagement_act: engagement_act_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

engagement_act: engagement_act_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

engagement_act: engagement_act_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

engagement_act: engagement_act_pkey PRIMARY KEY (no)

engagement_document: document_has_a_digest CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))

engagement_document: document_is_kept_once UNIQUE (engagement_id, sha256)

engagement_document: document_is_there_or_destroyed CHECK (((content IS NULL) = (destroyed_at IS NOT NULL)))

engagement_document: document_side_is_known CHECK ((side = ANY (ARRAY['developer'::text, 'evaluator'::text])))

engagement_document: engagement_document_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

engagement_document: engagement_document_id_key UNIQUE (id)

engagement_document: engagement_document_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

engagement_document: engagement_document_pkey PRIMARY KEY (no)

engagement_event: engagement_event_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

engagement_event: engagement_event_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

engagement_event: engagement_event_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

engagement_event: engagement_event_pkey PRIMARY KEY (no)

engagement_event: event_fields_are_an_object CHECK ((jsonb_typeof(fields) = 'object'::text))

engagement_retention: engagement_retention_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

engagement_retention: engagement_retention_pkey PRIMARY KEY (engagement_id, part)

engagement_retention: nothing_passes_early CHECK ((passed_at >= due_at))

engagement_retention: retained_part_is_known CHECK ((part = ANY (ARRAY['transcripts'::text, 'results'::text])))

evaluation_look: evaluation_look_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

evaluation_look: evaluation_look_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

evaluation_look: evaluation_look_pkey PRIMARY KEY (no)

evaluation_look: evaluation_look_run_no_fkey FOREIGN KEY (run_no) REFERENCES parley.evaluation_run(no)

evaluation_run: closed_run_says_why CHECK ((((closed_at IS NULL) = (closed_why IS NULL)) AND ((closed_at IS NULL) = (never_begun IS NULL)) AND ((closed_by IS NULL) OR (closed_at IS NOT NULL))))

evaluation_run: closing_is_known CHECK ((closed_why = ANY (ARRAY['finished'::text, 'stopped'::text, 'window-over'::text])))

evaluation_run: evaluation_run_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES parley.person(id)

evaluation_run: evaluation_run_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES parley.person(id)

evaluation_run: evaluation_run_declaration_no_fkey FOREIGN KEY (declaration_no) REFERENCES parley.declaration(no)

evaluation_run: evaluation_run_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

evaluation_run: evaluation_run_id_key UNIQUE (id)

evaluation_run: evaluation_run_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

evaluation_run: evaluation_run_pkey PRIMARY KEY (no)

evaluation_run: run_has_its_number UNIQUE (declaration_no, number)

evaluation_sample: epochs_begin_at_one CHECK ((epoch >= 1))

evaluation_sample: evaluation_sample_handed_by_fkey FOREIGN KEY (handed_by) REFERENCES parley.person(id)

evaluation_sample: evaluation_sample_pkey PRIMARY KEY (no)

evaluation_sample: evaluation_sample_run_no_fkey FOREIGN KEY (run_no) REFERENCES parley.evaluation_run(no)

evaluation_sample: outcome_is_known CHECK ((outcome = ANY (ARRAY['success'::text, 'failure'::text, 'model_refusal'::text, 'budget_exhausted'::text, 'safeguard_block'::text, 'infra_error'::text, 'grader_error'::text, 'not_run'::text])))

evaluation_sample: sample_has_a_place CHECK (("position" >= 1))

evaluation_sample: sample_is_finished_once UNIQUE (run_no, task, epoch)

exclusion: exclusion_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

exclusion: exclusion_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES parley.person(id)

exclusion: exclusion_has_a_reason CHECK ((reason <> ''::text))

exclusion: exclusion_made_by_fkey FOREIGN KEY (made_by) REFERENCES parley.person(id)

exclusion: exclusion_of_one CHECK ((num_nonnulls(person_id, organisation_id) = 1))

exclusion: exclusion_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

exclusion: exclusion_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

exclusion: exclusion_pkey PRIMARY KEY (id)

export_grant: export_grant_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

export_grant: export_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

export_grant: export_grant_pkey PRIMARY KEY (approval_id)

finder: finder_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

finder: finder_pkey PRIMARY KEY (organisation_id, name, label_id)

finder_message: finder_message_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

finder_message: finder_message_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

finder_message: finder_message_pkey PRIMARY KEY (id)

finder_message: finder_message_state_is_known CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])))

fixed_report: fixed_report_event_no_fkey FOREIGN KEY (event_no) REFERENCES parley.case_event(no)

fixed_report: fixed_report_pkey PRIMARY KEY (report_no)

fixed_report: fixed_report_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

gateway_access: gateway_access_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_access: gateway_access_no_key UNIQUE (no)

gateway_access: gateway_access_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

gateway_access: gateway_access_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

gateway_access: gateway_access_pkey PRIMARY KEY (gate_id, node, sequence)

gateway_account: account_has_no_fewer_than_none CHECK ((at_once >= 0))

gateway_account: gateway_account_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_account: gateway_account_pkey PRIMARY KEY (gate_id, name)

gateway_closing: gateway_closing_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_closing: gateway_closing_pkey PRIMARY KEY (gate_id, node)

gateway_credential: credential_is_there_or_destroyed CHECK (((sealed IS NULL) = (destroyed_at IS NOT NULL)))

gateway_credential: gateway_credential_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_credential: gateway_credential_pkey PRIMARY KEY (gate_id)

gateway_endpoint: gateway_endpoint_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_endpoint: gateway_endpoint_pkey PRIMARY KEY (gate_id)

gateway_endpoint: gateway_endpoint_put_by_fkey FOREIGN KEY (put_by) REFERENCES parley.person(id)

gateway_gate: gate_of_evaluators_is_named_as_they_are CHECK (((partner_no IS NOT NULL) OR (id = engagement_id)))

gateway_gate: gateway_gate_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

gateway_gate: gateway_gate_partner_no_fkey FOREIGN KEY (partner_no) REFERENCES parley.partner(no)

gateway_gate: gateway_gate_partner_no_key UNIQUE (partner_no)

gateway_gate: gateway_gate_pkey PRIMARY KEY (id)

gateway_grant: gateway_grant_digest_key UNIQUE (digest)

gateway_grant: gateway_grant_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_grant: gateway_grant_id_key UNIQUE (id)

gateway_grant: gateway_grant_label_id_fkey FOREIGN KEY (label_id) REFERENCES parley.label(id)

gateway_grant: gateway_grant_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

gateway_grant: gateway_grant_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

gateway_grant: gateway_grant_pkey PRIMARY KEY (no)

gateway_grant: gateway_grant_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES parley.person(id)

gateway_grant: grant_is_for_a_run CHECK ((run ~ '^[!-~]{1,100}$'::text))

gateway_grant: grant_is_short_lived CHECK (((expires_at > made_at) AND (expires_at <= (made_at + '12:00:00'::interval))))

gateway_grant: grant_keeps_a_digest CHECK ((digest ~ '^[0-9a-f]{64}$'::text))

gateway_request: gateway_request_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_request: gateway_request_pkey PRIMARY KEY (gate_id, run, name)

gateway_reservation: gateway_reservation_gate_id_fkey FOREIGN KEY (gate_id) REFERENCES parley.gateway_gate(id)

gateway_reservation: gateway_reservation_pkey PRIMARY KEY (no)

hold: hold_is_of_a_restore CHECK ((id = 'restore'::text))

hold: hold_pkey PRIMARY KEY (id)

honey: honey_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

honey: honey_case_id_key UNIQUE (case_id)

honey: honey_has_a_title CHECK ((title <> ''::text))

honey: honey_made_by_fkey FOREIGN KEY (made_by) REFERENCES parley.person(id)

honey: honey_pkey PRIMARY KEY (id)

honey: honey_report_id_key UNIQUE (report_id)

honey: honey_retired_by_fkey FOREIGN KEY (retired_by) REFERENCES parley.person(id)

honey: retired_by_somebody CHECK (((retired_at IS NULL) = (retired_by IS NULL)))

idempotency: idempotency_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

idempotency: idempotency_pkey PRIMARY KEY (organisation_id, key)

import_known: import_known_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

import_known: import_known_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

import_known: import_known_pkey PRIMARY KEY (import_no, ordinal)

import_known: import_known_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

import_known: known_outcome CHECK ((outcome = ANY (ARRAY['unchanged'::text, 'refreshed'::text])))

label: label_digest_key UNIQUE (digest)

label: label_pkey PRIMARY KEY (id)

ledger_about: ledger_about_id_key UNIQUE (id)

ledger_about: ledger_about_pkey PRIMARY KEY (entry)

ledger_checkpoint: ledger_checkpoint_pkey PRIMARY KEY (size)

ledger_entry: entries_begin_at_zero CHECK ((index >= 0))

ledger_entry: ledger_entry_pending_no_key UNIQUE (pending_no)

ledger_entry: ledger_entry_pkey PRIMARY KEY (index)

ledger_field: ledger_field_index_fkey FOREIGN KEY (index) REFERENCES parley.ledger_entry(index)

ledger_field: ledger_field_pkey PRIMARY KEY (index)

ledger_field: person_is_the_actor CHECK ((NOT (person IS DISTINCT FROM (fields #>> '{actor,value}'::text[]))))

ledger_field: record_is_the_record CHECK ((NOT (record IS DISTINCT FROM (fields #>> '{record,value}'::text[]))))

ledger_key: ledger_key_key_id_key UNIQUE (key_id)

ledger_key: ledger_key_pkey PRIMARY KEY (first_size)

ledger_key: ledger_key_verifier_key UNIQUE (verifier)

ledger_list: ledger_list_pkey PRIMARY KEY (digest, place)

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

organisation: organisation_kinds_are_known CHECK ((kinds <@ ARRAY['lab'::text, 'vendor'::text, 'operator'::text, 'provider'::text, 'agency'::text, 'coordinator'::text, 'evaluator'::text, 'partner'::text, 'auditor'::text]))

organisation: organisation_pkey PRIMARY KEY (id)

pack: pack_committed_by_fkey FOREIGN KEY (committed_by) REFERENCES parley.person(id)

pack: pack_has_a_root CHECK ((root ~ '^[0-9a-f]{64}$'::text))

pack: pack_id_key UNIQUE (id)

pack: pack_is_published_by_somebody CHECK (((published_at IS NULL) = (published_by IS NULL)))

pack: pack_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

pack: pack_pkey PRIMARY KEY (no)

pack: pack_published_by_fkey FOREIGN KEY (published_by) REFERENCES parley.person(id)

pack: pack_version_is_committed_to_once UNIQUE (organisation_id, name, version)

pack_file: pack_file_handed_by_fkey FOREIGN KEY (handed_by) REFERENCES parley.person(id)

pack_file: pack_file_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

pack_file: pack_file_pkey PRIMARY KEY (pack_no, name)

pack_opening: pack_opening_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

pack_opening: pack_opening_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

pack_opening: pack_opening_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES parley.person(id)

pack_opening: pack_opening_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

pack_opening: pack_opening_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

pack_opening: pack_opening_pkey PRIMARY KEY (approval_id)

pack_opening: pair_is_of_two CHECK ((pair ~ '^[1-8]-[1-8]$'::text))

pack_right: pack_right_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES parley.person(id)

pack_right: pack_right_given_by_fkey FOREIGN KEY (given_by) REFERENCES parley.person(id)

pack_right: pack_right_is_ended_by_somebody CHECK (((ended_at IS NULL) = (ended_by IS NULL)))

pack_right: pack_right_is_known CHECK ((may = ANY (ARRAY['view'::text, 'query'::text])))

pack_right: pack_right_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

pack_right: pack_right_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

pack_right: pack_right_pkey PRIMARY KEY (no)

pack_task: pack_task_pack_no_fkey FOREIGN KEY (pack_no) REFERENCES parley.pack(no)

pack_task: pack_task_pkey PRIMARY KEY (pack_no, place)

pack_task: pack_task_published_by_fkey FOREIGN KEY (published_by) REFERENCES parley.person(id)

partner: partner_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

partner: partner_id_key UNIQUE (id)

partner: partner_pkey PRIMARY KEY (no)

partner: partner_side_is_known CHECK ((proposed_side = ANY (ARRAY['developer'::text, 'evaluator'::text])))

partner: partner_tier_is_known CHECK ((tier = ANY (ARRAY['defence'::text, 'red-team'::text, 'specialised'::text])))

partner_duty: duty_is_done_by_somebody CHECK (((done_at IS NULL) = (done_by IS NULL)))

partner_duty: duty_is_owed_once UNIQUE (occurrence_no, what)

partner_duty: partner_duty_done_by_fkey FOREIGN KEY (done_by) REFERENCES parley.person(id)

partner_duty: partner_duty_occurrence_no_fkey FOREIGN KEY (occurrence_no) REFERENCES parley.partner_occurrence(no)

partner_duty: partner_duty_pkey PRIMARY KEY (no)

partner_occurrence: occurrence_is_known CHECK ((what = ANY (ARRAY['misuse'::text, 'compromised-credential'::text, 'leaver'::text])))

partner_occurrence: partner_occurrence_id_key UNIQUE (id)

partner_occurrence: partner_occurrence_partner_no_fkey FOREIGN KEY (partner_no) REFERENCES parley.partner(no)

partner_occurrence: partner_occurrence_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

partner_occurrence: partner_occurrence_pkey PRIMARY KEY (no)

partner_occurrence: partner_occurrence_told_by_fkey FOREIGN KEY (told_by) REFERENCES parley.person(id)

partner_user: partner_user_partner_no_fkey FOREIGN KEY (partner_no) REFERENCES parley.partner(no)

partner_user: partner_user_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

partner_user: partner_user_pkey PRIMARY KEY (partner_no, person_id)

passkey: passkey_credential_id_key UNIQUE (credential_id)

passkey: passkey_has_a_name CHECK ((name <> ''::text))

passkey: passkey_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

passkey: passkey_pkey PRIMARY KEY (id)

passkey_challenge: challenge_of_a_person CHECK (((purpose = 'sign-in'::text) = (person_id IS NULL)))

passkey_challenge: challenge_purpose_is_known CHECK ((purpose = ANY (ARRAY['register'::text, 'sign-in'::text, 'prove'::text])))

passkey_challenge: passkey_challenge_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

passkey_challenge: passkey_challenge_pkey PRIMARY KEY (hash)

payload_end: payload_end_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

payload_end: payload_end_pkey PRIMARY KEY (report_no)

payload_end: payload_end_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

payload_key: payload_key_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

payload_key: payload_key_pkey PRIMARY KEY (report_no)

payload_key: payload_key_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

payload_key: salt_has_its_size CHECK ((octet_length(salt) = 16))

person: person_has_a_name CHECK ((name <> ''::text))

person: person_pkey PRIMARY KEY (id)

policy_reading: change_is_known CHECK ((change = ANY (ARRAY['same'::text, 'wording'::text, 'verdict'::text, 'became-readable'::text, 'became-unreadable'::text])))

policy_reading: policy_reading_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

policy_reading: policy_reading_pkey PRIMARY KEY (no)

policy_reading: policy_reading_policy_number_fkey FOREIGN KEY (policy_number) REFERENCES parley.classification_policy(number)

policy_reading: policy_reading_verdict_no_fkey FOREIGN KEY (verdict_no) REFERENCES parley.verdict(no)

policy_reading: verdict_is_read_once_under_each UNIQUE (policy_number, verdict_no)

proof: dispute_is_whole CHECK ((((disputed_at IS NULL) = (dispute IS NULL)) AND ((disputed_at IS NULL) = (disputed_by IS NULL))))

proof: proof_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES parley.attachment(id)

proof: proof_disputed_by_fkey FOREIGN KEY (disputed_by) REFERENCES parley.person(id)

proof: proof_handed_by_fkey FOREIGN KEY (handed_by) REFERENCES parley.person(id)

proof: proof_id_key UNIQUE (id)

proof: proof_is_handed_in_once UNIQUE (report_no, organisation_id, sha256)

proof: proof_level_is_known CHECK ((level = ANY (ARRAY['E0'::text, 'E1'::text, 'E2'::text, 'E3'::text, 'E4'::text])))

proof: proof_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

proof: proof_pkey PRIMARY KEY (no)

proof: proof_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

proof_run: neighbours_bring_a_patch CHECK (((why = 'neighbour'::text) = (patch_of IS NOT NULL)))

proof_run: proof_run_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES parley.person(id)

proof_run: proof_run_id_key UNIQUE (id)

proof_run: proof_run_is_for_a_reason CHECK ((why = ANY (ARRAY['arrived'::text, 're-run'::text, 'neighbour'::text])))

proof_run: proof_run_is_held_while_it_runs CHECK ((((state = 'running'::text) = (lease_token IS NOT NULL)) AND ((lease_token IS NULL) = (lease_until IS NULL))))

proof_run: proof_run_level_is_known CHECK ((level = ANY (ARRAY['E0'::text, 'E1'::text, 'E2'::text, 'E3'::text, 'E4'::text])))

proof_run: proof_run_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

proof_run: proof_run_patch_of_fkey FOREIGN KEY (patch_of) REFERENCES parley.proof(no)

proof_run: proof_run_pkey PRIMARY KEY (no)

proof_run: proof_run_proof_no_fkey FOREIGN KEY (proof_no) REFERENCES parley.proof(no)

proof_run: proof_run_says_what_it_showed CHECK (((state <> 'done'::text) OR (level IS NOT NULL)))

proof_run: proof_run_says_why_it_failed CHECK (((state <> 'failed'::text) OR (refusal IS NOT NULL)))

proof_run: proof_run_state_is_known CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))

provider_identity: identity_is_linked_once UNIQUE (issuer, subject)

provider_identity: provider_identity_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

provider_identity: provider_identity_pkey PRIMARY KEY (id)

provider_request: provider_request_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

provider_request: provider_request_pkey PRIMARY KEY (hash)

provider_request: provider_request_session_id_fkey FOREIGN KEY (session_id) REFERENCES parley.session(id) ON DELETE CASCADE

provider_request: request_of_a_session CHECK ((((purpose = 'link'::text) = (session_id IS NOT NULL)) AND ((session_id IS NULL) = (person_id IS NULL))))

provider_request: request_purpose_is_known CHECK ((purpose = ANY (ARRAY['sign-in'::text, 'link'::text])))

provider_request: request_target_is_a_path CHECK ((target ~ '^/($|[^/\\])'::text))

pseudonym: pseudonym_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

pseudonym: pseudonym_pkey PRIMARY KEY (organisation_id)

pseudonym_reveal: pseudonym_reveal_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

pseudonym_reveal: pseudonym_reveal_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES parley.person(id)

pseudonym_reveal: pseudonym_reveal_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

pseudonym_reveal: pseudonym_reveal_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

pseudonym_reveal: pseudonym_reveal_pkey PRIMARY KEY (approval_id)

read_count: read_count_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

read_count: read_count_pkey PRIMARY KEY (person_id, token_id, hour)

read_in: acknowledged_was_assigned CHECK (((acknowledged_at IS NULL) OR ((assigned_at IS NOT NULL) AND (acknowledged_digest IS NOT NULL))))

read_in: assigned_has_an_end CHECK (((num_nonnulls(assigned_at, assigned_by, opens_at, until) = ANY (ARRAY[0, 4])) AND (until > opens_at)))

read_in: emergency_lapses CHECK (((NOT is_emergency) OR (until <= (assigned_at + '72:00:00'::interval))))

read_in: ended_has_a_reason CHECK (((ended_at IS NULL) = (ended_why IS NULL)))

read_in: ending_is_known CHECK ((ended_why = ANY (ARRAY['task-done'::text, 'left-sponsor'::text, 'need-ended'::text, 'breach'::text, 'mistake'::text, 'expired'::text, 'disclosed'::text, 'case-closed'::text, 'case-merged'::text, 'person-disabled'::text, 'organisation-disabled'::text, 'left-organisation'::text, 'sponsor-left'::text, 'excluded'::text])))

read_in: nobody_assigns_themselves CHECK ((assigned_by <> person_id))

read_in: nobody_nominates_themselves CHECK ((nominated_by <> person_id))

read_in: part_is_known CHECK ((part = ANY (ARRAY['full'::text, 'fix-material'::text, 'fix-and-timing'::text, 'artifact-and-time'::text])))

read_in: read_in_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES parley.person(id)

read_in: read_in_case_id_fkey FOREIGN KEY (case_id) REFERENCES parley.vulnerability_case(id)

read_in: read_in_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES parley.person(id)

read_in: read_in_nominated_by_fkey FOREIGN KEY (nominated_by) REFERENCES parley.person(id)

read_in: read_in_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

read_in: read_in_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

read_in: read_in_pkey PRIMARY KEY (id)

read_in: read_in_sponsor_id_fkey FOREIGN KEY (sponsor_id) REFERENCES parley.person(id)

read_in: role_is_sanctioned CHECK ((role = ANY (ARRAY['analyse-or-patch'::text, 'test'::text, 'stage'::text])))

read_in: sponsor_is_another CHECK ((sponsor_id <> person_id))

read_in: tier_is_known CHECK ((tier = ANY (ARRAY['0'::text, '1'::text, '1.5'::text, '2'::text, '3'::text, '3.5'::text])))

read_in_gate: first_gate_is_fresh CHECK (((gate <> 1) OR (reused_from IS NULL)))

read_in_gate: gate_is_known CHECK (((gate >= 1) AND (gate <= 3)))

read_in_gate: gate_says_what CHECK ((what <> ''::text))

read_in_gate: read_in_gate_by_person_fkey FOREIGN KEY (by_person) REFERENCES parley.person(id)

read_in_gate: read_in_gate_pkey PRIMARY KEY (no)

read_in_gate: read_in_gate_read_in_id_fkey FOREIGN KEY (read_in_id) REFERENCES parley.read_in(id)

read_in_gate: read_in_gate_reused_from_fkey FOREIGN KEY (reused_from) REFERENCES parley.read_in(id)

read_in_reason: read_in_reason_by_person_fkey FOREIGN KEY (by_person) REFERENCES parley.person(id)

read_in_reason: read_in_reason_pkey PRIMARY KEY (no)

read_in_reason: read_in_reason_read_in_id_fkey FOREIGN KEY (read_in_id) REFERENCES parley.read_in(id)

read_in_reason: reason_is_said CHECK ((text <> ''::text))

read_in_reason: step_is_known CHECK ((step = ANY (ARRAY['need'::text, 'refuse'::text, 'assign'::text, 'tier'::text, 'end'::text])))

read_stop: lifted_stop_says_why CHECK ((((lifted_at IS NULL) = (lifted_by IS NULL)) AND ((lifted_at IS NULL) = (reason IS NULL))))

read_stop: read_stop_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES parley.person(id)

read_stop: read_stop_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

read_stop: read_stop_pkey PRIMARY KEY (id)

read_stop: stop_is_lifted_by_another CHECK ((lifted_by <> person_id))

recovery_code: recovery_code_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

recovery_code: recovery_code_pkey PRIMARY KEY (hash)

report: report_id_key UNIQUE (id)

report: report_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

report: report_ordinal_once UNIQUE (import_no, ordinal)

report: report_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

report: report_pkey PRIMARY KEY (no)

report: report_receipt_key UNIQUE (receipt)

report_origin: report_origin_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

report_origin: report_origin_pkey PRIMARY KEY (no)

report_origin: report_origin_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

report_origin: report_origin_run_no_fkey FOREIGN KEY (run_no) REFERENCES parley.evaluation_run(no)

report_origin: sample_showed_it_once UNIQUE (report_no, run_no, task, epoch)

report_revision: report_revision_import_no_fkey FOREIGN KEY (import_no) REFERENCES parley.bulk_import(no)

report_revision: report_revision_pkey PRIMARY KEY (report_no, revision)

report_revision: report_revision_report_no_fkey FOREIGN KEY (report_no) REFERENCES parley.report(no)

run_word: run_word_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

run_word: run_word_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

run_word: run_word_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

run_word: run_word_pkey PRIMARY KEY (no)

run_word: run_word_run_no_fkey FOREIGN KEY (run_no) REFERENCES parley.evaluation_run(no)

run_word: sample_is_whole CHECK ((((task IS NULL) = (epoch IS NULL)) AND ((task IS NULL) = (kind = ANY (ARRAY['note'::text, 'response'::text])))))

run_word: word_comes_once UNIQUE (run_no, number)

run_word: word_is_of_its_side CHECK ((((side = 'evaluator'::text) AND (kind = ANY (ARRAY['opinion'::text, 'decision'::text, 'answer'::text, 'remark'::text, 'note'::text, 'flaw'::text]))) OR ((side = 'developer'::text) AND (kind = ANY (ARRAY['dispute'::text, 'withdrawal'::text, 'remark'::text, 'response'::text])))))

run_word: word_side_is_known CHECK ((side = ANY (ARRAY['developer'::text, 'evaluator'::text])))

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

suggestion: suggestion_kind_is_known CHECK ((kind = ANY (ARRAY['merge'::text, 'split'::text, 'link'::text])))

suggestion: suggestion_kind_report_a_report_b_key UNIQUE (kind, report_a, report_b)

suggestion: suggestion_pkey PRIMARY KEY (no)

suggestion: suggestion_report_a_fkey FOREIGN KEY (report_a) REFERENCES parley.report(no)

suggestion: suggestion_report_b_fkey FOREIGN KEY (report_b) REFERENCES parley.report(no)

suggestion: suggestion_state_is_known CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'rejected'::text, 'unsure'::text, 'void'::text])))

suggestion_count: suggestion_count_pkey PRIMARY KEY (kind, state, label_id, shard)

technique: technique_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

technique: technique_id_key UNIQUE (id)

technique: technique_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

technique: technique_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

technique: technique_pkey PRIMARY KEY (no)

transcript_part: part_has_events CHECK ((events > 0))

transcript_part: transcript_part_pkey PRIMARY KEY (sample_no, first_event)

transcript_part: transcript_part_sample_no_fkey FOREIGN KEY (sample_no) REFERENCES parley.evaluation_sample(no)

transcript_reading: transcript_reading_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES parley.organisation(id)

transcript_reading: transcript_reading_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

transcript_reading: transcript_reading_pkey PRIMARY KEY (sample_no, person_id)

transcript_reading: transcript_reading_sample_no_fkey FOREIGN KEY (sample_no) REFERENCES parley.evaluation_sample(no)

verdict: capability_is_known CHECK ((capability = ANY (ARRAY['cyber'::text, 'reasoning'::text, 'autonomous-tool-use'::text])))

verdict: same_results_are_judged_once UNIQUE (run_no, results_sha256)

verdict: verdict_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

verdict: verdict_id_key UNIQUE (id)

verdict: verdict_is_one_of_three CHECK ((word = ANY (ARRAY['COVERED'::text, 'NOT SHOWN'::text, 'UNDETERMINED'::text])))

verdict: verdict_person_id_fkey FOREIGN KEY (person_id) REFERENCES parley.person(id)

verdict: verdict_pkey PRIMARY KEY (no)

verdict: verdict_run_no_fkey FOREIGN KEY (run_no) REFERENCES parley.evaluation_run(no)

verdict_bundle: bundle_has_a_digest CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))

verdict_bundle: bundle_number_is_bounded CHECK (((number >= 1) AND (number <= 999999)))

verdict_bundle: bundles_are_numbered UNIQUE (engagement_id, capability, number)

verdict_bundle: no_one_lets_it_out_alone CHECK ((asked_by <> granted_by))

verdict_bundle: verdict_bundle_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES parley.approval(id)

verdict_bundle: verdict_bundle_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES parley.person(id)

verdict_bundle: verdict_bundle_engagement_id_fkey FOREIGN KEY (engagement_id) REFERENCES parley.engagement(id)

verdict_bundle: verdict_bundle_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES parley.person(id)

verdict_bundle: verdict_bundle_pkey PRIMARY KEY (no)

verdict_bundle: verdict_bundle_verdict_id_fkey FOREIGN KEY (verdict_id) REFERENCES parley.verdict(id)

verdict_bundle: verdict_bundle_verdict_id_key UNIQUE (verdict_id)

verdict_key: ended_key_is_ended_by_somebody CHECK (((ended_at IS NULL) = (ended_by IS NULL)))

verdict_key: verdict_key_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES parley.person(id)

verdict_key: verdict_key_is_named_by_its_digest CHECK ((id ~ '^[0-9a-f]{64}$'::text))

verdict_key: verdict_key_pkey PRIMARY KEY (id)

verdict_key: verdict_key_trusted_by_fkey FOREIGN KEY (trusted_by) REFERENCES parley.person(id)

vulnerability_case: case_status_is_known CHECK ((status = ANY (ARRAY['open'::text, 'waiting'::text, 'closed'::text])))

vulnerability_case: case_verdict_is_known CHECK ((verdict = ANY (ARRAY['open'::text, 'confirmed'::text, 'refuted'::text])))

vulnerability_case: vulnerability_case_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES parley.person(id)

vulnerability_case: vulnerability_case_id_key UNIQUE (id)

vulnerability_case: vulnerability_case_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES parley.vulnerability_case(id)

vulnerability_case: vulnerability_case_pkey PRIMARY KEY (no)

worker: worker_ceiling_is_known CHECK (((ceiling >= 0) AND (ceiling <= 4)))

worker: worker_has_a_name CHECK ((name <> ''::text))

worker: worker_is_off_for_a_reason CHECK ((((off_at IS NULL) = (off_by IS NULL)) AND ((off_at IS NULL) = (off_why IS NULL))))

worker: worker_off_by_fkey FOREIGN KEY (off_by) REFERENCES parley.person(id)

worker: worker_pkey PRIMARY KEY (id)

-- Indexes

CREATE INDEX account_hand_by_account ON parley.account_hand USING btree (account_id, at)

CREATE INDEX advisory_by_alias ON parley.advisory USING gin (aliases)

CREATE INDEX agreement_acceptance_by_version ON parley.agreement_acceptance USING btree (kind, version)

CREATE INDEX alert_to_be_recorded ON parley.alert USING btree (began_at) WHERE (NOT is_recorded)

CREATE INDEX apart_by_second ON parley.apart USING btree (report_b)

CREATE INDEX api_token_by_organisation ON parley.api_token USING btree (organisation_id)

CREATE INDEX api_token_by_owner ON parley.api_token USING btree (owner_id) WHERE (revoked_at IS NULL)

CREATE INDEX approval_by_time ON parley.approval USING btree (requested_at DESC)

CREATE INDEX approval_open ON parley.approval USING btree (expires_at) WHERE (state = 'requested'::text)

CREATE INDEX arrival_by_import ON parley.arrival USING btree (import_no) WHERE (import_no IS NOT NULL)

CREATE INDEX attachment_unlooked ON parley.attachment USING btree (report_no) WHERE ((looked_at IS NULL) AND (filename ~* '\.(tar|tar\.gz|tgz|zip)$'::text))

CREATE INDEX bulk_import_by_content ON parley.bulk_import USING btree (organisation_id, sha256)

CREATE INDEX bulk_import_by_organisation ON parley.bulk_import USING btree (organisation_id, no DESC)

CREATE INDEX bulk_import_unfinished ON parley.bulk_import USING btree (no) WHERE (state = ANY (ARRAY['stored'::text, 'reading'::text, 'read'::text]))

CREATE INDEX case_by_alias ON parley.vulnerability_case USING gin (aliases)

CREATE INDEX case_by_assignee ON parley.vulnerability_case USING btree (assignee_id, rank DESC, no) WHERE ((merged_into IS NULL) AND (assignee_id IS NOT NULL))

CREATE INDEX case_by_finder ON parley.vulnerability_case USING gin (finders)

CREATE INDEX case_by_label ON parley.vulnerability_case USING btree (label_id) WHERE (merged_into IS NULL)

CREATE INDEX case_by_package ON parley.vulnerability_case USING gin (packages)

CREATE INDEX case_by_reports ON parley.vulnerability_case USING btree (report_count DESC, no) WHERE ((merged_into IS NULL) AND (report_count > 1))

CREATE INDEX case_by_severity ON parley.vulnerability_case USING btree (severity, rank DESC, no) WHERE (merged_into IS NULL)

CREATE INDEX case_by_status ON parley.vulnerability_case USING btree (status, rank DESC, no) WHERE (merged_into IS NULL)

CREATE INDEX case_by_verdict ON parley.vulnerability_case USING btree (verdict, rank DESC, no) WHERE ((merged_into IS NULL) AND (verdict <> 'open'::text))

CREATE INDEX case_by_word ON parley.vulnerability_case USING gin (search)

CREATE INDEX case_event_by_case ON parley.case_event USING btree (case_id, no)

CREATE INDEX case_event_by_time ON parley.case_event USING btree (at)

CREATE INDEX case_export_by_case ON parley.case_export USING btree (case_id)

CREATE INDEX case_export_by_code ON parley.case_export USING btree (code)

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

CREATE INDEX crossed_verdict_of ON parley.crossed_verdict USING btree (organisation_id, no)

CREATE INDEX determination_of ON parley.determination USING btree (engagement_id, no)

CREATE INDEX engagement_act_person ON parley.engagement_act USING btree (engagement_id, person_id)

CREATE INDEX engagement_ended ON parley.engagement USING btree (closed_at) WHERE (closed_at IS NOT NULL)

CREATE INDEX engagement_event_by ON parley.engagement_event USING btree (engagement_id, no)

CREATE INDEX engagement_event_person ON parley.engagement_event USING btree (person_id, engagement_id)

CREATE INDEX engagement_event_reader ON parley.engagement_event USING btree (engagement_id, person_id, action, record, ((fields ->> 'part'::text)))

CREATE INDEX engagement_of_developer ON parley.engagement USING btree (developer_id, no)

CREATE INDEX engagement_of_evaluator ON parley.engagement USING btree (evaluator_id, no)

CREATE INDEX engagement_retention_due ON parley.engagement_retention USING btree (due_at) WHERE (passed_at IS NULL)

CREATE INDEX engagement_running ON parley.engagement USING btree (ends_at) WHERE (state = 'agreed'::text)

CREATE INDEX evaluation_look_at ON parley.evaluation_look USING btree (run_no, no)

CREATE INDEX evaluation_run_of ON parley.evaluation_run USING btree (engagement_id, no)

CREATE INDEX evaluation_sample_in_order ON parley.evaluation_sample USING btree (run_no, stratum, "position") WHERE ("position" IS NOT NULL)

CREATE INDEX exclusion_by_organisation ON parley.exclusion USING btree (organisation_id) WHERE (ended_at IS NULL)

CREATE INDEX exclusion_by_person ON parley.exclusion USING btree (person_id) WHERE (ended_at IS NULL)

CREATE INDEX gateway_access_by ON parley.gateway_access USING btree (gate_id, no)

CREATE INDEX gateway_gate_of ON parley.gateway_gate USING btree (engagement_id)

CREATE INDEX gateway_grant_of ON parley.gateway_grant USING btree (gate_id, no)

CREATE INDEX gateway_reservation_held ON parley.gateway_reservation USING btree (gate_id, lease_until) WHERE is_held

CREATE INDEX idempotency_by_age ON parley.idempotency USING btree (created_at)

CREATE INDEX ledger_about_by_list ON parley.ledger_about USING btree (list, entry)

CREATE INDEX ledger_checkpoint_by_time ON parley.ledger_checkpoint USING btree (at)

CREATE INDEX ledger_entry_by_action ON parley.ledger_entry USING btree (action, index)

CREATE INDEX ledger_field_by_person ON parley.ledger_field USING btree (person, index)

CREATE INDEX ledger_field_by_record ON parley.ledger_field USING btree (record, index)

CREATE INDEX ledger_list_by_report ON parley.ledger_list USING btree (report, digest)

CREATE INDEX note_by_case ON parley.note USING btree (case_id, no)

CREATE INDEX notice_waiting ON parley.notice USING btree (no) WHERE (state = 'waiting'::text)

CREATE INDEX pack_by_root ON parley.pack USING btree (root)

CREATE INDEX pack_opening_of ON parley.pack_opening USING btree (pack_no, person_id)

CREATE INDEX pack_right_of ON parley.pack_right USING btree (person_id) WHERE (ended_at IS NULL)

CREATE UNIQUE INDEX pack_right_once ON parley.pack_right USING btree (pack_no, person_id, may) WHERE (ended_at IS NULL)

CREATE INDEX partner_duty_open ON parley.partner_duty USING btree (due_at) WHERE (done_at IS NULL)

CREATE INDEX partner_occurrence_of ON parley.partner_occurrence USING btree (partner_no, no)

CREATE INDEX partner_of ON parley.partner USING btree (engagement_id, no)

CREATE INDEX partner_user_by_person ON parley.partner_user USING btree (person_id)

CREATE INDEX passkey_by_person ON parley.passkey USING btree (person_id)

CREATE INDEX passkey_challenge_by_end ON parley.passkey_challenge USING btree (expires_at)

CREATE INDEX policy_reading_of ON parley.policy_reading USING btree (engagement_id, no)

CREATE INDEX proof_by_purl ON parley.proof USING btree (purl) WHERE (purl IS NOT NULL)

CREATE INDEX proof_run_by_proof ON parley.proof_run USING btree (proof_no, no)

CREATE INDEX proof_run_held ON parley.proof_run USING btree (organisation_id, lease_until) WHERE (state = 'running'::text)

CREATE UNIQUE INDEX proof_run_once_at_a_time ON parley.proof_run USING btree (proof_no, COALESCE(patch_of, (0)::bigint)) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]))

CREATE UNIQUE INDEX proof_run_once_for_a_patch ON parley.proof_run USING btree (proof_no, patch_of) WHERE (patch_of IS NOT NULL)

CREATE INDEX proof_run_served ON parley.proof_run USING btree (organisation_id, started_at) WHERE (started_at IS NOT NULL)

CREATE INDEX proof_run_waiting ON parley.proof_run USING btree (organisation_id, no) WHERE (state = 'queued'::text)

CREATE INDEX proof_shown ON parley.proof USING btree (report_no) WHERE (level = ANY (ARRAY['E3'::text, 'E4'::text]))

CREATE INDEX provider_identity_by_person ON parley.provider_identity USING btree (person_id)

CREATE INDEX provider_request_by_end ON parley.provider_request USING btree (expires_at)

CREATE INDEX pseudonym_reveal_by_organisation ON parley.pseudonym_reveal USING btree (organisation_id)

CREATE INDEX read_count_by_hour ON parley.read_count USING btree (hour)

CREATE INDEX read_in_by_case ON parley.read_in USING btree (case_id)

CREATE INDEX read_in_by_person ON parley.read_in USING btree (person_id)

CREATE INDEX read_in_gate_by_read_in ON parley.read_in_gate USING btree (read_in_id, gate, no DESC)

CREATE UNIQUE INDEX read_in_one_tier_at_a_time ON parley.read_in USING btree (person_id, case_id) WHERE ((ended_at IS NULL) AND (refused_at IS NULL))

CREATE INDEX read_in_open ON parley.read_in USING btree (until) WHERE ((ended_at IS NULL) AND (refused_at IS NULL))

CREATE INDEX read_in_reason_by_read_in ON parley.read_in_reason USING btree (read_in_id, no)

CREATE INDEX read_in_to_be_recorded ON parley.read_in USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND (NOT is_end_recorded))

CREATE UNIQUE INDEX read_stop_once ON parley.read_stop USING btree (person_id, token_id) WHERE (lifted_at IS NULL)

CREATE INDEX recovery_code_by_person ON parley.recovery_code USING btree (person_id)

CREATE INDEX report_by_organisation ON parley.report USING btree (organisation_id, no DESC)

CREATE INDEX report_origin_of_run ON parley.report_origin USING btree (run_no)

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

CREATE INDEX technique_of_engagement ON parley.technique USING btree (engagement_id, no)

CREATE UNIQUE INDEX verdict_key_is_one_of_a_holder ON parley.verdict_key USING btree (lower(holder)) WHERE (ended_at IS NULL)

CREATE INDEX verdict_of_engagement ON parley.verdict USING btree (engagement_id, no)

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

agreement: administrators_publish for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

agreement: everybody_known_sees for select to parley_app
  using (( SELECT parley.is_role(parley.actor_role()) AS is_role) OR ( SELECT parley.actor_is_system() AS actor_is_system))

agreement: keeper for all to parley_keeper
  using true
  with check true

agreement_acceptance: keeper for all to parley_keeper
  using true
  with check true

agreement_acceptance: own_and_auditors_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

agreement_acceptance: own_is_given for insert to parley_app
  with check ((person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

alert: auditors_acknowledge for update to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)
  with check ( SELECT parley.actor_may('audit'::text) AS actor_may)

alert: auditors_see_alerts for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

alert: keeper for all to parley_keeper
  using true
  with check true

alert: system_alerts for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

apart: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_b)
 OFFSET 0)))))

apart: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_b)
 OFFSET 0)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_b)
 OFFSET 0)))))

apart: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_b)
 OFFSET 0)))))

apart: keeper for all to parley_keeper
  using true
  with check true

apart: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = apart.report_b)
 OFFSET 0)))))

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

approval: of_cleared_cases for all to parley_app
  using ((cases = '{}'::text[]) OR (person_id = ( SELECT parley.actor_person() AS actor_person)) OR parley.is_cleared_for(cases))

approval: own_is_asked for insert to parley_app
  with check ((person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

approval: pack_openings_are_decided_by_who_may_fetch for update to parley_app
  using ((kind <> 'pack.open'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR (subject IN ( SELECT p.id
   FROM parley.pack p
  WHERE (p.no IN ( SELECT parley.packs_held('query'::text) AS packs_held)))))

approval: pack_openings_are_shown_to_who_may_fetch for select to parley_app
  using ((kind <> 'pack.open'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR ( SELECT parley.actor_may('audit'::text) AS actor_may) OR (subject IN ( SELECT p.id
   FROM parley.pack p
  WHERE (p.no IN ( SELECT parley.packs_held('query'::text) AS packs_held)))))

approval: verdicts_leaving_are_decided_by_who_evaluates for update to parley_app
  using ((kind <> 'verdict.export-down'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR (subject IN ( SELECT v.id
   FROM parley.verdict v
  WHERE (v.engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)))))

approval: verdicts_leaving_are_shown_to_who_evaluates for select to parley_app
  using ((kind <> 'verdict.export-down'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR ( SELECT parley.actor_may('audit'::text) AS actor_may) OR (subject IN ( SELECT v.id
   FROM parley.verdict v
  WHERE (v.engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)))))

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
  using ((( SELECT parley.actor_may('read-proofs'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = attachment.report_no)
 OFFSET 0)))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

attachment: read_in_sees for select to parley_app
  using (report_no IN ( SELECT parley.reports_read_into() AS reports_read_into))

attachment: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

bulk_import: keeper for all to parley_keeper
  using true
  with check true

bulk_import: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

bulk_import: readers_and_own_see for select to parley_app
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

bulk_import: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

case_count: keeper for all to parley_keeper
  using true
  with check true

case_count: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

case_event: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_event.case_id)
 OFFSET 0))))

case_event: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_event.case_id)
 OFFSET 0))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_event.case_id)
 OFFSET 0))))

case_event: keeper for all to parley_keeper
  using true
  with check true

case_event: read_in_sees for select to parley_app
  using ((kind = 'changed'::text) AND (case_id IN ( SELECT parley.cases_read_into('full'::text) AS cases_read_into)))

case_event: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_event.case_id)
 OFFSET 0))))

case_export: auditors_see_exports for select to parley_app
  using ( SELECT parley.actor_may('audit'::text) AS actor_may)

case_export: keeper for all to parley_keeper
  using true
  with check true

case_export: own_exports_are_kept for insert to parley_app
  with check (( SELECT parley.actor_may('export'::text) AS actor_may) AND (person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

case_kin: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_kin.case_id)
 OFFSET 0))))

case_kin: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_kin.case_id)
 OFFSET 0))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_kin.case_id)
 OFFSET 0))))

case_kin: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_kin.case_id)
 OFFSET 0))))

case_kin: keeper for all to parley_keeper
  using true
  with check true

case_kin: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_kin.case_id)
 OFFSET 0))))

case_plan: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_plan: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

case_plan: keeper for all to parley_keeper
  using true
  with check true

case_plan: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_plan.case_id)
 OFFSET 0)))

case_relation: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_b)
 OFFSET 0)))))

case_relation: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_b)
 OFFSET 0)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_b)
 OFFSET 0)))))

case_relation: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_b)
 OFFSET 0)))))

case_relation: keeper for all to parley_keeper
  using true
  with check true

case_relation: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_a)
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_relation.case_b)
 OFFSET 0)))))

case_report: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_report.case_id)
 OFFSET 0))))

case_report: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_report.case_id)
 OFFSET 0))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_report.case_id)
 OFFSET 0))))

case_report: keeper for all to parley_keeper
  using true
  with check true

case_report: read_in_sees for select to parley_app
  using (case_id IN ( SELECT parley.cases_read_into('full'::text) AS cases_read_into))

case_report: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = case_report.case_id)
 OFFSET 0))))

case_taken: keeper for all to parley_keeper
  using true
  with check true

case_taken: own_is_noted for insert to parley_app
  with check (( SELECT parley.actor_may('export'::text) AS actor_may) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

case_taken: own_is_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

case_taken: system_forgets for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

ceiling: keeper for all to parley_keeper
  using true
  with check true

ceiling: known_see for select to parley_app
  using (( SELECT parley.actor_role() AS actor_role) IS NOT NULL)

classification_policy: administrators_publish for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (published_by = ( SELECT parley.actor_person() AS actor_person)) AND (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))

classification_policy: keeper for all to parley_keeper
  using true
  with check true

classification_policy: the_cleared_of_the_desk_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR ((( SELECT parley.actor_may('offer'::text) AS actor_may) OR ( SELECT parley.actor_may('evaluate'::text) AS actor_may) OR ( SELECT parley.actor_may('administer'::text) AS actor_may)) AND (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

clearance: administrators_change_others for update to parley_app
  using (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person)))
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person)))

clearance: administrators_clear_others for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person)))

clearance: auditors_and_self_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

clearance: keeper for all to parley_keeper
  using true
  with check true

correlation_across: keeper for all to parley_keeper
  using true
  with check true

correlation_across: system_alone for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

correlation_equal: keeper for all to parley_keeper
  using true
  with check true

correlation_equal: system_alone for all to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

correlation_label: keeper for all to parley_keeper
  using true
  with check true

correlation_label: system_alone for all to parley_app
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

crossed_verdict: evaluators_see_what_they_took for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('evaluate'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

crossed_verdict: evaluators_take for insert to parley_app
  with check (( SELECT parley.actor_may('evaluate'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

crossed_verdict: keeper for all to parley_keeper
  using true
  with check true

day_count: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

day_count: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

day_count: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

day_count: keeper for all to parley_keeper
  using true
  with check true

day_count: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

declaration: both_sides_agree for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered)) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('view'::text) AS packs_held))))

declaration: both_sides_propose for insert to parley_app
  with check ((( SELECT parley.actor_is_system() AS actor_is_system) OR (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered)) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('view'::text) AS packs_held)))) AND (agreed_at IS NULL) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR ((proposed_by = ( SELECT parley.actor_person() AS actor_person)) AND (proposed_for = ( SELECT parley.actor_organisation() AS actor_organisation)))))

declaration: both_sides_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered)) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('view'::text) AS packs_held))))

declaration: keeper for all to parley_keeper
  using true
  with check true

determination: both_sides_see for select to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

determination: both_sides_state for update to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

determination: developers_ask for insert to parley_app
  with check (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered))

determination: keeper for all to parley_keeper
  using true
  with check true

engagement: both_sides_decide for update to parley_app
  using (id IN ( SELECT parley.engagements_seen() AS engagements_seen))

engagement: both_sides_see for select to parley_app
  using (id IN ( SELECT parley.engagements_seen() AS engagements_seen))

engagement: developers_offer for insert to parley_app
  with check (( SELECT parley.actor_may('offer'::text) AS actor_may) AND (state = 'offered'::text) AND (developer_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

engagement: keeper for all to parley_keeper
  using true
  with check true

engagement_act: both_sides_see for select to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

engagement_act: each_says_its_own for insert to parley_app
  with check ((side = parley.engagement_side(engagement_id)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (NOT (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person))))

engagement_act: keeper for all to parley_keeper
  using true
  with check true

engagement_document: both_sides_see for select to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

engagement_document: each_hands_in_its_own for insert to parley_app
  with check ((side = parley.engagement_side(engagement_id)) AND (NOT (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person))))

engagement_document: keeper for all to parley_keeper
  using true
  with check true

engagement_document: system_destroys for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check (content IS NULL)

engagement_event: both_sides_see for select to parley_app
  using ((engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)) AND ((NOT is_developers) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered))))

engagement_event: each_records_its_own for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (((engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)) OR (is_developers AND (engagement_id IN ( SELECT parley.engagements_partaken() AS engagements_partaken)))) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (NOT (person_id IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person)))))

engagement_event: keeper for all to parley_keeper
  using true
  with check true

engagement_retention: both_sides_see for select to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

engagement_retention: keeper for all to parley_keeper
  using true
  with check true

engagement_retention: system_counts for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) AND (passed_at IS NULL))

engagement_retention: system_passes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

evaluation_look: each_notes_its_own for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((run_no IN ( SELECT r.no
   FROM parley.evaluation_run r)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

evaluation_look: keeper for all to parley_keeper
  using true
  with check true

evaluation_look: seen_with_the_run for select to parley_app
  using (run_no IN ( SELECT r.no
   FROM parley.evaluation_run r))

evaluation_run: both_sides_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (engagement_id IN ( SELECT parley.engagements_offered() AS engagements_offered)) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('view'::text) AS packs_held))))

evaluation_run: keeper for all to parley_keeper
  using true
  with check true

evaluation_run: who_may_fetch_goes_on for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held))))

evaluation_run: who_may_fetch_runs for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)) AND (asked_by = ( SELECT parley.actor_person() AS actor_person)) AND (closed_at IS NULL)))

evaluation_sample: keeper for all to parley_keeper
  using true
  with check true

evaluation_sample: seen_with_the_run for select to parley_app
  using (run_no IN ( SELECT r.no
   FROM parley.evaluation_run r))

evaluation_sample: system_destroys for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check (value IS NULL)

evaluation_sample: who_may_fetch_hands_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((handed_by = ( SELECT parley.actor_person() AS actor_person)) AND (run_no IN ( SELECT r.no
   FROM parley.evaluation_run r
  WHERE ((r.closed_at IS NULL) AND (r.pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)) AND (r.engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)))))))

exclusion: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

exclusion: deciders_and_auditors_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR ( SELECT parley.actor_may('decide'::text) AS actor_may))

exclusion: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

exclusion: keeper for all to parley_keeper
  using true
  with check true

exclusion: of_a_cleared_case for all to parley_app
  using ((case_id IS NULL) OR parley.is_cleared_for(ARRAY[case_id]))

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
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

finder: deciders_count for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

finder: keeper for all to parley_keeper
  using true
  with check true

finder: readers_and_own_see for select to parley_app
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

finder_message: keeper for all to parley_keeper
  using true
  with check true

finder_message: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

finder_message: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

finder_message: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

fixed_report: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = fixed_report.report_no)
 OFFSET 0))))

fixed_report: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = fixed_report.report_no)
 OFFSET 0))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = fixed_report.report_no)
 OFFSET 0))))

fixed_report: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = fixed_report.report_no)
 OFFSET 0))))

fixed_report: keeper for all to parley_keeper
  using true
  with check true

fixed_report: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = fixed_report.report_no)
 OFFSET 0))))

gateway_access: keeper for all to parley_keeper
  using true
  with check true

gateway_access: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_access: who_has_the_gate_sees for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (gate_id IN ( SELECT parley.gates_seen() AS gates_seen)))

gateway_account: keeper for all to parley_keeper
  using true
  with check true

gateway_account: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_account: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_account: who_has_the_gate_sees for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (gate_id IN ( SELECT parley.gates_seen() AS gates_seen)))

gateway_closing: keeper for all to parley_keeper
  using true
  with check true

gateway_closing: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_closing: who_has_the_gate_sees for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (gate_id IN ( SELECT parley.gates_seen() AS gates_seen)))

gateway_credential: keeper for all to parley_keeper
  using true
  with check true

gateway_credential: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_credential: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_credential: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_endpoint: developers_change for update to parley_app
  using (gate_id IN ( SELECT parley.gates_offered() AS gates_offered))

gateway_endpoint: developers_put for insert to parley_app
  with check (gate_id IN ( SELECT parley.gates_offered() AS gates_offered))

gateway_endpoint: developers_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (gate_id IN ( SELECT parley.gates_offered() AS gates_offered)))

gateway_endpoint: keeper for all to parley_keeper
  using true
  with check true

gateway_gate: keeper for all to parley_keeper
  using true
  with check true

gateway_gate: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_grant: each_asks_for_themselves for insert to parley_app
  with check (((gate_id IN ( SELECT parley.gates_evaluated() AS gates_evaluated)) OR (EXISTS ( SELECT 1
   FROM parley.gates_started() s(id, ends_at)
  WHERE ((s.id = gateway_grant.gate_id) AND (gateway_grant.expires_at <= s.ends_at))))) AND (person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

gateway_grant: keeper for all to parley_keeper
  using true
  with check true

gateway_grant: who_has_the_gate_sees for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (gate_id IN ( SELECT parley.gates_seen() AS gates_seen)))

gateway_grant: who_has_the_gate_takes_back for update to parley_app
  using (gate_id IN ( SELECT parley.gates_seen() AS gates_seen))

gateway_request: keeper for all to parley_keeper
  using true
  with check true

gateway_request: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_request: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_request: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_reservation: keeper for all to parley_keeper
  using true
  with check true

gateway_reservation: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_reservation: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_reservation: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

gateway_reservation: system_settles for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

hold: keeper for all to parley_keeper
  using true
  with check true

hold: system_opens for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

hold: system_sees for select to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

honey: administrators_make for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (retired_at IS NULL) AND (made_by = ( SELECT parley.actor_person() AS actor_person)))

honey: administrators_retire for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (NOT (retired_by IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person))))

honey: keeper for all to parley_keeper
  using true
  with check true

honey: makers_and_auditors_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (made_by = ( SELECT parley.actor_person() AS actor_person)))

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
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = import_known.report_no)
 OFFSET 0)))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

import_known: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

label: cleared_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))

label: keeper for all to parley_keeper
  using true
  with check true

ledger_about: keeper for all to parley_keeper
  using true
  with check true

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

ledger_key: auditors_see for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR ( SELECT parley.actor_is_system() AS actor_is_system))

ledger_key: keeper for all to parley_keeper
  using true
  with check true

ledger_key: system_adds_keys for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

ledger_list: keeper for all to parley_keeper
  using true
  with check true

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

live_event: alerts_are_told_to_auditors for select to parley_app
  using ((topic = 'alert'::text) AND ( SELECT parley.actor_may('audit'::text) AS actor_may))

live_event: alerts_are_told_to_nobody_else for select to parley_app
  using ((topic <> 'alert'::text) OR ( SELECT parley.actor_may('audit'::text) AS actor_may))

live_event: approvals_are_told_to_who_sees_them for select to parley_app
  using ((topic <> 'approval'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.approval a
  WHERE (a.id = live_event.ref))))

live_event: engagements_are_told for select to parley_app
  using ((topic = 'engagement'::text) AND (ref IN ( SELECT parley.engagements_seen() AS engagements_seen)))

live_event: engagements_are_told_to_nobody_else for select to parley_app
  using ((topic <> 'engagement'::text) OR (ref IN ( SELECT parley.engagements_seen() AS engagements_seen)))

live_event: events_are_seen for select to parley_app
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)) OR ((topic = 'people'::text) AND ( SELECT parley.actor_may('audit'::text) AS actor_may)))

live_event: keeper for all to parley_keeper
  using true
  with check true

live_event: own_read_ins_are_told for select to parley_app
  using ((topic = 'read-in'::text) AND (ref IN ( SELECT r.id
   FROM parley.read_in r
  WHERE (r.person_id = ( SELECT parley.actor_person() AS actor_person)))))

live_event: packs_and_runs_are_told for select to parley_app
  using (((topic = 'pack'::text) AND (EXISTS ( SELECT 1
   FROM parley.pack p
  WHERE (p.id = live_event.ref)))) OR ((topic = 'run'::text) AND (EXISTS ( SELECT 1
   FROM parley.evaluation_run r
  WHERE (r.id = live_event.ref)))))

live_event: packs_and_runs_are_told_to_nobody_else for select to parley_app
  using (((topic <> 'pack'::text) OR (EXISTS ( SELECT 1
   FROM parley.pack p
  WHERE (p.id = live_event.ref)))) AND ((topic <> 'run'::text) OR (EXISTS ( SELECT 1
   FROM parley.evaluation_run r
  WHERE (r.id = live_event.ref)))))

live_event: partners_are_told for select to parley_app
  using ((topic = 'partner'::text) AND (ref IN ( SELECT parley.gates_seen() AS gates_seen)))

live_event: partners_are_told_to_nobody_else for select to parley_app
  using ((topic <> 'partner'::text) OR (ref IN ( SELECT parley.gates_seen() AS gates_seen)))

live_event: proofs_are_told_to_who_sees_them for select to parley_app
  using ((topic <> 'proof'::text) OR ( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.proof p
  WHERE (p.id = live_event.ref))))

live_event: system_forgets_events for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

live_event: what_was_done_at_a_partner_is_told for insert to parley_app
  with check ((topic = 'partner'::text) AND (ref IN ( SELECT parley.gates_seen() AS gates_seen)))

live_event: what_was_done_at_the_desk_is_told for insert to parley_app
  with check ((topic = 'engagement'::text) AND (ref IN ( SELECT parley.engagements_seen() AS engagements_seen)))

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
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = note.case_id)
 OFFSET 0))))

note: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = note.case_id)
 OFFSET 0))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = note.case_id)
 OFFSET 0))))

note: deciders_remove for delete to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = note.case_id)
 OFFSET 0))))

note: keeper for all to parley_keeper
  using true
  with check true

note: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = note.case_id)
 OFFSET 0))))

notice: deciders_tell for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = notice.report_no)
 OFFSET 0))))

notice: keeper for all to parley_keeper
  using true
  with check true

notice: readers_and_own_see for select to parley_app
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = notice.report_no)
 OFFSET 0)))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

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

pack: evaluators_commit_their_own for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('evaluate'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (committed_by = ( SELECT parley.actor_person() AS actor_person)) AND (published_at IS NULL) AND (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

pack: held_kept_and_declared_are_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (no IN ( SELECT parley.packs_held('view'::text) AS packs_held)) OR (no IN ( SELECT parley.packs_kept() AS packs_kept)) OR (no IN ( SELECT parley.packs_declared() AS packs_declared)) OR (( SELECT parley.actor_may('evaluate'::text) AS actor_may) AND (committed_by = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

pack: keeper for all to parley_keeper
  using true
  with check true

pack: keepers_publish for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (no IN ( SELECT parley.packs_kept() AS packs_kept)))

pack_file: keeper for all to parley_keeper
  using true
  with check true

pack_file: keepers_hand_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((pack_no IN ( SELECT parley.packs_kept() AS packs_kept)) AND (handed_by = ( SELECT parley.actor_person() AS actor_person))))

pack_file: who_may_fetch_sees for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR ((pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)) AND ((name !~~ 'pairs/%'::text) OR (EXISTS ( SELECT 1
   FROM parley.pack_opening o
  WHERE ((o.pack_no = pack_file.pack_no) AND (pack_file.name = (('pairs/'::text || o.pair) || '.age'::text)) AND (o.person_id = ( SELECT parley.actor_person() AS actor_person)) AND (o.until > now())))))))

pack_opening: keeper for all to parley_keeper
  using true
  with check true

pack_opening: keepers_and_own_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (pack_no IN ( SELECT parley.packs_kept() AS packs_kept)) OR ((person_id = ( SELECT parley.actor_person() AS actor_person)) AND (pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held))))

pack_opening: system_lets for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

pack_right: keeper for all to parley_keeper
  using true
  with check true

pack_right: keepers_and_own_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (pack_no IN ( SELECT parley.packs_kept() AS packs_kept)) OR ((person_id = ( SELECT parley.actor_person() AS actor_person)) AND (pack_no IN ( SELECT parley.packs_held('view'::text) AS packs_held))))

pack_right: keepers_end for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (pack_no IN ( SELECT parley.packs_kept() AS packs_kept)))
  with check ((ended_by = ( SELECT parley.actor_person() AS actor_person)) OR ( SELECT parley.actor_is_system() AS actor_is_system))

pack_right: keepers_give for insert to parley_app
  with check ((( SELECT parley.actor_is_system() AS actor_is_system) OR ((pack_no IN ( SELECT parley.packs_kept() AS packs_kept)) AND (given_by = ( SELECT parley.actor_person() AS actor_person)))) AND (ended_at IS NULL))

pack_task: keeper for all to parley_keeper
  using true
  with check true

pack_task: seen_with_the_pack for select to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.pack p
  WHERE (p.no = pack_task.pack_no)
 OFFSET 0))

pack_task: who_may_fetch_opens for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)) AND (published_by = ( SELECT parley.actor_person() AS actor_person))))

partner: both_sides_and_named_see for select to parley_app
  using ((engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)) OR (no IN ( SELECT parley.partners_named() AS partners_named)))

partner: both_sides_decide for update to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

partner: both_sides_propose for insert to parley_app
  with check ((engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)) AND (started_at IS NULL) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (proposed_side = parley.engagement_side(engagement_id))))

partner: keeper for all to parley_keeper
  using true
  with check true

partner_duty: done_by_who_sees_it for update to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.partner_occurrence o
  WHERE (o.no = partner_duty.occurrence_no)
 OFFSET 0))
  with check (NOT (done_by IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person)))

partner_duty: keeper for all to parley_keeper
  using true
  with check true

partner_duty: owed_with_the_occurrence for insert to parley_app
  with check ((EXISTS ( SELECT 1
   FROM parley.partner_occurrence o
  WHERE (o.no = partner_duty.occurrence_no)
 OFFSET 0)) AND (done_at IS NULL))

partner_duty: seen_with_the_occurrence for select to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.partner_occurrence o
  WHERE (o.no = partner_duty.occurrence_no)
 OFFSET 0))

partner_occurrence: keeper for all to parley_keeper
  using true
  with check true

partner_occurrence: seen_with_the_partner for select to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.partner p
  WHERE (p.no = partner_occurrence.partner_no)
 OFFSET 0))

partner_occurrence: who_sees_the_partner_tells for insert to parley_app
  with check ((EXISTS ( SELECT 1
   FROM parley.partner p
  WHERE (p.no = partner_occurrence.partner_no)
 OFFSET 0)) AND (NOT (told_by IS DISTINCT FROM ( SELECT parley.actor_person() AS actor_person))))

partner_user: both_sides_name for insert to parley_app
  with check (EXISTS ( SELECT 1
   FROM parley.partner p
  WHERE ((p.no = partner_user.partner_no) AND (p.engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)))
 OFFSET 0))

partner_user: both_sides_take_back for delete to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.partner p
  WHERE ((p.no = partner_user.partner_no) AND (p.engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)))
 OFFSET 0))

partner_user: keeper for all to parley_keeper
  using true
  with check true

partner_user: seen_with_the_partner for select to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.partner p
  WHERE (p.no = partner_user.partner_no)
 OFFSET 0))

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

payload_end: keeper for all to parley_keeper
  using true
  with check true

payload_end: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

payload_end: where_reports_are_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = payload_end.report_no)
 OFFSET 0)))

payload_key: keeper for all to parley_keeper
  using true
  with check true

payload_key: own_adds for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

payload_key: system_forgets for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

payload_key: where_payloads_are_seen for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.attachment a
  WHERE (a.report_no = payload_key.report_no)
 OFFSET 0)) OR (EXISTS ( SELECT 1
   FROM parley.proof p
  WHERE (p.report_no = payload_key.report_no)
 OFFSET 0)))

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

policy_reading: both_sides_see_if_cleared for select to parley_app
  using ((engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen)) AND (policy_number IN ( SELECT p.number
   FROM parley.classification_policy p)))

policy_reading: keeper for all to parley_keeper
  using true
  with check true

policy_reading: system_reads for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

proof: deciders_dispute for update to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('decide'::text) AS actor_may) AND ( SELECT parley.actor_may('read-proofs'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = proof.report_no)
 OFFSET 0))))

proof: keeper for all to parley_keeper
  using true
  with check true

proof: own_is_handed_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = proof.report_no)
 OFFSET 0))))

proof: proof_readers_and_own_see for select to parley_app
  using ((( SELECT parley.actor_may('read-proofs'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = proof.report_no)
 OFFSET 0)))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

proof: read_in_sees for select to parley_app
  using (report_no IN ( SELECT parley.reports_read_into() AS reports_read_into))

proof_run: keeper for all to parley_keeper
  using true
  with check true

proof_run: runs_are_asked_for for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('hand-in'::text) AS actor_may) AND (state = 'queued'::text) AND (patch_of IS NULL) AND (EXISTS ( SELECT 1
   FROM parley.proof p
  WHERE (p.no = proof_run.proof_no)
 OFFSET 0))))

proof_run: seen_with_the_proof for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.proof p
  WHERE (p.no = proof_run.proof_no)
 OFFSET 0)) AND ((patch_of IS NULL) OR (( SELECT parley.actor_may('read'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.proof q
  WHERE (q.no = proof_run.patch_of)
 OFFSET 0))))))

proof_run: system_runs for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

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

pseudonym: keeper for all to parley_keeper
  using true
  with check true

pseudonym: own_and_system_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

pseudonym: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

pseudonym: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

pseudonym_reveal: keeper for all to parley_keeper
  using true
  with check true

pseudonym_reveal: own_and_system_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (person_id = ( SELECT parley.actor_person() AS actor_person)) OR (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)))

pseudonym_reveal: own_is_used for update to parley_app
  using (person_id = ( SELECT parley.actor_person() AS actor_person))
  with check (person_id = ( SELECT parley.actor_person() AS actor_person))

pseudonym_reveal: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

read_count: keeper for all to parley_keeper
  using true
  with check true

read_count: own_and_audited_counts_are_seen for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

read_count: system_forgets_counts for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

read_in: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

read_in: deciders_auditors_and_self_see for select to parley_app
  using ((person_id = ( SELECT parley.actor_person() AS actor_person)) OR (( SELECT parley.actor_may('audit'::text) AS actor_may) AND parley.is_cleared_for(ARRAY[case_id])) OR (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.vulnerability_case c
  WHERE (c.id = read_in.case_id)
 OFFSET 0))))

read_in: deciders_change for update to parley_app
  using ( SELECT parley.actor_may('decide'::text) AS actor_may)
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

read_in: keeper for all to parley_keeper
  using true
  with check true

read_in_gate: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

read_in_gate: deciders_and_auditors_see for select to parley_app
  using ((( SELECT parley.actor_may('audit'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.read_in r
  WHERE ((r.id = read_in_gate.read_in_id) AND parley.is_cleared_for(ARRAY[r.case_id]))))) OR (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM (parley.read_in r
     JOIN parley.vulnerability_case c ON ((c.id = r.case_id)))
  WHERE (r.id = read_in_gate.read_in_id)
 OFFSET 0))))

read_in_gate: keeper for all to parley_keeper
  using true
  with check true

read_in_reason: deciders_add for insert to parley_app
  with check ( SELECT parley.actor_may('decide'::text) AS actor_may)

read_in_reason: deciders_and_auditors_see for select to parley_app
  using ((( SELECT parley.actor_may('audit'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM parley.read_in r
  WHERE ((r.id = read_in_reason.read_in_id) AND parley.is_cleared_for(ARRAY[r.case_id]))))) OR (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (EXISTS ( SELECT 1
   FROM (parley.read_in r
     JOIN parley.vulnerability_case c ON ((c.id = r.case_id)))
  WHERE (r.id = read_in_reason.read_in_id)
 OFFSET 0))))

read_in_reason: keeper for all to parley_keeper
  using true
  with check true

read_stop: keeper for all to parley_keeper
  using true
  with check true

read_stop: own_and_audited_stops_are_seen for select to parley_app
  using (( SELECT parley.actor_may('audit'::text) AS actor_may) OR (person_id = ( SELECT parley.actor_person() AS actor_person)))

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

report: read_in_sees for select to parley_app
  using (no IN ( SELECT parley.reports_read_into() AS reports_read_into))

report: readers_and_own_see for select to parley_app
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id))))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

report: system_changes for update to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

report_origin: cleared_readers_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (( SELECT parley.actor_may('read'::text) AS actor_may) AND (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

report_origin: keeper for all to parley_keeper
  using true
  with check true

report_origin: system_keeps for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

report_revision: keeper for all to parley_keeper
  using true
  with check true

report_revision: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = report_revision.report_no)
 OFFSET 0))))

report_revision: system_adds for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

run_word: each_says_its_own for insert to parley_app
  with check (parley.is_run_of(run_no, engagement_id) AND (side = parley.engagement_side(engagement_id)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

run_word: keeper for all to parley_keeper
  using true
  with check true

run_word: seen_with_the_run for select to parley_app
  using (run_no IN ( SELECT r.no
   FROM parley.evaluation_run r))

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
  using ((( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM parley.report r
  WHERE (r.no = sighting.report_no)
 OFFSET 0)))) OR (organisation_id = ( SELECT parley.actor_follows() AS actor_follows)))

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
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

suggestion: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

suggestion: keeper for all to parley_keeper
  using true
  with check true

suggestion: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

suggestion_count: keeper for all to parley_keeper
  using true
  with check true

suggestion_count: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

technique: both_sides_see for select to parley_app
  using (engagement_id IN ( SELECT parley.engagements_seen() AS engagements_seen))

technique: evaluators_record for insert to parley_app
  with check ((engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

technique: keeper for all to parley_keeper
  using true
  with check true

transcript_part: keeper for all to parley_keeper
  using true
  with check true

transcript_part: system_destroys for delete to parley_app
  using ( SELECT parley.actor_is_system() AS actor_is_system)

transcript_part: who_may_fetch_hands_in for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM (parley.evaluation_sample s
     JOIN parley.evaluation_run r ON ((r.no = s.run_no)))
  WHERE ((s.no = transcript_part.sample_no) AND (s.handed_by = ( SELECT parley.actor_person() AS actor_person)) AND (r.pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)))
 OFFSET 0)))

transcript_part: who_may_fetch_reads for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR (EXISTS ( SELECT 1
   FROM (parley.evaluation_sample s
     JOIN parley.evaluation_run r ON ((r.no = s.run_no)))
  WHERE ((s.no = transcript_part.sample_no) AND (r.pack_no IN ( SELECT parley.packs_held('query'::text) AS packs_held)) AND (r.engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)))
 OFFSET 0)))

transcript_reading: each_notes_its_own for insert to parley_app
  with check (( SELECT parley.actor_is_system() AS actor_is_system) OR ((EXISTS ( SELECT 1
   FROM parley.evaluation_sample s
  WHERE (s.no = transcript_reading.sample_no)
 OFFSET 0)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)) AND (organisation_id = ( SELECT parley.actor_organisation() AS actor_organisation))))

transcript_reading: keeper for all to parley_keeper
  using true
  with check true

transcript_reading: seen_with_the_sample for select to parley_app
  using (EXISTS ( SELECT 1
   FROM parley.evaluation_sample s
  WHERE (s.no = transcript_reading.sample_no)
 OFFSET 0))

verdict: evaluators_give for insert to parley_app
  with check (parley.is_run_of(run_no, engagement_id) AND (engagement_id IN ( SELECT parley.engagements_evaluated() AS engagements_evaluated)) AND (person_id = ( SELECT parley.actor_person() AS actor_person)))

verdict: keeper for all to parley_keeper
  using true
  with check true

verdict: seen_with_the_run for select to parley_app
  using (run_no IN ( SELECT r.no
   FROM parley.evaluation_run r))

verdict_bundle: keeper for all to parley_keeper
  using true
  with check true

verdict_bundle: seen_with_the_verdict for select to parley_app
  using (verdict_id IN ( SELECT v.id
   FROM parley.verdict v))

verdict_bundle: system_makes for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

verdict_key: administrators_end for update to parley_app
  using ( SELECT parley.actor_may('administer'::text) AS actor_may)
  with check (ended_by = ( SELECT parley.actor_person() AS actor_person))

verdict_key: administrators_trust for insert to parley_app
  with check (( SELECT parley.actor_may('administer'::text) AS actor_may) AND (trusted_by = ( SELECT parley.actor_person() AS actor_person)) AND (ended_at IS NULL))

verdict_key: keeper for all to parley_keeper
  using true
  with check true

verdict_key: who_takes_and_who_trusts_see for select to parley_app
  using (( SELECT parley.actor_is_system() AS actor_is_system) OR ( SELECT parley.actor_may('evaluate'::text) AS actor_may) OR ( SELECT parley.actor_may('administer'::text) AS actor_may))

vulnerability_case: deciders_add for insert to parley_app
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

vulnerability_case: deciders_change for update to parley_app
  using (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))
  with check (( SELECT parley.actor_may('decide'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

vulnerability_case: keeper for all to parley_keeper
  using true
  with check true

vulnerability_case: read_in_sees for select to parley_app
  using (id IN ( SELECT parley.cases_read_into('full'::text) AS cases_read_into))

vulnerability_case: readers_see for select to parley_app
  using (( SELECT parley.actor_may('read'::text) AS actor_may) AND (( SELECT parley.actor_is_system() AS actor_is_system) OR (label_id IN ( SELECT l.id
   FROM parley.visible_labels() l(id)))))

worker: keeper for all to parley_keeper
  using true
  with check true

worker: operators_see for select to parley_app
  using ( SELECT parley.actor_may('operate'::text) AS actor_may)

worker: operators_switch for update to parley_app
  using ( SELECT parley.actor_may('operate'::text) AS actor_may)

worker: system_registers for insert to parley_app
  with check ( SELECT parley.actor_is_system() AS actor_is_system)

-- Rights

account_hand: parley_app may insert, select

account_hand: parley_keeper may delete, insert, select, update

advisory: parley_app may insert, select, update

advisory: parley_keeper may delete, insert, select, update

agreement: parley_app may insert, select

agreement: parley_keeper may delete, insert, select, update

agreement_acceptance: parley_app may insert, select

agreement_acceptance: parley_keeper may delete, insert, select, update

alert: parley_app may insert, select

alert: parley_keeper may delete, insert, select, update

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

case_export: parley_app may insert, select

case_export: parley_keeper may delete, insert, select, update

case_kin: parley_app may delete, insert, select, update

case_kin: parley_keeper may delete, insert, select, update

case_plan: parley_app may insert, select, update

case_plan: parley_keeper may delete, insert, select, update

case_relation: parley_app may delete, insert, select, update

case_relation: parley_keeper may delete, insert, select, update

case_report: parley_app may insert, select, update

case_report: parley_keeper may delete, insert, select, update

case_taken: parley_app may delete, insert, select

case_taken: parley_keeper may delete, insert, select, update

ceiling: parley_app may select

ceiling: parley_keeper may delete, insert, select, update

classification_policy: parley_app may insert, select

classification_policy: parley_keeper may delete, insert, select, update

clearance: parley_app may insert, select, update

clearance: parley_keeper may delete, insert, select, update

correlation_across: parley_app may delete, insert, select, update

correlation_across: parley_keeper may delete, insert, select, update

correlation_equal: parley_app may delete, insert, select, update

correlation_equal: parley_keeper may delete, insert, select, update

correlation_label: parley_app may delete, insert, select, update

correlation_label: parley_keeper may delete, insert, select, update

correlation_population: parley_app may delete, insert, select, update

correlation_population: parley_keeper may delete, insert, select, update

correlation_profile: parley_app may delete, insert, select, update

correlation_profile: parley_keeper may delete, insert, select, update

crossed_verdict: parley_app may insert, select

crossed_verdict: parley_keeper may delete, insert, select, update

day_count: parley_app may delete, insert, select, update

day_count: parley_keeper may delete, insert, select, update

declaration: parley_app may insert, select

declaration: parley_keeper may delete, insert, select, update

determination: parley_app may insert, select, update

determination: parley_keeper may delete, insert, select, update

engagement: parley_app may insert, select, update

engagement: parley_keeper may delete, insert, select, update

engagement_act: parley_app may insert, select

engagement_act: parley_keeper may delete, insert, select, update

engagement_document: parley_app may insert, select

engagement_document: parley_keeper may delete, insert, select, update

engagement_event: parley_app may insert, select

engagement_event: parley_keeper may delete, insert, select, update

engagement_retention: parley_app may insert, select

engagement_retention: parley_keeper may delete, insert, select, update

evaluation_look: parley_app may insert, select

evaluation_look: parley_keeper may delete, insert, select, update

evaluation_run: parley_app may insert, select

evaluation_run: parley_keeper may delete, insert, select, update

evaluation_sample: parley_app may insert, select

evaluation_sample: parley_keeper may delete, insert, select, update

exclusion: parley_app may insert, select

exclusion: parley_keeper may delete, insert, select, update

export_grant: parley_app may insert, select

export_grant: parley_keeper may delete, insert, select, update

finder: parley_app may insert, select, update

finder: parley_keeper may delete, insert, select, update

finder_message: parley_app may insert, select

finder_message: parley_keeper may delete, insert, select, update

fixed_report: parley_app may delete, insert, select, update

fixed_report: parley_keeper may delete, insert, select, update

gateway_access: parley_app may insert, select

gateway_access: parley_keeper may delete, insert, select, update

gateway_account: parley_app may insert, select, update

gateway_account: parley_keeper may delete, insert, select, update

gateway_closing: parley_app may insert, select

gateway_closing: parley_keeper may delete, insert, select, update

gateway_credential: parley_app may insert, select, update

gateway_credential: parley_keeper may delete, insert, select, update

gateway_endpoint: parley_app may insert, select, update

gateway_endpoint: parley_keeper may delete, insert, select, update

gateway_gate: parley_app may select

gateway_gate: parley_keeper may delete, insert, select, update

gateway_grant: parley_app may insert, select

gateway_grant: parley_keeper may delete, insert, select, update

gateway_request: parley_app may insert, select, update

gateway_request: parley_keeper may delete, insert, select, update

gateway_reservation: parley_app may delete, insert, select, update

gateway_reservation: parley_keeper may delete, insert, select, update

hold: parley_app may select

hold: parley_keeper may delete, insert, select, update

honey: parley_app may insert, select

honey: parley_keeper may delete, insert, select, update

idempotency: parley_app may delete, insert, select, update

idempotency: parley_keeper may delete, insert, select, update

import_known: parley_app may insert, select

import_known: parley_keeper may delete, insert, select, update

label: parley_app may select

label: parley_keeper may delete, insert, select, update

ledger_about: parley_keeper may delete, insert, select

ledger_checkpoint: parley_app may insert, select

ledger_checkpoint: parley_keeper may insert, select

ledger_entry: parley_app may insert, select

ledger_entry: parley_keeper may insert, select

ledger_field: parley_app may insert, select

ledger_field: parley_keeper may insert, select, update

ledger_key: parley_app may insert, select

ledger_key: parley_keeper may insert, select

ledger_list: parley_keeper may insert, select

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

pack: parley_app may insert, select

pack: parley_keeper may delete, insert, select, update

pack_file: parley_app may insert, select

pack_file: parley_keeper may delete, insert, select, update

pack_opening: parley_app may insert, select

pack_opening: parley_keeper may delete, insert, select, update

pack_right: parley_app may insert, select

pack_right: parley_keeper may delete, insert, select, update

pack_task: parley_app may insert, select

pack_task: parley_keeper may delete, insert, select, update

partner: parley_app may insert, select, update

partner: parley_keeper may delete, insert, select, update

partner_duty: parley_app may insert, select, update

partner_duty: parley_keeper may delete, insert, select, update

partner_occurrence: parley_app may insert, select

partner_occurrence: parley_keeper may delete, insert, select, update

partner_user: parley_app may delete, insert, select

partner_user: parley_keeper may delete, insert, select, update

passkey: parley_app may delete, insert, select, update

passkey: parley_keeper may delete, insert, select, update

passkey_challenge: parley_app may delete, insert, select

passkey_challenge: parley_keeper may delete, insert, select, update

payload_end: parley_app may insert, select

payload_end: parley_keeper may delete, insert, select, update

payload_key: parley_app may delete, insert, select

payload_key: parley_keeper may delete, insert, select, update

person: parley_app may insert, select, update

person: parley_keeper may delete, insert, select, update

policy_reading: parley_app may insert, select

policy_reading: parley_keeper may delete, insert, select, update

proof: parley_app may insert, select, update

proof: parley_keeper may delete, insert, select, update

proof_run: parley_app may insert, select, update

proof_run: parley_keeper may delete, insert, select, update

provider_identity: parley_app may delete, insert, select, update

provider_identity: parley_keeper may delete, insert, select, update

provider_request: parley_app may delete, insert, select

provider_request: parley_keeper may delete, insert, select, update

pseudonym: parley_app may insert, select

pseudonym: parley_keeper may delete, insert, select, update

pseudonym_reveal: parley_app may insert, select

pseudonym_reveal: parley_keeper may delete, insert, select, update

read_count: parley_app may delete, select

read_count: parley_keeper may delete, insert, select, update

read_in: parley_app may insert, select

read_in: parley_keeper may delete, insert, select, update

read_in_gate: parley_app may insert, select

read_in_gate: parley_keeper may delete, insert, select, update

read_in_reason: parley_app may insert, select

read_in_reason: parley_keeper may delete, insert, select, update

read_stop: parley_app may select

read_stop: parley_keeper may delete, insert, select, update

recovery_code: parley_app may delete, insert, select, update

recovery_code: parley_keeper may delete, insert, select, update

report: parley_app may insert, update

report: parley_keeper may delete, insert, select, update

report_no_seq: parley_app may usage

report_origin: parley_app may insert, select

report_origin: parley_keeper may delete, insert, select, update

report_revision: parley_app may insert, select, update

report_revision: parley_keeper may delete, insert, select, update

run_word: parley_app may insert, select

run_word: parley_keeper may delete, insert, select, update

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

technique: parley_app may insert, select

technique: parley_keeper may delete, insert, select, update

transcript_part: parley_app may delete, insert, select

transcript_part: parley_keeper may delete, insert, select, update

transcript_reading: parley_app may insert, select

transcript_reading: parley_keeper may delete, insert, select, update

verdict: parley_app may insert, select

verdict: parley_keeper may delete, insert, select, update

verdict_bundle: parley_app may insert, select

verdict_bundle: parley_keeper may delete, insert, select, update

verdict_key: parley_app may insert, select

verdict_key: parley_keeper may delete, insert, select, update

vulnerability_case: parley_app may insert, select, update

vulnerability_case: parley_keeper may delete, insert, select, update

worker: parley_app may insert, select, update

worker: parley_keeper may delete, insert, select, update

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

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.acknowledge_read_in(asked text, digest text, papers text[])
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with done as (
    update parley.read_in r
    set acknowledged_at = now(), acknowledged_digest = digest, agreed = papers
    where r.id = asked and parley.actor_via() = 'session'
      and r.person_id = parley.actor_person()
      and r.organisation_id = parley.actor_organisation()
      and r.assigned_at is not null and r.acknowledged_at is null
      and r.ended_at is null and r.refused_at is null and r.until > now()
    returning 1
  ) select exists (select 1 from done)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_clearance()
 RETURNS parley.clearance
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select coalesce(
    (select c from parley.clearance c where c.person_id = parley.actor_person()
      and c.organisation_id = parley.actor_organisation()),
    row(parley.actor_person(), parley.actor_organisation(), 0, 3, '{}', false, true, now(), null)
      ::parley.clearance)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_evaluated(asked bigint, organisation text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select current_setting('parley.role', true) = 'evaluator' and parley.actor_may('evaluate')
    and organisation = parley.actor_organisation()
    and exists (select 1 from parley.report_origin o where o.report_no = asked)
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_follows()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select case when current_setting('parley.role', true) = 'finder'
      and parley.actor_may('hand-in')
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
AS $function$ select coalesce(
    permission = any (parley.permissions_of(current_setting('parley.role', true)))
    and (coalesce(current_setting('parley.scopes', true), '') = ''
      or permission = any (string_to_array(current_setting('parley.scopes', true), ','))), false) $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_of_session(session_hash bytea, moment timestamp with time zone)
 RETURNS TABLE(session_id text, person_id text, person_name text, organisation_id text, role text, expires_at timestamp with time zone, last_used_at timestamp with time zone, held text, must_prove boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select s.id, s.person_id, p.name, s.organisation_id, s.role, s.expires_at, s.last_used_at,
    case when asked.is and not parley.cannot_be_phished(s.factor, s.provider_acr, s.provider_amr)
        then 'factor-needed'
      when exists (select 1 from parley.agreements_needed(s.person_id, s.organisation_id, s.role))
        then 'agreement-needed' end,
    coalesce(s.proven_at <= moment - interval '5 minutes', true)
      and (asked.is or exists (select 1 from parley.passkey k
        where k.person_id = s.person_id and k.copied_at is null))
  from parley.session s
  join parley.person p on p.id = s.person_id and p.disabled_at is null
  join parley.organisation o on o.id = s.organisation_id and o.disabled_at is null
  cross join lateral (select parley.factor_is_asked(s.role) as is) asked
  where s.hash = session_hash and s.ended_at is null and s.expires_at > moment
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.actor_of_token(token_hash bytea, moment timestamp with time zone)
 RETURNS TABLE(token_id text, organisation_id text, person_id text, role text, held text, scopes text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select t.id, t.organisation_id, t.owner_id, t.role,
    case when parley.token_is_held(t.owner_id, t.organisation_id, moment)
      then 'agreement-needed' end,
    t.scopes
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

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.actor_via()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('parley.via', true), '') $function$

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
CREATE OR REPLACE FUNCTION parley.agreement_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  raise exception 'agreements and who accepted them are never changed: % on %', lower(tg_op),
    tg_table_name using errcode = 'insufficient_privilege';
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.agreements_needed(who text, at_organisation text, as_role text)
 RETURNS TABLE(kind text, version integer)
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select a.kind, a.version from (
    select distinct on (one.kind) one.kind, one.version, one.roles, one.organisations
    from parley.agreement one order by one.kind, one.version desc) a
  where (a.roles = '{}' or as_role = any (a.roles))
    and (a.organisations = '{}' or at_organisation = any (a.organisations))
    and not exists (select 1 from parley.agreement_acceptance c
      where c.person_id = who and c.organisation_id = at_organisation
        and c.kind = a.kind and c.version = a.version)
$function$

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
    select 1 from parley.arrival where parley.actor_may('read')
      and (parley.actor_is_system() or label_id in (select l.id from parley.visible_labels() l))
    limit at_most) waiting
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.cannot_be_phished(factor text, acr text, amr text[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select factor = 'passkey' or (factor = 'provider'
    and (coalesce(acr in ('phr', 'phrh'), false) or amr && array['phr', 'phrh', 'hwk'])) $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.canonical_label(of jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select '{"classification":"' || (of ->> 'classification')
    || '","compartments":' || parley.canonical_texts(of -> 'compartments')
    || ',"embargoUntil":' || case when of -> 'embargoUntil' = 'null' then 'null'
      else '"' || (of ->> 'embargoUntil') || '"' end
    || ',"foia":' || parley.canonical_texts(of -> 'foia')
    || ',"legal":[' || coalesce((
      select string_agg(format('{"from":"%s","kind":"%s","until":%s}', e ->> 'from', e ->> 'kind',
        case when e -> 'until' = 'null' then 'null' else '"' || (e ->> 'until') || '"' end), ','
        order by (e ->> 'from') collate "C", (e ->> 'kind') collate "C",
          (e ->> 'until') collate "C" nulls last)
      from (select distinct e from jsonb_array_elements(of -> 'legal') as l (e)) l), '')
    || '],"owners":' || parley.canonical_texts(of -> 'owners')
    || ',"releasableTo":' || parley.canonical_texts(of -> 'releasableTo')
    || ',"tlp":"' || (of ->> 'tlp') || '"}'
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.canonical_texts(list jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when list = 'null' then 'null' else '[' || coalesce((
    select string_agg('"' || t || '"', ',' order by at)
    from unnest(parley.texts_of(list)) with ordinality as u (t, at)), '') || ']' end
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
  shown integer[];
  is_most boolean := false;
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
  if not parley.actor_is_system() then
    shown := array(select l.id from parley.visible_labels() l);
    -- What is searched for has an index of its own. Read beside it, that of labels only costs those
    -- who are shown most cases, and a sum is not looked up there; the newest tell who that is.
    if asked ?| array['words', 'finder', 'package', 'import'] then
      select count(*) > 40 into is_most from (select c.label_id from parley.vulnerability_case c
        where c.merged_into is null order by c.no desc limit 200) newest
      where newest.label_id = any (shown);
    end if;
    wanted := wanted || format(' and c.label_id%s = any (%L::integer[])',
      case when is_most then ' + 0' else '' end, shown);
  end if;
  return wanted;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.case_has_one_label()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  perform 1 from parley.vulnerability_case c where c.id in (select a.case_id from added a)
    order by c.id for no key update;
  if tg_op = 'UPDATE' then
    perform 1 from parley.report r where r.no in (select a.report_no from added a
      join removed o on o.report_no = a.report_no where o.case_id <> a.case_id)
      order by r.no for no key update;
  end if;
  if exists (select 1 from added a join parley.report r on r.no = a.report_no
    join parley.vulnerability_case c on c.id = a.case_id where r.label_id <> c.label_id)
  then
    raise exception 'the reports of a case have one label' using errcode = 'check_violation',
      constraint = 'case_has_one_label';
  end if;
  return null;
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
    where c.aliases && asked and c.merged_into is null
      and (parley.actor_is_system() or c.label_id in (select l.id from parley.visible_labels() l))
    order by c.id;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.cases_read_into(asked_part text)
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if parley.actor_via() is distinct from 'session' or parley.actor_person() is null
    or coalesce(current_setting('parley.scopes', true), '') = 'none' then return; end if;
  return query select r.case_id from parley.read_in r
    join parley.vulnerability_case c on c.id = r.case_id
    join parley.label l on l.id = c.label_id
    where r.person_id = parley.actor_person()
      and r.organisation_id = parley.actor_organisation() and r.part = asked_part
      and r.acknowledged_at is not null and r.ended_at is null and r.refused_at is null
      and parley.read_in_stands(r) and parley.is_cleared_but_for_sharing(l);
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

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.classification_rank(of jsonb)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select (array_position(array['unclassified', 'restricted', 'confidential', 'secret', 'top-secret'],
    of ->> 'classification') - 1)::smallint
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.clearance_is_below_ceiling()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if new.classification > (select c.classification from parley.ceiling c) then
    raise exception 'this clearance is above the ceiling of this instance'
      using errcode = 'check_violation', constraint = 'clearance_is_below_ceiling';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.correlation_near(of_label integer, by_text boolean, keys integer[], ends integer[], at_most integer, but_results boolean)
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
        where p.text && own and p.label_id = of_label and (not but_results or p.domain <> 'scan')
        limit at_most;
    else
      return query select one - 1, p.report_no, p.scan operator(parley.&) own
        from parley.correlation_profile p where p.scan && own and p.label_id = of_label
        limit at_most;
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
        gone_at is not null, count(*), label_id
      from added where merged_into is null group by 2, 3, 4, 5, 6, 7, 8, 10
      on conflict (status, verdict, severity, band, evidence, assignee_id, is_gone, label_id,
        shard)
        do update set count = case_count.count + excluded.count;
  else
    insert into parley.case_count
      select own, status, verdict, severity, band, evidence, assignee, is_gone, sum(step), label_id
      from (
        select status, verdict, severity, band, evidence, coalesce(assignee_id, '') as assignee,
          gone_at is not null as is_gone, 1 as step, label_id from added where merged_into is null
        union all
        select status, verdict, severity, band, evidence, coalesce(assignee_id, ''),
          gone_at is not null, -1, label_id from removed where merged_into is null
      ) changed group by 2, 3, 4, 5, 6, 7, 8, 10 having sum(step) <> 0
      on conflict (status, verdict, severity, band, evidence, assignee_id, is_gone, label_id,
        shard)
        do update set count = case_count.count + excluded.count;
  end if;
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.count_reads(token text, kind text, records text[], moment timestamp with time zone, has_reason boolean, stop_id text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  who text := parley.actor_person();
  this_hour timestamptz := date_trunc('hour', moment, 'UTC');
  budget integer[] := parley.read_budget(parley.actor_role(), kind);
  known text[];
  fresh text[];
  used integer[];
  most integer;
begin
  if who is null then return 'ok'; end if;
  insert into parley.read_count (person_id, token_id, hour, role)
    values (who, token, this_hour, parley.actor_role()) on conflict do nothing;
  select case when kind = 'cases' then c.cases else c.proofs end into known
    from parley.read_count c where c.person_id = who and c.token_id = token and c.hour = this_hour
    for update;
  if exists (select 1 from parley.read_stop s where s.person_id = who and s.token_id = token
      and s.lifted_at is null) then return 'stopped'; end if;
  select coalesce(array_agg(distinct r), '{}') into fresh from unnest(records) r
    where r <> all (known);
  if fresh = '{}' then return 'ok'; end if;
  used := parley.reads_of(who, token, kind, moment);
  most := parley.read_budgets_to_stop();
  if used[1] + cardinality(fresh) > most * budget[1]
      or used[2] + cardinality(fresh) > most * budget[2] then
    insert into parley.read_stop (id, person_id, token_id, stopped_at)
      values (stop_id, who, token, moment);
    return 'stopped';
  end if;
  if not has_reason and (used[1] + cardinality(fresh) > budget[1]
      or used[2] + cardinality(fresh) > budget[2]) then return 'reason'; end if;
  update parley.read_count c set
      cases = case when kind = 'cases' then c.cases || fresh else c.cases end,
      proofs = case when kind = 'cases' then c.proofs else c.proofs || fresh end
    where c.person_id = who and c.token_id = token and c.hour = this_hour;
  return case when used[1] + cardinality(fresh) > budget[1]
    or used[2] + cardinality(fresh) > budget[2] then 'reasoned' else 'ok' end;
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
      select own, kind, state, count(*), label_id from added group by 2, 3, 5
      on conflict (kind, state, label_id, shard)
        do update set count = suggestion_count.count + excluded.count;
  else
    insert into parley.suggestion_count
      select own, kind, state, sum(step), label_id
      from (select kind, state, 1 as step, label_id from added
        union all select kind, state, -1, label_id from removed) changed
      group by 2, 3, 5 having sum(step) <> 0
      on conflict (kind, state, label_id, shard)
        do update set count = suggestion_count.count + excluded.count;
  end if;
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.credential_stays_destroyed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if old.sealed is null and new.sealed is not null and new.version <= old.version then
    raise exception 'a credential that was destroyed is never put back'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.declaration_comes_first()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own parley.engagement;
begin
  select * into own from parley.engagement e where e.id = new.engagement_id for share;
  if not exists (select 1 from parley.pack p where p.no = new.pack_no
    and p.organisation_id = own.evaluator_id and p.published_at is not null)
  then
    raise exception 'a declaration is of a pack that the evaluator published'
      using errcode = 'check_violation', constraint = 'declaration_is_of_a_published_pack';
  end if;
  if tg_op = 'INSERT' then return new; end if;
  if (old.developer_at is not null and (new.developer_at, new.developer_by)
      is distinct from (old.developer_at, old.developer_by))
    or (old.evaluator_at is not null and (new.evaluator_at, new.evaluator_by)
      is distinct from (old.evaluator_at, old.evaluator_by))
    or (old.agreed_at is not null and new.agreed_at is distinct from old.agreed_at)
  then
    raise exception 'what was declared is never changed' using errcode = 'insufficient_privilege';
  end if;
  if old.agreed_at is null and new.agreed_at is not null
    and (own.state not in ('offered', 'agreed') or own.opens_at <= new.agreed_at
      or own.opens_at <= own.seen_at
      or exists (select 1 from parley.evaluation_run r where r.engagement_id = own.id))
  then
    raise exception 'what is declared is agreed before there is access'
      using errcode = 'check_violation', constraint = 'declaration_comes_before_access';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.desk_counts()
 RETURNS TABLE(offered bigint, agreed bigint, ended bigint, released bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select count(*), count(*) filter (where e.agreed_at is not null),
    count(*) filter (where e.closed_at is not null),
    count(*) filter (where e.released_at is not null)
  from parley.engagement e
  having exists (select 1 from parley.setting s
    where s.name = 'public-counts' and s.value = 'true'::jsonb)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.destroy_run(asked bigint)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if not parley.actor_is_system() or not exists (select 1 from parley.evaluation_run r
    join parley.engagement e on e.id = r.engagement_id
    where r.no = asked and r.closed_at is not null and e.state = 'closed')
  then
    raise exception 'what is held of a run is destroyed after access ended'
      using errcode = 'insufficient_privilege';
  end if;
  return query delete from parley.transcript_part p using parley.evaluation_sample s
    where s.no = p.sample_no and s.run_no = asked returning p.blob;
  delete from parley.transcript_reading t using parley.evaluation_sample s
    where s.no = t.sample_no and s.run_no = asked;
  delete from parley.evaluation_sample where run_no = asked;
  update parley.evaluation_run set salt = null where no = asked;
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

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.dominates(held parley.clearance, asked parley.label, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select held.classification >= asked.classification and held.tlp >= asked.tlp
    and held.compartments @> asked.compartments
    and (asked.releasable_to is null or held.organisation_id = any (asked.releasable_to))
    and (held.pcii or not asked.is_pcii)
    and (held.under_embargo or asked.embargo_until is null or asked.embargo_until <= at)
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.embargo_holds()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if old.embargo_until > now() and not parley.actor_is_system()
    and (new.embargo_until is null or new.embargo_until < old.embargo_until) then
    raise exception 'lifting an embargo takes an approval' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.engagement_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update gateway_gate set changes = changes + 1 where id = new.id or engagement_id = new.id;
  perform pg_notify('parley_engagement', new.id);
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagement_names(asked text)
 RETURNS TABLE(id text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with recursive found as (select e.id, e.developer_id, e.evaluator_id from parley.engagement e
    where e.id = asked and e.id in (select parley.engagements_seen())),
  doing as (
    select (select min(v.person_id) from parley.engagement_event v
      where v.engagement_id = f.id) as person from found f
    union all
    select (select min(v.person_id) from parley.engagement_event v
      where v.engagement_id = asked and v.person_id > d.person)
    from doing d where d.person is not null),
  saying as (
    select (select min(a.person_id) from parley.engagement_act a
      where a.engagement_id = f.id) as person from found f
    union all
    select (select min(a.person_id) from parley.engagement_act a
      where a.engagement_id = asked and a.person_id > s.person)
    from saying s where s.person is not null)
  select o.id, o.name from parley.organisation o, found f
    where o.id in (f.developer_id, f.evaluator_id)
  union select p.id, p.name from parley.person p where p.id in (
    select d.person from doing d union select s.person from saying s)
  union select p.id, p.name from parley.person p, parley.membership m, found f
    where m.person_id = p.id and m.organisation_id = f.evaluator_id
      and 'evaluate' = any (parley.permissions_of(m.role))
  union select p.id, p.name from parley.person p, parley.partner_user u, parley.partner t, found f
    where u.person_id = p.id and u.partner_no = t.no and t.engagement_id = f.id
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagement_side(asked text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select case when asked in (select parley.engagements_offered()) then 'developer'
    when asked in (select parley.engagements_evaluated()) then 'evaluator' end
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.engagement_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if (new.id, new.developer_id, new.evaluator_id, new.offered_at)
      is distinct from (old.id, old.developer_id, old.evaluator_id, old.offered_at)
    or (old.agreed_at is not null and (new.opens_at, new.agreed_at)
      is distinct from (old.opens_at, old.agreed_at))
    or (old.released_at is not null and new.released_at is distinct from old.released_at)
    or (old.closed_at is not null and new.closed_at is distinct from old.closed_at)
    or (old.state in ('settled', 'declined', 'withdrawn') and new.state <> old.state)
    or (old.state = 'closed' and new.state not in ('closed', 'settled'))
    or new.seen_at < old.seen_at or new.version <> old.version + 1
  then
    raise exception 'what was agreed or is over is never changed'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagements_evaluated()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select e.id from parley.engagement e
  where parley.actor_may('evaluate') and e.evaluator_id = parley.actor_organisation()
    and e.label_id in (select l.id from parley.visible_labels() l)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagements_offered()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select e.id from parley.engagement e
  where parley.actor_may('offer') and e.developer_id = parley.actor_organisation()
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagements_partaken()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select p.engagement_id from parley.partner p where p.no in (select parley.partners_named())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.engagements_seen()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select e.id from parley.engagement e where parley.actor_is_system()
  union select parley.engagements_offered()
  union select parley.engagements_evaluated()
$function$

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

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.evaluation_run_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if tg_op = 'INSERT' then
    if exists (select 1 from parley.declaration d where d.no = new.declaration_no
      and d.engagement_id = new.engagement_id and d.pack_no = new.pack_no
      and d.agreed_at is not null) then return new; end if;
    raise exception 'a run is under a declaration that was agreed'
      using errcode = 'check_violation', constraint = 'run_is_under_what_was_agreed';
  end if;
  if (old.closed_at is not null and (new.closed_at, new.closed_by, new.closed_why, new.never_begun,
      new.begun_at, new.samples) is distinct from (old.closed_at, old.closed_by, old.closed_why,
      old.never_begun, old.begun_at, old.samples))
    or (old.begun_at is not null and new.begun_at is distinct from old.begun_at)
    or new.samples < old.samples
    or (new.salt is distinct from old.salt and new.salt is not null)
  then
    raise exception 'a run that is closed is never changed'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.evaluator_handed_in(asked_receipt text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.report r where r.receipt = asked_receipt
    and parley.actor_may('evaluate') and r.organisation_id = parley.actor_organisation()
    and r.label_id in (select l.id from parley.visible_labels() l))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.evaluator_organisations()
 RETURNS TABLE(id text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select o.id, o.name from parley.organisation o
  where 'evaluator' = any (o.kinds) and o.disabled_at is null and not o.is_pseudonymous
    and (parley.actor_may('offer') or parley.actor_may('evaluate'))
  order by o.name, o.id
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.exclusion_of(asked_person text, asked_case text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select e.reason from parley.exclusion e
  where (parley.actor_may('decide') or asked_person = parley.actor_person())
    and e.ended_at is null and (e.until is null or e.until > now())
    and (e.case_id is null or e.case_id = asked_case)
    and (e.person_id = asked_person or e.organisation_id in (select m.organisation_id
      from parley.membership m where m.person_id = asked_person))
  order by e.made_at limit 1
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.factor_is_asked(as_role text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$ select coalesce(
    (select s.value = '"phishing-resistant"' from parley.setting s
      where s.name = 'factor.' || as_role), as_role = 'partner') $function$

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

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.flaw_label_id(asked bigint, wanted integer, by_organisation text)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select parley.joined_label_id(parley.run_label_id(asked),
    coalesce(wanted, parley.usual_label(by_organisation)))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.flaw_receipts_cleared(asked bigint)
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.receipt from parley.report_origin o join parley.report r on r.no = o.report_no
  where o.run_no = asked and o.engagement_id in (select parley.engagements_offered())
    and r.label_id in (select l.id from parley.visible_labels() l)
$function$

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
CREATE OR REPLACE FUNCTION parley.gate_of_engagement()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  insert into gateway_gate (id, engagement_id) values (new.id, new.id);
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.gate_of_partner()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  insert into gateway_gate (id, engagement_id, partner_no)
    values (new.id, new.engagement_id, new.no);
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_evaluated()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select w.id from parley.gateway_gate w
  where w.partner_no is null and w.engagement_id in (select parley.engagements_evaluated())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_offered()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select w.id from parley.gateway_gate w
  where w.engagement_id in (select parley.engagements_offered())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_partaken()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select w.id from parley.gateway_gate w
  where w.partner_no in (select parley.partners_named())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_passed(asked text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select count(*) = 3 from (select distinct on (g.gate) g.is_passed from parley.read_in_gate g
    where g.read_in_id = asked order by g.gate, g.no desc) newest where newest.is_passed
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_seen()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select w.id from parley.gateway_gate w where parley.actor_is_system()
  union select parley.gates_offered()
  union select parley.gates_evaluated()
  union select parley.gates_partaken()
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.gates_started()
 RETURNS TABLE(id text, ends_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select p.id, p.ends_at from parley.partner p
  where p.no in (select parley.partners_named()) and p.started_at is not null
    and p.ended_at is null
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.gateway_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update gateway_gate set changes = changes + 1 where id = new.gate_id;
  perform pg_notify('parley_engagement', new.gate_id);
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.gateway_draw(asked jsonb, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  whose text := asked ->> 'gate';
  asks_tokens bigint := (asked ->> 'tokens')::bigint;
  asks_micro_usd bigint := (asked ->> 'microUsd')::bigint;
  known record;
  counts integer := 1;
  lacks record;
  reserved bigint;
begin
  select q.digest, q.is_answered, exists (select 1 from gateway_reservation r
      where r.no = q.reservation_no and r.is_held) as is_on_its_way into known
    from gateway_request q where q.gate_id = whose
      and q.run = asked ->> 'run' and q.name = asked ->> 'request';
  if found then
    if known.digest <> asked ->> 'digest' then return '{"is": "another-request"}'; end if;
    if known.is_on_its_way then return '{"is": "in-flight"}'; end if;
    -- What was asked before and not answered is the same request still.
    if not known.is_answered then counts := 0; end if;
  end if;
  select l.name, l.what into lacks from (
    select d.place, d.name, case
        when coalesce(a.at_once, 0) + 1 > (d.limits ->> 'atOnce')::bigint then 'atOnce'
        when counts = 1 and coalesce(a.requests, 0) + 1 > (d.limits ->> 'requests')::bigint
          then 'requests'
        when coalesce(a.tokens, 0) + asks_tokens > (d.limits ->> 'tokens')::bigint then 'tokens'
        when coalesce(a.micro_usd, 0) + asks_micro_usd > (d.limits ->> 'microUsd')::bigint
          then 'microUsd'
      end as what
    from (select ordinality as place, value ->> 'name' as name, value -> 'limits' as limits
      from jsonb_array_elements(asked -> 'accounts') with ordinality) d
    left join gateway_account a on a.gate_id = whose and a.name = d.name) l
  where l.what is not null order by l.place limit 1;
  if found then
    return jsonb_build_object('is', 'exhausted', 'account', lacks.name, 'what', lacks.what);
  end if;
  insert into gateway_account as a (gate_id, name, requests, tokens, micro_usd, at_once)
    select whose, value ->> 'name', counts, asks_tokens, asks_micro_usd, 1
    from jsonb_array_elements(asked -> 'accounts')
    on conflict (gate_id, name) do update set requests = a.requests + excluded.requests,
      tokens = a.tokens + excluded.tokens, micro_usd = a.micro_usd + excluded.micro_usd,
      at_once = a.at_once + 1;
  insert into gateway_reservation (gate_id, run, request, accounts, tokens, micro_usd,
      lease_until)
    values (whose, asked ->> 'run', asked ->> 'request',
      array(select value ->> 'name' from jsonb_array_elements(asked -> 'accounts')),
      asks_tokens, asks_micro_usd,
      at + make_interval(secs => (asked ->> 'leaseMs')::double precision / 1000))
    returning no into reserved;
  insert into gateway_request (gate_id, run, name, digest, reservation_no)
    values (whose, asked ->> 'run', asked ->> 'request', asked ->> 'digest', reserved)
    on conflict (gate_id, run, name) do update
      set reservation_no = excluded.reservation_no, is_answered = false;
  return jsonb_build_object('is', 'reserved', 'reservation', reserved::text);
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.gateway_draw_all(draws jsonb, at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
declare
  told jsonb;
begin
  if exists (select from jsonb_array_elements(draws) d
      join gateway_request q on q.gate_id = d ->> 'gate' and q.run = d ->> 'run'
        and q.name = d ->> 'request')
    or exists (select from jsonb_array_elements(draws) d
      join gateway_gate w on w.id = d ->> 'gate' where w.changes <> (d ->> 'seen')::bigint)
    or (select count(*) <> count(distinct (d ->> 'gate', d ->> 'run', d ->> 'request'))
      from jsonb_array_elements(draws) d)
  then
    return null;
  end if;
  with wanted as materialized (
    select d ->> 'gate' as gate_id, l ->> 'name' as name, count(*) as requests,
      sum((d ->> 'tokens')::bigint) as tokens, sum((d ->> 'microUsd')::bigint) as micro_usd,
      min((l -> 'limits' ->> 'requests')::bigint) as requests_max,
      min((l -> 'limits' ->> 'tokens')::bigint) as tokens_max,
      min((l -> 'limits' ->> 'microUsd')::bigint) as micro_usd_max,
      min((l -> 'limits' ->> 'atOnce')::bigint) as at_once_max
    from jsonb_array_elements(draws) d cross join lateral jsonb_array_elements(d -> 'accounts') l
    group by 1, 2
  ), lacking as (
    select from wanted w left join gateway_account a using (gate_id, name)
    where coalesce(a.requests, 0) + w.requests > w.requests_max
      or coalesce(a.tokens, 0) + w.tokens > w.tokens_max
      or coalesce(a.micro_usd, 0) + w.micro_usd > w.micro_usd_max
      or coalesce(a.at_once, 0) + w.requests > w.at_once_max
  ), drawn as (
    insert into gateway_account as a (gate_id, name, requests, tokens, micro_usd, at_once)
      select gate_id, name, requests, tokens, micro_usd, requests from wanted
      where not exists (select from lacking)
      on conflict (gate_id, name) do update set requests = a.requests + excluded.requests,
        tokens = a.tokens + excluded.tokens, micro_usd = a.micro_usd + excluded.micro_usd,
        at_once = a.at_once + excluded.at_once
  ), reserved as (
    insert into gateway_reservation (gate_id, run, request, accounts, tokens, micro_usd,
        lease_until)
      select d ->> 'gate', d ->> 'run', d ->> 'request',
        array(select l ->> 'name' from jsonb_array_elements(d -> 'accounts') l),
        (d ->> 'tokens')::bigint, (d ->> 'microUsd')::bigint,
        at + make_interval(secs => (d ->> 'leaseMs')::double precision / 1000)
      from jsonb_array_elements(draws) d where not exists (select from lacking)
      returning no, gate_id, run, request
  ), placed as (
    select r.no, r.gate_id, r.run, r.request, d.ordinality, d.value ->> 'digest' as digest
    from jsonb_array_elements(draws) with ordinality d
    join reserved r on r.gate_id = d.value ->> 'gate' and r.run = d.value ->> 'run'
      and r.request = d.value ->> 'request'
  ), named as (
    insert into gateway_request (gate_id, run, name, digest, reservation_no)
      select gate_id, run, request, digest, no from placed
  )
  select jsonb_agg(jsonb_build_object('is', 'reserved', 'reservation', no::text) order by ordinality)
    into told from placed;
  return told;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.gateway_lapse(asked text, at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if not exists (select from gateway_reservation
    where gate_id = asked and is_held and lease_until <= at) then return; end if;
  with lapsed as (
    update gateway_reservation set is_held = false
    where gate_id = asked and is_held and lease_until <= at returning accounts
  ), counts as (
    select unnest(accounts) as name, count(*) as lapses from lapsed group by 1
  )
  update gateway_account a set at_once = a.at_once - c.lapses
  from counts c where a.gate_id = asked and a.name = c.name;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.gateway_settle_all(settled jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
begin
  with told as (
    select distinct on (no) no, tokens, micro_usd, is_answered from (
      select (value ->> 'reservation')::bigint as no, (value ->> 'tokens')::bigint as tokens,
        (value ->> 'microUsd')::bigint as micro_usd, (value ->> 'isAnswered')::boolean as is_answered,
        ordinality
      from jsonb_array_elements(settled) with ordinality) each
    order by no, ordinality
  ), gone as (
    delete from gateway_reservation r using told t where r.no = t.no
    returning r.no, r.gate_id, r.run, r.request, r.accounts, r.is_held, t.is_answered,
      t.tokens - r.tokens as tokens, t.micro_usd - r.micro_usd as micro_usd
  ), answered as (
    update gateway_request q set reservation_no = null, is_answered = g.is_answered from gone g
    where q.gate_id = g.gate_id and q.run = g.run and q.name = g.request
      and q.reservation_no = g.no
  ), changes as (
    select gate_id, name, sum(tokens) as tokens, sum(micro_usd) as micro_usd,
      count(*) filter (where is_held) as at_once
    from gone cross join lateral unnest(accounts) as name group by 1, 2
  )
  update gateway_account a set tokens = a.tokens + c.tokens, micro_usd = a.micro_usd + c.micro_usd,
    at_once = a.at_once - c.at_once
  from changes c where a.gate_id = c.gate_id and a.name = c.name;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.gateway_write(draws jsonb, settled jsonb, entries jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  one record;
  at timestamptz;
  told jsonb := '[]';
begin
  for one in
    select distinct hashtext(e.id) as key from (
      select value ->> 'gate' as id from jsonb_array_elements(draws)
      union all select value ->> 'gate' from jsonb_array_elements(settled)) e
    order by 1
  loop
    perform pg_advisory_xact_lock(72896, one.key);
  end loop;
  at := clock_timestamp();
  if settled <> '[]' then perform parley.gateway_settle_all(settled); end if;
  if draws <> '[]' then
    for one in select distinct value ->> 'gate' as id from jsonb_array_elements(draws) loop
      perform parley.gateway_lapse(one.id, at);
    end loop;
    told := parley.gateway_draw_all(draws, at);
  end if;
  if told is null then
    told := '[]';
    for one in select value from jsonb_array_elements(draws) with ordinality order by ordinality loop
      told := told || jsonb_build_array(case
        when exists (select from gateway_gate w where w.id = one.value ->> 'gate'
          and w.changes <> (one.value ->> 'seen')::bigint) then '{"is": "changed"}'::jsonb
        else parley.gateway_draw(one.value, at) end);
    end loop;
  end if;
  insert into gateway_access (gate_id, node, sequence, digest, organisation_id, person_id,
      received_at, entry)
    select coalesce(e ->> 'partner', e ->> 'engagement'), e ->> 'node', (e ->> 'sequence')::bigint, value ->> 'digest',
      e ->> 'organisation', e ->> 'person', (e ->> 'receivedAt')::timestamptz, e
    from jsonb_array_elements(entries) with ordinality, lateral (select value -> 'entry' as e) x
    order by ordinality
    on conflict (gate_id, node, sequence) do nothing;
  return told;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.grant_stays_revoked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if old.revoked_at is not null or new.revoked_at is null
    or new.revoked_by is distinct from parley.actor_person()
  then
    raise exception 'a token that was taken back stays so' using errcode = 'insufficient_privilege';
  end if;
  return new;
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
        and (parley.own_way_in_since(one.id) is null
          or (h.did = 'link' and h.at > parley.own_way_in_since(one.id)))
    ) next
  )
  select id from one
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.has_accepted(who text, at_organisation text, kinds text[], moment timestamp with time zone DEFAULT now())
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select coalesce((who = parley.actor_person() or parley.actor_may('read')
      or parley.actor_may('audit'))
    and not exists (select 1 from unnest(kinds) as asked (kind) where not exists (
      select 1 from parley.agreement_acceptance c
      where c.person_id = who and c.organisation_id = at_organisation and c.kind = asked.kind
        and c.accepted_at <= moment and c.version = (select max(a.version) from parley.agreement a
          where a.kind = asked.kind and a.published_at <= moment))), false)
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.honey_is_told()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  found_case text;
  alert_id text := 'alert_' || replace(gen_random_uuid()::text, '-', '');
  moment timestamptz := (new.leaf::jsonb ->> 'at')::timestamptz;
begin
  if parley.actor_person() is null then return null; end if;
  select h.case_id into found_case from parley.honey h
    where h.retired_at is null and (h.report_id = any (new.about)
      or h.case_id = new.fields #>> '{record,value}') limit 1;
  if found_case is null then return null; end if;
  insert into parley.alert (id, kind, person_id, token_id, began_at, lasted_to, seen, usual,
      case_id, is_recorded)
    values (alert_id, 'honey', parley.actor_person(), '', date_trunc('hour', moment, 'UTC'),
      date_trunc('hour', moment, 'UTC'), 1, 0, found_case, false)
    on conflict (kind, person_id, token_id, began_at) do nothing;
  if found then
    insert into parley.live_event (at, topic, ref) values (moment, 'alert', alert_id);
  end if;
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.import_rows(asked text, after_ordinal bigint, at_most integer)
 RETURNS TABLE(ordinal bigint, receipt text, title text, outcome text, case_id text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with wanted as (
    select no from parley.bulk_import where id = asked
      and (organisation_id = parley.actor_follows() or (parley.actor_may('read')
        and (parley.actor_is_system()
          or label_id in (select l.id from parley.visible_labels() l))))
  ), found as (
    (select r.ordinal, r.no, null::text as known from parley.report r, wanted w
      where r.import_no = w.no and r.ordinal > after_ordinal
      order by r.ordinal limit at_most)
    union all
    (select k.ordinal, k.report_no, k.outcome from parley.import_known k, wanted w
      where k.import_no = w.no and k.ordinal > after_ordinal
      order by k.ordinal limit at_most)
  ), shown as materialized (select l.id from parley.visible_labels() l)
  select f.ordinal, r.receipt, r.title,
    case when f.known is not null then f.known
      when r.aside is not null then 'aside'
      when cr.report_no is null then 'waiting'
      when cr.how = 'first' or not is_shown then 'new' else 'duplicate' end,
    case when is_shown then cr.case_id end
  from found f
  join parley.report r on r.no = f.no and (r.organisation_id = parley.actor_follows()
    or parley.actor_is_system() or r.label_id in (select id from shown))
  cross join lateral (select parley.actor_is_system()
    or r.label_id in (select id from shown)) s (is_shown)
  left join parley.case_report cr on cr.report_no = r.no
  order by f.ordinal limit at_most
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.is_active_person(asked text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.person p join parley.membership m on m.person_id = p.id
    join parley.organisation o on o.id = m.organisation_id
    where p.id = asked and p.disabled_at is null and o.disabled_at is null)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.is_approved(asked text, of_kind text, about text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.approval a where a.id = asked and a.kind = of_kind
    and a.subject = about and a.state in ('granted', 'done'))
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.is_cleared_but_for_sharing(l parley.label)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select held.classification >= l.classification and held.compartments @> l.compartments
    and (held.pcii or not l.is_pcii)
  from parley.actor_clearance() held
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.is_cleared_for(asked text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select parley.actor_is_system() or (
    select count(*) = count(c.id) from unnest(asked) as a (id)
    left join parley.vulnerability_case c on c.id = a.id
      and c.label_id in (select l.id from parley.visible_labels() l))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.is_nobodys_organisation(asked text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select parley.actor_may('administer')
    and exists (select 1 from parley.organisation o where o.id = asked and o.disabled_at is null)
    and not exists (select 1 from parley.membership m where m.organisation_id = asked)
    and not exists (select 1 from parley.api_token t
      where t.organisation_id = asked and t.revoked_at is null)
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.is_role(role text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select coalesce(role <> 'system' and parley.permissions_of(role) is not null, false) $function$

owner parley_owner, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.is_run_of(asked bigint, of_engagement text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.evaluation_run r
    where r.no = asked and r.engagement_id = of_engagement)
$function$

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
CREATE OR REPLACE FUNCTION parley.joined_label(a jsonb, b jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select parley.canonical_label(jsonb_build_object(
    'classification', case when parley.classification_rank(a) >= parley.classification_rank(b)
      then a -> 'classification' else b -> 'classification' end,
    'tlp', case when parley.tlp_rank(a) >= parley.tlp_rank(b) then a -> 'tlp' else b -> 'tlp' end,
    'compartments', (a -> 'compartments') || (b -> 'compartments'),
    'owners', (a -> 'owners') || (b -> 'owners'),
    'releasableTo', case when a -> 'releasableTo' = 'null' then b -> 'releasableTo'
      when b -> 'releasableTo' = 'null' then a -> 'releasableTo'
      else coalesce((select jsonb_agg(e) from jsonb_array_elements(a -> 'releasableTo') as l (e)
        where b -> 'releasableTo' @> e), '[]') end,
    'legal', (a -> 'legal') || (b -> 'legal'),
    'foia', (a -> 'foia') || (b -> 'foia'),
    'embargoUntil', case when a -> 'embargoUntil' = 'null' then b -> 'embargoUntil'
      when b -> 'embargoUntil' = 'null' then a -> 'embargoUntil'
      when (a ->> 'embargoUntil') collate "C" >= (b ->> 'embargoUntil') then a -> 'embargoUntil'
      else b -> 'embargoUntil' end))::jsonb
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.joined_label_id(a integer, b integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if a = b then return a; end if;
  return parley.label_id_for(parley.joined_label((select label from parley.label where id = a),
    (select label from parley.label where id = b)));
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.label_covers(strict integer, other integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select strict = other or coalesce((select parley.joined_label(s.label, o.label) = s.label
    from parley.label s, parley.label o where s.id = strict and o.id = other), false)
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.label_id_for(asked jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own bytea := (parley.label_of(asked)).digest;
  found_id integer;
begin
  if not (parley.actor_may('hand-in') or parley.actor_may('decide')) then return null; end if;
  if parley.canonical_label(asked)::jsonb is distinct from asked then
    raise exception 'this is no label' using errcode = 'check_violation',
      constraint = 'label_is_whole';
  end if;
  select id into found_id from parley.label where digest = own;
  if found_id is null then
    insert into parley.label (label) values (asked)
      on conflict (digest) do nothing returning id into found_id;
  end if;
  -- Somebody else may just have added it.
  if found_id is null then
    select id into found_id from parley.label where digest = own;
  end if;
  return found_id;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.label_is_changed_as_a_whole()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  raise exception 'a label is changed with the whole case'
    using errcode = 'insufficient_privilege';
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.label_is_whole()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own parley.label := parley.label_of(new.label);
begin
  if parley.canonical_label(new.label)::jsonb is distinct from new.label
    or parley.canonical_label(new.label) ~ '[\\[:cntrl:]]'
    or own.classification is null or own.tlp is null or own.compartments is null
    or array_to_string(own.compartments, '') ~ '[^A-Z0-9-]'
    or new.label ->> 'embargoUntil' !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$'
    or exists (select 1 from jsonb_array_elements(new.label -> 'legal') as l (e)
      where e ->> 'kind' not in ('cisa-2015', 'pcii', 'contract'))
  then
    raise exception 'this is no label' using errcode = 'check_violation',
      constraint = 'label_is_whole';
  end if;
  if new.id <> 0 and own.classification > (select c.classification from parley.ceiling c) then
    raise exception 'this label is above the ceiling of this instance'
      using errcode = 'check_violation', constraint = 'label_is_below_ceiling';
  end if;
  own.id := new.id;
  return own;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.label_of(of jsonb)
 RETURNS parley.label
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select null::integer, sha256(convert_to(parley.canonical_label(of), 'UTF8')), of,
    parley.classification_rank(of), parley.tlp_rank(of),
    parley.texts_of(of -> 'compartments'), parley.texts_of(of -> 'releasableTo'),
    exists (select 1 from jsonb_array_elements(of -> 'legal') as l (e) where e ->> 'kind' = 'pcii'),
    (of ->> 'embargoUntil')::timestamptz
$function$

owner parley_owner, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.label_of_run(asked_engagement text, asked_run text)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select p.label_id from parley.evaluation_run r join parley.pack p on p.no = r.pack_no
  where r.id = asked_run and r.engagement_id = asked_engagement
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.label_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  raise exception 'labels are never changed: %', lower(tg_op)
    using errcode = 'insufficient_privilege';
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.labels_read_into()
 RETURNS SETOF parley.label
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  return query select l.* from parley.cases_read_into('full') as r (id)
    join parley.vulnerability_case c on c.id = r.id
    join parley.label l on l.id = c.label_id;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.ledger_about_is_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  hash text := encode(sha256(convert_to(to_json(new.about)::text, 'UTF8')), 'hex');
begin
  if not exists (select 1 from parley.ledger_list l where l.digest = hash) then
    insert into parley.ledger_list (digest, place, report)
    select hash, place, report from unnest(new.about) with ordinality as a (report, place)
    on conflict do nothing;
  end if;
  insert into parley.ledger_about (entry, id, list)
  values (new.no, 'seen_' || replace(gen_random_uuid()::text, '-', ''), hash)
  -- A backup that is restored brings the row along.
  on conflict (entry) do nothing;
  return null;
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
CREATE OR REPLACE FUNCTION parley.lift_read_stop(stop text, why text, moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  lifted parley.read_stop;
begin
  if not parley.actor_may('administer') or parley.actor_person() is null then
    raise exception 'only who administers lifts a stop' using errcode = 'insufficient_privilege';
  end if;
  update parley.read_stop s set lifted_at = moment, lifted_by = parley.actor_person(), reason = why
    where s.id = stop and s.lifted_at is null returning * into lifted;
  if lifted.id is null then return false; end if;
  update parley.read_count c set forgiven_cases = cardinality(c.cases),
      forgiven_proofs = cardinality(c.proofs)
    where c.person_id = lifted.person_id and c.token_id = lifted.token_id
      and c.hour > moment - interval '25 hours';
  return true;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.may_be_told(label_of_report integer, to_organisation text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.label l where l.id = label_of_report and parley.dominates(
    row(null, to_organisation, 0, 3, '{}', false, true, now(), null)::parley.clearance, l, now()))
$function$

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

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.nothing_joins_what_is_destroyed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  perform 1 from parley.report r where r.no = new.report_no for share;
  if exists (select 1 from parley.payload_end e where e.report_no = new.report_no) then
    raise exception 'what came with this report was destroyed' using errcode = 'check_violation',
      constraint = 'nothing_joins_what_is_destroyed';
  end if;
  return new;
end $function$

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

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.own_report(asked_receipt text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.id from parley.report r where r.receipt = asked_receipt
    and (parley.actor_may('audit') or r.organisation_id = parley.actor_follows()
      or (parley.actor_may('hand-in') and r.organisation_id = parley.actor_organisation()
        and r.label_id in (select l.id from parley.visible_labels() l)))
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.own_way_in_since(person text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select min(at) from (
    select k.created_at as at from parley.passkey k where k.person_id = person
    union all select i.linked_at from parley.provider_identity i where i.person_id = person
  ) own
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.pack_for_declaration(asked text, wanted text)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select max(p.no) from parley.pack p join parley.engagement e on e.evaluator_id = p.organisation_id
  where e.id = asked and e.id in (select parley.engagements_seen()) and p.root = wanted
    and p.published_at is not null
    and (e.id in (select parley.engagements_offered()) or parley.actor_is_system()
      or p.no in (select parley.packs_held('view')))
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.pack_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if (old.published_at is not null and (new.published_at, new.published_by)
      is distinct from (old.published_at, old.published_by))
    or (old.holders is not null and new.holders is distinct from old.holders)
  then
    raise exception 'what was committed to is never changed'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.packs_declared()
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select d.pack_no from parley.declaration d join parley.pack p on p.no = d.pack_no
  where p.published_at is not null
    and d.engagement_id in (select parley.engagements_offered())
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.packs_held(asked text)
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select p.no from parley.pack p
  where parley.actor_may('evaluate') and p.organisation_id = parley.actor_organisation()
    and p.label_id in (select l.id from parley.visible_labels() l)
    and exists (select 1 from parley.pack_right r where r.pack_no = p.no
      and r.person_id = parley.actor_person() and r.ended_at is null
      and (r.may = 'query' or asked = 'view'))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.packs_kept()
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select p.no from parley.pack p
  where p.organisation_id = parley.actor_organisation()
    and p.label_id in (select l.id from parley.visible_labels() l)
    and ((parley.actor_may('evaluate') and p.committed_by = parley.actor_person())
      or parley.actor_may('administer'))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.partners_named()
 RETURNS SETOF bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select u.partner_no from parley.partner_user u
  where parley.actor_may('partake') and u.person_id = parley.actor_person()
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.payload_end_of_receipt(asked text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select e.destroyed_at from parley.report r join parley.payload_end e on e.report_no = r.no
  where r.receipt = asked
    and (r.organisation_id = parley.actor_follows()
      or parley.actor_evaluated(r.no, r.organisation_id) or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.permissions_of(role text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select case
    when role in ('system', 'coordinator') then array['read', 'read-proofs', 'decide', 'export',
      'hand-in', 'operate', 'administer', 'audit', 'offer', 'evaluate', 'partake']
    when role = 'analyst' then array['read', 'read-proofs', 'decide', 'export', 'hand-in']
    when role = 'triager' then array['read', 'decide']
    when role = 'reader' then array['read', 'read-proofs']
    when role = 'auditor' then array['audit']
    when role = 'finder' then array['hand-in']
    when role = 'developer' then array['offer']
    when role = 'evaluator' then array['evaluate']
    when role = 'partner' then array['partake']
    when role = 'participant' then '{}'::text[] end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.proof_claim(asked_worker text, token text, lasts interval)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  own parley.worker;
  turn text;
  claimed bigint;
begin
  select * into own from parley.worker w where w.id = asked_worker
    and w.off_at is null and w.refusal is null;
  if own.id is null then return null; end if;
  for turn in
    select w.id from (
      select distinct r.organisation_id as id from parley.proof_run r where r.state = 'queued') w
    order by (select count(*) from parley.proof_run r
        where r.state = 'running' and r.organisation_id = w.id),
      (select max(r.started_at) from parley.proof_run r
        where r.started_at is not null and r.organisation_id = w.id) nulls first, w.id
  loop
    select r.no into claimed from parley.proof_run r
      join parley.proof p on p.no = r.proof_no join parley.report e on e.no = p.report_no
      left join parley.case_report cr on cr.report_no = e.no
      left join parley.vulnerability_case c on c.id = cr.case_id
      left join parley.proof q on q.no = r.patch_of left join parley.report f on f.no = q.report_no
      where r.state = 'queued' and r.organisation_id = turn
        and parley.worker_may(own, e.label_id)
        and (q.no is null or parley.worker_may(own, f.label_id))
      order by r.priority desc, c.rank desc nulls last, r.no
      limit 1 for update of r skip locked;
    if claimed is not null then
      update parley.proof_run set state = 'running', lease_token = token,
          lease_until = clock_timestamp() + lasts, worker_id = own.id, worker_name = own.name,
          attempts = attempts + 1, started_at = clock_timestamp()
        where no = claimed;
      return claimed;
    end if;
  end loop;
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.proof_counts_for(p parley.proof)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when p.disputed_at is null then p.level else least(p.level, 'E2') end
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.proof_levels(asked bigint[])
 RETURNS TABLE(report_no bigint, level text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.no, max(parley.proof_counts_for(p))
  from parley.report r join parley.proof p on p.report_no = r.no
  where r.no = any (asked) and parley.actor_may('read') and (parley.actor_is_system()
    or r.label_id in (select l.id from parley.visible_labels() l))
  group by r.no
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.proof_levels(asked text[])
 RETURNS TABLE(case_id text, level text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select c.id, max(parley.proof_counts_for(p))
  from parley.vulnerability_case c join parley.case_report cr on cr.case_id = c.id
  join parley.proof p on p.report_no = cr.report_no
  where c.id = any (asked) and parley.actor_may('read') and (parley.actor_is_system()
    or c.label_id in (select l.id from parley.visible_labels() l))
  group by c.id
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.proofs_shown()
 RETURNS TABLE(organisation_id text, name text, label_id integer, proofs bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.organisation_id, f.name, r.label_id, count(*)
  from parley.proof p join parley.report r on r.no = p.report_no
  cross join lateral unnest(r.finders) as f (name)
  where p.level in ('E3', 'E4') and p.disputed_at is null
    and (r.organisation_id = parley.actor_follows() or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
  group by 1, 2, 3
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.prove_session(id_of_session text, moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.session set proven_at = moment
    where id = id_of_session and ended_at is null and parley.actor_is_system();
  return found;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.pseudonym_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  raise exception 'a pseudonym stays' using errcode = 'insufficient_privilege';
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.read_budget(for_role text, kind text)
 RETURNS integer[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select coalesce(
    (select array[(s.value #>> array[for_role, kind, '0'])::integer,
        (s.value #>> array[for_role, kind, '1'])::integer]
      from parley.setting s where s.name = 'read-budgets' and s.value #> array[for_role, kind]
        is not null),
    case when kind = 'cases' then array[200, 1000] else array[50, 200] end)
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.read_budgets_to_stop()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select 5 $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.read_in_covers(wide text, narrow text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select wide = narrow or wide = 'full'
    or (wide = 'fix-and-timing' and narrow = 'fix-material') $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.read_in_facts(asked_person text, asked_sponsor text, asked_case text)
 RETURNS TABLE(organisation_id text, has_passkey boolean, is_sponsor_active boolean, exclusion text, papers text[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select (select m.organisation_id from parley.membership m
      join parley.person p on p.id = m.person_id and p.disabled_at is null
      join parley.organisation o on o.id = m.organisation_id and o.disabled_at is null
      where m.person_id = asked_person
      order by cardinality(parley.permissions_of(m.role)) desc, m.role, m.organisation_id limit 1),
    exists (select 1 from parley.passkey k
      where k.person_id = asked_person and k.copied_at is null),
    parley.is_active_person(asked_sponsor), parley.exclusion_of(asked_person, asked_case),
    coalesce((select g.papers from parley.read_in r
      join parley.read_in_gate g on g.read_in_id = r.id and g.gate = 3 and g.is_passed
      where r.person_id = asked_person and r.case_id = asked_case
        and r.ended_at is null and r.refused_at is null order by g.no desc limit 1), '{}')
  where parley.actor_may('decide') or asked_person = parley.actor_person()
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.read_in_keeps_order()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  wrong text;
begin
  if old.ended_at is not null or old.refused_at is not null then
    if (to_jsonb(new) - 'is_end_recorded') <> (to_jsonb(old) - 'is_end_recorded') then
      wrong := 'it is over';
    end if;
  elsif old.assigned_at is null and new.assigned_at is not null
    and not parley.gates_passed(new.id) then wrong := 'a gate is missing';
  elsif old.acknowledged_at is null and new.acknowledged_at is not null
    and new.person_id is distinct from parley.actor_person() then
    wrong := 'its person alone acknowledges';
  elsif old.assigned_at is not null and (new.assigned_at, new.assigned_by, new.opens_at)
    is distinct from (old.assigned_at, old.assigned_by, old.opens_at) then
    wrong := 'it is assigned once';
  elsif (not parley.read_in_covers(old.part, new.part)
      or new.until > greatest(old.until, new.opens_at + parley.read_in_lasts(new.tier)))
    and (new.approval is null or new.approval is not distinct from old.approval
      or not parley.is_approved(new.approval, 'read-in.widen', new.id)) then
    wrong := 'widening takes an approval';
  end if;
  if wrong is null then return new; end if;
  raise exception 'a read-in keeps its order: %', wrong using errcode = 'insufficient_privilege';
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.read_in_lasts(tier text)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select case tier when '0' then interval '90 days'
    when '1' then interval '30 days' when '1.5' then interval '30 days'
    when '2' then interval '14 days' when '3' then interval '7 days'
    when '3.5' then interval '24 hours' end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.read_in_part(asked_case text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select jsonb_build_object('part', r.part)
    || case when r.part = 'artifact-and-time' then '{}' else
      jsonb_build_object('fix', jsonb_build_object('text', coalesce(p.fix_text, ''),
        'links', coalesce(to_jsonb(p.fix_links), '[]'))) end
    || case when r.part in ('full', 'fix-and-timing') then
      jsonb_build_object('timing', jsonb_build_object('embargoUntil',
        parley.utc_text(p.embargo_until), 'disclosureAt', parley.utc_text(p.disclosure_at)))
      else '{}' end
    || case when r.part = 'fix-material' then '{}' else
      jsonb_build_object('goLiveAt', parley.utc_text(p.go_live_at)) end
    || case when r.part in ('full', 'artifact-and-time') then
      jsonb_build_object('artifacts', coalesce(p.artifacts, '[]')) else '{}' end
    || case when r.part = 'full' then jsonb_build_object('case', r.case_id) else '{}' end
  from parley.read_in r left join parley.case_plan p on p.case_id = r.case_id
  where r.case_id = asked_case and r.person_id = parley.actor_person()
    and r.case_id in (select parley.cases_read_into(r.part))
    and r.ended_at is null and r.refused_at is null
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.read_in_reuse()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select s.value from parley.setting s
  where s.name = 'read-in.reuse' and parley.actor_may('decide')
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_in_stands(one parley.read_in)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select one.refused_at is null and one.ended_at is null
    and one.acknowledged_at is not null
    and one.opens_at <= now() and now() < one.until
    and parley.gates_passed(one.id)
    and exists (select 1 from parley.person p
      join parley.membership m on m.person_id = p.id and m.organisation_id = one.organisation_id
      join parley.organisation o on o.id = m.organisation_id
      where p.id = one.person_id and p.disabled_at is null and o.disabled_at is null)
    and parley.is_active_person(one.sponsor_id)
    and (one.is_emergency or exists (select 1 from parley.passkey k
      where k.person_id = one.person_id and k.copied_at is null))
    and parley.exclusion_of(one.person_id, one.case_id) is null
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_case_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in set ended_at = now(),
      ended_why = case when new.merged_into is null then 'case-closed' else 'case-merged' end
    where case_id = new.id and ended_at is null and refused_at is null;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_excluded_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in r set ended_at = now(), ended_why = 'excluded'
    where r.ended_at is null and r.refused_at is null and r.assigned_at is not null
      and parley.exclusion_of(r.person_id, r.case_id) is not null;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_member_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in r set ended_at = now(),
      ended_why = case when r.person_id = old.person_id then 'left-organisation'
        else 'sponsor-left' end
    where r.ended_at is null and r.refused_at is null
      and ((r.person_id = old.person_id and r.organisation_id = old.organisation_id)
        or (r.sponsor_id = old.person_id and not parley.is_active_person(old.person_id)));
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_organisation_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in r set ended_at = now(),
      ended_why = case when r.organisation_id = new.id then 'organisation-disabled'
        else 'sponsor-left' end
    where r.ended_at is null and r.refused_at is null
      and (r.organisation_id = new.id or not parley.is_active_person(r.sponsor_id));
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_person_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in set ended_at = now(),
      ended_why = case when person_id = new.id then 'person-disabled' else 'sponsor-left' end
    where (person_id = new.id or sponsor_id = new.id) and ended_at is null and refused_at is null;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.read_ins_of_plan_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.read_in set ended_at = now(), ended_why = 'disclosed'
    where case_id = new.case_id and ended_at is null and refused_at is null;
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.reads_of(who text, token text, kind text, moment timestamp with time zone)
 RETURNS integer[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select array[
    coalesce(sum(n) filter (where hour = date_trunc('hour', moment, 'UTC')), 0)::integer,
    coalesce(sum(n), 0)::integer]
  from (select hour, case when kind = 'cases' then cardinality(cases) - forgiven_cases
      else cardinality(proofs) - forgiven_proofs end as n
    from parley.read_count where person_id = who and token_id = token
      and hour > moment - interval '24 hours' and hour <= moment) of_a_day
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.relabel_case(asked text, wanted integer)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  old_label integer;
  family text[];
  reports bigint[];
  own integer := parley.free_shard();
begin
  if not parley.actor_may('decide') then return 'unknown'; end if;
  select c.label_id into old_label from parley.vulnerability_case c
    where c.id = asked and c.merged_into is null and (parley.actor_is_system()
      or c.label_id in (select l.id from parley.visible_labels() l))
    for no key update;
  if old_label is null then return 'unknown'; end if;
  if old_label = wanted then return 'same'; end if;
  if not parley.actor_is_system() and parley.joined_label_id(old_label, wanted) <> wanted then
    return 'needs-approval';
  end if;
  with recursive of as (
    select asked as id
    union select c.id from parley.vulnerability_case c join of on c.merged_into = of.id
  ) select array_agg(of.id) into family from of;
  reports := array(select cr.report_no from parley.case_report cr where cr.case_id = any (family));

  insert into parley.case_count select own, c.status, c.verdict, c.severity, c.band, c.evidence,
      coalesce(c.assignee_id, ''), c.gone_at is not null, s.step, s.label_id
    from parley.vulnerability_case c, (values (old_label, -1), (wanted, 1)) as s (label_id, step)
    where c.id = asked
    on conflict (status, verdict, severity, band, evidence, assignee_id, is_gone, label_id, shard)
      do update set count = case_count.count + excluded.count;
  insert into parley.day_count (day, name, shard, count, label_id)
    select d.day, d.name, own, sum(s.step), s.label_id
    from (
      select to_char(r.received_at at time zone 'UTC', 'YYYY-MM-DD') as day, n.name
      from parley.report r join parley.case_report cr on cr.report_no = r.no,
        lateral (values ('reports'),
          (case when cr.how = 'first' then 'cases' else 'duplicates' end)) as n (name)
      where r.no = any (reports)
      union all
      select to_char(e.at at time zone 'UTC', 'YYYY-MM-DD'), 'decisions' from parley.case_event e
      where e.case_id = any (family) and not e.told ? 'of'
    ) d, (values (old_label, -1), (wanted, 1)) as s (label_id, step)
    group by d.day, d.name, s.label_id
    on conflict (day, name, label_id, shard) do update set count = day_count.count + excluded.count;
  insert into parley.finder (organisation_id, name, submitted, duplicates, confirmed, refuted,
      first_at, last_at, label_id)
    select r.organisation_id, f.name, sum(s.step),
      coalesce(sum(s.step) filter (where cr.report_no > first.no), 0),
      coalesce(sum(s.step) filter (where c.verdict = 'confirmed'), 0),
      coalesce(sum(s.step) filter (where c.verdict = 'refuted'), 0),
      min(r.received_at), max(r.received_at), s.label_id
    from parley.vulnerability_case c
    join parley.case_report cr on cr.case_id = c.id join parley.report r on r.no = cr.report_no
    cross join lateral unnest(r.finders) as f (name)
    cross join lateral (select min(o.report_no) as no from parley.case_report o
      where o.case_id = c.id) first
    cross join (values (old_label, -1), (wanted, 1)) as s (label_id, step)
    where c.id = asked group by 1, 2, s.label_id order by 1, 2, s.label_id
    on conflict (organisation_id, name, label_id) do update set
      submitted = finder.submitted + excluded.submitted,
      duplicates = finder.duplicates + excluded.duplicates,
      confirmed = finder.confirmed + excluded.confirmed,
      refuted = finder.refuted + excluded.refuted,
      first_at = least(finder.first_at, excluded.first_at),
      last_at = greatest(finder.last_at, excluded.last_at);
  delete from parley.finder f where f.label_id = old_label and f.submitted <= 0
    and (f.organisation_id, f.name) in (select r.organisation_id, n.name
      from parley.report r, unnest(r.finders) as n (name) where r.no = any (reports));

  update parley.report set label_id = wanted where no = any (reports);
  update parley.correlation_profile set label_id = wanted where report_no = any (reports);
  update parley.vulnerability_case set label_id = wanted where id = any (family);
  with changed as (
    select s.no, s.kind, s.state, s.label_id as before,
      parley.joined_label_id(a.label_id, b.label_id) as after
    from parley.suggestion s join parley.report a on a.no = s.report_a
    join parley.report b on b.no = s.report_b
    where s.report_a = any (reports) or s.report_b = any (reports)
  ), moved as (
    update parley.suggestion s set label_id = c.after from changed c
      where s.no = c.no and c.before <> c.after
  )
  insert into parley.suggestion_count (shard, kind, state, count, label_id)
    select own, c.kind, c.state, sum(s.step), s.label_id
    from changed c, lateral (values (c.before, -1), (c.after, 1)) as s (label_id, step)
    where c.before <> c.after group by c.kind, c.state, s.label_id
    on conflict (kind, state, label_id, shard)
      do update set count = suggestion_count.count + excluded.count;
  return 'relabelled';
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.relabelled_report_is_indexed_anew()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  delete from parley.correlation_profile p using changed c join replaced r on r.no = c.no
    where p.report_no = c.no and c.label_id <> r.label_id;
  delete from parley.correlation_equal e using changed c join replaced r on r.no = c.no
    where e.report_no = c.no and c.label_id <> r.label_id;
  insert into parley.correlation_across
    select c.no, true from changed c join replaced r on r.no = c.no
    join parley.case_report cr on cr.report_no = c.no
    where c.label_id <> r.label_id on conflict (report_no) do update set is_relabelled = true;
  return null;
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
CREATE OR REPLACE FUNCTION parley.reports_read_into()
 RETURNS SETOF bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  return query select cr.report_no from parley.cases_read_into('full') as c (id)
    join parley.case_report cr on cr.case_id = c.id;
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

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.run_is_allowed(asked parley.proof_run)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (
    select 1 from parley.worker w, parley.proof p join parley.report e on e.no = p.report_no
    where w.id = asked.worker_id and p.no = asked.proof_no and parley.worker_may(w, e.label_id)
      and (asked.patch_of is null or exists (
        select 1 from parley.proof q join parley.report f on f.no = q.report_no
        where q.no = asked.patch_of and parley.worker_may(w, f.label_id))))
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.run_is_for_its_worker()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if not parley.run_is_allowed(new) then
    raise exception 'this worker may not be given what has such a label'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.run_label_id(asked bigint)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select parley.joined_label_id(e.label_id, p.label_id)
  from parley.evaluation_run r join parley.engagement e on e.id = r.engagement_id
  join parley.pack p on p.no = r.pack_no
  where r.no = asked and parley.actor_is_system()
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.run_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if (to_jsonb(new) - array['record', 'refusal']) <> (to_jsonb(old) - array['record', 'refusal'])
    or (new.record is not null and new.record is distinct from old.record)
    or (new.refusal is distinct from old.refusal and new.refusal is distinct from 'Destroyed.')
  then
    raise exception 'a run that is over is never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.runs_of_case_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.proof_run r set state = 'cancelled', ended_at = now(), lease_token = null,
      lease_until = null, refusal_code = 'case-closed', refusal = 'The case was closed.'
    from parley.proof p join parley.case_report cr on cr.report_no = p.report_no
    where p.no = r.proof_no and cr.case_id = new.id and r.state in ('queued', 'running');
  return null;
end $function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.runs_of_payload_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  update parley.proof_run r set state = 'cancelled', ended_at = now(), lease_token = null,
      lease_until = null, refusal_code = 'destroyed',
      refusal = 'What came with the report was destroyed.'
    from parley.proof p where p.report_no = new.report_no and r.state in ('queued', 'running')
      and p.no in (r.proof_no, r.patch_of);
  -- Words of a refusal may quote the bundle.
  update parley.proof_run r set record = null,
      refusal = case when r.state = 'failed' then 'Destroyed.' else r.refusal end
    from parley.proof p
    where p.no in (r.proof_no, r.patch_of) and p.report_no = new.report_no
      and (r.record is not null or r.state = 'failed');
  update parley.proof set manifest = null, crash = null where report_no = new.report_no;
  return null;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.sealed_of(asked bigint[])
 RETURNS TABLE(report_no bigint, sealed bytea, salt bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.no, r.sealed, k.salt
  from parley.report r left join parley.payload_key k on k.report_no = r.no
  where r.no = any (asked) and r.sealed is not null
    and (r.organisation_id = parley.actor_follows() or r.no in (select parley.reports_read_into())
      or (parley.actor_may('read-proofs')
        and (parley.actor_is_system()
          or r.label_id in (select l.id from parley.visible_labels() l))))
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.seen_of_case(asked text, actions text[], before bigint, wanted integer)
 RETURNS TABLE(index bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  with own as (
    select r.id from parley.case_report c join parley.report r on r.no = c.report_no
    where c.case_id = asked order by r.no limit 300
  ), found as (
    select f.index from parley.ledger_field f where f.record = asked
    union
    select e.index from (select distinct l.digest from parley.ledger_list l
        where l.report in (select id from own)) l
      join parley.ledger_about a on a.list = l.digest
      join parley.ledger_entry e on e.pending_no = a.entry
  )
  select e.index from found join parley.ledger_entry e on e.index = found.index
  where parley.actor_may('audit') and e.action = any (actions)
    and (before is null or e.index < before)
  order by e.index desc limit wanted
$function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.seen_of_report(asked_receipt text, before text, wanted integer)
 RETURNS TABLE(id text, leaf text, fields jsonb, person_name text, organisation_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select a.id, coalesce(e.leaf, p.leaf), coalesce(f.fields, p.fields), w.name, o.name
  from parley.ledger_list l
  join parley.ledger_about a on a.list = l.digest
  left join parley.ledger_entry e on e.pending_no = a.entry
  left join parley.ledger_field f on f.index = e.index
  left join parley.ledger_pending p on p.no = a.entry
  left join parley.person w on w.id = coalesce(f.fields, p.fields) #>> '{actor,value}'
  left join parley.organisation o
    on o.id = coalesce(e.leaf, p.leaf)::jsonb #>> '{actingFor,organisation}'
  where l.report = parley.own_report(asked_receipt)
    and (before is null or a.entry < (select b.entry from parley.ledger_about b
      join parley.ledger_list own on own.digest = b.list and own.report = l.report
      where b.id = before))
  order by a.entry desc limit wanted
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.set_ceiling(wanted smallint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  -- Labels wait that are added meanwhile: each is held against the ceiling that holds then.
  lock table parley.label in share row exclusive mode;
  if exists (select 1 from parley.label where id <> 0 and classification > wanted) then
    raise exception 'records are classified above this ceiling'
      using errcode = 'check_violation', constraint = 'ceiling_covers_what_is_stored';
  end if;
  update parley.ceiling set classification = wanted where classification <> wanted;
end $function$

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
  select r.received_at, cr.joined_at, r.aside, case when c.id is not null then cr.how end, c.id,
    c.title, c.status, c.verdict, c.severity, c.evidence, c.first_reported_at, c.hold ->> 'until',
    not exists (select 1 from parley.case_report o
      where o.case_id = c.id and o.report_no < cr.report_no)
  from parley.report r
  left join parley.case_report cr on cr.report_no = r.no
  left join parley.vulnerability_case c on c.id = cr.case_id and (parley.actor_is_system()
    or c.label_id in (select l.id from parley.visible_labels() l))
  where r.receipt = asked
    and (r.organisation_id = parley.actor_follows()
      or parley.actor_evaluated(r.no, r.organisation_id) or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
$function$

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.suggestion_is_labelled()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  new.label_id := parley.joined_label_id(
    (select r.label_id from parley.report r where r.no = new.report_a),
    (select r.label_id from parley.report r where r.no = new.report_b));
  return new;
end $function$

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

owner parley_keeper
CREATE OR REPLACE FUNCTION parley.tell_read_in()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  insert into parley.live_event (at, topic, ref, label_id)
    select now(), 'read-in', new.id, c.label_id
    from parley.vulnerability_case c where c.id = new.case_id;
  return null;
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.texts_of(list jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select case when jsonb_typeof(list) = 'array' then array(
    select distinct t collate "C" from jsonb_array_elements_text(list) as e (t)
    order by t collate "C") end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.tlp_rank(of jsonb)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select (array_position(array['clear', 'green', 'amber', 'amber+strict', 'red'], of ->> 'tlp') - 1)
    ::smallint
$function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.token_is_held(owner text, at_organisation text, moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (
    select 1 from parley.membership m
    cross join lateral parley.agreements_needed(m.person_id, m.organisation_id, m.role) n
    join parley.agreement a on a.kind = n.kind and a.version = n.version
    where m.person_id = owner
      and (m.organisation_id = at_organisation or not exists (select 1 from parley.membership own
        where own.person_id = owner and own.organisation_id = at_organisation))
      and not (a.published_at + make_interval(days => a.token_days) > moment
        and (a.version = 1 or exists (select 1 from parley.agreement_acceptance c
          where c.person_id = owner and c.organisation_id = m.organisation_id
            and c.kind = a.kind and c.version < a.version))))
$function$

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
CREATE OR REPLACE FUNCTION parley.usual_label(of_organisation text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  wanted jsonb;
begin
  select s.value into wanted from parley.setting s
    where s.name in ('label.default', 'label.default:' || of_organisation)
      and s.value <> 'null'::jsonb
    order by length(s.name) desc limit 1;
  if not found then return 1; end if;
  return coalesce((select l.id from parley.label l
    where l.digest = (parley.label_of(wanted)).digest), 0);
end $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.utc_text(moment timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$ select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $function$

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.verdict_key_stays()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'parley', 'pg_temp'
AS $function$
begin
  if old.ended_at is not null then
    raise exception 'a key that is not trusted any more stays so'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.visible_labels()
 RETURNS TABLE(id integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO 'parley', 'pg_temp'
AS $function$
declare
  held parley.clearance;
begin
  if parley.actor_is_system() then
    return query select l.id from parley.label l;
  elsif parley.actor_role() is not null then
    held := parley.actor_clearance();
    return query select l.id from parley.label l where parley.dominates(held, l, now());
  end if;
end $function$

owner parley_keeper, may be called by parley_app
CREATE OR REPLACE FUNCTION parley.withheld_of(asked bigint[])
 RETURNS TABLE(report_no bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select r.no from parley.report r
  where parley.actor_may('read') and not parley.actor_may('read-proofs')
    and r.no = any (asked)
    and r.label_id in (select l.id from parley.visible_labels() l) and (r.sealed is not null
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

owner parley_owner, may be called by public
CREATE OR REPLACE FUNCTION parley.worker_may(own parley.worker, asked integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'parley', 'pg_temp'
AS $function$
  select exists (select 1 from parley.label l where l.id = asked
    and l.classification <= own.ceiling and l.compartments <@ own.compartments)
$function$

-- Triggers

CREATE TRIGGER agreement_is_told AFTER INSERT ON parley.agreement FOR EACH ROW EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER agreement_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON parley.agreement FOR EACH STATEMENT EXECUTE FUNCTION parley.agreement_stays()

CREATE TRIGGER acceptance_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON parley.agreement_acceptance FOR EACH STATEMENT EXECUTE FUNCTION parley.agreement_stays()

CREATE TRIGGER token_end_is_told AFTER UPDATE OF revoked_at ON parley.api_token FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON parley.approval FOR EACH ROW EXECUTE FUNCTION parley.approval_moves()

CREATE TRIGGER embargo_holds BEFORE UPDATE ON parley.case_plan FOR EACH ROW EXECUTE FUNCTION parley.embargo_holds()

CREATE TRIGGER read_ins_end AFTER INSERT OR UPDATE ON parley.case_plan FOR EACH ROW WHEN ((new.disclosed_at IS NOT NULL)) EXECUTE FUNCTION parley.read_ins_of_plan_end()

CREATE TRIGGER case_has_one_label AFTER INSERT ON parley.case_report REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.case_has_one_label()

CREATE TRIGGER case_keeps_one_label AFTER UPDATE ON parley.case_report REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.case_has_one_label()

CREATE TRIGGER is_below_ceiling BEFORE INSERT OR UPDATE ON parley.clearance FOR EACH ROW EXECUTE FUNCTION parley.clearance_is_below_ceiling()

CREATE TRIGGER comes_first BEFORE INSERT OR UPDATE ON parley.declaration FOR EACH ROW EXECUTE FUNCTION parley.declaration_comes_first()

CREATE TRIGGER has_a_gate AFTER INSERT ON parley.engagement FOR EACH ROW EXECUTE FUNCTION parley.gate_of_engagement()

CREATE TRIGGER is_told AFTER INSERT OR UPDATE ON parley.engagement FOR EACH ROW EXECUTE FUNCTION parley.engagement_changed()

CREATE TRIGGER stays BEFORE UPDATE ON parley.engagement FOR EACH ROW EXECUTE FUNCTION parley.engagement_stays()

CREATE TRIGGER stays BEFORE INSERT OR UPDATE ON parley.evaluation_run FOR EACH ROW EXECUTE FUNCTION parley.evaluation_run_stays()

CREATE TRIGGER read_ins_end AFTER INSERT ON parley.exclusion FOR EACH STATEMENT EXECUTE FUNCTION parley.read_ins_of_excluded_end()

CREATE TRIGGER is_told AFTER UPDATE ON parley.gateway_credential FOR EACH ROW EXECUTE FUNCTION parley.gateway_changed()

CREATE TRIGGER stays_destroyed BEFORE UPDATE ON parley.gateway_credential FOR EACH ROW EXECUTE FUNCTION parley.credential_stays_destroyed()

CREATE TRIGGER is_told AFTER INSERT OR UPDATE ON parley.gateway_endpoint FOR EACH ROW EXECUTE FUNCTION parley.gateway_changed()

CREATE TRIGGER is_told AFTER UPDATE ON parley.gateway_grant FOR EACH ROW EXECUTE FUNCTION parley.gateway_changed()

CREATE TRIGGER stays_revoked BEFORE UPDATE ON parley.gateway_grant FOR EACH ROW EXECUTE FUNCTION parley.grant_stays_revoked()

CREATE TRIGGER is_whole BEFORE INSERT ON parley.label FOR EACH ROW EXECUTE FUNCTION parley.label_is_whole()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.label FOR EACH ROW EXECUTE FUNCTION parley.label_stays()

CREATE TRIGGER stays BEFORE UPDATE ON parley.ledger_about FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_entry FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER shrinks BEFORE UPDATE ON parley.ledger_field FOR EACH ROW EXECUTE FUNCTION parley.ledger_field_shrinks()

CREATE TRIGGER stays BEFORE DELETE ON parley.ledger_field FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_key FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON parley.ledger_list FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER about_is_kept AFTER INSERT ON parley.ledger_pending FOR EACH ROW WHEN (((new.about IS NOT NULL) AND (cardinality(new.about) > 0))) EXECUTE FUNCTION parley.ledger_about_is_kept()

CREATE TRIGGER has_its_place AFTER DELETE ON parley.ledger_pending REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION parley.ledger_pending_has_its_place()

CREATE TRIGGER honey_is_told AFTER INSERT ON parley.ledger_pending FOR EACH ROW WHEN ((new.action = ANY (ARRAY['case.read'::text, 'case.export'::text, 'attachment.read'::text, 'suggestion.read'::text, 'read-in.look'::text, 'proof.read'::text, 'proof.run'::text, 'proof.dispute'::text, 'proof.hand-in'::text, 'proof.cancel'::text]))) EXECUTE FUNCTION parley.honey_is_told()

CREATE TRIGGER stays BEFORE UPDATE ON parley.ledger_pending FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER grows BEFORE UPDATE ON parley.ledger_tile FOR EACH ROW EXECUTE FUNCTION parley.ledger_tile_grows()

CREATE TRIGGER stays BEFORE DELETE ON parley.ledger_tile FOR EACH ROW EXECUTE FUNCTION parley.ledger_stays()

CREATE TRIGGER live_event_is_told AFTER INSERT ON parley.live_event FOR EACH ROW EXECUTE FUNCTION parley.tell_live()

CREATE TRIGGER changed_member_is_out AFTER UPDATE OF role ON parley.membership FOR EACH ROW WHEN ((old.role <> new.role)) EXECUTE FUNCTION parley.changed_member_is_out()

CREATE TRIGGER ended_member_is_out AFTER DELETE ON parley.membership FOR EACH ROW EXECUTE FUNCTION parley.changed_member_is_out()

CREATE TRIGGER giver_is_remembered AFTER INSERT OR UPDATE OF role ON parley.membership FOR EACH ROW EXECUTE FUNCTION parley.remember_hand('role', 'person_id')

CREATE TRIGGER read_ins_end AFTER DELETE ON parley.membership FOR EACH ROW EXECUTE FUNCTION parley.read_ins_of_member_end()

CREATE TRIGGER disabled_organisation_is_out AFTER UPDATE OF disabled_at ON parley.organisation FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.disabled_organisation_is_out()

CREATE TRIGGER pseudonym_stays BEFORE UPDATE OF name, is_pseudonymous ON parley.organisation FOR EACH ROW WHEN ((old.is_pseudonymous AND ((new.name <> old.name) OR (NOT new.is_pseudonymous)))) EXECUTE FUNCTION parley.pseudonym_stays()

CREATE TRIGGER read_ins_end AFTER UPDATE OF disabled_at ON parley.organisation FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.read_ins_of_organisation_end()

CREATE TRIGGER stays BEFORE UPDATE ON parley.pack FOR EACH ROW EXECUTE FUNCTION parley.pack_stays()

CREATE TRIGGER has_a_gate AFTER INSERT ON parley.partner FOR EACH ROW EXECUTE FUNCTION parley.gate_of_partner()

CREATE TRIGGER is_told AFTER INSERT OR UPDATE ON parley.partner FOR EACH ROW EXECUTE FUNCTION parley.engagement_changed()

CREATE TRIGGER runs_end AFTER INSERT ON parley.payload_end FOR EACH ROW EXECUTE FUNCTION parley.runs_of_payload_end()

CREATE TRIGGER nothing_joins_what_is_destroyed BEFORE INSERT ON parley.payload_key FOR EACH ROW EXECUTE FUNCTION parley.nothing_joins_what_is_destroyed()

CREATE TRIGGER disabled_person_is_out AFTER UPDATE OF disabled_at ON parley.person FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.disabled_person_is_out()

CREATE TRIGGER maker_is_remembered AFTER INSERT ON parley.person FOR EACH ROW EXECUTE FUNCTION parley.remember_hand('made', 'id')

CREATE TRIGGER read_ins_end AFTER UPDATE OF disabled_at ON parley.person FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION parley.read_ins_of_person_end()

CREATE TRIGGER nothing_joins_what_is_destroyed BEFORE INSERT ON parley.proof FOR EACH ROW EXECUTE FUNCTION parley.nothing_joins_what_is_destroyed()

CREATE TRIGGER is_for_its_worker BEFORE UPDATE OF state ON parley.proof_run FOR EACH ROW WHEN (((new.state = ANY (ARRAY['running'::text, 'done'::text])) AND (old.state <> new.state))) EXECUTE FUNCTION parley.run_is_for_its_worker()

CREATE TRIGGER stays BEFORE UPDATE ON parley.proof_run FOR EACH ROW WHEN ((old.state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text]))) EXECUTE FUNCTION parley.run_stays()

CREATE TRIGGER change_is_told AFTER UPDATE OF tier, part, until, refused_at, assigned_at, acknowledged_at, ended_at ON parley.read_in FOR EACH ROW EXECUTE FUNCTION parley.tell_read_in()

CREATE TRIGGER keeps_order BEFORE UPDATE ON parley.read_in FOR EACH ROW EXECUTE FUNCTION parley.read_in_keeps_order()

CREATE TRIGGER label_is_changed_as_a_whole BEFORE UPDATE OF label_id ON parley.report FOR EACH ROW WHEN (((old.label_id <> new.label_id) AND (CURRENT_USER <> 'parley_keeper'::name))) EXECUTE FUNCTION parley.label_is_changed_as_a_whole()

CREATE TRIGGER relabelled_report_is_indexed_anew AFTER UPDATE ON parley.report REFERENCING OLD TABLE AS replaced NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION parley.relabelled_report_is_indexed_anew()

CREATE TRIGGER session_end_is_told AFTER UPDATE OF ended_at ON parley.session FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER factor_change_is_told AFTER INSERT OR UPDATE ON parley.setting FOR EACH ROW WHEN ((new.name ~~ 'factor.%'::text)) EXECUTE FUNCTION parley.tell_access_ended()

CREATE TRIGGER is_labelled BEFORE INSERT ON parley.suggestion FOR EACH ROW WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.suggestion_is_labelled()

CREATE TRIGGER suggestion_is_counted AFTER INSERT ON parley.suggestion REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_suggestions()

CREATE TRIGGER suggestion_is_recounted AFTER UPDATE ON parley.suggestion REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_suggestions()

CREATE TRIGGER stays BEFORE UPDATE ON parley.verdict_key FOR EACH ROW EXECUTE FUNCTION parley.verdict_key_stays()

CREATE TRIGGER case_is_counted AFTER INSERT ON parley.vulnerability_case REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_cases()

CREATE TRIGGER case_is_recounted AFTER UPDATE ON parley.vulnerability_case REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'parley_keeper'::name)) EXECUTE FUNCTION parley.count_cases()

CREATE TRIGGER label_is_changed_as_a_whole BEFORE UPDATE OF label_id ON parley.vulnerability_case FOR EACH ROW WHEN (((old.label_id <> new.label_id) AND (CURRENT_USER <> 'parley_keeper'::name))) EXECUTE FUNCTION parley.label_is_changed_as_a_whole()

CREATE TRIGGER read_ins_end AFTER UPDATE OF status, merged_into ON parley.vulnerability_case FOR EACH ROW WHEN ((((new.status = 'closed'::text) AND (old.status <> 'closed'::text)) OR ((new.merged_into IS NOT NULL) AND (old.merged_into IS NULL)))) EXECUTE FUNCTION parley.read_ins_of_case_end()

CREATE TRIGGER runs_end AFTER UPDATE OF status ON parley.vulnerability_case FOR EACH ROW WHEN (((new.status = 'closed'::text) AND (old.status <> 'closed'::text))) EXECUTE FUNCTION parley.runs_of_case_end()

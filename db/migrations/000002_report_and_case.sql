-- lock: none (new objects)   breaking: no   why: reports as they are received, the cases they are
-- about, what people decide about them, and what they are told.
--
-- A report's row is written once. What changes later (its case, when it was last seen) stands in
-- narrow tables of its own, so that receiving stays cheap and nothing of a report is overwritten.

create table parley.bulk_import (
  no bigint generated always as identity primary key,
  id text not null unique,
  organisation_id text not null references parley.organisation,
  submitted_by text,
  /** The document as the sender knows it. */
  name text not null,
  /** Imports of one series supersede each other: what the newest lacks is no longer seen. */
  series text,
  sha256 bytea not null,
  size_bytes bigint not null,
  blob jsonb not null,
  format text,
  state text not null constraint import_state_is_known
    check (state in ('stored', 'reading', 'read', 'placed', 'refused')),
  /** How many findings of the document are reports by now; reading resumes behind it. */
  position bigint not null default 0,
  received_at timestamptz not null,
  read_at timestamptz,
  placed_at timestamptz,
  /** Counts and problems, as the summary tells them. */
  told jsonb not null default '{}'
);
create index bulk_import_by_organisation on parley.bulk_import (organisation_id, no desc);
create index bulk_import_unfinished on parley.bulk_import (no) where state in ('stored', 'reading', 'read');

create table parley.report (
  no bigint generated always as identity primary key,
  id text not null unique,
  receipt text not null unique,
  organisation_id text not null references parley.organisation,
  token_id text,
  submitted_by text,
  received_at timestamptz not null,
  import_no bigint references parley.bulk_import,
  ordinal bigint,
  /** What a finding of a series is known by from one import to the next. */
  identity bytea,
  format text not null,
  document text not null,
  finders text[] not null,
  source text not null,
  title text not null,
  severity text,
  finding jsonb not null,
  /** The submission as the contract's audit record keeps it: payloads replaced by markers. */
  record jsonb,
  revision integer not null default 1,
  /** Why it waits for no case: its own document takes it back. */
  aside text,
  notify text not null default 'off',
  /** Address or webhook to be told, sealed. */
  contact bytea,
  constraint report_ordinal_once unique (import_no, ordinal)
);
create unique index report_identity_once on parley.report (organisation_id, identity)
  where identity is not null;
create index report_by_organisation on parley.report (organisation_id, no desc);

create table parley.report_revision (
  report_no bigint not null references parley.report,
  revision integer not null,
  finding jsonb not null,
  import_no bigint references parley.bulk_import,
  replaced_at timestamptz not null,
  primary key (report_no, revision)
);

/** Reports that wait to be placed. */
create table parley.arrival (
  report_no bigint primary key references parley.report,
  import_no bigint references parley.bulk_import
);

/** When a report of a series was last seen by its scanner. */
create table parley.sighting (
  report_no bigint primary key references parley.report,
  series text not null,
  organisation_id text not null references parley.organisation,
  first_import bigint not null references parley.bulk_import,
  last_import bigint not null references parley.bulk_import,
  last_seen_at timestamptz not null,
  gone_at timestamptz
);
create index sighting_by_series on parley.sighting (organisation_id, series) where gone_at is null;

create table parley.attachment (
  id text primary key,
  report_no bigint not null references parley.report,
  organisation_id text not null references parley.organisation,
  place integer not null,
  filename text not null,
  content_type text not null,
  type text not null,
  description text,
  size_bytes bigint not null,
  sha256 bytea not null,
  blob jsonb not null,
  unique (report_no, place)
);

create table parley.idempotency (
  organisation_id text not null references parley.organisation,
  key text not null,
  /** Of the request that was answered: the same key with other content is refused. */
  digest bytea not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (organisation_id, key)
);

create table parley.vulnerability_case (
  no bigint generated always as identity primary key,
  id text not null unique,
  title text not null,
  severity text not null,
  /** What a person said instead of what follows from the reports: {title, severity, ...}. */
  edits jsonb not null default '{}',
  status text not null default 'open' constraint case_status_is_known
    check (status in ('open', 'waiting', 'closed')),
  verdict text not null default 'open' constraint case_verdict_is_known
    check (verdict in ('open', 'confirmed', 'refuted')),
  /** Of a case that waits or is closed: why, who said so, and until when it waits. */
  hold jsonb,
  assignee_id text references parley.person,
  evidence text not null,
  band text not null,
  /** The rungs of the queue's order, higher first. */
  rank_key double precision[] not null,
  /** Decision, inputs, relations, public facts: as the case page shows them. */
  told jsonb not null,
  aliases text[] not null default '{}',
  packages text[] not null default '{}',
  finders text[] not null default '{}',
  report_count integer not null,
  finder_count integer not null,
  first_reported_at timestamptz not null,
  last_reported_at timestamptz not null,
  changed_at timestamptz not null,
  /** All of its reports are no longer seen by their scanners. */
  gone_at timestamptz,
  version integer not null default 1,
  /** A case that was merged away points to the one that holds its reports now. */
  merged_into text references parley.vulnerability_case (id),
  search tsvector not null default ''
);

create table parley.case_report (
  report_no bigint primary key references parley.report,
  case_id text not null references parley.vulnerability_case (id),
  joined_at timestamptz not null,
  how text not null constraint report_joins_somehow
    check (how in ('first', 'merged', 'person')),
  probability real,
  /** Why it is here: reasons with marks, against the report it is most like. */
  because jsonb
);
create index case_report_by_case on parley.case_report (case_id, report_no);

/** The history of a case, and what is needed to undo each step of it exactly. */
create table parley.case_event (
  no bigint generated always as identity primary key,
  case_id text not null references parley.vulnerability_case (id),
  at timestamptz not null,
  by_person text references parley.person,
  kind text not null,
  told jsonb not null,
  undoes bigint references parley.case_event,
  undone_by bigint references parley.case_event
);
create index case_event_by_case on parley.case_event (case_id, no);

/** Two reports that a person said are never one vulnerability. */
create table parley.apart (
  report_a bigint not null references parley.report,
  report_b bigint not null references parley.report,
  said_at timestamptz not null,
  said_by text references parley.person,
  event_no bigint references parley.case_event,
  primary key (report_a, report_b),
  constraint apart_in_order check (report_a < report_b)
);
create index apart_by_second on parley.apart (report_b);

/** Reports that a person put where they are: no later correlation moves them. */
create table parley.fixed_report (
  report_no bigint primary key references parley.report,
  event_no bigint not null references parley.case_event
);

create table parley.case_relation (
  case_a text not null references parley.vulnerability_case (id),
  case_b text not null references parley.vulnerability_case (id),
  kind text not null,
  because text not null,
  said_at timestamptz not null,
  said_by text references parley.person,
  event_no bigint references parley.case_event,
  primary key (case_a, case_b, kind)
);
create index case_relation_by_second on parley.case_relation (case_b);

create table parley.suggestion (
  no bigint generated always as identity primary key,
  id text not null unique,
  kind text not null constraint suggestion_kind_is_known check (kind in ('merge', 'split')),
  report_a bigint not null references parley.report,
  report_b bigint not null references parley.report,
  probability real not null,
  because jsonb not null,
  /** Which parameters made it, by version. */
  model text not null,
  state text not null default 'open' constraint suggestion_state_is_known
    check (state in ('open', 'accepted', 'rejected', 'unsure', 'void')),
  made_at timestamptz not null,
  decided_at timestamptz,
  decided_by text references parley.person,
  event_no bigint references parley.case_event,
  unique (kind, report_a, report_b)
);
create index suggestion_open on parley.suggestion (probability desc, no) where state = 'open';
create index suggestion_by_first on parley.suggestion (report_a);
create index suggestion_by_second on parley.suggestion (report_b);

create table parley.note (
  no bigint generated always as identity primary key,
  id text not null unique,
  case_id text not null references parley.vulnerability_case (id),
  written_at timestamptz not null,
  written_by text not null references parley.person,
  text text not null,
  changed_at timestamptz,
  removed_at timestamptz
);
create index note_by_case on parley.note (case_id, no);

create table parley.saved_view (
  id text primary key,
  person_id text not null references parley.person,
  name text not null,
  /** The query of the queue's address, as it stands in the address bar. */
  query text not null,
  created_at timestamptz not null,
  unique (person_id, name)
);

/** Who found what: counted, so that no page adds up all reports. */
create table parley.finder (
  organisation_id text not null references parley.organisation,
  name text not null,
  submitted bigint not null default 0,
  duplicates bigint not null default 0,
  confirmed bigint not null default 0,
  refuted bigint not null default 0,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (organisation_id, name)
);

/** What somebody asked to be told: sent by a job, once. */
create table parley.notice (
  no bigint generated always as identity primary key,
  id text not null unique,
  report_no bigint not null references parley.report,
  organisation_id text not null references parley.organisation,
  event text not null,
  made_at timestamptz not null,
  state text not null default 'waiting' constraint notice_state_is_known
    check (state in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  why text,
  sent_at timestamptz,
  unique (report_no, event)
);
create index notice_waiting on parley.notice (no) where state = 'waiting';

/** Public records that cases are matched with. */
create table parley.advisory (
  id text primary key,
  aliases text[] not null,
  source text not null,
  modified text,
  record jsonb not null,
  imported_at timestamptz not null
);
create index advisory_by_alias on parley.advisory using gin (aliases);

do $$
declare
  one text;
begin
  foreach one in array array['bulk_import', 'report', 'report_revision', 'arrival', 'sighting',
    'attachment', 'idempotency', 'vulnerability_case', 'case_report', 'case_event', 'apart',
    'fixed_report', 'case_relation', 'suggestion', 'note', 'saved_view', 'finder', 'notice',
    'advisory'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update on parley.%I to parley_app', one);
  end loop;
  -- What finders hand in is theirs to see; the rest of these tables is the staff's.
  foreach one in array array['bulk_import', 'report', 'attachment', 'sighting', 'finder', 'notice',
    'idempotency'] loop
    execute format('create policy own_or_staff_sees on parley.%I for select to parley_app using ((select parley.actor_is_staff()) or organisation_id = (select parley.actor_organisation()))', one);
    execute format('create policy system_changes on parley.%I for update to parley_app using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()))', one);
  end loop;
  foreach one in array array['bulk_import', 'report', 'attachment', 'idempotency'] loop
    execute format('create policy own_adds on parley.%I for insert to parley_app with check ((select parley.actor_is_system()) or organisation_id = (select parley.actor_organisation()))', one);
  end loop;
  foreach one in array array['sighting', 'finder', 'notice', 'report_revision'] loop
    execute format('create policy system_adds on parley.%I for insert to parley_app with check ((select parley.actor_is_system()))', one);
  end loop;
  foreach one in array array['vulnerability_case', 'case_report', 'case_event', 'apart',
    'fixed_report', 'case_relation', 'suggestion', 'note', 'advisory'] loop
    execute format('create policy staff on parley.%I for all to parley_app using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()))', one);
  end loop;
end $$;

create policy staff_sees_revisions on parley.report_revision for select to parley_app
  using ((select parley.actor_is_staff()));
create policy own_arrivals on parley.arrival for insert to parley_app
  with check ((select parley.actor_role()) is not null);
create policy system_places on parley.arrival for all to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy own_views on parley.saved_view for all to parley_app
  using (person_id = (select parley.actor_person()))
  with check (person_id = (select parley.actor_person()));
grant delete on parley.arrival, parley.apart, parley.fixed_report, parley.case_relation,
  parley.saved_view, parley.idempotency to parley_app;
create policy system_forgets on parley.idempotency for delete to parley_app
  using ((select parley.actor_is_system()));

/** The status that a receipt alone may know. */
create function parley.status_of_receipt(asked text)
  returns table (status text, at timestamptz)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select case when c.report_no is null and r.aside is null then 'queued' else 'done' end,
    coalesce(c.joined_at, r.received_at)
  from parley.report r left join parley.case_report c on c.report_no = r.no
  where r.receipt = asked
$$;
alter function parley.status_of_receipt owner to parley_keeper;
revoke all on function parley.status_of_receipt from public;
grant execute on function parley.status_of_receipt to parley_app;

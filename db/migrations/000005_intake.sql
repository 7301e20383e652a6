-- lock: brief (columns of tables that are empty when the product is new)   breaking: no
-- why: what the payloads of a report say is sealed; a finding is found again in the next import of
-- its series; who submits sees what became of its reports, and nothing of anybody else's.

/** What the finding says because of its payloads: sealed, and laid over `finding` to be judged. */
alter table parley.report add column sealed bytea;

/** A finding of a series is known by several texts, of which any may change: see sighting. */
alter table parley.report drop column identity;
alter table parley.sighting add column keys text[] not null default '{}';
/** Of what the finding says, without its place: another one means that facts have changed. */
alter table parley.sighting add column digest text not null default '';
create index sighting_by_import on parley.sighting (last_import);

/** The format that the sender asked for, if any. */
alter table parley.bulk_import add column asked_format text;
create index bulk_import_by_content on parley.bulk_import (organisation_id, sha256);

/** Findings of an import that are reports since an earlier one. */
create table parley.import_known (
  import_no bigint not null references parley.bulk_import,
  ordinal bigint not null,
  report_no bigint not null references parley.report,
  organisation_id text not null references parley.organisation,
  outcome text not null constraint known_outcome check (outcome in ('unchanged', 'refreshed')),
  primary key (import_no, ordinal)
);
create index arrival_by_import on parley.arrival (import_no) where import_no is not null;
create index idempotency_by_age on parley.idempotency (created_at);

alter table parley.import_known enable row level security;
alter table parley.import_known force row level security;
grant select, insert, update, delete on parley.import_known to parley_keeper;
grant select, insert on parley.import_known to parley_app;
create policy keeper on parley.import_known for all to parley_keeper using (true) with check (true);
create policy own_or_staff_sees on parley.import_known for select to parley_app
  using ((select parley.actor_is_staff()) or organisation_id = (select parley.actor_organisation()));
create policy system_adds on parley.import_known for insert to parley_app
  with check ((select parley.actor_is_system()));

-- What a coordinator decides is told to who asked for it, in the same transaction.
create policy staff_tells on parley.notice for insert to parley_app
  with check ((select parley.actor_is_staff()));

/**
 * What the submitter of a report may know of its case: how it stands, when it began and how grave
 * it is, never what other reports of it say. Nothing for who neither submitted it nor is staff.
 */
create function parley.submission_of_receipt(asked text)
  returns table (received_at timestamptz, joined_at timestamptz, aside text, how text,
    case_id text, title text, status text, verdict text, severity text, evidence text,
    first_reported_at timestamptz, wait_until text, is_first boolean)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.received_at, cr.joined_at, r.aside, cr.how, c.id, c.title, c.status, c.verdict,
    c.severity, c.evidence, c.first_reported_at, c.hold ->> 'until',
    not exists (select 1 from parley.case_report o
      where o.case_id = cr.case_id and o.report_no < cr.report_no)
  from parley.report r
  left join parley.case_report cr on cr.report_no = r.no
  left join parley.vulnerability_case c on c.id = cr.case_id
  where r.receipt = asked
    and (parley.actor_is_staff() or r.organisation_id = parley.actor_organisation())
$$;

/** The findings of an import in order, with the case of each, for those who may see the import. */
create function parley.import_rows(asked text, after_ordinal bigint, at_most integer)
  returns table (ordinal bigint, receipt text, title text, outcome text, case_id text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  with wanted as (
    select no from parley.bulk_import where id = asked
      and (parley.actor_is_staff() or organisation_id = parley.actor_organisation())
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
$$;

/**
 * Asks for work on those of `refs` for which nothing waits yet, whatever is said to run: what runs
 * it may have died. Answers how many.
 */
create function parley.enqueue_missing(queue_name text, refs text[]) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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
end $$;

alter function parley.submission_of_receipt owner to parley_keeper;
alter function parley.import_rows owner to parley_keeper;
alter function parley.enqueue_missing owner to parley_keeper;
revoke all on function parley.submission_of_receipt, parley.import_rows,
  parley.enqueue_missing from public;
grant execute on function parley.submission_of_receipt, parley.import_rows,
  parley.enqueue_missing to parley_app;

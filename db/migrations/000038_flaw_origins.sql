-- lock: brief (two functions are replaced)   breaking: no
-- why: a report of a flaw that a model found while it was evaluated says which run, sample and pack
-- it is from, and whoever handed it in for the evaluator follows it by its receipt as finders do.

/**
 * Where reports come from that a model under evaluation found: one for each sample that showed the
 * flaw. It is told beside the report, under a label of its own, so that a report that is lowered to
 * be repaired does not tell of the evaluation.
 */
create table parley.report_origin (
  no bigint generated always as identity primary key,
  report_no bigint not null references parley.report,
  run_no bigint not null references parley.evaluation_run,
  engagement_id text not null references parley.engagement (id),
  task text not null,
  epoch integer not null,
  /** That of the engagement and of the pack together. */
  label_id integer not null default 0,
  at timestamptz not null,
  /** Model, run, sample and pack, sealed as the report is. */
  value bytea not null,
  constraint sample_showed_it_once unique (report_no, run_no, task, epoch)
);
create index report_origin_of_run on parley.report_origin (run_no);

alter table parley.report_origin enable row level security;
alter table parley.report_origin force row level security;
create policy keeper on parley.report_origin for all to parley_keeper
  using (true) with check (true);
grant select, insert, update, delete on parley.report_origin to parley_keeper;
grant select, insert on parley.report_origin to parley_app;

create policy cleared_readers_see on parley.report_origin for select to parley_app
  using ((select parley.actor_is_system()) or ((select parley.actor_may('read'))
    and label_id in (select l.id from parley.visible_labels() l)));
-- Whose run it is was decided before, by the side that the route speaks for.
create policy system_keeps on parley.report_origin for insert to parley_app
  with check ((select parley.actor_is_system()));

/** Whether whoever is shown what is labelled `strict` may be told what is labelled `other`. */
create function parley.label_covers(strict integer, other integer) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select strict = other or coalesce((select parley.joined_label(s.label, o.label) = s.label
    from parley.label s, parley.label o where s.id = strict and o.id = other), false)
$$;

/** What an evaluation is labelled: as strictly as its engagement and as its pack. */
create function parley.run_label_id(asked bigint) returns integer
  language sql security definer set search_path = parley, pg_temp as $$
  select parley.joined_label_id(e.label_id, p.label_id)
  from parley.evaluation_run r join parley.engagement e on e.id = r.engagement_id
  join parley.pack p on p.no = r.pack_no
  where r.no = asked and parley.actor_is_system()
$$;

/** What a report of a flaw of a run is labelled: as strictly as the run and as what is asked for. */
create function parley.flaw_label_id(asked bigint, wanted integer, by_organisation text)
  returns integer language sql security definer set search_path = parley, pg_temp as $$
  select parley.joined_label_id(parley.run_label_id(asked),
    coalesce(wanted, parley.usual_label(by_organisation)))
$$;

/** The receipts of flaws of a run that its developer is cleared for. */
create function parley.flaw_receipts_cleared(asked bigint) returns setof text
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.receipt from parley.report_origin o join parley.report r on r.no = o.report_no
  where o.run_no = asked and o.engagement_id in (select parley.engagements_offered())
    and r.label_id in (select l.id from parley.visible_labels() l)
$$;

/**
 * Whether the actor evaluates for the organisation that handed a report in, and a run showed the
 * flaw. It is asked of the role itself: whoever may do more reads reports by their labels.
 */
create function parley.actor_evaluated(asked bigint, organisation text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select current_setting('parley.role', true) = 'evaluator' and parley.actor_may('evaluate')
    and organisation = parley.actor_organisation()
    and exists (select 1 from parley.report_origin o where o.report_no = asked)
$$;

do $$
declare
  one text;
begin
  foreach one in array array['label_covers(integer, integer)', 'run_label_id(bigint)',
    'flaw_label_id(bigint, integer, text)',
    'flaw_receipts_cleared(bigint)', 'actor_evaluated(bigint, text)'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
    execute format('grant execute on function parley.%s to parley_app', one);
  end loop;
end $$;

create or replace function parley.submission_of_receipt(asked text)
  returns table (received_at timestamptz, joined_at timestamptz, aside text, how text, case_id text,
    title text, status text, verdict text, severity text, evidence text,
    first_reported_at timestamptz, wait_until text, is_first boolean)
  language sql stable security definer set search_path = parley, pg_temp as $$
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
$$;

create or replace function parley.payload_end_of_receipt(asked text) returns timestamptz
  language sql stable security definer set search_path = parley, pg_temp as $$
  select e.destroyed_at from parley.report r join parley.payload_end e on e.report_no = r.no
  where r.receipt = asked
    and (r.organisation_id = parley.actor_follows()
      or parley.actor_evaluated(r.no, r.organisation_id) or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
$$;

-- lock: brief (columns with defaults, indexes on tables that are empty when the product is new)
-- breaking: no   why: the order of the queue as bytes that an index can hold, the order of reports
-- inside a case, what cases have in common, and counters, so that no page adds up all cases.

/** How much a report gives a person to work with; the best evidenced is the face of its case. */
alter table parley.case_report add column substance real not null default 0;
create index case_report_by_substance on parley.case_report
  (case_id, substance desc, report_no);

/** `rank_key` as bytes that sort as the numbers do, so that pages go on where they ended. */
alter table parley.vulnerability_case add column rank bytea not null default '';
create index case_by_status on parley.vulnerability_case (status, rank desc, no)
  where merged_into is null;
create index case_by_severity on parley.vulnerability_case (severity, rank desc, no)
  where merged_into is null;
create index case_by_verdict on parley.vulnerability_case (verdict, rank desc, no)
  where merged_into is null and verdict <> 'open';
create index case_by_assignee on parley.vulnerability_case (assignee_id, rank desc, no)
  where merged_into is null and assignee_id is not null;
create index case_by_reports on parley.vulnerability_case (report_count desc, no)
  where merged_into is null and report_count > 1;
create index case_merged_away on parley.vulnerability_case (merged_into)
  where merged_into is not null;
create index case_by_alias on parley.vulnerability_case using gin (aliases);
create index case_by_package on parley.vulnerability_case using gin (packages);
create index case_by_finder on parley.vulnerability_case using gin (finders);
create index case_by_word on parley.vulnerability_case using gin (search);

create index suggestion_unsure on parley.suggestion (probability desc, no) where state = 'unsure';
create index case_event_by_time on parley.case_event (at);

/** What cases share besides being the same: one fix, one habit at several places. */
create table parley.case_kin (
  /** Hash of the kind and of what is shared. */
  key bigint not null,
  case_id text not null,
  kind text not null,
  because text not null,
  primary key (key, case_id)
);
create index case_kin_by_case on parley.case_kin (case_id);

/** How many cases there are of each kind: the sum over the shards is the number. */
create table parley.case_count (
  shard integer not null,
  status text not null,
  verdict text not null,
  severity text not null,
  band text not null,
  evidence text not null,
  assignee_id text not null,
  is_gone boolean not null,
  count bigint not null,
  primary key (status, verdict, severity, band, evidence, assignee_id, is_gone, shard)
);

create table parley.suggestion_count (
  shard integer not null,
  kind text not null,
  state text not null,
  count bigint not null,
  primary key (kind, state, shard)
);

/** What happened on each day (UTC), counted as it happens. */
create table parley.day_count (
  day text not null,
  name text not null,
  shard integer not null,
  count bigint not null,
  primary key (day, name, shard)
);

/**
 * The shard of a counter that this transaction alone adds to until it ends, so that nobody waits
 * for anybody's counting; where all are taken it waits for its own.
 */
create function parley.free_shard() returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp as $$
declare
  own integer := pg_backend_pid() % 64;
begin
  for step in 0..63 loop
    if pg_try_advisory_xact_lock(7289653, (own + step) % 64) then return (own + step) % 64; end if;
  end loop;
  perform pg_advisory_xact_lock(7289653, own);
  return own;
end $$;

create function parley.count_cases() returns trigger language plpgsql security definer
  set search_path = parley, pg_temp as $$
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
end $$;

create function parley.count_suggestions() returns trigger language plpgsql security definer
  set search_path = parley, pg_temp as $$
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
end $$;

-- A restored backup brings its counters along; the keeper loads it.
create trigger case_is_counted after insert on parley.vulnerability_case
  referencing new table as added for each statement
  when (current_user <> 'parley_keeper') execute function parley.count_cases();
create trigger case_is_recounted after update on parley.vulnerability_case
  referencing old table as removed new table as added for each statement
  when (current_user <> 'parley_keeper') execute function parley.count_cases();
create trigger suggestion_is_counted after insert on parley.suggestion
  referencing new table as added for each statement
  when (current_user <> 'parley_keeper') execute function parley.count_suggestions();
create trigger suggestion_is_recounted after update on parley.suggestion
  referencing old table as removed new table as added for each statement
  when (current_user <> 'parley_keeper') execute function parley.count_suggestions();

/** How many reports wait to be placed, counted up to a bound; nothing for who is not staff. */
create function parley.arriving_count(at_most integer) returns bigint language sql stable
  security definer set search_path = parley, pg_temp as $$
  select count(*) from (
    select 1 from parley.arrival where parley.actor_is_staff() limit at_most) waiting
$$;

/**
 * Public records that go by one of these identifiers, and those that these name in turn. A function,
 * because row-level security keeps operators on arrays from their indexes (docs/decisions/0005).
 */
create function parley.advisories_of(asked text[]) returns setof parley.advisory
  language plpgsql stable security definer set search_path = parley, pg_temp as $$
declare
  known text[] := asked;
  grown text[];
begin
  if not parley.actor_is_staff() then return; end if;
  for step in 1..3 loop
    select array_agg(distinct name) into grown
      from (select unnest(known) as name union all
        select unnest(a.aliases) from parley.advisory a where a.aliases && known) every;
    exit when cardinality(grown) = cardinality(known);
    known := grown;
  end loop;
  return query select a.* from parley.advisory a where a.aliases && known or a.id = 'kev:*';
end $$;

/** Cases that go by one of these identifiers, in the order of their ids. */
create function parley.cases_of_aliases(asked text[]) returns setof text
  language plpgsql stable security definer set search_path = parley, pg_temp as $$
begin
  if not parley.actor_is_staff() then return; end if;
  return query select c.id from parley.vulnerability_case c
    where c.aliases && asked and c.merged_into is null order by c.id;
end $$;

do $$
declare
  one text;
begin
  foreach one in array array['case_kin', 'case_count', 'suggestion_count', 'day_count'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select on parley.%I to parley_app', one);
  end loop;
  foreach one in array array['case_count', 'suggestion_count'] loop
    execute format('create policy staff_reads on parley.%I for select to parley_app using ((select parley.actor_is_staff()))', one);
  end loop;
  foreach one in array array['case_kin', 'day_count'] loop
    execute format('create policy staff on parley.%I for all to parley_app using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()))', one);
    execute format('grant insert, update, delete on parley.%I to parley_app', one);
  end loop;
end $$;
-- Undoing a note takes it away again; what it said stays in the history.
grant delete on parley.note to parley_app;
-- What a coordinator decides changes the track record of the finders it concerns.
create policy staff_counts on parley.finder for update to parley_app
  using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()));
create policy staff_adds on parley.finder for insert to parley_app
  with check ((select parley.actor_is_staff()));

alter function parley.count_cases owner to parley_keeper;
alter function parley.count_suggestions owner to parley_keeper;
alter function parley.arriving_count owner to parley_keeper;
alter function parley.advisories_of owner to parley_keeper;
alter function parley.cases_of_aliases owner to parley_keeper;
revoke all on function parley.count_cases, parley.count_suggestions, parley.arriving_count,
  parley.advisories_of, parley.cases_of_aliases from public;
grant execute on function parley.arriving_count, parley.advisories_of, parley.cases_of_aliases
  to parley_app;

-- lock: none (new objects)   breaking: no   why: stored reports are found again by what they say:
-- by equality beyond doubt, by the place a scanner points at, by their rarest texts. The texts
-- themselves are not here, only numbers that stand for them.

create extension if not exists intarray schema parley;

/** The keys of a stored report; reports that equal one that is stored already have no row. */
create table parley.correlation_profile (
  report_no bigint primary key references parley.report,
  domain text not null,
  scan integer[] not null,
  text integer[] not null
);
create index correlation_profile_by_scan on parley.correlation_profile
  using gin (scan array_ops) with (gin_pending_list_limit = 2048);
create index correlation_profile_by_text on parley.correlation_profile
  using gin (text array_ops) with (gin_pending_list_limit = 2048);
create index correlation_profile_by_domain on parley.correlation_profile (domain)
  where domain <> 'scan';

/** The first report of each class of equal results. */
create table parley.correlation_equal (
  key bigint primary key,
  report_no bigint not null references parley.report
);

/** How often texts occur among the stored reports, as a sketch of fixed size. */
create table parley.correlation_population (
  id integer primary key constraint there_is_one_population check (id = 1),
  reports bigint not null,
  counts bytea not null,
  saved_at timestamptz not null
);

do $$
declare
  one text;
begin
  foreach one in array array['correlation_profile', 'correlation_equal', 'correlation_population'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_app, parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('create policy system_alone on parley.%I for all to parley_app using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()))', one);
  end loop;
end $$;

/**
 * For each asker (its keys are those up to its offset) the stored reports that share one of its
 * keys, and which. A function of the keeper, because row-level security keeps the operator && from
 * its index; it answers nothing to anybody but the product itself.
 */
create function parley.correlation_near(by_text boolean, keys integer[], ends integer[],
    at_most integer, but_results boolean)
  returns table (asker integer, report_no bigint, shared integer[])
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
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
end $$;
alter function parley.correlation_near owner to parley_keeper;
revoke all on function parley.correlation_near from public;
grant execute on function parley.correlation_near to parley_app;

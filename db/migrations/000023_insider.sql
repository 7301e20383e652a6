-- lock: none (new objects)   breaking: no   why: what people may see can be misused. Exports are told
-- apart when they turn up again; what each person opens is counted, asked about when it is much,
-- and told to auditors when it is unusual.

/** An export of a case: what is woven into its text tells it apart when it turns up again. */
create table parley.case_export (
  id text primary key,
  /** 40 random bits; null where nothing was woven in. Who holds the key file can check them. */
  code bytea constraint code_has_five_bytes check (octet_length(code) = 5),
  case_id text not null references parley.vulnerability_case (id),
  form text not null,
  /** For whom it was, in the words of who made it. */
  recipient text constraint recipient_is_a_line check (length(recipient) between 1 and 200),
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  made_at timestamptz not null
);
create index case_export_by_code on parley.case_export (code);
create index case_export_by_case on parley.case_export (case_id);

alter table parley.case_export enable row level security;
alter table parley.case_export force row level security;

create policy own_exports_are_kept on parley.case_export for insert to parley_app
  with check ((select parley.actor_may('export')) and person_id = (select parley.actor_person())
    and organisation_id = (select parley.actor_organisation()));
create policy auditors_see_exports on parley.case_export for select to parley_app
  using ((select parley.actor_may('audit')));

grant select, insert on parley.case_export to parley_app;

/**
 * What each person, or each token, opened in an hour of the clock. What is opened again in the same
 * hour, as pages do that keep themselves fresh, is one opening.
 */
create table parley.read_count (
  person_id text not null references parley.person,
  /** Empty for who signed in. */
  token_id text not null,
  hour timestamptz not null,
  role text not null,
  cases text[] not null default '{}',
  proofs text[] not null default '{}',
  /** How many of them a stop that was lifted does not hold against anybody any more. */
  forgiven_cases integer not null default 0,
  forgiven_proofs integer not null default 0,
  primary key (person_id, token_id, hour)
);
create index read_count_by_hour on parley.read_count (hour);

/** Who opened so much that only somebody who administers lets them go on. */
create table parley.read_stop (
  id text primary key,
  person_id text not null references parley.person,
  token_id text not null,
  stopped_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text references parley.person,
  reason text,
  constraint stop_is_lifted_by_another check (lifted_by <> person_id),
  constraint lifted_stop_says_why
    check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (reason is null))
);
create unique index read_stop_once on parley.read_stop (person_id, token_id)
  where lifted_at is null;

/** What somebody who audits should look at. */
create table parley.alert (
  id text primary key,
  kind text not null constraint alert_kind_is_known check (kind in ('volume', 'hour')),
  person_id text not null references parley.person,
  token_id text not null,
  began_at timestamptz not null,
  /** The last hour of the spell that it is about; a spell has one alert. */
  lasted_to timestamptz not null,
  /** How many openings in that hour, and how many are usual. */
  seen integer not null,
  usual integer not null,
  acknowledged_at timestamptz,
  acknowledged_by text references parley.person,
  reason text,
  constraint acknowledged_alert_says_why check (
    (acknowledged_at is null) = (acknowledged_by is null)
    and (acknowledged_at is null) = (reason is null)),
  unique (kind, person_id, token_id, began_at)
);

alter table parley.read_count enable row level security;
alter table parley.read_count force row level security;
alter table parley.read_stop enable row level security;
alter table parley.read_stop force row level security;
alter table parley.alert enable row level security;
alter table parley.alert force row level security;

create policy own_and_audited_counts_are_seen on parley.read_count for select to parley_app
  using ((select parley.actor_may('audit')) or person_id = (select parley.actor_person()));
create policy system_forgets_counts on parley.read_count for delete to parley_app
  using ((select parley.actor_is_system()));
create policy own_and_audited_stops_are_seen on parley.read_stop for select to parley_app
  using ((select parley.actor_may('audit')) or person_id = (select parley.actor_person()));
create policy auditors_see_alerts on parley.alert for select to parley_app
  using ((select parley.actor_may('audit')));
create policy system_alerts on parley.alert for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy auditors_acknowledge on parley.alert for update to parley_app
  using ((select parley.actor_may('audit'))) with check ((select parley.actor_may('audit')));

grant select, delete on parley.read_count to parley_app;
grant select on parley.read_stop to parley_app;
grant select, insert on parley.alert to parley_app;
grant update (lasted_to, seen, acknowledged_at, acknowledged_by, reason) on parley.alert
  to parley_app;

-- Live pages of auditors hear of alerts, and no others do.
create policy alerts_are_told_to_auditors on parley.live_event for select to parley_app
  using (topic = 'alert' and (select parley.actor_may('audit')));
create policy alerts_are_told_to_nobody_else on parley.live_event as restrictive for select
  to parley_app using (topic <> 'alert' or (select parley.actor_may('audit')));

/**
 * How many cases or proofs a role may open in an hour and in a day before it has to say why. The
 * setting "read-budgets" may say otherwise: {"reader": {"cases": [60, 300]}}.
 */
create function parley.read_budget(for_role text, kind text) returns integer[]
  language sql stable security definer set search_path = parley, pg_temp as $$
  select coalesce(
    (select array[(s.value #>> array[for_role, kind, '0'])::integer,
        (s.value #>> array[for_role, kind, '1'])::integer]
      from parley.setting s where s.name = 'read-budgets' and s.value #> array[for_role, kind]
        is not null),
    case when kind = 'cases' then array[200, 1000] else array[50, 200] end)
$$;

/** Beyond so many budgets nobody goes on by a reason. */
create function parley.read_budgets_to_stop() returns integer language sql immutable parallel safe
  as $$ select 5 $$;

/** What was opened of a budget, in this hour and in a day. */
create function parley.reads_of(who text, token text, kind text, moment timestamptz)
  returns integer[] language sql stable security definer set search_path = parley, pg_temp as $$
  select array[
    coalesce(sum(n) filter (where hour = date_trunc('hour', moment, 'UTC')), 0)::integer,
    coalesce(sum(n), 0)::integer]
  from (select hour, case when kind = 'cases' then cardinality(cases) - forgiven_cases
      else cardinality(proofs) - forgiven_proofs end as n
    from parley.read_count where person_id = who and token_id = token
      and hour > moment - interval '24 hours' and hour <= moment) of_a_day
$$;

/**
 * Counts what the actor opens: 'ok'; 'reasoned' beyond the budget with a reason; 'reason' where one
 * is missing, and 'stopped', both of which count nothing. All servers wait for each other here.
 */
create function parley.count_reads(token text, kind text, records text[], moment timestamptz,
    has_reason boolean, stop_id text)
  returns text language plpgsql volatile security definer set search_path = parley, pg_temp as $$
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
end $$;

/** Lets somebody go on who was stopped, and begins their budgets anew; false where none is. */
create function parley.lift_read_stop(stop text, why text, moment timestamptz)
  returns boolean language plpgsql volatile security definer
  set search_path = parley, pg_temp as $$
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
end $$;

do $$
declare
  one text;
begin
  foreach one in array array['case_export', 'read_count', 'read_stop', 'alert'] loop
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
  end loop;
end $$;
alter function parley.read_budget owner to parley_keeper;
alter function parley.reads_of owner to parley_keeper;
alter function parley.count_reads owner to parley_keeper;
alter function parley.lift_read_stop owner to parley_keeper;
revoke all on function parley.read_budget, parley.reads_of, parley.count_reads,
  parley.lift_read_stop from public;
grant execute on function parley.read_budget, parley.count_reads, parley.lift_read_stop
  to parley_app;

-- lock: brief (a check of the table of tokens, new policies on cases, reports, attachments, events)
-- breaking: no   why: a named person sees one case, or the part of it that their tier has, for a
-- while, behind three gates and an acknowledgement; the database itself asks for all of these.

-- Whoever belongs to the instance only by being read in: no permission at all by itself.
do $$
declare
  was text := pg_get_functiondef('parley.permissions_of'::regproc);
  becomes text := regexp_replace(was, 'end\s*\$function\$',
    'when role = ''participant'' then ''{}''::text[] end $function$');
begin
  if was = becomes then raise exception 'the roles are not told as expected'; end if;
  execute becomes;
end $$;
alter table parley.api_token drop constraint token_role_is_known,
  add constraint token_role_is_known check (parley.is_role(role) and role <> 'participant');

/** How whoever acts showed who they are: session or token; null for the product itself. */
create function parley.actor_via() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('parley.via', true), '') $$;

/** What those see of a case who are not to see the case, and the moments that open tiers. */
create table parley.case_plan (
  case_id text primary key references parley.vulnerability_case (id),
  version integer not null,
  changed_at timestamptz not null,
  changed_by text not null references parley.person,
  /** The patch as text. */
  fix_text text not null,
  fix_links text[] not null,
  /** [{purl, version, sha256}]. */
  artifacts jsonb not null constraint artifacts_are_listed check (jsonb_typeof(artifacts) = 'array'),
  embargo_until timestamptz,
  analysis_at timestamptz,
  upstream_at timestamptz,
  disclosure_at timestamptz,
  go_live_at timestamptz,
  /** When it was made public; every read-in ends then. */
  disclosed_at timestamptz
);

create table parley.read_in (
  id text primary key,
  case_id text not null references parley.vulnerability_case (id),
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  sponsor_id text not null references parley.person
    constraint sponsor_is_another check (sponsor_id <> person_id),
  tier text not null constraint tier_is_known check (tier in ('0', '1', '1.5', '2', '3', '3.5')),
  part text not null constraint part_is_known
    check (part in ('full', 'fix-material', 'fix-and-timing', 'artifact-and-time')),
  role text not null constraint role_is_sanctioned
    check (role in ('analyse-or-patch', 'test', 'stage')),
  is_emergency boolean not null,
  nominated_at timestamptz not null,
  nominated_by text not null references parley.person
    constraint nobody_nominates_themselves check (nominated_by <> person_id),
  refused_at timestamptz,
  assigned_at timestamptz,
  assigned_by text references parley.person
    constraint nobody_assigns_themselves check (assigned_by <> person_id),
  opens_at timestamptz,
  until timestamptz,
  acknowledged_at timestamptz,
  /** SHA-256, hexadecimal, of the text that was acknowledged. */
  acknowledged_digest text,
  /** Papers that were agreed to with it. */
  agreed text[] not null default '{}',
  /** The approval that made it wider than its tier. */
  approval text,
  ended_at timestamptz,
  ended_by text references parley.person,
  ended_why text constraint ending_is_known check (ended_why in ('task-done', 'left-sponsor',
    'need-ended', 'breach', 'mistake', 'expired', 'disclosed', 'case-closed', 'case-merged',
    'person-disabled', 'organisation-disabled', 'left-organisation', 'sponsor-left', 'excluded')),
  /** Whether the ledger has its end. */
  is_end_recorded boolean not null default false,
  constraint assigned_has_an_end check (num_nonnulls(assigned_at, assigned_by, opens_at, until)
    in (0, 4) and until > opens_at),
  constraint emergency_lapses
    check (not is_emergency or until <= assigned_at + interval '72 hours'),
  constraint acknowledged_was_assigned
    check (acknowledged_at is null or (assigned_at is not null and acknowledged_digest is not null)),
  constraint ended_has_a_reason check ((ended_at is null) = (ended_why is null))
);
create unique index read_in_one_tier_at_a_time on parley.read_in (person_id, case_id)
  where ended_at is null and refused_at is null;
create index read_in_by_case on parley.read_in (case_id);
create index read_in_by_person on parley.read_in (person_id);
create index read_in_open on parley.read_in (until)
  where ended_at is null and refused_at is null;
create index read_in_to_be_recorded on parley.read_in (ended_at)
  where ended_at is not null and not is_end_recorded;

/** Each decision of each gate, failures too; the newest of a gate counts. */
create table parley.read_in_gate (
  no bigint generated always as identity primary key,
  read_in_id text not null references parley.read_in,
  gate smallint not null constraint gate_is_known check (gate between 1 and 3),
  at timestamptz not null,
  by_person text not null references parley.person,
  is_passed boolean not null,
  what text not null constraint gate_says_what check (what <> ''),
  /** Papers that were seen signed, at the third gate. */
  papers text[] not null,
  /** The read-in of the same person whose gate stands for this one. */
  reused_from text references parley.read_in
    constraint first_gate_is_fresh check (gate <> 1 or reused_from is null)
);
create index read_in_gate_by_read_in on parley.read_in_gate (read_in_id, gate, no desc);

/** What was said with each step, which the person who is read in does not see. */
create table parley.read_in_reason (
  no bigint generated always as identity primary key,
  read_in_id text not null references parley.read_in,
  step text not null constraint step_is_known
    check (step in ('need', 'refuse', 'assign', 'tier', 'end')),
  at timestamptz not null,
  by_person text not null references parley.person,
  text text not null constraint reason_is_said check (text <> '')
);
create index read_in_reason_by_read_in on parley.read_in_reason (read_in_id, no);

/** Who is never read in: to one case, or to none at all. */
create table parley.exclusion (
  id text primary key,
  person_id text references parley.person,
  organisation_id text references parley.organisation,
  /** Null for all cases. */
  case_id text references parley.vulnerability_case (id),
  reason text not null constraint exclusion_has_a_reason check (reason <> ''),
  made_at timestamptz not null,
  made_by text not null references parley.person,
  until timestamptz,
  ended_at timestamptz,
  ended_by text references parley.person,
  constraint exclusion_of_one check (num_nonnulls(person_id, organisation_id) = 1)
);
create index exclusion_by_person on parley.exclusion (person_id) where ended_at is null;
create index exclusion_by_organisation on parley.exclusion (organisation_id)
  where ended_at is null;

do $$
declare
  one text;
begin
  foreach one in array array['case_plan', 'read_in', 'read_in_gate', 'read_in_reason',
    'exclusion'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
  -- What is said about a case is for those who are shown the case.
  foreach one in array array['read_in_gate', 'read_in_reason'] loop
    execute format('create policy deciders_and_auditors_see on parley.%I for select to parley_app using ((select parley.actor_may(''audit'')) or ((select parley.actor_may(''decide'')) and exists (select 1 from parley.read_in r join parley.vulnerability_case c on c.id = r.case_id where r.id = read_in_id offset 0)))', one);
  end loop;
  foreach one in array array['case_plan', 'read_in', 'read_in_gate', 'read_in_reason',
    'exclusion'] loop
    execute format('create policy deciders_add on parley.%I for insert to parley_app with check ((select parley.actor_may(''decide'')))', one);
  end loop;
  foreach one in array array['case_plan', 'read_in', 'exclusion'] loop
    execute format('create policy deciders_change on parley.%I for update to parley_app using ((select parley.actor_may(''decide''))) with check ((select parley.actor_may(''decide'')))', one);
  end loop;
end $$;
create policy deciders_and_auditors_see on parley.exclusion for select to parley_app
  using ((select parley.actor_may('audit')) or (select parley.actor_may('decide')));
create policy deciders_auditors_and_self_see on parley.read_in for select to parley_app
  using ((select parley.actor_may('audit')) or person_id = (select parley.actor_person())
    or ((select parley.actor_may('decide'))
      and exists (select 1 from parley.vulnerability_case c where c.id = case_id offset 0)));
create policy readers_see on parley.case_plan for select to parley_app
  using ((select parley.actor_may('read'))
    and exists (select 1 from parley.vulnerability_case c where c.id = case_id offset 0));
create policy own_read_ins_are_told on parley.live_event for select to parley_app
  using (topic = 'read-in' and ref in (select r.id from parley.read_in r
    where r.person_id = (select parley.actor_person())));
grant update on parley.case_plan to parley_app;
grant update (tier, part, refused_at, assigned_at, assigned_by, opens_at, until, acknowledged_at,
  approval, ended_at, ended_by, ended_why, is_end_recorded) on parley.read_in to parley_app;
grant update (ended_at, ended_by) on parley.exclusion to parley_app;

/** How long a tier lasts where nobody approved more; as src/features/label/read-in-tier.ts. */
create function parley.read_in_lasts(tier text) returns interval language sql immutable
  parallel safe as $$ select case tier when '0' then interval '90 days'
    when '1' then interval '30 days' when '1.5' then interval '30 days'
    when '2' then interval '14 days' when '3' then interval '7 days'
    when '3.5' then interval '24 hours' end $$;
/** Whether a part shows all that another one shows. */
create function parley.read_in_covers(wide text, narrow text) returns boolean language sql
  immutable parallel safe as $$ select wide = narrow or wide = 'full'
    or (wide = 'fix-and-timing' and narrow = 'fix-material') $$;

/** Why somebody is shut out of a case; null where they are not. */
create function parley.exclusion_of(asked_person text, asked_case text) returns text
  language sql stable security definer set search_path = parley, pg_temp as $$
  select e.reason from parley.exclusion e
  where (parley.actor_may('decide') or asked_person = parley.actor_person())
    and e.ended_at is null and (e.until is null or e.until > now())
    and (e.case_id is null or e.case_id = asked_case)
    and (e.person_id = asked_person or e.organisation_id in (select m.organisation_id
      from parley.membership m where m.person_id = asked_person))
  order by e.made_at limit 1
$$;

/** Whether all three gates were passed when they were decided last. */
create function parley.gates_passed(asked text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select count(*) = 3 from (select distinct on (g.gate) g.is_passed from parley.read_in_gate g
    where g.read_in_id = asked order by g.gate, g.no desc) newest where newest.is_passed
$$;

/** Whether somebody is not disabled and belongs to something that is not. */
create function parley.is_active_person(asked text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select exists (select 1 from parley.person p join parley.membership m on m.person_id = p.id
    join parley.organisation o on o.id = m.organisation_id
    where p.id = asked and p.disabled_at is null and o.disabled_at is null)
$$;

/** What the system finds out about a person by itself, for a read-in to a case. */
create function parley.read_in_facts(asked_person text, asked_sponsor text, asked_case text)
  returns table (organisation_id text, has_passkey boolean, is_sponsor_active boolean,
    exclusion text, papers text[])
  language sql stable security definer set search_path = parley, pg_temp as $$
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
$$;

/** Whether a read-in shows something to its person at this moment. */
create function parley.read_in_stands(one parley.read_in) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
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
$$;

/**
 * Whether whoever acts is cleared for a label, leaving aside with whom it may be shared: a read-in
 * names its person, and its tier says the marking. It clears nobody for a classification, a
 * compartment or PCII.
 */
create function parley.is_cleared_but_for_sharing(l parley.label) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select held.classification >= l.classification and held.compartments @> l.compartments
    and (held.pcii or not l.is_pcii)
  from parley.actor_clearance() held
$$;

/** The cases of which whoever acts, in a session of their own, is read in to this part. */
create function parley.cases_read_into(asked_part text) returns setof text rows 5
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.case_id from parley.read_in r
  join parley.vulnerability_case c on c.id = r.case_id
  join parley.label l on l.id = c.label_id
  where parley.actor_via() = 'session' and r.person_id = parley.actor_person()
    and r.organisation_id = parley.actor_organisation() and r.part = asked_part
    and parley.read_in_stands(r) and parley.is_cleared_but_for_sharing(l)
    and coalesce(current_setting('parley.scopes', true), '') <> 'none'
$$;

/** The reports of the cases that whoever acts is read in to as a whole. */
create function parley.reports_read_into() returns setof bigint rows 100
  language sql stable security definer set search_path = parley, pg_temp as $$
  select cr.report_no from parley.cases_read_into('full') as c (id)
  join parley.case_report cr on cr.case_id = c.id
$$;

create function parley.utc_text(moment timestamptz) returns text language sql stable
  as $$ select to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

/** What whoever acts may see of a case by their read-in, and no byte more; null for nothing. */
create function parley.read_in_part(asked_case text) returns jsonb
  language sql stable security definer set search_path = parley, pg_temp as $$
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
$$;

/** Writes down that whoever acts acknowledged their own read-in; whether there was one to. */
create function parley.acknowledge_read_in(asked text, digest text, papers text[])
  returns boolean language sql volatile security definer set search_path = parley, pg_temp as $$
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
$$;

/** From whose earlier gates others may be taken, and for how many days; null for nobody's. */
create function parley.read_in_reuse() returns jsonb
  language sql stable security definer set search_path = parley, pg_temp as $$
  select s.value from parley.setting s
  where s.name = 'read-in.reuse' and parley.actor_may('decide')
$$;

/** An embargo ends early by an approval alone, which the product itself carries out. */
create function parley.embargo_holds() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  if old.embargo_until > now() and not parley.actor_is_system()
    and (new.embargo_until is null or new.embargo_until < old.embargo_until) then
    raise exception 'lifting an embargo takes an approval' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger embargo_holds before update on parley.case_plan
  for each row execute function parley.embargo_holds();

/** No statement skips a gate, a step or an approval, whoever runs it. */
create function parley.read_in_keeps_order() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
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
end $$;
create trigger keeps_order before update on parley.read_in
  for each row execute function parley.read_in_keeps_order();

/** Open pages of the person, and of those who decide, look again. */
create function parley.tell_read_in() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  insert into parley.live_event (at, topic, ref, label_id)
    select now(), 'read-in', new.id, c.label_id
    from parley.vulnerability_case c where c.id = new.case_id;
  return null;
end $$;
create trigger change_is_told after update of tier, part, until, refused_at, assigned_at,
  acknowledged_at, ended_at on parley.read_in
  for each row execute function parley.tell_read_in();

-- Whatever ends a read-in ends it in its own transaction, by whatever statement that was done.
create function parley.read_ins_of_case_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in set ended_at = now(),
      ended_why = case when new.merged_into is null then 'case-closed' else 'case-merged' end
    where case_id = new.id and ended_at is null and refused_at is null;
  return null;
end $$;
create trigger read_ins_end after update of status, merged_into on parley.vulnerability_case
  for each row when ((new.status = 'closed' and old.status <> 'closed')
    or (new.merged_into is not null and old.merged_into is null))
  execute function parley.read_ins_of_case_end();

create function parley.read_ins_of_plan_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in set ended_at = now(), ended_why = 'disclosed'
    where case_id = new.case_id and ended_at is null and refused_at is null;
  return null;
end $$;
create trigger read_ins_end after insert or update on parley.case_plan
  for each row when (new.disclosed_at is not null) execute function parley.read_ins_of_plan_end();

create function parley.read_ins_of_person_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in set ended_at = now(),
      ended_why = case when person_id = new.id then 'person-disabled' else 'sponsor-left' end
    where (person_id = new.id or sponsor_id = new.id) and ended_at is null and refused_at is null;
  return null;
end $$;
create trigger read_ins_end after update of disabled_at on parley.person
  for each row when (old.disabled_at is null and new.disabled_at is not null)
  execute function parley.read_ins_of_person_end();

create function parley.read_ins_of_organisation_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in r set ended_at = now(),
      ended_why = case when r.organisation_id = new.id then 'organisation-disabled'
        else 'sponsor-left' end
    where r.ended_at is null and r.refused_at is null
      and (r.organisation_id = new.id or not parley.is_active_person(r.sponsor_id));
  return null;
end $$;
create trigger read_ins_end after update of disabled_at on parley.organisation
  for each row when (old.disabled_at is null and new.disabled_at is not null)
  execute function parley.read_ins_of_organisation_end();

create function parley.read_ins_of_member_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in r set ended_at = now(),
      ended_why = case when r.person_id = old.person_id then 'left-organisation'
        else 'sponsor-left' end
    where r.ended_at is null and r.refused_at is null
      and ((r.person_id = old.person_id and r.organisation_id = old.organisation_id)
        or (r.sponsor_id = old.person_id and not parley.is_active_person(old.person_id)));
  return null;
end $$;
create trigger read_ins_end after delete on parley.membership
  for each row execute function parley.read_ins_of_member_end();

create function parley.read_ins_of_excluded_end() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.read_in r set ended_at = now(), ended_why = 'excluded'
    where r.ended_at is null and r.refused_at is null and r.assigned_at is not null
      and parley.exclusion_of(r.person_id, r.case_id) is not null;
  return null;
end $$;
create trigger read_ins_end after insert on parley.exclusion
  for each statement execute function parley.read_ins_of_excluded_end();

-- What the first tier sees besides: the case as a whole, its proofs included, but neither notes of
-- those who work on it nor decisions that name other cases.
create policy read_in_sees on parley.vulnerability_case for select to parley_app
  using (id in (select parley.cases_read_into('full')));
create policy read_in_sees on parley.case_report for select to parley_app
  using (case_id in (select parley.cases_read_into('full')));
create policy read_in_sees on parley.case_event for select to parley_app
  using (kind = 'changed' and case_id in (select parley.cases_read_into('full')));
create policy read_in_sees on parley.report for select to parley_app
  using (no in (select parley.reports_read_into()));
create policy read_in_sees on parley.attachment for select to parley_app
  using (report_no in (select parley.reports_read_into()));
do $$
declare
  was text := pg_get_functiondef('parley.sealed_of'::regproc);
  becomes text := replace(was, '(r.organisation_id = parley.actor_follows() or',
    '(r.organisation_id = parley.actor_follows() or r.no in (select parley.reports_read_into()) or');
begin
  if was = becomes then raise exception 'sealed parts are not asked for as expected'; end if;
  execute becomes;
end $$;

do $$
declare
  one text;
begin
  foreach one in array array['exclusion_of', 'gates_passed', 'read_in_facts', 'is_active_person',
    'read_in_stands', 'is_cleared_but_for_sharing', 'cases_read_into', 'reports_read_into', 'read_in_part',
    'acknowledge_read_in', 'read_in_reuse', 'tell_read_in', 'read_ins_of_case_end',
    'read_ins_of_plan_end', 'read_ins_of_person_end', 'read_ins_of_organisation_end',
    'read_ins_of_member_end', 'read_ins_of_excluded_end'] loop
    execute format('alter function parley.%I owner to parley_keeper', one);
    execute format('revoke all on function parley.%I from public', one);
  end loop;
end $$;
grant execute on function parley.exclusion_of, parley.gates_passed, parley.read_in_facts,
  parley.cases_read_into, parley.reports_read_into, parley.read_in_part,
  parley.acknowledge_read_in, parley.read_in_reuse to parley_app;

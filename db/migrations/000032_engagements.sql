-- lock: brief (the function that tells the roles; two checks)   breaking: no
-- why: a developer offers a model on its own terms, and both sides keep the same record of it. What
-- was agreed, said and seen is append-only; what it says is sealed, and what decides access stands
-- beside it in the clear, so that the database itself holds the bounds of it.
--
-- Nothing here holds a release: there is no column for whether one may be made.

create or replace function parley.permissions_of(role text) returns text[]
  language sql immutable parallel safe as $$ select case
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
    when role = 'participant' then '{}'::text[] end $$;

/** Whether those of a role have to have shown such a factor; partners have, unless somebody freed them. */
create or replace function parley.factor_is_asked(as_role text) returns boolean
  language sql stable set search_path = parley, pg_temp as $$ select coalesce(
    (select s.value = '"phishing-resistant"' from parley.setting s
      where s.name = 'factor.' || as_role), as_role = 'partner') $$;

create table parley.engagement (
  no bigint generated always as identity primary key,
  id text not null unique,
  developer_id text not null references parley.organisation,
  evaluator_id text not null references parley.organisation,
  /** What evaluators need to be cleared for to see it; the developer always sees its own. */
  label_id integer not null references parley.label,
  state text not null constraint engagement_state_is_known
    check (state in ('offered', 'agreed', 'closed', 'settled', 'declined', 'withdrawn')),
  offered_at timestamptz not null,
  /** A fact that the developer states, and what happened. */
  planned_at timestamptz not null,
  released_at timestamptz,
  agreed_at timestamptz,
  opens_at timestamptz,
  /** When access ends by itself, as far as is known. */
  ends_at timestamptz,
  paused_at timestamptz,
  closed_at timestamptz,
  settled_at timestamptz,
  /** The latest moment that anything was decided at. */
  seen_at timestamptz not null,
  /** From 1, by one with every change: of two at a time one is refused. */
  version integer not null,
  /** All of it, sealed. */
  value bytea not null,
  constraint both_are_somebody_else check (developer_id <> evaluator_id),
  constraint window_is_whole check ((opens_at is null) = (ends_at is null)
    and (opens_at is null) = (agreed_at is null)),
  -- Executive Order 14409, section 3(b)(ii): for up to 30 days.
  constraint no_access_lasts_beyond_day_30 check (ends_at <= opens_at + interval '720 hours'),
  constraint agreed_has_a_window check (state not in ('agreed', 'closed', 'settled')
    or opens_at is not null),
  constraint closed_has_its_moment check ((state in ('closed', 'settled')) = (closed_at is not null))
);
create index engagement_of_developer on parley.engagement (developer_id, no);
create index engagement_of_evaluator on parley.engagement (evaluator_id, no);
create index engagement_running on parley.engagement (ends_at) where state = 'agreed';

/** Everything that either side said, in its words and order. */
create table parley.engagement_act (
  no bigint generated always as identity primary key,
  engagement_id text not null references parley.engagement (id),
  /** From 1, without gaps: two at a time cannot both be next. */
  number integer not null,
  at timestamptz not null,
  side text not null constraint act_side_is_known check (side in ('developer', 'evaluator')),
  person_id text references parley.person,
  organisation_id text not null references parley.organisation,
  kind text not null constraint act_has_a_kind check (kind ~ '^[a-z-]{1,30}$'),
  /** SHA-256, hexadecimal, of the proposal that it put on the table or agreed to. */
  digest text,
  body bytea not null,
  constraint act_comes_once unique (engagement_id, number)
);

/** What was done and looked at under an engagement: both sides read all of it. */
create table parley.engagement_event (
  no bigint generated always as identity primary key,
  engagement_id text not null references parley.engagement (id),
  at timestamptz not null,
  /** Null where the product itself did it. */
  person_id text references parley.person,
  organisation_id text references parley.organisation,
  action text not null,
  kind text not null,
  record text not null,
  fields jsonb not null default '{}' constraint event_fields_are_an_object
    check (jsonb_typeof(fields) = 'object')
);
create index engagement_event_by on parley.engagement_event (engagement_id, no);
create index engagement_event_person on parley.engagement_event (person_id, engagement_id);

/** Agreements and disclosures as files, sealed. */
create table parley.engagement_document (
  no bigint generated always as identity primary key,
  id text not null unique,
  engagement_id text not null references parley.engagement (id),
  side text not null constraint document_side_is_known check (side in ('developer', 'evaluator')),
  person_id text references parley.person,
  at timestamptz not null,
  sha256 text not null constraint document_has_a_digest check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes integer not null,
  media_type text not null,
  /** Both sealed. */
  name bytea not null,
  content bytea not null,
  constraint document_is_kept_once unique (engagement_id, sha256)
);

/** A developer's question whether its model is covered, and what both said to it. */
create table parley.determination (
  no bigint generated always as identity primary key,
  id text not null unique,
  engagement_id text not null references parley.engagement (id),
  asked_at timestamptz not null,
  asked_by text references parley.person,
  taken_back_at timestamptz,
  version integer not null,
  value bytea not null
);
create index determination_of on parley.determination (engagement_id, no);

/** Whom both sides agree to let have the model before the public does. */
create table parley.partner (
  no bigint generated always as identity primary key,
  id text not null unique,
  engagement_id text not null references parley.engagement (id),
  tier text not null constraint partner_tier_is_known
    check (tier in ('defence', 'red-team', 'specialised')),
  proposed_at timestamptz not null,
  ends_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  version integer not null,
  value bytea not null
);
create index partner_of on parley.partner (engagement_id, no);

create table parley.partner_user (
  partner_no bigint not null references parley.partner,
  person_id text not null references parley.person,
  primary key (partner_no, person_id)
);
create index partner_user_by_person on parley.partner_user (person_id);

/** What happened at a partner, and by when what is owed. */
create table parley.partner_occurrence (
  no bigint generated always as identity primary key,
  id text not null unique,
  partner_no bigint not null references parley.partner,
  what text not null constraint occurrence_is_known
    check (what in ('misuse', 'compromised-credential', 'leaver')),
  known_at timestamptz not null,
  told_at timestamptz not null,
  told_by text references parley.person,
  /** Whom it is about, where it is about somebody. */
  person_id text references parley.person,
  text bytea not null
);

create table parley.partner_duty (
  no bigint generated always as identity primary key,
  occurrence_no bigint not null references parley.partner_occurrence,
  what text not null,
  due_at timestamptz not null,
  done_at timestamptz,
  done_by text references parley.person,
  constraint duty_is_owed_once unique (occurrence_no, what),
  constraint duty_is_done_by_somebody check ((done_at is null) = (done_by is null))
);
create index partner_duty_open on parley.partner_duty (due_at) where done_at is null;

/** What the actor's organisation offers. */
create function parley.engagements_offered() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select e.id from parley.engagement e
  where parley.actor_may('offer') and e.developer_id = parley.actor_organisation()
$$;

/** What the actor's organisation evaluates, as far as the actor is cleared for it. */
create function parley.engagements_evaluated() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select e.id from parley.engagement e
  where parley.actor_may('evaluate') and e.evaluator_id = parley.actor_organisation()
    and e.label_id in (select l.id from parley.visible_labels() l)
$$;

/** Both, and for the product itself all. */
create function parley.engagements_seen() returns setof text
  language sql stable security definer rows 100 set search_path = parley, pg_temp as $$
  select e.id from parley.engagement e where parley.actor_is_system()
  union select parley.engagements_offered()
  union select parley.engagements_evaluated()
$$;

/** Partners that name the actor, by number. */
create function parley.partners_named() returns setof bigint
  language sql stable security definer rows 10 set search_path = parley, pg_temp as $$
  select u.partner_no from parley.partner_user u
  where parley.actor_may('partake') and u.person_id = parley.actor_person()
$$;

/** For which side the actor speaks; null for neither. */
create function parley.engagement_side(asked text) returns text
  language sql stable security definer set search_path = parley, pg_temp as $$
  select case when asked in (select parley.engagements_offered()) then 'developer'
    when asked in (select parley.engagements_evaluated()) then 'evaluator' end
$$;

/** To whom a model can be offered. */
create function parley.evaluator_organisations() returns table (id text, name text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select o.id, o.name from parley.organisation o
  where 'evaluator' = any (o.kinds) and o.disabled_at is null and not o.is_pseudonymous
    and (parley.actor_may('offer') or parley.actor_may('evaluate'))
  order by o.name, o.id
$$;

/** What organisations and people are called that an engagement names, for whoever sees it. */
create function parley.engagement_names(asked text)
  returns table (id text, name text) language sql stable security definer
  set search_path = parley, pg_temp as $$
  with found as (select e.* from parley.engagement e
    where e.id = asked and e.id in (select parley.engagements_seen()))
  select o.id, o.name from parley.organisation o, found f
    where o.id in (f.developer_id, f.evaluator_id)
  union select p.id, p.name from parley.person p where p.id in (
    select v.person_id from parley.engagement_event v, found f where v.engagement_id = f.id
    union select a.person_id from parley.engagement_act a, found f where a.engagement_id = f.id)
  union select p.id, p.name from parley.person p, parley.membership m, found f
    where m.person_id = p.id and m.organisation_id = f.evaluator_id
      and 'evaluate' = any (parley.permissions_of(m.role))
  union select p.id, p.name from parley.person p, parley.partner_user u, parley.partner t, found f
    where u.person_id = p.id and u.partner_no = t.no and t.engagement_id = f.id
$$;

/** Of this instance, for everybody: how many, and nothing of which. Nothing until it is switched on. */
create function parley.desk_counts()
  returns table (offered bigint, agreed bigint, ended bigint, released bigint) language sql stable
  security definer set search_path = parley, pg_temp as $$
  select count(*), count(*) filter (where e.agreed_at is not null),
    count(*) filter (where e.closed_at is not null),
    count(*) filter (where e.released_at is not null)
  from parley.engagement e
  having exists (select 1 from parley.setting s
    where s.name = 'public-counts' and s.value = 'true'::jsonb)
$$;

do $$
declare
  one text;
begin
  foreach one in array array['engagement', 'engagement_act', 'engagement_event',
    'engagement_document', 'determination', 'partner', 'partner_user', 'partner_occurrence',
    'partner_duty'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
  foreach one in array array['engagement', 'determination', 'partner', 'partner_duty'] loop
    execute format('grant update on parley.%I to parley_app', one);
  end loop;
  foreach one in array array['engagements_offered()', 'engagements_evaluated()',
    'engagements_seen()', 'partners_named()', 'engagement_side(text)',
    'evaluator_organisations()', 'engagement_names(text)', 'desk_counts()'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
    execute format('grant execute on function parley.%s to parley_app', one);
  end loop;
end $$;
grant delete on parley.partner_user to parley_app;

create policy both_sides_see on parley.engagement for select to parley_app
  using (id in (select parley.engagements_seen()));
create policy developers_offer on parley.engagement for insert to parley_app
  with check ((select parley.actor_may('offer')) and state = 'offered'
    and developer_id = (select parley.actor_organisation()));
create policy both_sides_decide on parley.engagement for update to parley_app
  using (id in (select parley.engagements_seen()));

create policy both_sides_see on parley.engagement_act for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy each_says_its_own on parley.engagement_act for insert to parley_app
  with check (side = parley.engagement_side(engagement_id)
    and organisation_id = (select parley.actor_organisation())
    and person_id is not distinct from (select parley.actor_person()));

create policy both_sides_see on parley.engagement_event for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy each_records_its_own on parley.engagement_event for insert to parley_app
  with check ((select parley.actor_is_system()) or (
    engagement_id in (select parley.engagements_seen())
    and organisation_id = (select parley.actor_organisation())
    and person_id is not distinct from (select parley.actor_person())));

create policy both_sides_see on parley.engagement_document for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy each_hands_in_its_own on parley.engagement_document for insert to parley_app
  with check (side = parley.engagement_side(engagement_id)
    and person_id is not distinct from (select parley.actor_person()));

create policy both_sides_see on parley.determination for select to parley_app
  using (engagement_id in (select parley.engagements_seen()));
create policy developers_ask on parley.determination for insert to parley_app
  with check (engagement_id in (select parley.engagements_offered()));
create policy both_sides_state on parley.determination for update to parley_app
  using (engagement_id in (select parley.engagements_seen()));

create policy both_sides_and_named_see on parley.partner for select to parley_app
  using (engagement_id in (select parley.engagements_seen())
    or no in (select parley.partners_named()));
create policy both_sides_propose on parley.partner for insert to parley_app
  with check (engagement_id in (select parley.engagements_seen()) and started_at is null);
create policy both_sides_decide on parley.partner for update to parley_app
  using (engagement_id in (select parley.engagements_seen()));

create policy seen_with_the_partner on parley.partner_user for select to parley_app
  using (exists (select 1 from parley.partner p where p.no = partner_no offset 0));
create policy both_sides_name on parley.partner_user for insert to parley_app
  with check (exists (select 1 from parley.partner p where p.no = partner_no
    and p.engagement_id in (select parley.engagements_seen()) offset 0));
create policy both_sides_take_back on parley.partner_user for delete to parley_app
  using (exists (select 1 from parley.partner p where p.no = partner_no
    and p.engagement_id in (select parley.engagements_seen()) offset 0));

create policy seen_with_the_partner on parley.partner_occurrence for select to parley_app
  using (exists (select 1 from parley.partner p where p.no = partner_no offset 0));
create policy who_sees_the_partner_tells on parley.partner_occurrence for insert to parley_app
  with check (exists (select 1 from parley.partner p where p.no = partner_no offset 0)
    and told_by is not distinct from (select parley.actor_person()));

create policy seen_with_the_occurrence on parley.partner_duty for select to parley_app
  using (exists (select 1 from parley.partner_occurrence o where o.no = occurrence_no offset 0));
create policy owed_with_the_occurrence on parley.partner_duty for insert to parley_app
  with check (exists (select 1 from parley.partner_occurrence o where o.no = occurrence_no offset 0)
    and done_at is null);
create policy done_by_who_sees_it on parley.partner_duty for update to parley_app
  using (exists (select 1 from parley.partner_occurrence o where o.no = occurrence_no offset 0))
  with check (done_by is not distinct from (select parley.actor_person()));

create policy engagements_are_told on parley.live_event for select to parley_app
  using (topic = 'engagement' and ref in (select parley.engagements_seen()));
create policy engagements_are_told_to_nobody_else on parley.live_event as restrictive for select
  to parley_app using (topic <> 'engagement' or ref in (select parley.engagements_seen()));
create policy what_was_done_at_the_desk_is_told on parley.live_event for insert to parley_app
  with check (topic = 'engagement' and ref in (select parley.engagements_seen()));

/** Neither side may change who they are, nor take back that it is over. */
create function parley.engagement_stays() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
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
end $$;
create trigger stays before update on parley.engagement
  for each row execute function parley.engagement_stays();

/** Gateways hear of it at once, whichever process decided. */
create function parley.engagement_changed() returns trigger
  language plpgsql set search_path = parley, pg_temp as $$
begin
  perform pg_notify('parley_engagement', new.id);
  return null;
end $$;
create trigger is_told after insert or update on parley.engagement
  for each row execute function parley.engagement_changed();

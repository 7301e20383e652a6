-- lock: none (new objects)   breaking: no   why: people, tokens and sessions, and the door behind
-- which every later table stands: row-level security enabled and forced, an unprivileged role for
-- the product, and who acts as a setting that dies with the transaction.
--
-- Roles exist before this runs: parley_app (the product), parley_queue (the job queue) and
-- parley_keeper (owns the functions that may look past the policies; backups run as it).

grant usage on schema parley to parley_app, parley_keeper;
-- Functions are handed to the keeper below, which needs the right to own something here.
grant create on schema parley to parley_keeper;

create function parley.actor_role() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('parley.role', true), '') $$;
create function parley.actor_organisation() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('parley.organisation', true), '') $$;
create function parley.actor_person() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('parley.person', true), '') $$;
/** The product itself, at work between requests. */
create function parley.actor_is_system() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('parley.role', true) = 'system', false) $$;
/** Who works for the instance as a whole: its coordinators, and the product itself. */
create function parley.actor_is_staff() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('parley.role', true) in ('system', 'coordinator'), false) $$;

create table parley.organisation (
  id text primary key,
  name text not null constraint organisation_has_a_name check (name <> ''),
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table parley.person (
  id text primary key,
  name text not null constraint person_has_a_name check (name <> ''),
  created_at timestamptz not null,
  disabled_at timestamptz
);

create table parley.membership (
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  role text not null constraint membership_role_is_known check (role in ('coordinator', 'finder')),
  created_at timestamptz not null,
  primary key (person_id, organisation_id)
);

create table parley.api_token (
  id text primary key,
  organisation_id text not null references parley.organisation,
  /** The person who answers for whatever uses the token. */
  owner_id text not null references parley.person,
  name text not null,
  hash bytea not null unique,
  role text not null constraint token_role_is_known check (role in ('coordinator', 'finder')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  constraint token_lives_a_year_at_most check (expires_at <= created_at + interval '366 days')
);
create index api_token_by_organisation on parley.api_token (organisation_id);

create table parley.sign_in_link (
  hash bytea primary key,
  person_id text not null references parley.person,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table parley.session (
  hash bytea primary key,
  person_id text not null references parley.person,
  organisation_id text not null references parley.organisation,
  role text not null constraint session_role_is_known check (role in ('coordinator', 'finder')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

/** What happened, by id only: what live pages listen to, and where they resume. */
create table parley.live_event (
  no bigint generated always as identity primary key,
  at timestamptz not null,
  topic text not null,
  ref text not null,
  /** Whose event it is besides the staff's; null is the staff's alone. */
  organisation_id text references parley.organisation
);

create table parley.setting (
  name text primary key,
  value jsonb not null,
  changed_at timestamptz not null,
  changed_by text
);

alter table parley.organisation enable row level security;
alter table parley.organisation force row level security;
alter table parley.person enable row level security;
alter table parley.person force row level security;
alter table parley.membership enable row level security;
alter table parley.membership force row level security;
alter table parley.api_token enable row level security;
alter table parley.api_token force row level security;
alter table parley.sign_in_link enable row level security;
alter table parley.sign_in_link force row level security;
alter table parley.session enable row level security;
alter table parley.session force row level security;
alter table parley.live_event enable row level security;
alter table parley.live_event force row level security;
alter table parley.setting enable row level security;
alter table parley.setting force row level security;

create policy staff_sees_organisations on parley.organisation for select to parley_app
  using ((select parley.actor_is_staff()) or id = (select parley.actor_organisation()));
create policy staff_adds_organisations on parley.organisation for insert to parley_app
  with check ((select parley.actor_is_staff()));
create policy staff_changes_organisations on parley.organisation for update to parley_app
  using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()));

create policy staff_or_self_sees_person on parley.person for select to parley_app
  using ((select parley.actor_is_staff()) or id = (select parley.actor_person()));
create policy staff_adds_people on parley.person for insert to parley_app
  with check ((select parley.actor_is_staff()));
create policy staff_changes_people on parley.person for update to parley_app
  using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()));

create policy staff_or_self_sees_membership on parley.membership for select to parley_app
  using ((select parley.actor_is_staff()) or person_id = (select parley.actor_person()));
create policy staff_adds_membership on parley.membership for insert to parley_app
  with check ((select parley.actor_is_staff()));
create policy staff_ends_membership on parley.membership for delete to parley_app
  using ((select parley.actor_is_staff()));

create policy staff_or_own_organisation_sees_tokens on parley.api_token for select to parley_app
  using ((select parley.actor_is_staff()) or organisation_id = (select parley.actor_organisation()));
create policy staff_adds_tokens on parley.api_token for insert to parley_app
  with check ((select parley.actor_is_staff()));
create policy staff_changes_tokens on parley.api_token for update to parley_app
  using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()));

create policy system_makes_links on parley.sign_in_link for all to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy own_sessions on parley.session for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_sessions_end on parley.session for update to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));

create policy events_of_own on parley.live_event for select to parley_app
  using ((select parley.actor_is_staff()) or organisation_id = (select parley.actor_organisation()));
create policy anyone_tells on parley.live_event for insert to parley_app
  with check ((select parley.actor_is_staff()) or organisation_id = (select parley.actor_organisation()));
create policy system_forgets_events on parley.live_event for delete to parley_app
  using ((select parley.actor_is_system()));

create policy staff_sees_settings on parley.setting for select to parley_app
  using ((select parley.actor_is_staff()));
create policy staff_sets on parley.setting for insert to parley_app
  with check ((select parley.actor_is_staff()));
create policy staff_resets on parley.setting for update to parley_app
  using ((select parley.actor_is_staff())) with check ((select parley.actor_is_staff()));

grant delete on parley.sign_in_link to parley_app;
grant select, insert, update on parley.organisation, parley.person, parley.api_token,
  parley.sign_in_link, parley.setting to parley_app;
grant select, insert, delete on parley.membership, parley.live_event to parley_app;
grant select, update on parley.session to parley_app;

-- The door for requests: who a token or a session stands for. Answers are null for unknown,
-- expired, revoked and disabled alike, so that nothing tells them apart.

create function parley.actor_of_token(token_hash bytea, moment timestamptz)
  returns table (token_id text, organisation_id text, person_id text, role text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select t.id, t.organisation_id, t.owner_id, t.role
  from parley.api_token t
  join parley.organisation o on o.id = t.organisation_id and o.disabled_at is null
  join parley.person p on p.id = t.owner_id and p.disabled_at is null
  where t.hash = token_hash and t.revoked_at is null and t.expires_at > moment
$$;

create function parley.actor_of_session(session_hash bytea, moment timestamptz)
  returns table (person_id text, person_name text, organisation_id text, role text,
    expires_at timestamptz)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select s.person_id, p.name, s.organisation_id, s.role, s.expires_at
  from parley.session s
  join parley.person p on p.id = s.person_id and p.disabled_at is null
  join parley.organisation o on o.id = s.organisation_id and o.disabled_at is null
  where s.hash = session_hash and s.ended_at is null and s.expires_at > moment
$$;

/** Spends a sign-in link and opens a session for its person; false when the link is of no use. */
create function parley.spend_sign_in_link(link_hash bytea, session_hash bytea, moment timestamptz,
    lives interval)
  returns boolean language plpgsql volatile security definer
  set search_path = parley, pg_temp as $$
declare
  who text;
begin
  update parley.sign_in_link l set used_at = moment
    from parley.person p
    where l.hash = link_hash and l.used_at is null and l.expires_at > moment
      and p.id = l.person_id and p.disabled_at is null
    returning l.person_id into who;
  if who is null then return false; end if;
  insert into parley.session (hash, person_id, organisation_id, role, created_at, expires_at)
    select session_hash, m.person_id, m.organisation_id, m.role, moment, moment + lives
    from parley.membership m where m.person_id = who
    order by m.role, m.organisation_id limit 1;
  return found;
end $$;

create function parley.note_token_use(id_of_token text, moment timestamptz) returns void
  language sql volatile security definer set search_path = parley, pg_temp as $$
  update parley.api_token set last_used_at = moment
  where id = id_of_token and (last_used_at is null or last_used_at < moment - interval '1 minute')
$$;

do $$
declare
  one record;
begin
  for one in select tablename from pg_tables where schemaname = 'parley' loop
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one.tablename);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one.tablename);
  end loop;
end $$;
alter function parley.actor_of_token owner to parley_keeper;
alter function parley.actor_of_session owner to parley_keeper;
alter function parley.spend_sign_in_link owner to parley_keeper;
alter function parley.note_token_use owner to parley_keeper;
revoke all on function parley.actor_of_token, parley.actor_of_session, parley.spend_sign_in_link,
  parley.note_token_use from public;
grant execute on function parley.actor_of_token, parley.actor_of_session,
  parley.spend_sign_in_link, parley.note_token_use to parley_app;

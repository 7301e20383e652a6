-- lock: brief (columns of the table of sessions, which is small)   breaking: for signing in only
-- (until a server of the version before is replaced, it opens no session; those that are open go on)
-- why: people sign in with passkeys and recovery codes besides links, see and end their sessions, and
-- whoever is disabled is out at once, whichever server they are connected to.

alter table parley.session add column id text not null unique
  default 'session_' || replace(gen_random_uuid()::text, '-', '');
/** What opened it. */
alter table parley.session add column factor text not null default 'link'
  constraint session_factor_is_known check (factor in ('link', 'passkey', 'recovery code'));
/** The browser and the system that it was opened from, in words. */
alter table parley.session add column opened_from text not null default '';
/** To the minute. */
alter table parley.session add column last_used_at timestamptz;
create index session_by_person on parley.session (person_id) where ended_at is null;
create index sign_in_link_by_person on parley.sign_in_link (person_id) where used_at is null;
create index api_token_by_owner on parley.api_token (owner_id) where revoked_at is null;

create table parley.passkey (
  id text primary key,
  person_id text not null references parley.person,
  /** As the authenticator calls it, to base64url. */
  credential_id text not null unique,
  name text not null constraint passkey_has_a_name check (name <> ''),
  /** COSE_Key (RFC 9052 section 7). */
  public_key bytea not null,
  /** How often it signed, where the authenticator counts; 0 where it does not. */
  counter bigint not null,
  transports text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  /** When its counter went back: there is a copy of it, and neither signs in any more. */
  copied_at timestamptz
);
create index passkey_by_person on parley.passkey (person_id);

/** Challenges that were handed out and not answered yet; an answer takes its challenge away. */
create table parley.passkey_challenge (
  hash bytea primary key,
  purpose text not null
    constraint challenge_purpose_is_known check (purpose in ('register', 'sign-in')),
  /** Who adds a passkey; nobody is known yet who signs in. */
  person_id text references parley.person,
  expires_at timestamptz not null,
  constraint challenge_of_a_person check ((purpose = 'register') = (person_id is not null))
);
create index passkey_challenge_by_end on parley.passkey_challenge (expires_at);

create table parley.recovery_code (
  hash bytea primary key,
  person_id text not null references parley.person,
  created_at timestamptz not null,
  used_at timestamptz
);
create index recovery_code_by_person on parley.recovery_code (person_id);

alter table parley.passkey enable row level security;
alter table parley.passkey force row level security;
alter table parley.passkey_challenge enable row level security;
alter table parley.passkey_challenge force row level security;
alter table parley.recovery_code enable row level security;
alter table parley.recovery_code force row level security;

-- The product reads passkeys and codes for whoever signs in, because nobody is known by then.
create policy own_passkeys on parley.passkey for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_passkeys_are_added on parley.passkey for insert to parley_app
  with check (person_id = (select parley.actor_person()));
create policy own_passkeys_change on parley.passkey for update to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()))
  with check ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_passkeys_go on parley.passkey for delete to parley_app
  using (person_id = (select parley.actor_person()));

create policy system_keeps_challenges on parley.passkey_challenge for all to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));

create policy own_recovery_codes on parley.recovery_code for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person()));
create policy own_recovery_codes_are_made on parley.recovery_code for insert to parley_app
  with check (person_id = (select parley.actor_person()));
create policy recovery_codes_are_spent on parley.recovery_code for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy own_recovery_codes_go on parley.recovery_code for delete to parley_app
  using (person_id = (select parley.actor_person()));

create policy system_opens_sessions on parley.session for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy staff_sees_sessions on parley.session for select to parley_app
  using ((select parley.actor_is_staff()));

create policy keeper on parley.passkey for all to parley_keeper using (true) with check (true);
create policy keeper on parley.passkey_challenge for all to parley_keeper
  using (true) with check (true);
create policy keeper on parley.recovery_code for all to parley_keeper using (true) with check (true);

grant insert on parley.session to parley_app;
grant select, insert, update, delete on parley.passkey, parley.recovery_code to parley_app;
grant select, insert, delete on parley.passkey_challenge to parley_app;
grant select, insert, update, delete on parley.passkey, parley.passkey_challenge,
  parley.recovery_code to parley_keeper;

drop function parley.spend_sign_in_link(bytea, bytea, timestamptz, interval);

drop function parley.actor_of_session(bytea, timestamptz);
create function parley.actor_of_session(session_hash bytea, moment timestamptz)
  returns table (session_id text, person_id text, person_name text, organisation_id text,
    role text, expires_at timestamptz, last_used_at timestamptz)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select s.id, s.person_id, p.name, s.organisation_id, s.role, s.expires_at, s.last_used_at
  from parley.session s
  join parley.person p on p.id = s.person_id and p.disabled_at is null
  join parley.organisation o on o.id = s.organisation_id and o.disabled_at is null
  where s.hash = session_hash and s.ended_at is null and s.expires_at > moment
$$;

create function parley.note_session_use(id_of_session text, moment timestamptz) returns void
  language sql volatile security definer set search_path = parley, pg_temp as $$
  update parley.session set last_used_at = moment
  where id = id_of_session
    and (last_used_at is null or last_used_at < moment - interval '1 minute')
$$;

-- Who is disabled is out, by whatever statement that was done: their sessions end, their links are
-- spent and their tokens revoked in the same transaction, for good, so that enabling brings none of
-- them back. Every server hears of it and looks again who may still listen.

create function parley.disabled_person_is_out() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.session set ended_at = new.disabled_at
    where person_id = new.id and ended_at is null;
  update parley.sign_in_link set used_at = new.disabled_at
    where person_id = new.id and used_at is null;
  update parley.api_token set revoked_at = new.disabled_at
    where owner_id = new.id and revoked_at is null;
  return null;
end $$;
create trigger disabled_person_is_out after update of disabled_at on parley.person
  for each row when (old.disabled_at is null and new.disabled_at is not null)
  execute function parley.disabled_person_is_out();

create function parley.disabled_organisation_is_out() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.session set ended_at = new.disabled_at
    where organisation_id = new.id and ended_at is null;
  update parley.api_token set revoked_at = new.disabled_at
    where organisation_id = new.id and revoked_at is null;
  return null;
end $$;
create trigger disabled_organisation_is_out after update of disabled_at on parley.organisation
  for each row when (old.disabled_at is null and new.disabled_at is not null)
  execute function parley.disabled_organisation_is_out();

/** Says that some access ended, not whose: servers ask anew about everybody who listens. */
create function parley.tell_access_ended() returns trigger language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_catalog.pg_notify('parley_live', 'access');
  return null;
end $$;
create trigger session_end_is_told after update of ended_at on parley.session
  for each row when (old.ended_at is null and new.ended_at is not null)
  execute function parley.tell_access_ended();
create trigger token_end_is_told after update of revoked_at on parley.api_token
  for each row when (old.revoked_at is null and new.revoked_at is not null)
  execute function parley.tell_access_ended();

alter function parley.actor_of_session owner to parley_keeper;
alter function parley.note_session_use owner to parley_keeper;
alter function parley.disabled_person_is_out owner to parley_keeper;
alter function parley.disabled_organisation_is_out owner to parley_keeper;
revoke all on function parley.actor_of_session, parley.note_session_use,
  parley.disabled_person_is_out, parley.disabled_organisation_is_out from public;
grant execute on function parley.actor_of_session, parley.note_session_use to parley_app;

-- lock: brief (new tables; a column with a constant default)   breaking: no
-- why: a finder may be known here by a pseudonym alone. What the organisation and its people are
-- called is the pseudonym in every table; the names and the address stand in one sealed value, which
-- nobody reads but the product itself and the finder.

/** Whether its name is a pseudonym; it stays one. */
alter table parley.organisation add column is_pseudonymous boolean not null default false;

/** Who stands behind a pseudonym, sealed with the keys of the instance. */
create table parley.pseudonym (
  organisation_id text primary key references parley.organisation,
  sealed bytea not null,
  made_at timestamptz not null
);

/** That two people let one of them read who it is: once, until a moment. */
create table parley.pseudonym_reveal (
  approval_id text primary key references parley.approval,
  organisation_id text not null references parley.organisation,
  person_id text not null references parley.person,
  granted_by text not null references parley.person,
  reason text not null,
  granted_at timestamptz not null,
  until timestamptz not null,
  used_at timestamptz
);
create index pseudonym_reveal_by_organisation on parley.pseudonym_reveal (organisation_id);

/** What is told to a finder by mail, to an address that only the product reads. */
create table parley.finder_message (
  id text primary key,
  organisation_id text not null references parley.organisation,
  person_id text not null references parley.person,
  sealed bytea not null,
  state text not null default 'waiting' constraint finder_message_state_is_known
    check (state in ('waiting', 'sent', 'failed')),
  why text,
  made_at timestamptz not null,
  ended_at timestamptz
);

/** Nobody gives a pseudonymous organisation a name, whatever they may. */
create function parley.pseudonym_stays() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  raise exception 'a pseudonym stays' using errcode = 'insufficient_privilege';
end $$;
create trigger pseudonym_stays before update of name, is_pseudonymous on parley.organisation
  for each row when (old.is_pseudonymous
    and (new.name <> old.name or not new.is_pseudonymous))
  execute function parley.pseudonym_stays();

do $$
declare
  one text;
begin
  foreach one in array array['pseudonym', 'pseudonym_reveal', 'finder_message'] loop
    execute format('alter table parley.%I enable row level security', one);
    execute format('alter table parley.%I force row level security', one);
    execute format('create policy keeper on parley.%I for all to parley_keeper using (true) with check (true)', one);
    execute format('grant select, insert, update, delete on parley.%I to parley_keeper', one);
    execute format('create policy system_adds on parley.%I for insert to parley_app with check ((select parley.actor_is_system()))', one);
    execute format('grant select, insert on parley.%I to parley_app', one);
  end loop;
end $$;

create policy own_and_system_see on parley.pseudonym for select to parley_app
  using ((select parley.actor_is_system())
    or organisation_id = (select parley.actor_organisation()));
create policy system_changes on parley.pseudonym for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
grant update (sealed) on parley.pseudonym to parley_app;

create policy own_and_system_see on parley.pseudonym_reveal for select to parley_app
  using ((select parley.actor_is_system()) or person_id = (select parley.actor_person())
    or organisation_id = (select parley.actor_organisation()));
create policy own_is_used on parley.pseudonym_reveal for update to parley_app
  using (person_id = (select parley.actor_person()))
  with check (person_id = (select parley.actor_person()));
grant update (used_at) on parley.pseudonym_reveal to parley_app;

create policy system_sees on parley.finder_message for select to parley_app
  using ((select parley.actor_is_system()));
create policy system_changes on parley.finder_message for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
grant update (state, why, ended_at) on parley.finder_message to parley_app;

-- lock: none (new objects)   breaking: no   why: who looked at what and who changed what is written
-- where nobody can rewrite it unseen. An entry arrives in the transaction of what it records, and
-- is then given its place in a tree of hashes (RFC 6962), whose root is signed.

/** Entries that were recorded and have no place yet; whoever acts writes its own. */
create table parley.ledger_pending (
  no bigint generated always as identity primary key,
  action text not null,
  /** The bytes that are hashed, in UTF-8. */
  leaf text not null constraint leaf_fits_a_bundle check (octet_length(leaf) <= 65535),
  /** For each commitment in the leaf its salt and value: {"actor": {"salt": hex, "value": text}}. */
  fields jsonb not null constraint fields_are_an_object check (jsonb_typeof(fields) = 'object')
);

/** Entries in the order of the tree. Nothing here is ever changed. */
create table parley.ledger_entry (
  index bigint primary key constraint entries_begin_at_zero check (index >= 0),
  pending_no bigint not null unique,
  action text not null,
  leaf text not null
);
create index ledger_entry_by_action on parley.ledger_entry (action, index);

/** What may be taken away later; the commitment in the leaf stays, so that it shows. */
create table parley.ledger_field (
  index bigint primary key references parley.ledger_entry,
  fields jsonb not null,
  /** Two of the fields once more, to be looked up by. */
  person text constraint person_is_the_actor
    check (person is not distinct from (fields #>> '{actor,value}')),
  record text constraint record_is_the_record
    check (record is not distinct from (fields #>> '{record,value}'))
);
create index ledger_field_by_person on parley.ledger_field (person, index);
create index ledger_field_by_record on parley.ledger_field (record, index);

/** Hashes of the tree, 256 to a tile (c2sp.org/tlog-tiles); the last one of a level still grows. */
create table parley.ledger_tile (
  level smallint not null,
  index bigint not null,
  hashes bytea not null constraint tile_holds_hashes
    check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (level, index)
);

-- Hashes do not get smaller, so nobody tries.
alter table parley.ledger_tile alter column hashes set storage external;

/** Every checkpoint that was signed, as a signed note (c2sp.org/tlog-checkpoint). */
create table parley.ledger_checkpoint (
  size bigint primary key,
  at timestamptz not null,
  root bytea not null,
  note text not null
);

/** Refuses whatever the trigger is for, whoever asks. */
create function parley.ledger_stays() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  raise exception 'the ledger is never changed: % on %', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

/** A tile is only ever added to. */
create function parley.ledger_tile_grows() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  if new.level = old.level and new.index = old.index
    and octet_length(new.hashes) > octet_length(old.hashes)
    and substring(new.hashes from 1 for octet_length(old.hashes)) = old.hashes
  then return new; end if;
  raise exception 'the ledger is never changed: a tile only grows'
    using errcode = 'insufficient_privilege';
end $$;

/** A field is only ever taken away. */
create function parley.ledger_field_shrinks() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  if new.index = old.index and old.fields @> new.fields
    and not exists (select 1 from jsonb_each(new.fields) n
      where old.fields -> n.key is distinct from n.value)
  then return new; end if;
  raise exception 'the ledger is never changed: a field is only taken away'
    using errcode = 'insufficient_privilege';
end $$;

/** What is pending goes only when it has its place, the same to the letter. */
create function parley.ledger_pending_has_its_place() returns trigger language plpgsql
  set search_path = parley, pg_temp as $$
begin
  if exists (
    select 1 from gone g where not exists (
      select 1 from parley.ledger_entry e join parley.ledger_field f on f.index = e.index
      where e.pending_no = g.no and e.leaf = g.leaf and e.action = g.action
        and f.fields = g.fields))
  then
    raise exception 'the ledger loses nothing: an entry without a place was to be deleted'
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;

create trigger stays before update on parley.ledger_pending
  for each row execute function parley.ledger_stays();
create trigger has_its_place after delete on parley.ledger_pending
  referencing old table as gone
  for each statement execute function parley.ledger_pending_has_its_place();
create trigger stays before update or delete on parley.ledger_entry
  for each row execute function parley.ledger_stays();
create trigger stays before delete on parley.ledger_field
  for each row execute function parley.ledger_stays();
create trigger shrinks before update on parley.ledger_field
  for each row execute function parley.ledger_field_shrinks();
create trigger stays before delete on parley.ledger_tile
  for each row execute function parley.ledger_stays();
create trigger grows before update on parley.ledger_tile
  for each row execute function parley.ledger_tile_grows();
create trigger stays before update or delete on parley.ledger_checkpoint
  for each row execute function parley.ledger_stays();

alter table parley.ledger_pending enable row level security;
alter table parley.ledger_pending force row level security;
alter table parley.ledger_entry enable row level security;
alter table parley.ledger_entry force row level security;
alter table parley.ledger_field enable row level security;
alter table parley.ledger_field force row level security;
alter table parley.ledger_tile enable row level security;
alter table parley.ledger_tile force row level security;
alter table parley.ledger_checkpoint enable row level security;
alter table parley.ledger_checkpoint force row level security;

grant select, insert, delete on parley.ledger_pending to parley_app;
grant select, insert on parley.ledger_entry, parley.ledger_field, parley.ledger_checkpoint
  to parley_app;
grant select, insert, update (hashes) on parley.ledger_tile to parley_app;

-- An entry says truly who acts, for whom and as what: the database knows it from the transaction.
create policy each_records_its_own on parley.ledger_pending for insert to parley_app
  with check ((select parley.actor_is_system()) or (
    fields #>> '{actor,value}' is not distinct from (select parley.actor_person())
    and leaf::jsonb -> 'actingFor' = (select jsonb_build_object(
      'organisation', parley.actor_organisation(), 'role', parley.actor_role()))
    and (select parley.actor_role()) is not null));
create policy system_reads_pending on parley.ledger_pending for select to parley_app
  using ((select parley.actor_is_system()));
create policy system_places_pending on parley.ledger_pending for delete to parley_app
  using ((select parley.actor_is_system()));
create policy staff_reads_entries on parley.ledger_entry for select to parley_app
  using ((select parley.actor_is_staff()));
create policy system_adds_entries on parley.ledger_entry for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy staff_reads_fields on parley.ledger_field for select to parley_app
  using ((select parley.actor_is_staff()));
create policy system_adds_fields on parley.ledger_field for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy staff_reads_tiles on parley.ledger_tile for select to parley_app
  using ((select parley.actor_is_staff()));
create policy system_adds_tiles on parley.ledger_tile for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy system_extends_tiles on parley.ledger_tile for update to parley_app
  using ((select parley.actor_is_system())) with check ((select parley.actor_is_system()));
create policy staff_reads_checkpoints on parley.ledger_checkpoint for select to parley_app
  using ((select parley.actor_is_staff()));
create policy system_adds_checkpoints on parley.ledger_checkpoint for insert to parley_app
  with check ((select parley.actor_is_system()));

do $$
declare
  one text;
begin
  foreach one in array array['pending', 'entry', 'field', 'tile', 'checkpoint'] loop
    execute format('grant select, insert on parley.ledger_%s to parley_keeper', one);
    execute format('create policy keeper on parley.ledger_%s for all to parley_keeper using (true) with check (true)', one);
  end loop;
end $$;
-- What is taken away is taken by the keeper, on the command of who runs the instance.
grant update on parley.ledger_field to parley_keeper;

-- lock: brief (a column of the table of what waits, which is nearly empty; an index of checkpoints)
-- breaking: no
-- why: whoever handed a report in finds who has seen it, also when what was opened was the case that
-- it belonged to at that time.

/** Lists of reports that were shown together, each kept once, by the digest that entries commit to. */
create table parley.ledger_list (
  /** SHA-256, hexadecimal, of the ids as a JSON array. */
  digest text not null,
  place int not null,
  report text not null,
  primary key (digest, place)
);
create index ledger_list_by_report on parley.ledger_list (report, digest);

/** Which list of reports an entry is about. Its id is shown to outsiders and counts nothing. */
create table parley.ledger_about (
  /** The number that the entry had while it waited for its place. */
  entry bigint primary key,
  id text not null unique,
  list text not null
);
create index ledger_about_by_list on parley.ledger_about (list, entry);

/** The keys that sign checkpoints, once there was a second one: each from a size of the tree on. */
create table parley.ledger_key (
  first_size bigint primary key,
  /** Which secret of the key file it follows from. */
  key_id text not null unique,
  /** As a verifier key, `name+id+key`. */
  verifier text not null unique
);
alter table parley.ledger_key enable row level security;
alter table parley.ledger_key force row level security;
create trigger stays before update or delete on parley.ledger_key
  for each row execute function parley.ledger_stays();
create policy auditors_see on parley.ledger_key for select to parley_app
  using ((select parley.actor_may('audit')) or (select parley.actor_is_system()));
create policy system_adds_keys on parley.ledger_key for insert to parley_app
  with check ((select parley.actor_is_system()));
create policy keeper on parley.ledger_key for all to parley_keeper using (true) with check (true);
grant select, insert on parley.ledger_key to parley_app;
grant select, insert on parley.ledger_key to parley_keeper;

alter table parley.ledger_list enable row level security;
alter table parley.ledger_list force row level security;
alter table parley.ledger_about enable row level security;
alter table parley.ledger_about force row level security;
create policy keeper on parley.ledger_list for all to parley_keeper using (true) with check (true);
create policy keeper on parley.ledger_about for all to parley_keeper using (true) with check (true);
grant select, insert on parley.ledger_list to parley_keeper;
grant select, insert, delete on parley.ledger_about to parley_keeper;

-- From which entry on a time begins.
create index ledger_checkpoint_by_time on parley.ledger_checkpoint (at);

/** The reports that an entry is about, by their ids; null where it is about none. */
alter table parley.ledger_pending add column about text[];

/** Keeps what an entry is about where it can be looked up, in the transaction of the entry. */
create function parley.ledger_about_is_kept() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
declare
  hash text := encode(sha256(convert_to(to_json(new.about)::text, 'UTF8')), 'hex');
begin
  if not exists (select 1 from parley.ledger_list l where l.digest = hash) then
    insert into parley.ledger_list (digest, place, report)
    select hash, place, report from unnest(new.about) with ordinality as a (report, place)
    on conflict do nothing;
  end if;
  insert into parley.ledger_about (entry, id, list)
  values (new.no, 'seen_' || replace(gen_random_uuid()::text, '-', ''), hash)
  -- A backup that is restored brings the row along.
  on conflict (entry) do nothing;
  return null;
end $$;
create trigger about_is_kept after insert on parley.ledger_pending
  for each row when (new.about is not null and cardinality(new.about) > 0)
  execute function parley.ledger_about_is_kept();
create trigger stays before update or delete on parley.ledger_list
  for each row execute function parley.ledger_stays();
create trigger stays before update on parley.ledger_about
  for each row execute function parley.ledger_stays();

/** The id of a report of the actor's own organisation, or of any for auditors; null for all others. */
create function parley.own_report(asked_receipt text) returns text
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.id from parley.report r where r.receipt = asked_receipt
    and (parley.actor_may('audit') or r.organisation_id = parley.actor_follows()
      or (parley.actor_may('hand-in') and r.organisation_id = parley.actor_organisation()
        and r.label_id in (select l.id from parley.visible_labels() l)))
$$;

/**
 * What was recorded of a report, newest first, for whom `own_report` answers: entries with places
 * and without, so that nothing tells how long the ledger is.
 */
create function parley.seen_of_report(asked_receipt text, before text, wanted int)
  returns table (id text, leaf text, fields jsonb, person_name text, organisation_name text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select a.id, coalesce(e.leaf, p.leaf), coalesce(f.fields, p.fields), w.name, o.name
  from parley.ledger_list l
  join parley.ledger_about a on a.list = l.digest
  left join parley.ledger_entry e on e.pending_no = a.entry
  left join parley.ledger_field f on f.index = e.index
  left join parley.ledger_pending p on p.no = a.entry
  left join parley.person w on w.id = coalesce(f.fields, p.fields) #>> '{actor,value}'
  left join parley.organisation o
    on o.id = coalesce(e.leaf, p.leaf)::jsonb #>> '{actingFor,organisation}'
  where l.report = parley.own_report(asked_receipt)
    and (before is null or a.entry < (select b.entry from parley.ledger_about b
      join parley.ledger_list own on own.digest = b.list and own.report = l.report
      where b.id = before))
  order by a.entry desc limit wanted
$$;

/** Where in the ledger stands who opened a case, or one of the reports that it has; for auditors. */
create function parley.seen_of_case(asked text, actions text[], before bigint, wanted int)
  returns table (index bigint)
  language sql stable security definer set search_path = parley, pg_temp as $$
  with own as (
    select r.id from parley.case_report c join parley.report r on r.no = c.report_no
    where c.case_id = asked order by r.no limit 300
  ), found as (
    select f.index from parley.ledger_field f where f.record = asked
    union
    select e.index from (select distinct l.digest from parley.ledger_list l
        where l.report in (select id from own)) l
      join parley.ledger_about a on a.list = l.digest
      join parley.ledger_entry e on e.pending_no = a.entry
  )
  select e.index from found join parley.ledger_entry e on e.index = found.index
  where parley.actor_may('audit') and e.action = any (actions)
    and (before is null or e.index < before)
  order by e.index desc limit wanted
$$;

alter function parley.ledger_about_is_kept owner to parley_keeper;
alter function parley.own_report owner to parley_keeper;
alter function parley.seen_of_report owner to parley_keeper;
alter function parley.seen_of_case owner to parley_keeper;
revoke all on function parley.ledger_about_is_kept, parley.own_report, parley.seen_of_report,
  parley.seen_of_case from public;
grant execute on function parley.own_report, parley.seen_of_report, parley.seen_of_case
  to parley_app;

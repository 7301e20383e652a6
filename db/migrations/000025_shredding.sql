-- lock: brief (a function is replaced)   breaking: no (the function answers one column more)
-- why: payloads can be given back or destroyed for good. Those of a report that comes in from now on
-- are sealed with keys that only its salt gives, so that forgetting the salt is destroying them.

/** What gives the payloads of a report keys of their own; none where there are no payloads left. */
create table parley.payload_key (
  report_no bigint primary key references parley.report,
  organisation_id text not null references parley.organisation,
  salt bytea not null constraint salt_has_its_size check (octet_length(salt) = 16)
);

/** Whose payloads are destroyed: what stays is that they were there, since when not, and why. */
create table parley.payload_end (
  report_no bigint primary key references parley.report,
  destroyed_at timestamptz not null,
  /** Null where it was done again after a restore, as the list beside the key file says. */
  approval_id text references parley.approval
);

alter table parley.payload_key enable row level security;
alter table parley.payload_key force row level security;
alter table parley.payload_end enable row level security;
alter table parley.payload_end force row level security;
create policy keeper on parley.payload_key for all to parley_keeper using (true) with check (true);
create policy keeper on parley.payload_end for all to parley_keeper using (true) with check (true);

-- A salt is read where a payload is; every report that has a sealed part has a payload.
create policy where_payloads_are_seen on parley.payload_key for select to parley_app
  using ((select parley.actor_is_system()) or exists (
    select 1 from parley.attachment a where a.report_no = payload_key.report_no offset 0));
create policy own_adds on parley.payload_key for insert to parley_app
  with check ((select parley.actor_is_system())
    or ((select parley.actor_may('hand-in'))
      and organisation_id = (select parley.actor_organisation())));
create policy system_forgets on parley.payload_key for delete to parley_app
  using ((select parley.actor_is_system()));

create policy where_reports_are_seen on parley.payload_end for select to parley_app
  using ((select parley.actor_is_system()) or exists (
    select 1 from parley.report r where r.no = payload_end.report_no offset 0));
create policy system_adds on parley.payload_end for insert to parley_app
  with check ((select parley.actor_is_system()));

grant select, insert, update, delete on parley.payload_key, parley.payload_end to parley_keeper;
grant select, insert, delete on parley.payload_key to parley_app;
grant select, insert on parley.payload_end to parley_app;

/** Since when the payloads of a report are destroyed, for its submitter and who may read it. */
create function parley.payload_end_of_receipt(asked text) returns timestamptz
  language sql stable security definer set search_path = parley, pg_temp as $$
  select e.destroyed_at from parley.report r join parley.payload_end e on e.report_no = r.no
  where r.receipt = asked
    and (r.organisation_id = parley.actor_follows() or (parley.actor_may('read')
      and (parley.actor_is_system()
        or r.label_id in (select l.id from parley.visible_labels() l))))
$$;

drop function parley.sealed_of(bigint[]);

/** The sealed parts of those of these reports that have one and whose proofs the actor may read. */
create function parley.sealed_of(asked bigint[])
  returns table (report_no bigint, sealed bytea, salt bytea)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.no, r.sealed, k.salt
  from parley.report r left join parley.payload_key k on k.report_no = r.no
  where r.no = any (asked) and r.sealed is not null
    and (r.organisation_id = parley.actor_follows() or r.no in (select parley.reports_read_into())
      or (parley.actor_may('read-proofs')
        and (parley.actor_is_system()
          or r.label_id in (select l.id from parley.visible_labels() l))))
$$;

alter function parley.payload_end_of_receipt owner to parley_keeper;
alter function parley.sealed_of owner to parley_keeper;
revoke all on function parley.payload_end_of_receipt, parley.sealed_of from public;
grant execute on function parley.payload_end_of_receipt, parley.sealed_of to parley_app;

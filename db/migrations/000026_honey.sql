-- lock: brief (the constraint and two columns of the table of alerts, which is small; a trigger on
-- what waits for its place in the ledger)   breaking: no
-- why: cases that nobody has a reason to open tell who looks around; nobody but their makers and
-- auditors can tell them from others.

/** Which cases are honey. What readers are shown of a case has nothing of it. */
create table parley.honey (
  id text primary key,
  case_id text not null unique references parley.vulnerability_case (id),
  report_id text not null unique,
  /** As it was made: who audits is not shown cases. */
  title text not null constraint honey_has_a_title check (title <> ''),
  made_at timestamptz not null,
  made_by text not null references parley.person,
  retired_at timestamptz,
  retired_by text references parley.person,
  constraint retired_by_somebody check ((retired_at is null) = (retired_by is null))
);

alter table parley.honey enable row level security;
alter table parley.honey force row level security;
create policy makers_and_auditors_see on parley.honey for select to parley_app
  using ((select parley.actor_may('audit')) or made_by = (select parley.actor_person()));
create policy administrators_make on parley.honey for insert to parley_app
  with check ((select parley.actor_may('administer')) and retired_at is null
    and made_by = (select parley.actor_person()));
create policy administrators_retire on parley.honey for update to parley_app
  using ((select parley.actor_may('administer')))
  with check ((select parley.actor_may('administer'))
    and retired_by is not distinct from (select parley.actor_person()));
grant select, insert on parley.honey to parley_app;
grant update (retired_at, retired_by) on parley.honey to parley_app;
create policy keeper on parley.honey for all to parley_keeper using (true) with check (true);
grant select, insert, update, delete on parley.honey to parley_keeper;

alter table parley.alert drop constraint alert_kind_is_known,
  add constraint alert_kind_is_known check (kind in ('volume', 'hour', 'honey'));
/** The honey case that was opened; null for what is about how much and when. */
alter table parley.alert add column case_id text references parley.vulnerability_case (id),
  add constraint honey_names_its_case check ((kind = 'honey') = (case_id is not null)),
  /** Whether the ledger has it: an alert that the database makes itself is recorded soon after. */
  add column is_recorded boolean not null default true;
create index alert_to_be_recorded on parley.alert (began_at) where not is_recorded;
grant update (is_recorded) on parley.alert to parley_app;

/**
 * Whoever sees a record is in the ledger, by whatever door, in the transaction in which they see it.
 * Where that was honey, auditors are told: once for a person and an hour of the clock.
 */
create function parley.honey_is_told() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
declare
  found_case text;
  alert_id text := 'alert_' || replace(gen_random_uuid()::text, '-', '');
  moment timestamptz := (new.leaf::jsonb ->> 'at')::timestamptz;
begin
  if parley.actor_person() is null then return null; end if;
  select h.case_id into found_case from parley.honey h
    where h.retired_at is null and (h.report_id = any (new.about)
      or h.case_id = new.fields #>> '{record,value}') limit 1;
  if found_case is null then return null; end if;
  insert into parley.alert (id, kind, person_id, token_id, began_at, lasted_to, seen, usual,
      case_id, is_recorded)
    values (alert_id, 'honey', parley.actor_person(), '', date_trunc('hour', moment, 'UTC'),
      date_trunc('hour', moment, 'UTC'), 1, 0, found_case, false)
    on conflict (kind, person_id, token_id, began_at) do nothing;
  if found then
    insert into parley.live_event (at, topic, ref) values (moment, 'alert', alert_id);
  end if;
  return null;
end $$;
create trigger honey_is_told after insert on parley.ledger_pending for each row
  when (new.action in ('case.read', 'case.export', 'attachment.read', 'suggestion.read',
    'read-in.look'))
  execute function parley.honey_is_told();

/** Whether an organisation can hand in what it never made: nobody who acts for it would notice. */
create function parley.is_nobodys_organisation(asked text) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select parley.actor_may('administer')
    and exists (select 1 from parley.organisation o where o.id = asked and o.disabled_at is null)
    and not exists (select 1 from parley.membership m where m.organisation_id = asked)
    and not exists (select 1 from parley.api_token t
      where t.organisation_id = asked and t.revoked_at is null)
$$;

alter function parley.honey_is_told owner to parley_keeper;
alter function parley.is_nobodys_organisation owner to parley_keeper;
revoke all on function parley.honey_is_told, parley.is_nobodys_organisation from public;
grant execute on function parley.is_nobodys_organisation to parley_app;

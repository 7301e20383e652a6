-- lock: brief (policies and functions of every table are replaced, nothing is rewritten but reasons of
-- reports with sealed parts)   breaking: yes (a server of the version before reads report.sealed itself)
-- why: each person may do what their work needs and nothing else. A role has permissions; policies
-- and functions ask for the permission, so that a route that forgets to ask gives nothing away.
--
-- A column that a later migration adds to parley.report has to be granted to parley_app.

/** What each role may do; null for a word that is no role. */
create function parley.permissions_of(role text) returns text[] language sql immutable parallel safe
  as $$ select case
    when role in ('system', 'coordinator') then array['read', 'read-proofs', 'decide', 'export',
      'hand-in', 'operate', 'administer', 'audit']
    when role = 'analyst' then array['read', 'read-proofs', 'decide', 'export', 'hand-in']
    when role = 'triager' then array['read', 'decide']
    when role = 'reader' then array['read', 'read-proofs']
    when role = 'auditor' then array['audit']
    when role = 'finder' then array['hand-in']
  end $$;
/** Whether people, tokens and sessions can have it; the product itself is none of these. */
create function parley.is_role(role text) returns boolean language sql immutable parallel safe
  as $$ select coalesce(role <> 'system' and parley.permissions_of(role) is not null, false) $$;
create function parley.actor_may(permission text) returns boolean language sql stable parallel safe
  as $$ select coalesce(permission = any (
    parley.permissions_of(current_setting('parley.role', true))), false) $$;
/**
 * The organisation whose records are the actor's to see, whatever else it may: that of a finder.
 * Null for all others, whom their permissions alone let see anything.
 */
create function parley.actor_follows() returns text language sql stable parallel safe
  as $$ select case when current_setting('parley.role', true) = 'finder'
    then nullif(current_setting('parley.organisation', true), '') end $$;

alter table parley.membership drop constraint membership_role_is_known,
  add constraint membership_role_is_known check (parley.is_role(role));
alter table parley.api_token drop constraint token_role_is_known,
  add constraint token_role_is_known check (parley.is_role(role));
alter table parley.session drop constraint session_role_is_known,
  add constraint session_role_is_known check (parley.is_role(role));

-- Every policy that asked who is staff, and those that made no difference between the verbs.
do $$
declare
  one record;
begin
  for one in
    select p.polname, c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'parley'
    where coalesce(pg_get_expr(p.polqual, p.polrelid), '')
        || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
        ~ 'actor_is_staff|organisation_id = .*actor_organisation'
      or (c.relname, p.polname) = ('arrival', 'own_arrivals')
  loop
    execute format('drop policy %I on parley.%I', one.polname, one.relname);
  end loop;
end $$;

do $$
declare
  one text;
begin
  -- What is known of vulnerabilities: read by readers, changed by those who decide.
  foreach one in array array['vulnerability_case', 'case_report', 'case_event', 'apart',
    'fixed_report', 'case_relation', 'suggestion', 'note', 'case_kin', 'day_count'] loop
    execute format('create policy readers_see on parley.%I for select to parley_app using ((select parley.actor_may(''read'')))', one);
    execute format('create policy deciders_add on parley.%I for insert to parley_app with check ((select parley.actor_may(''decide'')))', one);
    execute format('create policy deciders_change on parley.%I for update to parley_app using ((select parley.actor_may(''decide''))) with check ((select parley.actor_may(''decide'')))', one);
  end loop;
  foreach one in array array['apart', 'fixed_report', 'case_relation', 'note', 'case_kin',
    'day_count'] loop
    execute format('create policy deciders_remove on parley.%I for delete to parley_app using ((select parley.actor_may(''decide'')))', one);
  end loop;
  foreach one in array array['case_count', 'suggestion_count', 'report_revision'] loop
    execute format('create policy readers_see on parley.%I for select to parley_app using ((select parley.actor_may(''read'')))', one);
  end loop;
  -- What finders hand in is theirs to see.
  foreach one in array array['bulk_import', 'report', 'sighting', 'finder', 'notice',
    'import_known'] loop
    execute format('create policy readers_and_own_see on parley.%I for select to parley_app using ((select parley.actor_may(''read'')) or organisation_id = (select parley.actor_follows()))', one);
  end loop;
  foreach one in array array['bulk_import', 'report', 'attachment', 'idempotency'] loop
    execute format('create policy own_is_handed_in on parley.%I for insert to parley_app with check ((select parley.actor_is_system()) or ((select parley.actor_may(''hand-in'')) and organisation_id = (select parley.actor_organisation())))', one);
  end loop;
end $$;
create policy proof_readers_and_own_see on parley.attachment for select to parley_app
  using ((select parley.actor_may('read-proofs'))
    or organisation_id = (select parley.actor_follows()));
create policy own_keys_are_seen on parley.idempotency for select to parley_app
  using ((select parley.actor_is_system()) or ((select parley.actor_may('hand-in'))
    and organisation_id = (select parley.actor_organisation())));
create policy handed_in_waits on parley.arrival for insert to parley_app
  with check ((select parley.actor_may('hand-in')));
create policy deciders_count on parley.finder for update to parley_app
  using ((select parley.actor_may('decide'))) with check ((select parley.actor_may('decide')));
create policy deciders_add on parley.finder for insert to parley_app
  with check ((select parley.actor_may('decide')));
-- The product itself may decide as well, and needs no policies of its own for these.
drop policy system_adds on parley.finder;
drop policy system_changes on parley.finder;
drop policy system_adds on parley.notice;
create policy deciders_tell on parley.notice for insert to parley_app
  with check ((select parley.actor_may('decide')));

create policy readers_see on parley.advisory for select to parley_app
  using ((select parley.actor_may('read')));
create policy operators_add on parley.advisory for insert to parley_app
  with check ((select parley.actor_may('operate')));
create policy operators_change on parley.advisory for update to parley_app
  using ((select parley.actor_may('operate'))) with check ((select parley.actor_may('operate')));
create policy operators_see on parley.setting for select to parley_app
  using ((select parley.actor_may('operate')));
create policy operators_set on parley.setting for insert to parley_app
  with check ((select parley.actor_may('operate')));
create policy operators_reset on parley.setting for update to parley_app
  using ((select parley.actor_may('operate'))) with check ((select parley.actor_may('operate')));

create policy readers_auditors_and_own_see on parley.organisation for select to parley_app
  using ((select parley.actor_may('read')) or (select parley.actor_may('audit'))
    or id = (select parley.actor_organisation()));
create policy administrators_add on parley.organisation for insert to parley_app
  with check ((select parley.actor_may('administer')));
create policy administrators_change on parley.organisation for update to parley_app
  using ((select parley.actor_may('administer')))
  with check ((select parley.actor_may('administer')));
create policy readers_auditors_and_self_see on parley.person for select to parley_app
  using ((select parley.actor_may('read')) or (select parley.actor_may('audit'))
    or id = (select parley.actor_person()));
create policy administrators_add on parley.person for insert to parley_app
  with check ((select parley.actor_may('administer')));
create policy administrators_change on parley.person for update to parley_app
  using ((select parley.actor_may('administer')))
  with check ((select parley.actor_may('administer')));
create policy auditors_and_self_see on parley.membership for select to parley_app
  using ((select parley.actor_may('audit')) or person_id = (select parley.actor_person()));
create policy administrators_add on parley.membership for insert to parley_app
  with check ((select parley.actor_may('administer')));
create policy administrators_change on parley.membership for update to parley_app
  using ((select parley.actor_may('administer')))
  with check ((select parley.actor_may('administer')));
create policy administrators_end on parley.membership for delete to parley_app
  using ((select parley.actor_may('administer')));
create policy auditors_and_own_see on parley.api_token for select to parley_app
  using ((select parley.actor_may('audit')) or owner_id = (select parley.actor_person())
    or organisation_id = (select parley.actor_follows()));
create policy administrators_add on parley.api_token for insert to parley_app
  with check ((select parley.actor_may('administer')));
create policy administrators_change on parley.api_token for update to parley_app
  using ((select parley.actor_may('administer')))
  with check ((select parley.actor_may('administer')));
create policy auditors_see on parley.session for select to parley_app
  using ((select parley.actor_may('audit')));
create policy auditors_see on parley.ledger_entry for select to parley_app
  using ((select parley.actor_may('audit')));
create policy auditors_see on parley.ledger_field for select to parley_app
  using ((select parley.actor_may('audit')));
create policy auditors_see on parley.ledger_tile for select to parley_app
  using ((select parley.actor_may('audit')));
create policy auditors_see on parley.ledger_checkpoint for select to parley_app
  using ((select parley.actor_may('audit')));

create policy events_are_seen on parley.live_event for select to parley_app
  using ((select parley.actor_may('read')) or organisation_id = (select parley.actor_follows())
    or (topic = 'people' and (select parley.actor_may('audit'))));
create policy what_was_done_is_told on parley.live_event for insert to parley_app
  with check ((select parley.actor_may('decide')) or (select parley.actor_may('administer'))
    or ((select parley.actor_may('hand-in'))
      and organisation_id = (select parley.actor_organisation())));

grant update (role) on parley.membership to parley_app;
-- Whose a session is and what it may is written once: people end theirs, and change nothing else.
revoke update on parley.session from parley_app;
grant update (ended_at) on parley.session to parley_app;

-- The same for the functions that look past the policies.
do $$
declare
  asks record;
  one regproc;
begin
  for asks in select * from (values ('advisories_of', 'read'), ('arriving_count', 'read'),
    ('case_kinds', 'read'), ('cases_of_aliases', 'read'), ('find_cases', 'read'),
    ('import_rows', 'read'), ('submission_of_receipt', 'read'), ('job_counts', 'operate'),
    ('job_list', 'operate'), ('retry_job', 'operate')) as t (name, permission)
  loop
    one := ('parley.' || asks.name)::regproc;
    execute replace(replace(pg_get_functiondef(one), 'parley.actor_is_staff()',
      format('parley.actor_may(%L)', asks.permission)),
      'parley.actor_organisation()', 'parley.actor_follows()');
  end loop;
end $$;
drop function parley.actor_is_staff();

-- What a report says only because of its payloads: nobody reads the column, and the function
-- answers for all reports that are asked at once.
revoke select on parley.report from parley_app;
grant select (no, id, receipt, organisation_id, token_id, submitted_by, received_at, import_no,
  ordinal, format, document, finders, source, title, severity, finding, record, revision, aside,
  notify, contact) on parley.report to parley_app;

/** The sealed parts of those of these reports that have one and whose proofs the actor may read. */
create function parley.sealed_of(asked bigint[]) returns table (report_no bigint, sealed bytea)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.no, r.sealed from parley.report r
  where r.no = any (asked) and r.sealed is not null
    and (parley.actor_may('read-proofs') or r.organisation_id = parley.actor_follows())
$$;

/** Those of these reports that the actor may read, but not their proofs. */
create function parley.withheld_of(asked bigint[]) returns table (report_no bigint)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select r.no from parley.report r
  where parley.actor_may('read') and not parley.actor_may('read-proofs')
    and r.no = any (asked) and (r.sealed is not null
      or exists (select 1 from parley.attachment a where a.report_no = r.no))
$$;

/** Which organisations are told by webhook, for those whose decisions are told. */
create function parley.organisations_with_webhook() returns table (organisation_id text)
  language sql stable security definer set search_path = parley, pg_temp as $$
  select substr(s.name, length('webhook:') + 1) from parley.setting s
  where parley.actor_may('decide') and s.name like 'webhook:%' and s.value <> 'null'::jsonb
$$;

-- Reasons quote what two reports have in common. From now on they quote nothing that only a sealed
-- part says; those that were written before may, so they go.
set local role parley_keeper;
update parley.case_report c set because = jsonb_set(c.because, '{reasons}', '[]')
  where c.because is not null and exists (select 1 from parley.report r where r.sealed is not null
    and r.no in (c.report_no, (c.because ->> 'with')::bigint));
update parley.suggestion s set because = '[]'
  where exists (select 1 from parley.report r where r.sealed is not null
    and r.no in (s.report_a, s.report_b));
-- Undoing a decision puts rows of reports back as they were.
update parley.case_event e set told = jsonb_set(e.told, '{undo,reports}', (
    select coalesce(jsonb_agg(case when exists (select 1 from parley.report r
        where r.sealed is not null and r.no in ((old.row ->> 'report_no')::bigint,
          (old.row #>> '{because,with}')::bigint))
      then jsonb_set(old.row, '{because,reasons}', '[]') else old.row end order by old.place), '[]')
    from jsonb_array_elements(e.told #> '{undo,reports}') with ordinality as old (row, place)))
  where jsonb_typeof(e.told #> '{undo,reports}') = 'array';
reset role;

-- Who gets another role, or none, signs in anew: sessions of the old one end at once, and tokens that
-- may what their owner may not any more are revoked.
create function parley.changed_member_is_out() returns trigger
  language plpgsql volatile security definer set search_path = parley, pg_temp as $$
begin
  update parley.session set ended_at = now()
    where person_id = old.person_id and organisation_id = old.organisation_id
      and ended_at is null;
  update parley.api_token t set revoked_at = now()
    where t.owner_id = old.person_id and t.revoked_at is null and not exists (
      select 1 from parley.membership m where m.person_id = old.person_id
        and parley.permissions_of(m.role) @> parley.permissions_of(t.role));
  return null;
end $$;
create trigger changed_member_is_out after update of role on parley.membership
  for each row when (old.role <> new.role) execute function parley.changed_member_is_out();
create trigger ended_member_is_out after delete on parley.membership
  for each row execute function parley.changed_member_is_out();

alter function parley.sealed_of owner to parley_keeper;
alter function parley.withheld_of owner to parley_keeper;
alter function parley.organisations_with_webhook owner to parley_keeper;
alter function parley.changed_member_is_out owner to parley_keeper;
revoke all on function parley.sealed_of, parley.withheld_of, parley.organisations_with_webhook,
  parley.changed_member_is_out from public;
grant execute on function parley.sealed_of, parley.withheld_of, parley.organisations_with_webhook
  to parley_app;

-- lock: brief (functions are replaced)   breaking: no
-- why: every statement of a page asks several times which labels its actor is cleared for. As SQL
-- functions these held a label against a clearance by a call for each label; as PL/pgSQL the
-- comparison is part of a plan that is kept with the connection. What they answer is the same.

create or replace function parley.visible_labels() returns table (id integer)
  language plpgsql stable security definer rows 100 set search_path = parley, pg_temp as $$
declare
  held parley.clearance;
begin
  if parley.actor_is_system() then
    return query select l.id from parley.label l;
  elsif parley.actor_role() is not null then
    held := parley.actor_clearance();
    return query select l.id from parley.label l where parley.dominates(held, l, now());
  end if;
end $$;

create or replace function parley.cases_read_into(asked_part text) returns setof text
  language plpgsql stable security definer rows 5 set search_path = parley, pg_temp as $$
begin
  if parley.actor_via() is distinct from 'session' or parley.actor_person() is null
    or coalesce(current_setting('parley.scopes', true), '') = 'none' then return; end if;
  return query select r.case_id from parley.read_in r
    join parley.vulnerability_case c on c.id = r.case_id
    join parley.label l on l.id = c.label_id
    where r.person_id = parley.actor_person()
      and r.organisation_id = parley.actor_organisation() and r.part = asked_part
      and r.acknowledged_at is not null and r.ended_at is null and r.refused_at is null
      and parley.read_in_stands(r) and parley.is_cleared_but_for_sharing(l);
end $$;

create or replace function parley.reports_read_into() returns setof bigint
  language plpgsql stable security definer rows 100 set search_path = parley, pg_temp as $$
begin
  return query select cr.report_no from parley.cases_read_into('full') as c (id)
    join parley.case_report cr on cr.case_id = c.id;
end $$;

-- lock: brief (functions are replaced)   breaking: no
-- why: every statement of a page asks several times which labels its actor is cleared for. As SQL
-- functions these held a label against a clearance by a call for each label; as PL/pgSQL the
-- comparison is part of a plan that is kept with the connection. What they answer is the same. And a
-- search by those who are shown most cases read the index of labels as a whole beside its own.

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

create or replace function parley.case_conditions(asked jsonb)
  returns text
  language plpgsql
  stable
  set search_path to 'pg_catalog', 'pg_temp'
as $$
declare
  wanted text := 'c.merged_into is null';
  name text;
  shown integer[];
  is_most boolean := false;
begin
  foreach name in array array['severity', 'verdict', 'evidence', 'band'] loop
    if asked ? name then
      wanted := wanted || format(' and c.%I = any (%L::text[])', name,
        array(select jsonb_array_elements_text(asked -> name)));
    end if;
  end loop;
  if asked ? 'rank_from' then
    wanted := wanted || format(' and c.rank >= %L::bytea and c.rank < %L::bytea',
      '\x' || (asked ->> 'rank_from'), '\x' || (asked ->> 'rank_below'));
  end if;
  if asked ? 'assignee' then
    wanted := wanted || case when asked ->> 'assignee' = '' then ' and c.assignee_id is null'
      else format(' and c.assignee_id = %L', asked ->> 'assignee') end;
  end if;
  if asked ? 'seen' then
    wanted := wanted || case when asked ->> 'seen' = 'gone' then ' and c.gone_at is not null'
      else ' and c.gone_at is null' end;
  end if;
  if asked ? 'finder' then
    wanted := wanted || format(' and c.finders @> array[%L]', asked ->> 'finder');
  end if;
  if asked ? 'package' then
    wanted := wanted || format(' and c.packages @> array[%L]', asked ->> 'package');
  end if;
  if asked ? 'import' then
    wanted := wanted || format(' and c.id in (select cr.case_id from parley.report r
      join parley.case_report cr on cr.report_no = r.no where r.import_no =
        (select i.no from parley.bulk_import i where i.id = %L))', asked ->> 'import');
  end if;
  if asked ? 'words' then
    wanted := wanted || format(' and c.search @@ %L::tsquery', asked ->> 'words');
  end if;
  if not parley.actor_is_system() then
    shown := array(select l.id from parley.visible_labels() l);
    -- What is searched for has an index of its own. Read beside it, that of labels only costs those
    -- who are shown most cases, and a sum is not looked up there; the newest tell who that is.
    if asked ?| array['words', 'finder', 'package', 'import'] then
      select count(*) > 40 into is_most from (select c.label_id from parley.vulnerability_case c
        where c.merged_into is null order by c.no desc limit 200) newest
      where newest.label_id = any (shown);
    end if;
    wanted := wanted || format(' and c.label_id%s = any (%L::integer[])',
      case when is_most then ' + 0' else '' end, shown);
  end if;
  return wanted;
end $$;

-- lock: brief (a column of a table with few rows; policies)
-- breaking: no
-- why: what is asked for, shut out or logged about a case names it, so it is shown to whoever is
-- cleared for the case and to nobody else, whatever they may do here.

/** Which cases it names; none where it is about the instance. */
alter table parley.approval add column cases text[] not null default '{}';
update parley.approval set cases = coalesce(
  array(select distinct found[1] from regexp_matches(array_to_string(says, ' ') || ' ' || subject,
    '\m(case_[0-9a-z]{8,64})\M', 'g') as found), '{}')
where array_to_string(says, ' ') || subject ~ '\mcase_[0-9a-z]{8,64}\M';
alter table parley.approval alter column cases drop default;

/**
 * Whether the actor is cleared for the label of each of these cases. It asks for no permission, so
 * that it holds for those who audit and see no case.
 */
create function parley.is_cleared_for(asked text[]) returns boolean
  language sql stable security definer set search_path = parley, pg_temp as $$
  select parley.actor_is_system() or (
    select count(*) = count(c.id) from unnest(asked) as a (id)
    left join parley.vulnerability_case c on c.id = a.id
      and c.label_id in (select l.id from parley.visible_labels() l))
$$;
alter function parley.is_cleared_for owner to parley_keeper;
revoke all on function parley.is_cleared_for from public;
grant execute on function parley.is_cleared_for to parley_app;

create policy of_cleared_cases on parley.approval as restrictive for all to parley_app
  using (cases = '{}' or person_id = (select parley.actor_person())
    or parley.is_cleared_for(cases));
create policy of_a_cleared_case on parley.exclusion as restrictive for all to parley_app
  using (case_id is null or parley.is_cleared_for(array[case_id]));

drop policy deciders_auditors_and_self_see on parley.read_in;
create policy deciders_auditors_and_self_see on parley.read_in for select to parley_app
  using (person_id = (select parley.actor_person())
    or ((select parley.actor_may('audit')) and parley.is_cleared_for(array[case_id]))
    or ((select parley.actor_may('decide'))
      and exists (select 1 from parley.vulnerability_case c where c.id = case_id offset 0)));
do $$
declare
  one text;
begin
  foreach one in array array['read_in_gate', 'read_in_reason'] loop
    execute format('drop policy deciders_and_auditors_see on parley.%I', one);
    execute format('create policy deciders_and_auditors_see on parley.%I for select to parley_app using (((select parley.actor_may(''audit'')) and exists (select 1 from parley.read_in r where r.id = read_in_id and parley.is_cleared_for(array[r.case_id]))) or ((select parley.actor_may(''decide'')) and exists (select 1 from parley.read_in r join parley.vulnerability_case c on c.id = r.case_id where r.id = read_in_id offset 0)))', one);
  end loop;
end $$;

-- Who may not see a request is not told that something became of it.
create policy approvals_are_told_to_who_sees_them on parley.live_event as restrictive for select
  to parley_app using (topic <> 'approval' or (select parley.actor_is_system())
    or exists (select 1 from parley.approval a where a.id = ref));

-- lock: share on engagement_event, engagement_act and partner_occurrence while indexes are built
-- breaking: no
-- why: what the desk shows costs as much as what is shown, however much was done before; and each
-- side's partners are counted apart, so that neither takes up the other's room.

/** For which side it was named; null for what was named before this was written down. */
alter table parley.partner add column proposed_side text
  constraint partner_side_is_known check (proposed_side in ('developer', 'evaluator'));

drop policy both_sides_propose on parley.partner;
create policy both_sides_propose on parley.partner for insert to parley_app
  with check (engagement_id in (select parley.engagements_seen()) and started_at is null
    and ((select parley.actor_is_system())
      or proposed_side = parley.engagement_side(engagement_id)));

create index partner_occurrence_of on parley.partner_occurrence (partner_no, no);

-- Who did something, one after the other; and whether somebody read a part of a record before.
create index engagement_event_reader on parley.engagement_event
  (engagement_id, person_id, action, record, (fields ->> 'part'));
create index engagement_act_person on parley.engagement_act (engagement_id, person_id);

/**
 * What organisations and people are called that an engagement names, for whoever sees it. People who
 * did something are found one after the other by index, however much each of them did.
 */
create or replace function parley.engagement_names(asked text)
  returns table (id text, name text) language sql stable security definer
  set search_path = parley, pg_temp as $$
  with recursive found as (select e.id, e.developer_id, e.evaluator_id from parley.engagement e
    where e.id = asked and e.id in (select parley.engagements_seen())),
  doing as (
    select (select min(v.person_id) from parley.engagement_event v
      where v.engagement_id = f.id) as person from found f
    union all
    select (select min(v.person_id) from parley.engagement_event v
      where v.engagement_id = asked and v.person_id > d.person)
    from doing d where d.person is not null),
  saying as (
    select (select min(a.person_id) from parley.engagement_act a
      where a.engagement_id = f.id) as person from found f
    union all
    select (select min(a.person_id) from parley.engagement_act a
      where a.engagement_id = asked and a.person_id > s.person)
    from saying s where s.person is not null)
  select o.id, o.name from parley.organisation o, found f
    where o.id in (f.developer_id, f.evaluator_id)
  union select p.id, p.name from parley.person p where p.id in (
    select d.person from doing d union select s.person from saying s)
  union select p.id, p.name from parley.person p, parley.membership m, found f
    where m.person_id = p.id and m.organisation_id = f.evaluator_id
      and 'evaluate' = any (parley.permissions_of(m.role))
  union select p.id, p.name from parley.person p, parley.partner_user u, parley.partner t, found f
    where u.person_id = p.id and u.partner_no = t.no and t.engagement_id = f.id
$$;

/**
 * The label of the pack that a run of this engagement is of, for whoever sees the run; null for what
 * is not there and for what is of another engagement.
 */
create function parley.label_of_run(asked_engagement text, asked_run text) returns integer
  language sql stable set search_path = parley, pg_temp as $$
  select p.label_id from parley.evaluation_run r join parley.pack p on p.no = r.pack_no
  where r.id = asked_run and r.engagement_id = asked_engagement
$$;
revoke all on function parley.label_of_run(text, text) from public;
grant execute on function parley.label_of_run(text, text) to parley_app;

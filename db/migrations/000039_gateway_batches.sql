-- What a gateway writes at a moment is written as a whole, not one by one: the same rules as of
-- parley.gateway_draw and parley.gateway_settle, which stay for what is not so simple.

/**
 * How often what a gate goes by has changed. Whoever draws says what they go by: what changed before
 * is known before anything leaves, whatever became of the word of it.
 */
alter table parley.gateway_gate add column changes bigint not null default 0;

create or replace function parley.engagement_changed() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  update gateway_gate set changes = changes + 1 where id = new.id or engagement_id = new.id;
  perform pg_notify('parley_engagement', new.id);
  return null;
end $$;
create or replace function parley.gateway_changed() returns trigger
  language plpgsql security definer set search_path = parley, pg_temp as $$
begin
  update gateway_gate set changes = changes + 1 where id = new.gate_id;
  perform pg_notify('parley_engagement', new.gate_id);
  return null;
end $$;
do $$
declare
  one text;
begin
  foreach one in array array['engagement_changed()', 'gateway_changed()'] loop
    execute format('alter function parley.%s owner to parley_keeper', one);
    execute format('revoke all on function parley.%s from public', one);
  end loop;
end $$;

/**
 * Charges what requests have used in the place of what was reserved, each once: of what is settled
 * twice at a moment, the first counts.
 */
create function parley.gateway_settle_all(settled jsonb) returns void
  language plpgsql volatile set search_path = parley, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  with told as (
    select distinct on (no) no, tokens, micro_usd, is_answered from (
      select (value ->> 'reservation')::bigint as no, (value ->> 'tokens')::bigint as tokens,
        (value ->> 'microUsd')::bigint as micro_usd, (value ->> 'isAnswered')::boolean as is_answered,
        ordinality
      from jsonb_array_elements(settled) with ordinality) each
    order by no, ordinality
  ), gone as (
    delete from gateway_reservation r using told t where r.no = t.no
    returning r.no, r.gate_id, r.run, r.request, r.accounts, r.is_held, t.is_answered,
      t.tokens - r.tokens as tokens, t.micro_usd - r.micro_usd as micro_usd
  ), answered as (
    update gateway_request q set reservation_no = null, is_answered = g.is_answered from gone g
    where q.gate_id = g.gate_id and q.run = g.run and q.name = g.request
      and q.reservation_no = g.no
  ), changes as (
    select gate_id, name, sum(tokens) as tokens, sum(micro_usd) as micro_usd,
      count(*) filter (where is_held) as at_once
    from gone cross join lateral unnest(accounts) as name group by 1, 2
  )
  update gateway_account a set tokens = a.tokens + c.tokens, micro_usd = a.micro_usd + c.micro_usd,
    at_once = a.at_once - c.at_once
  from changes c where a.gate_id = c.gate_id and a.name = c.name;
end $$;

/** Takes off those at once whose lease has ended: what they reserved stays used. */
create or replace function parley.gateway_lapse(asked text, at timestamptz) returns void
  language plpgsql volatile set search_path = parley, pg_temp as $$
begin
  if not exists (select from gateway_reservation
    where gate_id = asked and is_held and lease_until <= at) then return; end if;
  with lapsed as (
    update gateway_reservation set is_held = false
    where gate_id = asked and is_held and lease_until <= at returning accounts
  ), counts as (
    select unnest(accounts) as name, count(*) as lapses from lapsed group by 1
  )
  update gateway_account a set at_once = a.at_once - c.lapses
  from counts c where a.gate_id = asked and a.name = c.name;
end $$;

/**
 * Reserves for all requests at once where none was asked before and all fit together: then each
 * fits in its turn. Null, and nothing is done, where that is not so.
 */
create function parley.gateway_draw_all(draws jsonb, at timestamptz) returns jsonb
  language plpgsql volatile set search_path = parley, pg_temp
  set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  told jsonb;
begin
  if exists (select from jsonb_array_elements(draws) d
      join gateway_request q on q.gate_id = d ->> 'gate' and q.run = d ->> 'run'
        and q.name = d ->> 'request')
    or exists (select from jsonb_array_elements(draws) d
      join gateway_gate w on w.id = d ->> 'gate' where w.changes <> (d ->> 'seen')::bigint)
    or (select count(*) <> count(distinct (d ->> 'gate', d ->> 'run', d ->> 'request'))
      from jsonb_array_elements(draws) d)
  then
    return null;
  end if;
  with wanted as materialized (
    select d ->> 'gate' as gate_id, l ->> 'name' as name, count(*) as requests,
      sum((d ->> 'tokens')::bigint) as tokens, sum((d ->> 'microUsd')::bigint) as micro_usd,
      min((l -> 'limits' ->> 'requests')::bigint) as requests_max,
      min((l -> 'limits' ->> 'tokens')::bigint) as tokens_max,
      min((l -> 'limits' ->> 'microUsd')::bigint) as micro_usd_max,
      min((l -> 'limits' ->> 'atOnce')::bigint) as at_once_max
    from jsonb_array_elements(draws) d cross join lateral jsonb_array_elements(d -> 'accounts') l
    group by 1, 2
  ), lacking as (
    select from wanted w left join gateway_account a using (gate_id, name)
    where coalesce(a.requests, 0) + w.requests > w.requests_max
      or coalesce(a.tokens, 0) + w.tokens > w.tokens_max
      or coalesce(a.micro_usd, 0) + w.micro_usd > w.micro_usd_max
      or coalesce(a.at_once, 0) + w.requests > w.at_once_max
  ), drawn as (
    insert into gateway_account as a (gate_id, name, requests, tokens, micro_usd, at_once)
      select gate_id, name, requests, tokens, micro_usd, requests from wanted
      where not exists (select from lacking)
      on conflict (gate_id, name) do update set requests = a.requests + excluded.requests,
        tokens = a.tokens + excluded.tokens, micro_usd = a.micro_usd + excluded.micro_usd,
        at_once = a.at_once + excluded.at_once
  ), reserved as (
    insert into gateway_reservation (gate_id, run, request, accounts, tokens, micro_usd,
        lease_until)
      select d ->> 'gate', d ->> 'run', d ->> 'request',
        array(select l ->> 'name' from jsonb_array_elements(d -> 'accounts') l),
        (d ->> 'tokens')::bigint, (d ->> 'microUsd')::bigint,
        at + make_interval(secs => (d ->> 'leaseMs')::double precision / 1000)
      from jsonb_array_elements(draws) d where not exists (select from lacking)
      returning no, gate_id, run, request
  ), placed as (
    select r.no, r.gate_id, r.run, r.request, d.ordinality, d.value ->> 'digest' as digest
    from jsonb_array_elements(draws) with ordinality d
    join reserved r on r.gate_id = d.value ->> 'gate' and r.run = d.value ->> 'run'
      and r.request = d.value ->> 'request'
  ), named as (
    insert into gateway_request (gate_id, run, name, digest, reservation_no)
      select gate_id, run, request, digest, no from placed
  )
  select jsonb_agg(jsonb_build_object('is', 'reserved', 'reservation', no::text) order by ordinality)
    into told from placed;
  return told;
end $$;

create or replace function parley.gateway_write(draws jsonb, settled jsonb, entries jsonb)
  returns jsonb language plpgsql volatile set search_path = parley, pg_temp as $$
declare
  one record;
  at timestamptz;
  told jsonb := '[]';
begin
  for one in
    select distinct hashtext(e.id) as key from (
      select value ->> 'gate' as id from jsonb_array_elements(draws)
      union all select value ->> 'gate' from jsonb_array_elements(settled)) e
    order by 1
  loop
    perform pg_advisory_xact_lock(72896, one.key);
  end loop;
  at := clock_timestamp();
  if settled <> '[]' then perform parley.gateway_settle_all(settled); end if;
  if draws <> '[]' then
    for one in select distinct value ->> 'gate' as id from jsonb_array_elements(draws) loop
      perform parley.gateway_lapse(one.id, at);
    end loop;
    told := parley.gateway_draw_all(draws, at);
  end if;
  if told is null then
    told := '[]';
    for one in select value from jsonb_array_elements(draws) with ordinality order by ordinality loop
      told := told || jsonb_build_array(case
        when exists (select from gateway_gate w where w.id = one.value ->> 'gate'
          and w.changes <> (one.value ->> 'seen')::bigint) then '{"is": "changed"}'::jsonb
        else parley.gateway_draw(one.value, at) end);
    end loop;
  end if;
  insert into gateway_access (gate_id, node, sequence, digest, organisation_id, person_id,
      received_at, entry)
    select coalesce(e ->> 'partner', e ->> 'engagement'), e ->> 'node', (e ->> 'sequence')::bigint, value ->> 'digest',
      e ->> 'organisation', e ->> 'person', (e ->> 'receivedAt')::timestamptz, e
    from jsonb_array_elements(entries) with ordinality, lateral (select value -> 'entry' as e) x
    order by ordinality
    on conflict (gate_id, node, sequence) do nothing;
  return told;
end $$;

-- Charging one by one is what nothing does any more.
drop function parley.gateway_settle(jsonb);
